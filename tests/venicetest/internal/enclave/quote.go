// Quotes in the layout of TDX, version 4.

package enclave

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/big"
)

// A Machine is what a quote says of a virtual machine.
type Machine struct {
	Debug      bool
	MRTD       [48]byte
	RTMR       [4][48]byte
	ConfigID   [48]byte
	ReportData [64]byte
}

var (
	tcbSVN     = [16]byte{6, 1, 4} // of Intel's module: version 1.6
	mrSigner   = bytes.Repeat([]byte{0x5e}, 32)
	qeAuth     = bytes.Repeat([]byte{0x20}, 32)
	attributes = [8]byte{0, 0, 0, 0x10}
)

const qeProduct, qeVersion = 2, 8

// Quote signs what is said of a machine with a key that the chain vouches for.
func (c *Chain) Quote(m Machine) []byte {
	attest, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	public, err := attest.PublicKey.Bytes()
	must(err)
	public = public[1:] // without 04

	b := make([]byte, 0, 4096)
	b = append(b, 4, 0, 2, 0, 0x81, 0, 0, 0, 0, 0, 0, 0) // version, kind of key, kind of hardware, reserved
	b = append(b, unhex("939a7233f79c4ca9940a0db3957f0607")...)
	b = append(b, make([]byte, 20)...)
	b = append(b, m.body()...)
	signature := sign(attest, b)

	report := qeReport(public)
	chain := append(text(c.pck, c.platform, c.root), 0)
	certified := append(report, sign(c.pck.key, report)...)
	certified = append(binary.LittleEndian.AppendUint16(certified, uint16(len(qeAuth))), qeAuth...)
	certified = append(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint16(certified, 5), uint32(len(chain))), chain...)
	data := append(signature, public...)
	data = append(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint16(data, 6), uint32(len(certified))), certified...)
	return append(binary.LittleEndian.AppendUint32(b, uint32(len(data))), data...)
}

func (m Machine) body() []byte {
	var b bytes.Buffer
	b.Write(tcbSVN[:])
	b.Write(bytes.Repeat([]byte{0x7b}, 48)) // of Intel's module
	b.Write(make([]byte, 48+8))             // its signer, Intel, and its attributes
	td := attributes
	if m.Debug {
		td[0] |= 1
	}
	b.Write(td[:])
	b.Write(unhex("e702060000000000")) // XFAM
	b.Write(m.MRTD[:])
	b.Write(m.ConfigID[:])
	b.Write(make([]byte, 2*48)) // owner
	for _, r := range m.RTMR {
		b.Write(r[:])
	}
	b.Write(m.ReportData[:])
	return b.Bytes()
}

// qeReport is the report of the enclave that quotes, about its key.
func qeReport(key []byte) []byte {
	r := make([]byte, 384)
	copy(r, svn[:])
	r[48] = 0x15            // attributes
	copy(r[64:], mrSigner)  // MRENCLAVE, of no interest
	copy(r[128:], mrSigner) // MRSIGNER
	binary.LittleEndian.PutUint16(r[256:], qeProduct)
	binary.LittleEndian.PutUint16(r[258:], qeVersion)
	sum := sha256.Sum256(append(bytes.Clone(key), qeAuth...))
	copy(r[320:], sum[:])
	return r
}

// sign is r and s, 32 bytes each.
func sign(key *ecdsa.PrivateKey, message []byte) []byte {
	sum := sha256.Sum256(message)
	r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
	must(err)
	return fixed(r, s)
}

func fixed(r, s *big.Int) []byte {
	b := make([]byte, 64)
	r.FillBytes(b[:32])
	s.FillBytes(b[32:])
	return b
}

func unhex(digits string) []byte {
	b, err := hex.DecodeString(digits)
	must(err)
	return b
}
