// Tests of origins: base URLs that are refused, and redirects that are not followed.

package venice_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/venice-go/venice"
)

func TestBaseURL(t *testing.T) {
	for address, want := range map[string]string{
		"https://api.venice.ai/api/v1/": "https://api.venice.ai/api/v1",
		"https://gateway.example":       "https://gateway.example",
		"https://gateway.example:8443/": "https://gateway.example:8443",
		"http://localhost:8402/api/v1":  "http://localhost:8402/api/v1",
		"http://LocalHost":              "http://LocalHost",
		"http://127.8.9.10:1":           "http://127.8.9.10:1",
		"http://[::1]:8402":             "http://[::1]:8402",
		"":                              "want an absolute URL",
		"api.venice.ai":                 "want an absolute URL",
		"https:api.venice.ai":           "want an absolute URL",
		"https://":                      "want an absolute URL",
		"https://:443":                  "want an absolute URL",
		"https://u:hunter2@host\x7f/":   "want an absolute URL",
		"ftp://api.venice.ai":           `the scheme "ftp"`,
		"http://api.venice.ai":          "use https for api.venice.ai",
		"http://10.0.0.1":               "use https for 10.0.0.1",
		"http://0.0.0.0":                "use https for 0.0.0.0",
		"http://localhost.example":      "use https for localhost.example",
		"http://127.0.0.1.example":      "use https for 127.0.0.1.example",
		"https://u:hunter2@a.example":   "user information is not accepted",
		"https://u@a.example":           "user information is not accepted",
		"https://a.example?k=hunter2":   "query or fragment",
		"https://a.example?":            "query or fragment",
		"https://a.example#hunter2":     "query or fragment",
		"https://a.example#":            "query or fragment",
	} {
		c, err := venice.New(venice.WithAuth(nil), venice.WithBaseURL(address))
		switch {
		case err == nil && c.BaseURL() != want:
			t.Errorf("%q gives %q, want %q", address, c.BaseURL(), want)
		case err != nil && (!strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "WithBaseURL")):
			t.Errorf("%q: error %q, want %q in it", address, err, want)
		case err != nil && strings.Contains(err.Error(), "hunter2"):
			t.Errorf("%q: error %q shows a secret", address, err)
		}
	}
}

func TestBaseURLOfTheEnvironment(t *testing.T) {
	for address, want := range map[string]string{
		"":                                  "https://api.venice.ai/api/v1",
		"https://gateway.example/v1/":       "https://gateway.example/v1",
		"http://127.0.0.1:8402":             "http://127.0.0.1:8402",
		"http://gateway.example":            "venice: VENICE_BASE_URL: plain http is accepted",
		"gateway.example":                   "venice: VENICE_BASE_URL: want an absolute URL",
		"https://u:hunter2@gateway.example": "venice: VENICE_BASE_URL: user information is not accepted",
	} {
		t.Setenv("VENICE_BASE_URL", address)
		c, err := venice.New(venice.WithAuth(nil))
		if err != nil {
			wantText(t, err, want)
		} else if c.BaseURL() != want {
			t.Errorf("%q gives %q, want %q", address, c.BaseURL(), want)
		}
		if c, err := venice.New(venice.WithAuth(nil), venice.WithBaseURL("https://a.example")); err != nil || c.BaseURL() != "https://a.example" {
			t.Errorf("%q is read although WithBaseURL was given: %v", address, err)
		}
	}
	t.Setenv("VENICE_BASE_URL", "https://gateway.example")
	_, err := venice.New(venice.WithBaseURL(""))
	wantText(t, err, "WithBaseURL: want an absolute URL")
}

func TestWithPlainHTTP(t *testing.T) {
	for _, c := range []struct {
		hosts         []string
		address, want string // want is what the error says; "" for none
	}{
		{[]string{"proxy"}, "http://proxy:8080/api/v1", ""},
		{[]string{"other", "Proxy.svc.cluster.local."}, "http://proxy.SVC.cluster.local", ""},
		{[]string{"10.1.2.3"}, "http://10.1.2.3:80", ""},
		{[]string{"fd00::1"}, "http://[fd00::1]:80", ""},
		{[]string{"proxy"}, "https://gateway.example", ""},
		{nil, "http://proxy", "WithBaseURL: plain http is accepted"},
		{[]string{"proxy"}, "http://proxy.example", "use https for proxy.example"},
		{[]string{"proxy"}, "http://a.proxy", "use https for a.proxy"},
		{[]string{"10.1.2.3"}, "http://10.1.2.4", "use https for 10.1.2.4"},
		{[]string{"proxy"}, "ftp://proxy", `the scheme "ftp"`},
		{[]string{"8.8.8.8"}, "http://8.8.8.8", "WithPlainHTTP: 8.8.8.8 is not of a private network"},
		{[]string{"::ffff:8.8.8.8"}, "", "not of a private network"},
		{[]string{"0.0.0.0"}, "", "not of a private network"},
		{[]string{"API.venice.ai"}, "", "WithPlainHTTP: API.venice.ai is the service's own"},
		{[]string{"venice.ai."}, "", "the service's own"},
		{[]string{"proxy:80"}, "", "without scheme and port"},
		{[]string{"http://proxy"}, "", "without scheme and port"},
		{[]string{"*.local"}, "", "without scheme and port"},
		{[]string{""}, "", "without scheme and port"},
	} {
		for _, options := range [][]venice.ClientOption{
			{venice.WithPlainHTTP(c.hosts...), venice.WithBaseURL(c.address)},
			{venice.WithBaseURL(c.address), venice.WithPlainHTTP(c.hosts...)},
		} {
			_, err := venice.New(append(options, venice.WithAuth(nil))...)
			if c.want != "" {
				wantText(t, err, c.want)
			} else if err != nil {
				t.Errorf("%q for %s: %v", c.hosts, c.address, err)
			}
		}
	}
}

func TestRedirectToAnotherOriginIsRefused(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("another origin got a request with %v", r.Header)
	}))
	defer other.Close()
	tls := httptest.NewTLSServer(http.NotFoundHandler())
	defer tls.Close()
	for _, target := range []string{
		other.URL + "/steal?token=hunter2",
		strings.Replace(other.URL, "127.0.0.1", "localhost", 1), // the same machine by another name is another origin
		tls.URL,
	} {
		for _, op := range []*venice.Operation{opGet, opPost} {
			for _, status := range []int{301, 302, 303, 307, 308} {
				asked := false
				mine := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { asked = true; return nil }}
				client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("CF-RAY", "ray")
					w.Header().Set("Location", target)
					w.WriteHeader(status)
				}, venice.WithHTTPClient(mine), venice.WithAPIKey("hunter2"))
				c := call(op, nil)
				if op == opPost {
					c.Body = &thing{Name: "hunter2"}
				}
				_, err := venice.DoerOf(client).Do(t.Context(), c)
				wantText(t, err, op.Name+": ", fmt.Sprint(status), "redirect refused", "another origin", "(request ray)")
				if e := asError(t, err); e.Status != status || strings.Contains(e.Error(), "hunter2") {
					t.Errorf("status %d, text %q", e.Status, e)
				}
				if asked {
					t.Error("the caller's CheckRedirect was asked about a redirect that is refused")
				}
			}
		}
	}
}

func TestRedirectWithinTheOrigin(t *testing.T) {
	var requests int
	handler := func(w http.ResponseWriter, r *http.Request) {
		requests++
		switch {
		case r.URL.Path == "/loop" || r.URL.Query().Get("loop") != "":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case r.URL.Path == "/things":
			http.Redirect(w, r, "/moved", http.StatusTemporaryRedirect)
		default:
			answer(200, "application/json", `{"name":"moved"}`)(w, r)
		}
	}
	client, _ := serve(t, handler)
	if got, err := get(t.Context(), client); err != nil || got.Name != "moved" {
		t.Errorf("a GET within the origin: %v, %v", got, err)
	}

	requests = 0
	_, err := venice.DoerOf(client).Do(t.Context(), call(opPost, &thing{}))
	wantText(t, err, "createThing: 307", "not a POST")
	if requests != 1 {
		t.Errorf("%d requests for a POST that is redirected, want 1", requests)
	}

	requests = 0
	c := call(opGet, nil)
	c.Query = [][2]any{{"loop", true}}
	_, err = venice.DoerOf(client).Do(t.Context(), c)
	wantText(t, err, "10 have been followed")
	if requests != 10 {
		t.Errorf("%d requests in a loop, want 10", requests)
	}

	mine := errors.New("not here")
	client, _ = serve(t, handler, venice.WithHTTPClient(&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return mine }}))
	if _, err = get(t.Context(), client); !errors.Is(err, mine) {
		t.Errorf("got %v, want the error of the caller's CheckRedirect", err)
	}
	client, _ = serve(t, handler, venice.WithHTTPClient(&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}))
	if _, err = get(t.Context(), client); asError(t, err).Status != 307 {
		t.Errorf("got %v, want the 307 itself", err)
	}
}
