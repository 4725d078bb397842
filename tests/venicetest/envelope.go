// The header that a payment comes in, in both of its shapes.

package venicetest

import (
	"encoding/base64"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

var paymentHeaders = []string{"PAYMENT-SIGNATURE", "X-402-Payment", "X-PAYMENT"}

// paymentHeader returns the payment that a request carries, under any of its names.
func paymentHeader(header http.Header) string {
	for _, name := range paymentHeaders {
		if value := header.Get(name); value != "" {
			return value
		}
	}
	return ""
}

// An envelope is a payment before its signature is looked at.
type envelope struct {
	network string         // CAIP-2
	amount  string         // base units as the accepted offer has them, "" in the flat shape
	payload jsontext.Value // by network
}

// networks are the names by which a network may go.
var networks = map[string]string{
	baseNetwork: baseNetwork, "base": baseNetwork, solanaNetwork: solanaNetwork, "solana": solanaNetwork,
}

// readEnvelope reads version 2, {x402Version, accepted, payload}, and the flat shape of version 1 that clients send with
// the number 2 as well: {x402Version, scheme, network, payload}.
func (h *Handler) readEnvelope(header string) (*envelope, *answer) {
	no := func(code, why string) (*envelope, *answer) { return nil, new(refusePayment(code, why)) }
	raw, err := base64.StdEncoding.DecodeString(header)
	if err != nil || base64.StdEncoding.EncodeToString(raw) != header {
		return no("INVALID_PAYMENT_FORMAT", "want standard base64 with padding")
	}
	var wire struct {
		Version  int            `json:"x402Version"`
		Accepted map[string]any `json:"accepted"`
		Scheme   string         `json:"scheme"`
		Network  string         `json:"network"`
		Payload  jsontext.Value `json:"payload"`
	}
	switch err := json.Unmarshal(raw, &wire); { // which takes no name twice
	case err != nil:
		return no("INVALID_PAYMENT_FORMAT", "want a JSON object: "+err.Error())
	case wire.Version != 2 && (wire.Version != 1 || wire.Accepted != nil):
		return no("INVALID_PAYMENT_FORMAT", "want x402Version 2")
	case wire.Payload.Kind() != '{':
		return no("INVALID_PAYMENT_FORMAT", "want an object payload")
	case wire.Accepted != nil && (wire.Scheme != "" || wire.Network != ""):
		return no("INVALID_PAYMENT_FORMAT", "want accepted, or scheme and network, not both")
	case wire.Accepted == nil:
		network := networks[wire.Network]
		switch {
		case wire.Scheme != "exact":
			return no("UNSUPPORTED_SCHEME", "want exact")
		case network == "":
			return no("UNSUPPORTED_NETWORK", "want "+baseNetwork+" or "+solanaNetwork)
		}
		return &envelope{network, "", wire.Payload}, nil
	}
	return h.readAccepted(wire.Accepted, wire.Payload)
}

// readAccepted compares an offer that was sent back with the offer that was made, value by value; only the amount may be
// another.
func (h *Handler) readAccepted(accepted map[string]any, payload jsontext.Value) (*envelope, *answer) {
	no := func(code, why string) (*envelope, *answer) { return nil, new(refusePayment(code, "accepted: "+why)) }
	name, _ := accepted["network"].(string)
	network := networks[name]
	if accepted["scheme"] != "exact" {
		return no("UNSUPPORTED_SCHEME", "want the scheme exact")
	}
	if network == "" {
		return no("UNSUPPORTED_NETWORK", "want "+baseNetwork+" or "+solanaNetwork)
	}
	offer := h.offer(network)
	if accepted["asset"] != offer["asset"] {
		return no("UNSUPPORTED_TOKEN", "want the asset as it was offered")
	}
	if accepted["payTo"] != offer["payTo"] {
		return no("INVALID_PAYMENT_RECIPIENT", "want payTo as it was offered")
	}
	amount, _ := accepted["amount"].(string)
	if _, bad := readAmount(amount); bad != nil {
		return no(bad.code, bad.message)
	}
	echo := maps.Clone(accepted)
	echo["amount"], echo["network"] = offer["amount"], network
	if !reflect.DeepEqual(echo, offer) {
		return no("INVALID_PAYMENT", "want the offer as it was made, but for the amount")
	}
	return &envelope{network, amount, payload}, nil
}

// offer is the one for a network, as a client decodes it.
func (h *Handler) offer(network string) map[string]any {
	for _, o := range h.offers(minimumUSD, baseNetwork, solanaNetwork) {
		if offer := o.(map[string]any); offer["network"] == network {
			offer["maxTimeoutSeconds"] = float64(maxTimeoutSeconds)
			return offer
		}
	}
	panic("no offer for " + network) // networks has others than offers
}

var wholeNumber = regexp.MustCompile(`^[1-9][0-9]*$`)

// readAmount reads base units and holds them against the limits of a payment.
func readAmount(text string) (units int64, refusal *badPayment) {
	units, err := strconv.ParseInt(text, 10, 64)
	switch {
	case !wholeNumber.MatchString(text):
		return 0, &badPayment{"INVALID_AMOUNT", "want an amount in base units, digits without a leading zero"}
	case err != nil || units > maximumUSD*1e6:
		return 0, &badPayment{"AMOUNT_TOO_HIGH", "want 10000 USD at most"}
	case units < minimumUSD*1e6:
		return 0, &badPayment{"AMOUNT_TOO_LOW", "want 5 USD at least"}
	}
	return units, nil
}

// A badPayment is why a payment is refused: a code of the service and words.
type badPayment struct{ code, message string }

// textMembers decodes an object whose members are all texts, and which has exactly those that are named.
func textMembers(object jsontext.Value, names ...string) (map[string]string, bool) {
	var got map[string]string
	err := json.Unmarshal(object, &got)
	return got, err == nil && len(got) == len(names) && !slices.ContainsFunc(names, func(n string) bool { _, ok := got[n]; return !ok })
}
