// Requests: everything that a caller can say arrives as it was meant.

package tests

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

// testRequests sends many requests with every method. That they follow the description is for the fake to say; that
// they say what the caller meant is for this test.
func testRequests(t *testing.T, tab *table) {
	for _, m := range methods() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			c := p.client(t, p.InferenceKey())
			var got arrival
			p.OnRequest(func(_ string, r *http.Request, body []byte) { got = arrival{r, body} })
			p.Respond(m.op.Name, m.anAnswer(t))
			left, ended := m.sayable(), len(replies(m.op, true)) == 0
			for seed := uint64(0); seed < 50 || seed < 1000 && len(left) > 0; seed++ {
				r := newRequest(t, m, seed)
				args := r.arguments(t)
				got = arrival{}
				sent := r.on(t.Context(), c, args, r.options()...)
				if ended && errors.Is(sent.err, venice.ErrNotFound) {
					sent.err = nil // the service refuses it, and understands it all the same
				}
				if sent.err != nil {
					t.Fatalf("seed %d: %v\n%s", seed, sent.err, short([]any{r.query, r.body}))
				} else if sent.media != nil {
					sent.media.Close()
				}
				if fault := r.misunderstood(t, got); fault != "" {
					t.Fatalf("seed %d: %s", seed, fault)
				}
				tab.count(m.op, aRequest, m.name)
				r.tick(args, func(field string, set bool) {
					tab.tick(m.op, aField, field, set)
					if set {
						delete(left, field)
					}
				})
			}
		})
	}
}

// anAnswer is one that the method can read.
func (m method) anAnswer(t *testing.T) (a venicetest.Answer) {
	for _, r := range replies(m.op, true) {
		if m.reads(r.mediaType) {
			a, _ = r.answer(t, 1)
		}
	}
	return a
}

// tick calls f for everything that the request could say, and tells whether it did.
func (r request) tick(args []reflect.Value, f func(field string, set bool)) {
	for _, arg := range args {
		said(arg, f)
	}
	for in, fields := range map[string]map[string]any{"path": r.path, "query": r.query, "header": r.header} {
		for name := range fields {
			f(in+" "+name, true)
		}
	}
	if schema := bodySchema(r.op, r.contentType); schema != nil && r.method.body() != nil {
		visit(r.body, schema, func(p place) { f(r.contentType+" "+p.path, true) })
		for name := range r.files {
			for path := range places(schema) {
				if lastField(path) == name {
					f(r.contentType+" "+path, true)
				}
			}
		}
	}
}

// An arrival is a request as the server read it.
type arrival struct {
	*http.Request
	body []byte
}

// misunderstood says where the server read something else than the caller meant, or "".
func (r request) misunderstood(t *testing.T, got arrival) string {
	t.Helper()
	if got.Request == nil {
		return "the server saw no request"
	}
	for name, value := range r.path {
		if got.PathValue(name) != text(value) {
			return "path " + name + ": " + short(value) + " became " + got.PathValue(name)
		}
	}
	if query := got.URL.Query(); !reflect.DeepEqual(query, r.wantQuery()) {
		return "query: " + r.wantQuery().Encode() + " became " + url.Values(query).Encode()
	}
	for name, value := range r.header {
		if got.Header.Get(name) != text(value) {
			return "header " + name + ": " + text(value) + " became " + got.Header.Get(name)
		}
	}
	schema := bodySchema(r.op, r.contentType)
	switch contentType, params, _ := mime.ParseMediaType(got.Header.Get("Content-Type")); {
	case r.method.body() == nil:
		if len(got.body) > 0 {
			return "a body out of nothing"
		}
		return ""
	case contentType != r.contentType:
		return "sent as " + contentType
	case contentType == formType:
		return r.misread(t, multipart.NewReader(strings.NewReader(string(got.body)), params["boundary"]))
	}
	return lost(r.wantBody(t), value(t, "request", got.body), schema)
}

// misread says where a form differs from what the caller meant, or "". Values that are no text are JSON in their part.
func (r request) misread(t *testing.T, form *multipart.Reader) string {
	t.Helper()
	want, _ := r.wantBody(t).(map[string]any)
	left := map[string][]file{}
	for name, files := range r.files {
		left[name] = files
	}
	for {
		part, err := form.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err.Error()
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return err.Error()
		}
		name := strings.NewReplacer("%0A", "\n", "%0D", "\r", "%22", `"`).Replace(part.FormName()) // as browsers escape it
		if files := left[name]; len(files) > 0 {
			left[name] = files[1:]
			if part.FileName() != files[0].name || part.Header.Get("Content-Type") != files[0].contentType || string(data) != string(files[0].data) {
				return "the file of " + name + " is not what was sent"
			}
			continue
		}
		value, meant := want[name]
		delete(want, name)
		got := any(string(data))
		if _, isText := value.(string); !isText {
			got = parsed(data)
		}
		if !meant || !reflect.DeepEqual(got, value) {
			return "part " + name + ": " + short(value) + " became " + string(data)
		}
	}
	for name, files := range left {
		if len(files) > 0 {
			return "no file for " + name
		}
	}
	for name, value := range want {
		if _, known := fieldNamed(reflect.New(r.method.body()).Elem(), name); known && value != nil {
			return "no part for " + name
		}
		if value != nil && bodySchema(r.op, formType).Properties[name] != nil {
			return "no field for " + name
		}
	}
	return ""
}

// parsed is a JSON text as its value, and any other text as itself.
func parsed(text []byte) (v any) {
	if json.Unmarshal(text, &v) != nil {
		return string(text)
	}
	return v
}

// Where absent, null and a value are three things, the types tell them apart.
func TestThreeStates(t *testing.T) {
	found := 0
	for _, typ := range []reflect.Type{reflect.TypeFor[gen.UpdateAPIKeyRequest](), reflect.TypeFor[gen.ConsumptionLimits]()} {
		for i := range typ.NumField() {
			field := typ.Field(i)
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if _, threeStates := reflect.New(field.Type).Interface().(interface{ SetNull() }); !threeStates {
				continue
			}
			found++
			sample := `"2030-01-02"`
			if field.Type.Elem().Kind() == reflect.Float64 {
				sample = "2"
			}
			for _, state := range []string{`{}`, `{"` + name + `":null}`, `{"` + name + `":` + sample + `}`} {
				v := reflect.New(typ)
				if err := json.Unmarshal([]byte(state), v.Interface()); err != nil {
					t.Fatal(err)
				}
				before, after := value(t, name, []byte(state)).(map[string]any), toJSON(t, v.Interface()).(map[string]any)
				b, had := before[name]
				if a, has := after[name]; had != has || !reflect.DeepEqual(a, b) {
					t.Errorf("%s: %s became %s", typ.Name(), state, short(after))
				}
			}
		}
	}
	if found < 4 {
		t.Errorf("%d fields with three states, want expiresAt, usd, diem and vcu at least", found)
	}
}
