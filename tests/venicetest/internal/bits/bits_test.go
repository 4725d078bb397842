package bits_test

import (
	"testing"

	"github.com/venice-go/venice/tests/venicetest/internal/bits"
)

// The check values of the catalogue of CRC algorithms, of the digits 1 to 9: CRC-8/SMBUS, CRC-16/UMTS, and CRC-32/CKSUM,
// which turns its result over.
func TestChecksum(t *testing.T) {
	digits := []byte("123456789")
	a, b, c := bits.Checksum(digits, 8, 0x07), bits.Checksum(digits, 16, 0x8005), bits.Checksum(digits, 32, 0x04c11db7)
	if a != 0xf4 || b != 0xfee8 || ^c != 0x765e7680 {
		t.Errorf("%#x, %#x, %#x", a, b, ^c)
	}
}

func TestPack(t *testing.T) {
	if got := string(bits.Pack("0100 0001", bits.Field(0x42, 8), "1")); got != "AB\x80" {
		t.Errorf("%q", got)
	}
	if got := string(bits.BigEndian("a", uint16(1), []byte{2}, int32(-1))); got != "a\x00\x01\x02\xff\xff\xff\xff" {
		t.Errorf("%q", got)
	}
	if got := string(bits.LittleEndian(uint32(1))); got != "\x01\x00\x00\x00" {
		t.Errorf("%q", got)
	}
}
