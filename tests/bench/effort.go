// Effort: how long to measure.

package main

import "time"

// An effort sizes the parts of the report.
type effort struct {
	rounds  int
	batch   time.Duration
	crowds  int           // rounds of the crowd
	streams int           // at once, in the crowd
	crowd   time.Duration // how long each of them lasts
	bytes   int64         // of the download
	vectors int           // of the embeddings
	callers int           // of many calls
	judged  map[string]float64
}

var (
	full  = effort{rounds: 31, batch: 15 * time.Millisecond, crowds: 3, streams: 1000, crowd: 3 * time.Second, bytes: 1 << 30, vectors: vectors, callers: 1000}
	brief = effort{rounds: 1, batch: time.Millisecond, crowds: 1, streams: 20, crowd: 200 * time.Millisecond, bytes: 8 << 20, vectors: 10, callers: 20}
)
