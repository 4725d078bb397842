// Tests of receipts, and of the book that they end up in.

package x402

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
)

func TestReceipts(t *testing.T) {
	i := &Intent{ID: "i", Transfer: Transfer{Amount: 5 * USD}}
	header := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	for name, c := range map[string]struct {
		body, header string
		want         *Receipt // nil for none
		differs      bool
	}{
		"both": {credited, header(`{"success":true,"network":"eip155:8453","payer":"x","transaction":"0xab"}`),
			&Receipt{"i", 5 * USD, "5", "5.5", "p1", "0xab"}, false},
		"body alone":           {credited, "", &Receipt{"i", 5 * USD, "5", "5.5", "p1", ""}, false},
		"header alone":         {"<html>", header(`{"success":true,"transaction":"0xab"}`), &Receipt{"i", 5 * USD, "", "", "", "0xab"}, false},
		"header is broken":     {credited, "?", &Receipt{"i", 5 * USD, "5", "5.5", "p1", ""}, false},
		"header disagrees":     {credited, header(`{"success":false}`), nil, false},
		"body disagrees":       {`{"success":false}`, header(`{"success":true}`), nil, false},
		"neither":              {`{}`, "", nil, false},
		"empty":                {"", "", nil, false},
		"success is a text":    {`{"success":"true"}`, "", nil, false},
		"amounts are texts":    {`{"success":true,"data":{"amountCredited":"5.000000","newBalance":"6"}}`, "", &Receipt{"i", 5 * USD, "5.000000", "6", "", ""}, false},
		"less":                 {`{"success":true,"data":{"amountCredited":4.999999}}`, "", &Receipt{"i", 5 * USD, "4.999999", "", "", ""}, true},
		"more":                 {`{"success":true,"data":{"amountCredited":5.0000001}}`, "", &Receipt{"i", 5 * USD, "5.0000001", "", "", ""}, true},
		"no decimal":           {`{"success":true,"data":{"amountCredited":5e999999999}}`, "", &Receipt{"i", 5 * USD, "5e999999999", "", "", ""}, true},
		"data of other kinds":  {`{"success":true,"data":{"amountCredited":[],"paymentId":{}}}`, "", &Receipt{Intent: "i", Amount: 5 * USD}, false},
		"an id that is a page": {`{"success":true,"data":{"paymentId":"` + strings.Repeat("p", 201) + `","newBalance":"a\nb"}}`, "", &Receipt{Intent: "i", Amount: 5 * USD}, false},
	} {
		got := readReceipt(jsontext.Value(c.body), c.header, i)
		if (got == nil) != (c.want == nil) || got != nil && (*got != *c.want || got.differs() != c.differs) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func FuzzReadReceipt(f *testing.F) {
	f.Add([]byte(credited), "eyJzdWNjZXNzIjp0cnVlLCJ0cmFuc2FjdGlvbiI6IjB4YWIifQ==")
	f.Add([]byte(`{"success":true,"data":{"amountCredited":5e999999999,"newBalance":"\u0000"}}`), "")
	f.Fuzz(func(t *testing.T, body []byte, header string) {
		r := readReceipt(body, header, &Intent{ID: "i", Transfer: Transfer{Amount: 5 * USD}})
		if r == nil {
			return
		}
		r.differs()
		for _, text := range []string{r.Credited, r.Balance, r.PaymentID, r.Transaction} {
			if len(text) > 200 || strings.ContainsAny(text, "\n\r\t\x00\x1b") {
				t.Errorf("%q", text)
			}
		}
	})
}

// A record that this version does not know may be a payment, so that the book is not read around it.
func TestBookIsStrict(t *testing.T) {
	good := `{"type":"reserved","at":1,"id":"i","origin":"o","until":2,"transfer":{"network":"eip155:8453","asset":"a","from":"f","to":"t","amount":5000000}}`
	if b, err := readBook([]gen.Secret{gen.NewSecret(good), gen.NewSecret(`{"type":"sent","at":2,"id":"i"}`)}); err != nil || len(b.intents) != 1 || b.intents[0].Sends != 1 {
		t.Fatalf("%+v, %v", b, err)
	}
	for name, records := range map[string][]string{
		"another type":            {good, `{"type":"refunded","at":2,"id":"i"}`},
		"another member":          {good, `{"type":"sent","at":2,"id":"i","network":"x"}`},
		"no such payment":         {good, `{"type":"sent","at":2,"id":"j"}`},
		"reserved twice":          {good, good},
		"reserved, no transfer":   {`{"type":"reserved","at":1,"id":"i"}`},
		"not JSON":                {good, `x`},
		"empty":                   {good, ``},
		"a member twice":          {good, `{"type":"sent","type":"settled","at":2,"id":"i"}`},
		"amount is a fraction":    {strings.Replace(good, "5000000", "5000000.5", 1)},
		"settled, without a word": {good, `{"type":"settled","at":2,"id":"i"}`},
	} {
		var secrets []gen.Secret
		for _, r := range records {
			secrets = append(secrets, gen.NewSecret(r))
		}
		if _, err := readBook(secrets); err == nil || strings.Contains(err.Error(), "5000000") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
