// What the fake's Base remembers: who has what, and the transactions that were carried out.

package venicetest

import "math/big"

// A baseBook is guarded by the handler's mutex. Its state is that of now: questions about an earlier block get the same
// answer, but for the nonces of payments.
type baseBook struct {
	eth, vvv, staked holdings
	allowances       map[[3]string]*big.Int // by token, owner and spender
	withdrawals      map[string]withdrawal
	sentBy           map[string]uint64 // transactions by sender
	mined            []*minedTransaction
}

func newBaseBook() baseBook {
	return baseBook{
		eth: holdings{}, vvv: holdings{}, staked: holdings{},
		allowances: map[[3]string]*big.Int{}, withdrawals: map[string]withdrawal{}, sentBy: map[string]uint64{},
	}
}

// A minedTransaction is one in a block.
type minedTransaction struct {
	*evmTransaction
	block   int64
	index   int // in its block
	used    uint64
	price   *big.Int // per gas, in wei
	dataFee *big.Int // for the data, in wei
	failed  bool
	logs    []chainLog
}

// transactionOf finds a transaction by its hash, in lower case.
func (b *baseBook) transactionOf(hash string) *minedTransaction {
	for _, t := range b.mined {
		if t.hash == hash {
			return t
		}
	}
	return nil
}

// inBlock lists the transactions of a block, which are together.
func (b *baseBook) inBlock(n int64) (list []*minedTransaction) {
	for _, t := range b.mined {
		if t.block == n {
			list = append(list, t)
		}
	}
	return list
}
