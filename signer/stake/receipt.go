// Receipt: what became of a transaction.

package stake

// A Receipt says that a transaction is in a block and succeeded.
type Receipt struct {
	Hash     string   // "0x" and 64 hex digits
	Nonce    uint64   // the wallet's count of transactions before it
	Block    uint64   // number of the block
	Fee      Amount   // what it cost, in ETH: gas, and Base's fee for data where the node tells it
	Approval *Receipt // of the approval that [Staker.Stake] sent before; nil if none was needed
}
