// Texts: lines that are fit to be printed, and what HTTP takes as the name and value of a header.

package loose

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// Line makes one line of at most n characters out of what a server sent.
func Line(s string, n int) string {
	if len(s) > 8*n { // enough for n characters and some space between them
		s = s[:8*n]
	}
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > n {
		r = append(r[:n-1], '…')
	}
	return string(r)
}

// First is the first of the texts that is not empty.
func First(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// Joined joins the texts that are not empty.
func Joined(by string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), by)
}

// HeaderName reports whether HTTP takes s as the name of a header (RFC 9110, section 5.1).
func HeaderName(s string) bool {
	return s != "" && strings.Trim(s, "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == ""
}

// HeaderText reports whether s is printable ASCII, which every reader of a header takes.
func HeaderText(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// WithoutAddress takes the addresses, queries included, out of what net/http fails with: that of the request, and that of
// a redirect which it cannot read.
func WithoutAddress(err error) error {
	u, ok := errors.AsType[*url.Error](err)
	switch {
	case !ok:
		return err
	case strings.HasPrefix(u.Err.Error(), "failed to parse Location header"):
		return errors.New("the answer redirects to what is no valid address")
	}
	return u.Err
}
