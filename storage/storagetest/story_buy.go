package storagetest

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// purchase is a receipt of RAW, or a bill of RAW that comes before it: of a receipt the price is known with the bill.
type purchase struct {
	ref, currency string
	date, last    calendar.Date // of the receipt, and of the latest document that names it
	left          int           // not billed, not sent back
	price         decimal.Decimal
	agreed        bool // the price was known from the start
	gone          bool // reversed
	billed        int  // and not sent back
	bills         []string
	sent          int           // bills, with those reversed
	again         calendar.Date // that of the latest reversal of a bill: what is billed anew is billed after it
	allowed       bool          // the supplier allowed some of its price, or took units back that were billed
}

// receive takes RAW in at a price that the bill changes later. In order the price is known at once.
func (s *story) receive(ref, wh string) {
	d := s.day(0)
	p := &purchase{ref: ref, currency: s.one("", "", "USD"), date: d, last: d, left: 4 + 4*s.rnd.IntN(6), price: s.cents()}
	lot := ""
	if s.lots {
		lot = ref
	}
	c := func(at decimal.Decimal) ledgermill.Receive {
		return ledgermill.Receive{ID: ref, Date: p.date, Supplier: "V", Warehouse: wh, Currency: p.currency, Lines: []ledgermill.ReceiveLine{{Item: "RAW", Qty: num(p.left), Price: price(at), Lot: lot}}}
	}
	guess := s.cents()
	if s.rnd.IntN(3) == 0 {
		guess, p.agreed = p.price, true
	}
	if s.tell("receive", ref, p.date, c(guess), c(p.price)) {
		s.bought = append(s.bought, p)
		if p.agreed { // of another price, what was used until then would keep a price that no bill made good
			s.canUndo("receive", ref, p.date, &p.last, func(calendar.Date) { p.left, p.gone = 0, true })
		}
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
		s.billOf(p, n, s.billed(p.since()))
	}
}

func (s *story) billOf(p *purchase, n int, d calendar.Date) {
	p.sent++
	ref := fmt.Sprintf("B%d-%s", p.sent, p.ref)
	c := ledgermill.InvoiceIn{ID: ref, Date: d, Supplier: "V", Of: []string{p.ref}, Currency: p.currency, Lines: []ledgermill.InvoiceLine{{Item: "RAW", Qty: num(n), Price: price(p.price)}}}
	kind := "bill"
	if p.currency != "" {
		kind = "bill in dollars"
	}
	if s.tell(kind, ref, d, c, c) {
		p.left, p.billed = p.left-n, p.billed+n
		p.bills = append(p.bills, ref)
		p.named(d)
		s.canUndo("bill", ref, d, &p.last, func(on calendar.Date) {
			p.left, p.billed = p.left+n, p.billed-n
			p.again, p.last = max(p.again, on), max(p.last, on)
			p.bills = slices.DeleteFunc(p.bills, func(b string) bool { return b == ref })
		})
		return
	}
	s.Fatalf("%s refused: %s", ref, s.name())
}

func (p *purchase) named(on calendar.Date) { p.last = max(p.last, on) }

// since is the day from which on more of it is billed.
func (p *purchase) since() calendar.Date { return max(p.date, p.again) }

// buy is what happens around a purchase: a bill that comes first and its goods, freight, allowances, goods that go back and their credit.
func (s *story) buy(ref, wh string) {
	if s.rnd.IntN(4) == 0 {
		s.billFirst(ref)
		return
	}
	if len(s.transit) > 0 && s.rnd.IntN(2) == 0 {
		s.arrive(ref, wh, s.transit[s.rnd.IntN(len(s.transit))])
		return
	}
	if len(s.bought) == 0 {
		return
	}
	p := s.bought[s.rnd.IntN(len(s.bought))]
	switch k := s.rnd.IntN(6); {
	case p.gone:
	case k < 2:
		d := s.day(p.date)
		c := ledgermill.LandedCost{ID: ref, Date: d, Supplier: "F", Of: []string{p.ref}, Amount: money.MustParse(s.cents().StringFixed(2)), By: "qty"}
		if s.tell("landed cost", ref, d, c, c) {
			p.named(d)
			s.canUndo("landed cost", ref, d, &p.last, func(on calendar.Date) { p.named(on) })
		}
	case k == 2 && len(p.bills) > 0 && p.currency == "" && !p.allowed:
		d := s.day(p.last)
		off := money.MustParse("0.37")
		c := ledgermill.CreditIn{ID: ref, Date: d, Of: p.bills[0], Lines: []ledgermill.CreditLine{{Item: "RAW", Amount: &off}}}
		if s.tell("credit note", ref, d, c, c) {
			p.allowed = true
			p.named(d)
			s.canUndo("credit note", ref, d, &p.last, func(on calendar.Date) { p.named(on) })
		}
	case k == 3 && p.left == 0 && p.billed > 0 && !p.allowed:
		s.sendBack("sent back billed", ref, wh, p, s.day(p.last), &p.billed)
		p.allowed = true
	case k > 3 && p.left > 0 && p.agreed: // of other prices what goes back is never told
		s.sendBack("sent back", ref, wh, p, s.day(p.since()), &p.left)
	}
}

// sendBack sends some of a purchase back, of what is billed or of what is not.
func (s *story) sendBack(kind, ref, wh string, p *purchase, d calendar.Date, of *int) {
	n := 1 + s.rnd.IntN(min(*of, 3))
	c := ledgermill.PurchaseReturn{ID: ref, Date: d, Of: p.ref, Warehouse: wh, Lines: []ledgermill.StockLine{{Item: "RAW", Qty: num(n), Lot: s.lotOf(p)}}}
	if !s.tell(kind, ref, d, c, c) {
		return
	}
	*of -= n
	p.named(d)
	if p.currency != "" {
		p.again = max(p.again, d) // what is billed of it after comes after: the cents of its parts depend on their order
	}
	s.canUndo(kind, ref, d, &p.last, func(on calendar.Date) {
		*of += n
		p.again = max(p.again, on)
		p.named(on)
	})
}

// billFirst sends a bill for RAW that is still on its way.
func (s *story) billFirst(ref string) {
	d := s.day(0)
	p := &purchase{ref: ref, currency: s.one("", "USD"), date: d, last: d, left: 4 + 4*s.rnd.IntN(3), price: s.cents()}
	c := ledgermill.InvoiceIn{ID: ref, Date: d, Supplier: "V", Currency: p.currency, Lines: []ledgermill.InvoiceLine{{Item: "RAW", Qty: num(p.left), Price: price(p.price)}}}
	if s.tell("bill first", ref, d, c, c) {
		s.transit = append(s.transit, p)
	}
}

// arrive receives goods that were billed before: all of a bill in dollars, whose cents would depend on the order of its parts.
func (s *story) arrive(ref, wh string, of *purchase) {
	if of.left == 0 {
		return
	}
	n, lot, d := of.left, "", s.day(of.date)
	if of.currency == "" {
		n = 1 + s.rnd.IntN(of.left)
	}
	if s.lots {
		lot = ref
	}
	c := ledgermill.Receive{ID: ref, Date: d, Supplier: "V", Warehouse: wh, Invoice: of.ref, Lines: []ledgermill.ReceiveLine{{Item: "RAW", Qty: num(n), Lot: lot}}}
	if !s.tell("receive billed", ref, d, c, c) {
		return
	}
	of.left -= n
	p := &purchase{ref: ref, currency: of.currency, date: d, last: d, price: of.price, agreed: true, billed: n}
	s.bought = append(s.bought, p)
	s.canUndo("receive billed", ref, d, &p.last, func(on calendar.Date) {
		p.gone, p.billed = true, 0
		of.left, of.date = of.left+n, max(of.date, on)
	})
}

func (s *story) lotOf(p *purchase) string {
	if s.lots {
		return p.ref
	}
	return ""
}
