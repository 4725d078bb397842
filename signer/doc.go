// Package signer holds wallets, signs in and mints API keys with them.
//
// A [Wallet] signs messages. With the private key at hand it is an [EVM] on Base, made by [ParseEVM] or [GenerateEVM] (or
// from a keystore file, by package keystore), or a [Solana], made by [ParseSolana] or [GenerateSolana]; for a wallet app
// or a contract account use [NewMessageWallet], and for a KMS or HSM [NewDangerousDigestWallet].
//
// [SignIn] signs each call, billed to the wallet's prepaid balance, with no API key; [Transport] does the same for clients
// of other APIs that the service understands. Package x402 fills that balance. [MintAPIKey] turns a wallet with staked VVV
// into an API key in one call, and a [KeyAuth] does so by itself, whenever a client needs another one. Where the wallet is on another machine than the network, fetch a token with the client's
// GetWeb3KeyToken, carry it over, sign it with [SignMintToken], and submit the proof with [SubmitProof].
//
// Private keys, tokens, signatures that let somebody in and API keys are of type [Secret]: nothing prints them, Reveal
// returns them. Servers that let wallets in check their sign-ins with package siwx, and other signatures with [RecoverEVM].
package signer
