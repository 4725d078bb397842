// The loop: asking, calling, telling, and asking again.

package agent

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const usualTurns = 20

// A route is one of the two ways to ask a model.
type route interface {
	// begin takes over what the user says next. It returns the request as far as money is concerned.
	begin() (request any, err error)
	// ask sends the request and fills in the turn. It reports whether an answer came, good or not.
	ask(ctx context.Context, t *Turn) (came bool, err error)
	// tell puts the results of a turn's calls into the conversation.
	tell(t *Turn) error
}

// A loop is one Run of an agent.
type loop struct {
	*Agent
	run   *Run
	route route
	emit  func(*Event) bool // nil if nobody looks
}

// errLeft ends a loop whose events nobody wants any more.
var errLeft = errors.New("agent: the caller has left the loop")

func (a *Agent) work(ctx context.Context, run *Run, emit func(*Event) bool) error {
	if err := a.check(ctx); err != nil {
		return err
	}
	if run.Done() || len(run.Turns) == 0 && run.Input == "" && !run.unanswered() {
		return errors.New("agent: there is nothing to do: set the run's Input")
	}
	l := &loop{Agent: a, run: run, emit: emit}
	if a.Chat != nil {
		l.route = &chatRoute{loop: l}
		if spec, _ := model(ctx, a.Client, a.modelID()); spec != nil && spec.Pricing != nil && spec.Pricing.CacheWrite != nil {
			run.Conversation.CacheControl = true
		}
	} else {
		l.route = &responseRoute{loop: l}
	}
	if a.Limits.Time > 0 {
		left := a.Limits.Time - run.Took
		if left <= 0 {
			return limitError("%v", a.Limits.Time)
		}
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, left, limitError("%v", a.Limits.Time))
		defer cancel()
	}
	begun := time.Now()
	err := a.around(ctx, run, l.turns)
	run.Took += time.Since(begun)
	run.Late += run.late.take(false)
	if cause := context.Cause(ctx); err != nil && errors.Is(cause, ErrLimit) && !errors.Is(err, ErrLimit) {
		err = fmt.Errorf("%w: %w", cause, err)
	}
	return err
}

// turns goes on from wherever the run is.
func (l *loop) turns(ctx context.Context) error {
	for {
		if t := l.run.last(); t != nil && len(t.Calls) > 0 && !t.Told {
			if err := l.calls(ctx, t); err != nil {
				return err
			}
			l.hide(ctx, t)
			if err := l.route.tell(t); err != nil {
				return err
			}
			t.Told = true
			if err := l.save(ctx); err != nil {
				return err
			}
		}
		if err := l.turn(ctx); err != nil {
			return err
		}
		if len(l.run.last().Calls) == 0 {
			return nil
		}
	}
}

func (l *loop) turn(ctx context.Context) error {
	most := l.Limits.Turns
	if most == 0 {
		most = usualTurns
	}
	if len(l.run.Turns) >= most {
		return limitError("%d turns", most)
	}
	if used := l.run.Tokens(); l.Limits.Tokens > 0 && used >= l.Limits.Tokens {
		return limitError("%d tokens: %d are used", l.Limits.Tokens, used)
	}
	request, err := l.route.begin()
	if err != nil {
		return err
	}
	if err := l.afford(ctx, l.run, request); err != nil {
		return err
	}
	t, begun, came := &Turn{}, time.Now(), false
	err = l.around(ctx, t, func(ctx context.Context) (err error) {
		came, err = l.route.ask(ctx, t)
		t.Took = time.Since(begun)
		return err
	})
	switch {
	case !came && err == nil:
		return errors.New("agent: nothing was asked: Around did not call do")
	case !came:
		return err
	}
	l.run.Turns = append(l.run.Turns, t)
	return errors.Join(err, l.save(ctx))
}

func (l *loop) save(ctx context.Context) error {
	if l.Save == nil {
		return nil
	}
	if err := l.Save(ctx, l.run); err != nil {
		return fmt.Errorf("agent: the run could not be saved: %w", err)
	}
	return nil
}

// follows reports whether the next answer is to results of tools, rather than to what somebody said.
func (l *loop) follows() bool {
	t := l.run.last()
	return l.run.Input == "" && t != nil && t.Told
}

// forces reports whether a choice of tools makes the model call one.
func forces(choice any) bool {
	word, isWord := choice.(string)
	return choice != nil && (!isWord || word == "required")
}

// show reports whether the loop shall go on.
func (l *loop) show(e *Event) bool { return l.emit == nil || l.emit(e) }
