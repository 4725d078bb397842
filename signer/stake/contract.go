// Contracts: where VVV and its staking are on Base, and how they are called.

package stake

import (
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/venice-go/venice/signer"
)

// The contracts, as of October 2026. The service's guide names VVV and the staking contract (docs.venice.ai, "Generating
// an API key as an agent"); DIEM is what the staking contract's own diem() names.
const (
	vvvAddress     = "0xacfE6019Ed1A7Dc6f7B508C02d1b04ec88cC21bf" // ERC-20, 18 decimals
	stakingAddress = "0x321b7ff75154472B18EDb199033fF4D116F340Ff" // a proxy that its owners can upgrade; sVVV is its ERC-20 side
	diemAddress    = "0xF4d97F2da56e8c3098f3a8D538DB630A2606a024"
	baseChain      = 8453
)

// A method is the selector of a contract's method: the first four bytes of the hash of its signature, which the tests
// work out anew.
type method string

const (
	approve   method = "095ea7b3" // approve(address spender, uint256 amount) bool, of ERC-20
	balanceOf method = "70a08231" // balanceOf(address) uint256, of ERC-20
	allowance method = "dd62ed3e" // allowance(address owner, address spender) uint256, of ERC-20

	// The rest is the staking contract's, from its code on Base as other clients call it. The service's guide writes
	// stake(amount), which is the staking of DIEM: a token of its own.
	stakeFor         method = "adc9772e" // stake(address recipient, uint256 amount)
	initiateUnstake  method = "ae5ac921" // initiateUnstake(uint256 amount)
	finalizeUnstake  method = "0ea94341" // finalizeUnstake()
	cooldownDuration method = "35269315" // cooldownDuration() uint256, in seconds
	stakes           method = "16934fc4" // stakes(address) (uint256 rewardDebt, uint256 cooldownEnd, uint256 cooldownAmount)
	stakedToken      method = "8f1f8d0c" // venice() address: the token that is staked
	diemToken        method = "ad66f182" // diem() address
)

// Contracts name a chain other than Base, for tests on a simulated one.
type Contracts struct {
	Chain              uint64 // its id, anything but Base's 8453
	VVV, Staking, DIEM string // addresses: "0x" and 40 hex digits
}

// An address is an account's, of a person or a contract.
type address [20]byte

func parseAddress(text string) (a address, err error) {
	text, err = signer.ChecksumAddress(text)
	if err == nil {
		_, err = hex.Decode(a[:], []byte(text[2:]))
	}
	return a, err
}

// String is the address in EIP-55 form.
func (a address) String() string {
	text, _ := signer.ChecksumAddress("0x" + hex.EncodeToString(a[:])) // lower case is always accepted
	return text
}

// word is the address as contracts take it.
func (a address) word() (w word) {
	copy(w[12:], a[:])
	return w
}

// A word is one argument or result of a contract's method.
type word [32]byte

// place is where all happens: the chain's id and the contracts.
type place struct {
	id                 uint64
	vvv, staking, diem address
}

func newPlace(test *Contracts) (p place, err error) {
	names := Contracts{baseChain, vvvAddress, stakingAddress, diemAddress}
	if test != nil {
		if names = *test; names.Chain == baseChain || names.Chain == 0 {
			return p, errors.New("stake: Test: other contracts are for a chain of tests: want an id that is neither 8453 nor 0")
		}
	}
	p.id = names.Chain
	for name, of := range map[string]struct {
		text string
		into *address
	}{"VVV": {names.VVV, &p.vvv}, "Staking": {names.Staking, &p.staking}, "DIEM": {names.DIEM, &p.diem}} {
		if *of.into, err = parseAddress(of.text); err != nil {
			return p, fmt.Errorf("stake: Test: %s: %w", name, err)
		}
	}
	return p, nil
}

// A call is one of a contract's methods with its arguments.
type call struct {
	what        string // for errors
	to          address
	data        []byte
	returnsTrue bool // or it has not done what it says, as ERC-20 has it
}

func (m method) on(to address, what string, arguments ...word) call {
	data, _ := hex.DecodeString(string(m)) // the tests see that each is hex
	for _, argument := range arguments {
		data = append(data, argument[:]...)
	}
	return call{what: what, to: to, data: data}
}
