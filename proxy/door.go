// The door: which requests are let in, and as whose.

package proxy

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/venice-go/venice"
)

var (
	// paying are headers by which others pay or sign in. A program has no business with either here.
	paying = []string{"Payment-Signature", "X-402-Payment", "X-Payment", "Sign-In-With-X", "X-Sign-In-With-X"}
	// single are headers that two readers could take for different things if there were two.
	single = []string{"Authorization", "Content-Type", "Content-Length", "Content-Encoding", "Transfer-Encoding"}
	// kept are the only headers of a program that are passed on.
	kept = []string{"Accept", "Content-Type", "Content-Encoding", "X-Venice-Responses-Mode",
		"X-Venice-Tee-Client-Pub-Key", "X-Venice-Tee-Model-Pub-Key", "X-Venice-Tee-Signing-Algo"}
	// spelled is how a path of the service looks.
	spelled = regexp.MustCompile(`^(?:/api)?/v1((?:/[A-Za-z0-9_-]+)+)(?:\?.*)?$`)
)

// door refuses what no program of this machine's user sends.
func (h *Handler) door(r *http.Request) *fault {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = strings.Trim(r.Host, "[]")
	}
	has := func(name string) bool { return r.Header[name] != nil }
	site := r.Header.Get("Sec-Fetch-Site")
	switch {
	case host != "localhost" && !net.ParseIP(host).IsLoopback() && !slices.Contains(h.Hosts, host), r.URL.Host != "":
		return &fault{403, "permission_error", "host", "this host is not served: want localhost, 127.0.0.1 or [::1]"}
	case has("Origin"), site != "" && site != "none" && site != "same-origin":
		return &fault{403, "permission_error", "origin", "web pages are not served"}
	case has("Upgrade"), has("Http2-Settings"), r.ProtoMajor != 1:
		return &fault{403, "permission_error", "upgrade", "only HTTP/1 is spoken here"}
	case slices.ContainsFunc(paying, has):
		return &fault{400, invalid, "payment_header", "headers that pay or sign in are not taken: the proxy does both"}
	case slices.ContainsFunc(single, func(name string) bool { return len(r.Header[name]) > 1 }):
		return &fault{400, invalid, "doubled_header", "a header is there twice"}
	}
	return nil
}

func tokensOf(clients []Client) (map[[32]byte]*Client, error) {
	tokens := map[[32]byte]*Client{}
	for i := range clients {
		c := &clients[i]
		sum := sha256.Sum256([]byte(c.Token.Reveal()))
		if c.Name == "" || c.Cap == nil || len(c.Token.Reveal()) < 16 || tokens[sum] != nil {
			return nil, fmt.Errorf("client %d (%s): want a name, a cap, and a token of its own of at least 16 characters", i+1, c.Name)
		}
		tokens[sum] = c
	}
	if len(tokens) == 0 {
		return nil, errors.New("no Clients")
	}
	return tokens, nil
}

// route finds the operation that a request is for, if programs may call it, and nil otherwise.
func (c *call) route(r *http.Request) *venice.Operation {
	parts := spelled.FindStringSubmatch(r.RequestURI)
	if parts == nil {
		return nil
	}
	c.path = parts[1]
	op := venice.OperationOf(r.Method, c.path)
	open := op.Access == venice.AccessOpen && op.Effect == venice.EffectRead && !strings.HasPrefix(c.path, "/api_keys")
	if op.Name == "" || op.Access != venice.AccessAny && !open {
		return nil
	}
	return &op
}

// objectOf is the JSON of a request by which it is priced: of a form, its parts that are no files.
func objectOf(r *http.Request, body []byte) ([]byte, error) {
	if !strings.HasPrefix(strings.ToLower(r.Header.Get("Content-Type")), "multipart/") {
		return body, nil
	}
	form := &http.Request{Method: r.Method, Header: r.Header, Body: io.NopCloser(bytes.NewReader(body))}
	if err := form.ParseMultipartForm(maxBody); err != nil {
		return nil, err
	}
	object := map[string]string{}
	for name, values := range form.MultipartForm.Value {
		object[name] = values[0]
		if name == "model" && len(values) > 1 {
			return nil, errors.New("two models")
		}
	}
	return json.Marshal(object)
}
