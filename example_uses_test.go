// Examples of what the service is used for, but for chat and jobs, which have files of their own.

package venice_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/venice-go/venice"
	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/tests/venicetest"
)

func fakeClient() (*venicetest.Server, *venice.Client, string) {
	srv := venicetest.NewServer(nil)
	client, err := venice.New(venice.WithBaseURL(srv.URL), venice.WithAPIKey(srv.InferenceKey()))
	if err != nil {
		log.Fatal(err)
	}
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	return srv, client, folder
}

// A text is spoken into a file, and the file is written down again.
func ExampleClient_CreateSpeech() {
	srv, client, folder := fakeClient()
	defer srv.Close()
	defer os.RemoveAll(folder)
	ctx, file := context.Background(), filepath.Join(folder, "hello.wav")

	spoken, err := client.CreateSpeech(ctx, &gen.CreateSpeechRequest{Model: new("tts-kokoro"), Input: "Hello from a program.", ResponseFormat: "wav"})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := venice.Save(spoken, file); err != nil {
		log.Fatal(err)
	}
	sound, err := os.Open(file)
	if err != nil {
		log.Fatal(err)
	}
	defer sound.Close() //nolint:errcheck // it was only read
	heard, err := client.CreateTranscription(ctx, &gen.CreateTranscriptionRequest{Model: new("openai/whisper-large-v3"), File: &gen.File{Reader: sound}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(heard.Text)
	// Output: Hello from a program.
}

// An image becomes another one, in a file.
func ExampleClient_EditImage() {
	srv, client, folder := fakeClient()
	defer srv.Close()
	defer os.RemoveAll(folder)
	ctx := context.Background()

	made, err := client.GenerateImage(ctx, &gen.GenerateImageRequest{Model: "z-image-turbo", Prompt: "A bridge", Format: "png"})
	if err != nil {
		log.Fatal(err)
	}
	edited, err := client.EditImage(ctx, &gen.EditImageRequest{Model: new("firered-image-edit"), Image: made.Images[0], Prompt: "Make it night", OutputFormat: "png"})
	if err != nil {
		log.Fatal(err)
	}
	bytes, err := venice.Save(edited, filepath.Join(folder, "night.png"))
	fmt.Println(edited.ContentType, bytes > 100, err)
	// Output: image/png true <nil>
}

// A song: queued, waited for, and in a file.
func ExampleClient_SaveJob_music() {
	srv, client, folder := fakeClient()
	defer srv.Close()
	defer os.RemoveAll(folder)
	ctx := context.Background()

	job, err := client.StartAudio(ctx, &gen.QueueAudioRequest{Model: "minimax-music-v2", Prompt: "A song about rain", LyricsPrompt: new("Rain on the window, rain on the sea")})
	if err != nil {
		log.Fatal(err)
	}
	bytes, err := client.SaveJob(ctx, job, filepath.Join(folder, "rain.mp3"), &venice.Waiting{
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }, // the fake is quick; a program leaves this out
	})
	fmt.Println(job.Kind, bytes > 100, err)
	// Output: audio true <nil>
}

// The web: what a search finds, and what a page says.
func ExampleClient_WebSearch() {
	srv, client, folder := fakeClient()
	defer srv.Close()
	defer os.RemoveAll(folder)
	ctx := context.Background()

	found, err := client.WebSearch(ctx, &gen.WebSearchRequest{Query: "Venice", Limit: new(int64(2))})
	if err != nil {
		log.Fatal(err)
	}
	page, err := client.WebScrape(ctx, &gen.WebScrapeRequest{URL: "https://example.com"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(found.Results) > 0, page.Format)
	// Output: true markdown
}

func ExampleRPC() {
	srv, client, folder := fakeClient()
	defer srv.Close()
	defer os.RemoveAll(folder)
	srv.Respond("CallRPC", venicetest.Answer{Body: []byte(`{"jsonrpc":"2.0","id":1,"result":"0x10"}`)})

	block, err := venice.RPC[string](context.Background(), client, "base-mainnet", "eth_blockNumber", nil)
	fmt.Println(block, err)
	// Output: 0x10 <nil>
}

// The Responses route, which other clients of its kind speak.
func ExampleClient_CreateResponse() {
	srv, client, folder := fakeClient()
	defer srv.Close()
	defer os.RemoveAll(folder)

	answer, err := client.CreateResponse(context.Background(), &gen.ResponseRequest{Model: "zai-org-glm-5-1", Input: gen.NewResponseInput("Hello")})
	if err != nil {
		log.Fatal(err)
	}
	for _, item := range answer.Output {
		for _, part := range item.Content {
			fmt.Println(part.Text)
		}
	}
	// Output: You said: Hello
}
