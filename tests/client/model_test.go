// Tests of finding models: by what, which of several, and with how many calls.

package client_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

func TestModelsByTrait(t *testing.T) {
	srv := venicetest.NewServer(t)
	calls := countCalls(srv)
	models := venice.NewModels(newClient(t, venice.WithBaseURL(srv.URL), venice.WithAuth(nil)), 0)
	for range 2 {
		for _, c := range []struct {
			kind        gen.ModelType
			trait, want string
		}{
			{"", "default", model},
			{"text", "fastest", "kimi-k2-6"},
			{gen.ModelTypeImage, "default", "z-image-turbo"},
		} {
			if got, err := models.ByTrait(t.Context(), c.kind, c.trait); got != c.want || err != nil {
				t.Errorf("%s %s: got %q, %v", c.kind, c.trait, got, err)
			}
		}
		_, err := models.ByTrait(t.Context(), "text", "wisest")
		wantText(t, err, `venice: no such model: the traits of text models are default, default_code, default_reasoning, default_vision, fastest, function_calling_best, function_calling_default, most_uncensored, not "wisest"`)
		if !errors.Is(err, venice.ErrNoModel) {
			t.Errorf("%v is not ErrNoModel", err)
		}
	}
	if got := calls(); got != "GET /models/traits GET /models/traits" { // one for text, one for images
		t.Errorf("called %s", got)
	}
}

// countCalls returns what tells the operations that were called since.
func countCalls(srv *venicetest.Server) func() string {
	var mu sync.Mutex
	var calls []string
	srv.OnRequest(func(operation string, _ *http.Request, _ []byte) {
		mu.Lock()
		defer mu.Unlock()
		calls = append(calls, operation)
	})
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		return strings.Join(calls, " ")
	}
}

// modelList is an answer with models of which each has an id, and further fields of its spec.
func modelList(models ...string) http.HandlerFunc {
	var data []string
	for i := 0; i < len(models); i += 2 {
		data = append(data, fmt.Sprintf(`{"id":%q,"type":"text","model_spec":{"privacy":"private",%s}}`, models[i], models[i+1]))
	}
	return answer(200, "application/json", `{"object":"list","type":"text","data":[`+strings.Join(data, ",")+`]}`)
}

func TestModelsByCapability(t *testing.T) {
	const sees, calls, both = `"capabilities":{"supportsVision":true,"supportsFunctionCalling":false,"quantization":"fp8"}`,
		`"capabilities":{"supportsVision":false,"supportsFunctionCalling":true}`,
		`"capabilities":{"supportsVision":true,"supportsFunctionCalling":true}`
	requests := 0
	list := modelList(
		"offline", both+`,"offline":true`,
		"closed", both+`,"beta":true`,
		"leaving", both+`,"deprecation":{"date":"2026-09-01"}`,
		"seeing", sees,
		"able", both+`,"traits":["fastest"],"offline":false,"beta":false`,
		"other", both,
		"calling", calls+`,"traits":["default"]`,
		"dumb", `"traits":[]`,
	)
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		requests++
		if r.URL.String() != "/models?type=text" {
			t.Errorf("asked %s", r.URL)
		}
		list(w, r)
	})
	models := venice.NewModels(client, 0)
	for want, capabilities := range map[string][]string{
		"calling": nil, // the default
		"seeing":  {"supportsVision"},
		"able":    {"supportsFunctionCalling", "supportsVision"},
	} {
		if got, err := models.ByCapability(t.Context(), capabilities...); got != want || err != nil {
			t.Errorf("%q: got %q, %v, want %q", capabilities, got, err, want)
		}
	}
	if got, _ := models.ByCapability(t.Context(), "supportsFunctionCalling"); got != "calling" {
		t.Errorf("got %q, want the default", got)
	}
	_, err := models.ByCapability(t.Context(), "supportsVision", "quantization")
	wantText(t, err, "venice: no such model: none can do supportsVision and quantization; the capabilities are ", ", supportsVision")
	if strings.Contains(err.Error(), "quantization,") {
		t.Errorf("no capability: %v", err)
	}
	if !errors.Is(err, venice.ErrNoModel) || requests != 1 {
		t.Errorf("%v after %d requests", err, requests)
	}

	list = modelList("leaving", both+`,"deprecation":{"date":"2026-09-01"}`)
	if got, err := venice.NewModels(client, 0).ByCapability(t.Context(), "supportsVision"); got != "leaving" || err != nil {
		t.Errorf("the only one, which is leaving: got %q, %v", got, err)
	}
}

// Errors are not remembered, and a service that comes back is asked again.
func TestModelsError(t *testing.T) {
	down := true
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if down {
			answer(403, "application/json", `{"error":"not now"}`)(w, r)
			return
		}
		answer(200, "application/json", `{"object":"list","type":"text","data":{"default":"m"}}`)(w, r)
	})
	models := venice.NewModels(client, 0)
	if _, err := models.ByTrait(t.Context(), "text", "default"); !errors.Is(err, venice.ErrForbidden) {
		t.Errorf("got %v", err)
	}
	if _, err := models.ByCapability(t.Context()); !errors.Is(err, venice.ErrForbidden) {
		t.Errorf("got %v", err)
	}
	down = false
	if got, err := models.ByTrait(t.Context(), "text", "default"); got != "m" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// Callers at the same time share one call; when the one who makes it gives up, the next makes it.
func TestModelsShareCalls(t *testing.T) {
	noLeak(t)
	var requests atomic.Int32
	arrived, proceed := make(chan struct{}, 9), make(chan struct{})
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		arrived <- struct{}{}
		select {
		case <-proceed:
		case <-r.Context().Done():
			return
		}
		answer(200, "application/json", `{"object":"list","type":"text","data":{"default":"m"}}`)(w, r)
	})
	models := venice.NewModels(client, 0)
	impatient, giveUp := context.WithCancel(t.Context())
	gaveUp := make(chan error, 1)
	go func() {
		_, err := models.ByTrait(impatient, "text", "default")
		gaveUp <- err
	}()
	<-arrived
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if got, err := models.ByTrait(t.Context(), "text", "default"); got != "m" || err != nil {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := models.ByTrait(ended, "text", "default"); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting with an ended context: %v", err)
	}
	giveUp()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	<-arrived
	close(proceed)
	all.Wait()
	if n := requests.Load(); n != 2 {
		t.Errorf("%d requests, want the one given up and one for all others", n)
	}
}

func ExampleModels_ByTrait() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		log.Fatal(err)
	}

	models := venice.NewModels(client, 0) // one for the program
	fmt.Println(models.ByTrait(context.Background(), gen.ModelTypeImage, "default"))
	// Output: z-image-turbo <nil>
}

func ExampleModels_ByCapability() {
	srv := venicetest.NewServer(nil)
	defer srv.Close()
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		log.Fatal(err)
	}

	models := venice.NewModels(client, 0)
	fmt.Println(models.ByCapability(context.Background(), "supportsFunctionCalling", "supportsWebSearch"))
	_, err = models.ByCapability(context.Background(), "supportsVision", "supportsE2EE")
	fmt.Println(errors.Is(err, venice.ErrNoModel))
	// Output:
	// zai-org-glm-5-1 <nil>
	// true
}
