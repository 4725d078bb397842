// The options of the fake.

package venicetest

import "time"

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

// WithSeed sets what all random values of the fake follow from: keys, ids, the secret that signs tokens, and answers
// made up from the description. Two fakes of one seed (the default is 0) that are asked the same give the same; one
// refuses the tokens of another seed. [Handler.Seed] tells the seed, and so does every violation.
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
