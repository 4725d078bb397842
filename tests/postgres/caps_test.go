//go:build unix

// Test of one cap on several machines, as it were.

package postgres

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/journal/pgjournal"
	"github.com/venice-go/venice/spend"
	"github.com/venice-go/venice/tests/venicetest"
)

func TestMachinesShareACap(t *testing.T) {
	fresh(t)
	fake := venicetest.NewServer(t, venicetest.WithoutRateLimits())
	newCap := func(driver string) (*spend.Cap, *venice.Client) {
		asks, err := venice.New(venice.WithBaseURL(fake.URL), venice.WithAPIKey(fake.InferenceKey()))
		if err != nil {
			t.Fatal(err)
		}
		c := &spend.Cap{Name: "agent", Total: spend.USD / 5, Prices: spend.NewPrices(asks), Journal: pgjournal.New(open(t, driver))}
		client, err := venice.New(venice.WithBaseURL(fake.URL), venice.WithAPIKey(fake.InferenceKey()), venice.WithGuard(c))
		if err != nil {
			t.Fatal(err)
		}
		return c, client
	}
	var all sync.WaitGroup
	var made, over atomic.Int64
	for _, driver := range drivers {
		_, client := newCap(driver)
		for range 15 {
			all.Go(func() { // an image costs 0.01 USD, so that 20 of 30 fit
				_, err := client.GenerateImage(t.Context(), &gen.GenerateImageRequest{Model: "z-image-turbo", Prompt: "x"})
				switch {
				case err == nil:
					made.Add(1)
				case errors.Is(err, spend.ErrCap):
					over.Add(1)
				default:
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	late, client := newCap(drivers[0])
	spent, err := late.Spent(t.Context())
	if made.Load() != 20 || over.Load() != 10 || err != nil || spent.Total != spend.USD/5 || spent.Open != 0 {
		t.Errorf("%d made, %d over, %+v, %v", made.Load(), over.Load(), spent, err)
	}
	if _, err := client.GenerateImage(t.Context(), &gen.GenerateImageRequest{Model: "z-image-turbo", Prompt: "x"}); !errors.Is(err, spend.ErrCap) {
		t.Errorf("later: %v", err)
	}
}
