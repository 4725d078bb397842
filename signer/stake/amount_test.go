package stake

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"
)

func amount(t testing.TB, text string) Amount {
	t.Helper()
	a, err := ParseAmount(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAmounts(t *testing.T) {
	for text, units := range map[string]string{
		"1": "1000000000000000000", "1.5": "1500000000000000000", "0.000000000000000001": "1", "100": "100000000000000000000",
		"99999999999999999999.999999999999999999": "99999999999999999999999999999999999999",
	} {
		a := amount(t, text)
		if a.Units().String() != units || a.String() != text {
			t.Errorf("%s: %v units, prints %v", text, a.Units(), a)
		}
	}
	if a := amount(t, "1.50"); a != amount(t, "1.5") || a.String() != "1.5" {
		t.Error(a)
	}
	for _, text := range []string{"", "0", "0.0", "-1", "+1", "1e3", "1,5", ".5", "1.", "01", " 1", "1 VVV", "0x1", "1_0", "٣", "1\n",
		"0.0000000000000000001", "100000000000000000000", strings.Repeat("9", 1000)} {
		if a, err := ParseAmount(text); err == nil || a != (Amount{}) || len(err.Error()) > 200 {
			t.Errorf("%q: %v, %v", text, a, err)
		}
	}
}

func TestUnits(t *testing.T) {
	most := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1))
	a, err := NewAmount(most)
	if err != nil || a.Units().Cmp(most) != 0 {
		t.Error(a, err)
	}
	a.Units().SetInt64(0) // is the caller's own
	if a.Units().Cmp(most) != 0 || a.Cmp(Amount{}) != 1 || (Amount{}).Cmp(a) != -1 || a.Cmp(a) != 0 {
		t.Error(a)
	}
	for _, n := range []*big.Int{nil, big.NewInt(-1), new(big.Int).Add(most, big.NewInt(1))} {
		if a, err := NewAmount(n); err == nil {
			t.Error(a)
		}
	}
	text, err := json.Marshal(map[string]Amount{"a": {}, "b": amount(t, "0.25")})
	if err != nil || string(text) != `{"a":"0","b":"0.25"}` || fmt.Sprintf("%v %+v %s", Amount{}, Amount{}, amount(t, "2")) != "0 0 2" {
		t.Errorf("%s, %v", text, err)
	}
}

func FuzzParseAmount(f *testing.F) {
	for _, text := range []string{"1.5", "0.000000000000000001", "99999999999999999999", "0", "1e18"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseAmount(text)
		if err != nil {
			return
		}
		if b, err := ParseAmount(a.String()); err != nil || b != a || a == (Amount{}) {
			t.Errorf("%q: %v, again %v, %v", text, a, b, err)
		}
	})
}
