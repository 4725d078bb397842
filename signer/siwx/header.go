// The header that carries a sign-in: JSON in base64.

package siwx

import (
	"encoding/base64"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/internal/solana"
)

// HeaderName is the name of the header, as it is written now.
const HeaderName = "SIGN-IN-WITH-X"

// oldHeaderName is the name that it had first.
const oldHeaderName = "X-Sign-In-With-X"

// maxHeader bounds the header that is read, in bytes. Ours have about 700; a contract's signature may be long.
const maxHeader = 16 << 10

// A header is the value of the header, decoded.
type header struct {
	Address   string // as in the message; on an EVM chain letters may be of any case
	Message   string // the exact text that was signed; see ParseMessage
	Signature string // 0x and hex on an EVM chain, base58 or base64 of 64 bytes on Solana
	Chain     string // CAIP-2 name, such as "eip155:8453"; "" if the header has none
	Type      string // "ed25519" for Solana; "" on EVM chains, and if the header has none
	Timestamp int64  // Unix milliseconds, within 30 s of the message's time; 0 if the header has none, which is better
}

// Header returns the value of the header for this message and the wallet's signature over its text: "0x" and hex on an
// EVM chain, base58 on Solana. Until the service has seen it, it lets whoever holds it make one call in the wallet's name.
func (m *Message) Header(signature string) (string, error) {
	return m.Sign(func([]byte) (string, error) { return signature, nil })
}

// Sign has a wallet sign the text of the message, as [Message.Text] returns it, and returns the value of the header, as
// [Message.Header] does.
func (m *Message) Sign(sign func(text []byte) (signature string, err error)) (string, error) {
	text, err := m.Text()
	if err != nil {
		return "", err
	}
	signature, err := sign([]byte(text))
	if err != nil {
		return "", err
	}
	h := header{Address: m.Address, Message: text, Signature: signature, Chain: m.Chain()}
	if !m.evm() {
		h.Type = "ed25519"
	}
	return h.encode()
}

// encode returns the value to send: standard base64 with padding, of JSON.
func (h *header) encode() (string, error) {
	b := make([]byte, 0, 1024) // by hand and, usually, on the stack, since it is done for every request
	good := true
	text := func(name, value string) {
		var err error
		b, err = jsontext.AppendQuote(append(b, name...), value)
		good = good && err == nil
	}
	text(`{"address":`, h.Address)
	text(`,"message":`, h.Message)
	text(`,"signature":`, h.Signature)
	if h.Timestamp != 0 {
		b = strconv.AppendInt(append(b, `,"timestamp":`...), h.Timestamp, 10)
	}
	if id, evm := strings.CutPrefix(h.Chain, "eip155:"); evm {
		b = append(append(b, `,"chainId":`...), id...)
		good = good && isEVMChain(id)
	} else if h.Chain != "" {
		text(`,"chainId":`, h.Chain)
	}
	if h.Type != "" {
		text(`,"type":`, h.Type)
	}
	if b = append(b, '}'); !good {
		return "", refuse(codeInvalidPayload, "want UTF-8 text and a CAIP-2 chain in the header")
	}
	return string(base64.StdEncoding.AppendEncode(make([]byte, 0, 2048), b)), nil
}

// parseHeader reads a value that was sent. The chain may be written 8453, "8453" or "eip155:8453", and
// "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"; members that are not known are ignored. It judges nothing but the form.
func parseHeader(value string) (*header, error) {
	if len(value) > maxHeader {
		return nil, refuse(codeParseError, "%d bytes, want %d at most", len(value), maxHeader)
	}
	raw, err := decode64(value)
	if err != nil || !jsontext.Value(raw).IsValid() || jsontext.Value(raw).Kind() != '{' {
		return nil, refuse(codeParseError, "want standard base64, with padding, of a JSON object")
	}
	var wire struct {
		Address   string         `json:"address"`
		Message   string         `json:"message"`
		Signature string         `json:"signature"`
		Timestamp int64          `json:"timestamp"`
		ChainID   jsontext.Value `json:"chainId"`
		Type      string         `json:"type"`
	}
	if err := json.Unmarshal(raw, &wire); err != nil || wire.Address == "" || wire.Message == "" || wire.Signature == "" {
		return nil, refuse(codeInvalidPayload, "want the texts address, message and signature")
	}
	chain, err := readChain(wire.ChainID)
	if err != nil {
		return nil, err
	}
	return &header{wire.Address, wire.Message, wire.Signature, chain, wire.Type, wire.Timestamp}, nil
}

// isEVMChain reports the number of a chain as CAIP-2 has it, of 32 digits at most.
func isEVMChain(id string) bool { return isNumber(id) && id[0] != '0' && len(id) <= 32 }

var solanaChain = regexp.MustCompile(`^solana:[-_a-zA-Z0-9]{1,32}$`)

// readChain brings a chainId into its CAIP-2 form.
func readChain(v jsontext.Value) (string, error) {
	if v == nil {
		return "", nil
	}
	text := string(v)
	if v.Kind() == '"' {
		_ = json.Unmarshal(v, &text)
	}
	if id := strings.TrimPrefix(text, "eip155:"); isEVMChain(id) {
		return "eip155:" + id, nil
	}
	if solanaChain.MatchString(text) {
		return text, nil
	}
	return "", refuse(codeInvalidChainID, `want 8453, "8453", "eip155:8453" or %q`, solana.Network)
}

// decode64 takes what was encoded in the one usual way: encoding again finds line feeds and stray bits.
func decode64(text string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || base64.StdEncoding.EncodeToString(raw) != text {
		return nil, errors.New("not standard base64 with padding")
	}
	return raw, nil
}
