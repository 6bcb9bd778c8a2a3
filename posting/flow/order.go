package flow

import (
	"cmp"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/mrp"
)

// Order is what the books say of a work order: all its facts, with those of the document under way.
type Order struct {
	Order     mrp.Order
	Materials []mrp.Material
	Steps     []mrp.Progress
	Entries   []costing.Entry                   // of the order, in any order
	Stock     map[costing.Source]*costing.Entry // the stock entries that they name: what was issued, came back, was made
	Standard  bool                              // its product is valued at standard cost: a residual is a variance
	Loss      string                            // the account of a residual that goes nowhere: variance, or loss if nothing was made
}

type orderNode struct {
	*Order
	costing.Parts
	docs      []doc
	cost      costing.OrderCost
	held      []costing.Consumed
	givenBack map[costing.PartKey]costing.PartKey // by what a reversal gives back, the part that it undoes, where the books have no entry of that: the part came late
	reversed  map[int64]bool                      // documents that were reversed, on whatever day
	never     map[int64]bool                      // documents that were reversed on their own day, and their reversals
	doing     int64                               // the document under way
	gone      money.Amount                        // below zero: what that takes back of a cost that had gone to what was completed by then
}

// doc is what one document did to an order.
type doc struct {
	Place
	keys []costing.PartKey // its parts, in the order of their lines
	step mrp.Progress
}

// newOrder sorts an order's facts by document.
func newOrder(o *Order) *orderNode {
	n := &orderNode{Order: o, Parts: costing.PartsOf(o.Entries), givenBack: map[costing.PartKey]costing.PartKey{}, reversed: map[int64]bool{}, never: map[int64]bool{}}
	docs := map[int64]*doc{}
	at := func(seq int64, date calendar.Date) *doc {
		if docs[seq] == nil {
			docs[seq] = &doc{Place: Place{Date: date, Doc: seq}}
		}
		return docs[seq]
	}
	for _, d := range n.Docs {
		at(d.Doc, d.Date).keys = d.Keys
	}
	for _, s := range o.Steps {
		at(s.Doc, s.Date).step = s
	}
	for _, d := range docs {
		n.docs = append(n.docs, *d)
		if of := docs[n.undoes(d)]; of != nil {
			n.reversed[of.Doc] = true
			if of.Date == d.Date {
				n.never[of.Doc], n.never[d.Doc] = true, true
			}
		}
	}
	slices.SortFunc(n.docs, func(a, b doc) int { return a.compare(b.Place) })
	return n
}

// undoes is the document that a document reverses, if it does.
func (n *orderNode) undoes(d *doc) int64 {
	if d.step.Undo {
		return d.step.Undoes
	}
	for _, k := range d.keys {
		if of, undoes := n.Undone(k); undoes {
			return of.Cause.Doc
		}
	}
	return 0
}

// At gives an order's cost and progress as they stood at the end of a day.
func (o *Order) At(cur money.Currency, absorb bool, day calendar.Date) (costing.OrderCost, mrp.Order, []costing.Consumed, error) {
	n := newOrder(o)
	n.docs = slices.DeleteFunc(n.docs, func(d doc) bool { return d.Date > day })
	past, _, err := n.fold(cur, absorb)
	return n.cost, past, n.held, err
}

// order gives the node of an order; nil while it must be loaded.
func (g *Graph) order(ref string) (*orderNode, error) {
	if n := g.orders[ref]; n != nil {
		return n, nil
	}
	o, err := g.Load.Order(ref)
	if o == nil || err != nil {
		return nil, err
	}
	if g.orders == nil {
		g.orders = map[string]*orderNode{}
	}
	n := newOrder(o)
	n.doing, g.orders[ref] = g.Doc, n
	return n, nil
}

// charge changes a cost of an order.
func (g *Graph) charge(f *costing.Entry, more money.Amount) error {
	n, err := g.order(f.Order)
	if err != nil {
		return err
	}
	if n == nil {
		g.wait(placeOf(f), func() error { return g.charge(f, more) })
		return nil
	}
	p := n.Of[n.KeyOf(f)]
	p.Worth = p.Worth.Add(more)
	g.adjust(&p.Entry, more)
	g.queue.push(turn{Place: placeOf(f), order: n})
	return nil
}

// Again says that the document under way has entries in an order that went on after their date: what came after is shared out anew.
func (g *Graph) Again(ref string, date calendar.Date) error {
	n, err := g.order(ref)
	switch {
	case n != nil:
		g.queue.push(turn{Place: Place{Date: date}, order: n})
	case err == nil:
		g.wait(Place{Date: date}, func() error { return g.Again(ref, date) })
	}
	return err
}

// replay shares an order's costs out anew and sends on what has changed.
func (g *Graph) replay(n *orderNode) error {
	gone, err := n.taken(g)
	if err != nil {
		return err
	}
	_, is, err := n.fold(g.Currency, g.Absorb)
	if err != nil {
		return err
	}
	n.gone = n.gone.Min(gone)
	for _, d := range n.docs {
		made := map[costing.Source]money.Amount{}
		var order []costing.PartKey
		for _, k := range n.wanted(d, is) {
			p := n.Of[k]
			if p == nil { // an element that this document had nothing of
				p = n.newPart(d, k)
			}
			change := is[k].Sub(p.Worth)
			if change.IsZero() {
				continue
			}
			p.Worth = is[k]
			base := &p.Entry
			if _, undoes := n.undone(k); undoes {
				caused := p.Entry
				caused.Cause, base = k.Cause, &caused
			}
			g.adjust(base, change)
			if k.Kind == costing.Charge {
				continue // a reversed issue: its stock entry follows the issue
			}
			if _, seen := made[k.Cause]; !seen {
				order = append(order, k)
			}
			made[k.Cause] = made[k.Cause].Sub(change)
		}
		for _, k := range order {
			if err := g.shared(n, d, k, made[k.Cause]); err != nil {
				return err
			}
		}
	}
	return nil
}

// taken is what the document under way, a reversal on the day of what it undoes, takes back of a cost that had gone to what was completed by then.
func (n *orderNode) taken(g *Graph) (gone money.Amount, err error) {
	if !n.never[g.Doc] {
		return gone, nil
	}
	never := n.never
	n.never = maps.Clone(never)
	for _, d := range n.docs {
		if d.Doc == g.Doc {
			delete(n.never, d.Doc)
			delete(n.never, n.undoes(&d))
		}
	}
	_, _, err = n.fold(g.Currency, g.Absorb)
	n.never = never
	return n.gone, err
}

// wanted are a document's parts that are computed, those that it has first.
func (n *orderNode) wanted(d doc, is map[costing.PartKey]money.Amount) []costing.PartKey {
	var out []costing.PartKey
	for _, k := range d.keys {
		if _, ok := is[k]; ok {
			out = append(out, k)
		}
	}
	var more []costing.PartKey
	for k, v := range is {
		if k.Cause.Doc == d.Doc && (!v.IsZero() || n.Of[k] != nil) && !slices.Contains(out, k) {
			more = append(more, k)
		}
	}
	sortParts(more)
	return append(out, more...)
}

func (n *orderNode) newPart(d doc, k costing.PartKey) *costing.Part {
	base := costing.Entry{Kind: k.Kind, Order: n.Order.Order.Ref, Element: k.Element, FactDate: d.Date, Cause: k.Cause}
	for _, p := range n.Of {
		if base.Account == "" || p.Kind == k.Kind && p.Cause == k.Cause {
			base.Account, base.Contra = p.Account, p.Contra
		}
	}
	n.Of[k] = &costing.Part{Entry: base}
	return n.Of[k]
}

// shared sends a change of what a document took out of an order to where it went; k is one of its parts.
func (g *Graph) shared(n *orderNode, d doc, k costing.PartKey, more money.Amount) error {
	step, cause := d.step, k.Cause
	if of, ok := n.undone(k); ok { // it gives back what another took, to the same place
		if e := n.Stock[of.Cause]; e != nil { // the reversal's own stock entry follows that which it undoes, but for a standard's variance
			if e.Contra != "" {
				g.line(e, d.Date, e.Contra, more)
			}
			return nil
		}
		step = n.stepOf(of)
	} else if e := n.Stock[cause]; e != nil {
		return g.send(e, costing.News{Change: more})
	}
	of := n.Of[costing.PartKey{Kind: costing.Credit, Cause: cause, Element: costing.Material}]
	for _, el := range costing.Elements {
		if p := n.Of[costing.PartKey{Kind: costing.Credit, Cause: cause, Element: el}]; p != nil {
			of = p
		}
	}
	if step.To != mrp.Closed || !n.revalues(g.Residual) {
		account := of.Contra
		if account == "" {
			account = n.Loss
		}
		g.line(&of.Entry, d.Date, account, more)
		return nil
	}
	made, now := n.made(), n.credited(cause)
	weights := quantities(made)
	was := g.Currency.Split(now.Sub(more), weights)
	for i, p := range g.Currency.Split(now, weights) {
		if change := p.Sub(was[i]); !change.IsZero() {
			g.back = append(g.back, sentBack{made[i], change, max(d.Date, g.floor)})
		}
	}
	return nil
}

// revalues says whether what is left at the order's close goes to what it completed.
func (n *orderNode) revalues(residual string) bool {
	return !n.Order.Order.Completed.IsZero() && !n.Standard && residual != "variance"
}

// closes says whether a credit is what was left at the order's close, or gives that back.
func (n *orderNode) closes(k costing.PartKey) bool {
	of, undoes := n.undone(k)
	if !undoes {
		of = k
	}
	return n.Stock[of.Cause] == nil && n.stepOf(of).To == mrp.Closed
}

// credited is what the books have of a credit, all elements together.
func (n *orderNode) credited(cause costing.Source) (sum money.Amount) {
	for _, el := range costing.Elements {
		if p := n.Of[costing.PartKey{Kind: costing.Credit, Cause: cause, Element: el}]; p != nil {
			sum = sum.Sub(p.Worth)
		}
	}
	return sum
}

func quantities(entries []*costing.Entry) []int64 {
	out := make([]int64, len(entries))
	for i, e := range entries {
		out[i] = e.Qty.Units()
	}
	return out
}

// made are the stock entries of what an order completed of its product, in order, without those that were reversed.
func (n *orderNode) made() []*costing.Entry {
	var out []*costing.Entry
	for _, doc := range mrp.Completions(n.Steps) {
		var lines []*costing.Entry
		for src, e := range n.Stock {
			if src.Doc == doc && e.Kind == costing.In && e.Item == n.Order.Order.Item {
				lines = append(lines, e)
			}
		}
		slices.SortFunc(lines, func(a, b *costing.Entry) int { return cmp.Compare(a.Line, b.Line) })
		out = append(out, lines...)
	}
	return out
}

// fold goes through an order's documents and says what each part that is computed comes to.
func (n *orderNode) fold(cur money.Currency, absorb bool) (mrp.Order, map[costing.PartKey]money.Amount, error) {
	past := n.Order.Order.Replayed(nil)
	n.cost, n.held, n.gone = costing.OrderCost{Order: past.Ref}, nil, money.Amount{}
	is := map[costing.PartKey]money.Amount{}
	for i, d := range n.docs {
		if n.never[d.Doc] { // what lies between has its share of the others' cost
			n.undo(d, is)
			continue
		}
		own := n.charges(d)
		if err := n.returns(cur, d, is); err != nil {
			return past, nil, err
		}
		n.undo(d, is)
		switch {
		case d.step.Undo:
		case d.step.Completed.Sign() > 0:
			if err := n.complete(cur, d, past.Remaining(), own, is); err != nil {
				return past, nil, err
			}
		case d.step.Expensed.Sign() > 0:
			_, of := past.Excess(d.step.Scrap, absorb)
			n.credit(d, costing.Source{Doc: d.Doc}, n.cost.Expense(cur, d.step.Expensed, of, d.Date), is)
		case d.step.To == mrp.Closed:
			n.credit(d, costing.Source{Doc: d.Doc}, n.cost.Clear(d.Date), is)
		}
		past.Apply(d.step)
		n.gone = n.gone.Min(n.overdrawn(i))
	}
	return past, is, nil
}

// charges adds a document's costs and gives them by element: a completion takes its own whole.
func (n *orderNode) charges(d doc) (own costing.Cost) {
	for _, k := range d.keys {
		p := n.Of[k]
		if _, undoes := n.undone(k); undoes || k.Kind != costing.Charge {
			continue
		}
		c := costing.Only(k.Element, p.Worth)
		n.cost.Charge(c, d.Date)
		own = own.Add(c)
		if e := n.Stock[k.Cause]; e != nil {
			n.hold(e).Put(e.Qty.Neg(), p.Worth)
		}
	}
	return own
}

func sortParts(parts []costing.PartKey) {
	slices.SortFunc(parts, func(a, b costing.PartKey) int {
		return cmp.Or(cmp.Compare(a.Cause.Line, b.Cause.Line), cmp.Compare(slices.Index(costing.Elements, a.Element), slices.Index(costing.Elements, b.Element)))
	})
}

func (n *orderNode) hold(e *costing.Entry) *costing.Consumed {
	for i := range n.held {
		if n.held[i].Item == e.Item && n.held[i].Lot == e.Lot {
			return &n.held[i]
		}
	}
	n.held = append(n.held, costing.Consumed{Order: n.Order.Order.Ref, Item: e.Item, Lot: e.Lot})
	return &n.held[len(n.held)-1]
}

// returns values what came back: its share of what the order holds of that item and lot.
func (n *orderNode) returns(cur money.Currency, d doc, is map[costing.PartKey]money.Amount) (err error) {
	if d.step.Completed.Sign() != 0 || d.step.Undo {
		return nil
	}
	for _, k := range d.keys {
		e := n.Stock[k.Cause]
		if k.Kind != costing.Credit || e == nil {
			continue
		}
		held, value := n.hold(e), money.Amount{}
		if n.reversed[d.Doc] {
			value = held.TakeUndone(cur, e.Qty)
		} else if value, err = held.Take(cur, e.Qty); err != nil {
			return err
		}
		is[k] = value.Neg()
		n.cost.Charge(costing.Only(k.Element, value.Neg()), d.Date)
	}
	return nil
}

// complete shares out a completion: the product is the first stock entry that the document made, by-products follow.
func (n *orderNode) complete(cur money.Currency, d doc, remaining uom.Quantity, own costing.Cost, is map[costing.PartKey]money.Amount) error {
	outputs := n.outputs(d)
	c, err := n.cost.Complete(cur, d.step.Completed, remaining, own, n.percents(outputs), d.Date, d.Doc)
	if err != nil {
		return err
	}
	for i, share := range append([]costing.Cost{c.Product}, c.Shares...) {
		n.credit(d, outputs[i].Source(), share, is)
	}
	return nil
}

// percents are the shares of the by-products of a completion.
func (n *orderNode) percents(outputs []*costing.Entry) (percent []decimal.Decimal) {
	used := map[int32]bool{}
	for _, e := range outputs[1:] {
		for _, m := range n.Materials {
			if m.ByProduct && m.Item == e.Item && !used[m.Line] {
				used[m.Line] = true
				percent = append(percent, m.Share)
				break
			}
		}
	}
	return percent
}

func (n *orderNode) outputs(d doc) []*costing.Entry {
	var out []*costing.Entry
	for src, e := range n.Stock {
		if src.Doc == d.Doc && e.Kind == costing.In {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b *costing.Entry) int { return cmp.Compare(a.Line, b.Line) })
	return out
}

// credit notes what a document took out of the order, by element.
func (n *orderNode) credit(d doc, cause costing.Source, c costing.Cost, is map[costing.PartKey]money.Amount) {
	for _, el := range costing.Elements {
		k := costing.PartKey{Kind: costing.Credit, Cause: cause, Element: el}
		if v := c.Of(el); !v.IsZero() || n.Of[k] != nil {
			is[k] = v.Neg()
		}
	}
}

// Shared is an order that was shared out anew: its cost, what it holds of each material, and (below zero) what a reversal takes back of a cost that had gone to
// what was completed by then.
type Shared struct {
	Cost costing.OrderCost
	Held []costing.Consumed
	Gone money.Amount
}

// Shared gives the orders that were shared out anew.
func (g *Graph) Shared() []Shared {
	var out []Shared
	for _, n := range g.orders {
		out = append(out, Shared{n.cost, n.held, n.gone})
	}
	slices.SortFunc(out, func(a, b Shared) int { return cmp.Compare(a.Cost.Order, b.Cost.Order) })
	return out
}
