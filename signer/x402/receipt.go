// Receipt: what is known of a payment that was made.

package x402

import (
	"math/big"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A Receipt is what is known of a payment that was settled.
type Receipt struct {
	Intent      string `json:"intent"`               // ID of the payment's Intent
	Amount      Amount `json:"amount"`               // what was signed
	Credited    string `json:"credited,omitzero"`    // USD that the service credited, as it wrote them; "" if it did not say
	Balance     string `json:"balance,omitzero"`     // USD that the wallet has now, as the service wrote them; "" if it did not say
	PaymentID   string `json:"payment,omitzero"`     // the service's; "" if it did not say
	Transaction string `json:"transaction,omitzero"` // on the chain; "" if nobody said
}

// plainDecimal bounds what is calculated with.
var plainDecimal = regexp.MustCompile(`^[0-9]{1,12}(\.[0-9]{1,18})?$`)

// differs reports whether the service credited something else than was signed. It need not say what it credited.
func (r *Receipt) differs() bool {
	if r.Credited == "" {
		return false
	}
	if !plainDecimal.MatchString(r.Credited) {
		return true
	}
	credited, _ := new(big.Rat).SetString(r.Credited)
	return credited.Cmp(big.NewRat(int64(r.Amount), int64(USD))) != 0
}

// readReceipt returns nil unless the answer says that the payment was made: in its body, in the header PAYMENT-RESPONSE,
// or in both. A surprise in one of them does not cost the other.
func readReceipt(body jsontext.Value, header string, i *Intent) *Receipt {
	generous := json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	var b struct {
		Success jsontext.Value            `json:"success"`
		Data    map[string]jsontext.Value `json:"data"`
	}
	_ = json.Unmarshal(body, &b, generous)
	var h struct {
		Success     jsontext.Value `json:"success"`
		Transaction jsontext.Value `json:"transaction"`
	}
	if raw, err := decode64(header); err == nil {
		_ = json.Unmarshal(raw, &h, generous)
	}
	yes := func(v jsontext.Value) bool { return v.Kind() == 't' }
	no := func(v jsontext.Value) bool { return v.Kind() == 'f' }
	if !yes(b.Success) && !yes(h.Success) || no(b.Success) || no(h.Success) {
		return nil
	}
	return &Receipt{Intent: i.ID, Amount: i.Transfer.Amount, Credited: plain(b.Data["amountCredited"]), Balance: plain(b.Data["newBalance"]),
		PaymentID: plain(b.Data["paymentId"]), Transaction: plain(h.Transaction)}
}

// readReason returns why the header PAYMENT-RESPONSE says that a payment was not made, or "".
func readReason(header string) string {
	var h struct {
		Reason jsontext.Value `json:"errorReason"`
	}
	if raw, err := decode64(header); err == nil {
		_ = json.Unmarshal(raw, &h, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	}
	return plain(h.Reason)
}

// plain returns a number or a text as text, bounded and without what a line could be broken with.
func plain(v jsontext.Value) string {
	text := string(v)
	switch v.Kind() {
	case '"':
		text = ""
		_ = json.Unmarshal(v, &text, jsontext.AllowInvalidUTF8(true))
	case '0':
	default:
		return ""
	}
	if len(text) > 200 || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		return ""
	}
	return text
}
