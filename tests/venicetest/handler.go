// The fake as an http.Handler, and the way of a request through it.

package venicetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

const (
	basePath = "/api/v1"
	maxBody  = 35 << 20 // bytes of a request that the service reads
)

// Handler is a fake Venice below the path /api/v1. Make it with [NewHandler]; it is safe for concurrent use.
type Handler struct {
	mux      *http.ServeMux
	contract *contract
	now      func() time.Time
	seed     uint64
	report   func(error)

	mu          sync.Mutex // guards what follows; held while a behaviour runs
	rand        *rand.Rand
	tokenSecret []byte
	stakes      map[string]float64 // VVV by checksummed address
	contracts   map[string]func(token, signature string) bool
	chainDown   int // mints left that cannot reach the chain
	keys        []*key
	charges     []charge
	pins        map[string]*pin
	drawn       map[string]uint64 // samples by operation
	observe     func(operation string, r *http.Request, body []byte)
}

// NewHandler returns a fake Venice that nobody has staked with and that knows no key.
func NewHandler(options ...Option) *Handler {
	h := &Handler{
		mux:       http.NewServeMux(),
		contract:  description(),
		now:       time.Now,
		report:    func(error) {},
		stakes:    map[string]float64{},
		contracts: map[string]func(token, signature string) bool{},
		pins:      map[string]*pin{},
		drawn:     map[string]uint64{},
	}
	for _, o := range options {
		o(h)
	}
	h.rand = rand.New(rand.NewPCG(h.seed, 0))
	h.tokenSecret = []byte(h.randomHex(32))
	for operation, route := range h.contract.routes {
		h.mux.HandleFunc(route.Method+" "+basePath+route.Path, func(w http.ResponseWriter, r *http.Request) {
			h.serve(w, newRequest(operation, route, r))
		})
	}
	h.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusNotFound, map[string]any{"error": "no such route: " + r.Method + " " + r.URL.Path})
	})
	return h
}

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.mux.ServeHTTP(w, r) }

// serve is the way of every request: read, let in, check, answer, check the answer, write.
func (h *Handler) serve(w http.ResponseWriter, r *request) {
	a := h.answer(w, r)
	h.setHeaders(w.Header(), r, a)
	if err := h.check(w.Header(), r, a); err != nil {
		h.report(err)
		writeJSON(w, http.StatusInternalServerError, map[string]any{"error": "venicetest: " + err.Error()})
		return
	}
	a.write(w)
}

// check says how an answer breaks the description, and the seeds that bring it back.
func (h *Handler) check(header http.Header, r *request, a answer) error {
	why, err := "could not be made", a.fault
	if err == nil && !a.outside {
		why, err = "breaks the description", h.contract.checkAnswer(r, a, header)
	}
	if err == nil {
		return nil
	}
	seeds := fmt.Sprintf("WithSeed(%d)", h.seed)
	if a.seed != 0 {
		seeds += fmt.Sprintf(", Answer.Seed %d", a.seed)
	}
	return fmt.Errorf("%s: the answer %d %s: %w (%s)", r.operation, a.status, why, err, seeds)
}

func (h *Handler) answer(w http.ResponseWriter, r *request) answer {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return r.refuseTooLarge()
	}
	if err != nil {
		return refuse(http.StatusBadRequest, "the request could not be read to its end")
	}
	r.setBody(body)

	h.show(r)
	h.mu.Lock()
	defer h.mu.Unlock()
	if refusal := h.letIn(r); refusal != nil && h.pins[r.operation] == nil {
		return *refusal
	}
	if refusal := h.contract.checkRequest(r); refusal != nil {
		return *refusal
	}
	if a, pinned := h.take(r.operation); pinned {
		return h.carryOut(r, a)
	}
	if do := behaviours[r.operation]; do != nil {
		return do(h, r)
	}
	return h.invent(r)
}

// OnRequest has see called with every request to an operation of the description once its body was read, before it is
// judged or answered; nil ends that. The operation is named by method and path ("GET /api_keys/{id}"). The request is a
// copy for see alone: its path values, query and headers are as they came, and its body can be read again, for instance
// with its MultipartReader. Requests at the same time lead to calls at the same time.
func (h *Handler) OnRequest(see func(operation string, r *http.Request, body []byte)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.observe = see
}

func (h *Handler) show(r *request) {
	h.mu.Lock()
	see := h.observe
	h.mu.Unlock()
	if see == nil {
		return
	}
	own := r.Clone(r.Context())
	own.Body = io.NopCloser(bytes.NewReader(r.raw))
	see(r.operation, own, bytes.Clone(r.raw))
}

// behaviours says what the fake does for each operation, once the request was found to be allowed and valid. They run
// one at a time.
var behaviours = map[string]func(*Handler, *request) answer{
	"GET /api_keys/generate_web3_key":   (*Handler).issueToken,
	"POST /api_keys/generate_web3_key":  (*Handler).mint,
	"GET /api_keys":                     (*Handler).listKeys,
	"POST /api_keys":                    (*Handler).createKey,
	"PATCH /api_keys":                   (*Handler).updateKey,
	"DELETE /api_keys":                  (*Handler).deleteKey,
	"GET /api_keys/{id}":                (*Handler).getKey,
	"GET /api_keys/rate_limits":         (*Handler).rateLimits,
	"GET /api_keys/rate_limits/log":     (*Handler).rateLimitLog,
	"GET /models":                       (*Handler).listModels,
	"GET /models/traits":                (*Handler).modelTraits,
	"GET /models/compatibility_mapping": (*Handler).modelAliases,
	"POST /chat/completions":            (*Handler).chat,
}

func notEmulated(what string) answer {
	a := refuse(http.StatusNotImplemented, "venicetest has no behaviour for "+what+" yet")
	a.outside = true
	return a
}

// randomHex returns n random bytes as hex digits. They follow from the seed.
func (h *Handler) randomHex(n int) string {
	var b bytes.Buffer
	for range n {
		fmt.Fprintf(&b, "%02x", byte(h.rand.Uint32()))
	}
	return b.String()
}

// uuid returns a random version 4 UUID, the form of the service's ids.
func (h *Handler) uuid() string {
	x := h.randomHex(16)
	return x[:8] + "-" + x[8:12] + "-4" + x[13:16] + "-a" + x[17:20] + "-" + x[20:]
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}
