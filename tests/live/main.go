// Live makes a few calls of the real service and holds its answers against the description: first what is free, then what
// is cheapest. It says what each call may cost before, and what it did cost after, and stops at a limit.
//
//	make test-live
//
// The environment says how: VENICE_API_KEY, or WALLET_PRIVATE_KEY of a wallet on Base with credit, lets it in; without
// them it says what it would do, and calls nothing. MAX_USD is what it may spend (0.05), VENICE_BASE_URL another address,
// FORMAT the form of the report (text, json, junit, github), and RECORD a folder for answers, which are written without
// what is secret.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/tests/contract"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Getenv, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "live:", err)
		os.Exit(1)
	}
}

// A session is one run.
type session struct {
	out    io.Writer
	client *venice.Client // nil without credentials
	wallet string         // address that signs in; "" for a key
	prices prices

	limit, spent float64 // USD
	failed       []string
}

func run(ctx context.Context, env func(string) string, out io.Writer) error {
	s := &session{out: out, limit: 0.05}
	if text := env("MAX_USD"); text != "" {
		limit, err := strconv.ParseFloat(text, 64)
		if err != nil || !(0 <= limit && limit <= 100) {
			return errors.New("MAX_USD: want USD from 0 to 100, such as 0.05")
		}
		s.limit = limit
	}
	check, err := newCheck(env("RECORD"))
	if err != nil {
		return err
	}
	if err := new(contract.Report).Write(io.Discard, cmp.Or(env("FORMAT"), "text")); err != nil {
		return fmt.Errorf("FORMAT: %w", err)
	}
	auth, err := s.letIn(env)
	if err != nil {
		return err
	}
	if auth == nil {
		s.plan()
		return nil
	}
	s.client, err = venice.New(auth, venice.WithBaseURL(cmp.Or(env("VENICE_BASE_URL"), "https://api.venice.ai/api/v1")),
		venice.WithHTTPClient(&http.Client{Transport: check.Transport(nil)}), venice.WithTimeout(2*time.Minute), venice.WithMaxAttempts(2))
	if err != nil {
		return err
	}
	err = s.all(ctx)
	fmt.Fprintf(out, "%s USD spent of %s\n", usd(s.spent), usd(s.limit))
	report := check.Report()
	err = errors.Join(err, report.Write(out, cmp.Or(env("FORMAT"), "text")))
	if len(s.failed) > 0 {
		err = errors.Join(err, fmt.Errorf("calls that failed: %s", strings.Join(s.failed, ", ")))
	}
	if report.Level() == contract.Break {
		err = errors.Join(err, errors.New("a client would misread an answer"))
	}
	return err
}

func newCheck(folder string) (*contract.Check, error) {
	if folder == "" {
		return contract.New()
	}
	return contract.New(contract.WithRecording(folder))
}

// letIn returns the credentials, or nil if there are none.
func (s *session) letIn(env func(string) string) (venice.ClientOption, error) {
	if key := env("VENICE_API_KEY"); key != "" {
		return venice.WithAPIKey(key), nil
	}
	secret := env("WALLET_PRIVATE_KEY")
	if secret == "" {
		return nil, nil
	}
	wallet, err := signer.ParseEVM(secret)
	if err != nil {
		return nil, err
	}
	s.wallet = wallet.Address()
	return venice.WithAuth(signer.SignIn(wallet)), nil
}

// plan says what would be done.
func (s *session) plan() {
	fmt.Fprintf(s.out, "No credentials: VENICE_API_KEY and WALLET_PRIVATE_KEY are not set. Nothing is called. With some, and up to %s USD:\n", usd(s.limit))
	for i, step := range steps {
		price := "free"
		if step.model != "" {
			price = "by the price of the cheapest model of the kind " + step.model
		} else if step.usd > 0 {
			price = usd(step.usd) + " USD at most"
		}
		fmt.Fprintf(s.out, "%2d. %s: %s\n", i+1, step.name, price)
	}
}

// all takes the steps, those that cost something in the order of what they may cost.
func (s *session) all(ctx context.Context) error {
	for _, step := range steps {
		if !step.billed() && step.meets(s) {
			if err := s.take(ctx, step, offer{}); err != nil {
				return err
			}
		}
	}
	billed := s.offers()
	for _, o := range billed {
		if s.spent+o.usd > s.limit {
			fmt.Fprintf(s.out, "left out  %s: up to %s USD more would pass the limit\n", o.step.name, usd(o.usd))
			continue
		}
		if err := s.take(ctx, o.step, o); err != nil {
			return err
		}
	}
	return nil
}

// usd is an amount with the digits that matter.
func usd(amount float64) string { return strconv.FormatFloat(amount, 'f', -1, 64) }
