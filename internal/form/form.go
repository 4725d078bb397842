// Package form writes request structs with files in them as multipart/form-data, streamed.
package form

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/textproto"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/venice-go/venice/gen"
	"github.com/venice-go/venice/internal/loose"
	"github.com/venice-go/venice/internal/patch"
)

// Encode lays the framing and the files' own readers end to end. Nothing of a file is read before the request
// is sent, nor held longer than it takes to send it.
func Encode(ctx context.Context, body any, edits []patch.Edit) (*Form, error) {
	v := reflect.Indirect(reflect.ValueOf(body))
	if v.Kind() != reflect.Struct {
		return nil, fmt.Errorf("multipart body: want a struct, got %T", body)
	}
	var parts []field
	for i := range v.NumField() {
		t := v.Type().Field(i)
		if t.Type == reflect.TypeFor[gen.Members]() {
			more := v.Field(i).Interface().(gen.Members)
			for _, name := range slices.Sorted(maps.Keys(more.Unknown)) {
				if raw := more.Unknown[name]; name == "" {
					return nil, errors.New("a field of a form needs a name")
				} else if raw.Kind() != jsontext.KindNull { // of which a form has no way to tell
					parts = append(parts, field{name, raw})
				}
			}
			continue
		}
		name, options, _ := strings.Cut(t.Tag.Get("json"), ",")
		if !t.IsExported() || name == "-" || strings.Contains(options, "omit") && v.Field(i).IsZero() {
			continue
		}
		parts = append(parts, field{cmp.Or(name, t.Name), v.Field(i).Interface()})
	}
	f := &Form{ctx: ctx}
	f.writer = multipart.NewWriter(&f.framing)
	for _, e := range edits {
		var err error
		if parts, err = apply(e, parts); err != nil {
			return nil, err
		}
	}
	f.fields = parts
	for _, p := range parts {
		if err := f.add(p.name, p.value); err != nil {
			return nil, fmt.Errorf("field %s: %w", p.name, err)
		}
	}
	_ = f.writer.Close() // into the buffer
	f.flush(nil, false)
	return f, nil
}

// A field is one value of a form, which several parts may carry.
type field struct {
	name  string
	value any
}

// apply changes a request that is a form. A part that is replaced stays where it was.
func apply(e patch.Edit, fields []field) ([]field, error) {
	tokens := slices.Collect(e.Path.Tokens())
	if len(tokens) != 1 {
		return nil, e.Wrap(errors.New("the request is a form, which has fields at the top alone"))
	}
	value := e.File
	if value == nil {
		value = e.Data
	}
	named := func(f field) bool { return f.name == tokens[0] }
	i := slices.IndexFunc(fields, named)
	switch {
	case e.File == nil && e.Data == nil:
		return slices.DeleteFunc(fields, named), nil
	case i < 0:
		return append(fields, field{tokens[0], value}), nil
	}
	fields[i].value = value
	return fields, nil
}

// A Form is a multipart body: framing collects the bytes between two files while it is made.
type Form struct {
	ctx     context.Context // of the call
	fields  []field
	writer  *multipart.Writer
	framing bytes.Buffer
	parts   []part
	upload  *upload // of the last attempt
}

// A part is framing and the file that follows it, or none.
type part struct {
	framing []byte
	file    io.Reader
	sniff   bool  // the framing lacks the file's type
	start   int64 // where the file was before anything of it was read; -1 if there is no going back
}

func (f *Form) flush(file io.Reader, sniff bool) {
	p := part{bytes.Clone(f.framing.Bytes()), file, sniff, -1}
	if s, ok := file.(io.Seeker); ok {
		if at, err := s.Seek(0, io.SeekCurrent); err == nil {
			p.start = at
		}
	}
	f.framing.Reset()
	f.parts = append(f.parts, p)
}

// ContentType is the form's, with what tells its parts apart.
func (f *Form) ContentType() string { return f.writer.FormDataContentType() }

// Plain returns the parts that are no files, as a JSON object.
func (f *Form) Plain() []byte {
	plain := map[string]any{}
	for _, p := range f.fields {
		switch p.value.(type) {
		case gen.File, *gen.File, []gen.File:
		default:
			plain[p.name] = p.value
		}
	}
	data, _ := json.Marshal(plain, json.Deterministic(true)) // each of them was encoded before
	return data
}

// Open returns the body from its beginning, which is where its files have to be.
func (f *Form) Open() io.Reader {
	var readers []io.Reader
	for _, p := range f.parts {
		readers = append(readers, bytes.NewReader(p.framing))
		switch {
		case p.sniff:
			readers = append(readers, &sniffed{file: p.file})
		case p.file != nil:
			readers = append(readers, p.file)
		}
	}
	f.upload = newUpload(f.ctx, io.MultiReader(readers...))
	return f.upload
}

// Rewind takes the files back to where they were, and reports whether all of them are there. A file of which nothing
// was read is; any other has to be an [io.Seeker].
func (f *Form) Rewind() bool {
	if !f.upload.begun() {
		return true
	}
	for _, p := range f.parts {
		if p.file != nil && p.start < 0 {
			return false
		}
	}
	_ = f.upload.Close() // never fails
	select {
	case <-f.upload.ended: // nobody else reads the files now
	case <-f.ctx.Done():
		return false
	}
	for _, p := range f.parts {
		if p.file != nil {
			if _, err := p.file.(io.Seeker).Seek(p.start, io.SeekStart); err != nil {
				return false
			}
		}
	}
	return true
}

// End sees to it that nothing more is read of the files, since the caller of a call that is over may seek or close them.
// A Read of theirs that blocks is waited for only briefly.
func (f *Form) End() {
	if f == nil || f.upload == nil || !f.upload.begun() {
		return
	}
	_ = f.upload.Close() // never fails
	select {
	case <-f.upload.ended:
	case <-time.After(50 * time.Millisecond):
	}
}

func (f *Form) add(name string, value any) error {
	switch value := value.(type) {
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
	if v := reflect.ValueOf(value); v.Kind() == reflect.Pointer && v.IsNil() {
		return nil
	}
	data, err := json.Marshal(value, json.Deterministic(true))
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

func (f *Form) addFile(name string, file gen.File) error {
	if file.Reader == nil {
		return errors.New("the file has no Reader")
	}
	filename := fileName(file)
	contentType := loose.First(file.ContentType, fileType(filename))
	if !loose.HeaderText(contentType) {
		return errors.New("the file's ContentType holds control or non-ASCII characters")
	}
	header := textproto.MIMEHeader{"Content-Disposition": {multipart.FileContentDisposition(name, filename)}}
	if contentType != "" {
		header.Set("Content-Type", contentType)
	}
	if _, err := f.writer.CreatePart(header); err != nil {
		return err
	}
	if contentType == "" {
		f.framing.Truncate(f.framing.Len() - len("\r\n")) // the header goes on in the file's own reader
	}
	f.flush(file.Reader, contentType == "")
	return nil
}
