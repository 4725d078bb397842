package film_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"github.com/venice-go/venice/tests/venicetest/internal/film"
)

func TestMP4(t *testing.T) {
	file := film.MP4(5*time.Second, 1280, 720, 9)
	top := boxes(t, file)
	if len(top) != 3 || !strings.HasPrefix(string(top["ftyp"]), "isom") {
		t.Fatalf("%d boxes, ftyp %q", len(top), top["ftyp"])
	}
	at := func(path ...string) []byte {
		content := top
		for _, name := range path[:len(path)-1] {
			content = boxes(t, content[name])
		}
		return content[path[len(path)-1]]
	}
	stbl := []string{"moov", "trak", "mdia", "minf", "stbl"}
	offset := int(binary.BigEndian.Uint32(at(append(stbl, "stco")...)[8:]))
	size := int(binary.BigEndian.Uint32(at(append(stbl, "stsz")...)[4:]))
	sample := file[offset : offset+size]
	if !bytes.Equal(sample, top["mdat"]) || int(binary.BigEndian.Uint32(sample)) != size-4 {
		t.Fatalf("sample of %d bytes at %d", size, offset)
	}
	slice := sample[4:]
	if slice[0] != 0x65 || len(slice) != 1+4+256+128+1 || slice[5] != 25 || slice[5+256] != 128 || slice[len(slice)-1] != 0x80 {
		t.Errorf("slice %x", slice)
	}
	if bytes.Contains(slice, []byte{0, 0, 0}) || bytes.Contains(slice, []byte{0, 0, 1}) {
		t.Error("the slice has a start code in it")
	}
	entry := boxes(t, at(append(stbl, "stsd")...)[8:])["avc1"]
	config := boxes(t, entry[78:])["avcC"]
	if !bytes.HasPrefix(config, []byte{1, 66, 0xc0, 10, 0xff, 0xe1}) || binary.BigEndian.Uint32(entry[24:]) != 16<<16|16 {
		t.Errorf("entry %x", entry)
	}
	head := at("moov", "trak", "tkhd")
	if w, h := binary.BigEndian.Uint32(head[76:])>>16, binary.BigEndian.Uint32(head[80:])>>16; w != 1280 || h != 720 {
		t.Errorf("shown as %d by %d", w, h)
	}
	if lasts := binary.BigEndian.Uint32(at(append(stbl, "stts")...)[12:]); lasts != 5000 {
		t.Errorf("the picture lasts %d ms", lasts)
	}
}

func TestLength(t *testing.T) {
	file := film.MP4(1500*time.Millisecond, 16, 16, 0)
	if got := film.Length(file); got != 1500*time.Millisecond {
		t.Errorf("%v", got)
	}
	for _, file := range [][]byte{nil, []byte("hello, world"), file[:len(file)-10]} {
		if got := film.Length(file); got != 0 {
			t.Errorf("%d bytes: %v", len(file), got)
		}
	}
}

func FuzzLength(f *testing.F) {
	f.Add(film.MP4(time.Second, 16, 16, 0))
	f.Fuzz(func(t *testing.T, file []byte) {
		if got := film.Length(file); got < 0 {
			t.Error(got)
		}
	})
}

// boxes returns the boxes that follow each other in b, by kind.
func boxes(t *testing.T, b []byte) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for len(b) > 0 {
		size := int(binary.BigEndian.Uint32(b))
		if size < 8 || size > len(b) {
			t.Fatalf("box of %d bytes in %d", size, len(b))
		}
		all[string(b[4:8])] = b[8:size]
		b = b[size:]
	}
	return all
}
