// Tests of what both clients see, hear and list: pictures, speech, transcripts, models, sixty calls of each.

package clients

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	goopenai "github.com/sashabaranov/go-openai"
	"golang.org/x/image/webp"

	"github.com/venice-go/venice/tests/venicetest"
)

// A studio is what a client can do with media.
type studio interface {
	draw(ctx context.Context, prompt, size string) (file []byte, err error)
	speak(ctx context.Context, text, format string) (file []byte, err error)
	hear(ctx context.Context, file []byte, name string) (text string, err error)
	list(ctx context.Context) (owners map[string]string, err error)
}

func studios(t *testing.T) map[string]studio {
	srv := venicetest.NewServer(t)
	all := map[string]studio{}
	add := func(how, url, key string) {
		config := goopenai.DefaultConfig(key)
		config.BaseURL = url
		all["openai-go"+how] = officialStudio{openai.NewClient(option.WithBaseURL(url), option.WithAPIKey(key))}
		all["go-openai"+how] = handStudio{goopenai.NewClientWithConfig(config)}
	}
	add("", srv.URL, srv.InferenceKey())
	url, token := proxied(t, srv)
	add(", proxied", url, token)
	return all
}

type officialStudio struct{ openai.Client }

func (c officialStudio) draw(ctx context.Context, prompt, size string) ([]byte, error) {
	answer, err := c.Images.Generate(ctx, openai.ImageGenerateParams{
		Model: "z-image-turbo", Prompt: prompt, Size: openai.ImageGenerateParamsSize(size), OutputFormat: "png",
	})
	if err != nil || len(answer.Data) != 1 {
		return nil, errors.Join(err, errors.New("want one picture"))
	}
	return base64.StdEncoding.DecodeString(answer.Data[0].B64JSON)
}

func (c officialStudio) speak(ctx context.Context, text, format string) ([]byte, error) {
	answer, err := c.Audio.Speech.New(ctx, openai.AudioSpeechNewParams{
		Model: "tts-kokoro", Input: text, Voice: openai.AudioSpeechNewParamsVoiceUnion{OfString: openai.String("af_bella")},
		ResponseFormat: openai.AudioSpeechNewParamsResponseFormat(format),
	})
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	return io.ReadAll(answer.Body)
}

func (c officialStudio) hear(ctx context.Context, file []byte, name string) (string, error) {
	answer, err := c.Audio.Transcriptions.New(ctx, openai.AudioTranscriptionNewParams{
		Model: "openai/whisper-large-v3", File: openai.File(bytes.NewReader(file), name, "audio/mpeg"),
	})
	if err != nil {
		return "", err
	}
	return answer.Text, nil
}

func (c officialStudio) list(ctx context.Context) (map[string]string, error) {
	owners := map[string]string{}
	pages := c.Models.ListAutoPaging(ctx)
	for pages.Next() {
		owners[pages.Current().ID] = pages.Current().OwnedBy
	}
	return owners, pages.Err()
}

type handStudio struct{ *goopenai.Client }

func (c handStudio) draw(ctx context.Context, prompt, size string) ([]byte, error) {
	answer, err := c.CreateImage(ctx, goopenai.ImageRequest{
		Model: "z-image-turbo", Prompt: prompt, Size: size, OutputFormat: "png", ResponseFormat: goopenai.CreateImageResponseFormatB64JSON,
	})
	if err != nil || len(answer.Data) != 1 {
		return nil, errors.Join(err, errors.New("want one picture"))
	}
	return base64.StdEncoding.DecodeString(answer.Data[0].B64JSON)
}

func (c handStudio) speak(ctx context.Context, text, format string) ([]byte, error) {
	answer, err := c.CreateSpeech(ctx, goopenai.CreateSpeechRequest{
		Model: "tts-kokoro", Input: text, Voice: "af_bella", ResponseFormat: goopenai.SpeechResponseFormat(format),
	})
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Close() }()
	return io.ReadAll(answer)
}

func (c handStudio) hear(ctx context.Context, file []byte, name string) (string, error) {
	answer, err := c.CreateTranscription(ctx, goopenai.AudioRequest{
		Model: "openai/whisper-large-v3", FilePath: name, Reader: bytes.NewReader(file), Format: goopenai.AudioResponseFormatJSON,
	})
	return answer.Text, err
}

func (c handStudio) list(ctx context.Context) (map[string]string, error) {
	owners := map[string]string{}
	answer, err := c.ListModels(ctx)
	for _, m := range answer.Models {
		owners[m.ID] = m.OwnedBy
	}
	return owners, err
}

// Pictures have the size that was asked for, and the first word's band has the same colour in all of them.
func TestSixtyPictures(t *testing.T) {
	sizes := []string{"256x256", "512x512", "1024x1024", "1536x1024", "1024x1536", "1792x1024"}
	bands := map[color.Color]bool{}
	for name, c := range studios(t) {
		for i := range 60 {
			size := sizes[i%len(sizes)]
			file, err := c.draw(t.Context(), fmt.Sprint("fox number ", i), size)
			if len(file) == 0 {
				t.Fatal(name, err)
			}
			m, format, err := image.Decode(bytes.NewReader(file))
			if err != nil || format != "png" || fmt.Sprintf("%dx%d", m.Bounds().Dx(), m.Bounds().Dy()) != size {
				t.Fatalf("%s: %v %s, want %s: %v", name, m.Bounds(), format, size, err)
			}
			bands[m.At(1, 1)] = true
		}
	}
	if len(bands) != 1 {
		t.Errorf("the word fox has %d colours", len(bands))
	}
}

// What was said is heard again, in every format that can be sent back.
func TestSixtyWords(t *testing.T) {
	formats := []string{"mp3", "wav", "flac", "aac", "opus"}
	for name, c := range studios(t) {
		for i := range 60 {
			format, text := formats[i%len(formats)], fmt.Sprintf("Sentence %d of sixty.", i)
			file, err := c.speak(t.Context(), text, format)
			if err != nil {
				t.Fatal(name, err)
			}
			heard, err := c.hear(t.Context(), file, "speech."+format)
			if err != nil || heard != text {
				t.Fatalf("%s: heard %q in %s, want %q: %v", name, heard, format, text, err)
			}
		}
	}
}

func TestSixtyLists(t *testing.T) {
	for name, c := range studios(t) {
		for range 60 {
			owners, err := c.list(t.Context())
			if err != nil || owners[model] != "venice.ai" || owners["z-image-turbo"] != "" || len(owners) < 10 {
				t.Fatalf("%s: %v, %v", name, owners, err)
			}
		}
	}
}

// WebP of the fake is read by a decoder that is not ours: the words' bands, edge by edge.
func TestWebP(t *testing.T) {
	srv := venicetest.NewServer(t)
	get := func(format string) []byte {
		body := `{"model":"z-image-turbo","prompt":"a fox","width":301,"height":77,"seed":5,"return_binary":true,"format":"` + format + `"}`
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+"/image/generate", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+srv.InferenceKey())
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		file, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatal(resp.Status, err)
		}
		return file
	}
	got, err := webp.Decode(bytes.NewReader(get("webp")))
	if err != nil {
		t.Fatal(err)
	}
	want, _, err := image.Decode(bytes.NewReader(get("png")))
	if err != nil || got.Bounds() != want.Bounds() {
		t.Fatal(got.Bounds(), want.Bounds(), err)
	}
	for y := range 77 {
		for x := range 301 {
			if color.NRGBAModel.Convert(got.At(x, y)) != color.NRGBAModel.Convert(want.At(x, y)) {
				t.Fatalf("at %d, %d: %v, want %v", x, y, got.At(x, y), want.At(x, y))
			}
		}
	}
}
