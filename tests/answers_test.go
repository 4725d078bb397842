// Answers: every operation, status and media type through the typed client, many times over.

package tests

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/venice-go/venice/tests/venicetest"
)

// generated is how many made-up answers each method reads of each status and media type.
const generated = 200

// testAnswers has every method read every described answer. That the answers follow the description is for the fake to
// say; that nothing of them is lost is for this test.
func testAnswers(t *testing.T, tab *table) {
	for _, m := range methods() {
		for _, r := range replies(m.op, true) {
			if !m.reads(r.mediaType) {
				continue
			}
			t.Run(m.name+" "+r.String(), func(t *testing.T) {
				t.Parallel()
				p := newDirect(t)
				request := newRequest(t, m, 1)
				for seed := range uint64(generated) {
					answer, meant := r.answer(t, seed+1)
					p.Respond(m.op.Name, answer)
					got := request.send(t, p.Client)
					if got.err != nil {
						t.Fatalf("seed %d: %v\n%s", seed, got.err, short(meant))
					}
					if fault := r.misread(t, got, meant, p.wire.answer, seed%10 == 0); fault != "" {
						t.Fatalf("seed %d: %s", seed, fault)
					}
					tab.count(m.op, anAnswer, r.String())
				}
			})
		}
	}
}

// answer is one that follows from a seed, and what it says if it is JSON.
func (r reply) answer(t *testing.T, seed uint64) (a venicetest.Answer, meant any) {
	t.Helper()
	a = venicetest.Answer{Status: r.status, ContentType: r.mediaType, Seed: seed}
	if !isMedia(r.mediaType) {
		meant = sample(t, r.schema, seed)
		a.Body = r.written(t, meant)
	}
	return a, meant
}

// misread says how what a method returned is not what was sent, or "".
func (r reply) misread(t *testing.T, got result, meant any, sent []byte, closely bool) string {
	t.Helper()
	decoded := got.json
	switch {
	case isMedia(r.mediaType):
		if got.media == nil {
			return "no media"
		}
		body, err := read(got.media)
		if err != nil || !bytes.Equal(body, sent) || got.media.ContentType != r.mediaType {
			return "the media are not what was sent, but " + got.media.ContentType
		}
		return ""
	case r.mediaType == streamType:
		if len(got.events) != len(events(sent))-1 {
			return "another number of events than were sent"
		}
		decoded = got.events[0]
	case decoded == nil:
		return "no JSON"
	}
	if closely {
		again := reflect.New(reflect.TypeOf(decoded).Elem())
		if err := json.Unmarshal(encode(t, named(meant, r.schema)), again.Interface()); err != nil {
			return err.Error()
		}
		if where := unknown(again); where != "" {
			return "a described form is not known: " + where
		}
	}
	return lost(meant, toJSON(t, decoded), r.schema)
}

// isMedia reports whether answers of a media type are passed on as bytes.
func isMedia(mediaType string) bool { return mediaType != jsonType && mediaType != streamType }
