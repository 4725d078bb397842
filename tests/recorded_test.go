package tests

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

// Answers that were seen, and what has to be there after they went through their types, whatever the description at hand
// says of it.
func TestRecordedAnswers(t *testing.T) {
	for c, m := range recorded(t, "answers.json") {
		v := reflect.New(m.answerType())
		if err := gen.Unmarshal(c.Body, v.Interface()); err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		before, after := parse(c.Body), parse(encode(t, v.Interface()))
		for _, pointer := range c.Keep {
			want, was := at(before, pointer)
			if have, is := at(after, pointer); !was || !is || !reflect.DeepEqual(want, have) {
				t.Errorf("%s: %s: %v became %v", c.Name, pointer, want, have)
			}
		}
	}
}

// Requests that clients were seen unable to send. Each goes out as it was meant, by its type, whether or not the
// description at hand has all its members; and to the letter by Do.
func TestRecordedRequests(t *testing.T) {
	var sent []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, _ = io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, "{}")
	}))
	defer server.Close()
	client, err := venice.New(venice.WithAuth(nil), venice.WithBaseURL(server.URL), venice.WithMaxAttempts(1))
	if err != nil {
		t.Fatal(err)
	}
	for c, m := range recorded(t, "requests.json") {
		body := reflect.New(m.body())
		var odd []venice.CallOption // what has no place in the type
		err := gen.Unmarshal(c.Body, body.Interface())
		if misfit, some := errors.AsType[*gen.MisfitError](err); some {
			err = nil
			for _, m := range misfit.Misfits {
				top := "/" + strings.Split(m.Pointer, "/")[1]
				whole, _ := at(parsed(c.Body), top)
				odd = append(odd, venice.WithField(top, whole))
			}
		}
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		args := m.empty()
		args[len(args)-1] = body
		sent = nil
		m.on(t.Context(), client, args, odd...) // what came of it is nobody's answer
		if sent == nil {
			t.Errorf("%s: nothing was sent", c.Name)
			continue
		}
		got := members(parse(sent))
		for name := range m.forced(t) {
			delete(got, name)
		}
		if path := gone(parse(c.Body), any(got)) + differs(parse(c.Body), any(got)); path != "" {
			t.Errorf("%s: at %s\ngot  %s\nwant %s", c.Name, path, sent, c.Body)
		}
		if _, after, ordered := strings.Cut(c.Body.String(), `"parameters":`); ordered && !strings.Contains(string(sent), strings.TrimRight(after, "}]")) {
			t.Errorf("%s: another order\ngot  %s\nwant %s", c.Name, sent, c.Body)
		}
		if err := client.Do(t.Context(), m.op.Method, m.op.Path, jsontext.Value(c.Body), nil); err != nil || string(sent) != c.Body.String() {
			t.Errorf("%s: by Do, %v\ngot  %s\nwant %s", c.Name, err, sent, c.Body)
		}
	}
}

type recordedCase struct {
	Name      string   `json:"name"`
	Operation string   `json:"operation"` // the method's name
	Body      gen.JSON `json:"body"`
	Keep      []string `json:"keep"`
}

// recorded yields the cases of a file with the methods that they are for, but for those that the description at hand lacks.
func recorded(t *testing.T, file string) iter.Seq2[recordedCase, method] {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var cases []recordedCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	return func(yield func(recordedCase, method) bool) {
		for _, c := range cases {
			i := slices.IndexFunc(methods(), func(m method) bool { return m.name == c.Operation })
			if i < 0 {
				t.Logf("%s: the description at hand has no %s", c.Name, c.Operation)
			} else if !yield(c, methods()[i]) {
				return
			}
		}
	}
}

// at follows a JSON Pointer without escapes, and with one digit for a place in a list.
func at(v any, pointer string) (any, bool) {
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		switch in := v.(type) {
		case map[string]any:
			v = in[step]
		case []any:
			n := int(step[0] - '0')
			if n >= len(in) {
				return nil, false
			}
			v = in[n]
		}
	}
	return v, v != nil
}
