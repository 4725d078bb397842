// Rounds: what a unit of work costs, measured for all peers in turn and compared within each round.

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"
)

// A task is something to be measured: units of work in one run, such as 1000 chunks in one stream.
type task struct {
	name  string
	units int
	run   func(context.Context) error
}

// A cost is what one unit took.
type cost struct{ nanoseconds, cpu, bytes, allocs float64 }

// A result holds the costs of a task, one per round.
type result struct {
	name  string
	costs []cost
}

// rounds measures tasks side by side. In each round every task gets its turn, in a random order, with as many runs as
// the first task does in about the time of a batch; before each turn the heap is collected, so that nobody pays for
// another's garbage.
func rounds(ctx context.Context, tasks []task, n int, batch time.Duration) ([]result, error) {
	results := make([]result, len(tasks))
	for i, t := range tasks {
		results[i].name = t.name
		if _, err := measure(ctx, t, 1); err != nil { // connections, caches and type tables are made here
			return nil, fmt.Errorf("%s: %w", t.name, err)
		}
	}
	runs := 1
	for {
		c, err := measure(ctx, tasks[0], runs)
		if err != nil {
			return nil, err
		}
		if spent := c.nanoseconds * float64(runs*tasks[0].units); spent >= float64(batch) || runs >= 1<<20 {
			break
		}
		runs *= 2
	}
	for range n {
		for _, i := range rand.Perm(len(tasks)) {
			c, err := measure(ctx, tasks[i], runs)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", tasks[i].name, err)
			}
			results[i].costs = append(results[i].costs, c)
		}
	}
	return results, nil
}

func measure(ctx context.Context, t task, runs int) (cost, error) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start, used := time.Now(), cpuTime()
	for range runs {
		if err := t.run(ctx); err != nil {
			return cost{}, err
		}
	}
	spent, used := time.Since(start), cpuTime()-used
	runtime.ReadMemStats(&after)
	units := float64(runs * t.units)
	return cost{
		nanoseconds: float64(spent) / units,
		cpu:         float64(used) / units,
		bytes:       float64(after.TotalAlloc-before.TotalAlloc) / units,
		allocs:      float64(after.Mallocs-before.Mallocs) / units,
	}, nil
}

// ratio compares the times of r with those of the floor, round by round.
func (r result) ratio(floor result) spread {
	return r.compared(floor, func(c cost) float64 { return c.nanoseconds })
}

// cpu does the same with the processor time of the whole process, which other programs on the machine change the least.
func (r result) cpu(floor result) spread {
	return r.compared(floor, func(c cost) float64 { return c.cpu })
}

func (r result) compared(floor result, of func(cost) float64) spread {
	var ratios []float64
	for i := range min(len(r.costs), len(floor.costs)) {
		ratios = append(ratios, of(r.costs[i])/of(floor.costs[i]))
	}
	return spreadOf(ratios)
}

func (r result) median(of func(cost) float64) float64 {
	var numbers []float64
	for _, c := range r.costs {
		numbers = append(numbers, of(c))
	}
	return spreadOf(numbers).median
}

func (r result) bytes() float64  { return r.median(func(c cost) float64 { return c.bytes }) }
func (r result) allocs() float64 { return r.median(func(c cost) float64 { return c.allocs }) }
