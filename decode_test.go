// Tests of decoding: which answers are taken for what, size limits, and answers that cannot be read.

package venice_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/venice-go/venice"
)

func TestDecodeIsLenient(t *testing.T) {
	for body, want := range map[string]string{
		`{"name":"a","new":{"x":[1]},"tags":null}`: "a",
		`{"name":"a","name":"b"}`:                  "b",
		"{\"name\":\"a\xff\"}":                     "a\uFFFD",
		`{"Name":"other"}`:                         "",
		" \n{\"name\":\"a\"}\n":                    "a",
	} {
		for _, contentType := range []string{"application/json", "application/json; charset=utf-8", "application/problem+json", ""} {
			client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header()["Content-Type"] = []string{contentType}
				fmt.Fprint(w, body)
			})
			if got, err := get(t.Context(), client); err != nil || got.Name != want {
				t.Errorf("%s as %q: got %q, %v, want %q", body, contentType, got.Name, err, want)
			}
		}
	}
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })
	if got, err := get(t.Context(), client); err != nil || got.Name != "" {
		t.Errorf("204: %v, %v", got, err)
	}
	if m, err := open(t.Context(), client, "image/png"); m != nil || err == nil {
		t.Errorf("204 for an image: %v, %v", m, err)
	}
}

func TestUndecodableAnswerIsKept(t *testing.T) {
	const secret = "VENICE_INFERENCE_KEY_once"
	for body, text := range map[string]string{
		`{"tags":7,"detail":"` + secret + `"}`: `of the answer the number at "/tags" does not fit`,
		`{"tags":"` + secret + `"}`:            `of the answer the text at "/tags" does not fit`,
		`{"name":"` + secret + `"} and more`:   "does not decode",
		`"` + secret + `"`:                     "does not decode",
		`{"name":"a","key":"` + secret + `"`:   "does not decode",
		"<html>" + secret:                      "does not decode",
		" { ":                                  "does not decode",
		"{":                                    "does not decode",
		"[":                                    "does not decode",
		`{"tags":[],"name":["` + secret + `"]`: "does not decode",
	} {
		client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("CF-RAY", "ray-1")
			answer(201, "application/json", body)(w, r)
		})
		_, err := get(t.Context(), client)
		wantText(t, err, "venice: getThing: 201 Created: ", text, "(request ray-1)")
		e := asError(t, err)
		if e.Status != 201 || string(e.Raw) != body || e.Operation != "getThing" || errors.Unwrap(err) == nil {
			t.Errorf("%s: got %#v with the body %q, cause %v", body, e, e.Raw, errors.Unwrap(err))
		}
		if shown := fmt.Sprintf("%v %+v %#v %d %s", err, err, *e, e, e.Unwrap()); strings.Contains(shown, "once") {
			t.Errorf("a secret shows in %s", shown)
		}
	}
}

func TestCutAnswerIsKept(t *testing.T) {
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100")
		answer(200, "application/json", `{"name":"a","tags"`)(w, r)
	})
	_, err := get(t.Context(), client)
	wantText(t, err, "the answer broke off: unexpected EOF")
	if e := asError(t, err); string(e.Raw) != `{"name":"a","tags"` || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("kept %q of %v", e.Raw, err)
	}
}

func TestUnexpectedMediaType(t *testing.T) {
	noLeak(t)
	for _, c := range []struct{ accept, contentType, want string }{
		{"application/json", "text/html; charset=utf-8", `the answer is "text/html", want application/json`},
		{"application/json", "image/png", `the answer is "image/png", want application/json`},
		{"image/png", "application/json", `the answer is "application/json", want image/png`},
		{"image/png", "text/html", `the answer is "text/html"`},
		{"image/png", "audio/wav", `the answer is "audio/wav"`},
		{"text/csv", "text/html", `the answer is "text/html"`},
		{"text/plain", "text/html", `the answer is "text/html"`},
		{"image/png, image/webp", "image/webp", ""},
		{"image/png", "image/avif", ""},
		{"audio/mpeg;q=0.9, audio/wav", "audio/mpeg; rate=1", ""},
		{"video/mp4", "application/octet-stream", ""},
		{"text/csv", "text/csv; charset=utf-8", ""},
		{"application/octet-stream", "application/octet-stream", ""},
	} {
		client, _ := serve(t, answer(200, c.contentType, "<p>body"))
		m, err := open(t.Context(), client, c.accept)
		if c.want != "" {
			wantText(t, err, "createThing: 200 OK: ", c.want)
			if e := asError(t, err); e.Status != 200 || string(e.Raw) != "<p>body" {
				t.Errorf("%s: status %d, kept %q", c.contentType, e.Status, e.Raw)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s for %s: %v", c.contentType, c.accept, err)
			continue
		}
		if data, err := io.ReadAll(m); string(data) != "<p>body" || m.ContentType != c.contentType || m.Length != 7 || err != nil {
			t.Errorf("%s: %q, %q, %d bytes, %v", c.contentType, data, m.ContentType, m.Length, err)
		}
		m.Close()
	}
}

// TestJSONOrMedia is for the operations in which the service chooses.
func TestJSONOrMedia(t *testing.T) {
	for contentType, body := range map[string]string{"application/json": `{"name":"waiting"}`, "video/mp4": "film"} {
		client, _ := serve(t, answer(200, contentType, body))
		var out thing
		c := call(opPost, nil)
		c.Result, c.Accept = &out, "application/json, video/mp4"
		m, err := venice.DoerOf(client).Do(t.Context(), c)
		switch {
		case err != nil:
			t.Error(err)
		case contentType == "video/mp4":
			if data, _ := io.ReadAll(m); string(data) != "film" || out.Name != "" {
				t.Errorf("got %q and %v", data, out)
			}
			m.Close()
		case m != nil || out.Name != "waiting":
			t.Errorf("got %v and %v", m, out)
		}
	}
}

func TestAnswerLimit(t *testing.T) {
	body := `{"name":"` + strings.Repeat("x", 1000-11) + `"}`
	for _, announced := range []bool{true, false} {
		client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if !announced {
				w.(http.Flusher).Flush()
			}
			fmt.Fprint(w, body)
		}, venice.WithAnswerLimit(999))
		_, err := get(t.Context(), client)
		wantText(t, err, "venice: getThing: 200 OK: the answer is larger than the limit of 999 bytes; WithAnswerLimit raises it")
		if got, err := get(t.Context(), client, venice.WithAnswerLimit(1000)); err != nil || len(got.Name) != 1000-11 {
			t.Errorf("with a limit of its size: %v, %v", got, err)
		}
	}
}

// An answer without end is not read beyond the limit, and no more than 1 MiB of it is kept.
func TestEndlessAnswers(t *testing.T) {
	noLeak(t)
	for _, status := range []int{200, 500} {
		for _, contentType := range []string{"application/json", "text/html"} {
			client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", contentType)
				w.WriteHeader(status)
				chunk := []byte(strings.Repeat("x", 1<<16))
				for r.Context().Err() == nil {
					w.Write(chunk)
				}
			}, venice.WithAnswerLimit(3<<20))
			_, err := get(t.Context(), client)
			if e := asError(t, err); e.Status != status || len(e.Raw) != 1<<20 || cap(e.Raw) > 4<<20 || len(e.Error()) > 500 {
				t.Errorf("%d %s: kept %d bytes (room for %d), text of %d", status, contentType, len(e.Raw), cap(e.Raw), len(e.Error()))
			}
		}
	}
}

func TestHugeAnnouncementAllocatesLittle(t *testing.T) {
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "60000000")
		answer(200, "application/json", `{"name":"a"}`)(w, r)
	})
	if n := allocated(func() { _, _ = get(t.Context(), client) }); n > 8<<20 {
		t.Errorf("a length that was only announced cost %d bytes", n)
	}
}
