// The mint command's flags, and the request that they make.

package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/venice-go/venice/gen"
)

const (
	maxDescription = 55 // of the service's 64 characters; the rest is for the id that makes each one unique
	maxLimit       = 9999999999
)

type mintFlags struct {
	fields           map[string]any // of the request, by their names in the API
	keyFile, baseURL string
	emulate, json    bool
}

func parseMint(args []string) (*mintFlags, error) {
	f := &mintFlags{fields: map[string]any{"apiKeyType": "INFERENCE"}}
	fs := newFlags()
	fs.Func("type", "", f.word("apiKeyType", "inference", "admin"))
	fs.Func("description", "", f.text("description", checkDescription))
	fs.Func("expires", "", f.text("expiresAt", checkExpiry))
	fs.Func("limit-usd", "", f.limit("usd"))
	fs.Func("limit-diem", "", f.limit("diem"))
	fs.Func("limit-period", "", f.word("limitPeriod", "epoch", "month", "lifetime"))
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

func (f *mintFlags) text(field string, check func(string) error) func(string) error {
	return func(value string) error {
		f.fields[field] = value
		return check(value)
	}
}

func (f *mintFlags) word(field string, accepted ...string) func(string) error {
	return f.text(field, func(value string) error {
		f.fields[field] = strings.ToUpper(value)
		if !slices.Contains(accepted, strings.ToLower(value)) {
			return fmt.Errorf("want %s", strings.Join(accepted, " or "))
		}
		return nil
	})
}

func (f *mintFlags) limit(unit string) func(string) error {
	return func(value string) error {
		n, err := strconv.ParseFloat(value, 64)
		if err != nil || !(0 <= n && n <= maxLimit) { // so that NaN fails too
			return fmt.Errorf("want a number from 0 to %d", int64(maxLimit))
		}
		limits, _ := f.fields["consumptionLimit"].(map[string]any)
		if limits == nil {
			limits = map[string]any{}
			f.fields["consumptionLimit"] = limits
		}
		limits[unit] = n
		return nil
	}
}

func checkDescription(text string) error {
	if n := len(utf16.Encode([]rune(text))); n > maxDescription {
		return fmt.Errorf("%d characters, want at most %d (a random id is added)", n, maxDescription)
	}
	return nil
}

func checkExpiry(text string) error {
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04:05Z", "2006-01-02T15:04:05.000Z"} {
		if t, err := time.Parse(layout, text); err == nil && t.Format(layout) == text {
			return nil
		}
	}
	return fmt.Errorf("want YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ, in UTC, with .sss before the Z if wished")
}

// request goes by way of JSON, because revisions of the API differ in the fields that they have: this builds with each
// of them, and a field that is missing from the one at hand is an error for whoever asks for it.
func (f *mintFlags) request() (*gen.Web3KeyRequest, error) {
	text, err := json.Marshal(f.fields)
	if err != nil {
		return nil, err
	}
	request := new(gen.Web3KeyRequest)
	if err := json.Unmarshal(text, request); err != nil {
		return nil, err
	}
	if len(request.Unknown) > 0 {
		return nil, failure{exitUsage, fmt.Errorf("the revision of the API that this was built for has no %s", strings.Join(slices.Sorted(maps.Keys(request.Unknown)), " and no "))}
	}
	return request, nil
}
