// Staking on the fake's Base: VVV, the contract that holds what is staked, and sVVV, which lets a wallet mint keys.

package venicetest

import (
	"math/big"
	"sync"
	"time"

	"github.com/venice-go/venice/signer"
)

// Where the contracts are on Base. The client knows these addresses and no others there, so that the fake's are the same.
const (
	vvvAddress     = "0xacfE6019Ed1A7Dc6f7B508C02d1b04ec88cC21bf"
	stakingAddress = "0x321b7ff75154472B18EDb199033fF4D116F340Ff"
	diemAddress    = "0xF4d97F2da56e8c3098f3a8D538DB630A2606a024" // nobody is there on this chain

	vvvDecimals, etherDecimals = 18, 18

	cooldown = 7 * 24 * time.Hour
)

// stakedToken is sVVV, which cannot be transferred.
var stakedToken = erc20{
	address: stakingAddress, name: "Staked VVV", symbol: "sVVV", decimals: vvvDecimals, units: func(h *Handler) holdings { return h.staked },
}

// A withdrawal is VVV that was unstaked and waits.
type withdrawal struct {
	units *big.Int
	end   time.Time
}

// SetVVV gives a wallet this much VVV on the fake's Base, to stake it there; wallets have none to begin with. The error
// says what is no EVM address or no amount.
func (h *Handler) SetVVV(address string, amount float64) error {
	return h.endow(address, amount, h.vvv, vvvDecimals, "VVV", signer.ChecksumAddress)
}

// SetETH gives a wallet this much ETH on the fake's Base, of which it pays for gas; wallets have none to begin with. The
// error says what is no EVM address or no amount.
func (h *Handler) SetETH(address string, amount float64) error {
	return h.endow(address, amount, h.eth, etherDecimals, "ETH", signer.ChecksumAddress)
}

// stakingMethods are those of the staking contract, in the order of a stake's life. The contract's own words for what it
// refuses are not published: those of the token are true, the others are the fake's.
func stakingMethods() contractMethods {
	m := contractMethods{}
	stakedToken.describe(m)
	m.always("venice()", addressWord(vvvAddress))
	m.always("diem()", addressWord(diemAddress))
	m.always("cooldownDuration()", smallWord(int64(cooldown/time.Second)))
	m.add("stake(address,uint256)", 90_000, func(c *contractCall) callResult {
		h, to, units := c.h, c.args[0].address(), c.args[1].number()
		if units.Sign() == 0 {
			return refusalText("nothing to stake")
		}
		paid := vvvToken.transferFrom(h, stakingAddress, c.from, stakingAddress, units)
		if paid.refused {
			return paid
		}
		return callResult{logs: append(paid.logs, stakedToken.event("Transfer", noAddress, to, units)), effect: func() {
			paid.effect()
			h.staked.move("", to, units)
		}}
	})
	m.add("initiateUnstake(uint256)", 60_000, func(c *contractCall) callResult {
		h, who, units := c.h, c.from, c.args[0].number()
		if units.Sign() == 0 || !h.staked.has(who, units) {
			return refusalText("that much is not staked")
		}
		return callResult{logs: []chainLog{stakedToken.event("Transfer", who, noAddress, units)}, effect: func() {
			h.staked.move(who, "", units)
			h.withdrawals[who] = withdrawal{new(big.Int).Add(h.withdrawal(who).units, units), blockStart(c.at).Add(cooldown)}
		}}
	})
	m.add("finalizeUnstake()", 60_000, func(c *contractCall) callResult {
		h, who := c.h, c.from
		w := h.withdrawal(who)
		if w.units.Sign() == 0 || blockStart(c.at).Before(w.end) {
			return refusalText("nothing to withdraw, or the cooldown is not over")
		}
		paid := vvvToken.transfer(h, stakingAddress, who, w.units)
		return callResult{logs: paid.logs, returns: paid.returns[:0], refused: paid.refused, effect: func() {
			paid.effect()
			delete(h.withdrawals, who)
		}}
	})
	m.add("stakes(address)", 7_000, func(c *contractCall) callResult {
		w, end := c.h.withdrawal(c.args[0].address()), int64(0)
		if w.units.Sign() > 0 {
			end = w.end.Unix()
		}
		return returning(smallWord(0), smallWord(end), numberWord(w.units))
	})
	return m
}

func (h *Handler) withdrawal(who string) withdrawal {
	if w, is := h.withdrawals[who]; is {
		return w
	}
	return withdrawal{units: new(big.Int)}
}

// contracts are those of the fake's Base, by address.
var contracts = sync.OnceValue(func() map[string]contractMethods {
	return map[string]contractMethods{USDC: usdcMethods(), vvvAddress: vvvToken.methods(), stakingAddress: stakingMethods()}
})
