// What tests need of the inside.

package autokey

import (
	"net/http"
	"os"

	"github.com/venice-go/venice"
)

var (
	Decode = decode
	CRCOf  = crcOf
)

const Header = header

// BaseURL is what the first call says of the service.
func (a *Auth) BaseURL(req *http.Request, op *venice.Operation) (string, error) {
	if err := a.prepare(); err != nil {
		return "", err
	}
	if err := a.settle(req, op); err != nil {
		return "", err
	}
	return a.client.BaseURL(), nil
}

// OnDisk returns the same file on a disk that write stands for.
func (f File) OnDisk(write func(file *os.File, text string) error) File { f.write = write; return f }
