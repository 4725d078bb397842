// Sound: a few frames of silence, or of almost nothing, in each format.

package venicetest

import (
	"bytes"
	"crypto/md5"
	"slices"
)

const sampleRate = 24000 // Hz of WAV and PCM, as the service speaks

// pcmAudio is bare samples: mono, 16 bits, lowest byte first.
func pcmAudio(n uint64) []byte {
	return bytes.Repeat(littleEndian(int16(n%100), int16(-(n%100))), int(1+n%4))
}

func wavAudio(n uint64) []byte {
	samples := pcmAudio(n)
	// Linear PCM, one channel, rate, bytes a second, bytes a sample, bits a sample.
	format := littleEndian(uint16(1), uint16(1), uint32(sampleRate), uint32(2*sampleRate), uint16(2), uint16(16))
	return littleEndian("RIFF", uint32(4+8+len(format)+8+len(samples)),
		"WAVE", "fmt ", uint32(len(format)), format, "data", uint32(len(samples)), samples)
}

// mp3Audio is frames of MPEG-1 layer III with nothing in them: a decoder fills in zeros.
func mp3Audio(n uint64) []byte {
	const size = 144 * 32000 / 48000 // of a frame, in bytes
	// Sync, MPEG-1, layer III, no checksum, 32 kbit/s, 48 kHz, no padding; mono.
	header := pack("11111111111 11 01 1 0001 01 0 0  11 00 0 0 00")
	frame := append(header, make([]byte, size-len(header))...)
	return bytes.Repeat(frame, int(4+n%3))
}

// aacAudio is frames of AAC-LC in ADTS, each with one channel of no bands.
func aacAudio(n uint64) []byte {
	// Channel element 0: gain 0, one long window without bands, no pulses, no noise shaping, no gain control; end.
	block := pack("000 0000  00000000  0 00 0 000000 0  0 0 0  111")
	const header = 7
	// Sync, MPEG-4, layer 0, no checksum; AAC-LC, 44.1 kHz, mono; length; buffer unknown, one block.
	frame := append(pack("111111111111 0 00 1  01 0100 0 001 0000", field(uint64(header+len(block)), 13), "11111111111 00"), block...)
	return bytes.Repeat(frame, int(4+n%3))
}

// flacAudio is a FLAC file of one frame of 192 equal samples.
func flacAudio(n uint64) []byte {
	const samples = 192
	level := int16(n % 1000)
	sum := md5.Sum(bytes.Repeat(littleEndian(level), samples))
	info := append(pack(
		field(samples, 16), field(samples, 16), // least and most samples of a block
		field(0, 24), field(0, 24), // least and most bytes of a frame: unknown
		field(8000, 20), "000", field(16-1, 5), // Hz, one channel, bits a sample
		field(samples, 36)), sum[:]...)
	// Sync, blocks of one size: of 192 samples, at 8 kHz, one channel, 16 bits; frame 0.
	frame := pack("11111111111110 0 0  0001 0100  0000 100 0  00000000")
	frame = append(frame, byte(checksum(frame, 8, 0x07)))
	frame = append(frame, bigEndian(byte(0), level)...)                            // one subframe, of a constant
	return bigEndian("fLaC", byte(0x80), pack(field(uint64(len(info)), 24)), info, // the only block of metadata
		frame, uint16(checksum(frame, 16, 0x8005)))
}

// opusAudio is Opus in Ogg: who it is, who made it, and packets of 20 ms of silence.
func opusAudio(n uint64) []byte {
	// Version 1, mono, nothing skipped, made from 48 kHz, no gain, plain channels.
	head := littleEndian("OpusHead", byte(1), byte(1), uint16(0), uint32(48000), int16(0), byte(0))
	tags := littleEndian("OpusTags", uint32(10), "venicetest", uint32(0))
	silence := []byte{0xf8, 0xff, 0xfe} // CELT, full band, 20 ms, mono, one frame; its first bits say silence
	packets := slices.Repeat([][]byte{silence}, int(1+n%3))
	const first, last = 2, 4 // pages
	return bigEndian(
		oggPage(first, 0, 0, head), oggPage(0, 0, 1, tags), oggPage(last, uint64(960*len(packets)), 2, packets...))
}

// oggPage is one page of packets shorter than 255 bytes. Position is that of its last sample, at 48 kHz.
func oggPage(flags byte, position uint64, number uint32, packets ...[]byte) []byte {
	sizes := make([]byte, len(packets))
	for i, p := range packets {
		sizes[i] = byte(len(p))
	}
	page := func(sum uint32) []byte {
		return littleEndian("OggS", byte(0), flags, position, uint32(1), number, sum, byte(len(sizes)), sizes, bytes.Join(packets, nil))
	}
	return page(checksum(page(0), 32, 0x04c11db7))
}
