// Tests that the report works and that allocations stay few; benchmarks of the same tasks.

package main

import (
	"net/http"
	"strings"
	"testing"
)

// Nothing here is timed: a busy machine is no failure. Allocations do not depend on it.
func TestReport(t *testing.T) {
	var out strings.Builder
	if err := report(t.Context(), &out, brief, nil); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| chat call | memory ", "| chat call | loopback ", "| chunk     | memory ", "| chunk     | loopback ",
		"framing of one event", "20 streams of 25 chunks/s", "one after the other", "| download | this client ", "| upload   | this client ", "each of 20 open streams", "net/http alone", "from the cache", "one signature", "SignIn, an attempt", "with the check", "goroutines left", "package proxy", "an agent's three turns",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in the report", want)
		}
	}
	for _, name := range []string{"| floor ", "| this client ", "| openai-go ", "| go-openai "} {
		if got := strings.Count(out.String(), name); got < 6 {
			t.Errorf("%d lines of %q in the report, want 6 at least:\n%s", got, name, &out)
		}
	}
}

func TestAllocations(t *testing.T) {
	const base = "https://service.test/api/v1"
	with := func(transport http.RoundTripper) peer {
		p, err := newVenice(base, transport)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	count := func(task task) float64 {
		return testing.AllocsPerRun(20, func() {
			if err := task.run(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	}
	streamed := with(newMemory(streamAnswer()))
	call, stream := count(streamed.task("chat call")), count(streamed.task("chunk"))
	comments := count(with(newMemory(commentAnswer())).task("chunk"))
	none := count(with(newMemory([]string{event(firstChunk()), event("[DONE]")})).task("chunk"))
	for _, c := range []struct {
		what       string
		got, limit float64
	}{
		{"chat call", call, 36},
		{"chunk", (stream - none) / (streamChunks - 1), 1.2},
		{"framing of an event", (comments - none) / (streamChunks - 1), 0.01}, // the buffers may grow once
	} {
		if c.got > c.limit {
			t.Errorf("a %s allocates %.3f times, want %g at most", c.what, c.got, c.limit)
		}
		t.Logf("a %s allocates %.3f times", c.what, c.got)
	}
}

// Each peer proves that it reads what was sent; here one that does not is found out.
func TestCheck(t *testing.T) {
	peers, err := newPeers("https://service.test", func() http.RoundTripper { return newMemory(streamAnswer()[1:]) })
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range peers {
		if err := p.check(t.Context()); err == nil || !strings.Contains(err.Error(), "999 of 1000 chunks") {
			t.Errorf("%s: a stream that lacks a chunk gives %v", p.name, err)
		}
	}
}

// Both agents do their work, and ours with fewer lines and allocations.
func TestAgents(t *testing.T) {
	tasks, err := agentTasks()
	if err != nil {
		t.Fatal(err)
	}
	var allocations []float64
	for _, task := range tasks {
		allocations = append(allocations, testing.AllocsPerRun(20, func() {
			if err := task.run(t.Context()); err != nil {
				t.Fatal(task.name, err)
			}
		}))
	}
	ours, theirs := linesOf(veniceSource), linesOf(openAISource)
	t.Logf("lines %d and %d, allocations %.0f and %.0f", ours, theirs, allocations[0], allocations[1])
	if ours > theirs/2 || allocations[0] > allocations[1]/2 {
		t.Error("this client takes more than half of the lines or allocations of openai-go")
	}
}

func TestSpread(t *testing.T) {
	if got := spreadOf([]float64{5, 1, 4, 2, 3}); got != (spread{2, 3, 4}) {
		t.Errorf("spread of 1 to 5: %v", got)
	}
	if got := sharesOf([]float64{7, 9, 8})(1); got != 9 {
		t.Errorf("largest of 7 to 9: %v", got)
	}
	floor := result{costs: []cost{{nanoseconds: 10}, {nanoseconds: 40}, {nanoseconds: 10}}}
	slow := result{costs: []cost{{nanoseconds: 20}, {nanoseconds: 80}, {nanoseconds: 50}}}
	if got := slow.ratio(floor); got.median != 2 || got.high != 5 {
		t.Errorf("ratio is %v, want 2 in the middle: each round has its own floor", got)
	}
}

func inMemory() http.RoundTripper { return newMemory(streamAnswer()) }

func BenchmarkChat(b *testing.B)  { benchmark(b, "chat call", "https://service.test", inMemory) }
func BenchmarkChunk(b *testing.B) { benchmark(b, "chunk", "https://service.test", inMemory) }

func BenchmarkChatLoopback(b *testing.B) {
	server, err := listen(canned(streamAnswer()))
	if err != nil {
		b.Fatal(err)
	}
	defer server.close()
	benchmark(b, "chat call", server.base(), newTransport)
}

func benchmark(b *testing.B, what, base string, transport func() http.RoundTripper) {
	peers, err := newPeers(base, transport)
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range peers {
		b.Run(strings.ReplaceAll(p.name, " ", "-"), func(b *testing.B) {
			b.ReportAllocs()
			task := p.task(what)
			for n := 0; n < b.N; n += task.units {
				if err := task.run(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestReportParts(t *testing.T) {
	var out strings.Builder
	if err := report(t.Context(), &out, brief, []string{"signing"}); err != nil || strings.Count(out.String(), "allocations") != 1 {
		t.Errorf("%v, and the report is %s", err, &out)
	}
	if err := report(t.Context(), &out, brief, []string{"sining"}); err == nil || !strings.Contains(err.Error(), "fake, agents or proxied") {
		t.Errorf("an unknown part gives %v", err)
	}
}
