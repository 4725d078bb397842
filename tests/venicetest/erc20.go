// Tokens on the fake's Base: USDC and VVV, as wallets and their libraries read and move them (EIP-20).

package venicetest

import (
	"encoding/hex"
	"math/big"
)

// An erc20 is a token.
type erc20 struct {
	address, name, symbol string
	decimals              int64
	units                 func(h *Handler) holdings
	// The words of a refusal, which are not the same in all tokens.
	poor, unapproved func(who string, has, needs *big.Int) callResult
}

// usdcToken refuses in texts, as USDC does.
var usdcToken = erc20{
	USDC, tokenName, "USDC", tokenDecimals, func(h *Handler) holdings { return h.usdc },
	func(string, *big.Int, *big.Int) callResult {
		return refusalText("ERC20: transfer amount exceeds balance")
	},
	func(string, *big.Int, *big.Int) callResult {
		return refusalText("ERC20: transfer amount exceeds allowance")
	},
}

// vvvToken refuses in the errors of EIP-6093, which OpenZeppelin's tokens have since version 5.
var vvvToken = erc20{
	vvvAddress, "Venice Token", "VVV", vvvDecimals, func(h *Handler) holdings { return h.vvv },
	func(who string, has, needs *big.Int) callResult {
		return refusal("ERC20InsufficientBalance(address,uint256,uint256)", addressWord(who), numberWord(has), numberWord(needs))
	},
	func(who string, has, needs *big.Int) callResult {
		return refusal("ERC20InsufficientAllowance(address,uint256,uint256)", addressWord(who), numberWord(has), numberWord(needs))
	},
}

// methods are those that every token has.
func (t erc20) methods() contractMethods {
	m := contractMethods{}
	t.describe(m)
	m.add("allowance(address,address)", 5_000, func(c *contractCall) callResult {
		return returning(numberWord(t.allowance(c.h, c.args[0].address(), c.args[1].address())))
	})
	m.add("approve(address,uint256)", 25_000, func(c *contractCall) callResult {
		owner, spender, units := c.from, c.args[0].address(), c.args[1].number()
		return callResult{returns: truth(true), logs: []chainLog{t.event("Approval", owner, spender, units)}, effect: func() {
			c.h.allowances[[3]string{t.address, owner, spender}] = units
		}}
	})
	m.add("transfer(address,uint256)", 30_000, func(c *contractCall) callResult {
		return t.transfer(c.h, c.from, c.args[0].address(), c.args[1].number())
	})
	m.add("transferFrom(address,address,uint256)", 40_000, func(c *contractCall) callResult {
		return t.transferFrom(c.h, c.from, c.args[0].address(), c.args[1].address(), c.args[2].number())
	})
	return m
}

// describe adds what is read of a token, be it one that can be transferred or not.
func (t erc20) describe(m contractMethods) {
	m.always("name()", textWords(t.name))
	m.always("symbol()", textWords(t.symbol))
	m.always("decimals()", smallWord(t.decimals))
	m.add("totalSupply()", 3_000, func(c *contractCall) callResult { return returning(numberWord(t.units(c.h).total())) })
	m.add("balanceOf(address)", 3_000, func(c *contractCall) callResult {
		return returning(numberWord(t.units(c.h).of(c.args[0].address())))
	})
}

func (t erc20) allowance(h *Handler, owner, spender string) *big.Int {
	if n := h.allowances[[3]string{t.address, owner, spender}]; n != nil {
		return n
	}
	return new(big.Int)
}

func (t erc20) transfer(h *Handler, from, to string, units *big.Int) callResult {
	if has := t.units(h).of(from); has.Cmp(units) < 0 {
		return t.poor(from, has, units)
	}
	return callResult{returns: truth(true), logs: []chainLog{t.event("Transfer", from, to, units)}, effect: func() {
		t.units(h).move(from, to, units)
	}}
}

// unlimited is the allowance that is not used up.
var unlimited = new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1))

func (t erc20) transferFrom(h *Handler, spender, from, to string, units *big.Int) callResult {
	allowed := t.allowance(h, from, spender)
	if allowed.Cmp(units) < 0 {
		return t.unapproved(spender, allowed, units)
	}
	result := t.transfer(h, from, to, units)
	if move := result.effect; move != nil && allowed.Cmp(unlimited) != 0 {
		result.effect = func() {
			h.allowances[[3]string{t.address, from, spender}] = new(big.Int).Sub(allowed, units)
			move()
		}
	}
	return result
}

// event is a Transfer or an Approval. Made from nothing, tokens come from the address of zeros.
func (t erc20) event(name, from, to string, units *big.Int) chainLog {
	return chainLog{t.address, []callWord{
		callWord(keccak([]byte(name + "(address,address,uint256)"))), callWord(addressWord(from)), callWord(addressWord(to)),
	}, numberWord(units)}
}

const noAddress = "0x0000000000000000000000000000000000000000"

// usdcMethods are USDC's: those of every token, and what belongs to transfers by signature (EIP-3009).
func usdcMethods() contractMethods {
	m := usdcToken.methods()
	m.always("version()", textWords(tokenVersion))
	m.always("DOMAIN_SEPARATOR()", tokenDomain(USDC))
	m.always("TRANSFER_WITH_AUTHORIZATION_TYPEHASH()", keccak([]byte(transferType)))
	m.add("authorizationState(address,bytes32)", 3_000, func(c *contractCall) callResult {
		nonce := "0x" + hex.EncodeToString(c.args[1][:])
		return returning(truth(c.h.authorized(c.args[0].address(), nonce, blockStart(c.at+1))))
	})
	return m
}
