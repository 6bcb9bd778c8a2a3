package storagetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
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
	methods [4]string
	base    calendar.Date
	open    calendar.Period // the first month that is not closed
	n       int
	told    []fact
	moments []moment
	counts  map[string]int
	err     error

	bought []*purchase
	orders []*making
	ships  []*shipment
	undo   []fact // what may be reversed
}

// fact is a command as it was accepted, and as it would have been told in order.
type fact struct {
	ref  string
	date calendar.Date
	in   ledgermill.Command
}

// purchase is a receipt of RAW: its price is known with the bill.
type purchase struct {
	ref, currency string
	date          calendar.Date
	left          int // not billed, not sent back
	price         decimal.Decimal
	agreed        bool // the price was known from the start
	bills         []string
}

type making struct {
	ref, item string
	qty, done int
	date      calendar.Date
}

type shipment struct {
	ref, item, lot string
	left, unbilled int
	date           calendar.Date
}

func newStory(t *testing.T, seed uint64, config Config) *story {
	rnd := rand.New(rand.NewPCG(seed, seed))
	s := &story{T: t, seed: seed, rnd: rnd, counts: map[string]int{}, base: day0}
	s.open = s.base.Period()
	methods := []string{"fifo", "average", "lifo", "monthly_average", "standard"}
	for i := range s.methods {
		s.methods[i] = s.one(append(methods, s.one("dearest", "recent", "by_lot"))...)
	}
	if rnd.IntN(6) == 0 {
		s.methods[0] = "specific"
	}
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

// day is one on or after another, among the days that are not final.
func (s *story) day(from calendar.Date) calendar.Date {
	return max(from, s.final().AddDays(s.rnd.IntN(12)))
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
		s.err = err
		return false
	}
	s.n++
	s.counts[kind]++
	if slices.ContainsFunc(s.told, func(f fact) bool { return f.date > date }) {
		s.counts["late "+kind]++
	}
	for _, e := range docs[0].Entries {
		if e.Late && e.Item != "" {
			s.counts["reached "+e.Item]++
		}
	}
	s.told = append(s.told, fact{ref, date, in})
	if s.n%momentEvery == 0 {
		s.moments = append(s.moments, momentOf(s.T, s.c, docs[0].Seq, s.base.AddDays(s.n%(int(s.final()-s.base)+15)), levels))
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

// step makes up the next document.
func (s *story) step() {
	ref := fmt.Sprintf("D%d", s.n+s.counts["refused"]+1)
	wh, d := s.one("A", "B"), s.day(0)
	line := s.some()
	can := func(kind string, c ledgermill.Command) {
		if s.tell(kind, ref, d, c, c) {
			s.undo = append(s.undo, fact{ref, d, c})
		}
	}
	switch s.rnd.IntN(16) {
	case 0, 1, 2:
		s.receive(ref, wh)
	case 3, 4:
		c := ledgermill.Ship{ID: ref, Date: d, Customer: "C", Warehouse: wh, Lines: line}
		if s.tell("ship", ref, d, c, c) {
			n := int(line[0].Qty.Qty.Units() / uom.FromInt(1).Units())
			s.ships = append(s.ships, &shipment{ref, line[0].Item, line[0].Lot, n, n, d})
		}
	case 5:
		s.afterShipment(ref, wh)
	case 6, 7:
		o := &making{ref: ref, item: s.one(levels[1:]...), qty: 2 + s.rnd.IntN(6), date: d}
		c := ledgermill.WorkOrder{ID: ref, Date: d, Item: o.item, Qty: num(o.qty)}
		if s.tell("order", ref, d, c, c) {
			s.orders = append(s.orders, o)
		}
	case 8:
		can("scrap", ledgermill.Scrap{ID: ref, Date: d, Warehouse: wh, Lines: line})
	case 9:
		can("transfer", ledgermill.Transfer{ID: ref, Date: d, From: wh, To: map[string]string{"A": "B", "B": "A"}[wh], Lines: line})
	case 10:
		s.rarer(ref, wh)
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
	if item != "RAW" || s.methods[0] != "specific" {
		return ""
	}
	if len(s.bought) == 0 {
		return "none"
	}
	return s.bought[s.rnd.IntN(len(s.bought))].ref
}

// receive takes RAW in at a price that the bill changes later. In order the price is known at once.
func (s *story) receive(ref, wh string) {
	p := &purchase{ref: ref, currency: s.one("", "", "USD"), date: s.day(0), left: 4 + 4*s.rnd.IntN(6), price: s.cents()}
	lot := ""
	if s.methods[0] == "specific" {
		lot = ref
	}
	c := func(at decimal.Decimal) ledgermill.Receive {
		return ledgermill.Receive{ID: ref, Date: p.date, Supplier: "V", Warehouse: wh, Currency: p.currency, Lines: []ledgermill.ReceiveLine{{Item: "RAW", Qty: num(p.left), Price: price(at), Lot: lot}}}
	}
	guess := s.cents()
	if s.rnd.IntN(4) == 0 {
		guess, p.agreed = p.price, true
	}
	if s.tell("receive", ref, p.date, c(guess), c(p.price)) {
		s.bought = append(s.bought, p)
	}
}

// bills sends bills that are still out, in one part or two.
func (s *story) bills(all bool) {
	for _, p := range s.bought {
		if p.left == 0 || !all && s.rnd.IntN(4) > 0 {
			continue
		}
		n := p.left
		if !all && p.currency == "" && s.rnd.IntN(3) == 0 { // parts in dollars: the cents of price and exchange would depend on the order
			n = 1 + s.rnd.IntN(n)
		}
		s.billOf(p, n, s.day(p.date))
	}
}

func (s *story) billOf(p *purchase, n int, d calendar.Date) {
	ref := fmt.Sprintf("B%d-%s", len(p.bills)+1, p.ref)
	c := ledgermill.InvoiceIn{ID: ref, Date: d, Supplier: "V", Of: []string{p.ref}, Currency: p.currency, Lines: []ledgermill.InvoiceLine{{Item: "RAW", Qty: num(n), Price: price(p.price)}}}
	kind := "bill"
	if p.currency != "" {
		kind = "bill in dollars"
	}
	if s.tell(kind, ref, d, c, c) {
		p.left -= n
		p.bills = append(p.bills, ref)
		return
	}
	s.Fatalf("%s refused: %s", ref, s.name())
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
		of.left -= n
		of.unbilled = min(of.unbilled, of.left)
		of.date = d
	}
}

// rarer is what happens now and then: freight, credit notes, goods sent back, stocktakes, finds, reversals.
func (s *story) rarer(ref, wh string) {
	d := s.day(0)
	var p *purchase
	if len(s.bought) > 0 {
		p = s.bought[s.rnd.IntN(len(s.bought))]
	}
	switch k := s.rnd.IntN(7); {
	case k == 0:
		c := ledgermill.OtherReceipt{ID: ref, Date: d, Warehouse: wh, Account: "6301", Lines: []ledgermill.OtherLine{{Item: s.one(levels[1:]...), Qty: num(1 + s.rnd.IntN(4)), Cost: price(s.cents())}}}
		s.tell("other receipt", ref, d, c, c)
	case k == 1 && s.n > 2 && s.methods[0] != "specific":
		d = s.final().AddDays(-1) // of whose goods nothing more will be told
		c := ledgermill.Count{ID: ref, Date: d, Warehouse: wh, Lines: []ledgermill.CountLine{{Item: s.one(levels...), Counted: num(s.rnd.IntN(20)), Cost: price(s.cents())}}}
		s.tell("count", ref, d, c, c)
	case k == 2 && len(s.undo) > 0:
		i := s.rnd.IntN(len(s.undo))
		d = s.day(s.undo[i].date)
		if _, moved := s.undo[i].in.(ledgermill.Transfer); moved || s.setup.NegativeStock == "allow" {
			// What an issue owed is not taken back on another day, nor a transfer from a pool whose value may have gone; and a stocktake may have been since.
			if d = s.undo[i].date; d < s.final() {
				return
			}
		}
		c := ledgermill.Reverse{ID: ref, Date: d, Of: s.undo[i].ref}
		if s.tell("reversal", ref, d, c, c) {
			s.undo = slices.Delete(s.undo, i, i+1)
		}
	case p == nil:
	case k == 3:
		d = s.day(p.date)
		c := ledgermill.LandedCost{ID: ref, Date: d, Supplier: "F", Of: []string{p.ref}, Amount: money.MustParse(s.cents().StringFixed(2)), By: "qty"}
		s.tell("landed cost", ref, d, c, c)
	case k == 4 && len(p.bills) > 0 && p.currency == "":
		d = s.day(p.date.AddDays(12))
		off := money.MustParse("0.37")
		c := ledgermill.CreditIn{ID: ref, Date: d, Of: p.bills[0], Lines: []ledgermill.CreditLine{{Item: "RAW", Amount: &off}}}
		s.tell("credit note", ref, d, c, c)
	case k >= 5 && p.left > 0 && p.agreed: // of other prices what goes back is never told
		d = s.day(p.date)
		n := 1 + s.rnd.IntN(min(p.left, 3))
		c := ledgermill.PurchaseReturn{ID: ref, Date: d, Of: p.ref, Warehouse: wh, Lines: []ledgermill.StockLine{{Item: "RAW", Qty: num(n), Lot: s.lotOf(p)}}}
		if s.tell("sent back", ref, d, c, c) {
			p.left -= n
		}
	}
}

func (s *story) lotOf(p *purchase) string {
	if s.methods[0] == "specific" {
		return p.ref
	}
	return ""
}

// produce is a step of a work order.
func (s *story) produce(ref, wh string) {
	if len(s.orders) == 0 {
		return
	}
	o := s.orders[s.rnd.IntN(len(s.orders))]
	d := s.day(o.date)
	switch k := s.rnd.IntN(12); {
	case k < 4:
		item := map[string]string{"SEMI": "RAW", "GOODS": s.one("RAW", "SEMI"), "SET": s.one("SEMI", "GOODS")}[o.item]
		c := ledgermill.Issue{ID: ref, Date: d, Order: o.ref, Warehouse: wh, Lines: s.lineOf(item, 1+s.rnd.IntN(4))}
		s.tell("issue", ref, d, c, c)
	case k < 6:
		labor := money.FromUnits(10_000 * int64(1+s.rnd.IntN(30)))
		c := ledgermill.Report{ID: ref, Date: d, Order: o.ref, LaborCost: &labor}
		s.tell("report", ref, d, c, c)
	case k < 10 && o.done < o.qty:
		n := 1 + s.rnd.IntN(o.qty-o.done)
		c := ledgermill.Complete{ID: ref, Date: d, Order: o.ref, Qty: num(n), Warehouse: wh}
		if s.tell("complete", ref, d, c, c) {
			o.done += n
		}
	case k == 10 && s.setup.NegativeStock != "allow":
		c := ledgermill.ReturnMaterial{ID: ref, Date: d, Order: o.ref, Warehouse: wh, Lines: s.lineOf(s.one("RAW", "SEMI"), 1)}
		s.tell("material back", ref, d, c, c)
	case k == 11 && s.rnd.IntN(2) == 0:
		for _, x := range s.told { // a close is the order's last document
			d = max(d, x.date)
		}
		c := ledgermill.CloseWorkOrder{ID: ref, Date: d, Order: o.ref}
		s.tell("close order", ref, d, c, c)
	}
}
