// The top-up route: what is payable, and payments.

package venicetest

import "net/http"

// topUp answers 402 and the offers if there is no payment, and else takes it. Every call counts against the limit.
func (h *Handler) topUp(r *request) answer {
	if refusal := h.tooFast(r.operation+" "+callerAddress(r), topUpsPerMinute); refusal != nil {
		return *refusal
	}
	header := paymentHeader(r.Header)
	if header == "" {
		return h.discover()
	}
	fault := h.askFault(r)
	if fault.Unsettled {
		return fault.bend(payRefusal(http.StatusInternalServerError))
	}
	a := h.pay(header, fault)
	if fault.Twice {
		a = h.pay(header, Fault{})
	}
	return fault.bend(a)
}

// pay takes one payment, or says why not.
func (h *Handler) pay(header string, fault Fault) answer {
	e, refusal := h.readEnvelope(header)
	if refusal != nil {
		return *refusal
	}
	var p *payment
	var bad *badPayment
	if e.network == baseNetwork {
		p, bad = readEVM(e)
	} else {
		p, bad = h.readSolana(e)
	}
	if bad != nil {
		return refusePayment(bad.code, bad.message)
	}
	return h.submit(p, fault)
}
