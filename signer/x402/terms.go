// Terms: which offers a payer accepts.

package x402

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/venice-go/venice/internal/origin"
)

// minAmount is the least that the service takes in one payment.
const minAmount = 5 * USD

// terms are what an offer is held against. None of them comes from the service.
type terms struct {
	rail   rail     // the wallet's
	payer  string   // the wallet's address
	asset  string   // USDC there, or a stand-in for tests; "" if the origin may have neither
	amount Amount   // to be paid
	payTo  []string // recipients that are allowed; nil for any
}

var baseUnits = regexp.MustCompile(`^[1-9][0-9]*$`)

// choose returns the one offer that can be accepted.
func (t *terms) choose(offers []offer) (*offer, error) {
	var found *offer
	var refused error
	var networks []string
	chain := t.rail.facts()
	for i := range offers {
		o := &offers[i]
		networks = append(networks, o.Network)
		if o.Network != chain.network && o.Network != chain.alias {
			continue
		}
		err := t.check(o)
		switch {
		case err == nil && found != nil:
			return nil, refuseOffer("network", strings.Join(networks, ", "), "one offer for %s", chain.network)
		case err == nil:
			found = o
		case refused == nil:
			refused = err
		}
	}
	switch {
	case found != nil:
		return found, nil
	case refused != nil:
		return nil, refused
	}
	return nil, refuseOffer("network", strings.Join(networks, ", "), "%s, which the wallet is on", chain.network)
}

func (t *terms) check(o *offer) error {
	amount, err := strconv.ParseInt(o.Amount, 10, 64)
	switch {
	case o.Scheme != "exact":
		return refuseOffer("scheme", o.Scheme, "exact")
	case t.asset == "":
		return refuseOffer("asset", o.Asset, "none: USDC is paid to %s, or to an origin that AllowOrigin names; a fake is paid in the payer's TestAsset", origin.Service)
	case !same(t.rail, o.Asset, t.asset):
		return refuseOffer("asset", o.Asset, "%s", t.asset)
	case !baseUnits.MatchString(o.Amount) || err != nil:
		return refuseOffer("amount", o.Amount, "a whole number of base units above zero, in decimal digits")
	case Amount(amount) > t.amount:
		return refuseOffer("amount", o.Amount, "%d base units at most, since %v are to be paid", t.amount, t.amount)
	case time.Duration(o.MaxTimeoutSeconds) < minLife/time.Second || o.MaxTimeoutSeconds > 1<<31:
		return refuseOffer("timeout", strconv.FormatInt(o.MaxTimeoutSeconds, 10), "maxTimeoutSeconds of %v at least", int(minLife/time.Second))
	}
	switch x := o.Extra; {
	case x.AssetTransferMethod != "" && x.AssetTransferMethod != "eip3009":
		return refuseOffer("extra", x.AssetTransferMethod, "assetTransferMethod eip3009, or none")
	case x.PaymentFlow != "" && x.PaymentFlow != "authorization":
		return refuseOffer("extra", x.PaymentFlow, "paymentFlow authorization, or none")
	}
	return t.checkPayTo(o)
}

func (t *terms) checkPayTo(o *offer) error {
	to, err := t.rail.account(o.PayTo)
	if err != nil {
		return refuseOffer("payTo", o.PayTo, "%s", t.rail.facts().form)
	}
	if err := t.rail.check(t, o, to); err != nil {
		return err
	}
	if same(t.rail, to, t.payer) || same(t.rail, to, t.asset) {
		return refuseOffer("payTo", to, "neither the payer nor the asset")
	}
	if t.payTo != nil && !slices.ContainsFunc(t.payTo, func(a string) bool { return same(t.rail, a, to) }) {
		return refuseOffer("recipient", to, "%s", strings.Join(t.payTo, ", "))
	}
	return nil
}
