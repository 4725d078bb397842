// Tests of multipart bodies: every kind of field, streaming, and what happens to files on early errors.

package venice_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

type format string

// union is a type that encodes itself, as generated unions do.
type union struct{ raw json.RawMessage }

func (u union) MarshalJSON() ([]byte, error) { return u.raw, nil }

type upload struct {
	File     gen.File       `json:"file,omitzero"`
	Mask     *gen.File      `json:"mask,omitzero"`
	More     []gen.File     `json:"more,omitzero"`
	Model    string         `json:"model"`
	Format   *format        `json:"format,omitzero"`
	Count    *int64         `json:"count,omitzero"`
	Exact    bool           `json:"exact"`
	Ratio    float64        `json:"ratio,omitzero"`
	Tags     []string       `json:"tags,omitzero"`
	Extra    map[string]any `json:"extra,omitzero"`
	Union    union          `json:"union,omitzero"`
	Nilled   *string        `json:"nilled"`
	Ignored  string         `json:"-"`
	internal string
}

func post(t *testing.T, client *venice.Client, body any) error {
	c := call(opPost, body)
	c.ContentType = "multipart/form-data"
	_, err := venice.DoerOf(client).Do(t.Context(), c)
	return err
}

func TestMultipart(t *testing.T) {
	var got []string
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = nil
		_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil {
			t.Error(err)
		}
		parts := multipart.NewReader(r.Body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err == io.EOF {
				break
			} else if err != nil {
				t.Error(err)
				break
			}
			data, _ := io.ReadAll(p)
			got = append(got, fmt.Sprintf("%s|%s|%s|%s", p.FormName(), p.FileName(), p.Header.Get("Content-Type"), data))
		}
		answer(200, "application/json", `{}`)(w, r)
	})
	srt, count := format("srt"), int64(3)
	if err := post(t, client, &upload{
		File:  gen.File{Name: "a\"b\r\nX: y.wav", ContentType: "audio/wav", Reader: strings.NewReader("RIFF")},
		Mask:  &gen.File{Reader: io.LimitReader(strings.NewReader("mask..."), 4)},
		More:  []gen.File{{Name: "1", Reader: strings.NewReader("one")}, {Name: "2", Reader: strings.NewReader("")}},
		Model: "whisper\nlarge", Format: &srt, Count: &count, Ratio: 0.5, Tags: []string{"x"}, Extra: map[string]any{"b": 1, "a": nil},
		Union: union{json.RawMessage(`"auto"`)}, Ignored: "no", internal: "no",
	}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"mask|file|text/plain; charset=utf-8|mask", "more|1|text/plain; charset=utf-8|one", "more|2|text/plain; charset=utf-8|",
		"model|||whisper\nlarge", "format|||srt", "count|||3", "exact|||false", "ratio|||0.5", `tags|||["x"]`, `extra|||{"a":null,"b":1}`, "union|||auto",
	}
	if !strings.HasPrefix(got[0], `file|a"b`) || strings.Contains(got[0], "\n") {
		t.Errorf("the name of the first file came as %q", got[0])
	}
	if g, w := strings.Join(got[1:], "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
	if err := post(t, client, &upload{}); err != nil {
		t.Fatal(err)
	}
	if g := strings.Join(got, " "); g != "model||| exact|||false" {
		t.Errorf("of an empty request came %s", g)
	}
}

// A failing reader says how much of it was read.
type tracked struct {
	io.Reader
	read int64
}

func (r *tracked) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.read += int64(n)
	return n, err
}

func TestMultipartRefusals(t *testing.T) {
	noLeak(t)
	client, _ := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") }, venice.WithAuth(refusing{}))
	for _, c := range []struct {
		body any
		text string
	}{
		{&struct {
			File gen.File `json:"file"`
		}{}, "field file: the file has no Reader"},
		{&upload{Mask: &gen.File{}}, "field mask: the file has no Reader"},
		{&upload{File: gen.File{Reader: strings.NewReader(""), ContentType: "a/b\r\nX-Evil: 1"}}, "field file: the file's ContentType"},
		{&upload{Extra: map[string]any{"f": func() {}}}, "field extra: "},
		{&[]string{}, "want a struct, got *[]string"},
	} {
		wantText(t, post(t, client, c.body), "venice: createThing: ", c.text)
	}
	file := &tracked{Reader: strings.NewReader("x")}
	wantText(t, post(t, client, &upload{File: gen.File{Reader: file}}), "the wallet is locked")
	if file.read != 0 {
		t.Error("a file was read for a request that was not sent")
	}
}

func TestMultipartStreams(t *testing.T) {
	noLeak(t)
	const size = 64 << 20
	var got int64
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("early") != "" {
			answer(413, "application/json", `{"code":"PAYLOAD_TOO_LARGE","error":"too large"}`)(w, r)
			return
		}
		got, _ = io.Copy(io.Discard, r.Body)
		answer(200, "application/json", `{}`)(w, r)
	})
	zeros := func() *tracked { return &tracked{Reader: io.LimitReader(zero{}, size)} }
	var err error
	grown := allocated(func() { err = post(t, client, &upload{File: gen.File{Reader: zeros()}}) })
	if err != nil || got < size || got > size+4096 {
		t.Errorf("the server got %d bytes, error %v", got, err)
	}
	if grown > size/8 {
		t.Errorf("an upload of %d bytes allocated %d", size, grown)
	}

	file := zeros()
	c := call(opPost, &upload{File: gen.File{Reader: file}})
	c.ContentType, c.Query = "multipart/form-data", [][2]any{{"early", true}}
	_, err = venice.DoerOf(client).Do(t.Context(), c)
	wantText(t, err, "413")

	broken := io.MultiReader(bytes.NewReader(make([]byte, 1000)), brokenReader{})
	wantText(t, post(t, client, &upload{File: gen.File{Reader: broken}}), "venice: createThing: ", "disk on fire")
}

// A call that is over reads no more of its files; one whose Read blocks is not waited for.
func TestUploadEndsWithTheCall(t *testing.T) {
	noLeak(t)
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.CopyN(io.Discard, r.Body, 1000)
		_ = http.NewResponseController(w).EnableFullDuplex() // else the server first reads on
		w.Header().Set("Content-Length", "2")
		answer(413, "application/json", `{}`)(w, r)
		w.(http.Flusher).Flush()
	})
	for range 5 {
		file := &slow{pause: 10 * time.Millisecond}
		wantText(t, post(t, client, &upload{File: gen.File{Reader: file}}), "413")
		reading, reads := file.reading.Load(), file.reads.Load()
		if time.Sleep(30 * time.Millisecond); reading || file.reads.Load() != reads || reads == 0 {
			t.Errorf("after the call, reading: %t, and %d reads more than %d", reading, file.reads.Load()-reads, reads)
		}
	}
	began, file := time.Now(), &slow{pause: time.Second}
	wantText(t, post(t, client, &upload{File: gen.File{Reader: file}}), "413")
	if took := time.Since(began); took > 1800*time.Millisecond {
		t.Errorf("a Read that takes its time kept the call for %v", took)
	}
}

// A slow file has no end.
type slow struct {
	pause   time.Duration
	reading atomic.Bool
	reads   atomic.Int64
}

func (s *slow) Read(p []byte) (int, error) {
	s.reading.Store(true)
	time.Sleep(s.pause)
	s.reads.Add(1)
	s.reading.Store(false)
	return len(p), nil
}

type zero struct{}

func (zero) Read(p []byte) (int, error) { clear(p); return len(p), nil }

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, fmt.Errorf("disk on fire") }
