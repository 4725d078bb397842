// Package stake stakes VVV on Base, which lets a wallet mint API keys.
//
// A [Staker] reads what a wallet has ([Staker.Balance], [Staker.Allowance], [Staker.Cooldown]), shows what staking would
// do ([Staker.Look]), and does it ([Staker.Stake]): it approves exactly the amount, waits, and stakes it for the wallet
// itself. [Staker.Unstake] and [Staker.Withdraw] are the way back. It asks a node by a [Node]: any endpoint
// ([Endpoint]) or the service's own ([Proxy]).
//
// Each transaction costs gas, in ETH. Before one is sent, the node carries out the very same call without effect, since
// the contract can be replaced by its owners; what it would refuse is a [RevertError] and is not sent. One that hangs is
// replaced with a higher fee under the same nonce, so that at most one of the two is ever carried out, and never above
// what [Staker.MaxCost] allows. What is still open in the end is a [PendingError], for [Staker.Await].
package stake
