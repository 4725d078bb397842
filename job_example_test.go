// Examples of jobs, against a fake whose jobs are done at the first look.

package venice_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

func studioClient() (*venicetest.Server, *venice.Client) {
	srv := venicetest.NewServer(nil)
	srv.Respond("QueueAudio", venicetest.Answer{Body: []byte(`{"model":"some-model","queue_id":"7","status":"QUEUED"}`)})
	srv.Respond("QueueVideo", venicetest.Answer{Body: []byte(`{"model":"some-model","queue_id":"7"}`)})
	srv.Respond("CompleteAudio", venicetest.Answer{Body: []byte(`{"success":true}`)})
	srv.Respond("CompleteVideo", venicetest.Answer{Body: []byte(`{"success":true}`)})
	working := venicetest.Answer{Body: []byte(`{"status":"PROCESSING","execution_duration":2000,"average_execution_time":60000}`)}
	srv.Respond("RetrieveVideo", working, venicetest.Answer{ContentType: "video/mp4", Body: []byte("film")})
	srv.Respond("RetrieveAudio", venicetest.Answer{ContentType: "audio/mpeg", Body: []byte("song")})
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		log.Fatal(err)
	}
	return srv, client
}

// A film from the prompt to the file. The job is kept, because it was paid for: the wait can go on after a restart.
func ExampleClient_StartVideo() {
	srv, client := studioClient()
	defer srv.Close()
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()

	job, err := client.StartVideo(ctx, &gen.QueueVideoRequest{Model: "wan-2-7-text-to-video", Prompt: new("Rain on a window"), Duration: gen.VideoDuration5s})
	if errors.Is(err, venice.ErrMaybeBilled) {
		log.Fatal("look at the bill before trying again: ", err)
	}
	if err != nil {
		log.Fatal(err)
	}
	kept, err := json.Marshal(job)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(kept))

	var resumed venice.Job
	if err := json.Unmarshal(kept, &resumed); err != nil {
		log.Fatal(err)
	}
	n, err := client.SaveJob(ctx, &resumed, filepath.Join(dir, "rain.mp4"), &venice.Waiting{
		Complete: true,
		Progress: func(p venice.JobProgress) { fmt.Println(p.State, p.Elapsed, "of about", p.Average) },
		Sleep:    func(context.Context, time.Duration) error { return nil }, // in tests only
	})
	fmt.Println(n, err)
	// Output:
	// {"kind":"video","model":"some-model","queue_id":"7"}
	// PROCESSING 2s of about 1m0s
	// 4 <nil>
}

func ExampleClient_StartAudio() {
	srv, client := studioClient()
	defer srv.Close()
	job, err := client.StartAudio(context.Background(), &gen.QueueAudioRequest{Model: "elevenlabs-music", Prompt: "A slow waltz"})
	fmt.Println(job, err)
	// Output: audio job 7 of some-model <nil>
}

func ExampleClient_SaveJob() {
	srv, client := studioClient()
	defer srv.Close()
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	job := &venice.Job{Kind: "audio", Model: "elevenlabs-music", QueueID: "7"}
	fmt.Println(client.SaveJob(context.Background(), job, filepath.Join(dir, "waltz.mp3"), nil))
	// Output: 4 <nil>
}

// Media that go elsewhere than into a file are deleted at the service when they are safe.
func ExampleClient_AwaitJob() {
	srv, client := studioClient()
	defer srv.Close()
	ctx := context.Background()
	job := &venice.Job{Kind: "audio", Model: "elevenlabs-music", QueueID: "7"}
	media, err := client.AwaitJob(ctx, job, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer media.Close()
	song, err := io.ReadAll(media)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(media.ContentType, string(song), client.CompleteJob(ctx, job))
	// Output: audio/mpeg song <nil>
}

func ExampleClient_CompleteJob() {
	srv, client := studioClient()
	defer srv.Close()
	err := client.CompleteJob(context.Background(), &venice.Job{Kind: "video", Model: "wan-2-7-text-to-video", QueueID: "7"})
	fmt.Println(err)
	// Output: <nil>
}
