// Real processes that call under one cap with one file: some of them are killed.

package money

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/journal"
	"github.com/venice-go/venice/spend"
	"github.com/venice-go/venice/tests/venicetest"
)

// capped is a cap on the file that all processes share, and a client that it holds.
func capped(path, url, key string) (*spend.Cap, *venice.Client, error) {
	file, err := journal.OpenFile(path)
	if err != nil {
		return nil, nil, err
	}
	options := []venice.ClientOption{venice.WithBaseURL(url), venice.WithAPIKey(key), venice.WithHTTPClient(&http.Client{Transport: &http.Transport{}})}
	asks, err := venice.New(options...)
	if err != nil {
		return nil, nil, err
	}
	c := &spend.Cap{Name: "agent", Total: 2 * spend.USD, Prices: spend.NewPrices(asks), Journal: file}
	client, err := venice.New(append(options, venice.WithGuard(c))...)
	return c, client, err
}

var image = &gen.GenerateImageRequest{Model: "z-image-turbo", Prompt: "x", Width: new(int64(64)), Height: new(int64(64))} // 0.01 USD

// TestSpends is what the processes of TestSpendingProcesses do: call until the cap is reached.
func TestSpends(t *testing.T) {
	path := os.Getenv("SPEND_JOURNAL")
	if path == "" {
		t.Skip("only as a process of TestSpendingProcesses")
	}
	_, client, err := capped(path, os.Getenv("SPEND_URL"), os.Getenv("SPEND_KEY"))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			var err error
			for err == nil {
				_, err = client.GenerateImage(t.Context(), image)
			}
			if !errors.Is(err, spend.ErrCap) {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestSpendingProcesses(t *testing.T) {
	fake := venicetest.NewServer(t, venicetest.WithoutRateLimits())
	path := filepath.Join(t.TempDir(), "journal")
	killing(t, 200, "TestSpends", "SPEND_JOURNAL="+path, "SPEND_URL="+fake.URL, "SPEND_KEY="+fake.InferenceKey())

	limit, client, err := capped(path, fake.URL, fake.InferenceKey())
	if err != nil {
		t.Fatal(err)
	}
	spent, err := limit.Spent(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	limits, err := client.GetRateLimits(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	took := 100 - *limits.Data.Balances.USD
	if took < 1.9 || took > 2.000001 || spent.Total != 2*spend.USD || float64(spent.Total-spent.Open) > took*1e9+1 {
		t.Errorf("took %v, the books have %+v", took, spent)
	}
}
