package costingtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// fault is a rule that was broken.
type fault struct {
	rule string
	at   int64 // the document
	what string
}

// fold is a stream that goes forward, fact by fact.
type fold struct {
	m       costing.Method
	oracles []Oracle
	h       *history
	state   costing.State
	took    map[int64][]costing.Taken
	least   decimal.Decimal // and greatest: unit cost of all that came in
	most    decimal.Decimal
	steps   int
	fault   *fault
}

func newFold(m costing.Method, h *history, oracles []Oracle) *fold {
	return &fold{m: m, oracles: oracles, h: h, state: empty(m, h), took: map[int64][]costing.Taken{}, least: decimal.New(1, 18)}
}

func empty(m costing.Method, h *history) costing.State {
	return costing.State{Stream: costing.Stream{Item: h.item, Method: m.Name()}}
}

// broke notes the first rule that was broken.
func (d *fold) broke(rule string, f *fact, format string, args ...any) {
	if d.fault == nil {
		d.fault = &fault{rule, f.doc, fmt.Sprintf(format, args...)}
	}
}

// do carries out a fact, and says whether it could.
func (d *fold) do(f *fact) bool {
	d.steps++
	before := d.state.Clone()
	switch f.kind {
	case receipt, fromSale:
		d.comes(f, before)
	case issue:
		return d.leaves(f, before)
	case toVendor:
		of := d.h.find(f.of)
		taken, err := d.state.Return(d.m, coins, of.source(), of.date(), f.issue(), f.value)
		if err != nil {
			d.refused(f, before, err)
			return false
		}
		d.left(f, before, taken)
	}
	return true
}

func (f *fact) issue() costing.Issue {
	return costing.Issue{Doc: f.doc, Date: f.date(), Lot: f.lot, Qty: f.qty}
}

// comes brings goods in, and looks whether exactly they came.
func (d *fold) comes(f *fact, before costing.State) {
	r := costing.Receipt{Source: f.source(), Date: f.date(), Lot: f.lot, Qty: f.qty, Value: f.value}
	if f.kind == fromSale {
		r.Cause, r.Value = costing.Source{Doc: f.of, Line: 1}, d.original(f)
		if len(d.took[f.of]) == 0 {
			return // it never left
		}
	}
	d.m.In(&d.state, r)
	d.took[f.doc] = []costing.Taken{{Qty: r.Qty, Value: r.Value}}
	unit := share(r.Value.Decimal(), decimal.NewFromInt(1), r.Qty.Decimal())
	if !d.h.price.IsZero() {
		unit = d.h.price.Decimal()
	}
	d.least, d.most = decimal.Min(d.least, unit), decimal.Max(d.most, unit)
	want := before.Clone()
	want.Apply(d.m, &costing.Event{Entry: entryOf(d.h, f, costing.In, r.Qty, r.Value), Moved: own(d.m, r)}, 1)
	if !alike(want, d.state) {
		d.broke(comesAtItsValue, f, "%s for %s came to %s; here are then\n%s    and not\n%s", r.Qty, r.Value, worth(before), layers(want), layers(d.state))
	}
}

// original is what goods that come back from a customer had cost when they left.
func (d *fold) original(f *fact) money.Amount {
	qty, value := costing.Total(d.took[f.of])
	if qty.IsZero() {
		return value
	}
	return coins.Share(value, f.qty.Units(), qty.Units())
}

// own is what a receipt moves: a layer of its own, where the method keeps layers.
func own(m costing.Method, r costing.Receipt) []costing.Taken {
	if !costing.Layered(m) {
		return nil
	}
	return []costing.Taken{{Source: r.Source, Date: r.Date, Lot: r.Lot, Qty: r.Qty, Value: r.Value}}
}

func entryOf(h *history, f *fact, k costing.EntryKind, qty uom.Quantity, value money.Amount) costing.Entry {
	return costing.Entry{Doc: f.doc, Line: 1, Kind: k, Item: h.item, Lot: f.lot, Qty: qty, Value: value, FactDate: f.date(), Cause: costing.Source{Doc: f.of, Line: 1}}
}

// leaves takes goods out, on clones first.
func (d *fold) leaves(f *fact, before costing.State) bool {
	i := f.issue()
	d.refuses(f, i, before)
	other := d.state.Clone()
	roomy := i
	roomy.Room = make([]costing.Taken, 0, 3)
	first, err1 := d.m.Out(&other, coins, roomy)
	if !alike(before, d.state) {
		d.broke(clonesApart, f, "an issue from a clone changed the other: of %s is left %s", worth(before), worth(d.state))
	}
	taken, err := d.m.Out(&d.state, coins, i)
	if (err == nil) != (err1 == nil) || !slices.Equal(first, taken) || err == nil && !alike(other, d.state) {
		d.broke(sameAgain, f, "from %s the issue takes %s; from a clone of it, %s", worth(before), total(taken, err), total(first, err1))
	}
	fewer := d.narrowed(before, i)
	third, err3 := d.m.Out(&fewer, coins, i)
	if (err == nil) != (err3 == nil) || !slices.Equal(third, taken) {
		d.broke(readsEnough, f, "of all layers it takes %s, of those it declares to read %s; here were\n%s", total(taken, err), total(third, err3), layers(before))
	}
	if err != nil {
		d.refused(f, before, err)
		return false
	}
	d.left(f, before, taken)
	d.cost(f, before, taken)
	return true
}

// refuses asks for what must be refused.
func (d *fold) refuses(f *fact, i costing.Issue, before costing.State) {
	for _, c := range []struct {
		qty  uom.Quantity
		code refusal.Code
	}{
		{uom.Quantity{}, refusal.InvalidQuantity},
		{i.Qty.Neg(), refusal.InvalidQuantity},
		{before.Stream.Qty.Add(uom.FromUnits(1)), refusal.InsufficientStock},
	} {
		i.Qty = c.qty
		s := before.Clone()
		taken, err := d.m.Out(&s, coins, i)
		if refusal.CodeOf(err) != c.code {
			d.broke(typed, f, "%s of %s ought to be refused with %s, and comes to %s", i.Qty, worth(before), c.code, total(taken, err))
		} else if !alike(before, s) {
			d.broke(unchanged, f, "a refused issue of %s made %s of\n%s", i.Qty, worth(s), layers(before))
		}
	}
}

// refused looks at a refusal: it has a reason and leaves all as it was.
func (d *fold) refused(f *fact, before costing.State, err error) {
	var typedError *refusal.Error
	if !errors.As(err, &typedError) {
		d.broke(typed, f, "%q has no code", err)
	}
	if !alike(before, d.state) {
		d.broke(unchanged, f, "refused, and yet there is %s where there was %s", worth(d.state), worth(before))
	}
	if !d.state.Stream.Qty.Less(f.qty) && d.m.Reads() != costing.ReadsNamed {
		d.broke(typed, f, "%s of %s is refused: %v", f.qty, worth(before), err)
	}
}

// left looks whether what was taken is what is gone.
func (d *fold) left(f *fact, before costing.State, taken []costing.Taken) {
	d.took[f.doc] = taken
	qty, value := costing.Total(taken)
	if qty != f.qty {
		d.broke(conserved, f, "%s were to leave, and %s left", f.qty, qty)
	}
	e := &costing.Event{Entry: entryOf(d.h, f, costing.Out, qty.Neg(), value.Neg())}
	for _, t := range taken {
		if t.Qty.Sign() <= 0 || t.Value.Sign() < 0 {
			d.broke(conserved, f, "it took %s for %s", t.Qty, t.Value)
		}
		if costing.Layered(d.m) {
			t.Qty, t.Value = t.Qty.Neg(), t.Value.Neg()
			e.Moved = append(e.Moved, t)
		}
	}
	want := before.Clone()
	want.Apply(d.m, e, 1)
	if !alike(want, d.state) {
		d.broke(conserved, f, "%s for %s left %s; there is then\n%s    and not\n%s", qty, value, worth(before), layers(want), layers(d.state))
	}
	if s := d.state.Stream; s.Qty.IsZero() && !s.Value.IsZero() {
		d.broke(nothingLeft, f, "no goods are left, and they are worth %s", s.Value)
	}
	sum := costing.State{}
	for _, l := range d.state.Layers {
		if l.Qty.Sign() <= 0 || l.Value.Sign() < 0 {
			d.broke(nothingLeft, f, "a layer holds %s for %s", l.Qty, l.Value)
		}
		sum.Stream.Qty, sum.Stream.Value = sum.Stream.Qty.Add(l.Qty), sum.Stream.Value.Add(l.Value)
	}
	if s := d.state.Stream; s.Value.Sign() < 0 || costing.Layered(d.m) && (sum.Stream.Qty != s.Qty || sum.Stream.Value != s.Value) {
		d.broke(conserved, f, "the stream holds %s, its layers\n%s", worth(d.state), layers(d.state))
	}
}

// cost looks whether an issue costs what goods here can cost.
func (d *fold) cost(f *fact, before costing.State, taken []costing.Taken) {
	_, value := costing.Total(taken)
	half := cent.Decimal().Div(decimal.NewFromInt(2)).Mul(decimal.NewFromInt(int64(len(taken))))
	for _, oracle := range d.oracles {
		if want := oracle(before.Clone(), f.issue()); value.Decimal().Sub(want).Abs().GreaterThan(half) {
			d.broke(asTheOracle, f, "it costs %s, and ought to cost %s; here were\n%s", value, want.Round(4), layers(before))
		}
	}
	if !d.h.plain {
		return
	}
	rounded := cent.Decimal().Mul(decimal.NewFromInt(int64(d.steps + len(taken)))) // each step may have rounded a cent away
	least, most := d.least.Mul(f.qty.Decimal()).Sub(rounded), d.most.Mul(f.qty.Decimal()).Add(rounded)
	if v := value.Decimal(); v.LessThan(least) || v.GreaterThan(most) {
		d.broke(withinPrices, f, "%s cost %s: all that came in cost %s to %s a unit; here were\n%s", f.qty, value, d.least.Round(6), d.most.Round(6), layers(before))
	}
}

// narrowed is a state with only the layers that the method reads for an issue.
func (d *fold) narrowed(s costing.State, i costing.Issue) costing.State {
	out := s.Clone()
	reads := d.m.Reads()
	if !costing.Layered(d.m) || reads == costing.ReadsAll {
		return out
	}
	out.Layers = nil
	since, recent := reads.Since(i.Date)
	left := i.Qty
	for n := range s.Layers {
		l := s.Layers[n]
		if reads == costing.ReadsNewest {
			l = s.Layers[len(s.Layers)-1-n]
		}
		if reads == costing.ReadsNamed && (i.Lot == "" || l.Lot == i.Lot) || reads != costing.ReadsNamed && left.Sign() > 0 || recent && l.Date >= since {
			out.Adopt(l)
		}
		left = left.Sub(l.Qty)
	}
	return out
}

// alike says whether two states hold the same.
func alike(a, b costing.State) bool {
	return a.Stream.Qty == b.Stream.Qty && a.Stream.Value == b.Stream.Value && slices.Equal(a.Layers, b.Layers)
}

func worth(s costing.State) string { return fmt.Sprintf("%s for %s", s.Stream.Qty, s.Stream.Value) }

func total(taken []costing.Taken, err error) string {
	if err != nil {
		return fmt.Sprintf("a refusal (%v)", err)
	}
	qty, value := costing.Total(taken)
	var from []string
	for _, t := range taken {
		if t.Source.Doc != 0 {
			from = append(from, fmt.Sprintf("%s of document %d", t.Qty, t.Source.Doc))
		}
	}
	if len(from) == 0 {
		return fmt.Sprintf("%s for %s", qty, value)
	}
	return fmt.Sprintf("%s for %s (%s)", qty, value, strings.Join(from, ", "))
}

func layers(s costing.State) string {
	out := ""
	for _, l := range s.Layers {
		out += fmt.Sprintf("      %s  %s for %s of document %d\n", l.Date, l.Qty, l.Value, l.Source.Doc)
	}
	if len(s.Layers) == 0 {
		out = "      " + worth(s) + "\n"
	}
	return out
}
