// Tests of the check of tokens.

package venicetest

import (
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Tokens that only the fake could have signed, and did not issue.
func TestCheckToken(t *testing.T) {
	h := NewHandler()
	expires := jwt.NewNumericDate(time.Now().Add(time.Minute))
	for _, test := range []struct {
		name   string
		method jwt.SigningMethod
		claims jwt.RegisteredClaims
		want   string
	}{
		{"good", jwt.SigningMethodHS256, jwt.RegisteredClaims{Issuer: tokenIssuer, ExpiresAt: expires}, ""},
		{"algorithm", jwt.SigningMethodHS384, jwt.RegisteredClaims{Issuer: tokenIssuer, ExpiresAt: expires}, "JWT signature is invalid"},
		{"issuer", jwt.SigningMethodHS256, jwt.RegisteredClaims{Issuer: "other", ExpiresAt: expires}, "JWT claims are invalid"},
		{"for ever", jwt.SigningMethodHS256, jwt.RegisteredClaims{Issuer: tokenIssuer}, "JWT claims are invalid"},
	} {
		token, err := jwt.NewWithClaims(test.method, test.claims).SignedString(h.tokenSecret)
		if err != nil {
			t.Fatal(err)
		}
		if got := h.checkToken(token); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
