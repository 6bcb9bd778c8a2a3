package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// One of these stands first in the hashed text: another layout gets another name. The first is that of vouchers without a version of their rules.
const (
	hashVersion1 = "ledgermill-voucher-1"
	hashVersion2 = "ledgermill-voucher-2"
)

// Hash gives the hash of a voucher whose predecessor has the hash previous:
// SHA-256, in hex, over the version, previous, every field of the voucher but
// Previous and Hash, and every field of the lines in the order given (that of
// their numbers). Each field is written as its length, a colon and its text, so
// that no two vouchers have the same text.
func Hash(previous string, v Voucher, lines []Line) string {
	c := make(canon, 0, 256+256*len(lines))
	if v.Rules == "" {
		c.text(hashVersion1, previous)
	} else {
		c.text(hashVersion2, previous, v.Rules)
	}
	c.ints(v.Doc, int64(v.N))
	c.text(v.ID, v.Series)
	c.ints(int64(v.Period), v.Number, int64(v.Date))
	c.text(strconv.FormatBool(v.Red))
	c.ints(v.Reverses)
	c.text(v.Memo)
	c.ints(int64(len(lines)))
	for _, l := range lines {
		c.ints(l.Doc, int64(l.N), int64(l.Line))
		c.text(l.Account)
		c.ints(int64(l.Period), int64(l.Date), l.Debit.Units(), l.Credit.Units())
		c.text(l.Currency)
		c.ints(l.Foreign.Units(), l.Qty.Units())
		c.text(l.Item, l.Lot, l.Warehouse, l.Order, l.Partner, l.Workshop, l.Project, l.Rule)
		c.ints(int64(l.Entry))
	}
	sum := sha256.Sum256(c)
	return hex.EncodeToString(sum[:])
}

// VerifyChain checks one link: that v follows the voucher with the hash previous
// and is what it was when it was posted. The hash to verify the next link with
// is v.Hash. A broken link is refused with conflict.
func VerifyChain(previous string, v Voucher, lines []Line) error {
	if v.Previous != previous {
		return refusal.New(refusal.Conflict, v.ID, "the voucher does not follow the one before it")
	}
	if v.Hash != Hash(previous, v, lines) {
		return refusal.New(refusal.Conflict, v.ID, "the voucher is not what was posted")
	}
	return nil
}

type canon []byte

func (c *canon) text(fields ...string) {
	for _, s := range fields {
		*c = strconv.AppendInt(*c, int64(len(s)), 10)
		*c = append(*c, ':')
		*c = append(*c, s...)
	}
}

func (c *canon) ints(fields ...int64) {
	for _, n := range fields {
		c.text(strconv.FormatInt(n, 10))
	}
}
