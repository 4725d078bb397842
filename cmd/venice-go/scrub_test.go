// Tests of what is redacted and masked.

package main

import (
	"fmt"
	"strings"
	"testing"
)

func TestScrubber(t *testing.T) {
	secrets := []string{
		walletKey, walletKey[2:], strings.ToUpper(walletKey[2:]), walletKey[:50],
		"0x" + strings.Repeat("ab", 65),
		"VENICE_ADMIN_KEY_aB3-_x9", "VENICE_INFERENCE_KEY_z",
		"eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjF9.c2ln-_", "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjF9.", "eyJhbGciOiJIUzI1NiJ9",
	}
	for _, secret := range secrets {
		for _, around := range []string{"%s", "value %q!", "a=%s,b", "%[1]s %[1]s\n"} {
			var out strings.Builder
			text := fmt.Sprintf(around, secret)
			n, err := (&scrubber{w: &out}).Write([]byte(text))
			want := strings.ReplaceAll(text, secret, "[redacted]")
			if n != len(text) || err != nil || out.String() != want {
				t.Errorf("wrote %q (%d, %v), want %q", &out, n, err, want)
			}
		}
	}
	const plain = walletAddress + " 84285a34-c4a7-4d3b-a4c4-4dfc5fbae607 (ci 27004d6e) https://api.venice.ai/api/v1 hey.you.there"
	var out strings.Builder
	if _, err := fmt.Fprint(&scrubber{w: &out}, plain); err != nil || out.String() != plain {
		t.Errorf("wrote %q, %v", &out, err)
	}
	if n, err := (&scrubber{w: gone{}}).Write([]byte("text")); n != 0 || err == nil {
		t.Errorf("got %d, %v", n, err)
	}
}

func TestMask(t *testing.T) {
	for key, want := range map[string]string{
		"VENICE_ADMIN_KEY_" + strings.Repeat("x", 20) + "123456": "VENICE_ADMIN_KEY_...123456",
		"VENICE_ADMIN_KEY_short123456":                           "[redacted]", // six characters would be much of it
		strings.Repeat("x", 40):                                  "[redacted]",
		"":                                                       "[redacted]",
	} {
		if got := mask(key); got != want {
			t.Errorf("mask(%q) = %q, want %q", key, got, want)
		}
	}
}
