// The text that a wallet signs to sign in: EIP-4361 for accounts on EVM chains, and the same layout for Solana's.

package siwx

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/venice-go/venice/internal/evm"
	"github.com/venice-go/venice/internal/solana"
)

// A Message is what a wallet says when it signs in: who it is, where, and when. Its text has one form only, so
// that [ParseMessage] gives back what [Message.Text] was made from, and the other way round.
type Message struct {
	Scheme         string   // before the domain, such as "https"; usually left out
	Domain         string   // host of the service, with the port if it is not the scheme's own: "api.venice.ai"
	Address        string   // EIP-55 form of an Ethereum account, base58 of a Solana account
	Statement      *string  // what the user reads; nil if there is none, which is not the same text as an empty one
	URI            string   // what is signed in to, usually the service's origin; absolute
	ChainID        string   // "8453" for Base; on Solana "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", with or without "solana:"
	Nonce          string   // at least 8 letters and digits, never used before
	IssuedAt       string   // RFC 3339, as are the other times
	ExpirationTime string   // "" for none
	NotBefore      string   // "" for none
	RequestID      string   // "" for none
	Resources      []string // absolute URIs; nil for none, which is not the same text as an empty list
}

// The characters of RFC 3986, as far as the parts of a message may have them.
const (
	lettersDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	unreserved    = lettersDigits + "-._~"
	pathChars     = unreserved + "!$&'()*+,;=:@%"
	domainChars   = unreserved + ":[]"
	uriChars      = pathChars + "/?#[]"
	statementText = unreserved + "!$&'()*+,;=:@/?#[] "
)

// lines lists the lines that a message has a name and a value in, in their order.
func (m *Message) lines() [8]messageLine {
	isChainID := isSolanaID
	if m.evm() {
		isChainID = isNumber
	}
	return [8]messageLine{
		{"URI", &m.URI, isURI, true}, {"Version", &version, isNumber, true},
		{"Chain ID", &m.ChainID, isChainID, true}, {"Nonce", &m.Nonce, isNonce, true},
		{"Issued At", &m.IssuedAt, isTime, true}, {"Expiration Time", &m.ExpirationTime, isTime, false},
		{"Not Before", &m.NotBefore, isTime, false}, {"Request ID", &m.RequestID, isRequestID, false},
	}
}

var version = "1" // of the format; never changed

type messageLine struct {
	name   string
	value  *string
	valid  func(string) bool
	always bool
}

// Text returns what the wallet signs. Fields that the format has no place for, such as a statement with a line feed, a
// nonce of fewer than 8 characters or an address that is not in EIP-55 form, give a [*Error].
func (m *Message) Text() (string, error) {
	if err := m.check(); err != nil {
		return "", err
	}
	return m.text(), nil
}

func (m *Message) check() error {
	switch {
	case !only(m.Scheme, lettersDigits+"+-."):
		return invalidMessage("scheme: want one such as https, or none")
	case m.Domain == "" || !only(m.Domain, domainChars):
		return invalidMessage("domain: want a host, with a port or without, in ASCII")
	case !isAddress(m.Address):
		return invalidMessage("address: want EIP-55 form, or base58 of 32 bytes")
	case m.Statement != nil && !only(*m.Statement, statementText):
		return invalidMessage("statement: want ASCII without line feeds, quotes, %, <, >, \\, ^, `, {, | and }")
	case !isNonce(m.Nonce):
		return refuse(codeMissingNonce, "want 8 letters and digits or more")
	}
	for _, l := range m.lines() {
		if (l.always || *l.value != "") && !l.valid(*l.value) {
			return invalidMessage(l.name + " is missing or malformed")
		}
	}
	if slices.ContainsFunc(m.Resources, func(r string) bool { return !isURI(r) }) {
		return invalidMessage("Resources: want absolute URIs")
	}
	return nil
}

// text writes the message, whatever is in it.
func (m *Message) text() string {
	kind := "Solana"
	if m.evm() {
		kind = "Ethereum"
	}
	b := make([]byte, 0, 512)
	if m.Scheme != "" {
		b = join(b, m.Scheme, "://")
	}
	b = join(b, m.Domain, " wants you to sign in with your ", kind, " account:\n", m.Address, "\n\n")
	if m.Statement != nil {
		b = join(b, *m.Statement, "\n")
	}
	for _, l := range m.lines() {
		if l.always || *l.value != "" {
			b = join(b, "\n", l.name, ": ", *l.value)
		}
	}
	if m.Resources != nil {
		b = join(b, "\nResources:")
	}
	for _, r := range m.Resources {
		b = join(b, "\n- ", r)
	}
	return string(b)
}

func join(b []byte, parts ...string) []byte {
	for _, part := range parts {
		b = append(b, part...)
	}
	return b
}

// ParseMessage reads the text of a message. It is strict: a text that is not, byte for byte, the one that
// [Message.Text] makes of what was read gives a [*Error].
func ParseMessage(text string) (*Message, error) {
	m := new(Message)
	domain, rest, _ := strings.Cut(text, " wants you to sign in with your ")
	scheme, host, ok := strings.Cut(domain, "://")
	if m.Scheme, m.Domain = scheme, host; !ok {
		m.Scheme, m.Domain = "", domain
	}
	_, rest, _ = strings.Cut(rest, " account:\n")
	m.Address, rest, _ = strings.Cut(rest, "\n\n")
	if !strings.HasPrefix(rest, "\nURI: ") {
		var statement string
		if statement, rest, ok = strings.Cut(rest, "\n\nURI: "); !ok {
			return nil, invalidMessage("not a text to sign in with")
		}
		m.Statement, rest = &statement, "\nURI: "+rest
	}
	// Whatever is missing, doubled, out of place or superfluous shows when the text is made anew.
	values := map[string]*string{}
	for _, l := range m.lines() {
		if l.value != &version {
			values[l.name] = l.value
		}
	}
	for line := range strings.SplitSeq(rest[1:], "\n") {
		name, value, _ := strings.Cut(line, ": ")
		if resource, ok := strings.CutPrefix(line, "- "); ok {
			m.Resources = append(m.Resources, resource)
		} else if line == "Resources:" {
			m.Resources = []string{}
		} else if into := values[name]; into != nil {
			*into = value
		}
	}
	again, err := m.Text()
	if err != nil {
		return nil, err
	}
	if again != text {
		return nil, invalidMessage("not written as its parts are")
	}
	return m, nil
}

// Chain returns the CAIP-2 name of the account's chain: "eip155:8453" for Base.
func (m *Message) Chain() string {
	if m.evm() {
		return "eip155:" + m.ChainID
	}
	return "solana:" + strings.TrimPrefix(m.ChainID, "solana:")
}

// evm goes by the address: no base58 begins with 0.
func (m *Message) evm() bool { return strings.HasPrefix(m.Address, "0x") }

func isNumber(v string) bool { return v != "" && only(v, "0123456789") }

func isSolanaID(v string) bool {
	return v != "" && only(strings.TrimPrefix(v, "solana:"), lettersDigits+"-_")
}

func isRequestID(v string) bool { return only(v, pathChars) }

func isAddress(v string) bool {
	if strings.HasPrefix(v, "0x") {
		account, err := evm.Account(v)
		return err == nil && v == account
	}
	_, err := solana.ParseKey(v)
	return err == nil
}

func isNonce(v string) bool { return len(v) >= 8 && only(v, lettersDigits) }

func isURI(v string) bool {
	u, err := url.Parse(v)
	return err == nil && u.IsAbs() && only(v, uriChars)
}

func isTime(v string) bool {
	_, err := readTime(v)
	return err == nil
}

// readTime minds what time.Parse does not: that it takes one digit for an hour, and a comma for a point.
func readTime(v string) (time.Time, error) {
	if len(v) < len(time.DateTime) || v[len("2006-01-02T15")] != ':' || strings.Contains(v, ",") {
		return time.Time{}, errors.New("want RFC 3339")
	}
	return time.Parse(time.RFC3339, v)
}

// only reports whether a text has no other characters than those of a set.
func only(text, set string) bool {
	for i := range len(text) {
		if strings.IndexByte(set, text[i]) < 0 {
			return false
		}
	}
	return true
}
