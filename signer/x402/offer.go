// Offers: what the service asks to be paid, read with suspicion.

package x402

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	// maxOffer bounds what is read of an offer, in bytes, since parts of it go back in a header. The service's has 800.
	maxOffer = 6 << 10
	// minLife is the shortest time to pay in: the service wants 6 seconds left when it gets the payment.
	minLife = 10 * time.Second
)

// An offer is one way to pay: an element of "accepts", with what goes back beside it.
type offer struct {
	Scheme            string     `json:"scheme"`
	Network           string     `json:"network"`
	Amount            string     `json:"amount"`
	Asset             string     `json:"asset"`
	PayTo             string     `json:"payTo"`
	MaxTimeoutSeconds int64      `json:"maxTimeoutSeconds"`
	Extra             offerExtra `json:"extra"`

	members    map[string]jsontext.Value // all of it, as sent
	resource   jsontext.Value
	extensions jsontext.Value
}

type offerExtra struct {
	Name                string `json:"name"`
	Version             string `json:"version"`
	FeePayer            string `json:"feePayer"`
	Memo                string `json:"memo"`
	AssetTransferMethod string `json:"assetTransferMethod"`
	PaymentFlow         string `json:"paymentFlow"`
}

// readOffers reads the 402 of a top-up: its body and, unless it is empty, its header PAYMENT-REQUIRED. Stock servers of
// the protocol put the offer into the header alone.
func readOffers(body []byte, header string) ([]offer, error) {
	if header != "" && says(body, "", "{}", "null") {
		raw, err := decode64(header)
		if err != nil {
			return nil, refuseOffer("header", header, "standard base64 in PAYMENT-REQUIRED, where the body has no offer")
		}
		body, header = raw, ""
	}
	if err := plainJSON(body); err != nil {
		return nil, err
	}
	var wire struct {
		X402Version int64                       `json:"x402Version"`
		Accepts     []map[string]jsontext.Value `json:"accepts"`
		Resource    jsontext.Value              `json:"resource"`
		Extensions  jsontext.Value              `json:"extensions"`
	}
	if err := json.Unmarshal(body, &wire); err != nil {
		return nil, refuseOffer("json", string(body), "the 402 of x402 version 2")
	}
	if wire.X402Version != 2 {
		return nil, refuseOffer("x402Version", fmt.Sprint(wire.X402Version), "2")
	}
	if header != "" {
		if err := sameOffer(body, header); err != nil {
			return nil, err
		}
	}
	if err := harmless(wire.Extensions); err != nil {
		return nil, err
	}
	var offers []offer
	for _, members := range wire.Accepts {
		o := offer{members: members, resource: wire.Resource, extensions: wire.Extensions}
		raw, err := json.Marshal(members, json.Deterministic(true))
		if err == nil {
			err = json.Unmarshal(raw, &o)
		}
		if err != nil {
			return nil, refuseOffer("json", string(raw), "an offer with scheme, network, amount, asset, payTo, maxTimeoutSeconds and extra")
		}
		offers = append(offers, o)
	}
	return offers, nil
}

// says reports whether a document is one of some that say nothing.
func says(body []byte, nothing ...string) bool {
	v := jsontext.Value(bytes.TrimSpace(body))
	_ = v.Compact() // what is no JSON stays as it is
	return slices.Contains(nothing, string(v))
}

// plainJSON refuses documents that two readers could take for different ones: names that come twice, be it in another
// case, since some readers fold it.
func plainJSON(raw []byte) error {
	const allowed = "one JSON object of at most 6 KiB, in which no two member names differ by case only"
	if len(raw) > maxOffer || jsontext.Value(raw).Kind() != '{' {
		return refuseOffer("json", string(raw), allowed)
	}
	var value any
	if err := json.Unmarshal(raw, &value); err != nil || !unambiguous(value) {
		return refuseOffer("json", string(raw), allowed)
	}
	return nil
}

// unambiguous finds names that fold to the same. Equal ones the codec has refused by itself.
func unambiguous(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		seen := map[string]bool{}
		for name, member := range v {
			folded := strings.ToLower(strings.ToUpper(name)) // ToUpper first, for letters with two lower-case forms
			if seen[folded] || !unambiguous(member) {
				return false
			}
			seen[folded] = true
		}
	case []any:
		return !slices.ContainsFunc(v, func(e any) bool { return !unambiguous(e) })
	}
	return true
}

// sameOffer compares the header with the body. The body may have more in it, for those who do not know the protocol.
func sameOffer(body []byte, header string) error {
	const allowed = "the same in PAYMENT-REQUIRED, as standard base64, and in the body"
	raw, err := decode64(header)
	if err != nil {
		return refuseOffer("header", header, allowed)
	}
	if err := plainJSON(raw); err != nil {
		return err
	}
	var inHeader, inBody map[string]jsontext.Value
	if json.Unmarshal(raw, &inHeader) != nil || json.Unmarshal(body, &inBody) != nil {
		return refuseOffer("header", string(raw), allowed)
	}
	for _, name := range []string{"x402Version", "accepts", "resource", "extensions"} {
		h, b := inHeader[name], inBody[name]
		if (h == nil) != (b == nil) || h != nil && (h.Canonicalize() != nil || b.Canonicalize() != nil || !bytes.Equal(h, b)) {
			return refuseOffer("header", string(raw), "%s", allowed)
		}
	}
	return nil
}

// harmless refuses extensions by which a wallet would give more than this transfer, such as an approval for gas.
func harmless(extensions jsontext.Value) error {
	if extensions == nil || extensions.Kind() == 'n' {
		return nil
	}
	var named map[string]jsontext.Value
	if err := json.Unmarshal(extensions, &named); err != nil {
		return refuseOffer("extensions", string(extensions), "an object")
	}
	for _, name := range slices.Sorted(maps.Keys(named)) {
		for _, word := range []string{"gas", "sponsor", "approv", "allowance", "permit", "delegat"} {
			if strings.Contains(strings.ToLower(name), word) {
				return refuseOffer("extensions", name, "none that asks for more than a transfer")
			}
		}
	}
	return nil
}

// header returns the value of PAYMENT-SIGNATURE for a payload: the offer as it was sent, but for the amount.
func (o *offer) header(amount string, payload any) (string, error) {
	accepted := maps.Clone(o.members)
	accepted["amount"] = jsontext.Value(`"` + amount + `"`)
	raw, err := json.Marshal(struct {
		X402Version int                       `json:"x402Version"`
		Resource    jsontext.Value            `json:"resource,omitzero"`
		Accepted    map[string]jsontext.Value `json:"accepted"`
		Payload     any                       `json:"payload"`
		Extensions  jsontext.Value            `json:"extensions,omitzero"`
	}{2, o.resource, accepted, payload, o.extensions}, json.Deterministic(true))
	return base64.StdEncoding.EncodeToString(raw), err
}

// decode64 takes what was encoded in the one usual way: encoding again finds line feeds and stray bits.
func decode64(text string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || base64.StdEncoding.EncodeToString(raw) != text {
		return nil, errors.New("not standard base64 with padding")
	}
	return raw, nil
}
