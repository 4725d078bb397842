// Tests of secrets: which fields are some, and that none of them shows.

package tests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"log/slog"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
)

var (
	secretName = regexp.MustCompile(`(?i)(key|token|signature|secret|password|passphrase|credential|authorization|bearer|jwt|mnemonic|seed_phrase)s?$|private`)
	textType   = regexp.MustCompile(`\bstring\b`)
)

// Every type of a request or an answer stands in this file, whatever union or list it is part of.
func TestSecretsAreNoPlainText(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../gen/types.gen.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var tables struct {
		Public map[string]string `yaml:"public"`
	}
	text, err := os.ReadFile("../internal/generate/tables.yaml")
	if err == nil {
		err = yaml.Unmarshal(text, &tables)
	}
	if err != nil {
		t.Fatal(err)
	}
	public, secrets := tables.Public, 0
	for n := range ast.Preorder(file) {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			continue
		}
		object, ok := spec.Type.(*ast.StructType)
		if !ok {
			continue
		}
		for _, f := range object.Fields.List {
			if f.Tag == nil {
				continue
			}
			name, _, _ := strings.Cut(reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("json"), ",")
			place, kind := spec.Name.Name+"."+name, types.ExprString(f.Type)
			switch {
			case strings.Contains(kind, "Secret"):
				secrets++
			case !secretName.MatchString(name) || !textType.MatchString(kind):
			case public[name] == "" && public[place] == "":
				t.Errorf("%s is a %s, which prints: internal/generate/tables.yaml does not say that it is public", place, kind)
			}
		}
	}
	if secrets < 4 {
		t.Errorf("%d secrets, want the key, the token, and in the request to mint token and signature", secrets)
	}
}

// Every type that holds a secret, as methods take and return it, is printed and logged.
func TestSecretsDoNotShow(t *testing.T) {
	const text = "VENICE_INFERENCE_KEY_x<y>\"z"
	var tried int
	api := reflect.TypeFor[*venice.Client]()
	seen := map[reflect.Type]bool{}
	for m := range api.Methods() {
		for i := range m.Type.NumIn() + m.Type.NumOut() {
			var of reflect.Type
			if i < m.Type.NumIn() {
				of = m.Type.In(i)
			} else {
				of = m.Type.Out(i - m.Type.NumIn())
			}
			if of.Kind() != reflect.Pointer || seen[of] {
				continue
			}
			seen[of] = true
			v := reflect.New(of.Elem())
			if !fill(v.Elem(), gen.NewSecret(text), 0) {
				continue
			}
			tried++
			for name, shown := range renderings(v.Interface()) {
				if strings.Contains(shown, "VENICE_INFERENCE") || strings.Contains(shown, fmt.Sprintf("%x", "VENICE_INFERENCE")) {
					t.Errorf("%v by %s: %s", of, name, shown)
				} else if name != "in a field that fmt may not ask" && !strings.Contains(shown, "[redacted]") {
					t.Errorf("%v by %s: %s; want a placeholder", of, name, shown)
				}
			}
			sent, err := json.Marshal(v.Interface())
			back := reflect.New(of.Elem())
			if err == nil {
				err = json.Unmarshal(sent, back.Interface())
			}
			if again, _ := json.Marshal(back.Interface()); err != nil || !bytes.Equal(again, sent) || !reflect.DeepEqual(v.Interface(), back.Interface()) {
				t.Errorf("%v went out as %s and came back as %s, %v", of, sent, again, err)
			}
		}
	}
	if tried < 4 {
		t.Errorf("%d types with secrets were found", tried)
	}
}

// renderings is what a value looks like in all ways of showing it that do not mean to send it.
func renderings(v any) map[string]string {
	all := map[string]string{"in a field that fmt may not ask": fmt.Sprintf("%v %+v %#v", struct{ v any }{reflect.ValueOf(v).Elem().Interface()}, struct{ v any }{v}, struct{ v any }{v})}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X"} {
		all[verb] = fmt.Sprintf(verb, v)
		all[verb+" by value"] = fmt.Sprintf(verb, reflect.ValueOf(v).Elem().Interface())
	}
	var asJSON, asText bytes.Buffer
	for _, h := range []slog.Handler{slog.NewJSONHandler(&asJSON, nil), slog.NewTextHandler(&asText, nil)} {
		slog.New(h).Info("made", "answer", v, slog.Group("g", "answer", reflect.ValueOf(v).Elem().Interface()))
	}
	all["JSON log"], all["text log"] = asJSON.String(), asText.String()
	return all
}

// fill puts a secret wherever v can hold one, and reports whether it can.
func fill(v reflect.Value, secret gen.Secret, depth int) (found bool) {
	if v.Type() == reflect.TypeFor[gen.Secret]() {
		v.Set(reflect.ValueOf(secret))
		return true
	}
	switch v.Kind() {
	case reflect.Pointer:
		to := reflect.New(v.Type().Elem())
		if depth < 8 && fill(to.Elem(), secret, depth+1) {
			v.Set(to)
			return true
		}
	case reflect.Slice:
		to := reflect.MakeSlice(v.Type(), 1, 1)
		if depth < 8 && fill(to.Index(0), secret, depth+1) {
			v.Set(to)
			return true
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && fill(v.Field(i), secret, depth+1) {
				found = true
			}
		}
	}
	return found
}

func TestSecret(t *testing.T) {
	for came, want := range map[string]string{`"a\u0041\n"`: "aA\n", `"<&>"`: "<&>", `null`: "", `7`: "7", `{"k":1}`: `{"k":1}`, `""`: ""} {
		var v struct {
			Secret gen.Secret  `json:"secret"`
			Maybe  *gen.Secret `json:"maybe,omitzero"`
			Absent gen.Secret  `json:"absent,omitzero"`
		}
		err := json.Unmarshal([]byte(`{"secret":`+came+`}`), &v)
		if v.Secret.Reveal() != want || err != nil || fmt.Sprint(v.Secret, v.Absent, &v.Secret) != "[redacted] [redacted] [redacted]" || v.Secret.String() != "[redacted]" {
			t.Errorf("%s came as %q, %v, prints %v", came, v.Secret.Reveal(), err, v.Secret)
		}
		sent, err := json.Marshal(v)
		var back, was any
		if err != nil || json.Unmarshal(sent, &back) != nil || json.Unmarshal([]byte(`{"secret":`+came+`}`), &was) != nil || !reflect.DeepEqual(back, was) {
			t.Errorf("%s went back as %s, %v", came, sent, err)
		}
	}
	if s := gen.NewSecret("a\"b"); s.Reveal() != "a\"b" || gen.NewSecret("").IsZero() || !(gen.Secret{}).IsZero() {
		t.Errorf("revealed %q", s.Reveal())
	}
	if b, err := json.Marshal(gen.Secret{}); string(b) != `""` || err != nil {
		t.Errorf("no secret is %s, %v", b, err)
	}
}
