// Calls of tools: who may, in parallel, and what is told of them.

package agent

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// atOnce is how many calls of one answer run at the same time.
const atOnce = 8

// calls makes those of a turn that have no result yet. It returns once no tool is waited for any more.
func (l *loop) calls(ctx context.Context, t *Turn) error {
	for _, c := range t.Calls {
		if tool := l.tool(c.Name); c.State == CallRunning {
			if tool != nil && !tool.matters() {
				c.State = CallWanted
			} else {
				c.fail("it is not known whether this was done: the program was interrupted. Do not do it again unasked.")
			}
		}
	}
	open := t.open()
	if most := l.Limits.Calls; most > 0 && l.run.calls()+len(open) > most {
		return limitError("%d calls of tools: the model wants %d more", most, len(open))
	}
	if err := l.admit(ctx, open); err != nil {
		return err
	}
	if open = t.open(); len(open) == 0 {
		return nil
	}
	if spent, most := l.run.spent(), toNano(l.Limits.USD); most > 0 && spent >= most {
		return limitError("%v USD: %v are spent", l.Limits.USD, fromNano(spent))
	}
	for _, c := range open {
		c.State = CallRunning
	}
	if err := l.save(ctx); err != nil {
		return l.undone(open, err)
	}
	for _, c := range open {
		if !l.show(&Event{Call: new(*c)}) {
			return l.undone(open, errLeft)
		}
	}
	if err := l.make(ctx, open); err != nil {
		return errors.Join(err, l.save(context.WithoutCancel(ctx)))
	}
	return nil
}

// undone takes back that calls have begun.
func (l *loop) undone(calls []*Call, err error) error {
	for _, c := range calls {
		c.State = CallWanted
	}
	return err
}

// admit asks whether calls may be made. If that is to be decided later none of them is.
func (l *loop) admit(ctx context.Context, open []*Call) error {
	refused := map[*Call]error{}
	for _, c := range open {
		tool := l.tool(c.Name)
		if tool == nil {
			c.fail(fmt.Sprintf("there is no tool %q; the tools are %s", c.Name, strings.Join(l.names(), ", ")))
			continue
		}
		c.Effect = tool.Effect
		if l.Approve == nil {
			continue
		}
		err := l.Approve(ctx, c)
		switch {
		case errors.Is(err, ErrPause):
			return err
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil:
			refused[c] = err
		}
	}
	for c, err := range refused {
		c.State, c.Error, c.Result = CallRefused, err.Error(), "refused: "+err.Error()
	}
	return nil
}

func (l *loop) names() (all []string) {
	for _, t := range l.Tools {
		all = append(all, t.Name)
	}
	return all
}

// make runs the tools, and tells of each as it ends. What is told of are copies: a tool that is left behind may go on.
func (l *loop) make(ctx context.Context, open []*Call) error {
	ended := make(chan int)
	made := make([]Call, len(open))
	free := make(chan struct{}, atOnce)
	for i, c := range open {
		made[i] = *c
		go func() {
			free <- struct{}{}
			l.one(ctx, &made[i])
			<-free
			ended <- i
		}()
	}
	var left error
	for range open {
		i := <-ended
		*open[i] = made[i]
		if left == nil && !l.show(&Event{Call: new(made[i])}) {
			left = errLeft
		}
	}
	if left != nil {
		return left
	}
	return context.Cause(ctx)
}

// one makes a call.
func (l *loop) one(ctx context.Context, c *Call) {
	if ctx.Err() != nil {
		c.State = CallWanted
		return
	}
	spent := &meter{next: &l.run.late}
	begun := time.Now()
	called := false
	err := l.around(context.WithValue(ctx, carriedKey{}, &carried{*c, spent}), c, func(ctx context.Context) error {
		called = true
		err := c.run(ctx, l.tool(c.Name))
		c.Took, c.USD = time.Since(begun), c.USD+spent.take(true)
		return err
	})
	if !called {
		c.fail(fmt.Sprintf("the call was not made: %v", err))
	}
}

// What the context of a tool carries.
type carried struct {
	call  Call
	spent *meter
}

type carriedKey struct{}

// CallOf returns a copy of the call that a tool was called for, as it began, by the context that the tool was given; nil
// for any other. Its ID makes a good idempotency key.
func CallOf(ctx context.Context) *Call {
	if c, ok := ctx.Value(carriedKey{}).(*carried); ok {
		return new(c.call)
	}
	return nil
}

// run calls the tool, and takes over what came of it.
func (c *Call) run(ctx context.Context, tool *Tool) error {
	value, err := tool.run(ctx, c.Arguments)
	if err == nil {
		c.Result, c.Parts, err = tell(value)
	}
	stopped := ctx.Err() != nil && errors.Is(err, context.Cause(ctx))
	switch {
	case err == nil:
		c.State = CallDone
	case stopped && !tool.matters():
		c.State = CallWanted // once more when the run goes on
	case stopped:
		c.fail("it is not known whether this was done: it was interrupted. Do not do it again unasked.")
	default:
		c.fail(err.Error())
		if _, panicked := errors.AsType[*panicError](err); panicked {
			c.Result = "error: " + errPanic.Error()
		}
	}
	return err
}

func (c *Call) fail(why string) { c.State, c.Error, c.Result = CallFailed, why, "error: "+why }
