//go:build race

package client_test

// raced says that the race detector is on, under which pools lose some of what they are given.
const raced = true
