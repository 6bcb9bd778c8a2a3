package flow

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// adjust notes a change of an entry.
func (g *Graph) adjust(e *costing.Entry, change money.Amount) {
	if g.at == nil {
		g.at = map[atKey]int{}
	}
	k := atKey{e.Source(), g.floor}
	i, there := g.at[k]
	if !there || e.Line == 0 {
		i = len(g.Adjustments)
		g.Adjustments = append(g.Adjustments, Adjustment{Entry: e, Floor: g.floor})
		if e.Line != 0 {
			g.at[k] = i
		}
	}
	g.Adjustments[i].Change = g.Adjustments[i].Change.Add(change)
}

func (g *Graph) line(e *costing.Entry, date calendar.Date, account string, amount money.Amount) {
	g.Lines = append(g.Lines, Line{e, date, account, amount, g.floor})
}

// follow carries the change of an event to where its value came from or went: change is above zero when the stream holds more.
func (g *Graph) follow(e *costing.Event, change money.Amount) error {
	switch {
	case e.Kind == costing.In && e.Contra == "", e.Annulled && e.Contra == "", e.Kind == costing.Becomes:
		return nil // who sent the news books the other side
	case e.Annulled && e.Kind != costing.In: // a reversal gives back what the other took in the end
		g.line(&e.Entry, e.FactDate, e.Contra, change.Neg())
		return nil
	case e.Contra != "" && (e.Kind != costing.Sold || e.Qty.Sign() > 0):
		if e.Kind != costing.In {
			g.line(&e.Entry, e.FactDate, e.Contra, change.Neg())
		}
		return nil
	}
	fed, err := g.fed(e)
	if err != nil {
		return err
	}
	if fed == nil {
		g.wait(placeOf(&e.Entry), func() error { return g.follow(e, change) })
		return nil
	}
	if e.Kind == costing.Sold {
		g.line(&e.Entry, e.FactDate, e.Contra, change.Neg())
		return g.sold(e, fed, change.Neg())
	}
	return g.feed(e, fed, change.Neg())
}

func (g *Graph) fed(e *costing.Event) (*Fed, error) {
	if g.pools == nil {
		g.pools = map[costing.Source]*Fed{}
	}
	if fed := g.pools[e.Source()]; fed != nil {
		return fed, nil
	}
	fed, err := g.Load.Fed(&e.Entry)
	if fed != nil {
		g.pools[e.Source()] = fed
	}
	return fed, err
}

// feed gives more (or less) value to what an issue or a transfer went to.
func (g *Graph) feed(e *costing.Event, fed *Fed, more money.Amount) error {
	var parts []costing.Entry
	for _, f := range fed.Entries {
		switch {
		case f.Order != "" && f.Kind == costing.Charge:
			if err := g.charge(&f, more); err != nil {
				return err
			}
		case f.Doc == e.Doc && f.Kind == costing.In && f.Item == e.Item:
			if err := g.send(&f, costing.News{Change: more, Carry: opposites(e.Moved)}); err != nil {
				return err
			}
		case f.Doc == e.Doc && f.Kind == costing.In:
			parts = append(parts, f)
		}
	}
	weights := make([]int64, len(parts))
	for i, f := range parts {
		weights[i] = f.Value.Units()
	}
	for i, part := range g.Currency.Split(more, weights) {
		if err := g.send(&parts[i], costing.News{Change: part}); err != nil {
			return err
		}
	}
	return nil
}

func opposites(moved []costing.Taken) []costing.Taken {
	out := make([]costing.Taken, len(moved))
	for i, t := range moved {
		t.Qty, t.Value = t.Qty.Neg(), t.Value.Neg()
		out[i] = t
	}
	return out
}
