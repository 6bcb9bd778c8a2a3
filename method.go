package ledgermill

import (
	"encoding/json"
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/posting/flow"
	"github.com/ledgermill/ledgermill/storage"
)

// ChangeMethod values an item by another method from a date on, at the same total; a change to standard cost revalues it. It is dated no
// earlier than the item's latest entry (invalid_date); what comes late of before, bills and freight above all, goes through it. While goods are owed (negative
// stock) it is refused (invalid_state).
type ChangeMethod struct {
	ID     string        `json:"ref"`
	Date   calendar.Date `json:"date"`
	Memo   string        `json:"memo,omitzero"`
	Item   string        `json:"item"`
	Method string        `json:"method"` // as of [DefineItem]
}

func (c ChangeMethod) head() header { return header{"change_method", c.ID, c.Date, c.Memo} }

func (c ChangeMethod) decide(b *book) error {
	item, err := b.item(c.Item)
	if err != nil {
		return err
	}
	if item.Method == c.Method {
		return refusal.New(refusal.InvalidState, c.Item, "the item is valued by this method already: %s", c.Method)
	}
	changed := *item
	changed.Method = c.Method
	if err := b.checkMethod(changed); err != nil {
		return err
	}
	to, err := b.method(c.Method)
	if err != nil {
		return err
	}
	rows, err := list[costing.Stream](b, storage.List{Kind: storage.Streams, Values: []any{c.Item}})
	if err != nil {
		return err
	}
	if err := b.handOver(item, &changed, to, rows); err != nil {
		return err
	}
	row, err := edit[inventory.Item](b, storage.Items, c.Item)
	if err != nil {
		return err
	}
	row.Method = c.Method
	if !b.standsAtStandard(c.Method) {
		return nil
	}
	return each(b, b.streamed, func(_ int, s *stream) error { return b.standardise(row, s, "change_method") })
}

// handOver hands the streams of an item over to another method. Those in which it is valued then come first; the goods of the others are carried into them.
func (b *book) handOver(item, changed *inventory.Item, to costing.Method, rows []*costing.Stream) error {
	stays := func(row *costing.Stream) bool { return costing.Fits(b.set.CostScope, changed.Method, row.Scope) }
	rows = slices.DeleteFunc(rows, func(row *costing.Stream) bool { // handed over before, and of no use to either method
		return !stays(row) && !costing.Fits(b.set.CostScope, item.Method, row.Scope)
	})
	if err := each(b, rows, func(_ int, row *costing.Stream) error {
		had := item
		if !costing.Fits(b.set.CostScope, item.Method, row.Scope) { // empty since goods were last valued so
			had = changed
		}
		if b.doc.Date < row.LastDate {
			return refusal.New(refusal.InvalidDate, item.Code, "the item has entries of %s: its method changes no earlier", row.LastDate)
		}
		s, err := b.stream(had, row.Scope, row.Qty)
		if err != nil {
			return err
		}
		if err := s.MayConvert(); err != nil {
			return err
		}
		if stays(row) {
			b.become(s, to)
		}
		return nil
	}); err != nil {
		return err
	}
	return each(b, rows, func(_ int, row *costing.Stream) error {
		if stays(row) {
			return nil
		}
		s, err := b.stream(item, row.Scope, row.Qty)
		if err != nil {
			return err
		}
		if err := b.rescope(item, changed, s); err != nil {
			return err
		}
		b.become(s, to)
		return nil
	})
}

// become hands a stream over to another method.
func (b *book) become(s *stream, to costing.Method) {
	line := b.next(storage.Entries)
	e := &costing.Entry{
		Doc: b.doc.Seq, Line: line, Kind: costing.Becomes, Item: s.Stream.Item, Scope: s.Stream.Scope, Method: to.Name(),
		FactDate: b.doc.Date, PostingDate: b.doc.Date,
	}
	b.fact(storage.Entries, e)
	b.links(e, s.Convert(s.method, to, e.Source(), b.doc.Date))
	s.Priced(b.doc.Date, b.doc.Seq) // a later price of what came before goes through it
	s.method = to
}

// rescope carries a stream's goods into the streams in which the new method values them, lot by lot.
func (b *book) rescope(item, changed *inventory.Item, s *stream) error {
	if s.Stream.Qty.IsZero() {
		return nil
	}
	held, err := b.held(item.Code)
	if err != nil {
		return err
	}
	warehouse, lot := costing.OfScope(s.Stream.Scope)
	place, err := b.warehouse(first(warehouse, b.set.FirstWarehouse))
	if err != nil {
		return err
	}
	return each(b, inventory.Lots(inventory.At(held, warehouse, "", lot)), func(_ int, l inventory.Pick) error {
		if l.Qty.IsZero() {
			return nil
		}
		from := goods{item: item, qty: l.Qty, warehouse: place, lot: l.Stock.Lot}
		to := from
		to.item = changed
		target, err := b.stream(changed, b.scope(to), noQty)
		if err != nil {
			return err
		}
		if target.record.Version == 0 && target.Stream.Qty.IsZero() { // a stream that begins here says so
			b.become(target, target.method)
		}
		return b.carry(from, to)
	})
}

// carry hands goods over from one stream to another: layer by layer in the order of their age, with what was written down of them.
func (b *book) carry(from, to goods) error {
	links, err := b.draw(from)
	if err != nil {
		return err
	}
	out, err := b.leave(from, links, "transfer")
	if err != nil {
		return err
	}
	if err := b.arrive(to, out, out.links); err != nil {
		return err
	}
	source, target := b.streams[streamKey{from.item.Code, b.scope(from)}], b.streams[streamKey{to.item.Code, b.scope(to)}]
	part := source.Release(b.currency, from.qty)
	target.Allow(part)
	b.allowance(source, part.Neg())
	b.allowance(target, part)
	return nil
}

// arrive brings what was taken from one stream into another, as layers of their own.
func (b *book) arrive(to goods, out taken, links []costing.Taken) error {
	s, e, err := b.entering(to, out.value, "transfer_in", out.entry.Source())
	if err != nil {
		return err
	}
	if !costing.Layered(s.method) {
		s.method.In(&s.State, costing.Receipt{Source: e.Source(), Date: b.doc.Date, Lot: to.lot, Qty: to.qty, Value: out.value})
		return nil
	}
	parts := costing.Carried(e.Source(), b.doc.Date, links)
	s.Apply(s.method, &costing.Event{Entry: *e, Moved: parts}, 1)
	b.links(e, parts)
	return nil
}

// changesOfMethod are the documents by which items came to be valued by another method, by item, in their order.
func (b *book) changesOfMethod() (map[string][]ChangeMethod, error) {
	if b.becomes != nil {
		return b.becomes, nil
	}
	docs, err := list[posting.Document](b, documentsOf(ChangeMethod{}.head().Verb))
	if err != nil {
		return nil, err
	}
	out := map[string][]ChangeMethod{}
	for _, d := range docs {
		c := ChangeMethod{}
		_, js := bare(d.Command)
		if err := json.Unmarshal([]byte(js), &c); err != nil {
			return nil, err
		}
		c.Date = d.Date
		out[c.Item] = append(out[c.Item], c)
	}
	b.becomes = out
	return out, nil
}

// methodOn is the costing method of an item at the end of a day, by the changes of it. What it was before the first the entries of then say.
func (b *book) methodOn(item *inventory.Item, day calendar.Date, changes []ChangeMethod) (string, error) {
	was, next := "", []ChangeMethod(nil)
	for _, c := range changes {
		switch {
		case c.Date <= day:
			was = c.Method
		case next == nil || c.Date == next[0].Date:
			next = append(next, c)
		}
	}
	if next == nil || was != "" {
		return first(was, item.Method), nil
	}
	rows, err := b.total(storage.Total{Kind: storage.Entries, Group: []string{"method"}, Of: []string{"value"}, Where: []storage.Equal{where("item", item.Code)}, Date: "fact_date", AsOf: next[0].Date})
	for _, r := range rows {
		name := *r.Group[0].(*string)
		if !slices.ContainsFunc(next, func(c ChangeMethod) bool { return c.Method == name }) {
			was = first(name, was)
		}
	}
	return first(was, item.Method), err
}

// passed refuses a document of before a change of the method where nothing was handed over by it: the stream is younger, or its goods are valued elsewhere since.
func (b *book) passed(item *inventory.Item, past *flow.Stream) error {
	all, err := b.changesOfMethod()
	if err != nil {
		return err
	}
	for _, c := range all[item.Code] {
		if c.Date > b.doc.Date && (past == nil || !past.Stays(c.Date)) {
			return refusal.New(refusal.InvalidDate, item.Code, "since %s the item is valued by another method, and what moves before is not in its books: what it cost is", c.Date)
		}
	}
	return nil
}
