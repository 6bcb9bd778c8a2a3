package ledgermill

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

var noQty uom.Quantity

// goods is a line of a document, resolved: an item, a quantity in its base unit, and where.
type goods struct {
	item      *inventory.Item
	qty       uom.Quantity
	warehouse *inventory.Warehouse
	bin, lot  string
	held      []inventory.Stock
	expires   calendar.Date
}

func (g goods) dims(entry int32) dims {
	return dims{item: g.item, lot: g.lot, warehouse: g.warehouse.Code, entry: entry}
}

// goods resolves a line and loads what is known of the item's stock. The quantity is checked and, for what comes in, the lot.
func (b *book) goods(code string, qty uom.Measure, warehouse, bin, lot string, bringsIn bool) (goods, error) {
	b.want(storage.Items, code)
	w, err := b.warehouse(warehouse)
	if err != nil {
		return goods{}, err
	}
	b.wantStock(code, w.Code, lot, qty.Qty)
	item, err := b.item(code)
	if err != nil {
		return goods{}, err
	}
	base, err := item.Units.ToBase(qty.Qty, qty.Unit, item.Unit)
	if err != nil {
		return goods{}, err
	}
	if err := inventory.CheckLine(*item, base, lot, bringsIn); err != nil {
		return goods{}, err
	}
	b.wantStock(code, w.Code, lot, base)
	if err := b.ready(); err != nil {
		return goods{}, err
	}
	held, err := b.held(code)
	return goods{item: item, qty: base, warehouse: w, bin: bin, lot: lot, held: held}, err
}

// wantStock asks for all that a move of an item may touch, in one load.
func (b *book) wantStock(code, warehouse, lot string, qty uom.Quantity) {
	b.wantList(storage.List{Kind: storage.Stocks, Values: []any{code}})
	row, _ := b.snap.Get(storage.Key{Kind: storage.Items, Values: []any{code}})
	if row == nil {
		if b.set.CostScope == "company" {
			b.want(storage.Streams, code, "") // nearly always right, and then it saves a load
		}
		return
	}
	method := row.(*inventory.Item).Method
	scope := costing.ScopeOf(b.set.CostScope, method, warehouse, lot)
	b.want(storage.Streams, code, scope)
	m, err := b.method(method)
	if err != nil {
		return
	}
	if m.Reads() == costing.ReadsStandard {
		b.wantList(standardsOf(code))
	}
	if costing.Layered(m) && qty.Sign() > 0 {
		for _, l := range b.layersRead(m, code, scope, qty) {
			b.wantList(l)
		}
	}
}

// held gives the rows of an item's stock as they stand within this command; what was reserved of them for too long lapses first.
func (b *book) held(code string) ([]inventory.Stock, error) {
	rows, err := list[inventory.Stock](b, storage.List{Kind: storage.Stocks, Values: []any{code}})
	if err != nil {
		return nil, err
	}
	if err := each(b, rows, func(i int, s *inventory.Stock) (err error) {
		if s.Lapses != 0 && s.Lapses <= b.doc.Recorded && b.doc.Seq != 0 {
			rows[i], err = b.lapse(s)
		}
		return err
	}); err != nil {
		return nil, err
	}
	out := values(rows)
	for _, r := range b.order { // rows that this command made
		if s, ok := r.row.(*inventory.Stock); ok && r.was == nil && s.Item == code {
			out = append(out, *s)
		}
	}
	return out, nil
}

// row gives a row of stock to change; it is made if it is not among those held.
func (b *book) row(item, warehouse, bin, lot string) (*inventory.Stock, error) {
	fresh := inventory.Stock{Item: item, Warehouse: warehouse, Bin: bin, Lot: lot}
	if _, seen := b.snap.Get(storage.Key{Kind: storage.Stocks, Values: []any{item, warehouse, bin, lot}}); !seen {
		return absent(b, storage.Stocks, fresh, item, warehouse, bin, lot), nil
	}
	return editOr(b, fresh, storage.Stocks, item, warehouse, bin, lot)
}

// place is the stock end of a move.
func place(warehouse, bin string) inventory.Place {
	return inventory.Place{Type: inventory.InStock, Name: warehouse, Bin: bin}
}

// put moves goods into stock.
func (b *book) put(g *goods, from inventory.Place) error {
	bin, err := inventory.PutBin(*g.warehouse, g.held, g.bin)
	if err != nil {
		return err
	}
	if err := inventory.CheckSerial(*g.item, g.held, g.lot); err != nil {
		return err
	}
	g.bin = bin
	row, err := b.row(g.item.Code, g.warehouse.Code, bin, g.lot)
	if err != nil {
		return err
	}
	row.Put(g.qty, b.doc.Date, b.doc.Seq, g.expires)
	b.move(g.item.Code, g.lot, g.qty, from, place(g.warehouse.Code, bin))
	return nil
}

func (b *book) move(item, lot string, qty uom.Quantity, from, to inventory.Place) {
	b.fact(storage.Moves, &inventory.Move{Doc: b.doc.Seq, Line: b.next(storage.Moves), Date: b.doc.Date, Item: item, Lot: lot, Qty: qty, From: from, To: to})
}

// takeIn moves goods into stock at a value, as the given event, and gives the entry. Goods at standard cost stand at that; the gap is the event's variance.
func (b *book) takeIn(g *goods, value money.Amount, from inventory.Place, event string, cause costing.Source) (*costing.Entry, error) {
	if err := b.put(g, from); err != nil {
		return nil, err
	}
	stands, err := b.atStandard(*g, value)
	if err != nil {
		return nil, err
	}
	e, err := b.bring(*g, stands, event, cause)
	if err != nil {
		return nil, err
	}
	if b.standsAtStandard(g.item.Method) {
		e.Contra, err = b.post(event, "variance", posting.Gap(value, stands), g.dims(0))
	}
	if stands == value {
		err = nil // a chart without that account does without it
	}
	return e, err
}

// bring records value that comes into the stream of goods.
func (b *book) bring(g goods, value money.Amount, event string, cause costing.Source) (*costing.Entry, error) {
	s, e, err := b.entering(g, value, event, cause)
	if err != nil {
		return nil, err
	}
	s.method.In(&s.State, costing.Receipt{Source: e.Source(), Date: b.doc.Date, Lot: g.lot, Qty: g.qty, Value: value, Cause: cause})
	return e, nil
}

// entering books an entry of value that comes in; the stream does not have it yet.
func (b *book) entering(g goods, value money.Amount, event string, cause costing.Source) (*stream, *costing.Entry, error) {
	scope := b.scope(g)
	s, err := b.stream(g.item, scope, uom.Quantity{})
	if err != nil {
		return nil, nil, err
	}
	if s.Stream.Qty.Sign() < 0 { // what is owed is covered first
		s.swept = true
		s.CoveredBy(b.doc.Date, b.doc.Seq)
	}
	line := b.next(storage.Entries)
	account, err := b.post(event, "stock", value, g.dims(line).of(g.qty))
	if err != nil {
		return nil, nil, err
	}
	e := &costing.Entry{
		Doc: b.doc.Seq, Line: line, Kind: costing.In, Item: g.item.Code, Scope: scope, Lot: g.lot, Qty: g.qty, Value: value,
		FactDate: b.doc.Date, PostingDate: b.doc.Date, Cause: cause, Account: account, Method: g.item.Method,
	}
	b.fact(storage.Entries, e)
	return s, e, nil
}

// taken is one lot of goods that left stock, with its value.
type taken struct {
	goods
	line  int32
	value money.Amount
	links []costing.Taken
	entry *costing.Entry
}

// pick chooses the rows that goods leave, frees what their holder had reserved of them, and moves them out.
func (b *book) pick(g goods, to inventory.Place, holder string) ([]inventory.Pick, error) {
	reserved, err := b.reservations(holder)
	if err != nil {
		return nil, err
	}
	if g.held, err = b.heldUntil(g.held, g.warehouse.Code); err != nil {
		return nil, err
	}
	own := func(s inventory.Stock) uom.Quantity { return inventory.Held(reserved, s) }
	var picks []inventory.Pick
	if b.allowsNegative() {
		picks, err = inventory.PickBeyond(*g.item, g.held, *g.warehouse, g.bin, g.lot, g.qty, own)
	} else {
		picks, err = inventory.PickStock(*g.item, g.held, g.warehouse.Code, g.bin, g.lot, g.qty, own)
	}
	if err != nil {
		return nil, err
	}
	if err := b.free(inventory.UseUp(reserved, picks)); err != nil {
		return nil, err
	}
	for _, p := range picks {
		row, err := b.row(p.Stock.Item, p.Stock.Warehouse, p.Stock.Bin, p.Stock.Lot)
		if err != nil {
			return nil, err
		}
		if err := b.drawRow(row, p.Qty); err != nil {
			return nil, err
		}
		b.move(p.Stock.Item, p.Stock.Lot, p.Qty, place(p.Stock.Warehouse, p.Stock.Bin), to)
	}
	return picks, nil
}

// allowsNegative says whether stock may go below nothing.
func (b *book) allowsNegative() bool { return b.set.NegativeStock == "allow" }

// drawRow takes a quantity off a row, beyond what is there where stock may go below nothing.
func (b *book) drawRow(row *inventory.Stock, qty uom.Quantity) error {
	if b.allowsNegative() && row.Lot == "" {
		row.Overdraw(qty)
		return nil
	}
	if count, _, err := b.nextCount(row); count != nil || err != nil {
		row.Overdraw(qty) // it comes back on the day of the count
		return err
	}
	return row.Take(qty)
}

// takeOut moves goods out of stock at the value that the costing method gives, as the given event; one entry for each lot.
func (b *book) takeOut(g goods, to inventory.Place, event, holder string) ([]taken, error) {
	picks, err := b.pick(g, to, holder)
	if err != nil {
		return nil, err
	}
	var out []taken
	for _, lot := range inventory.ByLots(picks) {
		part := g
		part.lot, part.qty = lot.Stock.Lot, lot.Qty
		links, err := b.draw(part)
		if err != nil {
			return nil, err
		}
		t, err := b.leave(part, links, event)
		if err != nil {
			return nil, err
		}
		if err := b.releaseAllowance(t); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// draw takes goods of one lot out of their stream, by its method. Where stock may go below nothing it takes what there is: see owe.
func (b *book) draw(g goods) ([]costing.Taken, error) {
	s, err := b.stream(g.item, b.scope(g), g.qty)
	if err != nil {
		return nil, err
	}
	s.Issued(s.method, b.doc.Date, b.doc.Seq)
	want := g.qty
	if b.allowsNegative() {
		if want, _ = s.Here(want); want.IsZero() && !g.qty.IsZero() {
			return nil, nil
		}
	}
	return s.method.Out(&s.State, b.currency, b.issueOf(g.lot, want))
}

// owe takes what an issue takes beyond what there is, at the last known cost: what comes in next says what it cost.
func (b *book) owe(g goods, e *costing.Entry, links []costing.Taken) ([]costing.Taken, error) {
	taken, _ := costing.Total(links)
	rest := inventory.Rest(g.qty, taken)
	if rest.IsZero() {
		return links, nil
	}
	s, err := b.stream(g.item, e.Scope, noQty)
	if err != nil {
		return nil, err
	}
	standards, err := b.standards(g.item.Code)
	if err != nil {
		return nil, err
	}
	value, err := s.Provisional(s.method, b.currency, standards, b.doc.Date, rest)
	if err != nil {
		return nil, err
	}
	return append(links, s.Owe(e.Source(), b.doc.Date, rest, value)), nil
}

// leave records value that left a stream, with its links.
func (b *book) leave(g goods, links []costing.Taken, event string) (taken, error) {
	line := b.next(storage.Entries)
	e := &costing.Entry{
		Doc: b.doc.Seq, Line: line, Kind: costing.Out, Item: g.item.Code, Scope: b.scope(g), Lot: g.lot, Qty: g.qty.Neg(),
		FactDate: b.doc.Date, PostingDate: b.doc.Date, Method: g.item.Method,
	}
	links, err := b.owe(g, e, links)
	if err != nil {
		return taken{}, err
	}
	_, value := costing.Total(links)
	e.Value = value.Neg()
	if e.Account, err = b.post(event, "stock", value, g.dims(line).of(g.qty.Neg())); err != nil {
		return taken{}, err
	}
	b.fact(storage.Entries, e)
	b.links(e, links)
	return taken{g, line, value, links, e}, nil
}

// links records where the value of an entry came from, or which layers it changed. A pool has none.
func (b *book) links(e *costing.Entry, links []costing.Taken) {
	for i, l := range links {
		if l.Source != (costing.Source{}) {
			b.changes.Replace(storage.Links, nil, costing.NewLink(e, int32(i+1), l))
		}
	}
}

// adjust changes the value of a receipt, as if it had been known then, and posts it as the given event. What of it has gone is followed when the
// document is done.
func (b *book) adjust(item *inventory.Item, src costing.Source, date calendar.Date, kept uom.Quantity, delta money.Amount, event, measure string) error {
	of, err := read[costing.Entry](b, storage.Entries, src.Doc, src.Line)
	if err != nil {
		return err
	}
	if b.stoodAtStandard(item, of) { // its value is the standard, whatever it cost
		_, err := b.post(event, "variance", delta, dims{item: item})
		return err
	}
	s, err := b.valued(item, of.Scope)
	if err != nil {
		return err
	}
	if err := b.layer(s, date, src); err != nil {
		return err
	}
	if err := s.ChangeValue(s.method, src, date, kept, delta); err != nil {
		s.swept = true
	}
	s.given = append(s.given, given{src, date, delta})
	line := b.next(storage.Entries)
	account, err := b.post(event, measure, delta, dims{item: item, entry: line})
	if err != nil {
		return err
	}
	b.fact(storage.Entries, &costing.Entry{
		Doc: b.doc.Seq, Line: line, Kind: costing.Adjust, Item: item.Code, Scope: of.Scope, Value: delta,
		FactDate: date, PostingDate: b.doc.Date, Cause: src, Account: account,
	})
	return nil
}

// reservations gives what a holder has reserved.
func (b *book) reservations(holder string) ([]inventory.Reservation, error) {
	if holder == "" {
		return nil, nil
	}
	rows, err := list[inventory.Reservation](b, storage.List{Kind: storage.Reservations, Values: []any{holder}})
	if err != nil {
		return nil, err
	}
	return values(rows), nil
}

// free carries out what the kernel says of reservations.
func (b *book) free(changes []inventory.ReservationChange) error {
	return each(b, changes, func(_ int, c inventory.ReservationChange) error {
		r, err := edit[inventory.Reservation](b, storage.Reservations, c.Holder, c.HeldLine)
		if err != nil {
			return err
		}
		return b.freeze(r, c.Qty)
	})
}

// lapse frees the reservations of a row that no longer hold, before anything else happens to it, and gives the row as it is then.
func (b *book) lapse(s *inventory.Stock) (*inventory.Stock, error) {
	rows, err := list[inventory.Reservation](b, storage.List{Kind: storage.Reservations, Index: 1, Values: []any{s.Item}})
	if err != nil {
		return nil, err
	}
	row, err := b.row(s.Item, s.Warehouse, s.Bin, s.Lot)
	if err != nil {
		return nil, err
	}
	changes, next := row.Lapsed(values(rows), b.doc.Recorded)
	row.Lapses = next
	return row, b.free(changes)
}

// freeze promises a quantity to a reservation, or frees a negative one.
func (b *book) freeze(r *inventory.Reservation, qty uom.Quantity) error {
	row, err := b.row(r.Item, r.Warehouse, r.Bin, r.Lot)
	if err != nil {
		return err
	}
	if err := row.Freeze(r, qty); err != nil {
		return err
	}
	b.fact(storage.ReservationChanges, &inventory.ReservationChange{
		Doc: b.doc.Seq, Line: b.next(storage.ReservationChanges), Holder: r.Holder, HeldLine: r.Line,
		Item: r.Item, Warehouse: r.Warehouse, Bin: r.Bin, Lot: r.Lot, Qty: qty,
	})
	return nil
}
