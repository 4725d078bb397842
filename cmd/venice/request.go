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

type mintFlags struct {
	request          signer.KeyRequest
	keyFile, baseURL string
	emulate, json    bool
}

func parseMint(args []string) (*mintFlags, error) {
	f := new(mintFlags)
	r := &f.request
	fs := newFlags()
	fs.Func("type", "", word(&r.Type, "inference", "admin"))
	fs.Func("description", "", func(text string) error { r.Description = text; return checkDescription(text) })
	fs.Func("expires", "", func(text string) (err error) { r.Expires, err = parseExpiry(text, time.Now()); return err })
	fs.Func("limit-usd", "", limit(&r.LimitUSD))
	fs.Func("limit-diem", "", limit(&r.LimitDIEM))
	fs.Func("limit-period", "", word(&r.LimitPeriod, "epoch", "month", "lifetime"))
	fs.StringVar(&f.keyFile, "key-file", "", "")
	fs.StringVar(&f.baseURL, "base-url", "", "")
	fs.BoolVar(&f.emulate, "emulate", false, "")
	fs.BoolVar(&f.json, "json", false, "")
	if err := parseFlags(fs, args); err != nil {
		return nil, err
	}
	if f.emulate && f.baseURL != "" {
		return nil, failure{exitUsage, fmt.Errorf("--emulate and --base-url contradict each other: want one of them")}
	}
	return f, nil
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
