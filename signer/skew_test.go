// Tests of what a refused sign-in teaches.

package signer

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/venice-go/venice"
)

func TestRetry(t *testing.T) {
	read := &venice.Operation{Access: venice.AccessAny, Effect: venice.EffectRead}
	queue := &venice.Operation{Access: venice.AccessAny, Effect: venice.EffectQueue}
	write := &venice.Operation{Access: venice.AccessAny, Effect: venice.EffectWrite}
	key := &venice.Operation{Access: venice.AccessKey, Effect: venice.EffectRead}
	const hour = time.Hour
	for name, c := range map[string]struct {
		op           *venice.Operation
		status       int
		code         string
		date         string // "" for now and ahead
		ahead        time.Duration
		again, maybe bool
		learned      time.Duration
	}{
		"slow clock":          {op: opChat, code: codeExpired, ahead: 10 * time.Minute, again: true, learned: 10 * time.Minute},
		"fast clock":          {op: opChat, code: codeFutureTimestamp, ahead: -10 * time.Minute, again: true, learned: -10 * time.Minute},
		"fast clock, queue":   {op: queue, code: codeFutureTimestamp, ahead: -hour, again: true, learned: -hour},
		"not before":          {op: read, code: codeNotBefore, ahead: hour, again: true, learned: hour},
		"too slow":            {op: opChat, code: codeExpired, ahead: hour + time.Second},
		"too fast":            {op: opChat, code: codeFutureTimestamp, ahead: -hour - time.Second},
		"no date":             {op: opChat, code: codeExpired, date: "none"},
		"reused, read":        {op: read, code: codeNonceReused, ahead: hour, again: true},
		"reused, balance":     {op: opBalance, code: codeNonceReused, again: true},
		"reused, chat":        {op: opChat, code: codeNonceReused, maybe: true},
		"reused, queue":       {op: queue, code: codeNonceReused, maybe: true},
		"reused, write":       {op: write, code: codeNonceReused, maybe: true},
		"without a code":      {op: opBalance, ahead: 10 * time.Minute, again: true, learned: 10 * time.Minute},
		"no code, no date":    {op: opBalance, date: "none", again: true},
		"chat without a code": {op: opChat, ahead: 10 * time.Minute, learned: 10 * time.Minute},
		"read without a code": {op: read, ahead: 10 * time.Minute, learned: 10 * time.Minute},
		"bad signature":       {op: opBalance, code: "X402_SIGN_IN_INVALID_SIGNATURE", ahead: 10 * time.Minute},
		"domain":              {op: opChat, code: "X402_SIGN_IN_DOMAIN_MISMATCH", ahead: 10 * time.Minute},
		"another status":      {op: opChat, status: 403, code: codeExpired, ahead: 10 * time.Minute},
		"an API key's":        {op: key, code: codeExpired, ahead: 10 * time.Minute},
	} {
		s := newSignIn(testWallet(t), []Option{WithClock(func() time.Time { return noon })})
		answer := http.Header{"Date": {noon.Add(c.ahead).Format(http.TimeFormat)}}
		if c.date != "" {
			answer = http.Header{"Date": {c.date}}
		}
		status := 401
		if c.status != 0 {
			status = c.status
		}
		again, err := s.Retry(t.Context(), nil, c.op, &venice.Error{Status: status, Code: c.code, Response: &venice.Response{Header: answer}})
		if maybe := errors.Is(err, venice.ErrMaybeSent); again != c.again || maybe != c.maybe || !maybe && err != nil || time.Duration(s.ahead.Load()) != c.learned {
			t.Errorf("%s: again %v, %v, learned %v", name, again, err, time.Duration(s.ahead.Load()))
		}
	}
}

// What was learned dates the next sign-ins, and is replaced by what is learned later.
func TestLearnedTime(t *testing.T) {
	s := newSignIn(testWallet(t), []Option{WithClock(func() time.Time { return noon })})
	for _, ahead := range []time.Duration{40 * time.Minute, -20 * time.Minute, 0} {
		s.learn(&venice.Error{Response: &venice.Response{Header: http.Header{"Date": {noon.Add(ahead).Format(http.TimeFormat)}}}})
		m, err := s.message("https://api.venice.ai")
		if err != nil {
			t.Fatal(err)
		}
		issued, _ := time.Parse(time.RFC3339, m.IssuedAt)
		expires, _ := time.Parse(time.RFC3339, m.ExpirationTime)
		if !issued.Equal(noon.Add(ahead)) || expires.Sub(issued) != 4*time.Minute {
			t.Errorf("%v ahead: issued %s, until %s", ahead, m.IssuedAt, m.ExpirationTime)
		}
	}
}
