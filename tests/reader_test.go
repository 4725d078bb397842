// Readers: answers that gen decodes without reflection, and events that it decodes in part, against the codec's own way.

package tests

import (
	"bytes"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
)

// generously is how answers are decoded.
var generously = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// readable are the types that come as answers of operations that can stream, and as events, and a long one.
var readable = []reflect.Type{
	reflect.TypeFor[gen.ChatCompletion](), reflect.TypeFor[*gen.ChatCompletion](),
	reflect.TypeFor[gen.ChatCompletionChunk](), reflect.TypeFor[*gen.ChatCompletionChunk](),
	reflect.TypeFor[gen.Response](), reflect.TypeFor[gen.ResponseEvent](), reflect.TypeFor[*gen.ResponseEvent](),
	reflect.TypeFor[gen.ModelList](),
}

// sameAsCodec complains if what the codec decodes is decoded to anything else.
func sameAsCodec(t *testing.T, data []byte, typ reflect.Type) {
	t.Helper()
	want, got := reflect.New(typ), reflect.New(typ)
	if json.Unmarshal(data, want.Interface(), generously) != nil {
		if !jsontext.Value(data).IsValid(generously) && gen.Unmarshal(data, got.Interface()) == nil {
			t.Fatalf("%v: %.2000q is taken for JSON", typ, data)
		}
		return
	}
	before := bytes.Clone(data)
	if err := gen.Unmarshal(data, got.Interface()); err != nil {
		t.Fatalf("%v: %v\n%.2000q", typ, err, data)
	}
	if !bytes.Equal(data, before) {
		t.Fatalf("%v: the data was changed", typ)
	}
	for i := range data {
		data[i] = '#' // nothing may lean on it
	}
	if !reflect.DeepEqual(want.Interface(), got.Interface()) {
		t.Fatalf("%v: %.2000q\nis %+v\nwant %+v", typ, before, got.Elem(), want.Elem())
	}
}

func TestReadersAreTheCodec(t *testing.T) {
	schemas := description().Components.Schemas
	for _, typ := range readable {
		name := strings.TrimPrefix(strings.TrimPrefix(typ.String(), "*"), "gen.")
		s := schemas[name]
		if s == nil {
			continue // the description has it within an operation; the fuzz test has it
		}
		for seed := range uint64(50) {
			data := encode(t, sample(t, s.Value, seed))
			sameAsCodec(t, bytes.Clone(data), typ)
			sameAsCodec(t, escaped(data), typ)
			spaced := jsontext.Value(bytes.Clone(data))
			if err := spaced.Indent(); err != nil {
				t.Fatal(err)
			}
			sameAsCodec(t, spaced, typ)
		}
	}
}

var inQuotes = regexp.MustCompile(`"[^"\\]*"`)

// escaped writes the same document with a letter of names and texts as an escape.
func escaped(data []byte) []byte {
	return inQuotes.ReplaceAllFunc(data, func(text []byte) []byte { return bytes.ReplaceAll(text, []byte("e"), []byte(`\u0065`)) })
}

const oneChunk = `{"id":"c-1","object":"chat.completion.chunk","created":17,"model":"m","choices":[{"index":0,"delta":{%s},"finish_reason":null}]%s}`

var chunkSeeds = []string{
	fmt.Sprintf(oneChunk, `"content":"a"`, ""), fmt.Sprintf(oneChunk, `"role":"assistant","content":"b"`, ""), fmt.Sprintf(oneChunk, `"reasoning_content":"c\n"`, ""),
	fmt.Sprintf(oneChunk, `"content":"a","content":null,"x":1,"x":[2]`, `,"choices":[]`), fmt.Sprintf(oneChunk, `"content":"a"`, `,"choices":[{"delta":{"content":"b"}},{}]`),
	fmt.Sprintf(oneChunk, `"content":"\ud83d\ude00","tool_calls":[{"index":0,"id":"t","function":{"name":"f","arguments":"{}"}}]`, `,"usage":{"prompt_tokens":1},"venice_parameters":{"a":[1]}`),
	fmt.Sprintf(oneChunk, `"content":1`, ""), fmt.Sprintf(oneChunk, `"content":"a"`, "")[1:], fmt.Sprintf(oneChunk, `"content":"a"`, "") + "{}", "null", " {} ", `{"choices":null}`, `{"choices":[null]}`,
	`{"\u0069d":"c","id":"d","created":-0,"choices":[{"index":1e0}]}`, `{"type":"response.output_text.delta","delta":"x","sequence_number":4,"content_index":0,"item_id":"i"}`,
	`{"choices":[{"index":0,"message":{"role":"assistant","content":"a\"b","tool_calls":null},"logprobs":{"content":[]}}],"usage":{"total_tokens":9}}`,
	"{\"id\":\"\xff\",\"\xfe\":\"\xff\\n\\n\"}", `{"output":[{"content":[{"text":"t","type":"output_text"}],"type":"message"}],"status":"completed"}`,
	`{"data":[{"id":"m","model_spec":{"capabilities":{"supportsVision":true},"constraints":{"temperature":{"default":0.7}},"pricing":{"input":{"usd":0.5,"x":1}},"traits":["a"]}},null],"type":"all"}`,
}

func FuzzReader(f *testing.F) {
	for _, s := range chunkSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, typ := range readable {
			sameAsCodec(t, bytes.Clone(data), typ)
		}
	})
}

// An event that is made of the one before is what it is when it is decoded by itself, whatever becomes of the one before.
func FuzzEvents(f *testing.F) {
	for _, s := range chunkSeeds {
		f.Add([]byte(s), []byte(strings.Replace(s, `"a"`, `"another"`, 1)))
		f.Add([]byte(s), []byte(strings.Replace(s, `"a"`, `"a\"b"`, 1)))
		f.Add([]byte(s), []byte(strings.Replace(s, `"a"`, "\"\xff\"", 1)))
		f.Add([]byte(s), []byte(strings.Replace(s, `"a"`, `""`, 1)))
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		var events gen.Events
		var one, two, want *gen.ChatCompletionChunk
		if events.Unmarshal(bytes.Clone(first), &one) == nil && one != nil {
			spoil(one)
		}
		if !events.Again(bytes.Clone(second), &two) {
			return
		}
		if err := json.Unmarshal(second, &want, generously); err != nil {
			t.Fatalf("%q after %q is decoded, and the codec says %v", second, first, err)
		}
		if !reflect.DeepEqual(two, want) {
			t.Fatalf("%q after %q\nis   %+v\nwant %+v", second, first, two, want)
		}
	})
}

// spoil changes a chunk as its owner may.
func spoil(c *gen.ChatCompletionChunk) {
	c.ID = "spoilt"
	for i := range c.Choices {
		c.Choices[i].Index = 99
		if text := c.Choices[i].Delta.Content; text != nil {
			*text = "spoilt"
		}
	}
}

// The seeds above say what the codec does; this says that a second chunk is one that is made of the first at all.
func TestEventsAgain(t *testing.T) {
	var events gen.Events
	var c *gen.ChatCompletionChunk
	event := func(text, more string) []byte { return []byte(fmt.Sprintf(oneChunk, `"content":"`+text+`"`, more)) }
	if err := events.Unmarshal(event("a", ""), &c); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", " longer than before", "Toruń"} {
		spoil(c)
		c = nil
		if !events.Again(event(text, ""), &c) || *c.Choices[0].Delta.Content != text || c.ID != "c-1" || c.Choices[0].Index != 0 {
			t.Errorf("%q: %+v", text, c)
		}
	}
	for _, other := range [][]byte{event("a\x01", ""), event(`\n`, ""), event(`","refusal":"b`, ""), event("a", `,"x":1`), event("a", "")[1:], nil} {
		if events.Again(other, &c) {
			t.Errorf("%q is taken for the same but for a text", other)
		}
	}
	if c = nil; events.Unmarshal(event("a", `,"x":1`), &c) != nil || events.Again(event("b", `,"x":1`), &c) {
		t.Error("what has a member that nobody knows is made of the one before, and shares it")
	}
}

// The memory that an answer came in is used again, so that nothing of a result may be in it.
func TestResultsKeepNothingOfTheData(t *testing.T) {
	n := 0
	for _, m := range methods() {
		for _, r := range replies(m.op, true) {
			typ := m.answerType()
			if typ == nil || r.mediaType != jsonType {
				continue
			}
			n++
			for seed := range uint64(6) {
				planted := bytes.Replace(encode(t, sample(t, r.schema, seed)), []byte("{"), []byte(`{"x_new":{"a":["b"]},`), 1)
				data := bytes.ReplaceAll(planted, []byte(`,}`), []byte(`}`))
				want, got := reflect.New(typ), reflect.New(typ)
				_, _ = gen.Unmarshal(bytes.Clone(data), want.Interface()), gen.Unmarshal(data, got.Interface())
				for i := range data {
					data[i] = '#'
				}
				if !reflect.DeepEqual(want.Interface(), got.Interface()) {
					t.Fatalf("%v: %+v\nwas %+v", typ, got.Elem(), want.Elem())
				}
			}
		}
	}
	if n < 30 {
		t.Errorf("%d answers", n)
	}
}
