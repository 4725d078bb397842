// Examples of the check, against the fake.

package contract_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/tests/contract"
	"github.com/venice-go/venice/tests/venicetest"
)

// A check looks on from inside the client that a program uses anyway.
func ExampleCheck_Transport() {
	service := venicetest.NewServer(nil) // which stands in for the real one
	defer service.Close()
	service.Respond("GET /models", venicetest.Answer{Body: []byte(`{"object":"list","type":"text","data":[],"mood":"good"}`)})

	check, err := contract.New()
	if err != nil {
		log.Fatal(err)
	}
	client, err := venice.New(venice.WithBaseURL(service.URL), venice.WithAuth(nil), venice.WithHTTPClient(&http.Client{Transport: check.Transport(nil)}))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.ListModels(context.Background(), nil); err != nil {
		log.Fatal(err)
	}
	report := check.Report()
	for _, f := range report.Findings {
		fmt.Printf("%s: %s\n", f.Level, f)
	}
	if report.Level() >= contract.Break {
		os.Exit(1)
	}
	// Output:
	// drift: GET /models 200 /mood: the member is not described
}

// A check looks on from in front of a handler, such as a proxy.
func ExampleCheck_Middleware() {
	check, err := contract.New(contract.WithBase("/api/v1"))
	if err != nil {
		log.Fatal(err)
	}
	stray := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"object":"list","data":7,"type":"text"}`)
	})
	check.Middleware(stray).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/api/v1/models", nil))
	var report strings.Builder
	if err := check.Report().Write(&report, "github"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.Split(report.String(), "\n")[0])
	// Output:
	// ::error title=contract break::GET /models 200 /data: integer in place of array
}

// Recorded answers are served by the fake, without what was secret in them.
func ExampleWithRecording() {
	folder, err := os.MkdirTemp("", "recorded")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	check, err := contract.New(contract.WithRecording(folder))
	if err != nil {
		log.Fatal(err)
	}
	service := venicetest.NewServer(nil) // which stands in for the real one
	defer service.Close()
	show := func(client *http.Client, base string) {
		resp, err := client.Get(base + "/api_keys/generate_web3_key")
		if err != nil {
			log.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(resp.Status, strings.Contains(string(body), "[redacted]"))
	}
	show(&http.Client{Transport: check.Transport(nil)}, service.URL)

	fake := venicetest.NewServer(nil)
	defer fake.Close()
	if err := fake.Replay(os.DirFS(folder)); err != nil {
		log.Fatal(err)
	}
	show(http.DefaultClient, fake.URL)
	// Output:
	// 200 OK false
	// 200 OK true
}
