package ledgermill_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	lm "github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/posting/tieout"
)

// A cent or a piece that is wrong anywhere is found by the check that is there for it, and the first document after which it is wrong is named.
func TestTieOutsFindWhatIsPlanted(t *testing.T) {
	c := after(t, "cas", "rev1")
	cent, piece := yuan("0.01"), pcs("1")
	faults := map[string]struct {
		check string
		ref   string // the document named; none: a derived record is wrong
		plant func(b *tieout.Books)
	}{
		"a voucher line is a cent off": {"debits = credits", "pi1", func(b *tieout.Books) {
			l := lineOf(b, "pi1")
			l.Debit = l.Debit.Add(cent)
		}},
		"stock on hand has one too many": {"moves = on hand", "", func(b *tieout.Books) { b.Stocks[0].OnHand = b.Stocks[0].OnHand.Add(piece) }},
		"a move is lost":                 {"moves = valued quantity", "gr1", func(b *tieout.Books) { b.Moves = append(b.Moves[:1], b.Moves[2:]...) }},
		"an issue is a cent dearer": {"value entries = account", "mi1", func(b *tieout.Books) {
			e := entryOf(b, "mi1", costing.Out)
			e.Value = e.Value.Sub(cent)
		}},
		"a stream is a cent off": {"value entries = stock value", "", func(b *tieout.Books) { b.Streams[0].Value = b.Streams[0].Value.Add(cent) }},
		"a layer is a cent off":  {"stock value = layers", "", func(b *tieout.Books) { b.Layers[0].Value = b.Layers[0].Value.Add(cent) }},
		"an allowance is a cent off": {"allowances = account", "wd1", func(b *tieout.Books) {
			b.Allowances[0].Value = b.Allowances[0].Value.Add(cent)
		}},
		"an order's cost is a cent off": {"order entries = work in process", "", func(b *tieout.Books) { b.Orders[0].Open.Material = b.Orders[0].Open.Material.Add(cent) }},
		"an order was charged a cent more": {"charged = in process + out", "", func(b *tieout.Books) {
			b.Orders[0].Charged.Material = b.Orders[0].Charged.Material.Add(cent)
		}},
		"a settlement is a cent off": {"open items = account", "pay1", func(b *tieout.Books) {
			for _, s := range b.Settlements {
				if refOf(b, s.Doc) == "pay1" && s.Kind == ledger.Payable {
					s.Amount = s.Amount.Add(cent)
				}
			}
		}},
		"an open item is a cent off": {"settlements = open items", "", func(b *tieout.Books) { b.OpenItems[0].Open = b.OpenItems[0].Open.Add(cent) }},
		"a voucher was changed":      {"voucher chain", "", func(b *tieout.Books) { b.Vouchers[3].Date++ }},
		"a voucher is gone":          {"voucher chain", "", func(b *tieout.Books) { b.Vouchers = append(b.Vouchers[:2], b.Vouchers[3:]...) }},
	}
	for name, f := range faults {
		t.Run(name, func(t *testing.T) {
			b, err := lm.BooksOf(c)
			require.NoError(t, err)
			require.Empty(t, tieout.Check(b))
			f.plant(&b)
			var checks []string
			for _, br := range tieout.Check(b) {
				if br.Check == f.check && (f.ref == "" || br.Ref == f.ref) {
					return
				}
				checks = append(checks, br.Check+" after "+br.Ref)
			}
			t.Errorf("found %v, not %s after %s", checks, f.check, f.ref)
		})
	}
}

func refOf(b *tieout.Books, doc int64) string {
	for _, d := range b.Documents {
		if d.Seq == doc {
			return d.Ref
		}
	}
	return ""
}

func lineOf(b *tieout.Books, ref string) *ledger.Line {
	for _, l := range b.Lines {
		if refOf(b, l.Doc) == ref && !l.Debit.IsZero() {
			return l
		}
	}
	return nil
}

func entryOf(b *tieout.Books, ref string, kind costing.EntryKind) *costing.Entry {
	for _, e := range b.Entries {
		if refOf(b, e.Doc) == ref && e.Kind == kind {
			return e
		}
	}
	return nil
}
