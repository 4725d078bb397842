// Tests by the clients of other services, as somebody uses them for a week: chats, streams, tools, forms and vectors,
// each sixty times, with a look at what came.

package clients

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/venice-go/venice/tests/venicetest"
)

const (
	days     = 60
	embedder = "text-embedding-bge-m3"
)

// A worker is what all clients can do.
type worker interface {
	say(ctx context.Context, text string, stream bool) (spoken, error)
	// loop asks with tools, runs what is called, and returns the last answer.
	loop(ctx context.Context, text string, tools []function, run func(name, arguments string) string) (string, error)
	// form has the answer be an object of the schema.
	form(ctx context.Context, text string, schema json.RawMessage) (string, error)
	vectors(ctx context.Context, texts []string) ([][]float32, error)
}

// spoken is an answer with its finish reason and its tokens, as far as a client tells them.
type spoken struct {
	text, finish       string
	prompt, out, total int64
}

type function struct {
	name, about string
	schema      json.RawMessage
}

// workers returns one of each client, with a key and a URL and no more, and another one that calls through the proxy.
func workers(t *testing.T) map[string]worker {
	s := venicetest.NewServer(t)
	all := map[string]worker{}
	add := func(how, url, key string) {
		all["openai-go"+how] = newOpenAIWorker(url, key)
		all["go-openai"+how] = newGoOpenAIWorker(url, key)
		all["langchaingo"+how] = newLangChainWorker(t, url, key)
	}
	add("", s.URL, s.InferenceKey())
	url, token := proxied(t, s)
	add(", proxied", url, token)
	return all
}

// A day is one set of words, which follow from a seed.
type day struct {
	name, city, other string
	age               int
}

func newDay(seed uint64) day {
	r := rand.New(rand.NewPCG(seed, 0))
	cities := []string{"Oslo", "Rome", "New York", "São Paulo", "Zürich", "Kyoto", "Lima"}
	i := r.IntN(len(cities))
	return day{
		[]string{"Ada", "Linus", "Grace", "Björn"}[r.IntN(4)], cities[i], cities[(i+1+r.IntN(len(cities)-1))%len(cities)], 18 + r.IntN(80),
	}
}

// eachDay runs check for every client and seed.
func eachDay(t *testing.T, check func(t *testing.T, w worker, d day)) {
	for name, w := range workers(t) {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(days) {
				if check(t, w, newDay(seed)); t.Failed() {
					t.Fatalf("on day %d", seed)
				}
			}
		})
	}
}

func TestWeekOfChats(t *testing.T) {
	eachDay(t, func(t *testing.T, w worker, d day) {
		text := fmt.Sprintf("%s, who is %d, moves from %s to %s — “why?”\n", d.name, d.age, d.city, d.other)
		whole, err := w.say(t.Context(), text, false)
		if err != nil || whole.text != "You said: "+text || whole.finish != "stop" {
			t.Fatalf("%+v, %v", whole, err)
		}
		if whole.prompt <= 0 || whole.out <= whole.prompt || whole.total != whole.prompt+whole.out {
			t.Errorf("tokens %+v", whole)
		}
		streamed, err := w.say(t.Context(), text, true)
		if err != nil || streamed.text != whole.text || streamed.finish != whole.finish {
			t.Errorf("streamed %+v, %v", streamed, err)
		}
	})
}

func TestWeekOfTools(t *testing.T) {
	weather := function{"get_weather", "The weather of a place.", json.RawMessage(
		`{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer","minimum":1,"maximum":200}},"required":["city","days"],"additionalProperties":false}`)}
	clock := function{"current_time", "The time of a place.", json.RawMessage(`{"type":"object","properties":{"city":{"type":"string","minLength":2}},"required":["city"]}`)}
	eachDay(t, func(t *testing.T, w worker, d day) {
		var ran []string
		answer, err := w.loop(t.Context(), fmt.Sprintf("How is the weather in %s for %d days, and what time is it there?", d.city, d.age), []function{weather, clock},
			func(name, arguments string) string {
				for _, f := range []function{weather, clock} {
					if f.name == name {
						valid(t, f.schema, arguments)
					}
				}
				ran = append(ran, name+arguments)
				return fmt.Sprintf("result %d of %s", len(ran), name)
			})
		want := []string{fmt.Sprintf(`get_weather{"city":%q,"days":%d}`, d.city, d.age), fmt.Sprintf(`current_time{"city":%q}`, d.city)}
		if err != nil || fmt.Sprint(ran) != fmt.Sprint(want) {
			t.Fatalf("%v, %v; want %v", ran, err, want)
		}
		if answer != "get_weather says: result 1 of get_weather\ncurrent_time says: result 2 of current_time" {
			t.Errorf("%q", answer)
		}
	})
}

func TestWeekOfForms(t *testing.T) {
	schema := json.RawMessage(`{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"},"city":{"type":"string"},
		"tags":{"type":"array","items":{"type":"string","enum":["new","moved"]}}},"required":["name","age","city","tags"],"additionalProperties":false}`)
	eachDay(t, func(t *testing.T, w worker, d day) {
		text, err := w.form(t.Context(), fmt.Sprintf("%s is %d and has moved to %s.", d.name, d.age, d.city), schema)
		if err != nil {
			t.Fatal(err)
		}
		valid(t, schema, text)
		var got struct {
			Name, City string
			Age        int
			Tags       []string
		}
		if err := json.Unmarshal([]byte(text), &got); err != nil || got.Age != d.age || len(got.Tags) == 0 ||
			!(got.Name == d.name && got.City == d.city || got.Name == d.city && got.City == d.name) { // a client may lose the order of a schema
			t.Errorf("%s, %v", text, err)
		}
	})
}

func TestWeekOfVectors(t *testing.T) {
	eachDay(t, func(t *testing.T, w worker, d day) {
		texts := []string{"The library of " + d.city + " opens late", "When does the library of " + d.city + " open?", "Fishing boats " + d.name, "The library of " + d.city + " opens late"}
		v, err := w.vectors(t.Context(), texts)
		if err != nil || len(v) != len(texts) {
			t.Fatalf("%d vectors, %v", len(v), err)
		}
		dot := func(a, b []float32) (sum float64) {
			for i := range a {
				sum += float64(a[i]) * float64(b[i])
			}
			return sum
		}
		for i := range v {
			if len(v[i]) != 1024 || math.Abs(dot(v[i], v[i])-1) > 1e-5 {
				t.Errorf("vector %d: %d numbers, square %v", i, len(v[i]), dot(v[i], v[i]))
			}
		}
		if near, far := dot(v[0], v[1]), dot(v[0], v[2]); near < far+0.2 || dot(v[0], v[3]) < 1-1e-5 {
			t.Errorf("near %v, far %v, the same %v", near, far, dot(v[0], v[3]))
		}
	})
}

// valid holds JSON against a schema, by a validator that is not the fake's own work.
func valid(t *testing.T, schema json.RawMessage, text string) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(schema)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema:", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema:")
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err == nil {
		err = s.Validate(v)
	}
	if err != nil {
		t.Errorf("%s: %v", text, err)
	}
}
