// Decode: large answers, from bytes at hand into the types of package gen, against encoding/json into structs with the same
// fields.

package main

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"

	"github.com/venice-go/venice/gen"
)

const (
	vectors, numbers = 1000, 1024
	models           = 328
	aListed          = `{"created":1719792000,"id":"%s-%d","model_spec":{"availableContextTokens":131072,"capabilities":{"optimizedForCode":false,` +
		`"quantization":"fp8","supportsAudioInput":false,"supportsFunctionCalling":true,"supportsLogProbs":true,"supportsMultipleImages":false,` +
		`"supportsReasoning":true,"supportsReasoningEffort":false,"supportsResponseSchema":true,"supportsTeeAttestation":false,"supportsE2EE":false,` +
		`"supportsVideoInput":false,"supportsVision":false,"supportsWebSearch":true},"constraints":{"temperature":{"default":0.7},"top_p":{"default":0.95}},` +
		`"description":"A large model for long conversations, code and tools.","maxCompletionTokens":32000,"modelSource":"https://models.test/%s",` +
		`"name":"Large %d","offline":false,"pricing":{"cache_input":{"diem":0.11,"usd":0.11},"input":{"diem":0.55,"usd":0.55},"output":{"diem":2.65,"usd":2.65}},` +
		`"privacy":"private","traits":["default"]},"object":"model","owned_by":"venice.ai","type":"text"}`
)

// embeddings are the same vectors as lists of numbers, and in base64.
func embeddings(n int) (list, packed []byte) {
	random := rand.New(rand.NewPCG(1, 2))
	var lists, texts []string
	for i := range n {
		list := make([]string, numbers)
		var raw []byte
		for j := range list {
			f := float32(random.NormFloat64() / 32)
			list[j] = fmt.Sprint(f)
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(f))
		}
		const one = `{"object":"embedding","index":%d,"embedding":%s}`
		lists = append(lists, fmt.Sprintf(one, i, "["+strings.Join(list, ",")+"]"))
		texts = append(texts, fmt.Sprintf(one, i, quote(base64.StdEncoding.EncodeToString(raw))))
	}
	all := func(of []string) []byte {
		return fmt.Appendf(nil, `{"object":"list","data":[%s],"model":"bge-m3","usage":{"prompt_tokens":9,"total_tokens":9}}`, strings.Join(of, ","))
	}
	return all(lists), all(texts)
}

func modelList() []byte {
	entries := make([]string, models)
	for i := range entries {
		entries[i] = fmt.Sprintf(aListed, model, i, model, i)
	}
	return fmt.Appendf(nil, `{"data":[%s],"object":"list","type":"all"}`, strings.Join(entries, ","))
}

// bare is a type with the fields of t, and none of its methods.
func bare(t reflect.Type) reflect.Type {
	switch t.Kind() {
	case reflect.Pointer:
		return reflect.PointerTo(bare(t.Elem()))
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 { // any JSON
			return reflect.TypeFor[json.RawMessage]()
		}
		return reflect.SliceOf(bare(t.Elem()))
	case reflect.Map:
		return reflect.MapOf(reflect.TypeFor[string](), bare(t.Elem()))
	case reflect.Struct:
		var fields []reflect.StructField
		for i := range t.NumField() {
			switch f := t.Field(i); {
			case !f.IsExported(): // a union
				return reflect.TypeFor[json.RawMessage]()
			case !f.Anonymous:
				fields = append(fields, reflect.StructField{Name: f.Name, Type: bare(f.Type), Tag: f.Tag})
			}
		}
		return reflect.StructOf(fields)
	case reflect.String:
		return reflect.TypeFor[string]()
	}
	return t
}

func decode(ctx context.Context, out io.Writer, e effort) error {
	list, packed := embeddings(e.vectors)
	catalogue := modelList()
	floor := func(name string, data []byte, of reflect.Type) task {
		of = bare(of)
		return task{name, 1, func(context.Context) error { return json.Unmarshal(data, reflect.New(of).Interface()) }}
	}
	embedded := func(name string, data []byte) task {
		return task{name, 1, func(context.Context) error {
			var v gen.EmbeddingList
			if err := gen.Unmarshal(data, &v); err != nil || len(v.Data) != e.vectors || len(v.Data[0].Embedding) != numbers {
				return fmt.Errorf("%d vectors, %w", len(v.Data), orNone(err))
			}
			return nil
		}}
	}
	var rows [][]string
	for _, tasks := range [][]task{
		{floor("floor", list, reflect.TypeFor[gen.EmbeddingList]()), embedded("embeddings, JSON", list), embedded("embeddings, base64", packed)},
		{floor("floor", catalogue, reflect.TypeFor[gen.ModelList]()), {"list of models", 1, func(context.Context) error {
			var v gen.ModelList
			if err := gen.Unmarshal(catalogue, &v); err != nil || len(v.Data) != models {
				return fmt.Errorf("%d models, %w", len(v.Data), orNone(err))
			}
			return nil
		}}},
	} {
		results, err := rounds(ctx, tasks, e.rounds, e.batch)
		if err != nil {
			return err
		}
		for _, r := range results[1:] {
			rows = append(rows, []string{r.name, r.ratio(results[0]).String(), r.cpu(results[0]).String(), fmt.Sprintf("%.0f", r.allocs()), fmt.Sprintf("%.0f", r.bytes()/1024)})
			e.judge(r.name, r.cpu(results[0]).median)
		}
	}
	return table(out, []string{fmt.Sprintf("%dx%d numbers, %d models", e.vectors, numbers, models), "time / floor", "CPU / floor", "allocations", "KiB"}, rows)
}
