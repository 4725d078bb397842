// A crowd: a thousand streams at once.

package proxy_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/venice-go/venice/proxy"
	"github.com/venice-go/venice/spend"
)

func TestThousandStreams(t *testing.T) {
	const crowd = 1000
	var here sync.WaitGroup
	here.Add(crowd)
	up := serve(t, http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		out.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(out, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n")
		_ = http.NewResponseController(out).Flush()
		here.Done()
		here.Wait() // none goes on before all are here
		_, _ = io.WriteString(out, "data: {\"model\":\"zai-org-glm-5-1\",\"choices\":[],\"cost\":{\"usd\":0.0001}}\n\ndata: [DONE]\n\n")
	}))
	w := newWorld(t, func(h *proxy.Handler) {
		h.BaseURL = up
		h.Cap.Total = 100 * spend.USD
		h.Clients[0].Cap = h.Cap // which is asked once
	})
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	var done sync.WaitGroup
	for range crowd {
		done.Go(func() {
			r, err := http.NewRequestWithContext(t.Context(), "POST", w.url+"/v1/chat/completions", strings.NewReader(streamed))
			if err != nil {
				t.Error(err)
				return
			}
			r.Header.Set("Authorization", "Bearer "+editor)
			resp, err := client.Do(r)
			if err != nil {
				t.Error(err)
				here.Done()
				return
			}
			defer resp.Body.Close()
			got, err := io.ReadAll(resp.Body)
			if err != nil || !strings.HasSuffix(string(got), "data: [DONE]\n\n") {
				t.Errorf("%d: %v, %s", resp.StatusCode, err, got)
				if resp.StatusCode != 200 {
					here.Done()
				}
			}
		})
	}
	done.Wait()
	if spent, err := w.Cap.Spent(t.Context()); err != nil || spent.Open != 0 || spent.Total != crowd*spend.USD/10000 {
		t.Errorf("%+v, %v", spent, err)
	}
}
