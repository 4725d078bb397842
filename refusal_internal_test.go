// Fuzzing of error bodies: whatever comes, the status, the text and the code are there.

package venice

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

func refusalOf(status int, body string) *Error {
	x := &exchange{call: call{op: &Operation{Name: "op"}}, resp: &http.Response{StatusCode: status}}
	return refusing{now: time.Now}.read(x, []byte(body))
}

// An operation that the service has ended says what to call instead, where the refusal is about that.
func TestRefusalOfWhatHasEnded(t *testing.T) {
	for status, want := range map[int]string{410: "venice: op: 410 Gone: over; use Other", 404: "venice: op: 404 Not Found: over; use Other", 403: "venice: op: 403 Forbidden: over"} {
		x := &exchange{call: call{op: &Operation{Name: "op", Instead: "Other"}}, resp: &http.Response{StatusCode: status}}
		if got := (refusing{now: time.Now}).read(x, []byte(`{"error":"over"}`)).Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// An error that is a code and no text, as the routes for payments send it.
var codeLike = regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$`)

func FuzzRefusal(f *testing.F) {
	for _, body := range []string{
		`{"error":"a"}`, `{"error":{"message":"a","code":1}}`, `{"error":{"message":"a","details":{"b":`, `{"error":["a"]}`, "<html>", "", `"a"`,
		`{"code":"C","error":"a","request_id":"r","details":[1,2]}`, `{"error":{"error":{"error":"deep"}}}`, "{\"\xff\":\"\xff\"", `{"error":"A_B","message":"c"}`,
	} {
		f.Add(500, body)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		e := refusalOf(status, body)
		text := e.Error()
		if e.Status != status || e.Message == "" || string(e.Raw) != body {
			t.Fatalf("%d %q: status %d, message %q, raw %q", status, body, e.Status, e.Message, e.Raw)
		}
		if e.Details != nil && !json.Valid(e.Details) && utf8.ValidString(body) {
			t.Fatalf("%q: details %q are no JSON", body, e.Details)
		}
		if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) || utf8.RuneCountInString(text) > 600 {
			t.Fatalf("%q: text %q", body, text)
		}
		// The same text and code in each shape, whatever they are.
		if !utf8.ValidString(body) || body == "" || codeLike.MatchString(body) {
			return
		}
		quoted, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		for _, shape := range []string{`{"code":Q,"error":Q}`, `{"error":{"message":Q,"code":Q}}`, `{"error":{"type":Q,"message":Q}}`, `{"error":{"code":Q,"message":Q,"more":[`} {
			if e := refusalOf(status, strings.ReplaceAll(shape, "Q", string(quoted))); e.Message != body || e.Code != body {
				t.Fatalf("%s with %q: message %q, code %q", shape, body, e.Message, e.Code)
			}
		}
	})
}
