package storagetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/memory"
)

// story is a factory's year as it happens and as it is told.
type story struct {
	*testing.T
	seed    uint64
	rnd     *rand.Rand
	c       *ledgermill.Company
	store   storage.Store
	setup   ledgermill.Setup
	methods [4]string // of now
	begun   [4]string // at first
	lots    bool      // RAW is kept by lots
	across  bool
	later   [4]string     // what methods change to
	changed calendar.Date // on which methods changed last
	base    calendar.Date
	open    calendar.Period // the first month that is not closed
	n       int
	told    []fact
	moments []moment
	counts  map[string]int
	refused map[refusal.Code]int
	err     error

	bought  []*purchase
	transit []*purchase // billed, and not received yet
	orders  []*making
	ships   []*shipment
	undo    []undoing              // what may be reversed
	counted map[calendar.Date]bool // the days of counts
}

// fact is a command as it was accepted, and as it would have been told in order.
type fact struct {
	ref  string
	date calendar.Date
	in   ledgermill.Command
}

type making struct {
	ref, item string
	qty, done int
	date      calendar.Date
	flush     bool // its completions take what it is made of, and nothing else is issued to it: what they take then does not depend on what was told before
}

type shipment struct {
	ref, item, lot string
	left, unbilled int
	date           calendar.Date
}

func newStory(t *testing.T, seed uint64, config Config, across bool) *story {
	rnd := rand.New(rand.NewPCG(seed, seed))
	s := &story{T: t, seed: seed, rnd: rnd, counts: map[string]int{}, counted: map[calendar.Date]bool{}, refused: map[refusal.Code]int{}, base: day0}
	s.open = s.base.Period()
	methods := []string{"fifo", "average", "lifo", "monthly_average", "standard"}
	for i := range s.methods {
		s.methods[i] = s.one(append(methods, s.one("dearest", "recent", "by_lot"))...)
	}
	if rnd.IntN(6) == 0 {
		s.methods[0] = "specific"
	}
	if s.across = across; across {
		s.willChange(methods)
	}
	s.begun, s.lots = s.methods, slices.Contains([]string{s.methods[0], s.later[0]}, "specific")
	s.setup = ledgermill.Setup{
		Date: s.base, NegativeStock: s.one("forbid", "forbid", "allow"), Residual: s.one("revalue", "variance"), CogsAt: s.one("ship", "invoice"),
		CostScope: s.one("company", "warehouse"), LateFacts: s.one("restate", "forward"), Warehouses: []ledgermill.WarehouseBins{{Code: "A"}, {Code: "B"}},
	}
	if s.setup.NegativeStock == "allow" {
		s.setup.CostScope = "company" // goods that are nowhere, moved in a circle between scopes, would have no cost to find
	}
	s.store = memory.New()
	if config.Open != nil {
		s.store = config.Open(t)
	}
	s.c = s.company(s.store)
	return s
}

func (s *story) one(words ...string) string { return words[s.rnd.IntN(len(words))] }

func num(n int) uom.Measure { return uom.Of(uom.FromInt(int64(n))) }

func price(p decimal.Decimal) decimal.NullDecimal { return decimal.NewNullDecimal(p) }

// cents is a price from 0.30 to 4.30.
func (s *story) cents() decimal.Decimal { return decimal.New(int64(30+s.rnd.IntN(400)), -2) }

// day is one on or after another, among the days that are not final. What is told after a count is of another day: goods that its correction finds would be
// a layer behind it.
func (s *story) day(from calendar.Date) calendar.Date {
	d := max(from, s.final().AddDays(s.rnd.IntN(12)))
	if s.changed != 0 && s.rnd.IntN(3) > 0 { // else it may be of before the change
		d = max(d, s.changed)
	}
	for s.counted[d] {
		d = d.AddDays(1)
	}
	return d
}

// tell sends a command, and keeps it as it would have been told in order; what is refused is not part of the story.
func (s *story) tell(kind, ref string, date calendar.Date, now, in ledgermill.Command) bool {
	said, was := s.foretold(now)
	docs, err := s.c.Do(s.Context(), now)
	if said != nil && err == nil {
		sameEffect(s.T, s.c, *said, was, worthsOf(s.T, s.c, levels), s.name()+" "+ref)
	}
	if err != nil {
		s.counts["refused"]++
		s.refused[refusal.CodeOf(err)]++
		s.err = err
		if !slices.Contains(refusable, refusal.CodeOf(err)) {
			s.Fatalf("%s %+v refused: %s\n%s", kind, now, s.name(), s.toldOf(now))
		}
		return false
	}
	s.n++
	s.counts[kind]++
	if slices.ContainsFunc(s.told, func(f fact) bool { return f.date > date }) {
		s.counts["late "+kind]++
	}
	if depth := s.depth(docs[0].Entries); depth >= 0 {
		s.counts[fmt.Sprintf("depth %d", depth)]++
		s.counts["far "+kind]++
	}
	s.told = append(s.told, fact{ref, date, in})
	if s.n%momentEvery == 0 {
		m := momentOf(s.T, s.c, docs[0].Seq, s.base.AddDays(s.n%(int(s.final()-s.base)+15)), levels)
		if s.lots {
			m.byLot = levels[:1]
		}
		s.moments = append(s.moments, m)
	}
	return true
}

// foretold is the preview of a command, now and then, with the figures before it. A preview writes nothing.
func (s *story) foretold(command ledgermill.Command) (*ledgermill.Preview, worths) {
	if s.n%16 != 2 {
		return nil, nil
	}
	was, digest := worthsOf(s.T, s.c, levels), digestOf(s.T, s.c)
	said, err := s.c.Preview(s.Context(), command)
	require.Equal(s, digest, digestOf(s.T, s.c), s.name())
	if err != nil {
		return nil, nil
	}
	return &said, was
}

// toldOf is what was told of the document that a reversal undoes, and of those that name it.
func (s *story) toldOf(c ledgermill.Command) string {
	r, ok := c.(ledgermill.Reverse)
	if !ok {
		return ""
	}
	var out strings.Builder
	for _, f := range s.told {
		if text := fmt.Sprintf("%T %+v", f.in, f.in); strings.Contains(text, r.Of+" ") || strings.Contains(text, r.Of+"]") {
			fmt.Fprintln(&out, text)
		}
	}
	return out.String()
}

// refusable are the refusals that a story may meet: there is too little, it is too late, or something else builds on it.
var refusable = []refusal.Code{
	refusal.InsufficientStock, refusal.InvalidState, refusal.OverReturn, refusal.OverCompletion, refusal.OverInvoice, refusal.ClosedPeriod, refusal.LimitExceeded, refusal.InvalidDate, refusal.InvalidQuantity,
}

// depth is how many levels of products above its own goods a document changed the value of what was made or moved before; -1 if it changed nothing.
func (s *story) depth(entries []costing.Entry) int {
	own, reached := len(levels), -1
	for _, e := range entries {
		level := slices.Index(levels, e.Item)
		if i := slices.IndexFunc(s.orders, func(o *making) bool { return o.ref == e.Order }); e.Order != "" && i >= 0 {
			level = slices.Index(levels, s.orders[i].item) - 1 // a cost of an order comes from below its product
		}
		switch {
		case e.Late && e.Item != "":
			reached = max(reached, level)
		case !e.Late:
			own = min(own, level)
		}
	}
	if reached < 0 {
		return -1
	}
	return max(reached-own, 0)
}

// step makes up the next document.
func (s *story) step() {
	ref := fmt.Sprintf("D%d", s.n+s.counts["refused"]+1)
	wh, d := s.one("A", "B"), s.day(0)
	line := s.some()
	can := func(kind string, c ledgermill.Command) {
		if s.tell(kind, ref, d, c, c) {
			s.canUndo(kind, ref, d, nil, nil)
		}
	}
	switch s.rnd.IntN(23) {
	case 0, 1, 2:
		s.receive(ref, wh)
	case 3, 4:
		c := ledgermill.Ship{ID: ref, Date: d, Customer: "C", Warehouse: wh, Lines: line}
		if s.tell("ship", ref, d, c, c) {
			n := int(line[0].Qty.Qty.Units() / uom.FromInt(1).Units())
			of := &shipment{ref, line[0].Item, line[0].Lot, n, n, d}
			s.ships = append(s.ships, of)
			s.canUndo("ship", ref, d, &of.date, func(calendar.Date) { of.left, of.unbilled = 0, 0 })
		}
	case 5:
		s.afterShipment(ref, wh)
	case 6, 7:
		o := &making{ref: ref, item: s.one(levels[1:]...), qty: 2 + s.rnd.IntN(6), date: d}
		o.flush = !s.lots && s.rnd.IntN(4) == 0
		c := ledgermill.WorkOrder{ID: ref, Date: d, Item: o.item, Qty: num(o.qty)}
		if o.item == "SET" && !o.flush && s.rnd.IntN(2) == 0 { // not of what the same document uses: a late one may take that first
			c.ByProducts = []ledgermill.OrderLine{{Item: "SEMI", Qty: num(2 * o.qty), CostSharePct: dec("12.5")}}
		}
		if s.tell("order", ref, d, c, c) {
			s.orders = append(s.orders, o)
		}
	case 8:
		if s.rnd.IntN(2) == 0 {
			can("scrap", ledgermill.Scrap{ID: ref, Date: d, Warehouse: wh, Lines: line})
		} else {
			can("other issue", ledgermill.OtherIssue{ID: ref, Date: d, Warehouse: wh, Role: "admin_expense", Lines: line})
		}
	case 9:
		can("transfer", ledgermill.Transfer{ID: ref, Date: d, From: wh, To: map[string]string{"A": "B", "B": "A"}[wh], Lines: line})
	case 10:
		s.rarer(ref, wh)
	case 11, 12:
		s.buy(ref, wh)
	case 13:
		s.reverse(ref)
	default:
		s.produce(ref, wh)
	}
}

// some is a line of goods; of those in lots, a lot that was bought.
func (s *story) some() []ledgermill.StockLine {
	return s.lineOf(s.one("RAW", "RAW", "SEMI", "GOODS", "SET"), 1+s.rnd.IntN(6))
}

func (s *story) lineOf(item string, n int) []ledgermill.StockLine {
	return []ledgermill.StockLine{{Item: item, Qty: num(n), Lot: s.lot(item)}}
}

func (s *story) lot(item string) string {
	if item != "RAW" || !s.lots {
		return ""
	}
	if len(s.bought) == 0 {
		return "none"
	}
	return s.bought[s.rnd.IntN(len(s.bought))].ref
}

// afterShipment is what follows a shipment: its bill, or goods that come back.
func (s *story) afterShipment(ref, wh string) {
	if len(s.ships) == 0 {
		return
	}
	of := s.ships[s.rnd.IntN(len(s.ships))]
	d := s.day(of.date)
	if s.rnd.IntN(2) == 0 && of.unbilled > 0 {
		n := 1 + s.rnd.IntN(of.unbilled)
		c := ledgermill.InvoiceOut{ID: ref, Date: d, Customer: "C", Of: []string{of.ref}, Lines: []ledgermill.InvoiceLine{{Item: of.item, Qty: num(n), Price: price(dec("9.90"))}}}
		if s.tell("sales bill", ref, d, c, c) {
			s.canUndo("sales bill", ref, d, &of.date, func(on calendar.Date) { of.unbilled, of.date = of.unbilled+n, max(of.date, on) })
			of.unbilled -= n
			of.date = d // what is billed and what comes back of a shipment come in their order: one is refused for the other
		}
		return
	}
	if of.left == 0 || s.setup.NegativeStock == "allow" { // what comes back may cover what it left: a circle whose last cent depends on where it began
		return
	}
	n := 1 + s.rnd.IntN(of.left)
	c := ledgermill.SalesReturn{ID: ref, Date: d, Of: of.ref, Warehouse: wh, Lines: []ledgermill.StockLine{{Item: of.item, Qty: num(n), Lot: of.lot}}}
	if s.tell("return", ref, d, c, c) {
		was := of.unbilled
		s.canUndo("return", ref, d, &of.date, func(on calendar.Date) {
			of.left, of.date = of.left+n, max(of.date, on)
			of.unbilled += was - min(was, of.left-n)
		})
		of.left -= n
		of.unbilled = min(of.unbilled, of.left)
		of.date = d
	}
}

// rarer is what happens now and then: stocktakes and finds.
func (s *story) rarer(ref, wh string) {
	d := s.day(0)
	switch {
	case s.rnd.IntN(2) == 0:
		c := ledgermill.OtherReceipt{ID: ref, Date: d, Warehouse: wh, Account: "6301", Lines: []ledgermill.OtherLine{{Item: s.one(levels[1:]...), Qty: num(1 + s.rnd.IntN(4)), Cost: price(s.cents())}}}
		if s.tell("other receipt", ref, d, c, c) {
			s.canUndo("other receipt", ref, d, nil, nil)
		}
	case s.rnd.IntN(2) == 0:
		s.revalue(ref, wh, d)
	case s.n > 2 && !s.lots:
		c := ledgermill.Count{ID: ref, Date: d, Warehouse: wh, Lines: []ledgermill.CountLine{{Item: s.one(levels...), Counted: num(s.rnd.IntN(20)), Cost: price(s.cents())}}}
		s.counted[d] = s.tell("count", ref, d, c, c) || s.counted[d]
	}
}

// revalue makes goods worth another unit cost; not those of a monthly average, of which what it changed stays what it was in a month that has its average.
func (s *story) revalue(ref, wh string, d calendar.Date) {
	i := s.rnd.IntN(len(levels))
	if d < s.changed { // goods may have been valued so then
		return
	}
	if slices.Contains([]string{"specific", "standard", "monthly_average"}, s.methods[i]) {
		return
	}
	c := ledgermill.Revalue{ID: ref, Date: d, Item: levels[i], UnitCost: price(s.cents())}
	if s.setup.CostScope == "warehouse" {
		c.Warehouse = wh
	}
	s.tell("revalue", ref, d, c, c)
}

// produce is a step of a work order.
func (s *story) produce(ref, wh string) {
	if len(s.orders) == 0 {
		return
	}
	o := s.orders[s.rnd.IntN(len(s.orders))]
	d := s.day(o.date)
	switch k := s.rnd.IntN(14); {
	case k < 5 && !o.flush:
		item := map[string]string{"SEMI": "RAW", "GOODS": s.one("RAW", "SEMI"), "SET": s.one("SEMI", "GOODS")}[o.item]
		c := ledgermill.Issue{ID: ref, Date: d, Order: o.ref, Warehouse: wh, Lines: s.lineOf(item, 1+s.rnd.IntN(4))}
		if s.tell("issue", ref, d, c, c) {
			s.canUndo("issue", ref, d, &o.date, func(on calendar.Date) { o.date = max(o.date, on) })
		}
	case k < 7:
		labor := money.FromUnits(10_000 * int64(1+s.rnd.IntN(30)))
		c := ledgermill.Report{ID: ref, Date: d, Order: o.ref, LaborCost: &labor}
		if o.done < o.qty-1 && s.rnd.IntN(5) == 0 { // what follows comes after it: how much is left to complete depends on it
			c.Scrap = uom.FromInt(1)
			if s.tell("scrap of an order", ref, d, c, c) {
				o.qty, o.date = o.qty-1, d
			}
			return
		}
		if s.tell("report", ref, d, c, c) {
			s.canUndo("report", ref, d, &o.date, func(on calendar.Date) { o.date = max(o.date, on) })
		}
	case k < 11 && o.done < o.qty:
		n := 1 + s.rnd.IntN(o.qty-o.done)
		c, kind := ledgermill.Complete{ID: ref, Date: d, Order: o.ref, Qty: num(n), Warehouse: wh, Backflush: o.flush}, "complete"
		if o.flush {
			kind = "backflush"
		}
		if s.tell(kind, ref, d, c, c) {
			o.done += n
			s.canUndo(kind, ref, d, &o.date, func(on calendar.Date) { o.done, o.date = o.done-n, max(o.date, on) })
		}
	case k < 13 && s.setup.NegativeStock != "allow" && !o.flush:
		c := ledgermill.ReturnMaterial{ID: ref, Date: d, Order: o.ref, Warehouse: wh, Lines: s.lineOf(s.one("RAW", "SEMI"), 1)}
		if s.tell("material back", ref, d, c, c) {
			s.canUndo("material back", ref, d, &o.date, func(on calendar.Date) { o.date = max(o.date, on) })
		}
	case k == 13 && s.rnd.IntN(2) == 0:
		for _, x := range s.told { // a close is the order's last document
			d = max(d, x.date)
		}
		c := ledgermill.CloseWorkOrder{ID: ref, Date: d, Order: o.ref}
		s.tell("close order", ref, d, c, c)
	}
}
