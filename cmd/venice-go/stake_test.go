// Tests of staking from the command line: what is shown, who is asked, and the exit code of each way to fail.

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/sha3"

	"github.com/venice-go/venice/signer"
)

// A baseChain is a node of Base on which the wallet has 2 VVV and 0.01 ETH. What it is sent it carries out, in form.
type baseChain struct {
	url       string
	allowance string // 64 hex digits
	sent      []string
	status    string            // of receipts
	answers   map[string]string // by method or selector, in place of its own
	onReceipt func()
}

func newBaseChain(t *testing.T) *baseChain {
	t.Helper()
	n := &baseChain{status: "0x1", allowance: strings.Repeat("0", 64), answers: map[string]string{}}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q struct {
			Method string
			Params []json.RawMessage
		}
		raw, _ := io.ReadAll(r.Body)
		if err := json.Unmarshal(raw, &q); err != nil {
			t.Error(err)
		}
		fmt.Fprintf(w, `{"jsonrpc":"2.0","id":1,%s}`, n.answer(q.Method, q.Params))
	}))
	t.Cleanup(srv.Close)
	n.url = srv.URL + "/some-api-key"
	return n
}

func (n *baseChain) answer(method string, params []json.RawMessage) string {
	if method == "eth_getTransactionReceipt" && n.onReceipt != nil {
		n.onReceipt()
	}
	if answer, ok := n.answers[method]; ok {
		return answer
	}
	result := func(text string) string { return fmt.Sprintf(`"result":"0x%s"`, text) }
	switch method {
	case "eth_chainId":
		return result("2105")
	case "eth_getBalance":
		return result("2386f26fc10000")
	case "eth_getTransactionCount":
		return result(fmt.Sprintf("%x", len(n.sent)))
	case "eth_estimateGas":
		return result("c350")
	case "eth_maxPriorityFeePerGas":
		return result("f4240")
	case "eth_getBlockByNumber":
		return `"result":{"baseFeePerGas":"0x4c4b40"}`
	case "eth_sendRawTransaction":
		var raw string
		_ = json.Unmarshal(params[0], &raw)
		n.sent = append(n.sent, raw)
		if strings.Contains(raw, "095ea7b3") {
			n.allowance = strings.SplitN(raw, "095ea7b3", 2)[1][64:128]
		}
		return result(n.hash(raw))
	case "eth_getTransactionByHash":
		return `"result":{}`
	case "eth_getTransactionReceipt":
		return fmt.Sprintf(`"result":{"transactionHash":%s,"status":%q,"blockNumber":"0x64","gasUsed":"0xc350","effectiveGasPrice":"0xf4240"}`, params[0], n.status)
	}
	var call struct{ Data string }
	_ = json.Unmarshal(params[0], &call)
	if answer, ok := n.answers[call.Data[2:10]]; ok {
		return answer
	}
	switch call.Data[2:10] {
	case "8f1f8d0c":
		return result("000000000000000000000000acfe6019ed1a7dc6f7b508c02d1b04ec88cc21bf")
	case "ad66f182":
		return result("000000000000000000000000f4d97f2da56e8c3098f3a8d538db630a2606a024")
	case "70a08231":
		return result("0000000000000000000000000000000000000000000000001bc16d674ec80000")
	case "dd62ed3e":
		return result(n.allowance)
	case "095ea7b3":
		return result(strings.Repeat("0", 63) + "1")
	}
	return result("")
}

func (n *baseChain) hash(raw string) string {
	var b []byte
	_, _ = fmt.Sscanf(raw[2:], "%x", &b)
	h := sha3.NewLegacyKeccak256()
	h.Write(b)
	return fmt.Sprintf("%x", h.Sum(nil))
}

func (n *baseChain) stake(t *testing.T, args ...string) result {
	t.Helper()
	r := veniceRun(t, append([]string{"stake", "--amount", "1.5", "--rpc", n.url}, args...)...)
	r.hides(t, "some-api-key")
	return r
}

const stakePlan = `wallet    0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 on chain 8453, with 2 VVV, 2 VVV staked, and 0.01 ETH
1. approve 1.5 VVV (0xacfE6019Ed1A7Dc6f7B508C02d1b04ec88cC21bf) for the staking contract
2. stake   1.5 VVV at 0x321b7ff75154472B18EDb199033fF4D116F340Ff, for the wallet itself
cost      0.0002 ETH at most, and Base's fee for data
`

func TestStake(t *testing.T) {
	n := newBaseChain(t)
	r := n.stake(t, "--yes")
	if len(n.sent) != 2 {
		t.Fatalf("%+v, sent %d", r, len(n.sent))
	}
	want := "approved 0x" + n.hash(n.sent[0]) + "\nstaked 0x" + n.hash(n.sent[1]) + "\n"
	if r.want(t, exitOK, want, ""); r.stderr != stakePlan+"staked 1.5 VVV in block 100\n" {
		t.Errorf("stderr\n%s", r.stderr)
	}
	// The allowance that is left in this chain's ledger is enough for the next.
	r = n.stake(t, "--yes", "--max-cost", "0.001")
	r.want(t, exitOK, "staked 0x"+n.hash(n.sent[2])+"\n", "1. stake   1.5 VVV at")
	r.want(t, exitOK, r.stdout, "cost      0.001 ETH at most")
}

// teletype is stdin with somebody at it.
type teletype struct{ io.Reader }

func (teletype) Stat() (fs.FileInfo, error) { return device{}, nil }

type device struct{ fs.FileInfo }

func (device) Mode() fs.FileMode { return fs.ModeDevice | fs.ModeCharDevice }

func TestStakeAsks(t *testing.T) {
	for answer, code := range map[string]int{
		"y\n": exitOK, "Yes\r\n": exitOK, "yes": exitOK, "n\n": exitFailure, "": exitFailure, "\n": exitFailure, "yeah\n": exitFailure,
		strings.Repeat(" ", 200) + "y\n": exitFailure,
	} {
		n := newBaseChain(t)
		var stdout, stderr bytes.Buffer
		got := run(t.Context(), []string{"stake", "--amount", "1.5", "--rpc", n.url}, teletype{strings.NewReader(answer)}, &stdout, &stderr,
			func(name string) string { return map[string]string{"WALLET_PRIVATE_KEY": walletKey}[name] })
		if got != code || (len(n.sent) > 0) != (code == exitOK) || !strings.HasPrefix(stderr.String(), stakePlan+"Go on? [y/N] ") {
			t.Errorf("%q: exit code %d, sent %d, stderr %s", answer, got, len(n.sent), &stderr)
		}
		if code != exitOK && !strings.Contains(stderr.String(), "not confirmed; nothing was sent") {
			t.Errorf("%q: %s", answer, &stderr)
		}
	}
	// With nobody to ask nothing is even looked at.
	n := newBaseChain(t)
	n.stake(t).want(t, exitUsage, "", "no terminal to ask at: say --yes")
	n.stake(t, "--key-file", "-").want(t, exitUsage, "", "no terminal to ask at")
	file, err := os.Open(filepath.Join(t.TempDir(), ".."))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // it was only looked at
	if terminal(file) || terminal(nil) {
		t.Error("a folder is no terminal")
	}
	if len(n.sent) > 0 {
		t.Error("sent")
	}
}

func TestStakeFailures(t *testing.T) {
	const says = `"error":{"code":3,"message":"execution reverted: closed for today"}`
	for name, c := range map[string]struct {
		at, answer string
		code       int
		stderr     string
		sent       int
	}{
		"another chain":  {"eth_chainId", `"result":"0x1"`, exitFailure, "on chain 1, want 8453", 0},
		"another token":  {"8f1f8d0c", `"result":"0x` + strings.Repeat("0", 63) + `1"`, exitFailure, "has been changed", 0},
		"not enough":     {"70a08231", `"result":"0x` + strings.Repeat("0", 63) + `1"`, exitFailure, "has 0.000000000000000001 VVV on Base, want 1.5", 0},
		"refused first":  {"095ea7b3", says, exitRefused, `approve: the contract would refuse it, so that it was not sent: "closed for today"`, 0},
		"refused then":   {"adc9772e", says, exitRefused, `"closed for today" (1.5 VVV stay approved`, 1},
		"expensive":      {"eth_maxPriorityFeePerGas", `"result":"0xffffffffffff"`, exitRefused, "gas costs more than is allowed", 0},
		"no node":        {"eth_chainId", `"error":{"code":-1,"message":"no such key: some-api-key"}`, exitFailure, "no such key: [redacted]", 0},
		"under way":      {"eth_getTransactionCount", `"result":null`, exitFailure, "eth_getTransactionCount", 0},
		"node refuses":   {"eth_sendRawTransaction", `"error":{"code":-32000,"message":"insufficient funds"}`, exitOK, "", 0}, // it has it all the same
		"no ETH":         {"eth_getBalance", `"result":"0x1"`, exitFailure, "ETH on Base for gas", 0},
		"a strange node": {"eth_getBalance", `"result":[]`, exitFailure, "not of the form", 0},
	} {
		t.Run(name, func(t *testing.T) {
			n := newBaseChain(t)
			n.answers[c.at] = c.answer
			r := n.stake(t, "--yes")
			if r.code != c.code || len(n.sent) != c.sent || !strings.Contains(r.stderr, c.stderr) || c.code != exitOK && strings.Contains(r.stdout, "staked") {
				t.Errorf("%+v, sent %d", r, len(n.sent))
			}
		})
	}

	// In a block, and for nothing: the transaction can be looked up, though stderr shows no hash.
	n := newBaseChain(t)
	n.allowance = strings.Repeat("f", 64)
	n.status = "0x0"
	r := n.stake(t, "--yes")
	r.want(t, exitRefused, "reverted 0x"+n.hash(n.sent[0])+"\n", "the contract refused it in transaction")
}

// Who interrupts learns what is on its way.
func TestStakeInterrupted(t *testing.T) {
	n := newBaseChain(t)
	n.allowance = strings.Repeat("f", 64)
	n.answers["eth_getTransactionReceipt"] = `"result":null`
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n.onReceipt = cancel
	var stdout, stderr bytes.Buffer
	code := run(ctx, []string{"stake", "--amount", "1.5", "--yes", "--rpc", n.url}, nil, &stdout, &stderr, func(string) string { return walletKey })
	if code != exitMaybe || len(n.sent) != 1 || stdout.String() != "pending 0x"+n.hash(n.sent[0])+"\n" ||
		!strings.Contains(stderr.String(), "look it up in an explorer of Base before you stake again") {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, &stdout, &stderr)
	}
}

func TestStakeUsage(t *testing.T) {
	n := newBaseChain(t)
	for want, args := range map[string][]string{
		"--amount: want how much":                  {"stake", "--yes"},
		`value "1,5" for flag -amount`:             {"stake", "--yes", "--amount", "1,5"},
		`value "0" for flag -amount`:               {"stake", "--yes", "--amount", "0"},
		`value "cheap" for flag -max-cost`:         {"stake", "--yes", "--amount", "1", "--max-cost", "cheap"},
		"--rpc: stake: RPC: want https":            {"stake", "--yes", "--amount", "1", "--rpc", "http://node.example/"},
		"--rpc: stake: RPC: want an absolute":      {"stake", "--yes", "--amount", "1", "--rpc", "base"},
		"--key-file: open":                         {"stake", "--yes", "--amount", "1", "--key-file", filepath.Join(t.TempDir(), "no")},
		"flag provided but not defined: -emulated": {"stake", "--emulated"},
	} {
		veniceRun(t, args...).want(t, exitUsage, "", want)
	}
	veniceWith(t, nil, "", "stake", "--yes", "--amount", "1").want(t, exitUsage, "", "no wallet")
	wallet, err := signer.ParseEVM(walletKey)
	if err != nil {
		t.Fatal(err)
	}
	if node, err := nodeOf("venice", wallet); err != nil || node == nil {
		t.Error("the service's own node:", err)
	}
	if len(n.sent) > 0 {
		t.Error("sent")
	}
}
