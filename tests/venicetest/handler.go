// The fake as an http.Handler, and the way of a request through it.

package venicetest

import (
	"bytes"
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

	baseRPCPath, solanaRPCPath = "/chain/base", "/chain/solana"
)

// Handler is a fake Venice below the path /api/v1, with its chains at /chain/base and /chain/solana. Make it with
// [NewHandler]; it is safe for concurrent use.
type Handler struct {
	mux      *http.ServeMux
	contract *contract
	prompts  prompts // that models saw
	now      func() time.Time
	seed     uint64
	noise    *uint64 // nil for quiet answers
	report   func(error)
	finality time.Duration // how far the last finalized block of Base is behind
	memo     string        // that payments on Solana must have; "" for any
	resent   int           // status of the answer to a payment that was settled before

	perMinute int  // calls of models that a key may make, as it is told
	enforced  bool // whether it is held to that

	mu          sync.Mutex // guards what follows; held while a behaviour runs
	rand        *rand.Rand
	tokenSecret []byte
	contracts   map[string]func(token, signature string) bool
	chainDown   int // mints left that cannot reach the chain
	keys        []*key
	charges     []charge         // of keys, the oldest first
	limited     []limited        // calls of keys that were too many, the oldest first
	spentBy     map[string]money // by account
	voices      []voice
	jobs        []*job
	replays     map[string]replay // of calls of nodes, by caller, network and key
	pins        map[string]*pin
	drawn       map[string]uint64 // samples by operation
	observe     func(operation string, r *http.Request, body []byte)
	written     func(operation string, r *http.Request, status int)
	enclaves    enclaves
	books
}

// NewHandler returns a fake Venice that nobody has staked with and that knows no key.
func NewHandler(options ...Option) *Handler {
	h := &Handler{
		mux:       http.NewServeMux(),
		contract:  description(),
		now:       time.Now,
		report:    func(error) {},
		contracts: map[string]func(token, signature string) bool{},
		pins:      map[string]*pin{},
		drawn:     map[string]uint64{},
		spentBy:   map[string]money{},
		replays:   map[string]replay{},
		finality:  20 * time.Second,
		perMinute: usualPerMinute,
		books:     newBooks(),
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
	h.mux.HandleFunc("POST "+baseRPCPath, h.serveChain(baseMethods))
	h.mux.HandleFunc("POST "+solanaRPCPath, h.serveChain(solanaMethods))
	h.mux.HandleFunc("GET "+mediaPath+"{file}", h.serveMedia)
	h.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusNotFound, map[string]any{"error": "no such route: " + r.Method + " " + r.URL.Path})
	})
	return h
}

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !openToBrowsers(w, r) {
		h.mux.ServeHTTP(w, r)
	}
}

// serve is the way of every request: read, let in, check, answer, check the answer, write.
func (h *Handler) serve(w http.ResponseWriter, r *request) {
	defer h.leave(r)
	a := h.answer(w, r)
	h.announce(r, a)
	if a.cut {
		panic(http.ErrAbortHandler) // which a server takes for the order to close the connection
	}
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
	switch {
	case err != nil || a.outside:
	case a.pinned:
		why, err = "breaks the description", checkPinned(r.operation, a, header)
	default:
		why, err = "breaks the description", h.contract.checkAnswer(r, a, header)
	}
	if err == nil {
		return nil
	}
	seeds := fmt.Sprintf("WithSeed(%d)", h.seed)
	if h.noise != nil {
		seeds += fmt.Sprintf(", WithNoise(%d)", *h.noise)
	}
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
	h.lock()
	budget := h.budgetOf(r)
	a := budget.lockedOut()
	h.mu.Unlock()
	if a == nil {
		a = new(h.handle(r))
	}
	h.lock()
	defer h.mu.Unlock()
	h.noteLimit(r, a.limit)
	return budget.count(*a)
}

// handle lets a request in, checks it and answers it.
func (h *Handler) handle(r *request) answer {
	if refusal := h.retired(r); refusal != nil {
		return *refusal
	}
	if refusal := h.admit(r); refusal != nil {
		return *refusal
	}
	r.rename()
	if refusal := h.contract.checkRequest(r); refusal != nil {
		return *refusal
	}
	if a, pinned := h.pinned(r); pinned {
		return a
	}
	if do := crowded[r.operation]; do != nil && !h.noisy(r.operation) {
		return h.contract.fill(r, do(h, r))
	}
	h.lock()
	defer h.mu.Unlock()
	if do := behaviours[r.operation]; do != nil && !h.noisy(r.operation) {
		return h.contract.fill(r, do(h, r))
	}
	return h.invent(r)
}

// admit lets the caller in, or says why not. A pinned answer is for everybody.
func (h *Handler) admit(r *request) *answer {
	h.lock()
	defer h.mu.Unlock()
	if refusal := h.letIn(r); refusal != nil && h.pins[r.operation] == nil {
		return refusal
	}
	return nil
}

// pinned is the next answer that is pinned to the operation, if any.
func (h *Handler) pinned(r *request) (answer, bool) {
	h.lock()
	defer h.mu.Unlock()
	a, pinned := h.take(r.operation)
	if !pinned {
		return answer{}, false
	}
	made := h.carryOut(r, a)
	made.pinned = true
	return made, true
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
	if see != nil {
		see(r.operation, r.copy(), bytes.Clone(r.raw))
	}
}

// OnAnswer has see called with every request of the kind that [Handler.OnRequest] tells of once its answer stands, and
// before it is written; nil ends that. Until see returns the request is in flight and others are answered: this is how
// a test makes the service slow.
func (h *Handler) OnAnswer(see func(operation string, r *http.Request, status int)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.written = see
}

func (h *Handler) announce(r *request, a answer) {
	h.mu.Lock()
	see := h.written
	h.mu.Unlock()
	if see != nil {
		see(r.operation, r.copy(), a.status)
	}
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
	_ = encode(w, body) // the other side left
}
