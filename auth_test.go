// Tests of auth: which operations get which credentials, and when.

package venice_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

func TestAPIKeyGoesWhereItIsTaken(t *testing.T) {
	t.Setenv("VENICE_API_KEY", "from-env")
	var got string
	echo := func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("Authorization")
		answer(200, "application/json", `{}`)(w, r)
	}
	_, server := serve(t, echo)
	for _, c := range []struct {
		path    string
		access  gen.Access
		options []venice.Option
		want    string
	}{
		{"/a", gen.AccessKey, []venice.Option{venice.WithAPIKey("given")}, "Bearer given"},
		{"/a", gen.AccessAny, []venice.Option{venice.WithAPIKey("given")}, "Bearer given"},
		{"/models", gen.AccessOpen, []venice.Option{venice.WithAPIKey("given")}, "Bearer given"},
		{"/x402/balance", gen.AccessWallet, []venice.Option{venice.WithAPIKey("given")}, ""},
		{"/x402/top-up", gen.AccessPayment, []venice.Option{venice.WithAPIKey("given")}, ""},
		{"/api_keys/generate_web3_key", gen.AccessOpen, []venice.Option{venice.WithAPIKey("given")}, ""},
		{"/a", gen.AccessKey, nil, "Bearer from-env"},
		{"/a", gen.AccessKey, []venice.Option{venice.WithAuth(nil)}, ""},
		{"/a", gen.AccessKey, []venice.Option{venice.WithAPIKey("one"), venice.WithAPIKey("two")}, "Bearer two"},
		{"/a", gen.AccessKey, []venice.Option{venice.WithAPIKey("given"), venice.WithHeader("Authorization", "Basic x")}, "Bearer given"},
	} {
		client := newClient(t, append(c.options, venice.WithBaseURL(server.URL))...)
		op := &gen.Operation{ID: "op", Method: "GET", Path: c.path, Access: c.access}
		if _, err := venice.DoerOf(client).Do(t.Context(), call(op, nil)); err != nil {
			t.Fatal(err)
		}
		if got != c.want {
			t.Errorf("%s (%s): Authorization %q, want %q", c.path, c.access, got, c.want)
		}
	}
}

// counting signs every attempt with a number of its own.
type counting struct{ asked int }

func (c *counting) Authorize(_ context.Context, req *http.Request, op *gen.Operation) error {
	c.asked++
	req.Header.Set("SIGN-IN-WITH-X", fmt.Sprint(op.ID, " ", c.asked))
	return nil
}

func TestAuthIsAskedForEveryAttempt(t *testing.T) {
	var seen []string
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("SIGN-IN-WITH-X"))
		if r.URL.Path == "/things" {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
			return
		}
		answer(200, "application/json", `{}`)(w, r)
	}, venice.WithAuth(&counting{}))
	for range 2 {
		if _, err := get(t.Context(), client); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := fmt.Sprint(seen), "[getThing 1 getThing 2 getThing 3 getThing 4]"; got != want {
		t.Errorf("the server saw %s, want %s", got, want)
	}
}

type refusing struct{}

var errNoWallet = errors.New("the wallet is locked")

func (refusing) Authorize(context.Context, *http.Request, *gen.Operation) error { return errNoWallet }

func TestAuthErrorSendsNothing(t *testing.T) {
	client, _ := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") }, venice.WithAuth(refusing{}))
	_, err := get(t.Context(), client)
	wantText(t, err, "venice: getThing: authorise: the wallet is locked")
	if !errors.Is(err, errNoWallet) {
		t.Errorf("%v is not the error of the Auth", err)
	}
}
