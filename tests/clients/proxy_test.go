// The proxy between the clients and the service: all that they do for a week, they do through it as well, with a token and a
// base URL and no more.

package clients

import (
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/proxy"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/spend"
	"github.com/venice-go/venice/tests/venicetest"
)

// proxied puts a proxy before a fake, and returns how a program calls it.
func proxied(t *testing.T, s *venicetest.Server) (url, token string) {
	t.Helper()
	wallet, err := signer.GenerateEVM()
	if err == nil {
		err = s.SetCredit(wallet.Address(), 1000)
	}
	if err != nil {
		t.Fatal(err)
	}
	plain, err := venice.New(venice.WithBaseURL(s.URL), venice.WithAuth(nil))
	if err != nil {
		t.Fatal(err)
	}
	all := &spend.Cap{Total: 1000 * spend.USD, Unknown: spend.USD / 100, Prices: spend.NewPrices(plain)}
	token = "a-token-of-the-proxy"
	srv := httptest.NewServer(&proxy.Handler{Auth: signer.SignIn(wallet), BaseURL: s.URL, Cap: all, Clients: []proxy.Client{{Name: "week", Token: gen.NewSecret(token), Cap: all}}})
	t.Cleanup(srv.Close)
	return srv.URL + "/v1", token
}

// TestCurl is the line that emulate and the proxy are shown with.
func TestCurl(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("no curl here")
	}
	url, token := proxied(t, venicetest.NewServer(t))
	const body = `{"model":"zai-org-glm-5-1","stream":true,"messages":[{"role":"user","content":"Hello"}]}`
	out, err := exec.CommandContext(t.Context(), "curl", "-sSN", "-H", "Authorization: Bearer "+token, "-H", "Content-Type: application/json", "-d", body, url+"/chat/completions").CombinedOutput()
	if err != nil || !strings.HasSuffix(strings.TrimSpace(string(out)), "data: [DONE]") {
		t.Errorf("%v: %s", err, out)
	}
}
