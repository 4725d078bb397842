// KeyRequest: what key to mint, in plain words and numbers.

package signer

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/go-json-experiment/json"

	"github.com/venice-go/venice/gen"
)

const (
	maxDescription = 64 // characters of a key's description, by the service
	maxLimit       = 9999999999
)

// A KeyRequest says what key to mint. The zero KeyRequest, or nil, asks for one that calls models, without limits and for
// good.
type KeyRequest struct {
	// Type is INFERENCE, as if empty, or ADMIN, for a key that manages keys and sees billing as well.
	Type string
	// Description has at most 55 characters; "Web3 API Key" if empty. A short random id is put at its end.
	Description string
	// Expires is when the key stops working, to the millisecond. It has to lie ahead. Zero is never.
	Expires time.Time
	// LimitUSD and LimitDIEM are the most that the key may spend in one LimitPeriod, 0 to 9999999999; nil is no limit.
	// A limit of 5 USD is one of 5 USD a day unless LimitPeriod says otherwise.
	LimitUSD, LimitDIEM *float64
	// LimitPeriod is when the limits start anew: each UTC day (EPOCH, as if empty), each calendar month in UTC (MONTH) or
	// never (LIFETIME).
	LimitPeriod string
	// ModelPrivacy is which models the key may call: ALL, as if empty, PRIVATE_TEXT or PRIVATE_ONLY.
	ModelPrivacy string
}

// ErrKeyRequest says that a [KeyRequest] asks for something that no key can have. Nothing was signed or sent.
var ErrKeyRequest = errors.New("no such key can be minted")

func badRequest(format string, args ...any) error {
	return fmt.Errorf("signer: mint: %w: %w", ErrKeyRequest, fmt.Errorf(format, args...))
}

// wire returns the request as it is sent, but for the proof. What the service would refuse is refused here.
func (r *KeyRequest) wire(now time.Time, random io.Reader) (gen.Web3KeyRequest, error) {
	if r == nil {
		r = new(KeyRequest)
	}
	fields, err := r.fields(now, random)
	if err != nil {
		return gen.Web3KeyRequest{}, err
	}
	return bodyOf(fields)
}

// fields are the members of the request.
func (r *KeyRequest) fields(now time.Time, random io.Reader) (fields map[string]any, err error) {
	fields = map[string]any{"apiKeyType": "INFERENCE"}
	text := func(name, value string) {
		if value != "" {
			fields[name] = value
		}
	}
	text("apiKeyType", r.Type)
	text("limitPeriod", r.LimitPeriod)
	text("modelPrivacy", r.ModelPrivacy)
	if fields["description"], err = unique(r.Description, random); err != nil {
		return nil, err
	}
	expires, err := expiry(r.Expires, now)
	if err != nil {
		return nil, err
	}
	text("expiresAt", expires)
	limits := map[string]float64{}
	for unit, limit := range map[string]*float64{"usd": r.LimitUSD, "diem": r.LimitDIEM} {
		if limit == nil {
			continue
		}
		if !(*limit >= 0 && *limit <= maxLimit) { // so that NaN fails too
			return nil, badRequest("limit in %s: %v, want 0 to %d", unit, *limit, int64(maxLimit))
		}
		limits[unit] = *limit
	}
	if len(limits) > 0 {
		fields["consumptionLimit"] = limits
	}
	return fields, nil
}

// bodyOf goes by way of JSON, since revisions of the API differ in the fields that they have: this builds with each of
// them, and a field that the one at hand lacks is an error for whoever asks for it.
func bodyOf(fields map[string]any) (body gen.Web3KeyRequest, err error) {
	raw, err := json.Marshal(fields)
	if err == nil {
		err = json.Unmarshal(raw, &body)
	}
	if err != nil {
		return body, badRequest("%w", err)
	}
	if len(body.Unknown) > 0 {
		return body, badRequest("the revision of the API that this was built for has no %s", strings.Join(slices.Sorted(maps.Keys(body.Unknown)), " and no "))
	}
	return body, nil
}

// expiry returns when a key stops working as the service writes it. A time that is past is most likely a slip, and the
// service's word on it is not known: it could mean a key that never works, or one that always does.
func expiry(at, now time.Time) (string, error) {
	if at.IsZero() {
		return "", nil
	}
	at = at.UTC().Truncate(time.Millisecond)
	layout := "2006-01-02T15:04:05.000Z"
	if at.Nanosecond() == 0 {
		layout = "2006-01-02T15:04:05Z"
	}
	text := at.Format(layout)
	switch {
	case !at.After(now):
		return "", badRequest("Expires is %s, which is past", text)
	case at.Year() > 9999:
		return "", badRequest("Expires is after the year 9999")
	}
	return text, nil
}

// unique appends a random id to a description.
func unique(description string, random io.Reader) (string, error) {
	if description == "" {
		description = "Web3 API Key"
	}
	id := make([]byte, 4)
	if _, err := io.ReadFull(random, id); err != nil {
		return "", fmt.Errorf("signer: mint: random id: %w", err)
	}
	suffix := " " + hex.EncodeToString(id)
	// Counted in UTF-16 units, the larger of the two ways in which a service may count characters.
	most := maxDescription - len(suffix)
	if n := len(utf16.Encode([]rune(description))); n > most {
		return "", badRequest("description: %d characters, want at most %d (a random id is added)", n, most)
	}
	return description + suffix, nil
}
