// Tests of what the service says of jobs, in all of its spellings.

package client_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/venice-go/venice"
)

func TestJobStatus(t *testing.T) {
	const octets = "application/octet-stream"
	server, client := storage(t, answer(200, "video/mp4", "film"))
	big := `{"status":"` + strings.Repeat("x", 100<<10) + `"}`
	for name, c := range map[string]struct {
		contentType, body string
		media, failure    string
		kind              error
	}{
		"failed":              {"application/json", `{"status":"FAILED","error":"generation failed"}`, "", "generation failed", nil},
		"failed, as bytes":    {octets, `{"status":"FAILED","error":"generation failed"}`, "", "generation failed", nil},
		"failed, lower case":  {octets, `{"status":"failed"}`, "", "the job failed, and the service gave no reason", nil},
		"failed for a reason": {"application/json", `{"status":"FAILED","error":{"message":"not this","type":"provider_content_policy"}}`, "", "not this", venice.ErrContentPolicy},
		"error":               {"application/json", `{"status":"ERROR","message":"no room"}`, "", "no room", nil},
		"error, no reason":    {"application/json", `{"status":"error"}`, "", "the job's status is error, and the service gave no reason", nil},
		"cancelled":           {"application/json", `{"status":"CANCELLED","detail":"by hand"}`, "", "by hand", nil},
		"canceled":            {"application/json", `{"status":"Canceled"}`, "", "the job's status is Canceled, and the service gave no reason", nil},
		"failed, by state":    {"application/json", `{"state":"failed","message":"no room"}`, "", "no room", nil},
		"state, as bytes":     {octets, `{"state":"failed","message":"no room"}`, "", "no room", nil},
		"a number":            {"application/json", `{"status":5}`, "", "the job's status is 5, want a text such as PROCESSING", nil},
		"an object":           {"application/json", `{"status":{"a":1}}`, "", `the job's status is {"a":1}, want a text such as PROCESSING`, nil},
		"no status":           {"application/json", `{}`, "", "the answer has no status of the job", nil},
		"no object":           {"application/json", `[]`, "", "the job's status is [], and no object", nil},
		"a complaint":         {"application/json", `{"detail":"no such job"}`, "", "no such job", nil},
		"done, by state":      {"application/json", `{"state":"completed","url":"URL"}`, "film", "", nil},
		"done, odd state":     {"application/json", `{"Status":"COMPLETED","state":5,"url":"URL","error":{}}`, "film", "", nil},
		"done, odd times":     {"application/json", `{"status":"COMPLETED","url":"URL","execution_duration":"1","average_execution_time":{}}`, "film", "", nil},
		"another word for it": {"application/json", `{"status":"ABORTED","error":"no room"}`, "", "no room", nil},
		"done":                {"application/json", `{"status":"COMPLETED","download_url":"URL","error":null}`, "film", "", nil},
		"done, lower case":    {"application/json", `{"status":"completed","url":"URL","execution_duration":1,"average_execution_time":1}`, "film", "", nil},
		"done, as bytes":      {octets, `{"status":"completed","url":"URL"}`, "film", "", nil},
		"media":               {octets, "\x00\x00\x00\x18ftyp", "\x00\x00\x00\x18ftyp", "", nil},
		"media, like JSON":    {octets, `{"status" is what these bytes begin with`, `{"status" is what these bytes begin with`, "", nil},
		"media, JSON":         {octets, `{"a":1}`, `{"a":1}`, "", nil},
		"media, large":        {octets, big, big, "", nil},
		"media, empty":        {octets, "", "", "", nil},
	} {
		s := &studio{t: t, answers: map[string][]http.HandlerFunc{"/video/retrieve": {answer(200, c.contentType, strings.ReplaceAll(c.body, "URL", server.URL))}}}
		caller, _ := serve(t, s.ServeHTTP)
		job := &venice.Job{Kind: "video", Model: "m", QueueID: "q"}
		media, err := caller.AwaitJob(t.Context(), job, &venice.Waiting{HTTPClient: client})
		if c.failure != "" {
			e := asError(t, err)
			if media != nil || e.Message != c.failure || e.Status != 200 || e.Operation != "RetrieveVideo" || string(e.Raw) == "" || c.kind != nil && !errors.Is(err, c.kind) {
				t.Errorf("%s: got %v, %#v", name, media, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		b, err := io.ReadAll(media)
		if string(b) != c.media || errors.Join(err, media.Close()) != nil {
			t.Errorf("%s: media %.100q, %v", name, b, err)
		}
		if done := strings.Contains(c.body, "URL"); done != (job.DownloadURL == server.URL) {
			t.Errorf("%s: the job's URL is %q", name, job.DownloadURL)
		}
	}
}

// Who only wants the address gets it from the job.
func TestJobLeftAtURL(t *testing.T) {
	client, _ := serve(t, is(`{"status":"completed","url":"https://cdn.example/v"}`))
	job := &venice.Job{Kind: "audio", Model: "m", QueueID: "q"}
	media, err := client.AwaitJob(t.Context(), job, &venice.Waiting{LeaveAtURL: true})
	if media != nil || err != nil || job.DownloadURL != "https://cdn.example/v" {
		t.Errorf("got %v, %v, %q", media, err, job.DownloadURL)
	}
}
