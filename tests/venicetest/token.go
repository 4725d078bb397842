// The token that a wallet signs to mint a key: issuing it, and checking that it is ours and fresh.

package venicetest

import (
	"errors"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	tokenIssuer = "venicetest"
	tokenLife   = 15 * time.Minute
)

// issueToken answers with a new token. A token is good for any number of mints until it expires, as nothing in the
// service's documentation says otherwise: whoever holds a token and its signature can mint again.
func (h *Handler) issueToken(*request) answer {
	now := h.now()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.RegisteredClaims{
		Issuer:    tokenIssuer,
		IssuedAt:  jwt.NewNumericDate(now),
		ExpiresAt: jwt.NewNumericDate(now.Add(tokenLife)),
		ID:        h.uuid(),
	}).SignedString(h.tokenSecret)
	if err != nil {
		panic(err) // HMAC over a secret of ours does not fail
	}
	return ok(map[string]any{"success": true, "data": map[string]any{"token": token}})
}

// checkToken returns the service's words for what is wrong with a token, or "".
func (h *Handler) checkToken(token string) string {
	_, err := jwt.ParseWithClaims(token, &jwt.RegisteredClaims{},
		func(*jwt.Token) (any, error) { return h.tokenSecret, nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithStrictDecoding(), jwt.WithTimeFunc(h.now),
		jwt.WithIssuer(tokenIssuer), jwt.WithIssuedAt(), jwt.WithExpirationRequired())
	switch {
	case err == nil:
		return ""
	case errors.Is(err, jwt.ErrTokenExpired):
		return "JWT has expired"
	case errors.Is(err, jwt.ErrTokenMalformed):
		return "JWT is malformed"
	case errors.Is(err, jwt.ErrTokenSignatureInvalid):
		return "JWT signature is invalid"
	}
	return "JWT claims are invalid"
}
