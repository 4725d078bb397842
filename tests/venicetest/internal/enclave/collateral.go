// Collateral: what Intel's service tells about platforms, signed by this chain.

package enclave

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"net/url"
	"strings"
	"time"
)

// A Standing is how the collateral speaks of the platform.
type Standing struct {
	Status  string // of its TCB; "" for UpToDate
	Revoked bool   // its certificate
}

// Collateral answers a request for collateral as Intel's service does, by the last part of its address: headers and body.
func (c *Chain) Collateral(address string, now time.Time, s Standing) (header map[string][]string, body []byte, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, nil, err
	}
	with := func(name string, certificates ...issuer) map[string][]string {
		return map[string][]string{name: {url.QueryEscape(string(text(certificates...)))}}
	}
	switch {
	case address == RootURL:
		return nil, c.revoked(c.root, now, 0), nil
	case strings.HasSuffix(u.Path, "/pckcrl"):
		serial := int64(0)
		if s.Revoked {
			serial = pckSerial
		}
		return with("Sgx-Pck-Crl-Issuer-Chain", c.platform, c.root), c.revoked(c.platform, now, serial), nil
	case strings.HasSuffix(u.Path, "/tcb"):
		return with("Tcb-Info-Issuer-Chain", c.tcb, c.root), c.signed("tcbInfo", tcbInfo(now, s.Status)), nil
	case strings.HasSuffix(u.Path, "/qe/identity"):
		return with("Sgx-Enclave-Identity-Issuer-Chain", c.tcb, c.root), c.signed("enclaveIdentity", qeIdentity(now)), nil
	}
	return nil, nil, fmt.Errorf("there is no collateral at %s", u.Path)
}

// revoked is a list of revoked certificates, with at most one in it.
func (c *Chain) revoked(by issuer, now time.Time, serial int64) []byte {
	list := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: now.Add(-time.Hour), NextUpdate: now.AddDate(0, 1, 0)}
	if serial != 0 {
		list.RevokedCertificateEntries = []x509.RevocationListEntry{{SerialNumber: big.NewInt(serial), RevocationTime: now.Add(-time.Hour)}}
	}
	der, err := x509.CreateRevocationList(rand.Reader, list, by.Certificate, by.key)
	must(err)
	return der
}

// signed is an object under its name, with a signature of its bytes.
func (c *Chain) signed(name string, object map[string]any) []byte {
	body, err := json.Marshal(object)
	must(err)
	return fmt.Appendf(nil, `{%q:%s,"signature":%q}`, name, body, hex.EncodeToString(sign(c.tcb.key, body)))
}

func window(now time.Time) map[string]any {
	stamp := func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
	return map[string]any{"issueDate": stamp(now.Add(-time.Hour)), "nextUpdate": stamp(now.AddDate(0, 1, 0)), "tcbEvaluationDataNumber": 19}
}

func tcbInfo(now time.Time, status string) map[string]any {
	if status == "" {
		status = "UpToDate"
	}
	components := func(versions [16]byte) (list []any) {
		for _, v := range versions {
			list = append(list, map[string]any{"svn": v})
		}
		return list
	}
	info := window(now)
	info["id"], info["version"], info["fmspc"], info["pceId"], info["tcbType"] = "TDX", 3, fmspc, pceID, 0
	info["tdxModule"] = map[string]any{"mrsigner": strings.Repeat("00", 48), "attributes": strings.Repeat("00", 8), "attributesMask": strings.Repeat("ff", 8)}
	info["tdxModuleIdentities"] = []any{map[string]any{
		"id": "TDX_01", "mrsigner": strings.Repeat("00", 48), "attributes": strings.Repeat("00", 8), "attributesMask": strings.Repeat("ff", 8),
		"tcbLevels": []any{map[string]any{"tcb": map[string]any{"isvsvn": 4}, "tcbDate": "2024-03-13T00:00:00Z", "tcbStatus": "UpToDate"}},
	}}
	info["tcbLevels"] = []any{map[string]any{
		"tcb":     map[string]any{"sgxtcbcomponents": components(svn), "pcesvn": pceSVN, "tdxtcbcomponents": components([16]byte{})},
		"tcbDate": "2024-03-13T00:00:00Z", "tcbStatus": status,
	}}
	return info
}

func qeIdentity(now time.Time) map[string]any {
	id := window(now)
	id["id"], id["version"], id["isvprodid"] = "TD_QE", 2, qeProduct
	id["miscselect"], id["miscselectMask"] = "00000000", "ffffffff"
	id["attributes"], id["attributesMask"] = "11000000000000000000000000000000", "fbffffffffffffff0000000000000000"
	id["mrsigner"] = hex.EncodeToString(mrSigner)
	id["tcbLevels"] = []any{map[string]any{"tcb": map[string]any{"isvsvn": 4}, "tcbDate": "2024-03-13T00:00:00Z", "tcbStatus": "UpToDate"}}
	return id
}
