// Response: what came back beside the result, most of it in headers.

package venice

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/venice-go/venice/internal/limit"
	"github.com/venice-go/venice/internal/loose"
)

// A Response is what the service said beside the result of a call: see [WithResponse], and [Error] for answers that are
// errors. What the service did not say is zero or nil. Amounts are in USD or DIEM.
//
// No printed form of a Response has more in it than status, attempts and request id, but fmt prints the unexported fields
// of other structs as they are: keep a Response in an exported field, or in a pointer.
type Response struct {
	Status    int         `json:"status"`               // HTTP status; 0 if no answer came
	Header    http.Header `json:"-"`                    // all of them, as sent
	RequestID string      `json:"request_id,omitempty"` // what support asks for
	Version   string      `json:"version,omitempty"`    // of the service
	Attempts  int         `json:"attempts"`             // how often the call was sent; what else is here is of the last time

	Requests   *RateLimit    `json:"requests,omitempty"`    // limit on calls, as a rule of the model
	Tokens     *RateLimit    `json:"tokens,omitempty"`      // limit on tokens, as a rule of the model
	Errors     *RateLimit    `json:"errors,omitempty"`      // error budget of the key; see WithErrorBudget
	RPC        *RateLimit    `json:"rpc,omitempty"`         // limit of the crypto RPC proxy
	RetryAfter time.Duration `json:"retry_after,omitempty"` // how long the service asked to wait, by Retry-After or by a limit that was hit

	BalanceUSD  *float64 `json:"balance_usd,omitempty"`  // before the call; also nil when it is zero
	BalanceDIEM *float64 `json:"balance_diem,omitempty"` // before the call; also nil when it is zero

	ModelID     string `json:"model_id,omitempty"`     // the model that answered, which need not be the one asked for
	ModelName   string `json:"model_name,omitempty"`   // its name for people
	ModelRouter string `json:"model_router,omitempty"` // what chose it

	ResponsesLane         string `json:"responses_lane,omitempty"`          // how an answer of /responses was made, native or compat
	ResponsesCompatReason string `json:"responses_compat_reason,omitempty"` // the field of the request that forced compat

	Deprecated         bool      `json:"deprecated,omitempty"`          // the model is, already
	DeprecationDate    time.Time `json:"deprecation_date,omitzero"`     // when it will be, or was
	DeprecationWarning string    `json:"deprecation_warning,omitempty"` // the service's words on that
	Replacement        string    `json:"replacement,omitempty"`         // model to use instead of a deprecated one

	ContentViolation bool `json:"content_violation,omitempty"` // an image does not meet the terms of service
	Blurred          bool `json:"blurred,omitempty"`           // an image was blurred for adult content

	RPCCredits *float64 `json:"rpc_credits,omitempty"`  // what a call of the crypto RPC proxy took
	RPCCostUSD *float64 `json:"rpc_cost_usd,omitempty"` // and cost
	Replayed   bool     `json:"replayed,omitempty"`     // the proxy's answer to an earlier request with the same Idempotency-Key

	// KeepRaw is set by the caller, to have the body of a JSON answer or of an error kept in Raw: a field that is newer
	// than this package can be read there. While a stream is ranged over, Raw is the data of the latest event, as it came.
	KeepRaw bool   `json:"-"`
	Raw     []byte `json:"-"` // up to the limit of WithAnswerLimit, or 1 MiB of an error; handle it as a secret
}

// A RateLimit is how much of something the service grants in a window of time, and how much of it is left.
type RateLimit struct {
	Limit     int64     `json:"limit"`     // in the window; 0 if the service did not say
	Remaining int64     `json:"remaining"` // until Reset; -1 if the service did not say
	Reset     time.Time `json:"reset"`     // when the next window begins; zero if the service did not say
}

// newResponse reads the headers of an answer, if one is there.
func newResponse(resp *http.Response, attempts int, now time.Time) *Response {
	r := &Response{Attempts: attempts}
	if resp == nil {
		return r
	}
	h := resp.Header
	limits := limit.Rates(h)
	r.Status, r.Header, r.RequestID, r.Version = resp.StatusCode, h, requestID(h), h.Get("X-Venice-Version")
	r.Requests, r.Tokens, r.Errors, r.RPC = (*RateLimit)(limits[limit.Requests]), (*RateLimit)(limits[limit.Tokens]), (*RateLimit)(limits[limit.Errors]), (*RateLimit)(limits[limit.RPC])
	r.RetryAfter, _ = limit.Asked(resp, now)
	r.BalanceUSD, r.BalanceDIEM = amount(h, "X-Venice-Balance-Usd", "X-Balance-Remaining"), amount(h, "X-Venice-Balance-Diem")
	r.ModelID, r.ModelName, r.ModelRouter = h.Get("X-Venice-Model-Id"), h.Get("X-Venice-Model-Name"), h.Get("X-Venice-Model-Router")
	r.ResponsesLane, r.ResponsesCompatReason = h.Get("X-Venice-Responses-Lane"), h.Get("X-Venice-Responses-Compat-Reason")
	r.Deprecated, r.Replacement = flag(h, "X-Venice-Deprecated"), h.Get("X-Venice-Deprecated-Replacement")
	r.DeprecationDate, r.DeprecationWarning = date(h.Get("X-Venice-Model-Deprecation-Date")), h.Get("X-Venice-Model-Deprecation-Warning")
	r.ContentViolation, r.Blurred = flag(h, "X-Venice-Is-Content-Violation"), flag(h, "X-Venice-Is-Blurred")
	r.RPCCredits, r.RPCCostUSD, r.Replayed = amount(h, "X-Venice-Rpc-Credits"), amount(h, "X-Venice-Rpc-Cost-Usd"), flag(h, "Idempotent-Replayed")
	return r
}

func requestID(h http.Header) string { return loose.First(h.Get("X-Request-ID"), h.Get("CF-RAY")) }

// keep hands the body of an answer to the caller who asked for it.
func (r *Response) keep(body []byte) {
	if r != nil && r.KeepRaw {
		r.Raw = body
	}
}

// keepChunk does the same for the data of an event, which is copied for nobody else.
func (r *Response) keepChunk(data []byte) {
	if r != nil && r.KeepRaw {
		r.Raw = bytes.Clone(data)
	}
}

// amount returns the first of the headers that is a number.
func amount(h http.Header, names ...string) *float64 {
	for _, name := range names {
		if n, ok := limit.Number(h[name]); ok {
			return &n
		}
	}
	return nil
}

func flag(h http.Header, name string) bool {
	v := h.Get(name)
	return strings.EqualFold(v, "true") || v == "1"
}

// date reads a time or a day.
func date(text string) time.Time {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}

// Format prints status, attempts and request id, whatever the verb.
func (r Response) Format(s fmt.State, _ rune) { fmt.Fprint(s, r.text()) }

// LogValue is what [slog] shows of a response: status, attempts and request id.
func (r Response) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("status", r.Status), slog.Int("attempts", r.Attempts), slog.String("request_id", loose.Line(r.RequestID, 100)))
}

func (r Response) text() string {
	return fmt.Sprintf("venice.Response(status %d, attempts %d, request %s)", r.Status, r.Attempts, loose.Line(r.RequestID, 100))
}
