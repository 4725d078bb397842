// Handler: what happens to a call from its arrival to its end.

// Package proxy lets programs that know a base URL and a key use a wallet: an endpoint in the form of OpenAI's API that
// signs calls in, or gives them an API key that renews itself, pays within a budget, and caps what each program may spend.
package proxy

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/signer"
	"github.com/venice-go/venice/spend"
)

// A Client is a program that may call.
type Client struct {
	Name  string     // for the page and the metrics
	Token gen.Secret // what it sends as its API key: at least 16 characters
	Cap   *spend.Cap // what it may spend; required
}

// A Handler passes calls on to the service, for programs on the same machine:
//
//	handler := &proxy.Handler{Auth: signer.SignIn(wallet), Cap: total, Clients: []proxy.Client{{Name: "editor", Token: token, Cap: editors}}}
//	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second} // on a listener on loopback
//
// Below /v1, and /api/v1, are the routes of the service that a wallet or an INFERENCE key may call, and the lists of models;
// those that manage keys and money are not, and neither is minting. A program's token is replaced by Auth's credentials.
// Streams pass as they come. What is refused, here or by the service, arrives as OpenAI's SDKs read errors, and tells them
// not to try again where that would not help. / is a page for people, and /metrics is for Prometheus; they show no content
// of calls and no secret, and need no token: everybody on the machine can read them.
//
// Caps are held as package spend says: a call that could cost more than is left is refused with 402 before it leaves, and
// with their Journal they hold over a restart. An Auth that pays, such as an AutoTopUp of package x402, has its own budget.
//
// No web page can use it: requests whose Host is neither loopback nor one of Hosts are refused, which keeps out names that
// are bound anew, and so are those that come from another page by Origin or Sec-Fetch-Site. So are headers that pay or sign
// in, headers that are there twice, upgrades, and paths that are spelled in other ways than the service's.
//
// The fields are set before the first use. A Handler is safe for use by several goroutines at once and must not be copied.
// The zero Handler refuses every call.
type Handler struct {
	Auth    venice.Auth       // credentials of all calls: a signer.SignIn, x402.AutoTopUp or autokey.Auth; required
	BaseURL string            // of the service; https://api.venice.ai/api/v1 if empty
	Base    http.RoundTripper // sends the requests, and does not decompress answers; a transport of its own if nil
	Clients []Client          // who may call
	Cap     *spend.Cap        // what all of them may spend together; required. Its Prices tell what calls cost
	Hosts   []string          // names under which it is reached, beside loopback, without ports
	// Balance tells what is left, for the page, each time that it is looked at. If nil, the page shows none.
	Balance func(context.Context) string
	Logger  *slog.Logger // gets a line for each call, without its content; nil for none

	once   sync.Once
	err    error // why no call is let in
	pass   *httputil.ReverseProxy
	tokens map[[32]byte]*Client
	stats  stats
}

// maxBody is the largest request that is passed on, in bytes: more than the service takes.
const maxBody = 40 << 20

func (h *Handler) prepare() {
	h.stats.began = time.Now()
	base, err := url.Parse(strings.TrimRight(cmp.Or(h.BaseURL, "https://api.venice.ai/api/v1"), "/"))
	switch h.tokens, h.err = tokensOf(h.Clients); {
	case err != nil || base.Host == "":
		h.err = errors.New("BaseURL is no address")
	case h.Auth == nil:
		h.err = errors.New("no Auth")
	case h.Cap == nil:
		h.err = errors.New("no Cap: what may be spent needs a bound")
	}
	if h.err != nil {
		return
	}
	transport := h.Base
	if transport == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.DisableCompression = true
		t.MaxIdleConnsPerHost = 100
		transport = t
	}
	h.pass = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			c := callOf(r.In)
			r.Out.URL = &url.URL{Scheme: base.Scheme, Host: base.Host, Path: base.Path + c.path, RawQuery: r.In.URL.Query().Encode()}
			r.Out.Host, r.Out.Header, r.Out.Trailer = "", http.Header{"User-Agent": {"venice-go-proxy"}}, nil
			for _, name := range kept {
				if value := r.In.Header.Get(name); value != "" {
					r.Out.Header.Set(name, value)
				}
			}
			r.Out.ContentLength, r.Out.TransferEncoding = int64(len(c.body)), nil
			r.Out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(c.body)), nil }
			r.Out.Body, _ = r.Out.GetBody()
			if len(c.body) == 0 {
				r.Out.Body = http.NoBody
			}
		},
		Transport:      &signer.Transport{Auth: h.Auth, BaseURL: base.String(), Base: transport},
		FlushInterval:  -1,
		ErrorLog:       log.New(io.Discard, "", 0), // its words could show what was sent
		ModifyResponse: answered,
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			c, f := callOf(r), explain(err)
			if c.status = f.status; !c.left.Load() {
				c.end(venice.EndedUndone)
			}
			f.write(w)
		},
	}
}

// A call is one that was let in.
type call struct {
	client    *Client
	path      string
	body      []byte
	model     string
	began     time.Time
	status    int
	left      atomic.Bool // there was a connection for it
	witnesses []venice.Witness
	said      []byte // what the answer says of its cost, as JSON
	ended     bool
}

type callKey struct{}

func callOf(r *http.Request) *call { return r.Context().Value(callKey{}).(*call) }

func (c *call) see(header http.Header, data []byte) {
	for _, w := range c.witnesses {
		w.See(header, data)
	}
	if bytes.Contains(data, []byte(`"usage"`)) || bytes.Contains(data, []byte(`"cost"`)) {
		c.said = append(c.said[:0], data...)
	}
}

// end settles what was reserved, once.
func (c *call) end(how venice.Ending) {
	if !c.ended {
		c.ended = true
		for _, w := range c.witnesses {
			w.End(how)
		}
	}
}

// ServeHTTP implements [http.Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.once.Do(h.prepare)
	refused := h.door(r)
	var c *call
	switch {
	case refused != nil:
	case r.URL.Path == "/":
		h.show(w, r, pageTemplate)
		return
	case r.URL.Path == "/metrics":
		h.show(w, r, metricsTemplate)
		return
	default:
		c, refused = h.admit(w, r)
	}
	if refused != nil {
		h.stats.add(line{Client: "(refused)", Model: refused.code, Status: refused.status})
		refused.write(w)
		return
	}
	h.stats.open.Add(1)
	defer func() { // also if ReverseProxy panics, as it does when an answer breaks off
		c.end(venice.EndedUnknown)
		h.note(c)
		h.stats.open.Add(-1)
	}()
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { c.left.Store(true) }}
	h.pass.ServeHTTP(w, r.WithContext(httptrace.WithClientTrace(context.WithValue(r.Context(), callKey{}, c), trace)))
}

// admit finds out who calls what, and reserves what it can cost.
func (h *Handler) admit(w http.ResponseWriter, r *http.Request) (*call, *fault) {
	if h.err != nil {
		return nil, &fault{500, "server_error", "not_set_up", "the proxy is not set up: " + h.err.Error()}
	}
	// By its sum, so that the time that it takes to find a token tells nothing of any.
	token := sha256.Sum256([]byte(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")))
	c := &call{client: h.tokens[token], began: time.Now()}
	if c.client == nil {
		return nil, &fault{401, "authentication_error", "invalid_api_key", "the API key is none of the proxy's tokens"}
	}
	op := c.route(r)
	if op == nil {
		return nil, &fault{404, invalid, "unknown_url", "no such route here: want one such as POST /v1/chat/completions or GET /v1/models"}
	}
	var err error
	if c.body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody)); errors.As(err, new(*http.MaxBytesError)) {
		return nil, &fault{413, invalid, "payload_too_large", "the request is larger than 40 MiB"}
	}
	object, formed := objectOf(r, c.body)
	if err = errors.Join(err, formed); err != nil {
		return nil, &fault{400, invalid, "unreadable", "the request cannot be read"}
	}
	c.model = modelOf(object)
	attempt := &venice.Attempt{Operation: op, Path: c.path, Body: object}
	for _, guard := range slices.Compact([]*spend.Cap{c.client.Cap, h.Cap}) {
		witness, err := guard.Admit(r.Context(), attempt)
		if err != nil {
			c.end(venice.EndedUndone)
			return nil, explain(err)
		}
		if witness != nil {
			c.witnesses = append(c.witnesses, witness)
		}
	}
	return c, nil
}
