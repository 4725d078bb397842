// Amounts keep every digit that came.

package tests

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"

	"github.com/venice-go/venice/gen"
)

func TestDecimal(t *testing.T) {
	for _, c := range []struct {
		sent, text, rat string // rat is "" if there is none
		float           float64
	}{
		{`-0.0000066`, "-0.0000066", "-33/5000000", -0.0000066},
		{`6.6e-7`, "6.6e-7", "33/50000000", 6.6e-7},
		{`6.60E+2`, "6.60E+2", "660", 660},
		{`"12.345678901234567890"`, "12.345678901234567890", "1234567890123456789/100000000000000000", 12.345678901234567},
		{`0.1`, "0.1", "1/10", 0.1},
		{`-0`, "-0", "0", 0},
		{`null`, "0", "0", 0},
		{`1e64`, "1e64", "1" + strings.Repeat("0", 64), 1e64},
		{`1e65`, "1e65", "", 1e65},
		{`1e-65`, "1e-65", "", 1e-65},
		{`1e-999999999`, "1e-999999999", "", 0},
		{`1e99999999999999999999`, "1e99999999999999999999", "", 0},
		{strings.Repeat("9", 100), strings.Repeat("9", 100), strings.Repeat("9", 100), 1e100},
		{"1." + strings.Repeat("0", 99), "1." + strings.Repeat("0", 99), "1", 1},
		{strings.Repeat("9", 101), strings.Repeat("9", 101), "", 1e101},
		{"1e" + strings.Repeat("0", 300) + "1", "1e" + strings.Repeat("0", 300) + "1", "", 10},
	} {
		for name, unmarshal := range map[string]func([]byte, any) error{
			"v1": json.Unmarshal, "v2": func(b []byte, v any) error { return jsonv2.Unmarshal(b, v) },
		} {
			var d gen.Decimal
			if err := unmarshal([]byte(c.sent), &d); err != nil || d.String() != c.text || fmt.Sprint(d) != c.text {
				t.Errorf("%s: %s: got %v, %v", name, c.sent, d, err)
			}
			if f := d.Float64(); f != c.float && !strings.HasPrefix(c.sent, "1e9") {
				t.Errorf("%s: got %v, want %v", c.sent, f, c.float)
			}
			rat, err := d.Rat()
			if (err == nil) != (c.rat != "") || err == nil && rat.RatString() != c.rat {
				t.Errorf("%s: got %v, %v, want %s", c.sent, rat, err, c.rat)
			}
			if b, err := json.Marshal(d); err != nil || string(b) != c.text {
				t.Errorf("%s: encodes as %s, %v", c.sent, b, err)
			}
		}
	}
	for _, text := range []string{`""`, `"x"`, `" 1"`, `"1 "`, `"0x10"`, `"+1"`, `"1_0"`, `".5"`, `"Inf"`, `"1/3"`, `true`, `{}`, `[1]`} {
		if err := json.Unmarshal([]byte(text), new(gen.Decimal)); err == nil || !strings.Contains(err.Error(), "want a decimal number") {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

// Every amount of the x402 routes keeps its digits.
func TestDecimalsOfX402(t *testing.T) {
	n := 0
	for _, v := range []any{gen.X402Transaction{}, gen.X402Transactions{}, gen.X402Balance{}, gen.X402Credit{}} {
		for i := range reflect.TypeOf(v).NumField() {
			switch f := reflect.TypeOf(v).Field(i); f.Type {
			case reflect.TypeFor[float64](), reflect.TypeFor[*float64]():
				t.Errorf("%T.%s is a float", v, f.Name)
			case reflect.TypeFor[gen.Decimal](), reflect.TypeFor[*gen.Decimal]():
				n++
			}
		}
	}
	if n != 9 {
		t.Errorf("%d amounts, want 9", n)
	}
}
