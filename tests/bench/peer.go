// Peers: the clients that are compared, and what each is asked to do.

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// A peer is one client, set up to talk to one address over one transport. Every call builds its request anew, as a
// program would, and reads the answer to the point where its text can be used.
type peer struct {
	name   string
	chat   func(context.Context) (reply, error)
	stream func(ctx context.Context, each func(piece)) error
}

// A reply is what a program takes out of a chat answer.
type reply struct {
	text   string
	tokens int64
}

// A piece is what a program takes out of a chunk, and its time stamp.
type piece struct {
	text    string
	created int64
}

const peerCount = 4

// newPeers returns the clients for one address. The floor is the first: everything else is measured against it.
func newPeers(base string, transport func() http.RoundTripper) ([]peer, error) {
	ours, err := newVenice(base, transport())
	if err != nil {
		return nil, err
	}
	return []peer{newFloor(base, transport()), ours, newOpenAI(base, transport()), newGoOpenAI(base, transport())}, nil
}

// check makes sure that p does the work it is timed for.
func (p peer) check(ctx context.Context) error {
	want := strings.Join(words, "")
	got, err := p.chat(ctx)
	if err != nil || got.text != want || got.tokens != 173 {
		return fmt.Errorf("%s: chat: %d of %d bytes, %d tokens, error %w", p.name, len(got.text), len(want), got.tokens, orNone(err))
	}
	var text strings.Builder
	n := 0
	err = p.stream(ctx, func(c piece) { n++; text.WriteString(c.text) })
	want = ""
	for i := 1; i < streamChunks-2; i++ {
		want += words[i%len(words)]
	}
	if err != nil || n != streamChunks || text.String() != want {
		return fmt.Errorf("%s: stream: %d of %d chunks, %d of %d bytes, error %w", p.name, n, streamChunks, text.Len(), len(want), orNone(err))
	}
	return nil
}

func orNone(err error) error {
	if err == nil {
		return errors.New("none")
	}
	return err
}
