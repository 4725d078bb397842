// The chain of certificates under quotes, with the names that verifiers insist on, and another root than Intel's.

package enclave

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"time"
)

// A certificate with its key.
type issuer struct {
	*x509.Certificate
	key *ecdsa.PrivateKey
}

// A Chain is what the quotes of one fake rest on.
type Chain struct {
	root, platform, pck, tcb issuer
}

// RootURL is where the root's list of revoked certificates is, as its certificate says.
const RootURL = "https://venicetest.invalid/root.crl"

// PCKSerial is the serial number of the certificate that quotes are signed under, and PlatformSerial that of its issuer's.
const (
	platformSerial = 2
	pckSerial      = 3
)

// NewChain makes one of its own.
func NewChain() *Chain {
	c := &Chain{}
	c.root = issue(1, "Intel SGX Root CA", nil, x509.KeyUsageCertSign|x509.KeyUsageCRLSign)
	c.platform = issue(platformSerial, "Intel SGX PCK Platform CA", &c.root, x509.KeyUsageCertSign|x509.KeyUsageCRLSign)
	c.pck = issue(pckSerial, "Intel SGX PCK Certificate", &c.platform, x509.KeyUsageDigitalSignature, platformExtension())
	c.tcb = issue(4, "Intel SGX TCB Signing", &c.root, x509.KeyUsageDigitalSignature)
	return c
}

// Root is the certificate to trust.
func (c *Chain) Root() *x509.Certificate { return c.root.Certificate }

func issue(serial int64, name string, by *issuer, usage x509.KeyUsage, more ...pkix.Extension) issuer {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	ca := usage&x509.KeyUsageCertSign != 0
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name, Organization: []string{"venicetest"}},
		NotBefore: time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage: usage, BasicConstraintsValid: true, IsCA: ca, SubjectKeyId: big.NewInt(1000 + serial).Bytes(),
		CRLDistributionPoints: []string{RootURL}, ExtraExtensions: more,
	}
	parent, signer := template, crypto.Signer(key)
	if by != nil {
		parent, signer = by.Certificate, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	must(err)
	made, err := x509.ParseCertificate(der)
	must(err)
	return issuer{made, key}
}

// must is for what only a mistake in this package can break.
func must(err error) {
	if err != nil {
		panic("venicetest: " + err.Error())
	}
}

// text is certificates as PEM.
func text(certificates ...issuer) (all []byte) {
	for _, c := range certificates {
		all = append(all, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return all
}

// The platform: what its certificate says, and the collateral too.
const (
	fmspc  = "90c06f000000"
	pceID  = "0000"
	pceSVN = 13
)

// platformExtension is Intel's extension that describes a platform.
func platformExtension() pkix.Extension {
	oid := func(more ...int) asn1.ObjectIdentifier {
		return append(asn1.ObjectIdentifier{1, 2, 840, 113741, 1, 13, 1}, more...)
	}
	type member struct {
		ID    asn1.ObjectIdentifier
		Value any
	}
	var tcb []member
	for i := range 16 {
		tcb = append(tcb, member{oid(2, i+1), int64(svn[i])})
	}
	tcb = append(tcb, member{oid(2, 17), int64(pceSVN)}, member{oid(2, 18), svn[:]})
	type nested struct {
		ID    asn1.ObjectIdentifier
		Value []member
	}
	value, err := asn1.Marshal([]any{
		member{oid(1), make([]byte, 16)}, nested{oid(2), tcb}, member{oid(3), unhex(pceID)}, member{oid(4), unhex(fmspc)},
	})
	must(err)
	return pkix.Extension{Id: oid(), Value: value}
}

// svn are the versions of the platform's parts.
var svn = [16]byte{3, 3, 2, 2, 4, 1, 0, 5}
