// Quotes: what Intel's hardware says of a virtual machine, and where in its bytes.

package e2ee

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
)

// A QuoteVerifier tells whether a quote is Intel's: its signature, and the certificates behind it. Package tdx, in a module
// of its own, has the one to use; another may ask a service. An error means that the quote is not to be trusted, or that
// this could not be found out. Several goroutines may ask at once.
type QuoteVerifier interface {
	VerifyQuote(ctx context.Context, quote []byte, at time.Time) (*QuoteReport, error)
}

// A QuoteReport is what a verifier found out about a quote that it takes for genuine.
type QuoteReport struct {
	By       string    // which verifier, and against which root
	Findings []Finding // what else it looked at, such as revocation, or did not
	Until    time.Time // when that ends to hold; zero if it did not say
}

// Measurements are the registers of a quote that say which software runs, each as lower-case hex of 48 bytes. In a policy an
// empty one matches any.
type Measurements struct {
	MRTD       string `json:"mrtd,omitempty"`         // the machine's first memory
	RTMR0      string `json:"rtmr0,omitempty"`        // its firmware and hardware
	RTMR1      string `json:"rtmr1,omitempty"`        // its kernel
	RTMR2      string `json:"rtmr2,omitempty"`        // the kernel's command line and first disk
	RTMR3      string `json:"rtmr3,omitempty"`        // what was started then
	MRConfigID string `json:"mr_config_id,omitempty"` // 01, SHA-256 of the application's description, zeros
	MRSeam     string `json:"mr_seam,omitempty"`      // Intel's module
}

func (m *Measurements) fields() [7]*string {
	return [7]*string{&m.MRTD, &m.RTMR0, &m.RTMR1, &m.RTMR2, &m.RTMR3, &m.MRConfigID, &m.MRSeam}
}

// match reports whether m has all that want has.
func (m Measurements) match(want Measurements) bool {
	for i, w := range want.fields() {
		if *w != "" && !strings.EqualFold(*w, *m.fields()[i]) {
			return false
		}
	}
	return true
}

// Where things are in a quote of version 4.
const (
	quoteVersion = 4
	teeTDX       = 0x81
	headerBytes  = 48
	bodyBytes    = 584
	signedBytes  = headerBytes + bodyBytes // then the length of the signature's data, 4 bytes, and these
	registerSize = 48
)

// A quote is one that has the form of version 4 of TDX. Nothing is said of its signature.
type quote struct{ body []byte }

func parseQuote(raw []byte) (quote, error) {
	switch {
	case len(raw) < signedBytes+4:
		return quote{}, fmt.Errorf("the quote has %d bytes, want at least %d", len(raw), signedBytes+4)
	case binary.LittleEndian.Uint16(raw) != quoteVersion:
		return quote{}, fmt.Errorf("the quote is of version %d, want %d", binary.LittleEndian.Uint16(raw), quoteVersion)
	case binary.LittleEndian.Uint32(raw[4:]) != teeTDX:
		return quote{}, fmt.Errorf("the quote is of hardware 0x%x, want 0x%x (TDX)", binary.LittleEndian.Uint32(raw[4:]), teeTDX)
	}
	if n := binary.LittleEndian.Uint32(raw[signedBytes:]); int64(n) > int64(len(raw)-signedBytes-4) {
		return quote{}, errors.New("the quote is cut off")
	}
	return quote{raw[headerBytes:signedBytes]}, nil
}

func (q quote) tcb() []byte            { return q.body[:16] }
func (q quote) debug() bool            { return q.body[120]&1 != 0 } // of tdAttributes, little-endian
func (q quote) reportData() []byte     { return q.body[520:584] }
func (q quote) rtmr(i int) []byte      { return q.register(328 + i*registerSize) }
func (q quote) configID() []byte       { return q.register(184) }
func (q quote) register(at int) []byte { return q.body[at : at+registerSize] }
func (q quote) address() []byte        { return q.reportData()[:20] }
func (q quote) holds(nonce []byte) bool {
	return bytes.Equal(q.reportData()[20:], append(make([]byte, 12), nonce...))
}
func (q quote) measurements() (m Measurements) {
	for i, at := range []int{136, 328, 376, 424, 472, 184, 16} {
		*m.fields()[i] = hex.EncodeToString(q.register(at))
	}
	return m
}
