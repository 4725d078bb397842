// Package secrets knows what secrets look like, so that output can do without them.
package secrets

import (
	"bytes"
	"regexp"
)

// Redacted stands where a secret stood.
const Redacted = "[redacted]"

// form is what API keys, tokens (base64 of a JSON object), private keys and signatures look like, cut short or not.
// Addresses (40 digits) stay.
var form = regexp.MustCompile(
	`VENICE_(?:INFERENCE|ADMIN)_KEY_[\w-]+|\be[yw][\w-]{18,}(?:\.[\w-]*)*|(?:0x)?[0-9a-fA-F]{41,}`)

// wide is what else may give something away in traffic: other keys, credentials of a header, what a user sent as a data
// URL, signatures of Solana, and the query of a URL, which may be what opens it.
var wide = regexp.MustCompile(
	`\bsk-[\w-]{16,}|\b(?i:bearer|basic)\s+[\w.~+/=-]{8,}|\bdata:[\w.+/-]*(?:;[\w=.+-]+)*,[^\s"'<>)]*|\b[1-9A-HJ-NP-Za-km-z]{80,}|(https?://[^\s"'<>?]+)\?[^\s"'<>)]+`)

// In reports whether a text holds what looks like a secret.
func In(s string) bool { return form.MatchString(s) || wide.MatchString(s) }

// Scrub returns text without keys, tokens and signatures. It is for messages of ours, and keeps what else is in them.
func Scrub(text []byte) []byte { return form.ReplaceAll(text, []byte(Redacted)) }

// ScrubTraffic is Scrub for what came over a connection: it also takes data URLs, queries of URLs and keys of others.
func ScrubTraffic(text []byte) []byte {
	return wide.ReplaceAllFunc(Scrub(text), func(found []byte) []byte {
		if url, _, isURL := bytes.Cut(found, []byte("?")); isURL && bytes.HasPrefix(found, []byte("http")) {
			return append(bytes.Clone(url), "?"+Redacted...)
		}
		return []byte(Redacted)
	})
}
