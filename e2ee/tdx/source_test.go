// Tests of the sources of collateral, and of what the library makes of the same collateral.

package tdx_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-tdx-guest/verify"

	"github.com/venice-go/venice/e2ee/tdx"
	"github.com/venice-go/venice/tests/venicetest"
)

// forLibrary gets collateral as the library asks for it.
type forLibrary struct{ tdx.Collateral }

func (f forLibrary) Get(address string) (map[string][]string, []byte, error) {
	return f.Collateral.Get(context.Background(), address)
}

// The library judges collateral too, if the ids of platforms are in its own spelling. It has to come to the same end.
func TestLibraryAgrees(t *testing.T) {
	s := venicetest.NewServer(t)
	enclave, quote := s.Enclave(), quoteOf(t, s, newer)
	for _, c := range []struct {
		status  string
		revoked bool
	}{{"", false}, {"OutOfDate", false}, {"ConfigurationNeeded", false}, {"Revoked", false}, {"", true}} {
		enclave.SetPlatform(c.status, c.revoked)
		_, ours := tdx.Verifier{Roots: enclave.Roots(), Collateral: enclave}.VerifyQuote(t.Context(), quote, time.Now())
		theirs := verify.RawTdxQuote(quote, &verify.Options{
			Now: time.Now(), TrustedRoots: enclave.Roots(), Getter: forLibrary{enclave}, GetCollateral: true, CheckRevocations: true,
		})
		if (ours == nil) != (theirs == nil) || (ours == nil) != (c.status == "" && !c.revoked) {
			t.Errorf("%+v: ours %v, theirs %v", c, ours, theirs)
		}
	}
}

func TestHTTPS(t *testing.T) {
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("TCB-Info-Issuer-Chain", "chain")
		if r.URL.Path != "/tcb" {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = w.Write([]byte("body"))
	}))
	t.Cleanup(srv.Close)
	source := tdx.HTTPS(srv.Client())
	header, body, err := source.Get(t.Context(), srv.URL+"/tcb")
	if err != nil || string(body) != "body" || header["Tcb-Info-Issuer-Chain"][0] != "chain" {
		t.Errorf("%v, %q, %v", header, body, err)
	}
	if _, _, err := source.Get(t.Context(), srv.URL+"/other"); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("404: %v", err)
	}
	if _, _, err := source.Get(t.Context(), "http://localhost/tcb"); err == nil {
		t.Error("plain http was asked")
	}
}

type counting struct{ n int }

func (c *counting) Get(context.Context, string) (map[string][]string, []byte, error) {
	c.n++
	return nil, []byte("body"), nil
}

func TestMemory(t *testing.T) {
	for ttl, want := range map[time.Duration]int{time.Hour: 2, 0: 4} {
		source := &counting{}
		m := tdx.Memory(source, ttl)
		for _, address := range []string{"a", "b", "a", "b"} {
			if _, body, err := m.Get(t.Context(), address); string(body) != "body" || err != nil {
				t.Errorf("%q, %v", body, err)
			}
		}
		if source.n != want {
			t.Errorf("%v: asked %d times, want %d", ttl, source.n, want)
		}
	}
}

func TestParseCollateral(t *testing.T) {
	for _, bad := range []string{"", "[]", "{}", `{"pck_crl":"zz","root_ca_crl":"00"}`, `{"pck_crl":"00"}`} {
		if _, err := tdx.ParseCollateral([]byte(bad)); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}
