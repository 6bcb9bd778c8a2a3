package ledgermill

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// LandedCost is freight, duty or insurance that belongs to the value of goods: the bill of a carrier for receipts or completions (Of), of all their items or
// of those named, shared by value, qty, weight, volume or equal.
type LandedCost struct {
	ID       string        `json:"ref"`
	Date     calendar.Date `json:"date"`
	Memo     string        `json:"memo,omitzero"`
	Supplier string        `json:"supplier"`
	Of       []string      `json:"of"`
	Items    []string      `json:"items,omitempty"`
	Amount   money.Amount  `json:"amount"`
	By       string        `json:"by"` // value, qty, weight, volume or equal
}

func (c LandedCost) head() header { return header{"landed_cost", c.ID, c.Date, c.Memo} }

func (c LandedCost) ahead(b *book) {
	for _, ref := range c.Of {
		b.wantList(documentsNamed(ref))
	}
}

func (c LandedCost) decide(b *book) error {
	if c.Amount.Sign() <= 0 || !b.currency.Fits(c.Amount) {
		return refusal.New(refusal.InvalidAmount, c.ID, "a landed cost is above zero, in whole coins").Numbers(c.Amount, money.Amount{})
	}
	entries, err := c.receipts(b)
	if err != nil {
		return err
	}
	lines := make([]posting.Landed, len(entries))
	if err := each(b, entries, func(i int, e brought) (err error) {
		lines[i], err = b.landed(e)
		return err
	}); err != nil {
		return err
	}
	shares, err := posting.ShareLanded(b.currency, c.Amount, c.By, lines)
	if err != nil {
		return err
	}
	if err := each(b, entries, func(i int, e brought) error {
		if shares[i].IsZero() {
			return nil
		}
		return b.land(e, lines[i], shares[i])
	}); err != nil {
		return err
	}
	account, err := b.post("landed_cost", "payable", c.Amount, dims{partner: c.Supplier})
	if err != nil {
		return err
	}
	b.openItem(ledger.OpenItem{Kind: ledger.Payable, Partner: c.Supplier, Account: account, Amount: c.Amount})
	return nil
}

// brought is an entry by which goods came in.
type brought struct {
	*costing.Entry
	made bool // by an order of ours; else bought
}

// receipts are the entries by which the documents named brought in the items named.
func (c LandedCost) receipts(b *book) ([]brought, error) {
	if err := checkLines(b, len(c.Of)); err != nil {
		return nil, err
	}
	var out []brought
	found := map[string]bool{}
	err := each(b, c.Of, func(i int, ref string) error {
		doc, err := b.document(ref)
		if err != nil {
			return err
		}
		if doc.Verb != "receive" && doc.Verb != "complete" || slices.Contains(c.Of[:i], ref) {
			return refusal.New(refusal.InvalidState, ref, "a landed cost names receipts and completions, each once")
		}
		if c.Date < doc.Date {
			return refusal.New(refusal.InvalidDate, ref, "a landed cost dated %s, before its receipt of %s", c.Date, doc.Date)
		}
		b.wantList(reversalOf(doc.Seq))
		b.wantList(factsOf(storage.Settlements, doc.Seq))
		entries, err := list[costing.Entry](b, factsOf(storage.Entries, doc.Seq))
		if err != nil {
			return err
		}
		undone, err := list[posting.Document](b, reversalOf(doc.Seq))
		if err != nil {
			return err
		}
		if len(undone) > 0 {
			return refusal.New(refusal.InvalidState, ref, "this document was reversed")
		}
		for _, e := range entries {
			if e.Kind == costing.In && (len(c.Items) == 0 || slices.Contains(c.Items, e.Item)) {
				out, found[e.Item] = append(out, brought{e, doc.Verb == "complete"}), true
			}
		}
		b.mention(doc.Seq)
		return nil
	})
	for _, item := range c.Items {
		if err == nil && !found[item] {
			return nil, refusal.New(refusal.NotFound, item, "none of these documents brought this item in")
		}
	}
	return out, err
}

// landed is what a landed cost must know of a receipt line: how much was received and is kept, and what was accrued for it.
func (b *book) landed(e brought) (posting.Landed, error) {
	b.want(storage.OpenItems, string(ledger.Landed), e.Doc, e.Line)
	b.want(storage.Streams, e.Item, e.Scope)
	item, err := b.item(e.Item)
	if err != nil {
		return posting.Landed{}, err
	}
	line, err := b.landedFacts(e.Source())
	if err != nil {
		return posting.Landed{}, err
	}
	kept := e.Qty // what our own order made does not go back
	if len(line) > 0 {
		kept = posting.KeptOn(line, b.doc.Date)
	}
	facts, err := list[ledger.Settlement](b, factsOf(storage.Settlements, e.Doc))
	if err != nil {
		return posting.Landed{}, err
	}
	value := e.Value
	for _, f := range facts { // what was bought may stand at standard cost, which is not what was accrued for it
		if !e.made && f.ItemLine == e.Line && (f.Kind == ledger.Accrued || f.Kind == ledger.Billed) {
			value = f.Amount
		}
	}
	return posting.Landed{Item: *item, Qty: e.Qty, Kept: kept, Value: value}, nil
}

// land adds a share to the value of a receipt line. What goes back to the supplier later leaves its part of it here: see sendBack.
func (b *book) land(e brought, l posting.Landed, share money.Amount) error {
	b.partKept[e.Source()] = l.Kept != e.Qty
	if err := b.adjust(&l.Item, e.Source(), e.FactDate, l.Kept, share, "landed_cost", "stock"); err != nil {
		return err
	}
	if e.made || b.stoodAtStandard(&l.Item, e.Entry) { // it does not go back, or went to the variance at once
		return nil
	}
	return b.grow(ledger.OpenItem{Doc: e.Doc, Line: e.Line, Item: e.Item, Date: e.FactDate}, ledger.Landed, uom.Quantity{}, share)
}

// landedOf is the part of a receipt line's landed costs that goes with units of it.
func (b *book) landedOf(o ledger.OpenItem, qty uom.Quantity) (money.Amount, error) {
	landed, err := read[ledger.OpenItem](b, storage.OpenItems, string(ledger.Landed), o.Doc, o.Line)
	if err != nil || landed == nil {
		return money.Amount{}, err
	}
	src := costing.Source{Doc: o.Doc, Line: o.Line}
	facts, err := b.landedFacts(src)
	if err != nil {
		return money.Amount{}, err
	}
	undoes, err := b.undoing(facts)
	if err != nil {
		return money.Amount{}, err
	}
	var till []ledger.Settlement
	for _, f := range facts {
		if f.Date > b.doc.Date {
			continue
		}
		till = append(till, f)
		if f.Kind == ledger.Landed { // the landed costs cannot be undone before the return is
			b.mention(f.Doc)
		}
	}
	till = append(till, ledger.Settlement{Doc: b.doc.Seq, Line: math.MaxInt32, Kind: ledger.Accrued, Date: b.doc.Date, Qty: qty.Neg()})
	all := posting.LandedParts(b.currency, till, undoes)
	return all[len(all)-1].Part, nil
}

// landedFacts are what happened to the units of a receipt line, and what landed on them, with what this document has done so far.
func (b *book) landedFacts(src costing.Source) ([]ledger.Settlement, error) {
	var out []ledger.Settlement
	var missing error
	for _, kind := range []ledger.OpenKind{ledger.Accrued, ledger.Billed, ledger.Landed} {
		rows, err := list[ledger.Settlement](b, settlementsOf(kind, src.Doc))
		missing = errors.Join(missing, err)
		for _, f := range append(values(rows), own(b, storage.Settlements, func(f *ledger.Settlement) bool { return f.Kind == kind && f.ItemDoc == src.Doc })...) {
			if f.ItemLine == src.Line {
				out = append(out, f)
			}
		}
	}
	if missing != nil {
		return nil, errNeed
	}
	return out, nil
}

// undoing says which documents the reversals among facts undo.
func (b *book) undoing(facts []ledger.Settlement) (map[int64]int64, error) {
	undoes := map[int64]int64{b.doc.Seq: b.doc.Reverses}
	var missing error
	for _, f := range facts {
		if f.Doc == b.doc.Seq {
			continue
		}
		d, err := read[posting.Document](b, storage.Documents, f.Doc)
		if missing = cmp.Or(missing, err); err == nil {
			undoes[f.Doc] = d.Reverses
		}
	}
	return undoes, missing
}

// relanded is by how much units that were sent back took more of their landed costs along than is in the books, because this document lands a cost, sends
// units back or undoes that before they went.
type relanded struct {
	entry  *costing.Entry
	change money.Amount
}

func (b *book) reland() (out []relanded, err error) {
	if b.doc.Date >= b.head.Latest {
		return nil, nil
	}
	mine := own(b, storage.Settlements, func(f *ledger.Settlement) bool {
		return (f.Kind == ledger.Landed || f.Kind == ledger.Accrued || f.Kind == ledger.Billed) && f.ItemDoc != b.doc.Seq
	})
	seen := map[costing.Source]bool{}
	err = each(b, mine, func(_ int, f ledger.Settlement) error {
		src := costing.Source{Doc: f.ItemDoc, Line: f.ItemLine}
		if seen[src] {
			return nil
		}
		seen[src] = true
		changed, err := b.relandLine(src)
		out = append(out, changed...)
		return err
	})
	return out, err
}

func (b *book) relandLine(src costing.Source) (out []relanded, err error) {
	landed, err := read[ledger.OpenItem](b, storage.OpenItems, string(ledger.Landed), src.Doc, src.Line)
	if err != nil || landed == nil {
		return nil, err
	}
	facts, err := b.landedFacts(src)
	if err != nil {
		return nil, err
	}
	undoes, err := b.undoing(facts)
	if err != nil {
		return nil, err
	}
	changes := posting.Relanded(b.currency, facts, undoes, b.doc.Seq)
	err = each(b, changes, func(_ int, s posting.SentBack) error {
		e, err := b.sentBackBy(s, src)
		out = append(out, relanded{e, s.Part})
		return err
	})
	return out, err
}

// sentBackBy is the entry by which units of a receipt line went back. What landed on them before is not undone before they are.
func (b *book) sentBackBy(s posting.SentBack, src costing.Source) (*costing.Entry, error) {
	entries, err := list[costing.Entry](b, factsOf(storage.Entries, s.Doc))
	if err != nil {
		return nil, err
	}
	if b.doc.Verb == (LandedCost{}).head().Verb && len(own(b, storage.Mentions, func(m *posting.Mention) bool { return m.By == s.Doc })) == 0 {
		b.fact(storage.Mentions, &posting.Mention{Of: b.doc.Seq, By: s.Doc})
	}
	back := slices.DeleteFunc(slices.Clone(entries), func(e *costing.Entry) bool { return e.Kind != costing.Back || e.Cause != src })
	return back[s.N], nil
}
