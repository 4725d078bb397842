// Tests of the reading of forms.

package venicetest_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"testing"

	"github.com/venice-go/venice/tests/venicetest"
)

type part struct{ name, contentType, content string }

func (c caller) form(path string, parts ...part) *http.Request {
	c.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for _, p := range parts {
		header := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + p.name + `"`}}
		if p.contentType != "" {
			header = textproto.MIMEHeader{
				"Content-Disposition": {`form-data; name="` + p.name + `"; filename="f"`}, "Content-Type": {p.contentType},
			}
		}
		to, err := w.CreatePart(header)
		if err != nil {
			c.t.Fatal(err)
		}
		_, _ = to.Write([]byte(p.content))
	}
	_ = w.Close()
	req := c.request("POST", path, form.String())
	req.Header.Set("Content-Type", w.FormDataContentType())
	return req
}

// Forms are held to the description like JSON: files of any type, lists as parts of one name or as JSON, numbers and
// truth values as text.
func TestForms(t *testing.T) {
	srv := venicetest.NewServer(t, venicetest.WithDescription("testdata/forms.yaml"))
	c := caller{t, srv, srv.InferenceKey()}
	image := part{"image", "image/png", "\x89PNG\x00\xff"}
	for name, test := range map[string]struct {
		path   string
		parts  []part
		status int
		text   string
	}{
		"file":                {"/upscale", []part{image}, 200, "PNG"},
		"number":              {"/upscale", []part{image, {"scale", "", "2"}}, 200, "PNG"},
		"number out of range": {"/upscale", []part{image, {"scale", "", "200"}}, 400, "scale"},
		"text for a number":   {"/upscale", []part{image, {"scale", "", "two"}}, 400, "scale"},
		"truth value":         {"/upscale", []part{image, {"enhance", "", "true"}}, 200, "PNG"},
		"unknown field":       {"/edit", []part{image, {"prompt", "", "x"}, {"colour", "", "red"}}, 400, "colour"},
		"missing field":       {"/edit", []part{image}, 400, "prompt"},
		"digits as text":      {"/edit", []part{image, {"prompt", "", "123"}}, 200, ""},
		"twice":               {"/edit", []part{image, {"prompt", "", "x"}, {"prompt", "", "y"}}, 400, `the part \"prompt\" comes more than once`},
		"one of a list":       {"/multi-edit", []part{{"images", "image/png", "a"}, {"prompt", "", "x"}}, 200, ""},
		"files of a list":     {"/multi-edit", []part{{"images", "image/png", "a"}, {"images", "image/jpeg", "b"}, {"prompt", "", "x"}}, 200, ""},
		"too many of a list": {"/multi-edit", []part{{"images", "image/png", "a"}, {"images", "image/png", "b"},
			{"images", "image/png", "c"}, {"images", "image/png", "d"}, {"prompt", "", "x"}}, 400, "images"},
		"no name": {"/upscale", []part{image, {"", "", "2"}}, 400, "a part has no name"},
	} {
		t.Run(name, func(t *testing.T) { c.send(c.form(test.path, test.parts...)).want(t, test.status, test.text) })
	}

	cut := c.request("POST", "/upscale", "--x\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\nabc")
	cut.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	c.send(cut).want(t, 400, "EOF")
	none := c.request("POST", "/upscale", "abc")
	none.Header.Set("Content-Type", "multipart/form-data; boundary=")
	c.send(none).want(t, 400, "Invalid request parameters")
}
