// Package limit knows what the service grants: what its answers say is left, how long it asks to wait, and how many refusals
// it takes before it locks a key out.
package limit

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A Rate is how much of something the service grants in a window of time, and how much of it is left.
type Rate struct {
	Limit     int64     // in the window; 0 if the service did not say
	Remaining int64     // until Reset; -1 if the service did not say
	Reset     time.Time // when the next window begins; zero if the service did not say
}

// The families of headers. The service's error budget and the limits of its RPC proxy share
// the header for what remains: it belongs to the budget, unless there is a header that only the proxy sends.
const (
	Requests = iota
	Tokens
	Errors
	RPC
)

// Rates reads the limits of an answer, in the order of the families; nil for one that it does not tell.
func Rates(h http.Header) (limits [4]*Rate) {
	const name = "X-Ratelimit-"
	limits[Requests] = rate(h[name+"Limit-Requests"], h[name+"Remaining-Requests"], h[name+"Reset-Requests"])
	limits[Tokens] = rate(h[name+"Limit-Tokens"], h[name+"Remaining-Tokens"], h[name+"Reset-Tokens"])
	limit, remaining, reset, resets := h[name+"Limit"], h[name+"Remaining"], h[name+"Reset"], h[name+"Resets"]
	if resets == nil && (limit != nil || reset != nil) {
		limits[RPC] = rate(limit, remaining, reset)
	} else {
		limits[Errors] = rate(nil, remaining, resets)
	}
	return limits
}

// rate returns nil if there is nothing to read.
func rate(limit, remaining, reset []string) *Rate {
	if limit == nil && remaining == nil && reset == nil {
		return nil
	}
	l := &Rate{max(0, count(limit)), count(remaining), instant(reset)}
	if l.Limit == 0 && l.Remaining < 0 && l.Reset.IsZero() {
		return nil
	}
	return l
}

// count returns a number of zero or more, or -1.
func count(values []string) int64 {
	n, ok := Number(values)
	if !ok {
		return -1
	}
	return int64(min(max(0, n), 1<<62))
}

// instant reads Unix milliseconds, or seconds if it is below 1e11: that is the year 5138 in seconds, and 1973 in
// milliseconds. What is beyond the year 9999 is no time.
func instant(values []string) time.Time {
	n, ok := Number(values)
	if n < 1e11 {
		n *= 1000
	}
	if !ok || n <= 0 || n > 253402300799999 {
		return time.Time{}
	}
	return time.UnixMilli(int64(n))
}

// Number returns the first value of a header, if it is a number.
func Number(values []string) (float64, bool) {
	if len(values) == 0 {
		return 0, false
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(values[0]), 64)
	return n, err == nil && n == n
}
