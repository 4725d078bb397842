// The options of the fake.

package venicetest

import (
	"slices"
	"strings"
	"time"
)

// An Option changes a new [Handler] or [Server].
type Option func(*Handler)

// WithClock has the fake read the time from now, for instance to let a token or a key expire. The default, also for
// nil, is [time.Now].
func WithClock(now func() time.Time) Option {
	return func(h *Handler) {
		if now != nil {
			h.now = now
		}
	}
}

// WithNoise has the fake answer with all that the description allows and nothing that makes sense, to try how a client
// decodes it: fields that nobody knows, texts of many scripts, numbers at their limits. The same seed gives the same
// noise. Keys, wallets, payments and the lists of models behave as usual, so that callers get in. Without it, operations
// have behaviours, and those that have none answer with the least that is valid.
func WithNoise(seed uint64) Option {
	return func(h *Handler) { h.noise = &seed }
}

// noisy reports whether an operation answers with noise in place of its behaviour.
func (h *Handler) noisy(operation string) bool {
	_, path, _ := strings.Cut(operation, " ")
	return h.noise != nil && !slices.ContainsFunc([]string{"/api_keys", "/x402/", "/models"}, func(p string) bool { return strings.HasPrefix(path, p) })
}

// WithSeed sets what all random values of the fake follow from: keys, ids, and the secret that signs tokens. Two fakes of
// one seed (the default is 0) that are asked the same give the same; one refuses the tokens of another seed.
// [Handler.Seed] tells the seed, and so does every violation.
func WithSeed(seed uint64) Option {
	return func(h *Handler) { h.seed = seed }
}

// OnViolation has report called with every answer of the fake that breaks the API's description, perhaps from several
// goroutines at once. The client gets a 500 in its place. The default, also for nil, is that 500 alone; [NewServer]
// fails the test.
func OnViolation(report func(error)) Option {
	return func(h *Handler) {
		if report != nil {
			h.report = report
		}
	}
}

// WithMemo has the offer of a payment on Solana name a memo, which payments must then have. Without it any will do.
func WithMemo(memo string) Option {
	return func(h *Handler) { h.memo = memo }
}
