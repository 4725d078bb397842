package stake

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

const (
	wordOne    = "0000000000000000000000000000000000000000000000000000000000000001"
	wordTwenty = "0000000000000000000000000000000000000000000000000000000000000020"
	// "Not enough Ether provided.", of the Solidity documentation's own example of Error(string).
	documented = "08c379a0" + wordTwenty + "000000000000000000000000000000000000000000000000000000000000001a" +
		"4e6f7420656e6f7567682045746865722070726f76696465642e000000000000"
)

func TestReasons(t *testing.T) {
	account := "000000000000000000000000" + strings.ToLower(stakingAddress[2:])
	for data, want := range map[string]string{
		"":                                   "",
		"08c3":                               "",
		documented:                           `"Not enough Ether provided."`,
		documented[:8+128+52]:                `"Not enough Ether provided."`, // not padded
		documented[:100]:                     "an error of its own, 0x08c379a0",
		"08c379a0":                           "an error of its own, 0x08c379a0",
		"08c379a0" + strings.Repeat("f", 64): "an error of its own, 0x08c379a0",
		"08c379a0" + wordTwenty + strings.Repeat("0", 48) + "7fffffffffffffff":                                      "an error of its own, 0x08c379a0",
		"08c379a0" + wordTwenty + "0000000000000000000000000000000000000000000000000000000000000002" + "41":         "an error of its own, 0x08c379a0",
		"08c379a0" + wordTwenty + "0000000000000000000000000000000000000000000000000000000000000005" + "1b5b41ff0a": `" [A  "`,
		"4e487b71" + wordOne: "a fault in the contract, Panic(0x1)",
		"4e487b71":           "an error of its own, 0x4e487b71",
		"fb8f41b2" + account + wordOne + wordTwenty: "ERC20InsufficientAllowance(" + stakingAddress + ", 1, 32)",
		"fb8f41b2" + account:                        "ERC20InsufficientAllowance(" + stakingAddress + ")",
		"d93c0665":                                  "EnforcedPause()",
		"deadbeef" + wordOne:                        "an error of its own, 0xdeadbeef",
	} {
		raw, err := hex.DecodeString(data)
		if err != nil {
			t.Fatal(err)
		}
		if got := reasonIn(raw); got != want {
			t.Errorf("%s: %q, want %q", data, got, want)
		}
	}
	long, _ := hex.DecodeString("08c379a0" + wordTwenty + "0000000000000000000000000000000000000000000000000000000000000300" + strings.Repeat("c3a9", 384))
	if got := reasonIn(long); len(got) > 210 || !strings.HasSuffix(got, `é..."`) {
		t.Error(got)
	}
}

// Nodes have several forms of saying that a call reverted, and for other errors the same code.
func TestReverts(t *testing.T) {
	for _, c := range []struct {
		code          int64
		message, data string
		reason        string
		is            bool
	}{
		{3, "execution reverted: Not enough Ether provided.", `"0x` + documented + `"`, `"Not enough Ether provided."`, true},
		{-32000, "execution reverted", `"0x` + documented + `"`, `"Not enough Ether provided."`, true},
		{-32015, "VM execution error.", `"Reverted 0x` + documented + `"`, `"Not enough Ether provided."`, true},
		{-32603, "Error: VM Exception while processing transaction", `{"message":"x","data":"0x` + documented + `"}`, `"Not enough Ether provided."`, true},
		{-32000, "execution reverted", ``, "", true},
		{3, "execution reverted", `"0x"`, "", true},
		{3, "execution reverted: ", `null`, "", true},
		{-32000, "execution reverted: closed", ``, `"closed"`, true},
		{-32000, "VM Exception while processing transaction: revert closed", ``, `"VM Exception while processing transaction: revert closed"`, true},
		{-32000, "header not found", ``, "", false},
		{-32005, "rate limited", `{"try_again_in":"1s"}`, "", false},
		{-32000, "insufficient funds for gas * price + value", `"0x"`, "", false},
		{429, "slow down", `"0xzz"`, "", false},
	} {
		err := fmt.Errorf("asked: %w", &venice.RPCError{Code: c.code, Message: c.message, Data: gen.JSON(c.data)})
		if reason, is := revertIn(err); reason != c.reason || is != c.is {
			t.Errorf("%d %s %s: %q, %t", c.code, c.message, c.data, reason, is)
		}
	}
	if _, is := revertIn(errors.New("execution reverted")); is {
		t.Error("of no node")
	}
}

func FuzzReasons(f *testing.F) {
	for _, data := range []string{documented, "4e487b71" + wordOne, "fb8f41b2" + wordOne, "08c379a0" + wordTwenty + strings.Repeat("f", 64), ""} {
		raw, _ := hex.DecodeString(data)
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		reason := reasonIn(data)
		if len(reason) > 1000 || strings.ContainsFunc(reason, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%q", reason)
		}
	})
}
