package ledgermill

import (
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// Reserve freezes goods for a while (try): they stay on hand, and nobody else can take them. A time of expiry is a day, or a day with an hour:
// 2026-01-31, 2026-01-31 16:30; an hour alone is of the document's day. Times are UTC.
type Reserve struct {
	ID        string        `json:"ref"`
	Date      calendar.Date `json:"date"`
	Memo      string        `json:"memo,omitzero"`
	Warehouse string        `json:"warehouse,omitzero"`
	Lines     []StockLine   `json:"lines"`
	Expires   string        `json:"expires,omitzero"`
}

func (c Reserve) head() header { return header{"reserve", c.ID, c.Date, c.Memo} }

func (c Reserve) decide(b *book) error {
	if err := checkLines(b, len(c.Lines)); err != nil {
		return err
	}
	expires, err := calendar.ParseInstant(c.Expires, c.Date)
	if err != nil {
		return err
	}
	if expires != 0 && expires <= b.doc.Recorded {
		return refusal.New(refusal.InvalidDate, c.ID, "a reservation that ends at %s holds nothing: it is %s", expires, b.doc.Recorded)
	}
	early, err := read[inventory.Reservation](b, storage.Reservations, c.ID, tombstone)
	if err != nil {
		return err
	}
	if early != nil {
		return refusal.New(refusal.InvalidState, c.ID, "this reservation was cancelled before it came")
	}
	line := tombstone
	return each(b, c.Lines, func(_ int, l StockLine) error {
		g, err := b.goods(l.Item, l.Qty, first(l.Warehouse, c.Warehouse), l.Bin, l.Lot, false)
		if err != nil {
			return err
		}
		if g.held, err = b.held(l.Item); err != nil {
			return err
		}
		line, err = b.promise(g, c.ID, line, expires)
		return err
	})
}

// tombstone is the line of a reservation that was cancelled before it came; the lines that freeze something follow it.
const tombstone = int32(0)

// promise freezes goods for a holder, and gives the last line that it numbered.
func (b *book) promise(g goods, holder string, line int32, expires calendar.Instant) (int32, error) {
	none := func(inventory.Stock) (q uom.Quantity) { return q }
	picks, err := inventory.PickStock(*g.item, g.held, g.warehouse.Code, g.bin, g.lot, g.qty, none)
	if err != nil {
		return line, err
	}
	for _, p := range picks {
		line++
		s := p.Stock
		fresh := inventory.Reservation{Holder: holder, Line: line, Doc: b.doc.Seq, Item: s.Item, Warehouse: s.Warehouse, Bin: s.Bin, Lot: s.Lot, Expires: expires}
		if err := b.freeze(absent(b, storage.Reservations, fresh, holder, line), p.Qty); err != nil {
			return line, err
		}
	}
	return line, nil
}

// freeAll frees all that a holder still has frozen.
func (b *book) freeAll(holder string) error {
	reserved, err := b.reservations(holder)
	if err != nil {
		return err
	}
	if err := each(b, reserved, func(_ int, r inventory.Reservation) error {
		if r.Line == tombstone {
			return nil
		}
		_, err := b.held(r.Item)
		return err
	}); err != nil {
		return err
	}
	if reserved, err = b.reservations(holder); err != nil { // some may have lapsed
		return err
	}
	return b.free(inventory.All(reserved))
}

// Confirm turns a reservation into an issue to a work order, or a shipment: As is issue or ship, with that verb's fields. Without lines it takes all that is
// reserved; what it leaves is freed.
type Confirm struct {
	ID        string        `json:"ref"`
	Date      calendar.Date `json:"date"`
	Memo      string        `json:"memo,omitzero"`
	Of        string        `json:"of"`
	As        string        `json:"as"` // issue or ship
	Customer  string        `json:"customer,omitzero"`
	Order     string        `json:"wo,omitzero"`
	Warehouse string        `json:"warehouse,omitzero"`
	Bin       string        `json:"bin,omitzero"`
	Lines     []StockLine   `json:"lines,omitempty"`
}

func (c Confirm) head() header { return header{"confirm", c.ID, c.Date, c.Memo} }

func (c Confirm) decide(b *book) error {
	of, err := b.standing(c.Of)
	if err != nil {
		return err
	}
	reserved, err := b.reservations(c.Of)
	if err != nil {
		return err
	}
	for _, r := range reserved {
		if inventory.Expired(r, b.doc.Recorded) {
			return refusal.New(refusal.ReservationExpired, c.Of, "it held until %s", r.Expires)
		}
	}
	b.mention(of.Seq)
	lines := c.Lines
	if len(lines) == 0 {
		for _, r := range reserved {
			if !r.Qty.IsZero() {
				lines = append(lines, StockLine{Item: r.Item, Qty: uom.Of(r.Qty), Warehouse: r.Warehouse, Bin: r.Bin, Lot: r.Lot})
			}
		}
	}
	switch c.As {
	case "ship":
		err = Ship{ID: c.ID, Date: c.Date, Customer: c.Customer, Warehouse: c.Warehouse, Bin: c.Bin, Lines: lines}.send(b, c.Of)
	case "issue":
		err = Issue{ID: c.ID, Date: c.Date, Order: c.Order, Warehouse: c.Warehouse, Bin: c.Bin, Lines: lines}.give(b, c.Of)
	default:
		err = refusal.New(refusal.InvalidState, c.ID, "a reservation is confirmed as issue or ship, not as %q", c.As)
	}
	if err != nil {
		return err
	}
	return b.freeAll(c.Of)
}

// standing gives a reservation that was neither confirmed, nor cancelled, nor reversed.
func (b *book) standing(ref string) (*posting.Document, error) {
	of, err := b.document(ref)
	if err != nil {
		return nil, err
	}
	if of.Verb != "reserve" {
		return nil, refusal.New(refusal.InvalidState, ref, "this document (%s) reserves nothing", of.Verb)
	}
	mentions, err1 := list[posting.Mention](b, factsOf(storage.Mentions, of.Seq))
	undone, err2 := list[posting.Document](b, reversalOf(of.Seq))
	if err1 != nil || err2 != nil {
		return nil, errNeed
	}
	if len(undone) > 0 {
		return nil, refusal.New(refusal.InvalidState, ref, "this reservation was reversed by %s", undone[0].Ref)
	}
	return of, each(b, mentions, func(_ int, m *posting.Mention) error {
		by, err1 := read[posting.Document](b, storage.Documents, m.By)
		undone, err2 := list[posting.Document](b, reversalOf(m.By))
		if err1 != nil || err2 != nil {
			return errNeed
		}
		if len(undone) == 0 && (by.Verb == "confirm" || by.Verb == "cancel") {
			return refusal.New(refusal.InvalidState, ref, "%s came before: %s", by.Verb, by.Ref)
		}
		return nil
	})
}

// Cancel frees what a reservation holds. It may come twice, or when nothing is held; if it comes before the reservation, that is refused when it comes.
type Cancel struct {
	ID   string        `json:"ref"`
	Date calendar.Date `json:"date"`
	Memo string        `json:"memo,omitzero"`
	Of   string        `json:"of"`
}

func (c Cancel) head() header { return header{"cancel", c.ID, c.Date, c.Memo} }

func (c Cancel) decide(b *book) error {
	docs, err := list[posting.Document](b, documentsNamed(c.Of))
	if err != nil {
		return err
	}
	if len(docs) == 0 {
		_, err := editOr(b, inventory.Reservation{Holder: c.Of, Line: tombstone, Doc: b.doc.Seq}, storage.Reservations, c.Of, tombstone)
		return err
	}
	if docs[0].Verb != "reserve" {
		return refusal.New(refusal.InvalidState, c.Of, "this document (%s) reserves nothing", docs[0].Verb)
	}
	b.mention(docs[0].Seq)
	return b.freeAll(c.Of)
}
