// Tests of the verifier: quotes of the fake under its own root, quotes that were recorded, and both with bits flipped.

package tdx_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/e2ee"
	"github.com/venice-go/venice/e2ee/tdx"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

const (
	older = "e2ee-gemma-3-27b-p"
	newer = "e2ee-glm-5"
)

// quoteOf is the quote that the fake shows for a model.
func quoteOf(t testing.TB, s *venicetest.Server, model string) []byte {
	t.Helper()
	client, err := venice.New(venice.WithBaseURL(s.URL), venice.WithAuth(nil))
	if err != nil {
		t.Fatal(err)
	}
	a, err := client.GetAttestation(t.Context(), &gen.GetAttestationParams{Model: model, Nonce: strings.Repeat("0a", 32)})
	if err != nil {
		t.Fatal(err)
	}
	quote, err := hex.DecodeString(a.IntelQuote)
	if err != nil {
		t.Fatal(err)
	}
	return quote
}

func TestFakesQuotes(t *testing.T) {
	s := venicetest.NewServer(t)
	enclave, quote, now := s.Enclave(), quoteOf(t, s, newer), time.Now()
	full := tdx.Verifier{Roots: enclave.Roots(), Collateral: enclave}
	report, err := full.VerifyQuote(t.Context(), quote, now)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Findings) != 2 || report.Findings[0].Standing != e2ee.Proven || report.Findings[1].Standing != e2ee.Proven ||
		!report.Until.After(now) || report.Until.After(now.AddDate(0, 1, 1)) {
		t.Errorf("%+v", report)
	}
	report, err = tdx.Verifier{Roots: enclave.Roots()}.VerifyQuote(t.Context(), quote, now)
	if err != nil || len(report.Findings) != 1 || report.Findings[0].Standing != e2ee.Unchecked {
		t.Errorf("without collateral: %+v, %v", report, err)
	}

	refused := func(why, text string, v tdx.Verifier, quote []byte, at time.Time) {
		t.Helper()
		if report, err := v.VerifyQuote(t.Context(), quote, at); err == nil || report != nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: %+v, %v, want %q", why, report, err, text)
		}
	}
	refused("Intel's root", "unknown authority", tdx.Verifier{Collateral: enclave}, quote, now)
	refused("another fake's root", "unknown authority", tdx.Verifier{Roots: venicetest.NewServer(t).Enclave().Roots()}, quote, now)
	refused("before its time", "", full, quote, now.AddDate(-20, 0, 0))
	refused("in a year", "has expired", full, quote, now.AddDate(1, 0, 0))
	refused("in a hundred years", "", full, quote, now.AddDate(100, 0, 0))
	refused("no collateral to be had", "down", tdx.Verifier{Roots: enclave.Roots(), Collateral: down{}}, quote, now)

	enclave.SetPlatform("OutOfDate", false)
	refused("out of date", "platform OutOfDate", full, quote, now)
	lenient := tdx.Verifier{Roots: enclave.Roots(), Collateral: enclave, Statuses: []string{"UpToDate", "OutOfDate", "Revoked"}}
	if report, err := lenient.VerifyQuote(t.Context(), quote, now); err != nil || !strings.Contains(report.Findings[1].What, "platform OutOfDate") {
		t.Errorf("accepted: %+v, %v", report, err)
	}
	enclave.SetPlatform("Revoked", false)
	refused("revoked TCB", "platform Revoked", lenient, quote, now)
	enclave.SetPlatform("", true)
	refused("revoked certificate", "was revoked", full, quote, now)
}

type down struct{}

func (down) Get(context.Context, string) (map[string][]string, []byte, error) {
	return nil, nil, errors.New("down")
}

// No byte of a quote can change unnoticed, and none of it can be missing, but for those bits of the certificates' text that
// mean nothing.
func TestFlippedQuotes(t *testing.T) {
	s := venicetest.NewServer(t)
	quote, v := quoteOf(t, s, older), tdx.Verifier{Roots: s.Enclave().Roots()}
	for i := range len(quote) - 1 { // the last byte is a zero behind the certificates
		bent := append([]byte(nil), quote...)
		bent[i] ^= 1 << (i % 8)
		if report, err := v.VerifyQuote(t.Context(), bent, time.Now()); err == nil && !reflect.DeepEqual(certificates(bent), certificates(quote)) {
			t.Errorf("byte %d of %d: %+v", i, len(quote), report)
		}
		if i%16 == 0 {
			if _, err := v.VerifyQuote(t.Context(), quote[:i], time.Now()); err == nil {
				t.Errorf("cut at %d: good", i)
			}
		}
	}
}

// certificates are what stands in a quote before its texts, and the certificates.
func certificates(quote []byte) (all [][]byte) {
	at := bytes.Index(quote, []byte("-----BEGIN"))
	all = append(all, quote[:max(at, 0)])
	for block, rest := pem.Decode(quote[max(at, 0):]); block != nil; block, rest = pem.Decode(rest) {
		all = append(all, block.Bytes)
	}
	return all
}

// collateral of the fake, with one thing about it changed.
type bent struct {
	tdx.Collateral
	at   string
	bend func(header map[string][]string, body []byte) (map[string][]string, []byte)
}

func (b bent) Get(ctx context.Context, address string) (map[string][]string, []byte, error) {
	header, body, err := b.Collateral.Get(ctx, address)
	if err == nil && strings.Contains(address, b.at) {
		header, body = b.bend(header, body)
	}
	return header, body, err
}

func TestBentCollateral(t *testing.T) {
	s := venicetest.NewServer(t)
	quote, other := quoteOf(t, s, older), venicetest.NewServer(t).Enclave()
	replace := func(old, new string) func(map[string][]string, []byte) (map[string][]string, []byte) {
		return func(h map[string][]string, body []byte) (map[string][]string, []byte) {
			if !strings.Contains(string(body), old) {
				t.Errorf("%q is not there", old)
			}
			return h, []byte(strings.Replace(string(body), old, new, 1))
		}
	}
	from := func(address string) func(map[string][]string, []byte) (map[string][]string, []byte) {
		return func(map[string][]string, []byte) (map[string][]string, []byte) {
			h, body, err := other.Get(t.Context(), address)
			if err != nil {
				t.Error(err)
			}
			return h, body
		}
	}
	bare := func(_ map[string][]string, body []byte) (map[string][]string, []byte) { return nil, body }
	empty := func(h map[string][]string, _ []byte) (map[string][]string, []byte) { return h, nil }
	for _, c := range []struct {
		why, at string
		bend    func(map[string][]string, []byte) (map[string][]string, []byte)
	}{
		{"a status that was not signed", "/tcb", replace(`"tcbDate"`, `"tcbDatum"`)},
		{"another platform's", "/tcb", replace("90c06f000000", "90c06f000001")},
		{"another root's TCB info", "/tcb", from("https://x/tcb")},
		{"no chain", "/tcb", bare},
		{"no TCB info", "/tcb", empty},
		{"an identity that was not signed", "/qe/identity", replace(`"isvprodid":2`, `"isvprodid":3`)},
		{"another root's identity", "/qe/identity", from("https://x/qe/identity")},
		{"the TCB info as an identity", "/qe/identity", from("https://x/tcb")},
		{"no chain of the identity", "/qe/identity", bare},
		{"another root's list", "pckcrl", from("https://x/pckcrl")},
		{"no list", "pckcrl", empty},
		{"another root's own list", "root.crl", from("https://venicetest.invalid/root.crl")},
		{"the platforms' list as the root's", "root.crl", func(map[string][]string, []byte) (map[string][]string, []byte) {
			h, body, _ := s.Enclave().Get(t.Context(), "https://x/pckcrl")
			return h, body
		}},
	} {
		v := tdx.Verifier{Roots: s.Enclave().Roots(), Collateral: bent{s.Enclave(), c.at, c.bend}}
		if report, err := v.VerifyQuote(t.Context(), quote, time.Now()); err == nil || report != nil {
			t.Errorf("%s: %+v, %v", c.why, report, err)
		}
	}
}

func FuzzVerifier(f *testing.F) {
	s := venicetest.NewServer(f)
	f.Add(quoteOf(f, s, older))
	f.Add(quoteOf(f, s, newer))
	v := tdx.Verifier{Roots: s.Enclave().Roots()}
	good := quoteOf(f, s, older)
	f.Fuzz(func(t *testing.T, quote []byte) {
		_, err := v.VerifyQuote(context.Background(), quote, time.Now())
		if err == nil && string(quote) != string(good) && len(quote) < len(good) {
			t.Errorf("a quote of %d bytes is good", len(quote))
		}
	})
}
