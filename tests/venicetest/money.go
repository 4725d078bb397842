// USD of the ledger, which counts far below a base unit of USDC.

package venicetest

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/venice-go/venice/signer"
)

// money is USD in units of 1e-10. Up to 100,000 USD its JSON is exact, and has an exponent below 1e-6, as the service's
// has.
type money int64

const (
	dollar     money = 1e10
	perUnit    money = 1e4     // a base unit of USDC
	maxArrange       = 100_000 // USD
)

func (m money) usd() float64 { return float64(m) / float64(dollar) }

func (m money) MarshalJSON() ([]byte, error) { return json.Marshal(m.usd()) }

// usd reads an amount that a test arranges.
func usd(amount float64) (money, error) {
	if !(0 <= amount && amount <= maxArrange) {
		return 0, fmt.Errorf("venicetest: %v USD: want 0 to %d", amount, maxArrange)
	}
	return money(math.Round(amount * float64(dollar))), nil
}

// walletAddress returns an address as the fake writes it: the EIP-55 form of an EVM one, base58 as it came for Solana.
func walletAddress(address string) (string, error) {
	if strings.HasPrefix(address, "0x") {
		return signer.ChecksumAddress(address)
	}
	if _, err := readKey(address); err != nil {
		return "", fmt.Errorf("venicetest: invalid wallet address: want 0x and 40 hex digits, or base58 of 32 bytes")
	}
	return address, nil
}
