// Tests of runs that stop and go on: approval, crashes, callers that leave.

package agent_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/agent"
	"github.com/venice-go/venice/gen"
)

// counted is a tool with an effect, and how often it ran.
func counted(name string, effect venice.Effect, n *int) *agent.Tool {
	t := agent.NewTool(name, "", func(context.Context, struct{}) (string, error) { *n++; return "ok", nil })
	t.Effect = effect
	return t
}

func TestApprove(t *testing.T) {
	var read, paid int
	a, requests := pinned(t, []*agent.Tool{counted("look", "", &read), counted("pay", venice.EffectPay, &paid)}, "!look{}!pay{}", "!pay{}", "done")
	decided := agent.ErrPause
	a.Approve = func(_ context.Context, c *agent.Call) error {
		if c.Effect == venice.EffectPay {
			return decided
		}
		return nil
	}
	run := &agent.Run{Input: "?"}
	for range 2 { // a pause is no answer, however often
		if err := a.Run(t.Context(), run); !errors.Is(err, agent.ErrPause) || read+paid != 0 || len(run.Turns) != 1 {
			t.Fatal(err, read, paid)
		}
		run = revived(t, run)
	}
	decided = errors.New("not today")
	if err := a.Run(t.Context(), run); err != nil || read != 1 || paid != 0 || run.Text() != "done" {
		t.Fatal(err, read, paid)
	}
	if got := requests()[1].Messages[3].Content.String(); got != "refused: not today" || run.Turns[0].Calls[1].State != agent.CallRefused {
		t.Errorf("told %q", got)
	}
}

// After a crash in the middle of calls what reads is done again, and what pays is not.
func TestCrash(t *testing.T) {
	var read, paid int
	tools := []*agent.Tool{counted("look", "", &read), counted("pay", venice.EffectPay, &paid)}
	a, _ := pinned(t, tools, "!look{}!pay{}", "done")
	a.Approve = func(context.Context, *agent.Call) error { return nil }
	var saved []string
	a.Save = func(_ context.Context, r *agent.Run) error { saved = append(saved, mustJSON(t, r)); return nil }
	if err := a.Run(t.Context(), &agent.Run{Input: "?"}); err != nil || read != 1 || paid != 1 {
		t.Fatal(err)
	}
	if len(saved) != 4 { // an answer, calls begin, results, an answer
		t.Fatalf("saved %d times", len(saved))
	}
	for i, want := range []struct{ read, paid int }{{1, 1}, {1, 0}, {0, 0}} {
		read, paid = 0, 0
		run := &agent.Run{}
		if err := unmarshal(saved[i], run); err != nil {
			t.Fatal(err)
		}
		a, requests := pinned(t, tools, "done")
		a.Approve = func(context.Context, *agent.Call) error { return nil }
		if err := a.Run(t.Context(), run); err != nil || read != want.read || paid != want.paid || run.Text() != "done" {
			t.Errorf("from %d: %v, read %d, paid %d", i, err, read, paid)
		}
		if told := requests()[0].Messages[3].Content.String(); (i == 1) != strings.Contains(told, "not known whether this was done") {
			t.Errorf("from %d: told %q", i, told)
		}
	}
	a.Save = func(context.Context, *agent.Run) error { return errors.New("disk full") }
	if err := a.Run(t.Context(), &agent.Run{Input: "?"}); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Error(err)
	}
}

// Who leaves a stream stops the run, which can go on.
func TestLeave(t *testing.T) {
	_, client := service(t)
	a := &agent.Agent{Client: client, Chat: &gen.ChatCompletionRequest{Model: glm}, Tools: []*agent.Tool{weather(nil)}}
	whole := 0
	for _, err := range a.Stream(t.Context(), &agent.Run{Input: "The weather in Rome, in celsius?"}) {
		if err != nil {
			t.Fatal(err)
		}
		whole++
	}
	for after := range whole {
		run := &agent.Run{Input: "The weather in Rome, in celsius?"}
		n := 0
		for _, err := range a.Stream(t.Context(), run) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n > after {
				break
			}
		}
		run = revived(t, run)
		if err := a.Run(t.Context(), run); err != nil && !run.Done() || run.Text() != "get_weather says: sunny in Rome" || len(run.Turns) != 2 {
			t.Errorf("left after %d of %d: %v %q", after, whole, err, run.Text())
		}
	}
}

// A context that ends while tools are at work.
func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	var begun sync.WaitGroup // of both, since one that has not begun is wanted as before
	begun.Add(2)
	stops := func(effect venice.Effect, name string) *agent.Tool {
		tool := agent.NewTool(name, "", func(ctx context.Context, _ struct{}) (string, error) {
			begun.Done()
			begun.Wait()
			cancel(why)
			<-ctx.Done()
			return "", context.Cause(ctx)
		})
		tool.Effect = effect
		return tool
	}
	a, _ := pinned(t, []*agent.Tool{stops("", "look"), stops(venice.EffectWrite, "write")}, "!look{}!write{}")
	a.Approve = func(context.Context, *agent.Call) error { return nil }
	run := &agent.Run{Input: "?"}
	if err := a.Run(ctx, run); !errors.Is(err, why) {
		t.Error(err)
	}
	if c := run.Turns[0].Calls; c[0].State != agent.CallWanted || c[1].State == agent.CallWanted || c[1].State == agent.CallDone {
		t.Errorf("%+v %+v", c[0], c[1])
	}
}

// What a tool spends after it was given up is not forgotten.
func TestLateSpending(t *testing.T) {
	goOn, spent := make(chan struct{}), make(chan struct{})
	slow := agent.NewTool("slow", "", func(ctx context.Context, _ struct{}) (string, error) {
		<-ctx.Done() // and yet it goes on
		<-goOn
		defer close(spent)
		return "", agent.Spend(ctx, 2)
	})
	slow.Timeout = 1
	wait := agent.NewTool("wait", "", func(context.Context, struct{}) (string, error) { close(goOn); <-spent; return "", nil })
	a, _ := pinned(t, []*agent.Tool{slow, wait}, "!slow{}", "!wait{}", "done")
	a.Limits.USD = 1
	run := &agent.Run{Input: "?"}
	wantError(t, a.Run(t.Context(), run), agent.ErrLimit, "1 USD: 2.02 are spent")
	if run.Late != 2 || agent.Spend(t.Context(), 1) != nil || agent.Spend(t.Context(), -1) == nil {
		t.Errorf("%+v", run)
	}
}

// Around sees the whole, each answer and each call, one within the other.
func TestAround(t *testing.T) {
	var n int
	a, _ := pinned(t, []*agent.Tool{counted("look", "", &n)}, "!look{}", "done")
	type key struct{}
	var seen []string
	a.Around = func(ctx context.Context, step any, do func(context.Context) error) error {
		within, _ := ctx.Value(key{}).(string)
		err := do(context.WithValue(ctx, key{}, within+fmt.Sprintf("%T ", step)))
		switch s := step.(type) {
		case *agent.Turn:
			within += s.ID
		case *agent.Call:
			within += string(s.State)
		}
		seen = append(seen, within)
		return err
	}
	if err := a.Run(t.Context(), &agent.Run{Input: "?"}); err != nil {
		t.Fatal(err)
	}
	a.Around = func(context.Context, any, func(context.Context) error) error { return nil }
	if err := a.Run(t.Context(), &agent.Run{Input: "?"}); err != nil {
		t.Error("the whole was not done, which is what Around asked for:", err)
	}
	a.Around = func(ctx context.Context, step any, do func(context.Context) error) error {
		if _, whole := step.(*agent.Run); whole {
			return do(ctx)
		}
		return nil
	}
	if err := a.Run(t.Context(), &agent.Run{Input: "?"}); err == nil || !strings.Contains(err.Error(), "did not call do") {
		t.Error(err)
	}
	a, _ = pinned(t, nil, "#length")
	a.Around = func(ctx context.Context, _ any, do func(context.Context) error) error { _ = do(ctx); return nil }
	wantError(t, a.Run(t.Context(), &agent.Run{Input: "?"}), agent.ErrLength, "") // whatever became of it on the way
	if want := []string{"*agent.Run chatcmpl-0", "*agent.Run done", "*agent.Run chatcmpl-1", ""}; !slices.Equal(seen, want) {
		t.Errorf("%q", seen)
	}
}
