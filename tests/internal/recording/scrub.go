// Scrubbing: what of an answer may be kept.

package recording

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"github.com/venice-go/venice/internal/secrets"
)

// headers are those that are kept. Any other may name somebody, or let somebody in.
var headers = []string{
	"Retry-After", "X-Venice-Version", "X-Venice-Model-Id", "X-Venice-Model-Name", "X-Venice-Model-Router",
	"X-Venice-Deprecated", "X-Venice-Deprecated-Replacement", "X-Venice-Model-Deprecation-Date",
	"X-Venice-Model-Deprecation-Warning", "X-Venice-Is-Blurred", "X-Venice-Is-Content-Violation",
	"X-Venice-Responses-Lane", "X-Venice-Responses-Compat-Reason", "X-Venice-Audio-Format", "X-Venice-Audio-Duration",
	"X-Ratelimit-Limit-Requests", "X-Ratelimit-Limit-Tokens", "X-Next-Cursor", "Deprecation", "Sunset",
}

// named are members whose text is secret whatever it looks like.
var named = regexp.MustCompile(`(?i)^(?:.*(?:api_?key|secret|signature|password|private_?key|_token)|key|token|authorization|cookie|credentials?|transaction|nonce)$`)

// credentials are headers of requests whose values must not come back in what is kept.
var credentials = []string{"Authorization", "Sign-In-With-X", "X-Sign-In-With-X", "Payment-Signature", "X-402-Payment", "X-Payment", "Cookie"}

// SecretsOf returns the credentials of a request.
func SecretsOf(r *http.Request) (list []string) {
	for _, name := range credentials {
		for _, value := range r.Header.Values(name) {
			list = append(list, value)
			if _, token, more := strings.Cut(value, " "); more {
				list = append(list, token)
			}
		}
	}
	return list
}

// A scrubber takes secrets out of what is kept.
type scrubber struct {
	secrets []string
	said    strings.Builder // all texts of a stream, joined: a secret may come in pieces
}

// scrub returns what is kept of an answer. It is nothing if a secret comes in pieces, none of which shows it.
func scrub(a Answer, known []string) (File, bool) {
	s := scrubber{secrets: known}
	f := File{Operation: a.Operation, Status: a.Status, ContentType: a.Header.Get("Content-Type")}
	for _, name := range headers {
		if value := a.Header.Get(name); value != "" {
			if f.Header == nil {
				f.Header = map[string]string{}
			}
			f.Header[name] = s.text(value)
		}
	}
	switch {
	case a.Stream:
		f.Events = []string{}
		for line := range bytes.Lines(a.Body) {
			data, is := bytes.CutPrefix(bytes.TrimRight(line, "\r\n"), []byte("data:"))
			if !is {
				continue
			}
			data = bytes.TrimPrefix(data, []byte(" "))
			if v, isJSON := s.json(data); isJSON {
				data = v
			} else {
				data = []byte(s.text(string(data)))
			}
			f.Events = append(f.Events, string(data))
		}
		joined := s.said.String()
		return f, s.text(joined) == joined
	case a.JSON || json.Valid(a.Body):
		v, isJSON := s.json(a.Body)
		if !isJSON {
			f.Bytes = []byte(s.text(string(a.Body)))
			break
		}
		f.JSON = v
	case strings.HasPrefix(f.ContentType, "text/"):
		f.Bytes = []byte(s.text(string(a.Body)))
	default:
		f.Bytes = a.Body
	}
	return f, true
}

// json scrubs a value. Numbers keep their digits.
func (s *scrubber) json(text []byte) ([]byte, bool) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil, false
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if e.Encode(s.value("", v)) != nil {
		return nil, false
	}
	return bytes.TrimRight(out.Bytes(), "\n"), true
}

func (s *scrubber) value(name string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		_, isPiece := v["logprob"] // a token of an answer, which is none of a login
		own := map[string]any{}
		for name, member := range v {
			if isPiece && name == "token" {
				name, member = "token", s.value("", member)
			} else {
				member = s.value(name, member)
			}
			own[s.text(name)] = member
		}
		return own
	case []any:
		for i := range v {
			v[i] = s.value(name, v[i])
		}
	case string:
		if v != "" && named.MatchString(name) {
			return secrets.Redacted
		}
		if isMedia(v) {
			return v
		}
		v = s.text(v)
		if name == "content" || name == "reasoning_content" || name == "arguments" || name == "delta" || name == "text" {
			s.said.WriteString(v)
		}
		return v
	}
	return v
}

func (s *scrubber) text(text string) string {
	for _, secret := range s.secrets {
		if len(secret) > 5 {
			text = strings.ReplaceAll(text, secret, secrets.Redacted)
		}
	}
	return string(secrets.ScrubTraffic([]byte(text)))
}

// isMedia reports whether a text is a picture, a film or sound in base64, as models answer.
func isMedia(text string) bool {
	if len(text) < 64 {
		return false
	}
	begin, err := base64.StdEncoding.DecodeString(text[:64])
	kind, _, _ := strings.Cut(http.DetectContentType(begin), "/")
	return err == nil && (kind == "image" || kind == "audio" || kind == "video")
}
