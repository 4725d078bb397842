// Fuzzing of what the service says about when to come back: whatever it says, a wait is neither negative nor endless.

package limit

import (
	"net/http"
	"testing"
	"time"
)

func FuzzRetryAfter(f *testing.F) {
	for _, text := range []string{"", "30", "1.5", "-1", "1e9", "NaN", "+Inf", "0x1p4", "1_0", "Wed, 21 Oct 2026 07:28:00 GMT", "Wednesday, 21-Oct-26 07:28:00 GMT", "soon"} {
		f.Add(text, int64(1792567680))
	}
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		now := time.Unix(unix%253402300800, 0)
		wait, ok := RetryAfter(text, now)
		if wait < 0 || wait > longest || !ok && wait != 0 {
			t.Errorf("%q: %v, %t", text, wait, ok)
		}
		if date, err := http.ParseTime(text); err == nil && date.After(now) && date.Sub(now) < longest && wait != date.Sub(now) {
			t.Errorf("%q at %v: %v", text, now, wait)
		}
	})
}

func FuzzRateLimits(f *testing.F) {
	for _, s := range [][3]string{{"500", "0", "1792567680000"}, {"", "-3", "1792567680"}, {"1e99", "NaN", "Inf"}, {" 7 ", "0.5", "1"}, {"9223372036854775808", "-0", "-5"}} {
		f.Add(s[0], s[1], s[2], int64(1792567000))
	}
	f.Fuzz(func(t *testing.T, limit, remaining, reset string, unix int64) {
		now := time.Unix(unix%253402300800, 0)
		h := http.Header{"X-Ratelimit-Limit": {limit}, "X-Ratelimit-Remaining": {remaining}}
		for _, suffix := range []string{"-Requests", "-Tokens", "", "s"} {
			h["X-Ratelimit-Reset"+suffix] = []string{reset}
			h["X-Ratelimit-Remaining"+suffix] = []string{remaining}
		}
		for i, l := range Rates(h) {
			if l == nil {
				continue
			}
			if l.Limit < 0 || l.Remaining < -1 || l.Reset.Year() > 9999 || !l.Reset.IsZero() && l.Reset.Before(time.Unix(0, 0)) {
				t.Errorf("%d: %q %q %q: %+v", i, limit, remaining, reset, l)
			}
			if _, err := l.Reset.MarshalText(); err != nil {
				t.Error(err)
			}
		}
		wait, ok := Asked(&http.Response{StatusCode: 429, Header: h}, now)
		if wait < 0 || wait > absurd || ok != (wait > 0) {
			t.Errorf("%q %q at %v: %v, %t", remaining, reset, now, wait, ok)
		}
		var p Pacer
		p.Note("op", Rates(h), wait, now)
		if wait := p.Take("op", now); wait < 0 || wait > absurd {
			t.Errorf("%q %q at %v: paced by %v", remaining, reset, now, wait)
		}
	})
}
