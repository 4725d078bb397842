// Tests of outlines: nothing that a server sends may stop a program.

package refusal

import (
	"encoding/json"
	"testing"

	"github.com/venice-go/venice/gen"
)

func FuzzOutline(f *testing.F) {
	for _, body := range []string{
		"{", " { ", "[", "{}", " null", `{"error":{`, `{"error":"a"}`, `[{"error":"a"}]`, `{"message":"a"`, `{"data":[],"error":{}}`, `{"detail":[`, `{"error":}`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		b := []byte(body)
		for _, result := range []any{nil, new(gen.ModelList), new(gen.RPCAnswer), new(any), new([]gen.Model), new(struct{ Error string })} {
			if IsError(b, result) && !Complains(b) {
				t.Errorf("%q is an error and no complaint for %T", body, result)
			}
			if IsEmpty(b, result) && !json.Valid(b) {
				t.Errorf("%q is taken for an empty answer of %T", body, result)
			}
		}
		Complaint(b)
		Read(b, 400)
	})
}
