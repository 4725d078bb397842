// Connections that were good once: net/http would send some requests again on its own when they break.

package faults

import (
	"sync"
	"testing"

	"github.com/venice-go/venice"
)

func TestStaleConnections(t *testing.T) {
	noLeak(t)
	var all sync.WaitGroup
	for _, a := range actions {
		for _, broken := range []kind{resetRead, closeRead, cutHeader} {
			for _, attempts := range []int{1, 4} {
				all.Go(func() { stale(t, a, broken, attempts) })
			}
		}
	}
	all.Wait()
}

func stale(t *testing.T, a action, broken kind, attempts int) {
	s := serve(t, fault{kind: good}, fault{kind: broken})
	client, auth, disconnect := connect(t, s, true)
	defer disconnect()
	if _, err := client.ListModels(t.Context(), nil); err != nil {
		t.Error(err)
		return
	}
	response := venice.Response{}
	err := a.run(t.Context(), client, venice.WithMaxAttempts(attempts), venice.WithResponse(&response))
	want := 1
	if a.effect == venice.EffectRead {
		want = attempts
	}
	if n := len(s.seen()) - 1; err == nil || n != want || response.Attempts != want || int(auth.asked.Load()) != want+1 {
		t.Errorf("%s, %s: %d requests in %d attempts with %d credentials, want %d; %v", a.name, broken, n, response.Attempts, auth.asked.Load()-1, want, err)
	}
}
