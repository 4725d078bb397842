// Sources of collateral: Intel's service, a file, and a memory in front of either.

package tdx

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// maxCollateral bounds an answer in bytes.
const maxCollateral = 4 << 20

// HTTPS gets collateral from Intel over the network, by the given client, or one that waits for at most 30 seconds if it is nil.
func HTTPS(client *http.Client) Collateral {
	if client == nil {
		client = &http.Client{Timeout: 30 * time.Second}
	}
	return https{client}
}

type https struct{ client *http.Client }

func (h https) Get(ctx context.Context, address string) (map[string][]string, []byte, error) {
	if !strings.HasPrefix(address, "https://") {
		return nil, nil, errors.New("want an address of https")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, nil, err
	}
	resp, err := h.client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxCollateral))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %s", req.URL.Host, resp.Status)
	}
	return resp.Header, body, err
}

// Memory asks source once, and again for what is older than ttl. It is safe for concurrent use.
func Memory(source Collateral, ttl time.Duration) Collateral {
	return &memory{source: source, ttl: ttl, known: map[string]remembered{}}
}

type memory struct {
	source Collateral
	ttl    time.Duration
	mu     sync.Mutex
	known  map[string]remembered
}

type remembered struct {
	header map[string][]string
	body   []byte
	at     time.Time
}

func (m *memory) Get(ctx context.Context, address string) (map[string][]string, []byte, error) {
	m.mu.Lock()
	r, ok := m.known[address]
	m.mu.Unlock()
	if ok && time.Since(r.at) < m.ttl {
		return r.header, r.body, nil
	}
	header, body, err := m.source.Get(ctx, address)
	if err == nil {
		m.mu.Lock()
		m.known[address] = remembered{header, body, time.Now()}
		m.mu.Unlock()
	}
	return header, body, err
}

// ParseCollateral reads collateral of one platform in the form that other tools keep it in (dcap-qvl's QuoteCollateralV3): a
// JSON object of tcb_info, tcb_info_signature, qe_identity, qe_identity_signature, pck_crl, root_ca_crl (both hex) and the
// chains tcb_info_issuer_chain, qe_identity_issuer_chain and pck_crl_issuer_chain (PEM).
func ParseCollateral(data []byte) (Collateral, error) {
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("tdx: collateral: %w", err)
	}
	for name, digits := range map[string]string{"pck_crl": f.PCKCRL, "root_ca_crl": f.RootCRL} {
		if raw, err := hex.DecodeString(digits); err != nil || len(raw) == 0 {
			return nil, fmt.Errorf("tdx: collateral: %s: want hex", name)
		}
	}
	return f, nil
}

type file struct {
	TCBInfo           string `json:"tcb_info"`
	TCBSignature      string `json:"tcb_info_signature"`
	TCBChain          string `json:"tcb_info_issuer_chain"`
	Identity          string `json:"qe_identity"`
	IdentitySignature string `json:"qe_identity_signature"`
	IdentityChain     string `json:"qe_identity_issuer_chain"`
	PCKCRL            string `json:"pck_crl"`
	PCKChain          string `json:"pck_crl_issuer_chain"`
	RootCRL           string `json:"root_ca_crl"`
}

func (f file) Get(_ context.Context, address string) (map[string][]string, []byte, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, nil, err
	}
	chain := func(name, pem string) map[string][]string { return map[string][]string{name: {url.QueryEscape(pem)}} }
	signed := func(name, object, signature string) []byte {
		return fmt.Appendf(nil, `{%q:%s,"signature":%q}`, name, object, signature)
	}
	switch {
	case strings.HasSuffix(u.Path, "/tcb"):
		return chain("Tcb-Info-Issuer-Chain", f.TCBChain), signed("tcbInfo", f.TCBInfo, f.TCBSignature), nil
	case strings.HasSuffix(u.Path, "/qe/identity"):
		return chain("Sgx-Enclave-Identity-Issuer-Chain", f.IdentityChain), signed("enclaveIdentity", f.Identity, f.IdentitySignature), nil
	case strings.HasSuffix(u.Path, "/pckcrl"):
		body, err := hex.DecodeString(f.PCKCRL)
		return chain("Sgx-Pck-Crl-Issuer-Chain", f.PCKChain), body, err
	}
	body, err := hex.DecodeString(f.RootCRL)
	return nil, body, err
}
