// Errors: what the service answers when it does not do what was asked, and the kinds to test for.

package venice

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/venice-go/venice/internal/loose"
	"github.com/venice-go/venice/internal/refusal"
)

// An Error is an answer that is not the result of the call: a status other than 2xx, an error inside an event stream,
// or an answer that cannot be read as the result. Get at it with errors.As, and test for its kind with [errors.Is]
// and the sentinels of this package. Calls that got no answer fail with other errors.
//
// No printed form of an Error has more in it than [Error.Error] says, but fmt prints the unexported fields of other structs
// as they are.
type Error struct {
	Status    int             `json:"status"`               // HTTP status; 200 if the error came after the headers
	Code      string          `json:"code,omitempty"`       // the service's own, such as "PAYMENT_REQUIRED"; may be empty
	Message   string          `json:"message,omitempty"`    // the service's text, or ours if it sent none
	Operation string          `json:"operation,omitempty"`  // name of the operation, such as "CreateChatCompletion"
	RequestID string          `json:"request_id,omitempty"` // what support asks for; may be empty
	Instead   string          `json:"instead,omitempty"`    // what to call instead, where the service has ended the operation
	Details   json.RawMessage `json:"details,omitempty"`    // what is wrong with which field, as the service sent it; or nil
	Raw       []byte          `json:"-"`                    // the body, up to 1 MiB of it; handle it as a secret
	Response  *Response       `json:"-"`                    // what else came with it; nil in an Error that the client did not make

	cause   error
	kind    string // the type that the service gave beside a code
	issues  bool   // the service lists what is wrong with the request
	ours    bool   // the message is the client's, and Raw an answer that is none of a log's business
	maybe   bool   // the request may have been carried out
	keyless bool   // the client has no credentials, and they were missed

	hide func(string) string // takes the client's key out of a text; or nil. A closure, which shows nothing
}

// The kinds of error, for [errors.Is]. Each goes by the status in its text, and some by codes as well, so that an
// error inside a stream, whose status is 200, has a kind too.
var (
	ErrBadRequest       = errors.New("venice: bad request (400)")
	ErrUnauthorized     = errors.New("venice: credentials missing or not good (401)")
	ErrPaymentRequired  = errors.New("venice: payment required (402)") // see ErrNoCredentials and the others of its kind
	ErrForbidden        = errors.New("venice: not allowed (403)")
	ErrNotFound         = errors.New("venice: not found (404, 410)")
	ErrConflict         = errors.New("venice: conflict (409)")
	ErrTooLarge         = errors.New("venice: request too large (413)")
	ErrUnsupportedMedia = errors.New("venice: media type not supported (415)")
	ErrContentPolicy    = errors.New("venice: refused by the content policy (422)")
	ErrRateLimited      = errors.New("venice: too many requests (429)")
	ErrServer           = errors.New("venice: the service failed (5xx)")
	// ErrMaybeSent means that the call failed and that the service may have carried it out all the same: started the job,
	// changed what it keeps, or billed for an answer that was lost. The client has not sent it again. Calls that only read
	// are never of this kind. Nor is an inference that was answered with 500, 502 or 504, which keeps nothing and is sent
	// again while attempts are left; it may have been billed.
	ErrMaybeSent = errors.New("the request may have been carried out")
	// ErrNotCarriedOut is for middleware, see [WithMiddleware]: an error of this kind says that the request was kept back, or
	// that the service did nothing about it. The call fails, is not sent again, and is not of the kind [ErrMaybeSent].
	ErrNotCarriedOut = errors.New("the request was not carried out")
	// ErrMisfit means that the call was carried out, and that something in its answer could not be read as what its place in
	// the type wants. The result beside the error has all the rest; [errors.As] with a [*gen.MisfitError] says what is
	// missing, and what came there. A stream goes on after it.
	ErrMisfit = errors.New("the answer does not fit its type")
	// ErrContextLength means that the prompt and the answer do not fit into the model's context. It goes by its code.
	ErrContextLength = errors.New("venice: context length exceeded")
)

var kindsByStatus = map[int]error{
	http.StatusBadRequest: ErrBadRequest, http.StatusUnauthorized: ErrUnauthorized,
	http.StatusPaymentRequired: ErrPaymentRequired, http.StatusForbidden: ErrForbidden,
	http.StatusNotFound: ErrNotFound, http.StatusGone: ErrNotFound, http.StatusConflict: ErrConflict,
	http.StatusRequestEntityTooLarge: ErrTooLarge, http.StatusUnsupportedMediaType: ErrUnsupportedMedia,
	http.StatusUnprocessableEntity: ErrContentPolicy, http.StatusTooManyRequests: ErrRateLimited,
}

var kindsByCode = map[string]error{
	"authentication_error": ErrUnauthorized, "invalid_api_key": ErrUnauthorized,
	"context_length_exceeded": ErrContextLength,
	"payload_too_large":       ErrTooLarge,
	"payment_required":        ErrPaymentRequired, "insufficient_balance": ErrPaymentRequired, "insufficient_quota": ErrPaymentRequired,
	"provider_content_policy": ErrContentPolicy, "content_policy_violation": ErrContentPolicy,
	"content_blocked_by_provider": ErrContentPolicy, "content_filter_error": ErrContentPolicy,
	"rate_limit_exceeded": ErrRateLimited, "rate_limit_error": ErrRateLimited, "x402_concurrency_limit": ErrRateLimited,
	"server_error": ErrServer, "internal_server_error": ErrServer, "overloaded_error": ErrServer, "service_unavailable": ErrServer,
}

// Is reports whether target is the sentinel of the error's status, of its code or of the type that came with it, a kind of
// payment that is required, or ErrMaybeSent.
func (e *Error) Is(target error) bool {
	switch target {
	case nil:
		return false
	case ErrMaybeSent:
		return e.maybe
	case ErrNoCredentials, ErrLowBalance, ErrSpendLimit, ErrOutOfFunds:
		return e.Is(ErrPaymentRequired) && e.shortage() == target
	}
	status := e.Status
	if n, err := strconv.Atoi(e.Code); err == nil && status < 300 { // some errors inside streams say what it would have been
		status = n
	}
	if status == http.StatusUnprocessableEntity && e.issues { // as other services say it of a request that does not fit
		status = http.StatusBadRequest
	}
	return kindsByStatus[status] == target || kindsByCode[strings.ToLower(e.Code)] == target ||
		kindsByCode[strings.ToLower(e.kind)] == target || status >= 500 && status < 600 && target == ErrServer
}

// Unwrap returns why an answer could not be read, or nil if the error is the service's own.
func (e *Error) Unwrap() error { return e.cause }

// maxText bounds what an Error says, in characters.
const maxText = 600

// Error says in one line of at most 600 characters which method failed, with status, code, message, the fields that are
// wrong and why, request id, and what to do about it where that is known.
func (e *Error) Error() string { return e.text() }

func (e Error) text() string {
	tail := ""
	if id := loose.Line(e.RequestID, 100); id != "" {
		tail += " (request " + id + ")"
	}
	if instead := loose.Line(e.Instead, 100); instead != "" {
		tail += "; use " + instead
	}
	if e.keyless {
		tail += "; the client has no credentials: set VENICE_API_KEY, or use WithAPIKey or WithAuth"
	}
	if e.maybe {
		tail += "; " + ErrMaybeSent.Error()
	}
	status, code := strings.TrimSpace(fmt.Sprint(e.Status, " ", http.StatusText(e.Status))), loose.Line(e.Code, 100)
	said := e.said()
	words := []string{status, http.StatusText(e.Status), code}
	if n, err := strconv.Atoi(code); err == nil {
		words = append(words, fmt.Sprint(n, " ", http.StatusText(n)))
	}
	for range 2 { // the service often says them again, and in any order
		for _, word := range words {
			said = refusal.Without(said, word)
		}
	}
	if strings.HasSuffix(status, " "+code) || code == strconv.Itoa(e.Status) {
		code = ""
	}
	head := loose.Joined(": ", "venice", e.Operation, status, code, said)
	return loose.Line(head, maxText-utf8.RuneCountInString(tail)) + tail
}

// cut takes the client's own key out of a text.
func (e Error) cut(s string) string {
	if e.hide == nil {
		return s
	}
	return e.hide(s)
}

// said is the message, and which fields are wrong and why unless it says so itself.
func (e Error) said() string {
	message := loose.Line(e.cut(e.Message), 300)
	if e.ours {
		return message
	}
	why := refusal.Why([]byte(e.cut(string(e.Raw)))) // not kept in a field: who clears Raw wants less said
	if why = e.cut(why); strings.Contains(message, why) {
		return message
	}
	return refusal.Merged(message, why)
}

// Format prints what [Error.Error] says, whatever the verb.
func (e Error) Format(s fmt.State, _ rune) { fmt.Fprint(s, e.text()) }

// answered is err as the answer to this very call. One that an Auth wrapped is the answer to a call of its own.
func answered(err error) (*Error, bool) {
	e, ok := err.(*Error) //nolint:errorlint // see above
	return e, ok
}

// LogValue is the group that [slog] shows of an error: operation, status, code, message and request id.
func (e Error) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("operation", e.Operation),
		slog.Int("status", e.Status),
		slog.String("code", loose.Line(e.Code, 100)),
		slog.String("message", e.said()),
		slog.String("request_id", loose.Line(e.RequestID, 100)),
	)
}

// brief bounds the text of an error that may quote a server: net/http repeats a status line of any length.
func brief(err error) error {
	if len(err.Error()) <= maxText {
		return err
	}
	return briefError{err}
}

type briefError struct{ error }

func (b briefError) Error() string { return loose.Line(b.error.Error(), maxText) }
func (b briefError) Unwrap() error { return b.error }

// The kinds of [ErrPaymentRequired], for [errors.Is]. They go by what the service says, in part by its words; where
// these fit none of the kinds, the error is ErrPaymentRequired and no more.
var (
	// ErrNoCredentials means that none were sent to an operation that wants some.
	ErrNoCredentials = errors.New("venice: no credentials were sent (402)")
	// ErrLowBalance means that a wallet signed in and has less than the least that the service lets in.
	// [Error.LowBalance] tells how much less. Mind that a top-up does not help a wallet that spends DIEM first.
	ErrLowBalance = errors.New("venice: the wallet's balance is too low (402)")
	// ErrSpendLimit means that the API key has spent what its own limit allows; the account may have more.
	ErrSpendLimit = errors.New("venice: the key's own spend limit is reached (402)")
	// ErrOutOfFunds means that the account, or the wallet, has not enough for this call.
	ErrOutOfFunds = errors.New("venice: out of funds (402)")
)

var spendLimit = regexp.MustCompile(`(?i)\b(spend|spending|consumption) limit`)

// shortage is the kind of a 402, or nil.
func (e *Error) shortage() error {
	m := loose.Members(e.Raw)
	words := strings.ToLower(e.Message)
	lacking := strings.Contains(words, "insufficient") && (strings.Contains(words, "balance") || strings.Contains(words, "funds"))
	switch {
	case strings.EqualFold(loose.Text(m["reason"]), "insufficient_balance"),
		e.Code == "PAYMENT_REQUIRED" && (lacking || m["currentBalanceUsd"] != nil), lacking && strings.Contains(words, "x402"):
		return ErrLowBalance // only wallets are told a reason, or this code; older answers had no amounts
	case m["authOptions"] != nil && (e.Code == "" || e.Code == "PAYMENT_REQUIRED"):
		return ErrNoCredentials
	case spendLimit.MatchString(words):
		return ErrSpendLimit
	case lacking, e.Code == "INSUFFICIENT_BALANCE", e.Code == "insufficient_quota":
		return ErrOutOfFunds
	}
	return nil
}

// A LowBalance is what the service says about a wallet that is out of credit. Amounts are in USD, 0 if it did not say.
type LowBalance struct {
	CurrentUSD        float64 // what the wallet has
	MinimumUSD        float64 // what it must have to be let in
	SuggestedTopUpUSD float64
	MinimumTopUpUSD   float64
}

// LowBalance returns the amounts of an [ErrLowBalance], and false for any other error.
func (e *Error) LowBalance() (LowBalance, bool) {
	if !errors.Is(e, ErrLowBalance) {
		return LowBalance{}, false
	}
	m := loose.Members(e.Raw)
	usd := func(name string) float64 {
		n, _ := strconv.ParseFloat(loose.Text(m[name]), 64)
		return n
	}
	return LowBalance{usd("currentBalanceUsd"), usd("minimumBalanceUsd"), usd("suggestedTopUpUsd"), usd("minimumTopUpUsd")}, true
}
