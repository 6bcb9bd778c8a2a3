package costing

import (
	"cmp"
	"slices"

	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// PartKey names a part of an order's cost: what of one element came from or went to one cause. The cause is the stock entry on the other side; a cost without one
// (hours, a service) is its own cause, and so is what undoes another part.
type PartKey struct {
	Kind    EntryKind
	Cause   Source
	Element Element
}

// Part is a part of an order's cost: the entry that recorded it first, and what it is worth with all that was changed of it.
type Part struct {
	Entry
	Worth money.Amount
}

// Parts are an order's entries put together, part by part and document by document.
type Parts struct {
	Of    map[PartKey]*Part
	Named map[Source]PartKey // by the entry that recorded it first
	Docs  []PartsDoc         // by date and document
}

// PartsDoc are the parts that one document recorded, in the order of their lines.
type PartsDoc struct {
	Doc  int64
	Date calendar.Date
	Keys []PartKey
}

// PartsOf puts an order's entries together; it sorts them. A change that came late belongs to what it changes, also where it brought a new element.
func PartsOf(entries []Entry) Parts {
	p := Parts{Of: map[PartKey]*Part{}, Named: map[Source]PartKey{}}
	docs := map[int64]*PartsDoc{}
	slices.SortFunc(entries, func(a, b Entry) int { return cmp.Or(cmp.Compare(a.Doc, b.Doc), cmp.Compare(a.Line, b.Line)) })
	for _, e := range entries {
		k := p.KeyOf(&e)
		if of := p.Of[k]; of != nil {
			of.Worth = of.Worth.Add(e.Value)
			continue
		}
		p.Of[k], p.Named[e.Source()] = &Part{e, e.Value}, k
		d := docs[k.Cause.Doc]
		if d == nil {
			d = &PartsDoc{Doc: k.Cause.Doc, Date: e.FactDate}
			docs[d.Doc] = d
		}
		d.Keys = append(d.Keys, k)
	}
	for _, d := range docs {
		p.Docs = append(p.Docs, *d)
	}
	slices.SortFunc(p.Docs, func(a, b PartsDoc) int { return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Doc, b.Doc)) })
	return p
}

// KeyOf names the part that an entry belongs to.
func (p *Parts) KeyOf(e *Entry) PartKey {
	if _, undoes := p.Named[e.Cause]; e.Cause == (Source{}) || undoes && !e.Late {
		return PartKey{e.Kind, e.Source(), e.Element}
	}
	return PartKey{e.Kind, e.Cause, e.Element}
}

// Undone is the part that a reversal's part undoes: its cause is that part's entry.
func (p *Parts) Undone(k PartKey) (PartKey, bool) {
	of := p.Of[k]
	if of == nil || k.Cause != of.Source() || of.Cause == (Source{}) {
		return PartKey{}, false
	}
	undone, ok := p.Named[of.Cause]
	return undone, ok
}
