// Statuses: which level of Intel's lists a machine's parts reach.

package tdx

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-tdx-guest/pcs"
)

// A status is what Intel says of the three parts that a quote rests on.
type status struct {
	platform, module, enclave level
}

type level struct {
	status     string
	date       string
	advisories []string
}

func levelOf(l pcs.TcbLevel) level { return level{string(l.TcbStatus), l.TcbDate, l.AdvisoryIDs} }

func (s status) String() string {
	text := fmt.Sprintf("platform %s, module %s, quoting enclave %s", s.platform.status, s.module.status, s.enclave.status)
	all := slices.Concat(s.platform.advisories, s.module.advisories, s.enclave.advisories)
	slices.Sort(all)
	if all = slices.Compact(all); len(all) > 0 {
		text += " (" + strings.Join(all, ", ") + ")"
	}
	return text
}

// check refuses statuses that are not accepted; nil accepts what is up to date.
func (s status) check(accepted []string) error {
	if accepted == nil {
		accepted = []string{string(pcs.TcbComponentStatusUpToDate)}
	}
	for _, l := range []level{s.platform, s.module, s.enclave} {
		if l.status == string(pcs.TcbComponentStatusRevoked) || !slices.Contains(accepted, l.status) {
			return fmt.Errorf("the TCB is not good enough: %s; accepted: %s", s, strings.Join(accepted, ", "))
		}
	}
	return nil
}

// statusOf finds the levels that the parts reach, by Intel's rules for version 3 of the TCB info and version 2 of identities.
func statusOf(q *genuine, info *pcs.TcbInfo, identity *pcs.EnclaveIdentity) (s status, err error) {
	switch {
	case info.ID != "TDX" || info.Version != 3:
		return s, fmt.Errorf("the TCB info is of %q, version %d, want TDX, version 3", info.ID, info.Version)
	case identity.ID != "TD_QE" || identity.Version != 2:
		return s, fmt.Errorf("the identity is of %q, version %d, want TD_QE, version 2", identity.ID, identity.Version)
	case !hexEqual(info.Fmspc, q.platform.FMSPC) || !hexEqual(info.PceID, q.platform.PCEID): // in upper case here, in lower there
		return s, errors.New("the TCB info is of another kind of platform")
	}
	if s.platform, err = platformLevel(q, info); err != nil {
		return s, err
	}
	if s.module, err = moduleLevel(q, info); err != nil {
		return s, err
	}
	s.enclave, err = enclaveLevel(q, identity)
	return s, err
}

func platformLevel(q *genuine, info *pcs.TcbInfo) (level, error) {
	svn, skip := q.GetTdQuoteBody().GetTeeTcbSvn(), 0
	if svn[1] > 0 { // then the first two are the module's, which has levels of its own
		skip = 2
	}
	for _, l := range info.TcbLevels {
		if reaches(q.platform.TCB.CPUSvnComponents, l.Tcb.SgxTcbcomponents, 0) && q.platform.TCB.PCESvn >= l.Tcb.Pcesvn &&
			reaches(svn, l.Tcb.TdxTcbcomponents, skip) {
			return levelOf(l), nil
		}
	}
	return level{}, errors.New("the platform reaches no level of the TCB info")
}

func reaches(svn []byte, want []pcs.TcbComponent, from int) bool {
	if len(svn) != len(want) {
		return false
	}
	for i := from; i < len(svn); i++ {
		if svn[i] < want[i].Svn {
			return false
		}
	}
	return true
}

// moduleLevel looks for Intel's module by the version that the quote has. The first version has no levels of its own.
func moduleLevel(q *genuine, info *pcs.TcbInfo) (level, error) {
	body := q.GetTdQuoteBody()
	svn := body.GetTeeTcbSvn()
	is := func(signer, attributes, mask pcs.HexBytes) bool {
		return bytes.Equal(body.GetMrSignerSeam(), signer.Bytes) && masked(body.GetSeamAttributes(), attributes.Bytes, mask.Bytes)
	}
	if svn[1] == 0 {
		if m := info.TdxModule; is(m.Mrsigner, m.Attributes, m.AttributesMask) {
			return level{status: string(pcs.TcbComponentStatusUpToDate)}, nil
		}
		return level{}, errors.New("the module is not Intel's")
	}
	for _, m := range info.TdxModuleIdentities {
		if !hexEqual(m.ID, fmt.Sprintf("TDX_%02x", svn[1])) {
			continue
		}
		if !is(m.Mrsigner, m.Attributes, m.AttributesMask) {
			return level{}, errors.New("the module is not Intel's")
		}
		for _, l := range m.TcbLevels {
			if uint32(svn[0]) >= l.Tcb.Isvsvn {
				return levelOf(l), nil
			}
		}
	}
	return level{}, errors.New("the module reaches no level of the TCB info")
}

// masked reports whether value has all the bits of want, where mask looks.
func masked(value, want, mask []byte) bool {
	if len(value) != len(want) || len(value) != len(mask) {
		return false
	}
	for i := range value {
		if value[i]&mask[i] != want[i] {
			return false
		}
	}
	return true
}

func enclaveLevel(q *genuine, identity *pcs.EnclaveIdentity) (level, error) {
	r := q.GetSignedData().GetCertificationData().GetQeReportCertificationData().GetQeReport()
	misc := binary.LittleEndian.AppendUint32(nil, r.GetMiscSelect())
	switch {
	case !bytes.Equal(r.GetMrSigner(), identity.Mrsigner.Bytes), r.GetIsvProdId() != uint32(identity.IsvProdID),
		!masked(misc, identity.Miscselect.Bytes, identity.MiscselectMask.Bytes),
		!masked(r.GetAttributes(), identity.Attributes.Bytes, identity.AttributesMask.Bytes):
		return level{}, fmt.Errorf("the quoting enclave is not Intel's (%s)", hex.EncodeToString(r.GetMrSigner()))
	}
	for _, l := range identity.TcbLevels {
		if l.Tcb.Isvsvn <= r.GetIsvSvn() {
			return levelOf(l), nil
		}
	}
	return level{}, errors.New("the quoting enclave reaches no level of its identity")
}
