// Video: an MP4 file of one picture.

package venicetest

import "bytes"

// mp4Video is a second of one grey picture, 16 by 16, in H.264 whose only macroblock is stored as it is (I_PCM).
func mp4Video(n uint64) []byte {
	brightness := byte(16 + n%200) // no zeros, which would have to be told from start codes

	const profile, level = 66, 10 // baseline, 1.0
	// Sequence 0: frame numbers of 4 bits, order as decoded, no reference frames, one macroblock wide and high.
	sequence := bigEndian(byte(0x67), byte(profile), byte(0xc0), byte(level), pack("1 1 011 1 0  1 1 1 0  0 0 1"))
	// Picture set 0 of sequence 0: plain codes, one slice group, nothing predicted.
	set := bigEndian(byte(0x68), pack("1 1 0 0 1  1 1 0 00  1 1 1  0 0 0 1"))
	// Slice from macroblock 0, all intra, picture set 0, frame 0, the first of its kind; then the macroblock's type.
	slice := bigEndian(byte(0x65), pack("1 0001000 1 0000 1  0 0 1  000011010"),
		bytes.Repeat([]byte{brightness}, 256), bytes.Repeat([]byte{128}, 2*64), byte(0x80))

	ftyp := box("ftyp", "isom", uint32(0x200), "isomavc1")
	mdat := box("mdat", uint32(len(slice)), slice)
	config := box("avcC", byte(1), byte(profile), byte(0xc0), byte(level),
		byte(0xff), byte(0xe1), uint16(len(sequence)), sequence, byte(1), uint16(len(set)), set)
	entry := box("avc1", make([]byte, 6), uint16(1), make([]byte, 16), uint16(16), uint16(16), // width, height
		uint32(72<<16), uint32(72<<16), uint32(0), uint16(1), make([]byte, 32), uint16(24), uint16(0xffff), config)
	const none, one = uint32(0), uint32(1)
	const second = uint32(1000) // of the time scale
	table := box("stbl",
		box("stsd", none, one, entry),
		box("stts", none, one, one, second),
		box("stsc", none, one, one, one, one),
		box("stsz", none, uint32(4+len(slice)), one),
		box("stco", none, one, uint32(len(ftyp)+8)))
	track := box("trak",
		box("tkhd", uint32(3), none, none, one, none, second, make([]byte, 16), matrix, uint32(16<<16), uint32(16<<16)),
		box("mdia",
			box("mdhd", none, none, none, second, second, uint16(0x55c4), uint16(0)), // language "und"
			box("hdlr", none, none, "vide", make([]byte, 12), "\x00"),
			box("minf",
				box("vmhd", one, make([]byte, 8)),
				box("dinf", box("dref", none, one, box("url ", one))),
				table)))
	header := box("mvhd", none, none, none, second, second, uint32(1<<16), uint16(1<<8), make([]byte, 10), matrix,
		make([]byte, 24), uint32(2))
	return bigEndian(ftyp, mdat, box("moov", header, track))
}

var matrix = []uint32{1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30} // shows the picture as it is

func box(kind string, parts ...any) []byte {
	content := bigEndian(parts...)
	return bigEndian(uint32(8+len(content)), kind, content)
}
