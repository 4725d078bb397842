// Films: an MP4 file of one picture.

// Package film writes films for the fake.
package film

import (
	"bytes"
	"encoding/binary"
	"math"
	"time"

	"github.com/venice-go/venice/tests/venicetest/internal/bits"
)

const side = 16 // pixels of the picture that is stored

// MP4 is one grey picture, 16 by 16, that is shown for so long and in so large a frame. It is H.264 whose only
// macroblock is stored as it is (I_PCM). The brightness is 16 to 215.
func MP4(length time.Duration, width, height int, brightness byte) []byte {
	brightness = 16 + brightness%200 // no zeros, which would have to be told from start codes
	length = min(max(length, time.Millisecond), math.MaxUint32*time.Millisecond)

	const profile, level = 66, 10 // baseline, 1.0
	// Sequence 0: frame numbers of 4 bits, order as decoded, no reference frames, one macroblock wide and high.
	sequence := bits.BigEndian(byte(0x67), byte(profile), byte(0xc0), byte(level), bits.Pack("1 1 011 1 0  1 1 1 0  0 0 1"))
	// Picture set 0 of sequence 0: plain codes, one slice group, nothing predicted.
	set := bits.BigEndian(byte(0x68), bits.Pack("1 1 0 0 1  1 1 0 00  1 1 1  0 0 0 1"))
	// Slice from macroblock 0, all intra, picture set 0, frame 0, the first of its kind; then the macroblock's type.
	slice := bits.BigEndian(byte(0x65), bits.Pack("1 0001000 1 0000 1  0 0 1  000011010"),
		bytes.Repeat([]byte{brightness}, side*side), bytes.Repeat([]byte{128}, 2*side*side/4), byte(0x80))

	ftyp := box("ftyp", "isom", uint32(0x200), "isomavc1")
	mdat := box("mdat", uint32(len(slice)), slice)
	config := box("avcC", byte(1), byte(profile), byte(0xc0), byte(level),
		byte(0xff), byte(0xe1), uint16(len(sequence)), sequence, byte(1), uint16(len(set)), set)
	entry := box("avc1", make([]byte, 6), uint16(1), make([]byte, 16), uint16(side), uint16(side),
		uint32(72<<16), uint32(72<<16), uint32(0), uint16(1), make([]byte, 32), uint16(24), uint16(0xffff), config)
	const none, one = uint32(0), uint32(1)
	const second = uint32(1000) // of the time scale
	lasts := uint32(length.Milliseconds())
	table := box("stbl",
		box("stsd", none, one, entry),
		box("stts", none, one, one, lasts),
		box("stsc", none, one, one, one, one),
		box("stsz", none, uint32(4+len(slice)), one),
		box("stco", none, one, uint32(len(ftyp)+8)))
	track := box("trak",
		box("tkhd", uint32(3), none, none, one, none, lasts, make([]byte, 16), matrix, uint32(width<<16), uint32(height<<16)),
		box("mdia",
			box("mdhd", none, none, none, second, lasts, uint16(0x55c4), uint16(0)), // language "und"
			box("hdlr", none, none, "vide", make([]byte, 12), "\x00"),
			box("minf",
				box("vmhd", one, make([]byte, 8)),
				box("dinf", box("dref", none, one, box("url ", one))),
				table)))
	header := box("mvhd", none, none, none, second, lasts, uint32(1<<16), uint16(1<<8), make([]byte, 10), matrix,
		make([]byte, 24), uint32(2))
	return bits.BigEndian(ftyp, mdat, box("moov", header, track))
}

var matrix = []uint32{1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30} // shows the picture as it is

func box(kind string, parts ...any) []byte {
	content := bits.BigEndian(parts...)
	return bits.BigEndian(uint32(8+len(content)), kind, content)
}

// Length is that of an MP4 or MOV file as its head says, or 0 for none.
func Length(file []byte) time.Duration {
	header := find(find(file, "moov"), "mvhd")
	if len(header) < 20 {
		return 0
	}
	scale, length := uint64(binary.BigEndian.Uint32(header[12:])), uint64(binary.BigEndian.Uint32(header[16:]))
	if header[0] == 1 { // times of 64 bits
		if len(header) < 32 {
			return 0
		}
		scale, length = uint64(binary.BigEndian.Uint32(header[20:])), binary.BigEndian.Uint64(header[24:])
	}
	if scale == 0 || length > math.MaxInt64/uint64(time.Second) {
		return 0
	}
	return time.Duration(length) * time.Second / time.Duration(scale)
}

// find is the content of the first box of a kind, or nil.
func find(boxes []byte, kind string) []byte {
	for len(boxes) >= 8 {
		size := int(binary.BigEndian.Uint32(boxes))
		if size < 8 || size > len(boxes) {
			return nil
		}
		if string(boxes[4:8]) == kind {
			return boxes[8:size]
		}
		boxes = boxes[size:]
	}
	return nil
}
