// The formats, written by hand: frames of samples, or of almost nothing.

package sound

import (
	"bytes"
	"crypto/md5"

	"github.com/venice-go/venice/tests/venicetest/internal/bits"
)

// pcm is bare samples: mono, 16 bits, lowest byte first.
func pcm(c Clip) []byte { return bits.LittleEndian(c.samples()) }

func wav(c Clip) []byte {
	samples := pcm(c)
	// Linear PCM, one channel, rate, bytes a second, bytes a sample, bits a sample.
	format := bits.LittleEndian(uint16(1), uint16(1), uint32(rate), uint32(2*rate), uint16(2), uint16(16))
	comment := c.comment()
	comment += "\x00\x00"[:2-len(comment)%2] // ends with a zero, and is even
	chunks := bits.LittleEndian("WAVE",
		"fmt ", uint32(len(format)), format,
		"LIST", uint32(4+8+len(comment)), "INFOICMT", uint32(len(comment)), comment,
		"data", uint32(len(samples)), samples)
	return bits.LittleEndian("RIFF", uint32(len(chunks)), chunks)
}

// tag is ID3v2.3 of one comment, which players of MP3 and ADTS step over.
func tag(c Clip) []byte {
	text := append([]byte("\x00eng\x00"), c.comment()...) // Latin-1, in English, without a title
	frame := bits.BigEndian("COMM", uint32(len(text)), uint16(0), text)
	n := len(frame)
	size := []byte{byte(n >> 21 & 0x7f), byte(n >> 14 & 0x7f), byte(n >> 7 & 0x7f), byte(n & 0x7f)}
	return bits.BigEndian("ID3", byte(3), byte(0), byte(0), size, frame)
}

const (
	mp3Rate, mp3Samples = 48000, 1152 // Hz, samples of a frame
	mp3Frame            = 144 * 32000 / mp3Rate
	aacRate, aacSamples = 44100, 1024
	aacFrame            = 7 + 4
)

// mp3 is frames of MPEG-1 layer III with nothing in them: a decoder fills in zeros.
func mp3(c Clip) []byte {
	// Sync, MPEG-1, layer III, no checksum, 32 kbit/s, 48 kHz, no padding; mono.
	header := bits.Pack("11111111111 11 01 1 0001 01 0 0  11 00 0 0 00")
	frame := append(header, make([]byte, mp3Frame-len(header))...)
	return append(tag(c), bytes.Repeat(frame, frames(c, mp3Rate, mp3Samples))...)
}

// frames is how many frames the clip needs.
func frames(c Clip, rate, samples int) int { return (c.count(rate) + samples - 1) / samples }

// aac is frames of AAC-LC in ADTS, each with one channel of no bands.
func aac(c Clip) []byte {
	// Channel element 0: gain 0, one long window without bands, no pulses, no noise shaping, no gain control; end.
	block := bits.Pack("000 0000  00000000  0 00 0 000000 0  0 0 0  111")
	// Sync, MPEG-4, layer 0, no checksum; AAC-LC, 44.1 kHz, mono; length; buffer unknown, one block.
	frame := append(bits.Pack("111111111111 0 00 1  01 0100 0 001 0000", bits.Field(aacFrame, 13), "11111111111 00"), block...)
	return append(tag(c), bytes.Repeat(frame, frames(c, aacRate, aacSamples))...)
}

const flacBlock = 4096 // samples of a frame, but for the last

// flac is a FLAC file whose frames hold the samples as they are.
func flac(c Clip) []byte {
	samples := c.samples()
	sum := md5.Sum(bits.LittleEndian(samples))
	info := append(bits.Pack(
		bits.Field(flacBlock, 16), bits.Field(flacBlock, 16), // least and most samples of a block
		bits.Field(0, 24), bits.Field(0, 24), // least and most bytes of a frame: unknown
		bits.Field(rate, 20), "000", bits.Field(16-1, 5), // Hz, one channel, bits a sample
		bits.Field(uint64(len(samples)), 36)), sum[:]...)
	comment := vorbisComment(c)
	// A type and a size for each block of metadata; the last one has the highest bit set.
	out := bits.BigEndian("fLaC", bits.Pack(bits.Field(0, 8), bits.Field(uint64(len(info)), 24)), info,
		bits.Pack(bits.Field(0x84, 8), bits.Field(uint64(len(comment)), 24)), comment)
	for number := 0; number*flacBlock < len(samples); number++ {
		block := samples[number*flacBlock : min((number+1)*flacBlock, len(samples))]
		// Sync, blocks of one size; the size follows in 16 bits, 24 kHz, one channel, 16 bits; the number as UTF-8 has it.
		frame := bits.BigEndian(bits.Pack("11111111111110 0 0  0111 0111  0000 100 0"), string(rune(number)), uint16(len(block)-1))
		frame = append(frame, byte(bits.Checksum(frame, 8, 0x07)))
		frame = append(frame, bits.BigEndian(bits.Pack("0 000001 0"), block)...) // a subframe of samples as they are
		out = append(out, bits.BigEndian(frame, uint16(bits.Checksum(frame, 16, 0x8005)))...)
	}
	return out
}

// vorbisComment is who wrote the file, and one comment.
func vorbisComment(c Clip) []byte {
	comment := "COMMENT=" + c.comment()
	return bits.LittleEndian(uint32(len("venicetest")), "venicetest", uint32(1), uint32(len(comment)), comment)
}

const (
	opusRate, opusSamples = 48000, 960 // Hz, samples of a packet
	mostPackets           = 200        // of a page
)

// opus is Opus in Ogg: who it is, who made it, and packets of 20 ms of silence.
func opus(c Clip) []byte {
	// Version 1, mono, nothing skipped, made from 48 kHz, no gain, plain channels.
	head := bits.LittleEndian("OpusHead", byte(1), byte(1), uint16(0), uint32(opusRate), int16(0), byte(0))
	const first, last = 2, 4 // pages
	out := oggPage(first, 0, 0, head)
	out = append(out, oggPage(0, 0, 1, append([]byte("OpusTags"), vorbisComment(c)...))...)
	silence := []byte{0xf8, 0xff, 0xfe} // CELT, full band, 20 ms, mono, one frame; its first bits say silence
	total := frames(c, opusRate, opusSamples)
	for done, page := 0, uint32(2); done < total; page++ {
		packets := make([][]byte, min(mostPackets, total-done))
		for i := range packets {
			packets[i] = silence
		}
		flags := byte(0)
		if done += len(packets); done == total {
			flags = last
		}
		out = append(out, oggPage(flags, uint64(done*opusSamples), page, packets...)...)
	}
	return out
}

// oggPage is one page of whole packets, together at most 65,025 bytes. Position is that of its last sample, at 48 kHz.
func oggPage(flags byte, position uint64, number uint32, packets ...[]byte) []byte {
	var sizes []byte // of a packet: as many 255 as go into it, and what is left
	for _, p := range packets {
		sizes = append(append(sizes, bytes.Repeat([]byte{255}, len(p)/255)...), byte(len(p)%255))
	}
	page := func(sum uint32) []byte {
		return bits.LittleEndian("OggS", byte(0), flags, position, uint32(1), number, sum, byte(len(sizes)), sizes, bytes.Join(packets, nil))
	}
	return page(bits.Checksum(page(0), 32, 0x04c11db7))
}
