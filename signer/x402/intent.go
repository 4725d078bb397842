// Intent: one payment, from the moment that a signature is asked for until it is known what became of it.

package x402

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/venice-go/venice/signer"
)

// An IntentState says how far a payment came.
type IntentState string

// The states of a payment. All but IntentDead count as spent.
const (
	IntentReserved IntentState = "reserved" // the wallet was asked to sign; nothing was sent
	IntentOpen     IntentState = "open"     // signed; it may have been sent, and may settle
	IntentDoubted  IntentState = "doubted"  // refused after an earlier send: what that one did is unknown
	IntentRefused  IntentState = "refused"  // refused when it was sent for the only time; it may settle until its time is over
	IntentSettled  IntentState = "settled"  // paid
	IntentDead     IntentState = "dead"     // proven, or said by the user, that it was not and can never be paid
)

// An Intent is one payment of a [Payer]: one transfer, for which there is one signature at most. No printed form of it
// shows the signature.
type Intent struct {
	ID       string // of this package's making; the service does not know it
	Origin   string // where it may be sent: "https://api.venice.ai"
	Transfer Transfer
	State    IntentState
	Reserved time.Time     // when the wallet was asked to sign
	Until    time.Time     // when it can no longer settle; on Solana an estimate, where the height of the chain decides
	Sends    int           // how often the payload was handed to the client
	Payload  signer.Secret // value of PAYMENT-SIGNATURE; whoever has it can use it until then
	Receipt  *Receipt      // of a payment that was settled; nil before
	Refusal  string        // the service's last refusal, if it refused
	By       string        // who said so, once it is settled or dead: "service", "chain", "user" or "wallet"

	lastValid uint64 // height of the last block that may have it, on Solana
}

// grace is for clocks and blocks that are not quite together: so long after its time a signature counts as alive.
const grace = 30 * time.Second

// alive reports whether the signature can still settle, as far as can be told without asking the chain. On Solana it can
// until the chain says that it cannot.
func (i *Intent) alive(now time.Time) bool {
	r, err := railOf(i.Transfer.Network)
	return i.unproven() && (err != nil || r.facts().life > 0 || now.Before(i.Until.Add(grace)))
}

// unproven reports whether it is not known for certain what became of the payment.
func (i *Intent) unproven() bool { return i.State != IntentSettled && i.State != IntentDead }

// Format prints id, state, amount and recipient, whatever the verb.
func (i Intent) Format(s fmt.State, _ rune) { fmt.Fprint(s, i.text()) }

// LogValue is what [slog] shows of an intent.
func (i Intent) LogValue() slog.Value { return slog.StringValue(i.text()) }

func (i Intent) text() string {
	return fmt.Sprintf("payment %s of %v to %s (%s)", i.ID, i.Transfer.Amount, i.Transfer.To, i.State)
}
