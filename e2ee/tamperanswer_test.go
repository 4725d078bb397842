// Tests of requests and answers that somebody changed on the way: each is refused, and nothing of it is given out as a whole.

package e2ee_test

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/e2ee"
	"github.com/venice-go/venice/tests/venicetest"
)

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) {
		if r.Header.Set(name, value); value == "" {
			r.Header.Del(name)
		}
	}
}

// Of the three headers none can be missing: the service would answer in plain.
func TestTamperedRequests(t *testing.T) {
	s := venicetest.NewServer(t, venicetest.WithoutRateLimits())
	for _, c := range []struct {
		why, name, value string
		kind             error
		chats            int
	}{
		{"no client key", "X-Venice-TEE-Client-Pub-Key", "", e2ee.ErrPlain, 1},
		{"no model key", "X-Venice-TEE-Model-Pub-Key", "", e2ee.ErrPlain, 1},
		{"no algorithm", "X-Venice-TEE-Signing-Algo", "", e2ee.ErrPlain, 1},
		{"another client's key", "X-Venice-TEE-Client-Pub-Key", otherKey, e2ee.ErrTampered, 1},
		{"another model's key", "X-Venice-TEE-Model-Pub-Key", otherKey, e2ee.ErrKeyChanged, 3},
		{"another algorithm", "X-Venice-TEE-Signing-Algo", "eddsa", venice.ErrBadRequest, 1},
	} {
		for _, model := range []string{older, newer} {
			tampering{request: header(c.name, c.value)}.refuses(t, s, c.why, model, trust(), c.kind, c.chats)
		}
	}
}

var sealed = regexp.MustCompile(`"content":"(04[0-9a-f]{184,})"`)

// pieces are the numbers of the events that have words.
func pieces(data []string) (list []int) {
	for i, e := range data {
		if sealed.MatchString(e) {
			list = append(list, i)
		}
	}
	return list
}

// bend changes the second event that has words.
func bend(f func(event, cipher string) string) func([]string) []string {
	return func(data []string) []string {
		i := pieces(data)[1]
		data[i] = f(data[i], sealed.FindStringSubmatch(data[i])[1])
		return data
	}
}

func swap(old, with string) func([]string) []string {
	return bend(func(e, _ string) string { return strings.Replace(e, old, with, 1) })
}

func words(with func(cipher string) string) func([]string) []string {
	return bend(func(e, cipher string) string { return strings.Replace(e, cipher, with(cipher), 1) })
}

func without(n func(data []string) int) func([]string) []string {
	return func(data []string) []string { i := n(data); return slices.Delete(data, i, i+1) }
}

func TestTamperedAnswers(t *testing.T) {
	s := venicetest.NewServer(t, venicetest.WithoutRateLimits())
	signed := trust()
	signed.Signed = true
	var earlier string
	for _, c := range []struct {
		why    string
		events func([]string) []string
		policy e2ee.Policy
		kind   error
	}{
		{"ephemeral key flipped", words(func(c string) string { return flipped(c, 20) }), trust(), e2ee.ErrTampered},
		{"nonce flipped", words(func(c string) string { return flipped(c, 140) }), trust(), e2ee.ErrTampered},
		{"words flipped", words(func(c string) string { return flipped(c, 155) }), trust(), e2ee.ErrTampered},
		{"tag flipped", words(func(c string) string { return flipped(c, len(c)-1) }), trust(), e2ee.ErrTampered},
		{"words cut", words(func(c string) string { return c[:len(c)-2] }), trust(), e2ee.ErrTampered},
		{"words cut to a stump", words(func(c string) string { return c[:100] }), trust(), e2ee.ErrPlain},
		{"words in upper case", words(strings.ToUpper), trust(), e2ee.ErrPlain},
		{"plain words", words(func(string) string { return "Hello." }), trust(), e2ee.ErrPlain},
		{"plain digits", words(func(string) string { return "42" }), trust(), e2ee.ErrPlain},
		{"a number", bend(func(e, c string) string { return strings.Replace(e, `"`+c+`"`, "42", 1) }), trust(), e2ee.ErrPlain},
		{"a list of words", swap(`"content":"`, `"x":0,"content":["a"],"y":"`), trust(), e2ee.ErrPlain},
		{"a refusal in plain", swap(`"content":"`, `"refusal":"no.","content":"`), trust(), e2ee.ErrPlain},
		{"a call of a tool", swap(`"content":"`, `"tool_calls":[{"index":0}],"content":"`), trust(), e2ee.ErrPlain},
		{"a message beside the piece", swap(`"delta"`, `"message":{"content":"Hello."},"delta"`), trust(), e2ee.ErrPlain},
		{"a name twice", swap(`"content":"`, `"content":"","content":"`), trust(), e2ee.ErrPlain},
		{"no JSON", bend(func(string, string) string { return "Hello." }), trust(), e2ee.ErrPlain},
		{"another answer's id", swap(`"id":"chatcmpl-`, `"id":"chatcmpl-0`), trust(), e2ee.ErrTampered},
		{"a piece of an earlier answer", words(func(c string) string {
			if earlier == "" {
				earlier = c
				return flipped(c, 160)
			}
			return earlier
		}), trust(), e2ee.ErrTampered},
		{"a piece twice", func(data []string) []string {
			i := pieces(data)[1]
			return slices.Insert(data, i, data[i])
		}, trust(), e2ee.ErrTampered},
		{"a piece again, later", func(data []string) []string {
			p := pieces(data)
			return slices.Insert(data, p[3], data[p[0]])
		}, trust(), e2ee.ErrTampered},
		{"words after the end", func(data []string) []string {
			p := pieces(data)
			i := p[len(p)-1]
			data[i], data[i+1] = data[i+1], data[i]
			return data
		}, trust(), e2ee.ErrTampered},
		{"the end gone", without(func(d []string) int { return len(d) - 1 }), trust(), venice.ErrStreamCut},
		{"all gone", func([]string) []string { return nil }, trust(), venice.ErrStreamCut},
		{"half of it gone", func(d []string) []string { return d[:len(d)/2] }, trust(), venice.ErrStreamCut},
		{"the reason of the end gone", without(func(d []string) int { p := pieces(d); return p[len(p)-1] + 1 }), trust(), venice.ErrUnfinished},

		// Only a signature tells of these.
		{"two pieces swapped", func(data []string) []string {
			p := pieces(data)
			data[p[0]], data[p[1]] = data[p[1]], data[p[0]]
			return data
		}, signed, e2ee.ErrSignature},
		{"the first piece gone", without(func(d []string) int { return pieces(d)[0] }), signed, e2ee.ErrSignature},
		{"the last piece gone", without(func(d []string) int { p := pieces(d); return p[len(p)-1] }), signed, e2ee.ErrSignature},
		{"all words gone", func(data []string) []string {
			return slices.DeleteFunc(data, sealed.MatchString)
		}, signed, e2ee.ErrSignature},
	} {
		for _, model := range []string{older, newer} {
			earlier = ""
			tampering{events: c.events}.refuses(t, s, c.why, model, c.policy, c.kind, 1)
		}
	}
}

func TestTamperedSignatures(t *testing.T) {
	s := venicetest.NewServer(t, venicetest.WithoutRateLimits())
	policy := trust()
	policy.Signed = true
	for _, c := range []struct {
		why, model string
		edit       func(map[string]any)
	}{
		{"signature", older, flip("signature", 40)},
		{"signature cut", older, func(a map[string]any) { a["signature"] = a["signature"].(string)[:100] }},
		{"text", older, flip("text", 3)},
		{"address", older, flip("signing_address", 9)},
		{"algorithm", older, set("signing_algo", "eddsa")},
		{"signature", newer, flip("signature", 40)},
		{"text", newer, flip("text", 3)},
		{"receipt: of another answer", newer, set("chat_id", "chatcmpl-x", "receipt")},
		{"receipt: of another keyset", newer, set("workload_keyset_digest", "sha256:00", "receipt")},
		{"receipt: method", newer, set("method", "GET", "receipt")},
		{"receipt: log", newer, set("event_log", []any{}, "receipt")},
		{"receipt: key", newer, set("key_id", "other", "receipt", "signature")},
		{"receipt: signature", newer, flip("value", 9, "receipt", "signature")},
		{"receipt: not signed", newer, func(a map[string]any) { delete(at(a, "receipt").(map[string]any), "signature") }},
	} {
		tampering{signature: c.edit}.refuses(t, s, c.why, c.model, policy, e2ee.ErrSignature, 1)
	}
}

// What comes in plain where nothing has to be encrypted is withheld, and no error.
func TestPlainThoughtsAreWithheld(t *testing.T) {
	s := venicetest.NewServer(t)
	c := tampering{events: swap(`"content":"`, `"reasoning_content":"plain thought","reasoning":"plain thought","reasoning_details":[{"type":"reasoning.text","text":"plain"}],"annotations":["plain"],"content":"`)}
	_, client := setUp(t, s, trust(), c.on)
	var all venice.Response
	all.KeepRaw = true
	answer, err := client.CreateChatCompletion(t.Context(), ask(newer, secret), venice.WithResponse(&all))
	if err != nil || said(t, answer) != "You said: "+secret || strings.Contains(string(all.Raw), "plain") {
		t.Errorf("%s, %v", all.Raw, err)
	}
}

// Errors in a stream are the service's, whatever else they say.
func TestErrorsInStreams(t *testing.T) {
	s := venicetest.NewServer(t)
	c := tampering{events: func([]string) []string {
		return []string{`{"error":{"message":"overloaded","code":"model_overloaded","retry_after":7}}`, "[DONE]"}
	}}
	_, client := setUp(t, s, trust(), c.on, venice.WithMaxAttempts(1))
	_, err := client.CreateChatCompletion(t.Context(), ask(newer, secret))
	if e, ok := errors.AsType[*venice.Error](err); !ok || e.Code != "model_overloaded" {
		t.Errorf("%v", err)
	}
	for _, err := range client.StreamChatCompletion(t.Context(), ask(newer, secret)) {
		if e, ok := errors.AsType[*venice.Error](err); !ok || e.Code != "model_overloaded" || e.Response.RetryAfter == 0 {
			t.Errorf("%v", err)
		}
	}
}
