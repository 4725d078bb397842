// Backoff: how long to wait before a call is sent again.

package venice

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	firstWait = 500 * time.Millisecond // at most this before the second attempt, and twice as much before each further
	maxWait   = 30 * time.Second       // but never more than this
	maxAsked  = time.Minute            // nor more than this if the service asks for it: its shorter limits are per minute
	absurd    = 24 * time.Hour         // no limit is lifted later than that: its longer limits are per day
	longest   = 366 * 24 * time.Hour   // what is taken for a Retry-After
)

// backoff returns how long to wait, and how long the service asked to wait, or 0.
func (x *exchange) backoff() (wait, asked time.Duration) {
	if x.resp != nil {
		if asked, ok := askedWait(x.resp, x.now()); ok {
			return min(asked, maxAsked), asked
		}
	}
	return x.jitter(min(firstWait<<min(x.attempts-1, 10), maxWait)), 0
}

// askedWait reads Retry-After, and without it, where a limit was hit, when that limit is lifted.
func askedWait(resp *http.Response, now time.Time) (time.Duration, bool) {
	if wait, ok := retryAfter(resp.Header.Get("Retry-After"), now); ok {
		return wait, true
	}
	if resp.StatusCode != http.StatusTooManyRequests {
		return 0, false
	}
	var until time.Time
	for _, limit := range rateLimits(resp.Header) {
		if limit != nil && limit.Remaining <= 0 && limit.Reset.After(until) {
			until = limit.Reset
		}
	}
	if !until.After(now) {
		return 0, false
	}
	return sane(until.Sub(now)), true
}

// retryAfter reads seconds, with decimals if need be, or a date.
func retryAfter(text string, now time.Time) (time.Duration, bool) {
	text = strings.TrimSpace(text)
	if date, err := http.ParseTime(text); err == nil {
		return min(max(0, date.Sub(now)), longest), true
	}
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(seconds, 1) || !(seconds >= 0) { // out of range is infinite, and not a number is not >= 0
		return 0, false
	}
	return time.Duration(min(seconds, longest.Seconds()) * float64(time.Second)), true
}

// sane takes a wait that cannot be meant for one that can.
func sane(wait time.Duration) time.Duration {
	if wait > absurd {
		return maxAsked
	}
	return wait
}
