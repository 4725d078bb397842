// Collateral: what Intel says about certificates and versions, fetched and held against the root.

package tdx

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/go-tdx-guest/pcs"

	"github.com/venice-go/venice/e2ee"
)

// Collateral answers requests as Intel's provisioning service does (api.trustedservices.intel.com, version 4): by address, with
// the headers that hold the chains of certificates, and a body. What it gives is checked, so that it need not be trusted.
type Collateral interface {
	Get(ctx context.Context, address string) (header map[string][]string, body []byte, err error)
}

// A collecting is one look at the collateral of a quote.
type collecting struct {
	ctx    context.Context
	source Collateral
	roots  *x509.CertPool
	at     time.Time
	until  time.Time // the earliest end of what was seen
	top    *x509.RevocationList
}

// judge says whether a quote's certificates and parts are good by the collateral.
func (c *collecting) judge(q *genuine, accepted []string, report *e2ee.QuoteReport) error {
	if err := c.revocation(q); err != nil {
		return err
	}
	report.Findings = append(report.Findings, e2ee.Finding{What: "no certificate was revoked", Standing: e2ee.Proven, By: "Intel's lists of revoked certificates"})
	var info pcs.TcbInfo
	if err := c.signed(pcs.TcbInfoURL(q.platform.FMSPC), "tcbInfo", "Tcb-Info-Issuer-Chain", &info); err != nil {
		return fmt.Errorf("TCB info: %w", err)
	}
	var identity pcs.EnclaveIdentity
	if err := c.signed(pcs.QeIdentityURL(), "enclaveIdentity", "Sgx-Enclave-Identity-Issuer-Chain", &identity); err != nil {
		return fmt.Errorf("identity of the quoting enclave: %w", err)
	}
	if err := c.window("TCB info", info.IssueDate, info.NextUpdate); err != nil {
		return err
	}
	if err := c.window("identity of the quoting enclave", identity.IssueDate, identity.NextUpdate); err != nil {
		return err
	}
	status, err := statusOf(q, &info, &identity)
	if err != nil {
		return err
	}
	if err := status.check(accepted); err != nil {
		return err
	}
	report.Findings = append(report.Findings, e2ee.Finding{What: "the TCB: " + status.String(), Standing: e2ee.Proven,
		By: fmt.Sprintf("Intel's TCB info, evaluation %d", info.TcbEvaluationDataNumber)})
	return nil
}

// window refuses what has expired, or is of a time to come.
func (c *collecting) window(what string, from, to time.Time) error {
	switch {
	case c.at.After(to):
		return fmt.Errorf("%s has expired on %s", what, to.Format(time.DateOnly))
	case c.at.Before(from):
		return fmt.Errorf("%s is from %s, which is yet to come", what, from.Format(time.DateOnly))
	}
	c.until = earlier(c.until, to)
	return nil
}

// revocation refuses certificates that are on one of the two lists.
func (c *collecting) revocation(q *genuine) (err error) {
	if len(q.root.CRLDistributionPoints) == 0 {
		return errors.New("the root does not say where its list of revoked certificates is")
	}
	if c.top, err = c.list(q.root.CRLDistributionPoints[0], q.root); err != nil {
		return fmt.Errorf("the root's list of revoked certificates: %w", err)
	}
	kind := "platform"
	if q.ca.Subject.CommonName == "Intel SGX PCK Processor CA" {
		kind = "processor"
	}
	list, err := c.list(pcs.PckCrlURL(kind), q.ca)
	if err != nil {
		return fmt.Errorf("the list of revoked platforms: %w", err)
	}
	if on(c.top, q.ca.SerialNumber) || on(list, q.pck.SerialNumber) {
		return errors.New("a certificate of the quote was revoked")
	}
	return nil
}

func on(list *x509.RevocationList, serial *big.Int) bool {
	for _, r := range list.RevokedCertificateEntries {
		if r.SerialNumber.Cmp(serial) == 0 {
			return true
		}
	}
	return false
}

func (c *collecting) list(address string, issuer *x509.Certificate) (*x509.RevocationList, error) {
	_, body, err := c.source.Get(c.ctx, address)
	if err != nil {
		return nil, err
	}
	list, err := x509.ParseRevocationList(body)
	if err != nil {
		return nil, err
	}
	if err := list.CheckSignatureFrom(issuer); err != nil {
		return nil, err
	}
	return list, c.window("it", list.ThisUpdate, list.NextUpdate)
}

// signed fetches an object that stands under a name beside its signature, and decodes it once that is verified.
func (c *collecting) signed(address, name, chain string, into any) error {
	header, body, err := c.source.Get(c.ctx, address)
	if err != nil {
		return err
	}
	signer, err := c.signer(http.Header(header).Get(chain))
	if err != nil {
		return err
	}
	var members map[string]json.RawMessage
	var digits string
	if err := json.Unmarshal(body, &members); err != nil {
		return err
	}
	if err := json.Unmarshal(members["signature"], &digits); err != nil {
		return errors.New("it is not signed")
	}
	key, ok := signer.PublicKey.(*ecdsa.PublicKey)
	sig, err := hex.DecodeString(digits)
	if err != nil || len(sig) != 64 || !ok {
		return errors.New("its signature is not of 64 bytes")
	}
	sum := sha256.Sum256(members[name])
	if !ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])) {
		return errors.New("its signature is not by its chain")
	}
	return json.Unmarshal(members[name], into)
}

// signer is the certificate that collateral is signed under, from a header, once it was verified.
func (c *collecting) signer(escaped string) (*x509.Certificate, error) {
	text, err := url.QueryUnescape(escaped)
	if err != nil {
		return nil, err
	}
	chain, err := parsePEM([]byte(text))
	if err != nil || len(chain) == 0 || chain[0].Subject.CommonName != "Intel SGX TCB Signing" {
		return nil, errors.New("it came without the certificate of Intel's TCB signing")
	}
	if _, err := chain[0].Verify(x509.VerifyOptions{Roots: c.roots, CurrentTime: c.at}); err != nil {
		return nil, err
	}
	if on(c.top, chain[0].SerialNumber) {
		return nil, errors.New("the certificate of its signature was revoked")
	}
	c.until = earlier(c.until, chain[0].NotAfter)
	return chain[0], nil
}

// hexEqual compares digits in any case.
func hexEqual(a, b string) bool { return a != "" && strings.EqualFold(a, b) }
