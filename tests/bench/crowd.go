// Crowds: many streams at once, from a server that sends each chunk at its time whether or not anybody keeps up.

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

// pace is the time between two chunks of one stream: a fast model's.
const pace = 40 * time.Millisecond

// A pacer starts when as many streams as it expects are open, then sends a chunk on each of them every pace.
type pacer struct {
	ctx    context.Context // ends the wait for the last stream
	chunks int             // on each stream
	all    chan struct{}   // closed when all streams are open
	mu     sync.Mutex
	absent int       // streams that are not open yet
	start  time.Time // when all were open
	late   []float64 // of each send, in paces: the server's own lateness
}

func (p *pacer) join() {
	p.mu.Lock()
	if p.absent--; p.absent == 0 {
		p.start = time.Now()
		close(p.all)
	}
	p.mu.Unlock()
	select {
	case <-p.all:
	case <-p.ctx.Done():
	}
}

func (p *pacer) respond(conn net.Conn, path, body []byte) error {
	if _, err := io.WriteString(conn, okStream); err != nil {
		return err
	}
	// Stamps are as long as the one that is replaced, so the length of a part is known.
	const stamp = 1_000_000_000_000_000_000
	before, after, _ := strings.Cut(string(appendPart(nil, event(chunk(" river", stamp)))), strconv.FormatInt(stamp, 10))
	part, late := make([]byte, 0, 1<<10), make([]float64, 0, p.chunks)
	p.join()
	due := p.start.Add(phase(conn))
	for range p.chunks {
		due = due.Add(pace)
		time.Sleep(time.Until(due))
		late = append(late, paces(time.Since(due)))
		part = append(part[:0], before...)
		part = strconv.AppendInt(part, time.Now().UnixNano(), 10)
		part = append(part, after...)
		if _, err := conn.Write(part); err != nil {
			return err
		}
	}
	_, err := conn.Write(append(appendPart(nil, event("[DONE]")), lastPart...))
	p.mu.Lock()
	p.late = append(p.late, late...)
	p.mu.Unlock()
	return err
}

// phase spreads the streams over a pace, so that not all chunks are due at once.
func phase(conn net.Conn) time.Duration {
	port := conn.RemoteAddr().(*net.TCPAddr).Port
	return time.Duration(port%997) * pace / 997
}

func paces(d time.Duration) float64 { return float64(d) / float64(pace) }

// crowd runs the streams of each peer in turn, three times over, and prints how long after it was sent a chunk was in
// the program's hands, in paces: beyond 1, the next chunk was on its way already. The last column
// is the processor time of the whole process, server included, which other programs on the machine change the least.
func crowd(ctx context.Context, out io.Writer, e effort) error {
	columns := []string{"lag: median", "99 %", "largest", "server's own 99 %", "took / schedule", "CPU / floor"}
	names := make([]string, peerCount)
	seen := make([][][]float64, peerCount) // by peer, column and round
	for range e.crowds {
		for _, i := range rand.Perm(peerCount) {
			runtime.GC()
			name, numbers, err := oneCrowd(ctx, e, i)
			if err != nil {
				return err
			}
			names[i], seen[i] = name, append(seen[i], numbers)
		}
	}
	median := func(peer, column int) float64 {
		var numbers []float64
		for _, round := range seen[peer] {
			numbers = append(numbers, round[column])
		}
		return spreadOf(numbers).median
	}
	var rows [][]string
	last := len(columns) - 1
	for i, name := range names {
		row := []string{name}
		for column := range last {
			row = append(row, fmt.Sprintf("%.3f", median(i, column)))
		}
		rows = append(rows, append(row, fmt.Sprintf("%.2f", median(i, last)/median(0, last))))
	}
	title := fmt.Sprintf("%d streams of %d chunks/s", e.streams, time.Second/pace)
	return table(out, append([]string{title}, columns...), rows)
}

func oneCrowd(ctx context.Context, e effort, which int) (string, []float64, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute+2*e.crowd) // a stream that never opens would hold up the rest
	defer cancel()
	p := &pacer{ctx: ctx, chunks: int(e.crowd / pace), all: make(chan struct{}), absent: e.streams}
	server, err := listen(p.respond)
	if err != nil {
		return "", nil, err
	}
	defer func() { cancel(); server.close() }()
	peers, err := newPeers(server.base(), newTransport)
	if err != nil {
		return "", nil, err
	}
	peer := peers[which]
	lags, errs := make([][]float64, e.streams), make([]error, e.streams)
	var streams sync.WaitGroup
	used := -cpuTime()
	for i := range e.streams {
		lags[i] = make([]float64, 0, p.chunks)
		streams.Go(func() {
			errs[i] = peer.stream(ctx, func(c piece) {
				lags[i] = append(lags[i], paces(time.Since(time.Unix(0, c.created))))
			})
			if errs[i] == nil && len(lags[i]) != p.chunks {
				errs[i] = fmt.Errorf("%d of %d chunks", len(lags[i]), p.chunks)
			}
		})
	}
	streams.Wait()
	took := time.Since(p.start)
	used += cpuTime()
	if err := errors.Join(errs...); err != nil {
		return "", nil, fmt.Errorf("%s: %w", peer.name, err)
	}
	var all []float64
	for _, l := range lags {
		all = append(all, l...)
	}
	lag, late := sharesOf(all), sharesOf(p.late)
	schedule := time.Duration(p.chunks+1) * pace
	return peer.name, []float64{lag(0.5), lag(0.99), lag(1), late(0.99), took.Seconds() / schedule.Seconds(), used.Seconds()}, nil
}
