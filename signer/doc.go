// Package signer holds wallets, and mints API keys with them.
//
// A [Wallet] signs messages. With the private key at hand it is an [EVM], made by [ParseEVM] or [GenerateEVM]; for a
// wallet app or a contract account use [NewMessageWallet], and for a KMS or HSM [NewDangerousDigestWallet].
//
// [MintAPIKey] turns a wallet with staked VVV into an API key in one call. Where the wallet is on another machine than
// the network, fetch a token with the client's GetWeb3KeyToken, carry it over, sign it with [SignMintToken], and submit
// the proof with [SubmitProof].
//
// Private keys, tokens, their signatures and API keys are of type [Secret]: nothing prints them, Reveal returns them.
//
// Servers that take wallets' signatures check them with [RecoverEVM] and [ChecksumAddress].
package signer
