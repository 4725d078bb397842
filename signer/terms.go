// Terms: which offers a payer accepts.

package signer

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// minAmount is the least that the service takes in one payment.
const minAmount = 5 * USD

// terms are what an offer is held against. None of them comes from the service.
type terms struct {
	network string   // the wallet's
	payer   string   // the wallet's address
	asset   string   // USDC there, or a stand-in for tests; "" if the origin may have neither
	amount  Amount   // to be paid
	payTo   []string // recipients that are allowed; nil for any
}

var baseUnits = regexp.MustCompile(`^[1-9][0-9]*$`)

// choose returns the one offer that can be accepted.
func (t *terms) choose(offers []offer) (*offer, error) {
	var found *offer
	var refused error
	var networks []string
	for i := range offers {
		o := &offers[i]
		networks = append(networks, o.Network)
		if o.Network != t.network && o.Network != aliases[t.network] {
			continue
		}
		err := t.check(o)
		switch {
		case err == nil && found != nil:
			return nil, refuseOffer("network", strings.Join(networks, ", "), "one offer for %s", t.network)
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
	return nil, refuseOffer("network", strings.Join(networks, ", "), "%s, which the wallet is on", t.network)
}

// aliases are names that the service has for networks beside those of CAIP-2.
var aliases = map[string]string{base: "base", solana: "solana"}

func (t *terms) check(o *offer) error {
	amount, err := strconv.ParseInt(o.Amount, 10, 64)
	switch {
	case o.Scheme != "exact":
		return refuseOffer("scheme", o.Scheme, "exact")
	case t.asset == "":
		return refuseOffer("asset", o.Asset, "none: USDC is paid to %s, or to an origin that AllowOrigin names; a fake is paid in the payer's TestAsset", origin)
	case !t.same(o.Asset, t.asset):
		return refuseOffer("asset", o.Asset, "%s", t.asset)
	case !baseUnits.MatchString(o.Amount) || err != nil:
		return refuseOffer("amount", o.Amount, "a whole number of base units above zero, in decimal digits")
	case Amount(amount) > t.amount:
		return refuseOffer("amount", o.Amount, "%d base units at most, since %v are to be paid", t.amount, t.amount)
	case time.Duration(o.MaxTimeoutSeconds) < minLife/time.Second || o.MaxTimeoutSeconds > 1<<31:
		return refuseOffer("timeout", strconv.FormatInt(o.MaxTimeoutSeconds, 10), "maxTimeoutSeconds of %v at least", int(minLife/time.Second))
	}
	if err := t.checkExtra(o.Extra); err != nil {
		return err
	}
	return t.checkPayTo(o)
}

func (t *terms) checkExtra(x offerExtra) error {
	switch {
	case t.network == base && (x.Name != domainName || x.Version != domainVersion),
		t.network == solana && (x.Name != "" && x.Name != domainName || x.Version != "" && x.Version != domainVersion):
		return refuseOffer("extra", x.Name+", "+x.Version, "name %s, version %s", domainName, domainVersion)
	case x.AssetTransferMethod != "" && x.AssetTransferMethod != "eip3009":
		return refuseOffer("extra", x.AssetTransferMethod, "assetTransferMethod eip3009, or none")
	case x.PaymentFlow != "" && x.PaymentFlow != "authorization":
		return refuseOffer("extra", x.PaymentFlow, "paymentFlow authorization, or none")
	case t.network == solana && (!isAddress(x.FeePayer) || x.FeePayer == t.payer):
		return refuseOffer("extra", x.FeePayer, "a feePayer: base58 of 32 bytes, and not the payer")
	}
	return nil
}

// checkPayTo compares with the account on the chain. On Solana it may lie off the curve, as the service's does.
func (t *terms) checkPayTo(o *offer) error {
	to, err := accountOn(t.network, o.PayTo)
	switch {
	case err != nil && t.network == base:
		return refuseOffer("payTo", o.PayTo, "0x and 40 hex digits, of one case or with their EIP-55 checksum")
	case err != nil:
		return refuseOffer("payTo", o.PayTo, "base58 of 32 bytes")
	case to == zeroAddress:
		return refuseOffer("payTo", to, "an account, not zero")
	}
	for _, not := range append([]string{t.payer, t.asset, o.Extra.FeePayer}, programs...) {
		if not != "" && t.same(to, not) {
			return refuseOffer("payTo", to, "neither the payer, nor the asset, nor the fee payer, nor a program")
		}
	}
	if t.payTo != nil && !slices.ContainsFunc(t.payTo, func(a string) bool { return t.same(a, to) }) {
		return refuseOffer("recipient", to, "%s", strings.Join(t.payTo, ", "))
	}
	return nil
}

// programs are accounts on Solana that nobody can be paid at.
var programs = []string{
	encode58(systemProgram[:]), encode58(tokenProgram[:]), encode58(tokenAccountProgram[:]), encode58(memoProgram[:]), encode58(computeBudgetProgram[:]),
}

// same compares addresses: on Base whatever their case, which is a checksum only.
func (t *terms) same(a, b string) bool {
	if t.network == base {
		return strings.EqualFold(a, b)
	}
	return a == b
}
