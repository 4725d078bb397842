// An example of messages that hold more than text.

package agent_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/venice-go/venice/agent"
	"github.com/venice-go/venice/gen"
)

// A picture from a file, and what is in it as a Go value.
func ExampleFilePart() {
	srv, client := newFake()
	defer srv.Close()
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	made, err := client.GenerateImage(ctx, &gen.GenerateImageRequest{Model: "z-image-turbo", Prompt: "A red bridge", Format: "png"})
	if err != nil {
		log.Fatal(err)
	}
	files, err := agent.SaveImages(filepath.Join(folder, "bridge-"), made.Images)
	if err != nil {
		log.Fatal(err)
	}

	picture, err := agent.FilePart(files[0])
	if err != nil {
		log.Fatal(err)
	}
	parsed, err := agent.Parse[struct {
		Subject string `json:"subject" jsonschema:"What is to be seen, in a few words."`
	}](ctx, client, &gen.ChatCompletionRequest{
		Model:    "qwen3-vl-235b-a22b",
		Messages: []gen.ChatMessage{gen.UserMessage([]gen.ContentPart{gen.TextPart("What is this?"), picture})},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(filepath.Base(files[0]), strings.HasPrefix(picture.ImageURL.URL, "data:image/png;base64,"), parsed.Value.Subject != "")
	// Output: bridge-1.png true true
}
