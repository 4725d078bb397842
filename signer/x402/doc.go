// Package x402 pays for a wallet's calls in USDC, on Base or Solana, within a budget.
//
// A [Payer] fills the wallet's prepaid balance when it is told to, with one signature per payment; an [AutoTopUp] is the
// credentials of a client that does so by itself when the balance runs low. What was paid, and what may have been, is kept
// in a [journal.Journal]: a [journal.File] on one machine, package pgjournal on many. Wallets of package signer pay; one of your own
// that can is a [TransferSigner].
package x402
