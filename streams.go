package ledgermill

import (
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/storage"
)

// layersRead are the layers that a method must see to take a quantity on the document's day.
func (b *book) layersRead(m costing.Method, code, scope string, qty uom.Quantity) []storage.List {
	all := storage.List{Kind: storage.Layers, Values: []any{code, scope}}
	cover, recent := all, all
	cover.Cover, cover.Newest = qty, m.Reads() == costing.ReadsNewest
	switch day, since := m.Reads().Since(b.doc.Date); {
	case since:
		recent.From = day
		return []storage.List{cover, recent}
	case m.Reads() == costing.ReadsAll, m.Reads() == costing.ReadsNamed:
		return []storage.List{all}
	}
	return []storage.List{cover}
}

// scope names the stream in which goods are valued.
func (b *book) scope(g goods) string {
	return costing.ScopeOf(b.set.CostScope, g.item.Method, g.warehouse.Code, g.lot)
}

// stream gives a value stream to change, with the layers that cover a quantity. To a document dated before the stream's latest entry it gives the
// stream as it stood at the end of that day: what came after is carried on when the document is done.
func (b *book) stream(item *inventory.Item, scope string, cover uom.Quantity) (*stream, error) {
	if !costing.Fits(b.set.CostScope, item.Method, scope) {
		return nil, refusal.New(refusal.InvalidDate, item.Code, "the item is valued by another method since: what is dated before is settled")
	}
	s := b.streams[streamKey{item.Code, scope}]
	if s == nil {
		var err error
		if s, err = b.asStored(item, scope); err != nil {
			return nil, err
		}
		switch {
		case b.doc.Date < s.record.LastDate:
			if err := b.comesLate(s, item); err != nil {
				return nil, err
			}
		case b.doc.Date < b.head.Latest:
			if err := b.passed(item, nil); err != nil {
				return nil, err
			}
		}
		b.have(s)
	}
	if !costing.Layered(s.method) || cover.IsZero() || s.swept {
		return s, nil
	}
	s.asked = uom.Sum(s.asked, cover)
	return s, each(b, b.layersRead(s.method, item.Code, scope, s.asked), func(_ int, l storage.List) error {
		layers, err := list[costing.Layer](b, l)
		s.adopt(layers...)
		return err
	})
}

// valued gives a stream in which only the value of a receipt changes; that may be of before another method valued it.
func (b *book) valued(item *inventory.Item, scope string) (*stream, error) {
	s := b.streams[streamKey{item.Code, scope}]
	if s != nil {
		return s, nil
	}
	s, err := b.asStored(item, scope)
	if err != nil {
		return nil, err
	}
	if b.doc.Date < s.record.LastDate {
		if err := b.allowLate(item.Code, s.record.LastDate); err != nil {
			return nil, err
		}
		s.swept = true
	}
	b.have(s)
	return s, nil
}

// asStored gives a stream as it is in the books, without its layers.
func (b *book) asStored(item *inventory.Item, scope string) (*stream, error) {
	m, err := b.method(item.Method)
	if err != nil {
		return nil, err
	}
	row, err := editOr(b, costing.Stream{Item: item.Code, Scope: scope, Method: item.Method}, storage.Streams, item.Code, scope)
	if err != nil {
		return nil, err
	}
	return &stream{State: costing.State{Stream: *row}, method: m, record: row}, nil
}

// have adds a stream to those that the document changes.
func (b *book) have(s *stream) {
	s.Stream.LastDate = max(s.Stream.LastDate, b.doc.Date)
	b.streams[streamKey{s.record.Item, s.record.Scope}] = s
	b.streamed = append(b.streamed, s)
}

// layer makes sure that the layer of one receipt is among those loaded.
func (b *book) layer(s *stream, date calendar.Date, src costing.Source) error {
	if !costing.Layered(s.method) || s.swept {
		return nil
	}
	l, err := read[costing.Layer](b, storage.Layers, s.Stream.Item, s.Stream.Scope, date, src.Doc, src.Line, int32(0))
	if err == nil && l != nil {
		s.adopt(l)
	}
	return err
}

// adopt adds layers that were loaded together to those known, unless they are: one that was used up since does not come back.
func (s *stream) adopt(layers ...*costing.Layer) {
	known := s.loaded
	for _, l := range layers {
		if !slices.ContainsFunc(known, func(have costing.Layer) bool { return have.Source == l.Source && have.Part == l.Part }) {
			s.loaded = append(s.loaded, *l)
			s.Adopt(*l)
		}
	}
}

// standsAtStandard says whether goods valued by a method are worth their standard cost.
func (b *book) standsAtStandard(method string) bool {
	m, err := b.method(method)
	return err == nil && m.Reads() == costing.ReadsStandard
}

// method gives a costing method by its name.
func (b *book) method(name string) (costing.Method, error) { return costing.Lookup(name, b.methods) }

// stoodAtStandard says whether all that some entries of an item brought stood at standard cost on its day.
func (b *book) stoodAtStandard(item *inventory.Item, entries ...*costing.Entry) bool {
	for _, e := range entries {
		if !b.standsAtStandard(first(e.Method, item.Method)) { // without one it was recorded before that was kept
			return false
		}
	}
	return len(entries) > 0 || b.standsAtStandard(item.Method)
}

// standards are the standard costs of an item, with those that this command sets.
func (b *book) standards(item string) ([]costing.StandardCost, error) {
	rows, err := list[costing.StandardCost](b, standardsOf(item))
	return values(append(rows, b.standard...)), err
}

// atStandard is what goods stand at: for an item at standard cost quantity x the standard of the day, else the value given.
func (b *book) atStandard(g goods, value money.Amount) (money.Amount, error) {
	m, err := b.method(g.item.Method)
	if err != nil || m.Reads() != costing.ReadsStandard {
		return value, err
	}
	standards, err := b.standards(g.item.Code)
	if err != nil {
		return value, err
	}
	return costing.AtStandard(b.currency, g.item.Code, standards, b.doc.Date, g.qty)
}

// issueOf is what the document takes from a stream.
func (b *book) issueOf(lot string, qty uom.Quantity) costing.Issue {
	return costing.Issue{Doc: b.doc.Seq, Date: b.doc.Date, Lot: lot, Qty: qty}
}
