// The emulate command: a fake of the service for other programs on this machine.

package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/venice-go/venice/signer"
)

const emulateUsage = `venice emulate serves a fake of the API on this machine until it is interrupted. It mints keys for wallets that have a
stake, and answers chat with an echo. It keeps nothing when it ends.

  --addr HOST:PORT       loopback address to serve on; 127.0.0.1:8402 by default, port 0 for any that is free
  --stake ADDRESS=VVV    give a wallet staked VVV, such as 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266=100; repeatable

Exit codes:
  0  interrupted, and no answer broke the API's description
  1  it could not be served, or an answer broke the description: stderr says which
  2  flags are not as they should be
`

type stake struct {
	address string
	vvv     float64
}

func parseStake(text string) (stake, error) {
	address, amount, _ := strings.Cut(text, "=")
	vvv, err := strconv.ParseFloat(amount, 64)
	if err != nil || !(0 < vvv && vvv <= maxLimit) {
		return stake{}, fmt.Errorf("want ADDRESS=VVV with a number above 0")
	}
	address, err = signer.ChecksumAddress(address)
	return stake{address, vvv}, err
}

func emulate(ctx context.Context, c *console, args []string) error {
	var stakes []stake
	fs := newFlags()
	addr := fs.String("addr", "127.0.0.1:8402", "")
	fs.Func("stake", "", func(text string) error {
		s, err := parseStake(text)
		stakes = append(stakes, s)
		return err
	})
	if err := parseFlags(fs, args); err != nil {
		return err
	}

	fake, err := startFake(*addr, c.stderr)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "base URL  %s\n", fake.url)
	for _, s := range stakes {
		if err := fake.Stake(s.address, s.vvv); err != nil {
			fake.stop()
			return err
		}
		fmt.Fprintf(c.stdout, "staked    %v VVV by %s\n", s.vvv, s.address)
	}
	if len(stakes) == 0 {
		fmt.Fprintln(c.stdout, "staked    nothing, so that no wallet can mint: see --stake")
	}
	fmt.Fprintf(c.stdout, "mint      WALLET_PRIVATE_KEY=... venice mint --base-url %s\n", fake.url)
	fmt.Fprintf(c.stdout, "Go        venice.New(venice.WithBaseURL(%q), venice.WithAPIKey(key))\n", fake.url)
	fmt.Fprintf(c.stdout, "curl      curl -H \"Authorization: Bearer $KEY\" %s/models\n", fake.url)
	fmt.Fprintln(c.stdout, "Interrupt (Ctrl-C) to stop.")

	select {
	case <-ctx.Done():
		return fake.stop()
	case err := <-fake.failed:
		return err
	}
}
