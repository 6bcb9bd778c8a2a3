package flow

import (
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// sold carries a change of what a shipment cost to what came back of it, and (where cost of sales waits for the invoice) to what was billed.
func (g *Graph) sold(e *costing.Event, fed *Fed, more money.Amount) error {
	back, err := g.pool(fed.Shipped, more)
	if err != nil {
		return err
	}
	var waiting []money.Amount
	var unbilled map[int64]money.Amount // by the document that billed, or took back what was not billed
	waits := fed.Unbilled != nil
	if waits {
		if waiting, err = g.pool(fed.Unbilled, more); err != nil {
			return err
		}
		unbilled = sumsOf(fed.Unbilled.Facts, waiting)
	}
	returns := map[int64][]*costing.Entry{}
	for i := range fed.Entries {
		if f := &fed.Entries[i]; f.Kind == costing.In && f.Doc != e.Doc {
			returns[f.Doc] = append(returns[f.Doc], f)
		}
	}
	for i, f := range fed.Shipped.Facts {
		in, date := &e.Entry, f.Date // of a reversal: its stock follows that of the return
		came := len(returns[f.Doc]) > 0
		if came {
			in = returns[f.Doc][0]
			returns[f.Doc] = returns[f.Doc][1:]
		}
		part := unbilled[f.Doc]
		delete(unbilled, f.Doc)                                                                // once for all lines of the return
		if back[i].IsZero() && part.IsZero() || f.Doc == e.Doc || !came && f.Qty.Sign() <= 0 { // the shipment's own reversal books its account itself
			continue
		}
		if came && !back[i].IsZero() {
			if err := g.send(in, costing.News{Change: back[i]}); err != nil {
				return err
			}
		}
		g.line(in, date, fed.Cogs, part.Sub(back[i]))
		if waits {
			g.line(in, date, fed.Unbilled.Item.Account, part.Neg())
		}
	}
	if !waits {
		return nil
	}
	for i, f := range fed.Unbilled.Facts {
		if waiting[i].IsZero() || isReturn(fed, f.Doc) {
			continue
		}
		g.line(&e.Entry, f.Date, fed.Cogs, waiting[i])
		g.line(&e.Entry, f.Date, fed.Unbilled.Item.Account, waiting[i].Neg())
	}
	return nil
}

func isReturn(fed *Fed, doc int64) bool {
	for _, f := range fed.Shipped.Facts {
		if f.Doc == doc {
			return true
		}
	}
	return false
}

// sumsOf adds up amounts by the document that settled.
func sumsOf(facts []ledger.Settlement, amounts []money.Amount) map[int64]money.Amount {
	sums := map[int64]money.Amount{}
	for i, f := range facts {
		sums[f.Doc] = sums[f.Doc].Add(amounts[i])
	}
	return sums
}

// pool says by how much each settlement of an open item changes when the whole is worth more: each takes its share of what is left at its instant. One
// that gives back what another took gives back what that takes now.
func (g *Graph) pool(p *Pool, more money.Amount) ([]money.Amount, error) {
	was := p.now
	if was == nil {
		was = p.posted(g.Currency, g.Doc)
	}
	p.Item.Amount = p.Item.Amount.Add(more)
	if !more.IsZero() {
		g.Opens = append(g.Opens, Open{Item: &p.Item, Amount: more})
	}
	is := shares(g.Currency, p)
	p.now = is
	out := make([]money.Amount, len(is))
	for i := range is {
		out[i] = is[i].Sub(was[i])
		if !out[i].IsZero() {
			g.Opens = append(g.Opens, Open{Item: &p.Item, Settled: true, Amount: out[i]})
		}
	}
	return out, nil
}

// Reshare shares a shipment out anew, because the document under way settled part of it before others that are in the books.
func (g *Graph) Reshare(sold *costing.Entry) error {
	e := &costing.Event{Entry: *sold}
	fed, err := g.fed(e)
	if err != nil {
		return err
	}
	if fed == nil {
		g.wait(placeOf(sold), func() error { return g.Reshare(sold) })
		return nil
	}
	return g.sold(e, fed, money.Amount{})
}

// posted are the shares as the books have them: those of the document under way as it took them, the others as if it were not there.
func (p *Pool) posted(cur money.Currency, doc int64) []money.Amount {
	without := Pool{Item: p.Item, Undoes: p.Undoes}
	for _, f := range p.Facts {
		if f.Doc != doc {
			without.Facts = append(without.Facts, f)
		}
	}
	others := shares(cur, &without)
	out := make([]money.Amount, len(p.Facts))
	n := 0
	for i, f := range p.Facts {
		if f.Doc == doc {
			if doc != p.Item.Doc { // the opening takes nothing
				out[i] = f.Amount.Neg()
			}
			continue
		}
		out[i] = others[n]
		n++
	}
	return out
}

// shares are what the settlements take, by fact; zero for the opening.
func shares(cur money.Currency, p *Pool) []money.Amount {
	open := p.Item
	open.OpenQty, open.Open, open.OpenForeign = open.Qty, open.Amount, open.Amount
	out := make([]money.Amount, len(p.Facts))
	for i, f := range p.Facts {
		qty := f.Qty.Neg()
		switch {
		case f.Doc == p.Item.Doc || qty.IsZero():
			continue
		case qty.Sign() > 0:
			out[i] = ledger.Share(cur, open, qty).Amount
		default:
			out[i] = out[p.given(i)].Neg()
		}
		open.OpenQty, open.Open, open.OpenForeign = open.OpenQty.Sub(qty), open.Open.Sub(out[i]), open.OpenForeign.Sub(out[i])
	}
	return out
}

// given finds what the nth settlement, of a reversal, gives back.
func (p *Pool) given(nth int) int {
	f := p.Facts[nth]
	for i := nth - 1; i >= 0; i-- {
		if p.Facts[i].Qty == f.Qty.Neg() && p.Facts[i].Doc == p.Undoes[f.Doc] {
			return i
		}
	}
	return 0
}

// Now is the amount that a settlement has, with all that changed of it since: below zero for what it took, above for what opened the item.
func (p *Pool) Now(cur money.Currency, f ledger.Settlement) money.Amount {
	if f.Doc == p.Item.Doc {
		return p.Item.Amount
	}
	i := slices.IndexFunc(p.Facts, func(x ledger.Settlement) bool { return x.Doc == f.Doc && x.Line == f.Line })
	if i < 0 {
		return f.Amount
	}
	return shares(cur, p)[i].Neg()
}
