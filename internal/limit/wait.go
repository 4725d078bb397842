// Waits: how long the service asks to wait.

package limit

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// MaxAsked is the longest wait that the service asks for and a client heeds: its shorter limits are per minute.
	MaxAsked = time.Minute

	absurd  = 24 * time.Hour       // no limit is lifted later than that: its longer limits are per day
	longest = 366 * 24 * time.Hour // what is taken for a Retry-After
)

// Asked reads Retry-After, and without it, where a limit was hit, when that limit is lifted.
func Asked(resp *http.Response, now time.Time) (time.Duration, bool) {
	if wait, ok := RetryAfter(resp.Header.Get("Retry-After"), now); ok {
		return wait, true
	}
	if resp.StatusCode != http.StatusTooManyRequests {
		return 0, false
	}
	var until time.Time
	for _, limit := range Rates(resp.Header) {
		if limit != nil && limit.Remaining <= 0 && limit.Reset.After(until) {
			until = limit.Reset
		}
	}
	if !until.After(now) {
		return 0, false
	}
	return sane(until.Sub(now)), true
}

// RetryAfter reads seconds, with decimals if need be, or a date.
func RetryAfter(text string, now time.Time) (time.Duration, bool) {
	if text = strings.TrimSpace(text); text == "" {
		return 0, false
	}
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
		return MaxAsked
	}
	return wait
}
