package main

// Words: what upstream calls things, written as Go does.

import (
	"slices"
	"strings"
	"unicode"
)

// initialisms are written in capitals, as Go does.
var initialisms = strings.Fields("aac ai aiff api asr bf16 csv diem e2ee evm exif flac fp16 fp4 fp8 gif hd html http https id io ip jpeg json jsonrpc jwt lora llm m4a mp3 mp4 nsfw pcm pcm16 pcm24 pdf png rpc rpd rpm siwx sku tee tpm tts ttl uri url usd uuid vcu wav x402 xml")

func initialism(w string) (string, bool) {
	l := strings.ToLower(w)
	switch l {
	case "webp":
		return "WebP", true
	case "xhigh":
		return "XHigh", true
	}
	if slices.Contains(initialisms, l) {
		return strings.ToUpper(l), true
	}
	if one, ok := strings.CutSuffix(l, "s"); ok && slices.Contains(initialisms, one) {
		return strings.ToUpper(one) + "s", true
	}
	return w, false
}

// words splits at separators and at changes of case: "apiKeyType", "image_url" and "APIKeyType" alike.
func words(s string) (out []string) {
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) || r > unicode.MaxASCII }) {
		start := 0
		rs := []rune(part)
		for i := 1; i < len(rs); i++ {
			lowerToUpper := unicode.IsUpper(rs[i]) && (unicode.IsLower(rs[i-1]) || unicode.IsDigit(rs[i-1]) && i+1 < len(rs) && unicode.IsLower(rs[i+1]))
			endOfCapitals := unicode.IsUpper(rs[i]) && unicode.IsUpper(rs[i-1]) && i+1 < len(rs) && unicode.IsLower(rs[i+1]) && !(rs[i+1] == 's' && i+2 == len(rs))
			if lowerToUpper || endOfCapitals {
				out = append(out, string(rs[start:i]))
				start = i
			}
		}
		out = append(out, string(rs[start:]))
	}
	return out
}

// pascal is a Go identifier of the words of s.
func pascal(s string) string {
	var b strings.Builder
	for _, w := range words(s) {
		if u, ok := initialism(w); ok {
			b.WriteString(u)
			continue
		}
		if len(w) > 1 && w == strings.ToUpper(w) && !strings.ContainsFunc(w, unicode.IsDigit) {
			w = strings.ToLower(w)
		}
		b.WriteString(strings.ToUpper(w[:1]) + w[1:])
	}
	return b.String()
}

// fieldName is pascal for a struct field, which must not start with a digit: "2x" is X2.
func fieldName(s string) string {
	name := pascal(s)
	if name == "" {
		return "Empty"
	}
	if n, ok := strings.CutSuffix(strings.ToLower(name), "x"); ok && n != "" && strings.Trim(n, "0123456789") == "" {
		return "X" + n
	}
	if unicode.IsDigit(rune(name[0])) {
		return "N" + name
	}
	return name
}

// singular is for the last word of a list's name.
func singular(s string) string {
	for _, r := range [][2]string{{"ies", "y"}, {"sses", "ss"}, {"Status", "Status"}, {"Data", "Datum"}, {"Ses", "S"}, {"xes", "x"}, {"ss", "ss"}, {"us", "us"}, {"s", ""}} {
		if head, ok := strings.CutSuffix(s, r[0]); ok && head+r[1] != "" {
			return head + r[1]
		}
	}
	return s
}
