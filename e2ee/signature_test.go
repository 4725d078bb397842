// Tests of what signatures show: whose they are, and whether of the words.

package e2ee_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/venice-go/venice/e2ee"
	"github.com/venice-go/venice/tests/venicetest"
)

func TestSignatures(t *testing.T) {
	s := venicetest.NewServer(t)
	attester, client := setUp(t, s, trust(), nil)
	for model, attested := range map[string]bool{older: true, newer: false} {
		answer, err := client.CreateChatCompletion(t.Context(), ask(model, secret))
		if err != nil {
			t.Fatal(err)
		}
		a, err := attester.Attest(t.Context(), model)
		if err != nil {
			t.Fatal(err)
		}
		text := []byte(said(t, answer))
		for _, c := range []struct {
			said  [][]byte
			words bool
		}{
			{[][]byte{text}, !attested}, // the older layout signs the bytes of the stream, which this caller has not
			{[][]byte{[]byte("other words"), text}, !attested},
			{[][]byte{[]byte("other words")}, false},
			{nil, false},
		} {
			got, err := attester.Signature(t.Context(), a, answer.ID, c.said...)
			if err != nil || got.Attested != attested || (got.Address == a.Address) != attested || got.Receipt == attested || got.Words != c.words {
				t.Errorf("%s, %q: %+v, %v", model, c.said, got, err)
			}
		}
		if got, err := attester.Signature(t.Context(), a, "chatcmpl-none"); !errors.Is(err, e2ee.ErrSignature) {
			t.Errorf("%s: of no answer: %+v, %v", model, got, err)
		}
	}
	replayed(t, s)

	// A signature of the words themselves, which no encrypted model should show. It is good with v as 0 or 1, too.
	answer, err := client.CreateChatCompletion(t.Context(), ask(older, "x"))
	if err != nil {
		t.Fatal(err)
	}
	a, err := attester.Attest(t.Context(), older)
	if err != nil {
		t.Fatal(err)
	}
	var text string
	lowV := tampering{signature: func(m map[string]any) {
		text = m["text"].(string)
		sig := m["signature"].(string)
		m["signature"] = sig[:130] + map[string]string{"1b": "00", "1c": "01"}[sig[130:]]
	}}
	attester, _ = setUp(t, s, trust(), lowV.on)
	if _, err := attester.Signature(t.Context(), a, answer.ID); err != nil {
		t.Error(err)
	}
	if got, err := attester.Signature(t.Context(), a, answer.ID, []byte(text)); err != nil || !got.Words || !strings.Contains(got.Text, ":") {
		t.Errorf("%+v, %v", got, err)
	}
}

// A signature with a receipt is of one answer, and no other's.
func replayed(t *testing.T, s *venicetest.Server) {
	t.Helper()
	var first map[string]any
	attester, client := setUp(t, s, trust(), tampering{signature: func(a map[string]any) {
		if first == nil {
			first = maps.Clone(a)
		}
		maps.Copy(a, first)
	}}.on)
	for i := range 2 {
		answer, err := client.CreateChatCompletion(t.Context(), ask(newer, secret))
		if err != nil {
			t.Fatal(err)
		}
		a, err := attester.Attest(t.Context(), newer)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := attester.Signature(t.Context(), a, answer.ID); (err == nil) != (i == 0) {
			t.Errorf("answer %d: %+v, %v", i, got, err)
		}
	}
}
