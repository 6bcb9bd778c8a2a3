package ledgermill

import (
	"cmp"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting/flow"
	"github.com/ledgermill/ledgermill/storage"
)

// carryOn follows what the document changed of the past to where the goods went, and books it.
func (b *book) carryOn() error {
	if b.carried || b.looking {
		return nil
	}
	if err := b.recount(); err != nil {
		return err
	}
	sold, err := b.settledLate()
	if err != nil {
		return err
	}
	landed, err := b.reland()
	if err != nil {
		return err
	}
	uneven, err := b.even()
	if err != nil {
		return err
	}
	swept := len(b.lateOrders)+len(sold)+len(landed)+len(uneven) > 0
	for _, s := range b.streamed {
		swept = swept || s.swept
	}
	if !swept {
		return nil
	}
	enough := b.enough()
	if err := b.ready(); err != nil {
		return err
	}
	g, err := b.sweep(func(g *flow.Graph) error { return b.begun(g, sold, landed, uneven) })
	if err = cmp.Or(err, enough); err != nil {
		return err
	}
	if err := b.wantFlow(g); err != nil {
		return err
	}
	return b.writeFlow(g)
}

// sweep runs the graph. What it misses is loaded when it can go no further, and it goes on from there, which may be in another order than that of the facts:
// once all that it looks at is there it runs again from the start, and that counts.
func (b *book) sweep(begin func(*flow.Graph) error) (*flow.Graph, error) {
	for {
		g := b.graph()
		err := begin(g)
		if err == nil {
			err = g.Run()
		}
		if b.need.Empty() {
			return g, err
		}
		for !b.need.Empty() {
			if err := b.fetch(); err != nil {
				return nil, err
			}
			if err == nil {
				err = g.Run()
			}
		}
	}
}

func (b *book) graph() *flow.Graph {
	return &flow.Graph{Currency: b.currency, Load: library{b}, Absorb: b.set.Scrap == "absorb_all", Residual: b.set.Residual, Negative: b.allowsNegative(), Doc: b.doc.Seq, Floor: b.monthEnd, Awaits: b.awaits}
}

// begun tells the graph what the document changed.
func (b *book) begun(g *flow.Graph, sold []*costing.Entry, landed []relanded, even []uneven) error {
	for _, s := range b.streamed {
		if !s.swept && len(s.given) == 0 { // what is given counts also where the sweep comes to it from elsewhere
			continue
		}
		for _, c := range s.given {
			if err := g.Given(s.record.Item, s.record.Scope, c.src, c.date, c.change); err != nil {
				return err
			}
		}
		from := b.doc.Date
		if s.from != 0 {
			from = min(from, s.from)
		}
		if err := g.Late(s.record.Item, s.record.Scope, from); err != nil {
			return err
		}
	}
	for _, r := range b.order {
		if o, ok := r.row.(*mrp.Order); ok && b.lateOrders[o.Ref] != nil {
			if err := g.Again(o.Ref, b.doc.Date); err != nil {
				return err
			}
		}
	}
	for _, e := range sold {
		if err := g.Reshare(e); err != nil {
			return err
		}
	}
	for _, r := range landed {
		if err := g.Restate(r.entry, r.change); err != nil {
			return err
		}
	}
	for _, u := range even {
		if err := g.Even(u.receipt, &u.Entry, u.Part); err != nil {
			return err
		}
	}
	return nil
}

// fetch loads what is missing here and now. A sweep goes on with it; deciding again from the start would be to sweep again for every step of the way.
func (b *book) fetch() error {
	if b.need.Empty() {
		return nil
	}
	if b.load == nil {
		return errNeed
	}
	if b.loads++; b.loads > maxLoads {
		return refusal.New(refusal.LimitExceeded, b.doc.Ref, "a late fact asked for rows more than %d times", maxLoads)
	}
	need := storage.Together([]storage.Need{b.need})
	b.need = storage.Need{}
	return b.load(need)
}

// wantFlow loads what writing the outcome of a sweep will read.
func (b *book) wantFlow(g *flow.Graph) error {
	b.wantList(storage.List{Kind: storage.Periods})
	for _, l := range g.Lines {
		if count := b.countOf(l.Entry); count != 0 {
			b.want(storage.Documents, count)
			b.want(storage.OpenItems, string(ledger.Counted), count, int32(0))
		}
	}
	for _, e := range g.Relinked {
		if e.Doc != b.doc.Seq {
			b.wantList(factsOf(storage.Links, e.Doc))
		}
	}
	for _, o := range g.Opens {
		b.want(storage.OpenItems, string(o.Item.Kind), o.Item.Doc, o.Item.Line)
	}
	for _, h := range g.Awaiting() {
		b.want(storage.Streams, h.Item, h.Scope)
	}
	for _, o := range g.Shared() {
		b.want(storage.OrderCosts, o.Cost.Order)
		b.wantList(storage.List{Kind: storage.Consumption, Values: []any{o.Cost.Order}})
	}
	if err := b.fetch(); err != nil {
		return err
	}
	dates := map[calendar.Date]calendar.Date{}
	want := func(day calendar.Date) error {
		known := len(dates)
		at, err := b.postingDate(day, dates)
		if len(dates) > known {
			b.want(storage.Counters, series, at.Period())
		}
		return err
	}
	for _, a := range g.Adjustments {
		if err := want(max(a.Entry.FactDate, a.Floor)); err != nil {
			return err
		}
	}
	for _, l := range g.Lines {
		if err := want(max(l.Date, l.Floor)); err != nil {
			return err
		}
	}
	return b.fetch()
}
