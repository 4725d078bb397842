// Do: routes that no method is made for, and how their answers are read.

package client_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

func TestDo(t *testing.T) {
	var got string
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = strings.Join([]string{r.Method, r.RequestURI, r.Header.Get("Authorization"), r.Header.Get("Accept"), r.Header.Get("Content-Type"), string(body)}, "|")
		answer(200, "application/json", `{"name":"n"}`)(w, r)
	}, venice.WithAPIKey("key"))
	for _, c := range []struct {
		method, path string
		body         any
		option       venice.CallOption
		want         string
	}{
		{"GET", "/files", nil, nil, "GET|/files|Bearer key|application/json||"},
		{"GET", "/files/a%2Fb/%C3%A9%20x", nil, venice.WithQuery("q", "1"), "GET|/files/a%2Fb/%C3%A9%20x?q=1|Bearer key|application/json||"},
		{"PUT", "/files/", map[string]any{"b": 1, "a": jsontext.Value("1.0")}, nil, `PUT|/files/|Bearer key|application/json|application/json|{"a":1.0,"b":1}`},
		{"POST", "/files", jsontext.Value(`{"b":1,"a":1.0}`), venice.WithField("/c", nil), `POST|/files|Bearer key|application/json|application/json|{"b":1,"a":1.0,"c":null}`},
		{"POST", "/files", nil, venice.WithField("/c/d", 1), `POST|/files|Bearer key|application/json|application/json|{"c":{"d":1}}`},
		{"DELETE", "/files/1", (*thing)(nil), nil, "DELETE|/files/1|Bearer key|application/json||"},
		// What the table knows holds here too.
		{"POST", "/x402/top-up", nil, nil, "POST|/x402/top-up||application/json||"},
		{"GET", "/x402/balance/0x1", nil, nil, "GET|/x402/balance/0x1||application/json||"},
		{"POST", "/api_keys/generate_web3_key", nil, nil, "POST|/api_keys/generate_web3_key||application/json||"},
	} {
		var out thing
		if err := client.Do(t.Context(), c.method, c.path, c.body, &out, c.option); err != nil || got != c.want || out.Name != "n" {
			t.Errorf("%v, result %v\ngot  %s\nwant %s", err, out, got, c.want)
		}
	}
}

func TestDoForm(t *testing.T) {
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		file, header, err := r.FormFile("file")
		if err != nil {
			t.Error(err)
			return
		}
		content, _ := io.ReadAll(file)
		answer(200, "application/json", fmt.Sprintf(`{"name":"%s %s %s %s"}`, header.Filename, content, r.FormValue("model"), r.FormValue("new")))(w, r)
	})
	var out thing
	err := client.Do(t.Context(), "POST", "/files", &form{File: gen.File{Name: "a.txt", Reader: strings.NewReader("text")}, Model: "m"}, &out, venice.WithField("/new", 7))
	if err != nil || out.Name != "a.txt text m 7" {
		t.Errorf("%v, %v", out, err)
	}
}

// Types without tags, and with those of encoding/json, mean what they mean there.
func TestDoOwnTypes(t *testing.T) {
	type own struct {
		Name string
		N    int    `json:"n,omitempty"`
		B    []byte `json:"b,omitempty"`
	}
	var got string
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.ParseMultipartForm(1<<20) == nil {
			got = fmt.Sprint(r.MultipartForm.Value, len(r.MultipartForm.File["File"]))
			return
		}
		body, _ := io.ReadAll(r.Body)
		got = string(body)
		answer(200, "application/json", `{"name":"n","N":7}`)(w, r)
	})
	var out own
	if err := client.Do(t.Context(), "POST", "/files", own{Name: "a"}, &out, venice.WithField("/x", own{})); err != nil || got != `{"Name":"a","x":{"Name":""}}` || out.Name != "n" || out.N != 7 {
		t.Errorf("%v: sent %s, got %+v", err, got, out)
	}
	upload := struct {
		Name string
		N    int `json:"n,omitempty"`
		File gen.File
	}{"a", 0, gen.File{Reader: strings.NewReader("x")}}
	if err := client.Do(t.Context(), "POST", "/files", upload, nil); err != nil || got != "map[Name:[a]] 1" {
		t.Errorf("%v: sent %s", err, got)
	}
}

func TestDoRefuses(t *testing.T) {
	client, _ := serve(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s %s was sent", r.Method, r.RequestURI) })
	for _, c := range []struct{ method, path, want string }{
		{"", "/a", `the method ""`}, {"get", "/a", `the method "get"`}, {"CONNECT", "/a", "the method"},
		{"GET", "", "want a path below"}, {"GET", "a", "want a path below"}, {"GET", "//elsewhere.example/a", "want a path below"},
		{"GET", "https://elsewhere.example/a", "want a path below"}, {"GET", "@elsewhere.example", "want a path below"},
		{"GET", "/a?b=c", "query or fragment"}, {"GET", "/a#b", "query or fragment"}, {"GET", "/a/%zz", "escapes nothing"},
		{"GET", "/..", "a part of the path is .."}, {"GET", "/a/../b", "is .."}, {"GET", "/a/%2e%2E/b", "is .."}, {"GET", "/a%2f..", "is .."}, {"GET", "/a/./b", "is ."},
		{"GET", `/a\b`, "not escaped"}, {"GET", "/a%5cb", "control character"}, {"GET", "/a\nb", "not escaped"}, {"GET", "/é", "not escaped"}, {"GET", "/a b%2F", "not escaped"}, {"GET", "/a%0d%0ab", "control character"},
		{"GET", "/api_keys/{id}", "not escaped"},
	} {
		wantText(t, client.Do(t.Context(), c.method, c.path, nil, nil), "venice: ", c.want)
		for _, err := range venice.Stream[thing](t.Context(), client, c.method, c.path, nil) {
			wantText(t, err, "venice: ", c.want)
		}
	}
	for _, result := range []any{thing{}, (*thing)(nil), (*gen.Media)(nil), map[string]any{}} {
		wantText(t, client.Do(t.Context(), "POST", "/a", nil, result), "venice: POST /a: the result is to be a pointer")
	}
	wantText(t, client.Do(t.Context(), "POST", "/a", nil, nil, venice.WithEffect("reed")), `venice: POST /a: WithEffect: there is no effect "reed"`)
	var zero venice.Client
	wantText(t, zero.Do(t.Context(), "GET", "/a", nil, nil), "make one with venice.New")
}

func TestDoAnswers(t *testing.T) {
	var accept string
	reply := http.NotFound
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { accept = r.Header.Get("Accept"); reply(w, r) })

	reply = answer(404, "application/json", `{"error":"no such file","code":"GONE"}`)
	e := asError(t, client.Do(t.Context(), "GET", "/files/1", nil, nil))
	if e.Operation != "GET /files/1" || e.Status != 404 || e.Code != "GONE" {
		t.Errorf("got %+v", e)
	}
	for _, contentType := range []string{"application/json", "text/plain", "application/pdf", ""} {
		reply = answer(200, contentType, `{"a":1}`)
		media := gen.Media{ContentType: "text/csv"}
		if err := client.Do(t.Context(), "GET", "/files", nil, &media); err != nil || accept != "text/csv" {
			t.Fatal(contentType, accept, err)
		}
		body, err := io.ReadAll(media)
		if media.Close(); err != nil || string(body) != `{"a":1}` || contentType != "" && media.ContentType != contentType {
			t.Errorf("%s: %q of %q, %v", contentType, body, media.ContentType, err)
		}
		if err := client.Do(t.Context(), "GET", "/files", nil, nil); err != nil {
			t.Errorf("%s: %v", contentType, err)
		}
	}
	reply = answer(200, "text/html", `<html>`)
	wantText(t, client.Do(t.Context(), "GET", "/files", nil, new(jsontext.Value)), `the answer is "text/html", want application/json`)
	reply = answer(204, "", "")
	if err := client.Do(t.Context(), "DELETE", "/files/1", nil, &thing{}); err != nil {
		t.Error(err)
	}
	var response venice.Response
	if err := client.Do(t.Context(), "HEAD", "/files/1", nil, nil, venice.WithResponse(&response)); err != nil || response.Status != 204 {
		t.Error(response, err)
	}
}

func TestStreamOfRoute(t *testing.T) {
	var accept string
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		accept = r.Header.Get("Accept")
		answer(200, "text/event-stream", "data: {\"name\":\"a\"}\n\ndata: {\"name\":\"b\",\"n\":1.0}\n\ndata: {\"error\":\"late\"}\n\n")(w, r)
	})
	var got []string
	var last error
	for chunk, err := range venice.Stream[jsontext.Value](t.Context(), client, "POST", "/events", struct{}{}) {
		if last = err; err == nil {
			got = append(got, string(*chunk))
		}
	}
	if want := `[{"name":"a"} {"name":"b","n":1.0}]`; fmt.Sprint(got) != want || accept != "text/event-stream" {
		t.Errorf("got %v, accept %q", got, accept)
	}
	if e := asError(t, last); e.Message != "late" || e.Operation != "POST /events" {
		t.Error(last)
	}
	for chunk, err := range venice.Stream[thing](t.Context(), client, "POST", "/events", struct{}{}) {
		if err != nil || chunk.Name != "a" {
			t.Error(chunk, err)
		}
		break
	}
}

// Types of package gen are read as generously as by methods, alone and as elements; others are not.
func TestDoReadsAsMethodsDo(t *testing.T) {
	var body string
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(body, "data: ") {
			answer(200, "text/event-stream", body+"\n\ndata: [DONE]\n\n")(w, r)
			return
		}
		answer(200, "application/json", body)(w, r)
	})
	const odd = `{"id":5,"object":"chat.completion","created":1.5,"model":"m","choices":[]}`
	body = odd
	var one gen.ChatCompletion
	if err := client.Do(t.Context(), "POST", "/chat/completions", nil, &one); err != nil || one.ID != "5" || one.Created != 1 {
		t.Errorf("%+v, %v", one, err)
	}
	body = `{"id":5,"object":"chat.completion","created":{},"model":"m","choices":[]}`
	one = gen.ChatCompletion{}
	if err := client.Do(t.Context(), "POST", "/chat/completions", nil, &one); !errors.Is(err, venice.ErrMisfit) || one.ID != "5" || one.Model != "m" {
		t.Errorf("%+v, %v", one, err)
	}
	body = "[" + odd + "]"
	var list []*gen.ChatCompletion
	if err := client.Do(t.Context(), "GET", "/more", nil, &list); err != nil || len(list) != 1 || list[0].ID != "5" {
		t.Errorf("%+v, %v", list, err)
	}
	body = `{"a":` + odd + `}`
	var table map[string]gen.ChatCompletion
	if err := client.Do(t.Context(), "GET", "/more", nil, &table); err != nil || table["a"].ID != "5" {
		t.Errorf("%+v, %v", table, err)
	}
	body = "data: " + odd
	for chunk, err := range venice.Stream[gen.ChatCompletionChunk](t.Context(), client, "POST", "/chat/completions", nil) {
		if err != nil || chunk.ID != "5" {
			t.Errorf("%+v, %v", chunk, err)
		}
	}
	body = `{"name":5}`
	if err := client.Do(t.Context(), "GET", "/more", nil, &thing{}); err == nil || errors.Is(err, venice.ErrMisfit) {
		t.Errorf("a type of the caller's: %v", err)
	}
}

// Of an answer that is of another kind altogether nothing is left, and no result stands beside the error.
func TestAnswerOfAnotherKind(t *testing.T) {
	for _, body := range []string{`[]`, `"x"`, `5`, `true`, `[{"a":1}]`} {
		reply, err := chatAnswer(t, body)
		if reply != nil || err == nil || errors.Is(err, venice.ErrMisfit) {
			t.Errorf("%s: %v, %v", body, reply, err)
		}
		wantText(t, err, "the answer does not decode into *gen.ChatCompletion")
		client, _ := serve(t, answer(200, "application/json", body))
		if video, err := client.RetrieveVideo(t.Context(), &gen.RetrieveVideoRequest{}); video != nil || err == nil || errors.Is(err, venice.ErrMisfit) {
			t.Errorf("%s: %v, %v", body, video, err)
		}
	}
}
