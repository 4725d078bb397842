// Tests of the proxy command: what it prints and keeps, and that its caps outlive a process that is killed.

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/venice-go/venice/tests/venicetest"
)

// TestProxyProcess is the proxy in a process of its own, which other tests start and kill.
func TestProxyProcess(t *testing.T) {
	args := os.Getenv("PROXY_TEST_ARGS")
	if args == "" {
		t.Skip("it is for other tests to run")
	}
	os.Exit(run(t.Context(), strings.Split(args, "\n"), os.Stdin, os.Stdout, os.Stderr, os.Getenv))
}

// A proxied is a proxy in another process.
type proxied struct {
	BaseURL string
	Page    string
	Clients []proxyClient
	kill    func()
}

func startProxied(t *testing.T, base string, args ...string) *proxied {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestProxyProcess$")
	args = append([]string{"proxy", "--json", "--listen", "127.0.0.1:0", "--base-url", base}, args...)
	cmd.Env = append(os.Environ(), "PROXY_TEST_ARGS="+strings.Join(args, "\n"), "WALLET_PRIVATE_KEY="+walletKey, "VENICE_API_KEY=")
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	p := &proxied{kill: sync.OnceFunc(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		cancel()
	})}
	t.Cleanup(p.kill)
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, p)
	}
	if err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	return p
}

// chat asks, and returns the status and what the answer says that it cost.
func (p *proxied) chat(ctx context.Context, token string) (status int, usd float64) {
	body := fmt.Sprintf(`{"model":"zai-org-glm-5-1","max_completion_tokens":1700,"messages":[{"role":"user","content":%q}]}`, strings.Repeat("Hello there. ", 400))
	r, err := http.NewRequestWithContext(ctx, "POST", p.BaseURL+"/chat/completions", strings.NewReader(body))
	if err != nil {
		return 0, 0
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, 0
	}
	defer resp.Body.Close()
	var said struct{ Cost struct{ USD float64 } }
	raw, _ := io.ReadAll(resp.Body)
	_ = json.Unmarshal(raw, &said)
	return resp.StatusCode, said.Cost.USD
}

// Fifty programs call as fast as they can, while the proxy is killed and started again. Neither their caps nor the common
// one, nor the budget of the payments, is ever exceeded, and tokens stay.
func TestProxyKilled(t *testing.T) {
	fake := venicetest.NewServer(t)
	if err := fake.SetUSDC(walletAddress, 100); err != nil {
		t.Fatal(err)
	}
	const programs, each, all = 50, 0.05, 1.5 // a call may cost 0.013, and costs about half of that
	args := []string{"--state", filepath.Join(t.TempDir(), "state"), "--max-usd", fmt.Sprint(all),
		"--top-up", "5", "--max-top-up", "10", "--test-asset", venicetest.USDC}
	for i := range programs {
		args = append(args, "--token", fmt.Sprintf("p%d=%v", i, each))
	}
	var mu sync.Mutex
	told := map[string]float64{}
	var tokens string
	refused := 0
	for range 5 {
		p := startProxied(t, fake.URL, args...)
		if got := fmt.Sprint(p.Clients); tokens == "" {
			tokens = got
		} else if got != tokens {
			t.Fatal("the tokens changed")
		}
		var calls atomic.Int64
		enough := make(chan struct{})
		ctx, stop := context.WithCancel(t.Context())
		var crowd sync.WaitGroup
		for _, client := range p.Clients {
			crowd.Go(func() {
				for range 6 {
					status, usd := p.chat(ctx, client.Token)
					mu.Lock()
					switch status {
					case 200:
						told[client.Name] += usd
					case 402:
						refused++
					}
					mu.Unlock()
					if calls.Add(1) == programs/2 {
						close(enough)
					}
				}
			})
		}
		<-enough
		p.kill()
		stop()
		crowd.Wait()
	}
	p := startProxied(t, fake.URL, args...)
	resp, err := http.Get(p.Page + "metrics")
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	sum := 0.0
	for name, limit := range map[string]float64{"all": all, "p0": each, "p49": each} {
		_, after, found := strings.Cut(string(raw), `venice_proxy_spent_usd{client="`+name+`"} `)
		var counts float64
		if _, err := fmt.Sscan(after, &counts); err != nil || !found || counts > limit || counts < told[name] {
			t.Errorf("%s: counts %v, was told of %v, limit %v", name, counts, told[name], limit)
		}
	}
	for name, usd := range told {
		if sum += usd; usd > each {
			t.Errorf("%s spent %v of %v", name, usd, each)
		}
	}
	paid := 100_000_000 - fake.USDC(walletAddress)
	charged := float64(paid)/1e6 - fake.Credit(walletAddress)
	t.Logf("charged %.4f of %v, told %.4f, %d refused", charged, all, sum, refused)
	if sum == 0 || refused == 0 || charged > all || charged+1e-9 < sum || paid > 10_000_000 || paid == 0 { // the caps bind, and hold
		t.Errorf("charged %v of %v, told %v, paid %v", charged, all, sum, paid)
	}
}

func TestProxyUsage(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state")
	for want, args := range map[string][]string{
		"--max-usd: want the most that all programs may spend together": {},
		"-token: want NAME=USD, such as editor=5":                       {"--token", "editor"},
		`for flag -token: want NAME=USD`:                                {"--token", "a=1", "--token", "a=2"},
		"--top-up and --max-top-up go together":                         {"--max-usd", "1", "--top-up", "5"},
		"--mint and --top-up contradict each other":                     {"--max-usd", "1", "--top-up", "5", "--max-top-up", "5", "--mint"},
		"so it serves this machine only":                                {"--max-usd", "1", "--listen", "0.0.0.0:0"},
	} {
		veniceRun(t, append([]string{"proxy", "--state", state}, args...)...).want(t, exitUsage, "", want)
	}
	veniceWith(t, map[string]string{"VENICE_API_KEY": "key"}, "", "proxy", "--state", state, "--max-usd", "1", "--mint").want(t, exitUsage, "", "want a wallet")
	r := veniceRun(t, "proxy", "--state", state, "--max-usd", "2", "--token", "a=1", "--dry-run")
	r.want(t, exitOK, "(all)\t0\t2\na\t0\t1\n", "")
	if info, err := os.Stat(filepath.Join(state, "tokens.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}
