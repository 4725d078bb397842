// Tests of auth: which operations get which credentials, and when.

package venice_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/venice-go/venice"
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
		access  venice.Access
		options []venice.ClientOption
		want    string
	}{
		{"/a", venice.AccessKey, []venice.ClientOption{venice.WithAPIKey("given")}, "Bearer given"},
		{"/a", venice.AccessAny, []venice.ClientOption{venice.WithAPIKey("given")}, "Bearer given"},
		{"/models", venice.AccessOpen, []venice.ClientOption{venice.WithAPIKey("given")}, "Bearer given"},
		{"/x402/balance", venice.AccessWallet, []venice.ClientOption{venice.WithAPIKey("given")}, ""},
		{"/x402/top-up", venice.AccessPayment, []venice.ClientOption{venice.WithAPIKey("given")}, ""},
		{"/api_keys/generate_web3_key", venice.AccessOpen, []venice.ClientOption{venice.WithAPIKey("given")}, ""},
		{"/a", venice.AccessKey, nil, "Bearer from-env"},
		{"/a", venice.AccessKey, []venice.ClientOption{venice.WithAuth(nil)}, ""},
		{"/a", venice.AccessKey, []venice.ClientOption{venice.WithAPIKey("one"), venice.WithAPIKey("two")}, "Bearer two"},
		{"/a", venice.AccessKey, []venice.ClientOption{venice.WithAPIKey("given"), venice.WithHeader("Authorization", "Basic x")}, "Bearer given"},
	} {
		client := newClient(t, append(c.options, venice.WithBaseURL(server.URL))...)
		op := &venice.Operation{Name: "op", Method: "GET", Path: c.path, Access: c.access}
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

func (c *counting) Authorize(_ context.Context, req *http.Request, op *venice.Operation) error {
	c.asked++
	req.Header.Set("SIGN-IN-WITH-X", fmt.Sprint(op.Name, " ", c.asked))
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

func (refusing) Authorize(context.Context, *http.Request, *venice.Operation) error {
	return errNoWallet
}

func TestAuthErrorSendsNothing(t *testing.T) {
	client, _ := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") }, venice.WithAuth(refusing{}))
	_, err := get(t.Context(), client)
	wantText(t, err, "venice: getThing: authorise: the wallet is locked")
	if !errors.Is(err, errNoWallet) {
		t.Errorf("%v is not the error of the Auth", err)
	}
}

// The mint never learns of another key, however its path is written.
func TestTheMintGetsNoKey(t *testing.T) {
	for _, path := range []string{"/api_keys/generate_web3_key", "/api_keys/generate%5Fweb3_key", "/api_keys/%67enerate_web3_key"} {
		sent := "nothing"
		client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			sent = r.Header.Get("Authorization")
			answer(200, "application/json", `{}`)(w, r)
		}, venice.WithAPIKey("hunter2hunter2"))
		if err := client.Do(t.Context(), "GET", path, nil, nil); sent != "" && sent != "nothing" {
			t.Errorf("%s: the key was sent; %v", path, err)
		}
	}
}
