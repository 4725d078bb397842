// The encryption by noble: opens each text that comes in for its key, and sends it back sealed for the other side's.
import { createHash, randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { gcm } from "@noble/ciphers/aes.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";

const hex = (b) => Buffer.from(b).toString("hex");
const bytes = (s) => new Uint8Array(Buffer.from(s, "hex"));
const derive = (secret, pub) =>
  hkdf(sha256, secp256k1.getSharedSecret(secret, pub, true).slice(1), undefined, new TextEncoder().encode("ecdsa_encryption"), 32);

const secret = secp256k1.utils.randomSecretKey();
console.log(hex(secp256k1.getPublicKey(secret, false)));
for await (const line of createInterface({ input: process.stdin })) {
  const [to, wire] = line.split(" ").map(bytes);
  const plain = gcm(derive(secret, wire.slice(0, 65)), wire.slice(65, 77)).decrypt(wire.slice(77));
  const once = secp256k1.utils.randomSecretKey();
  const nonce = new Uint8Array(randomBytes(12));
  const sealed = gcm(derive(once, to), nonce).encrypt(plain);
  const digest = createHash("sha256").update(plain).digest("hex");
  console.log(digest + " " + hex(secp256k1.getPublicKey(once, false)) + hex(nonce) + hex(sealed));
}
