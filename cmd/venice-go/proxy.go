// The proxy command: a wallet for programs that know a base URL and a key.

package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/proxy"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/signer/autokey"
	"github.com/venice-go/venice/signer/x402"
	"github.com/venice-go/venice/spend"
)

var proxyCommand = &command{
	name: "proxy", short: "an OpenAI-compatible endpoint here that a wallet pays for",
	about: `
venice-go proxy serves an OpenAI-compatible endpoint on this machine, for coding assistants, chat front ends and programs
in any language. It signs their calls in with a wallet, or sends the API key in VENICE_API_KEY, and holds each of them,
and all together, to a cap. What they cost is written down in the folder for its state, so that a restart has no fresh
caps. The address that it prints is also a page that shows who spent what; /metrics is for Prometheus.

Each program gets a token of its own, which is made at the first start and stays the same. With --top-up the wallet pays
USDC in when its balance is low. With --mint it mints an API key with its stake, and another before that one expires.`,
	json: `page, baseUrl: URLs; clients: list of {name, token, maxUsd: number}. It is printed when it can be called. With --dry-run,
caps: list of {name, spentUsd, maxUsd}`,
	codes: `
0  interrupted
1  it could not be served`,
	example: "venice-go proxy --key-file wallet.key --max-usd 10 --token editor=5 --token scripts=1",
	setUp: func(f *flags) action {
		o := &proxyFlags{listen: "127.0.0.1:8404"}
		f.text(&o.listen, "listen", "HOST:PORT", "loopback address to serve on; 127.0.0.1:8404 by default, port 0 for any that is free")
		f.read(amount(&o.most), "max-usd", "USD", "most that all programs may spend together, restarts included; needed")
		f.read(o.addToken, "token", "NAME=USD", `a program, and the most that it may spend; repeatable. Without it there is one, "default", that may spend it all`)
		f.read(amount(&o.unknown), "unknown-usd", "USD", "what a call counts as whose price is not known before, such as a transcription; without it such calls are refused")
		f.read(money(&o.topUp), "top-up", "USD", "pay that much in when the balance is low, 5 or more; with --max-top-up")
		f.read(money(&o.pay.maxUSD), "max-top-up", "USD", "most that all payments may add up to, restarts included")
		f.text(&o.pay.rpc, "rpc", "URL", "for --top-up: node of the wallet's chain; needed on Solana")
		f.text(&o.pay.testAsset, "test-asset", "ADDRESS", "for --top-up: pay in a made-up token, such as venice-go emulate names")
		f.yes(&o.mint, "mint", "call with an API key that the wallet mints with its stake and renews each day")
		f.text(&o.state, "state", "FOLDER", "where tokens and journals are kept; a folder of the user's for venice-go by default")
		f.yes(&o.log, "log", "a line on stderr for each call, without its content")
		f.yes(&o.dryRun, "dry-run", "print what is left of the caps, and serve nothing")
		o.reach.declare(f)
		return o.run
	},
}

type proxyFlags struct {
	listen, state     string
	most, unknown     spend.Amount
	topUp             x402.Amount
	pay               payFlags
	mint, log, dryRun bool
	names             []string
	caps              map[string]spend.Amount
	reach             reach
}

// addToken reads NAME=USD.
func (o *proxyFlags) addToken(text string) error {
	name, usd, _ := strings.Cut(text, "=")
	var most spend.Amount
	if err := amount(&most)(usd); err != nil || name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") != "" || o.caps[name] != 0 {
		return errors.New("want NAME=USD, such as editor=5, with a name of letters, digits and .-_ for each")
	}
	if o.caps == nil {
		o.caps = map[string]spend.Amount{}
	}
	o.names, o.caps[name] = append(o.names, name), most
	return nil
}

func (o *proxyFlags) run(ctx context.Context, c *console, _ []string) (err error) {
	switch {
	case o.most == 0:
		return failure{exitUsage, errors.New("--max-usd: want the most that all programs may spend together, such as 10")}
	case (o.topUp == 0) != (o.pay.maxUSD == 0):
		return failure{exitUsage, errors.New("--top-up and --max-top-up go together")}
	case o.mint && o.topUp != 0:
		return failure{exitUsage, errors.New("--mint and --top-up contradict each other: a key spends what the account has")}
	}
	if o.names == nil {
		o.names, o.caps = []string{"default"}, map[string]spend.Amount{"default": o.most}
	}
	if o.state == "" {
		if o.state, err = stateFolder("proxy"); err != nil {
			return failure{exitUsage, fmt.Errorf("--state: %w", err)}
		}
	} else if err := os.MkdirAll(o.state, 0o700); err != nil {
		return failure{exitUsage, fmt.Errorf("--state: %w", err)}
	}
	client, wallet, err := o.reach.either(c)
	if err != nil {
		return err
	}
	if wallet == nil && (o.mint || o.topUp != 0) {
		return failure{exitUsage, errors.New("--mint and --top-up want a wallet: name its --key-file")}
	}
	handler, release, err := o.handler(c, client, wallet)
	if err != nil {
		return err
	}
	defer release()
	if o.dryRun {
		return o.left(ctx, c, handler)
	}
	s, err := serveHere(o.listen, handler)
	if err != nil {
		return err
	}
	defer s.stop()
	if err := o.print(c, s.url, handler); err != nil {
		return err
	}
	return s.wait(ctx)
}

// handler makes the handler of what the flags say.
func (o *proxyFlags) handler(c *console, client *venice.Client, wallet signer.Wallet) (h *proxy.Handler, release func(), err error) {
	kept, err := journal.OpenFile(filepath.Join(o.state, "spending.journal"))
	if err != nil {
		return nil, nil, failure{exitUsage, fmt.Errorf("--state: %w", err)}
	}
	release = func() { _ = kept.Close() }
	tokens, err := o.tokens()
	if err != nil {
		release()
		return nil, nil, failure{exitUsage, fmt.Errorf("--state: %w", err)}
	}
	prices := spend.NewPrices(client)
	capOf := func(name string, most spend.Amount) *spend.Cap {
		return &spend.Cap{Name: name, Total: most, Unknown: o.unknown, Prices: prices, Journal: kept}
	}
	h = &proxy.Handler{BaseURL: client.BaseURL(), Cap: capOf("all", o.most), Balance: func(ctx context.Context) string {
		has, _, _, err := balanceOf(ctx, client, wallet)
		if err != nil {
			return "not known just now"
		}
		return has[0].amount + " " + has[0].currency
	}}
	for _, name := range o.names {
		h.Clients = append(h.Clients, proxy.Client{Name: name, Token: gen.NewSecret(tokens[name]), Cap: capOf("client/"+name, o.caps[name])})
	}
	if o.log {
		h.Logger = slog.New(slog.NewTextHandler(c.stderr, nil))
	}
	switch {
	case wallet == nil:
		h.Auth = bearer(c.env("VENICE_API_KEY"))
	case o.mint:
		auth := &autokey.Auth{Wallet: wallet, Store: autokey.File{Path: filepath.Join(o.state, "key")}, Life: 24 * time.Hour}
		if o.reach.baseURL != "" {
			auth.AllowOrigins = []string{o.reach.baseURL}
		}
		h.Auth = auth
	case o.topUp != 0:
		o.pay.journal = filepath.Join(o.state, "payments.journal")
		payer, closePayments, err := o.pay.payer(&o.reach, wallet, o.topUp)
		if err != nil {
			release()
			return nil, nil, err
		}
		release = func() { closePayments(); _ = kept.Close() }
		h.Auth = &x402.AutoTopUp{Payer: payer, Amount: o.topUp, Options: o.reach.origins(), Paid: func(r *x402.Receipt, err error) {
			switch {
			case r != nil:
				fmt.Fprintf(c.stderr, "paid in %v\n", r.Amount)
			case err != nil:
				fmt.Fprintf(c.stderr, "not paid in: %v\n", err)
			}
		}}
	default:
		h.Auth = signer.SignIn(wallet, o.reach.origins()...)
	}
	return h, release, nil
}

// A bearer is the credentials that an API key is.
type bearer string

func (b bearer) Authorize(_ context.Context, r *http.Request, _ *venice.Operation) error {
	r.Header.Set("Authorization", "Bearer "+string(b))
	return nil
}

func (bearer) Format(s fmt.State, _ rune) { fmt.Fprint(s, "API key") }

// tokens are those of all programs that ever had one, with new ones for those that had none.
func (o *proxyFlags) tokens() (map[string]string, error) {
	file := filepath.Join(o.state, "tokens.json")
	tokens, changed := map[string]string{}, false
	raw, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(raw, &tokens)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for _, name := range o.names {
		if tokens[name] == "" {
			tokens[name], changed = "vgp_"+rand.Text(), true
		}
	}
	if !changed {
		return tokens, nil
	}
	raw, _ = json.MarshalIndent(tokens, "", "  ")
	next := file + ".new"
	os.Remove(next)
	if err := newFile(next, string(raw)+"\n"); err != nil {
		return nil, err
	}
	return tokens, os.Rename(next, file)
}

type proxyClient struct {
	Name   string  `json:"name"`
	Token  string  `json:"token"`
	MaxUSD float64 `json:"maxUsd"`
}

// print says how the proxy is used.
func (o *proxyFlags) print(c *console, url string, h *proxy.Handler) error {
	clients := []proxyClient{}
	for i := range h.Clients {
		clients = append(clients, proxyClient{h.Clients[i].Name, h.Clients[i].Token.Reveal(), usdOf(o.caps[h.Clients[i].Name])})
	}
	if c.json {
		return c.printJSON(map[string]any{"page": url + "/", "baseUrl": url + "/v1", "clients": clients})
	}
	fmt.Fprintf(c.stdout, "page      %s/\n", url)
	for _, p := range clients {
		fmt.Fprintf(c.stdout, "%-8s  export OPENAI_BASE_URL=%s/v1 OPENAI_API_KEY=%s\n", p.Name, url, p.Token)
	}
	_, err := fmt.Fprintln(c.stdout, "Interrupt (Ctrl-C) to stop.")
	return err
}

// left shows what was spent, and what may be.
func (o *proxyFlags) left(ctx context.Context, c *console, h *proxy.Handler) error {
	type row struct {
		Name     string  `json:"name"`
		SpentUSD float64 `json:"spentUsd"`
		MaxUSD   float64 `json:"maxUsd"`
	}
	rows, t := []row{}, &table{head: []string{"PROGRAM", "SPENT USD", "MAX USD"}}
	for _, one := range append([]proxy.Client{{Name: "(all)", Cap: h.Cap}}, h.Clients...) {
		spent, err := one.Cap.Spent(ctx)
		if err != nil {
			return err
		}
		rows = append(rows, row{one.Name, usdOf(spent.Total), usdOf(one.Cap.Total)})
		t.row(one.Name, dollars(usdOf(spent.Total)), dollars(usdOf(one.Cap.Total)))
	}
	return c.show(map[string]any{"caps": rows}, t)
}
