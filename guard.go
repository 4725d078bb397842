// Guards: who may keep an attempt from being sent, and sees what comes of it.

package venice

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
)

// A Guard is asked before each attempt of a call whether it may be sent, and learns what came of it. The cap of package
// spend is one. Several goroutines may ask at once. Calls that it makes itself, with the context that it is given, take no
// place of their own from [WithMaxInFlight]; it is asked about these too.
type Guard interface {
	// Admit returns an error to keep the attempt from being sent, which ends the call with that error. Else it returns who
	// is to be told what comes of the attempt, or nil for nobody.
	Admit(ctx context.Context, attempt *Attempt) (Witness, error)
}

// An Attempt is what is about to be sent. It is not to be changed. No printed form of it shows more than the operation: the
// body of some requests holds secrets.
type Attempt struct {
	Operation *Operation
	Path      string // escaped, below the base URL
	Body      []byte // JSON, as it goes out; of a form an object of its parts that are no files; nil if there is none
}

// Format prints the name of the operation, whatever the verb.
func (a Attempt) Format(s fmt.State, _ rune) { fmt.Fprint(s, a.text()) }

// LogValue is what [slog] shows: the name of the operation.
func (a Attempt) LogValue() slog.Value { return slog.StringValue(a.text()) }

func (a Attempt) text() string {
	if a.Operation == nil {
		return "venice.Attempt()"
	}
	return "venice.Attempt(" + a.Operation.Name + ")"
}

// A Witness sees what comes of an attempt.
type Witness interface {
	// See is called with the headers of an answer with a good status and what there is of it to read: a JSON answer, each
	// event of a stream, and nil for media. Neither is to be kept or changed.
	See(header http.Header, data []byte)
	// End is called once, and is the last call.
	End(how Ending)
}

// An Ending is how an attempt ended, as far as the service may have carried it out.
type Ending int

// The endings.
const (
	EndedUnknown Ending = iota // the answer was lost, cut off or left unread, or says that the service failed on the way
	EndedUndone                // nothing was carried out: the request never left, or was refused
	EndedWhole                 // the answer was read to its end
)

type guardKey struct{}

// GuardContext returns a context whose calls, by any client, are admitted by guard as well: after the guards of the
// client, of the call ([WithGuard]) and of the context that it is made from.
func GuardContext(ctx context.Context, guard Guard) context.Context {
	if guard == nil {
		return ctx
	}
	return context.WithValue(ctx, guardKey{}, append(guardsOf(ctx), guard))
}

func guardsOf(ctx context.Context) []Guard {
	guards, _ := ctx.Value(guardKey{}).([]Guard)
	return slices.Clip(guards)
}
