// Held: what memory a stream takes while it is open and nothing comes.

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"sync"
)

// held opens streams that bring one chunk and then wait, and prints the memory of each, the server's half included, which is
// the same for all.
func held(ctx context.Context, out io.Writer, e effort) error {
	var rows [][]string
	for i := range peerCount {
		name, heap, stack, err := hold(ctx, e, i)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		rows = append(rows, []string{name, fmt.Sprintf("%.1f", heap), fmt.Sprintf("%.1f", stack)})
	}
	return table(out, []string{fmt.Sprintf("each of %d open streams", e.streams), "heap, KiB", "stacks, KiB"}, rows)
}

func hold(ctx context.Context, e effort, which int) (name string, heap, stack float64, err error) {
	first, last := appendPart([]byte(okStream), event(firstChunk())), append(appendPart(nil, event("[DONE]")), lastPart...)
	release := make(chan struct{})
	server, err := listen(func(conn net.Conn, path, body []byte) error {
		if _, err := conn.Write(first); err != nil {
			return err
		}
		<-release
		_, err := conn.Write(last)
		return err
	})
	if err != nil {
		return "", 0, 0, err
	}
	defer server.close()
	peers, err := newPeers(server.base(), newTransport)
	if err != nil {
		return "", 0, 0, err
	}
	peer, errs := peers[which], make([]error, e.streams)
	heapBefore, stackBefore := inUse()
	var came, over sync.WaitGroup
	came.Add(e.streams)
	for i := range e.streams {
		over.Go(func() {
			once := sync.OnceFunc(came.Done)
			errs[i] = peer.stream(ctx, func(piece) { once() })
			once()
		})
	}
	came.Wait()
	heap, stack = inUse()
	close(release)
	over.Wait()
	each := func(after, before float64) float64 { return (after - before) / float64(e.streams) }
	return peer.name, each(heap, heapBefore), each(stack, stackBefore), errors.Join(errs...)
}

// inUse returns the KiB that the heap and the stacks of goroutines take.
func inUse() (heap, stack float64) {
	runtime.GC()
	runtime.GC() // what a pool had is gone after the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / 1024, float64(m.StackInuse) / 1024
}
