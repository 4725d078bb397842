// Vectors: numbers of embeddings are those that the codec reads, to the last bit.

package tests

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/venice-go/venice/gen"
)

func bits(numbers []float64) (all []uint64) {
	for _, n := range numbers {
		all = append(all, math.Float64bits(n))
	}
	return all
}

func sameNumbers(t *testing.T, list string) {
	t.Helper()
	var want []float64
	var got gen.Vector
	err := json.Unmarshal([]byte(list), &want, generously)
	if gotErr := json.Unmarshal([]byte(list), &got, generously); (err == nil) != (gotErr == nil) {
		t.Fatalf("%.200q: %v, and the codec says %v", list, gotErr, err)
	}
	if err == nil && (!slices.Equal(bits(got), bits(want)) || (got == nil) != (want == nil)) {
		t.Fatalf("%.200q\nis   %v\nwant %v", list, got, want)
	}
}

func FuzzVector(f *testing.F) {
	for _, list := range []string{
		"[]", "[ ]", "null", "[0,-0,0.0,-0.0]", "[1 , 2\n,3]", "[null]", `["1"]`, "[[1,2]]", "[1e3,1E-7,0.1,1e999]", "[true]", "[{}]", "7",
		"[999999999999999,9999999999999999,0.123456789012345,0.1234567890123456,0.00000000000000000000001,100000000000000.5]",
	} {
		f.Add(list)
	}
	f.Fuzz(func(t *testing.T, list string) {
		if strings.HasPrefix(strings.TrimLeft(list, " \t\r\n"), `"`) {
			return // base64
		}
		sameNumbers(t, list)
	})
}

func TestVectorNumbers(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, verb := range []string{"%.4f", "%.8f", "%.14f", "%.15f", "%.20f", "%.25f", "%g", "%.10g", "%e", "%.0f"} {
		var numbers []string
		for range 500 {
			numbers = append(numbers, fmt.Sprintf(verb, random.NormFloat64()*math.Pow(10, float64(random.IntN(9)-4))))
		}
		sameNumbers(t, "["+strings.Join(numbers, ",")+"]")
	}
}

func TestVectorPacked(t *testing.T) {
	for _, n := range []int{0, 1, 2, 191, 192, 193, 384, 1024} {
		var raw []byte
		var want []float64
		for i := range n {
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(float32(i)+0.25))
			want = append(want, float64(i)+0.25)
		}
		text := base64.StdEncoding.EncodeToString(raw)
		for _, form := range []string{`"` + text + `"`, `"` + strings.ReplaceAll(text, "/", `\/`) + `"`, `"` + strings.ReplaceAll(text, "A", `\u0041`) + `\r\n"`} {
			var got gen.Vector
			if err := gen.Unmarshal([]byte(form), &got); err != nil || !slices.Equal(got, want) {
				t.Fatalf("%d numbers: %d, %v", n, len(got), err)
			}
		}
	}
	whole := base64.StdEncoding.EncodeToString(make([]byte, 1536))
	for _, bad := range []string{"AAA", "AAAA", "AAAAAAA=", "====", whole[:1020] + "AA==" + whole[1024:], whole + "A", "AACAfw==", "!AAA"} {
		var v gen.Vector
		if err := gen.Unmarshal([]byte(`"`+bad+`"`), &v); err == nil {
			t.Errorf("%.40q is a vector: %v", bad, v)
		}
	}
}
