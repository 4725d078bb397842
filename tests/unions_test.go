// Decoding and encoding of the types of gen that take more than one form.

package tests

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
)

// unions has the types of gen that take more than one form, or keep what they do not know.
var unions = []any{
	gen.ChatMessage{}, gen.ContentPart{}, gen.EmbeddingInput{}, gen.FlexibleContentPart{}, gen.FlexibleImageURL{},
	gen.FunctionCallResult{}, gen.MessageContent{}, gen.ModelConstraints{}, gen.ModelPricing{}, gen.ResponseFormat{},
	gen.ResponseInput{}, gen.ResponseInputItem{}, gen.ResponseOutput{}, gen.ResponseTool{}, gen.ResponseToolChoice{},
	gen.RPCAnswer{}, gen.RPCBody{}, gen.RPCID{}, gen.StopSequences{}, gen.Tool{}, gen.ToolChoice{},
}

// Whatever a service of tomorrow sends in place of a form that is known today decodes and goes out again as it came, or is
// told as a misfit.
func FuzzUnions(f *testing.F) {
	for _, seed := range []string{
		`"text"`, `"none"`, `["a","b"]`, `[]`, `{}`, `null`, `7`, `1.5`, `true`, `[[1,2],[3]]`, `[1,null,"a"]`,
		`{"role":"user","content":"Hello"}`, `{"role":"oracle","content":{"vision":[1]},"mood":"dark"}`,
		`{"role":"assistant","content":null,"tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}]}`,
		`{"type":"text","text":"Hello"}`, `{"type":"smell","smell":{"of":"rain"}}`, `[{"type":"text","text":""},{"type":"smell"}]`,
		`{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}`, `{"type":"json_schema","json_schema":{"a":1}}`,
		`{"jsonrpc":"2.0","id":1,"result":"0x1"}`, `[{"jsonrpc":"2.0","id":"a","error":{"code":-32000,"data":[null]}}]`,
		`{"input":{"usd":1,"diem":1},"output":{"usd":1e2,"diem":0.1}}`, `{"steps":{"default":1,"max":2},"x":null}`,
		`{"content":5}`, `{"type":7}`, `{"":""}`, `{"-":1}`, `[null]`, `9007199254740993`, `1e999`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if !jsontext.Value(data).IsValid() {
			return
		}
		for _, u := range unions {
			if err := survives(reflect.TypeOf(u), data); err != nil {
				t.Errorf("%T: %v", u, err)
			}
		}
	})
}

// survives decodes data as the type and encodes it again. It says what the value lost beside null and single fields
// that no version of gen knows yet.
func survives(typ reflect.Type, data []byte) error {
	v := reflect.New(typ)
	err := gen.Unmarshal(data, v.Interface())
	if misfit, some := errors.AsType[*gen.MisfitError](err); some && len(misfit.Misfits) > 0 && misfit.Misfits[0].Raw != nil {
		return nil // what is no object, or has other things in its places, is told and readable as it came
	}
	if err != nil {
		return fmt.Errorf("decode %s: %w", data, err)
	}
	again, err := json.Marshal(v.Interface())
	if err != nil {
		return fmt.Errorf("encode what came of %s: %w", data, err)
	}
	before, after := parse(data), parse(again)
	if path := differs(before, after); path != "" {
		return fmt.Errorf("at %q\nbefore %s\nafter  %s", path, data, again)
	}
	if name := gone(before, after); name != "" {
		return fmt.Errorf("%q is lost\nbefore %s\nafter  %s", name, data, again)
	}
	return nil
}

// gone returns a member of before that after has not, or "".
func gone(before, after any) string {
	switch b := before.(type) {
	case map[string]any:
		a := members(after)
		for name, member := range b {
			now, there := a[name]
			if !there && member != nil {
				return "/" + name
			}
			if path := gone(member, now); path != "" {
				return "/" + name + path
			}
		}
	case []any:
		if a, isList := after.([]any); isList && len(a) == len(b) {
			for i := range b {
				if path := gone(b[i], a[i]); path != "" {
					return "/" + strconv.Itoa(i) + path
				}
			}
		}
	}
	return ""
}

// number keeps the text of a JSON number, so that none is too large to compare.
type number string

func parse(data []byte) (v any) {
	asText := json.WithUnmarshalers(json.UnmarshalFromFunc(func(d *jsontext.Decoder, v *any) error {
		if d.PeekKind() != jsontext.KindNumber {
			return errors.ErrUnsupported
		}
		n, err := d.ReadValue()
		*v = number(n)
		return err
	}))
	if err := json.Unmarshal(data, &v, asText); err != nil {
		panic(err)
	}
	return v
}

func members(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// differs returns where after has something that before has not, or "". A field that is required and was absent is
// there with its zero value afterwards.
func differs(before, after any) string {
	if before == nil && zero(after) {
		return ""
	}
	switch a := after.(type) {
	case map[string]any:
		b, isObject := before.(map[string]any)
		if !isObject {
			return "/" // an object came of something else
		}
		for name, member := range a {
			was, had := b[name]
			if (!had || was == nil) && zero(member) {
				continue
			}
			if path := differs(was, member); path != "" {
				return "/" + name + path
			}
		}
		return ""
	case []any:
		b, isList := before.([]any)
		if !isList || len(a) != len(b) {
			return "/"
		}
		for i := range a {
			if path := differs(b[i], a[i]); path != "" {
				return "/" + strconv.Itoa(i) + path
			}
		}
		return ""
	case number:
		b, isNumber := before.(number)
		x, errX := strconv.ParseFloat(string(a), 64)
		y, errY := strconv.ParseFloat(string(b), 64)
		if !isNumber || a != b && (errX != nil || errY != nil || math.Float64bits(x) != math.Float64bits(y) && x != y) {
			return "/"
		}
		return ""
	}
	if n, isNumber := before.(number); isNumber && after == string(n) {
		return "" // read as the text that its place wants
	}
	if before != after {
		return "/"
	}
	return ""
}

// zero reports whether a value is what a field that never came encodes as.
func zero(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for _, member := range v {
			if !zero(member) {
				return false
			}
		}
		return true
	case []any:
		return len(v) == 0
	case number:
		return v == "0"
	}
	return v == nil || v == "" || v == false
}
