// Package signer holds wallets, signs in and mints API keys with them.
//
// A [Wallet] signs messages. With the private key at hand it is an [EVM] on Base, made by [ParseEVM], [ParseKeystore] or
// [GenerateEVM], or a [Solana], made by [ParseSolana] or [GenerateSolana]; for a wallet app or a contract account use
// [NewMessageWallet], and for a KMS or HSM [NewDangerousDigestWallet].
//
// There are two ways to call the service with a wallet. [SignIn] signs each call, billed to the wallet's prepaid
// balance, with no API key; [Transport] does the same for clients of other APIs that the service understands. A [Payer]
// fills that balance with USDC, within a budget and one signature per payment (x402), when it is told to, or by itself
// ([WithAutoTopUp]). [MintAPIKey] turns a wallet with staked VVV into an API key in one call, and a [KeyAuth] does so by
// itself, whenever a client needs another one. Where the wallet is on another machine than
// the network, fetch a token with the client's GetWeb3KeyToken, carry it over, sign it with [SignMintToken], and submit
// the proof with [SubmitProof].
//
// Wallets that pay are of the kind [TransferSigner]. What was paid, and what may have been, is kept in a [Journal].
//
// Private keys, tokens, signatures that let somebody in and API keys are of type [Secret]: nothing prints them, Reveal
// returns them.
//
// Servers that let wallets in check their sign-ins with a [Verifier], and other signatures with [RecoverEVM] and
// [ChecksumAddress].
package signer
