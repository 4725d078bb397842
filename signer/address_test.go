// Tests of addresses.

package signer

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/venice-go/venice/internal/vectors"
)

func ExampleChecksumAddress() {
	fmt.Println(ChecksumAddress("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"))
	fmt.Println(ChecksumAddress("0xF39fd6e51aad88f6f4ce6ab8827279cfffb92266"))
	// Output:
	// 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266 <nil>
	//  signer: invalid wallet address: mixed case that is not its EIP-55 checksum
}

func TestChecksumAddress(t *testing.T) {
	for _, v := range vectors.EIP55.Valid {
		upper := "0x" + strings.ToUpper(v.Lower[2:])
		for _, in := range []string{v.Lower, upper, v.Checksummed} {
			if got, err := ChecksumAddress(in); got != v.Checksummed || err != nil {
				t.Errorf("ChecksumAddress(%q) = %q, %v; want %q", in, got, err, v.Checksummed)
			}
		}
	}
	for _, in := range append(vectors.EIP55.NotAddresses, append(vectors.EIP55.BadChecksum, vectors.EIP55.Valid[0].Lower[2:])...) {
		if got, err := ChecksumAddress(in); got != "" || !errors.Is(err, ErrInvalidAddress) {
			t.Errorf("ChecksumAddress(%q) = %q, %v; want ErrInvalidAddress", in, got, err)
		}
	}
	if len(vectors.EIP55.Valid) < 13 || len(vectors.EIP55.BadChecksum) < 3 || len(vectors.EIP55.NotAddresses) < 7 {
		t.Error("vectors are missing")
	}
}
