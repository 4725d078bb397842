// Package teeverify is the command that shows what a model's enclave proves, for a program that brings a verifier of quotes and
// for one that has none.
package teeverify

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/e2ee"
)

// The exit codes. Scripts branch on them: they do not change.
const (
	Verified    = 0
	Failure     = 1
	Usage       = 2
	Refused     = 4 // the attestation does not hold, or the model has none
	Unavailable = 5 // no answer, or none that decides
	Bound       = 7 // all of it holds, and nothing verified the quote
)

// Flags is the help about flags and exit codes.
const Flags = `  --json                 print one JSON object
  --base-url URL         service to ask, https://api.venice.ai/api/v1 by default

Exit codes:
  0  verified: the quote is Intel's, and all that was looked at holds
  1  any reason without a code of its own
  2  flags or arguments are not as they should be; nothing was sent
  4  the attestation does not hold, or the model has none
  5  no answer, or none that decides; trying again later may help
  7  bound: nonce, key and quote fit together, and nothing verified the quote
`

// Run attests a model and prints what was found, and returns the exit code; with an error unless the output says it all.
func Run(ctx context.Context, args []string, out io.Writer, verifier e2ee.QuoteVerifier) (code int, err error) {
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	asJSON := fs.Bool("json", false, "")
	base := fs.String("base-url", "", "")
	model, err := parse(fs, args)
	if err != nil {
		return Usage, err
	}
	options := []venice.ClientOption{venice.WithAuth(nil)}
	if *base != "" {
		options = append(options, venice.WithBaseURL(*base))
	}
	client, err := venice.New(options...)
	if err != nil {
		return Usage, err
	}
	attester, err := e2ee.NewAttester(client, e2ee.Policy{Verifier: verifier})
	if err != nil {
		return Failure, err
	}
	a, err := attester.Attest(ctx, model)
	if err != nil {
		return codeOf(err), err
	}
	if *asJSON {
		err = printJSON(out, a)
	} else {
		err = print(out, a)
	}
	switch {
	case err != nil:
		return Failure, err
	case !a.Verified:
		return Bound, nil
	}
	return Verified, nil
}

// parse reads flags on both sides of the model's id.
func parse(fs *flag.FlagSet, args []string) (model string, err error) {
	if err := fs.Parse(args); err != nil {
		return "", err
	}
	if model = fs.Arg(0); model == "" {
		return "", errors.New("want the id of a model")
	}
	if err := fs.Parse(fs.Args()[1:]); err != nil {
		return "", err
	}
	if n := fs.NArg(); n > 0 {
		return "", fmt.Errorf("%d argument(s) too many: want one model", n)
	}
	return model, nil
}

func codeOf(err error) int {
	switch {
	case errors.Is(err, e2ee.ErrAttestation), errors.Is(err, e2ee.ErrNoEncryption):
		return Refused
	case errors.Is(err, context.Canceled):
		return Failure
	}
	return Unavailable
}

func printJSON(out io.Writer, a *e2ee.Attestation) error {
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Verdict string `json:"verdict"`
		*e2ee.Attestation
	}{a.Verdict(), a})
}

func print(out io.Writer, a *e2ee.Attestation) error {
	layout, chats := a.Layout, "takes encrypted chats"
	if layout == "" {
		layout = "older layout"
	}
	if !a.Encrypts {
		chats = "is not listed for encrypted chats"
	}
	text := fmt.Sprintf("%q: %s, good until %s\n%q at %q, %q; it %s\n\naddress  %s\nkey      %s\nMRTD     %s\n",
		a.Model, a.Verdict(), a.Until.UTC().Format(time.RFC3339), a.Upstream, a.Provider, layout, chats, a.Address, a.Key, a.Measurements.MRTD)
	for i, r := range []string{a.Measurements.RTMR0, a.Measurements.RTMR1, a.Measurements.RTMR2, a.Measurements.RTMR3} {
		text += fmt.Sprintf("RTMR %d   %s\n", i, r)
	}
	text += "TCB      " + a.TCB + "\n\n"
	for _, f := range a.Findings {
		text += fmt.Sprintf("%-9s  %s", f.Standing, f.What)
		if f.By != "" {
			text += ": by " + f.By
		}
		if f.Why != "" {
			text += " (" + f.Why + ")"
		}
		text += "\n"
	}
	_, err := io.WriteString(out, text)
	return err
}
