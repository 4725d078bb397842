// Token: the rules that a text must pass before a wallet signs it as a mint token.

package signer

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Errors about mint tokens, found here before a wallet signs or answered by the service.
var (
	// ErrTokenExpired says that the token's time is over. Nothing was minted: fetch another, sign and submit at once.
	ErrTokenExpired = errors.New("mint token has expired")
	// ErrTokenInvalid says that a text is no mint token of the service. What was found here was not signed.
	ErrTokenInvalid = errors.New("not a mint token of the service")
)

// The bounds of a mint token. The service's own are good for 15 minutes; the rest is for clocks that differ.
const (
	minToken  = 64
	maxToken  = 4096
	tokenLife = 20 * time.Minute
)

// CheckMintToken says whether token may be signed at the time now.
//
// A mint token is text that a stranger asks a wallet to sign. A hostile server could hand out the sign-in message of
// another site instead, or a digest, and the signature would be a genuine one there. So it must be a compact JWS and
// nothing else: 64 to 4096 bytes; three parts in canonical base64url without padding; a header that is a JSON object
// with an "alg" other than none; a payload that is a JSON object whose "exp" (Unix seconds) lies ahead of now, at most
// 20 minutes. JSON that readers could understand differently (a name twice, or in another case) is refused.
//
// A token whose time is over gives [ErrTokenExpired], any other refusal [ErrTokenInvalid]. No error shows the token.
// The check cannot tell whether the token was made for you or relayed: [MintAPIKey] minds whom it is fetched from.
func CheckMintToken(token string, now time.Time) error {
	_, err := checkToken(token, now)
	return err
}

// checkToken returns how long the token is still good.
func checkToken(token string, now time.Time) (time.Duration, error) {
	if n := len(token); n < minToken || n > maxToken {
		return 0, invalidToken("%d bytes, want %d to %d", n, minToken, maxToken)
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return 0, invalidToken("%d parts, want 3", len(parts))
	}
	var raw [3][]byte
	for i, part := range parts {
		b, err := base64.RawURLEncoding.DecodeString(part)
		// Encoding again finds what the decoder lets pass: line feeds and stray bits in the last digit.
		if err != nil || len(b) == 0 || base64.RawURLEncoding.EncodeToString(b) != part {
			return 0, invalidToken("part %d is not canonical base64url", i+1)
		}
		raw[i] = b
	}

	var alg string
	if v, err := member(raw[0], "alg"); err != nil {
		return 0, invalidToken("header: %w", err)
	} else if json.Unmarshal(v, &alg) != nil || alg == "" || strings.EqualFold(alg, "none") {
		return 0, invalidToken("header: alg is missing or none")
	}

	v, err := member(raw[1], "exp")
	if err != nil {
		return 0, invalidToken("payload: %w", err)
	}
	// Of all JSON values only numbers read as one here.
	exp, err := strconv.ParseFloat(string(v), 64)
	if err != nil {
		return 0, invalidToken("payload: exp is not a number of seconds")
	}
	left := exp - float64(now.UnixMicro())/1e6
	switch {
	case left <= 0:
		return 0, fmt.Errorf("signer: %w (or this machine's clock is fast)", ErrTokenExpired)
	case left > tokenLife.Seconds():
		return 0, invalidToken("it lasts more than %v (or this machine's clock is slow)", tokenLife)
	}
	return time.Duration(left * float64(time.Second)), nil
}

// member returns the value of a JSON object's member, read strictly: no name twice, valid UTF-8, and none beside the
// member that differs from it in case only.
func member(object []byte, name string) (jsontext.Value, error) {
	var all map[string]jsontext.Value
	if err := json.Unmarshal(object, &all); err != nil {
		return nil, errors.New("not a JSON object, or one with a name twice")
	}
	for n := range all {
		if n != name && strings.EqualFold(n, name) {
			return nil, fmt.Errorf("%s in another case", name)
		}
	}
	return all[name], nil
}

func invalidToken(format string, args ...any) error {
	return fmt.Errorf("signer: %w: %w", ErrTokenInvalid, fmt.Errorf(format, args...))
}
