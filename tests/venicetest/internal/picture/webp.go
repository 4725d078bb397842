// WebP, lossless: pixels as they are, and runs that repeat what is left of them or above.

package picture

import (
	"encoding/binary"
	"image"
	"image/color"
	"math/bits"
)

const (
	vp8lSign = 0x2f
	maxRun   = 4096 // pixels of one copy
	minRun   = 3    // for which a copy is shorter than pixels
)

// Distances as the format numbers them: 1 is the pixel above, 2 the one to the left. Each has a symbol of its own.
const above, left = 0, 1

// A bitWriter fills bytes from the lowest bit on.
type bitWriter struct {
	out  []byte
	hold uint64
	n    int
}

// low writes the lowest n bits of x, the lowest first.
func (w *bitWriter) low(x uint64, n int) {
	w.hold |= x << w.n
	for w.n += n; w.n >= 8; w.n -= 8 {
		w.out = append(w.out, byte(w.hold))
		w.hold >>= 8
	}
}

// code writes a prefix code, its highest bit first.
func (w *bitWriter) code(x uint64, n int) { w.low(bits.Reverse64(x)>>(64-n), n) }

func (w *bitWriter) bytes() []byte {
	if w.n > 0 {
		w.out = append(w.out, byte(w.hold))
	}
	return w.out
}

// webp writes VP8L with one group of codes, no transform and no cache of colours.
func webp(m image.Image) []byte {
	b := m.Bounds()
	pixels := argb(m)
	opaque := true
	for _, p := range pixels {
		opaque = opaque && p>>24 == 255
	}
	w := &bitWriter{out: []byte{vp8lSign}}
	w.low(uint64(b.Dx()-1), 14)
	w.low(uint64(b.Dy()-1), 14)
	if opaque {
		w.low(0, 1)
	} else {
		w.low(1, 1)
	}
	w.low(0, 3) // version
	w.low(0, 3) // no transform, no cache, one group
	w.greenCode()
	w.byteCode() // red
	w.byteCode() // blue
	w.byteCode() // alpha
	// Distances: a simple code of two symbols, the first written in one bit.
	w.low(1, 1)
	w.low(1, 1)
	w.low(0, 1)
	w.low(above, 1)
	w.low(left, 8)
	for i := 0; i < len(pixels); {
		run, from := repeat(pixels, i, b.Dx()), above
		if r := repeat(pixels, i, 1); r > run {
			run, from = r, left
		}
		if run < minRun {
			w.pixel(pixels[i])
			i++
			continue
		}
		w.length(run)
		w.low(uint64(from), 1)
		i += run
	}
	stream := w.bytes()
	size := len(stream)
	if size%2 == 1 {
		stream = append(stream, 0)
	}
	head := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(12+len(stream)))
	head = binary.LittleEndian.AppendUint32(append(head, "WEBPVP8L"...), uint32(size))
	return append(head, stream...)
}

func argb(m image.Image) []uint32 {
	b := m.Bounds()
	pixels := make([]uint32, 0, b.Dx()*b.Dy())
	pack := func(c color.Color) uint32 {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		return uint32(n.A)<<24 | uint32(n.R)<<16 | uint32(n.G)<<8 | uint32(n.B)
	}
	if p, few := m.(*image.Paletted); few {
		var known [256]uint32
		for i, c := range p.Palette {
			known[i] = pack(c)
		}
		for y := b.Min.Y; y < b.Max.Y; y++ {
			for x := b.Min.X; x < b.Max.X; x++ {
				pixels = append(pixels, known[p.ColorIndexAt(x, y)])
			}
		}
		return pixels
	}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			pixels = append(pixels, pack(m.At(x, y)))
		}
	}
	return pixels
}

// repeat counts the pixels from i on that are as those so far before them.
func repeat(pixels []uint32, i, before int) (n int) {
	for i >= before && n < maxRun && i+n < len(pixels) && pixels[i+n] == pixels[i+n-before] {
		n++
	}
	return n
}

// Green shares its alphabet with lengths: 256 values and 24 classes of length. The first 232 have codes of 8 bits and the
// other 48 of 9, which is all that there are of these lengths together.
const greens, short = 280, 232

func (w *bitWriter) green(symbol int) {
	if symbol < short {
		w.code(uint64(symbol), 8)
		return
	}
	w.code(uint64(2*short+symbol-short), 9)
}

// greenCode says so: a code of two lengths, in one bit each, and which of them each symbol has.
func (w *bitWriter) greenCode() {
	w.lengths(8, 9)
	for symbol := range greens {
		if symbol < short {
			w.low(0, 1)
		} else {
			w.low(1, 1)
		}
	}
}

// byteCode says that 256 symbols have 8 bits each. A code of one length needs no bit to say which.
func (w *bitWriter) byteCode() { w.lengths(8) }

// lengths begins a code whose symbols have the lengths: for each length that there may be, in the order of the format,
// whether it is used.
func (w *bitWriter) lengths(used ...int) {
	w.low(0, 1) // not a simple code
	order := []int{17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
	const last = 13 // as far as 9
	w.low(last-4, 4)
	for _, length := range order[:last] {
		bit := uint64(0)
		for _, u := range used {
			if u == length {
				bit = 1
			}
		}
		w.low(bit, 3)
	}
	w.low(0, 1) // the lengths of all symbols follow
}

func (w *bitWriter) pixel(p uint32) {
	w.green(int(p >> 8 & 0xff))
	w.code(uint64(p>>16&0xff), 8)
	w.code(uint64(p&0xff), 8)
	w.code(uint64(p>>24), 8)
}

// length writes how many pixels are copied: a class, and the bits that it leaves open.
func (w *bitWriter) length(n int) {
	if n <= 4 {
		w.green(256 + n - 1)
		return
	}
	n--
	high := bits.Len(uint(n)) - 1
	second := n >> (high - 1) & 1
	w.green(256 + 2*high + second)
	w.low(uint64(n&(1<<(high-1)-1)), high-1)
}
