// What a test orders to go wrong with payments.

package venicetest

import (
	"net/http"
	"time"
)

// A Fault is what goes wrong with a payment that was sent. The zero Fault is nothing: it is settled, or refused for its
// own sake, and answered. A payment that is settled stays so, whatever the answer says.
//
// There are three places to stall: the function given to [Handler.OnTopUp], before the payment is looked at; Settling;
// and the function given to [Handler.OnAnswer], when all is done but the answer.
type Fault struct {
	// Unsettled has the payment thrown away unread. Unless Status, Body or Cut say otherwise the answer is a 500.
	Unsettled bool
	// Settling is called while the payment is being settled, and may take its time: meanwhile the same payment gets 409
	// PAYMENT_IN_PROGRESS, and all else goes on. The payment settles when it returns, also if the client has left.
	Settling func()
	// Late, if above zero, has the payment settle by itself that much later by the fake's clock, if the chain still takes it
	// then. Until then it is in progress, and the answer to this sending is 504 SETTLEMENT_TIMEOUT.
	Late time.Duration
	// Twice has the request handled a second time, as if it had been sent twice. The answer is that to the second.
	Twice bool
	// Cut ends the connection in place of an answer, by a panic of [http.ErrAbortHandler].
	Cut bool
	// Status, if not 0, is answered in place of what is true, with an error body that the service has for it.
	Status int
	// Body, if not nil, is sent in place of the answer's own, with the same status unless there is a Status.
	Body []byte
}

// OnTopUp has fault called with every payment that is sent, before it is looked at, and does as it says. The number
// counts them from 1; the request is a copy with its headers. Requests at the same time lead to calls at the same time;
// a call that does not return holds up its own request only. Nil ends it.
func (h *Handler) OnTopUp(fault func(n int, r *http.Request) Fault) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fault = fault
}

// askFault counts a payment and asks what shall go wrong with it.
func (h *Handler) askFault(r *request) (f Fault) {
	h.sent++
	if n, ask := h.sent, h.fault; ask != nil {
		h.unlocked(func() { f = ask(n, r.copy()) })
	}
	return f
}

// unlocked calls out while others may call in.
func (h *Handler) unlocked(call func()) {
	h.mu.Unlock()
	defer h.lock()
	call()
}

// bend makes the answer that f has in place of a.
func (f Fault) bend(a answer) answer {
	status := f.Status
	if status == 0 && f.Unsettled {
		status = http.StatusInternalServerError
	}
	if status != 0 && status != a.status {
		a = payRefusal(status)
	}
	if f.Body != nil {
		a.raw, a.media, a.outside = f.Body, "application/json", true
	}
	a.cut = f.Cut
	return a
}

// payRefusal is what the service says about a payment with this status.
func payRefusal(status int) answer {
	switch status {
	case http.StatusBadRequest:
		return refusePayment("PAYMENT_VERIFICATION_FAILED", "the payment could not be verified")
	case http.StatusPaymentRequired:
		return failPayment(status, "SETTLEMENT_FAILED", "The settlement failed. Nothing moved.")
	case http.StatusConflict:
		return failPayment(status, "PAYMENT_IN_PROGRESS", "This payment is already being settled.")
	case http.StatusTooManyRequests:
		return refuse(status, "Too many requests. Please try again later.")
	case http.StatusServiceUnavailable:
		return failPayment(status, "X402_NOT_CONFIGURED", "Payments are not configured.")
	case http.StatusGatewayTimeout:
		return failPayment(status, "SETTLEMENT_TIMEOUT", "The settlement did not end in time. Send the same payment again.")
	}
	return failPayment(status, "INTERNAL_SERVER_ERROR", "Internal server error")
}

// refusePayment is a 400 of the top-up route: the code is where other routes have the text.
func refusePayment(code, why string) answer {
	return answer{status: http.StatusBadRequest, body: map[string]any{"error": code, "message": why}}
}

// failPayment has the code in both places where a client may look for it.
func failPayment(status int, code, why string) answer {
	return answer{status: status, outside: true, body: map[string]any{"error": code, "code": code, "message": why}}
}
