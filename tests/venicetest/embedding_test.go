// Tests of embeddings: one for each text, and near where texts are.

package venicetest_test

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

func (c talk) embed(more object) reply {
	c.t.Helper()
	body := object{"model": embedder}
	for name, v := range more {
		body[name] = v
	}
	return c.do("POST", "/embeddings", body)
}

// vectors are those of an answer, in the order of their index.
func (r reply) vectors(t *testing.T) (list [][]float64) {
	t.Helper()
	data, _ := r.body["data"].([]any)
	if r.status != 200 || len(data) == 0 {
		t.Fatalf("no vectors: %d %.300s", r.status, r.raw)
	}
	for i, d := range data {
		if at(d, "index") != float64(i) || at(d, "object") != "embedding" {
			t.Errorf("entry %d: %.100v", i, d)
		}
		var v []float64
		switch e := at(d, "embedding").(type) {
		case []any:
			for _, x := range e {
				v = append(v, x.(float64))
			}
		case string:
			raw, err := base64.StdEncoding.DecodeString(e)
			if err != nil || len(raw)%4 != 0 {
				t.Fatalf("%.50s: %v", e, err)
			}
			for i := 0; i < len(raw); i += 4 {
				v = append(v, float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[i:]))))
			}
		}
		list = append(list, v)
	}
	return list
}

func dot(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

func TestEmbeddings(t *testing.T) {
	c := newTalk(t)
	r := c.embed(object{"input": []any{"How do cats sleep?", "Do cats sleep a lot?", "The stock market fell.", "How do cats sleep?"}})
	v := r.vectors(t)
	for i := range v {
		if len(v[i]) != 1024 || math.Abs(dot(v[i], v[i])-1) > 1e-5 {
			t.Errorf("vector %d: %d numbers, square %v", i, len(v[i]), dot(v[i], v[i]))
		}
	}
	if near, far := dot(v[0], v[1]), dot(v[0], v[2]); len(v) != 4 || near < far+0.2 || !slices.Equal(v[0], v[3]) {
		t.Errorf("%d vectors, cats at %v, stocks at %v", len(v), near, far)
	}
	if r.body["model"] != embedder || fmt.Sprint(r.body["usage"]) != "map[prompt_tokens:17 total_tokens:17]" {
		t.Errorf("model %v, usage %v", r.body["model"], r.body["usage"])
	}
	one := c.embed(object{"input": "How do cats sleep?", "encoding_format": "base64"}).vectors(t)
	if len(one) != 1 || !(math.Abs(dot(one[0], v[0])-1) < 1e-5) { // also for what is no number
		t.Errorf("in base64: %d vectors, at %v", len(one), dot(one[0], v[0]))
	}
	short := c.embed(object{"model": shortened, "input": "x", "dimensions": 100}).vectors(t)
	if len(short[0]) != 100 || math.Abs(dot(short[0], short[0])-1) > 1e-5 {
		t.Errorf("%d numbers, square %v", len(short[0]), dot(short[0], short[0]))
	}
	many := make([]any, 2048)
	for i := range many {
		many[i] = fmt.Sprint("text ", i)
	}
	if all := c.embed(object{"input": many, "encoding_format": "base64"}).vectors(t); len(all) != 2048 {
		t.Errorf("%d vectors", len(all))
	}
	for name, test := range map[string]struct {
		more   object
		status int
		says   string
	}{
		"unknown model":  {object{"model": "nobody", "input": "x"}, 404, "Specified model not found"},
		"chat model":     {object{"model": glm, "input": "x"}, 404, "Specified model not found"},
		"tokens":         {object{"input": []any{1, 2}}, 400, "input"},
		"lists":          {object{"input": []any{[]any{1}, []any{2}}}, 400, "input"},
		"nothing":        {object{"input": ""}, 400, "input"},
		"empty text":     {object{"input": []any{"x", ""}}, 400, "at least 1 character"},
		"no text":        {object{"input": []any{}}, 400, "input"},
		"too many":       {object{"input": append(slices.Clone(many), "x")}, 400, "input"},
		"too long":       {object{"input": strings.Repeat("word ", 8193)}, 400, "8192 at most"},
		"fixed length":   {object{"input": "x", "dimensions": 100}, 400, "dimensions is not supported"},
		"longer":         {object{"model": shortened, "input": "x", "dimensions": 5000}, 400, "less than or equal to 4096"},
		"unknown member": {object{"input": "x", "foo": 1, "bar": 2}, 400, "Unrecognized key(s) in object: 'bar', 'foo'"},
		"unknown format": {object{"input": "x", "encoding_format": "hex"}, 400, "encoding_format"},
	} {
		r := c.embed(test.more).want(t, test.status, "")
		if !strings.Contains(r.raw, test.says) {
			t.Errorf("%s: %.300s", name, r.raw)
		}
	}
}
