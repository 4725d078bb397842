// Package signer holds wallets, signs in and mints API keys with them. A [Wallet] signs messages: with the private key at
// hand it is an [EVM] on Base or a [Solana]; for a wallet app or a contract account use [NewMessageWallet], and for a KMS
// or HSM [NewDangerousDigestWallet]. [SignIn] signs each call, billed to the wallet's prepaid balance, with no API key, and
// [Transport] does the same for clients of other APIs that the service understands. [MintAPIKey] turns a wallet with staked
// VVV into an API key in one call, and package autokey does so by itself, whenever a client needs another one. Where the
// wallet is on another machine than the network, fetch a token with the client's GetWeb3KeyToken, carry it over, sign it
// with [SignMintToken], and submit the proof with [SubmitProof]. What gives access is of type [Secret]: nothing prints it.
// Keystore files are read by package keystore, and servers check sign-ins with package siwx and other signatures with
// [RecoverEVM].
package signer
