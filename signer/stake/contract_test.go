package stake

import (
	"encoding/hex"
	"strings"
	"testing"
)

// Each selector is the beginning of the hash of its signature.
func TestSelectors(t *testing.T) {
	for signature, m := range map[string]method{
		"approve(address,uint256)": approve, "balanceOf(address)": balanceOf, "allowance(address,address)": allowance,
		"stake(address,uint256)": stakeFor, "initiateUnstake(uint256)": initiateUnstake, "finalizeUnstake()": finalizeUnstake,
		"cooldownDuration()": cooldownDuration, "stakes(address)": stakes, "venice()": stakedToken, "diem()": diemToken,
		"Error(string)": errorText, "Panic(uint256)": panicCode,
	} {
		if hash := keccak256([]byte(signature)); hex.EncodeToString(hash[:4]) != string(m) {
			t.Errorf("%s is %x, not %s", signature, hash[:4], m)
		}
	}
	for selector, signature := range ownErrors {
		if hash := keccak256([]byte(signature)); hex.EncodeToString(hash[:4]) != string(selector) {
			t.Errorf("%s is %x, not %s", signature, hash[:4], selector)
		}
	}
}

func TestPlaces(t *testing.T) {
	p, err := newPlace(nil)
	if err != nil || p.vvv.String() != vvvAddress || p.staking.String() != stakingAddress || p.diem.String() != diemAddress || p.id != 8453 {
		t.Errorf("%+v, %v", p, err)
	}
	good := Contracts{1337, stakingAddress, diemAddress, strings.ToLower(vvvAddress)}
	if p, err = newPlace(&good); err != nil || p.id != 1337 || p.vvv.String() != stakingAddress || p.staking.String() != diemAddress || p.diem.String() != vvvAddress {
		t.Errorf("%+v, %v", p, err)
	}
	for name, bend := range map[string]func(*Contracts){
		"8453":    func(c *Contracts) { c.Chain = 8453 },
		"nor 0":   func(c *Contracts) { c.Chain = 0 },
		"VVV":     func(c *Contracts) { c.VVV = "" },
		"Staking": func(c *Contracts) { c.Staking = "0x" + strings.Repeat("g", 40) },
		"DIEM":    func(c *Contracts) { c.DIEM = strings.Replace(diemAddress, "F", "f", 1) },
	} {
		bad := good
		bend(&bad)
		if _, err := newPlace(&bad); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
