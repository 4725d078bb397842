// Multipart: request structs with files in them as multipart/form-data, streamed.

package venice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
	"reflect"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
)

// encodeMultipart lays the framing and the files' own readers end to end. Nothing of a file is read before the request
// is sent, nor held longer than it takes to send it.
func encodeMultipart(ctx context.Context, body any) (io.Reader, string, error) {
	v := reflect.Indirect(reflect.ValueOf(body))
	if v.Kind() != reflect.Struct {
		return nil, "", fmt.Errorf("multipart body: want a struct, got %T", body)
	}
	f := &form{}
	f.writer = multipart.NewWriter(&f.framing)
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !field.IsExported() || name == "" || name == "-" {
			continue
		}
		if strings.Contains(options, "omitzero") && v.Field(i).IsZero() {
			continue
		}
		if err := f.add(name, v.Field(i)); err != nil {
			return nil, "", fmt.Errorf("field %s: %w", name, err)
		}
	}
	f.writer.Close()
	f.flush()
	return newUpload(ctx, io.MultiReader(f.parts...)), f.writer.FormDataContentType(), nil
}

// An upload reads from readers of the caller without depending on them: one that blocks must not keep a call from
// ending in time, and net/http waits for a Read that is under way. The goroutine between them starts with the first Read.
type upload struct {
	*io.PipeReader
	start func()
}

// newUpload returns an upload that ends with ctx, which every call does.
func newUpload(ctx context.Context, source io.Reader) *upload {
	r, w := io.Pipe()
	return &upload{r, sync.OnceFunc(func() {
		context.AfterFunc(ctx, func() { r.CloseWithError(context.Cause(ctx)) })
		go func() {
			_, err := io.Copy(w, source)
			w.CloseWithError(err)
		}()
	})}
}

func (u *upload) Read(p []byte) (int, error) {
	u.start()
	return u.PipeReader.Read(p)
}

// A form is a multipart body in the making: framing collects the bytes between two files.
type form struct {
	writer  *multipart.Writer
	framing bytes.Buffer
	parts   []io.Reader
}

func (f *form) flush() {
	f.parts = append(f.parts, bytes.NewReader(bytes.Clone(f.framing.Bytes())))
	f.framing.Reset()
}

func (f *form) add(name string, v reflect.Value) error {
	switch value := v.Interface().(type) {
	case gen.File:
		return f.addFile(name, value)
	case *gen.File:
		if value == nil {
			return nil
		}
		return f.addFile(name, *value)
	case []gen.File:
		for _, file := range value {
			if err := f.addFile(name, file); err != nil {
				return err
			}
		}
		return nil
	}
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return nil
	}
	data, err := marshal(v.Interface())
	if err != nil {
		return err
	}
	if jsontext.Value(data).Kind() == '"' {
		if data, err = jsontext.AppendUnquote(nil, data); err != nil {
			return err
		}
	}
	return f.writer.WriteField(name, string(data))
}

func (f *form) addFile(name string, file gen.File) error {
	if file.Reader == nil {
		return errors.New("the file has no Reader")
	}
	contentType := file.ContentType
	if contentType == "" {
		contentType = "application/octet-stream"
	}
	if !headerText(contentType) {
		return errors.New("the file's ContentType holds control or non-ASCII characters")
	}
	filename := file.Name
	if filename == "" {
		filename = "file"
	}
	header := textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition(name, filename)},
		"Content-Type":        {contentType},
	}
	if _, err := f.writer.CreatePart(header); err != nil {
		return err
	}
	f.flush()
	f.parts = append(f.parts, file.Reader)
	return nil
}
