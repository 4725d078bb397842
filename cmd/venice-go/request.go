// The mint command's flags, and the request that they make.

package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/venice-go/venice/signer"
)

const (
	maxDescription = 55 // of the service's 64 characters; the rest is for the id that makes each one unique
	maxLimit       = 9999999999
)

// keyFlags are what a key shall be.
type keyFlags struct{ request signer.KeyRequest }

func (k *keyFlags) declare(f *flags) {
	r := &k.request
	f.read(word(&r.Type, "inference", "admin"), "type", "inference|admin", "inference (default) calls models; admin also manages keys and sees billing")
	k.declareChanges(f)
}

// declareChanges declares what can be changed of a key as well.
func (k *keyFlags) declareChanges(f *flags) {
	r := &k.request
	f.read(func(text string) error { r.Description = text; return checkDescription(text) },
		"description", "TEXT", "name for the key, at most 55 characters")
	f.read(func(text string) (err error) { r.Expires, err = parseExpiry(text, time.Now()); return err },
		"expires", "TIME", "YYYY-MM-DD, when that day begins, or YYYY-MM-DDTHH:MM:SSZ, in UTC")
	f.read(limit(&r.LimitUSD), "limit-usd", "AMOUNT", "most that the key may spend in USD per period, 0 to 9999999999")
	f.read(limit(&r.LimitDIEM), "limit-diem", "AMOUNT", "the same in DIEM")
	f.read(word(&r.LimitPeriod, "epoch", "month", "lifetime"), "limit-period", "epoch|month|lifetime",
		"when limits start anew: each UTC day (epoch, the service's default), each month, or never. Without it --limit-usd 5 is 5 USD a day")
	f.read(privacy(&r.ModelPrivacy), "model-privacy", "all|private-text|private-only", "which models the key may call; all by default")
}

// privacy reads which models a key may call, with dashes in place of the service's underlines.
func privacy(into *string) func(string) error {
	read := word(into, "all", "private-text", "private-only")
	return func(value string) error {
		err := read(value)
		*into = strings.ReplaceAll(*into, "-", "_")
		return err
	}
}

// word reads one of some words, in letters of any case, as the service writes it.
func word(into *string, accepted ...string) func(string) error {
	return func(value string) error {
		*into = strings.ToUpper(value)
		if !slices.Contains(accepted, strings.ToLower(value)) {
			return fmt.Errorf("want %s", strings.Join(accepted, " or "))
		}
		return nil
	}
}

func limit(into **float64) func(string) error {
	return func(value string) error {
		n, err := strconv.ParseFloat(value, 64)
		if err != nil || !(0 <= n && n <= maxLimit) { // so that NaN fails too
			return fmt.Errorf("want a number from 0 to %d", int64(maxLimit))
		}
		*into = &n
		return nil
	}
}

func checkDescription(text string) error {
	if n := len(utf16.Encode([]rune(text))); n > maxDescription {
		return fmt.Errorf("%d characters, want at most %d (a random id is added)", n, maxDescription)
	}
	return nil
}

// parseExpiry reads a time that lies ahead. A date is the beginning of that day in UTC.
func parseExpiry(text string, now time.Time) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04:05Z", "2006-01-02T15:04:05.000Z"} {
		t, err := time.Parse(layout, text)
		switch {
		case err != nil || t.Format(layout) != text:
		case !t.After(now):
			return t, fmt.Errorf("it is past: want a time ahead, in UTC")
		default:
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("want YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, in UTC, with .sss before the Z if wished")
}
