// The verifier: a quote's signature and certificates, up to a root.

// Package tdx verifies the quotes of Intel's TDX for package e2ee: their signatures, by google/go-tdx-guest, up to Intel's root
// certificate, and with collateral whether a certificate was revoked and whether the machine's parts are up to date. It is a
// module of its own, so that who encrypts nothing need not have what it imports.
package tdx

import (
	"bytes"
	"context"
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"github.com/google/go-tdx-guest/abi"
	"github.com/google/go-tdx-guest/pcs"
	pb "github.com/google/go-tdx-guest/proto/tdx"
	"github.com/google/go-tdx-guest/verify"

	"github.com/venice-go/venice/e2ee"
)

// A Verifier is an [e2ee.QuoteVerifier]. The zero value verifies signatures up to Intel's root, and looks at no collateral: an
// attestation by it says that revocation and TCB status are unchecked.
type Verifier struct {
	// Collateral is where lists of revoked certificates and of versions come from, such as [HTTPS]. What cannot be had, has
	// expired or is not signed as it should be is an error. Nil is none.
	Collateral Collateral
	// Statuses are those of a TCB that are good enough, in Intel's words, such as "SWHardeningNeeded". Nil is "UpToDate" alone.
	// "Revoked" never is.
	Statuses []string
	// Roots are to be trusted in place of Intel's root, for tests.
	Roots *x509.CertPool
}

var _ e2ee.QuoteVerifier = Verifier{}

//go:embed intel.pem
var intelPEM []byte

// VerifyQuote says whether the quote is genuine at a time, and until when that holds.
func (v Verifier) VerifyQuote(ctx context.Context, quote []byte, at time.Time) (report *e2ee.QuoteReport, err error) {
	by := "go-tdx-guest, up to the root given"
	roots := v.Roots
	if roots == nil {
		by, roots = "go-tdx-guest, up to Intel's SGX root", x509.NewCertPool()
		roots.AppendCertsFromPEM(intelPEM)
	}
	q, err := check(quote, &verify.Options{Now: at, TrustedRoots: roots})
	if err != nil {
		return nil, err
	}
	report = &e2ee.QuoteReport{By: by, Until: q.until(at)}
	if v.Collateral == nil {
		report.Findings = []e2ee.Finding{{
			What: "no certificate was revoked, and the TCB is up to date", Standing: e2ee.Unchecked, Why: "no collateral was given",
		}}
		return report, nil
	}
	c := collecting{ctx: ctx, source: v.Collateral, roots: roots, at: at, until: report.Until}
	if err := c.judge(q, v.Statuses, report); err != nil {
		return nil, fmt.Errorf("collateral: %w", err)
	}
	report.Until = c.until
	return report, nil
}

// A genuine is a quote whose signatures were verified.
type genuine struct {
	*pb.QuoteV4
	pck, ca, root *x509.Certificate
	platform      *pcs.PckExtensions
}

// check has the library verify a quote. It indexes what a quote says of its own lengths, so that hostile ones make it panic.
func check(raw []byte, options *verify.Options) (q *genuine, err error) {
	defer func() {
		if recover() != nil {
			q, err = nil, errors.New("its parts have other lengths than it says")
		}
	}()
	parsed, err := abi.QuoteToProto(raw)
	if err != nil {
		return nil, err
	}
	quote, ok := parsed.(*pb.QuoteV4)
	if !ok {
		return nil, errors.New("it is not of version 4")
	}
	if err := verify.TdxQuote(quote, options); err != nil {
		return nil, err
	}
	chain := quote.GetSignedData().GetCertificationData().GetQeReportCertificationData().GetPckCertificateChainData().GetPckCertChain()
	certificates, err := parsePEM(bytes.TrimRight(chain, "\x00"))
	if err != nil || len(certificates) != 3 {
		return nil, errors.New("its chain is not of three certificates")
	}
	q = &genuine{QuoteV4: quote, pck: certificates[0], ca: certificates[1], root: certificates[2]}
	if q.platform, err = pcs.PckCertificateExtensions(q.pck); err != nil {
		return nil, err
	}
	// The library holds what the root signed against the roots that are trusted, and not the root that the quote brings. Keys under which a
	// given signature is good can be made, and it is this root's word on what was revoked that counts.
	if _, err := q.root.Verify(x509.VerifyOptions{Roots: options.TrustedRoots, CurrentTime: options.Now}); err != nil {
		return nil, err
	}
	for _, c := range certificates { // which the library takes as valid from any time
		if options.Now.Before(c.NotBefore) {
			return nil, fmt.Errorf("the certificate %q is not valid yet", c.Subject.CommonName)
		}
	}
	return q, nil
}

// until is when the first of the certificates expires.
func (q *genuine) until(at time.Time) time.Time {
	end := at.AddDate(1, 0, 0)
	for _, c := range []*x509.Certificate{q.pck, q.ca, q.root} {
		end = earlier(end, c.NotAfter)
	}
	return end
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func parsePEM(text []byte) (all []*x509.Certificate, err error) {
	for {
		block, rest := pem.Decode(text)
		if block == nil {
			if len(bytes.TrimSpace(rest)) > 0 {
				return nil, errors.New("there is more than certificates")
			}
			return all, nil
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		all, text = append(all, c), rest
	}
}
