package explain

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
)

// Figure names what is to be explained: see [StockOf], [WIPOf], [CostOf], [BalanceOf].
type Figure struct {
	Item      string // the value of stock, narrowed by Warehouse and Lot where it is valued by itself there
	Warehouse string
	Lot       string
	Order     string // what a work order holds
	AllOrders bool   // what all of them hold
	Document  string // the cost of what a document brought in, issued or shipped, or of what it charged
	Account   string // the balance of an account or role at the end of a day
	From      calendar.Date
	AsOf      calendar.Date // 0: of all that is booked
}

// StockOf is the value of what there is of an item, and its unit cost.
func StockOf(item string) Figure { return Figure{Item: item} }

// At narrows a stock to a warehouse or a lot, or both.
func (f Figure) At(warehouse, lot string) Figure {
	f.Warehouse, f.Lot = warehouse, lot
	return f
}

// WIPOf is what a work order holds; without a name, what all of them hold.
func WIPOf(order string) Figure { return Figure{Order: order, AllOrders: order == ""} }

// CostOf is the cost of what a document brought into stock; of one that brings nothing in, of what it took out; else of what it charged or changed.
func CostOf(document string) Figure { return Figure{Document: document} }

// BalanceOf is the balance of an account or role at the end of a day (0: of all that is booked), debit above zero.
func BalanceOf(account string, asOf calendar.Date) Figure {
	return Figure{Account: account, AsOf: asOf}
}

// Between is what an account moved by on the days from one to another, both included.
func Between(account string, from, to calendar.Date) Figure {
	return Figure{Account: account, From: from, AsOf: to}
}

// Check refuses a figure that names nothing, or two things: invalid_state.
func (f Figure) Check() error {
	named := 0
	for _, is := range []bool{f.Item != "", f.Order != "" || f.AllOrders, f.Document != "", f.Account != ""} {
		if is {
			named++
		}
	}
	switch {
	case named != 1:
		return refusal.New(refusal.InvalidState, "figure", "a figure is one of: a stock, an order's work in process, a document's cost, an account")
	case f.Item == "" && (f.Warehouse != "" || f.Lot != ""):
		return refusal.New(refusal.InvalidState, "figure", "a warehouse or lot narrows a stock")
	case f.From != 0 && f.AsOf < f.From:
		return refusal.New(refusal.InvalidDate, f.Account, "a span of days begins on its last day or before").Numbers(f.From, f.AsOf)
	}
	return nil
}

// Stock explains what some streams of an item hold together.
func Stock(cur money.Currency, item string, streams []costing.Stream) *Walk {
	sum := costing.Together(streams)
	root := Node{Kind: KindFigure, Item: item, Amount: sum.Value, What: "stock of " + item}
	w := newWalk(cur, root, func(w *Walk, b Books) ([]comp, bool, error) {
		if len(streams) == 1 {
			return holding(w, b, streams[0])
		}
		var out []comp
		for _, k := range streams {
			n := Node{Kind: KindStock, Item: item, scope: k.Scope, Method: k.Method, What: "stock of " + item + in(k.Scope)}
			out = append(out, comp{node: n, weight: k.Value, made: true, more: func(w *Walk, b Books) ([]comp, bool, error) { return holding(w, b, k) }})
		}
		return out, true, nil
	})
	w.tree.Qty, w.given = sum.Qty, true
	return w
}

func in(scope string) string {
	warehouse, lot := costing.OfScope(scope)
	out := ""
	if warehouse != "" {
		out += " in " + warehouse
	}
	if lot != "" {
		out += " of lot " + lot
	}
	return out
}

// holding is what a stream holds, which is what the books say that it is worth.
func holding(w *Walk, b Books, k costing.Stream) ([]comp, bool, error) {
	if k.Qty.IsZero() && k.Value.IsZero() {
		return nil, true, nil
	}
	s, ok, err := w.stockOf(b, streamKey{k.Item, k.Scope}, k.LastDate, (*stock).all)
	if !ok || err != nil {
		return nil, ok, err
	}
	return s.inStock(s.all()), true, nil
}

// WIP explains what orders hold.
func WIP(cur money.Currency, orders []costing.OrderCost) *Walk {
	root := Node{Kind: KindFigure, What: "work in process of all orders"}
	if len(orders) == 1 {
		root.Order, root.What = orders[0].Order, "work in process of "+orders[0].Order
	}
	for _, o := range orders {
		root.Amount = root.Amount.Add(o.Open.Total())
	}
	w := newWalk(cur, root, func(w *Walk, b Books) ([]comp, bool, error) {
		if len(orders) == 1 {
			return inProcess(w, b, orders[0])
		}
		var out []comp
		for _, o := range orders {
			n := Node{Kind: KindOrder, Order: o.Order}
			out = append(out, comp{node: n, weight: o.Open.Total(), made: true, more: func(w *Walk, b Books) ([]comp, bool, error) { return inProcess(w, b, o) }})
		}
		return out, true, nil
	})
	w.given = true
	return w
}

// inProcess is what an order holds, which is what the books say that it does.
func inProcess(w *Walk, b Books, cost costing.OrderCost) ([]comp, bool, error) {
	o, ok, err := w.work(b, cost.Order)
	if !ok || err != nil {
		return nil, ok, err
	}
	held := o.held()
	if sum := sumOf(held); sum != cost.Open.Total() {
		return nil, false, broken(cost.Order, cost.Open.Total(), sum, "the order holds something else than what was charged to it and did not leave")
	}
	return o.charged(w, held), true, nil
}

// Cost explains the cost of what a document brought in, took out or charged.
func Cost(cur money.Currency, doc posting.Document) *Walk {
	root := Node{Kind: KindFigure, Date: doc.Date, doc: doc.Seq, What: "cost of " + doc.Ref}
	return newWalk(cur, root, func(w *Walk, b Books) ([]comp, bool, error) {
		entries, ok := b.Entries(doc.Seq)
		if !ok {
			return nil, false, nil
		}
		comps, ok, err := w.brought(b, entries, doc.Verb == "count")
		if err == nil && ok && len(comps) == 0 {
			return nil, false, refusal.New(refusal.NotFound, doc.Ref, "this document (%s) moved no value", doc.Verb)
		}
		return comps, ok, err
	})
}

// brought are the entries that say what a document cost: what came in; else what went out; else what it charged or changed. A stocktake does both at once.
func (w *Walk) brought(b Books, entries []costing.Entry, both bool) (out []comp, ok bool, err error) {
	var came, went, other []comp
	all := true
	for i := range entries {
		e := &entries[i]
		switch {
		case e.Late || e.Order != "" && (e.Kind != costing.Charge || e.Cause != costing.Source{}):
		case e.Order != "":
			other = append(other, comp{node: ofEntry(KindCharge, e, e.Value, e.Element), weight: e.Value})
		case e.Kind == costing.Adjust:
			other = append(other, comp{node: ofEntry(KindAdjust, e, e.Value, costing.Material), weight: e.Value})
		case e.Kind == costing.Averaged, e.Kind == costing.Becomes:
		default:
			c, ok, err := w.moved(b, e)
			if err != nil {
				return nil, false, err
			}
			switch all = all && ok; {
			case !ok:
			case e.Qty.Sign() > 0:
				came = append(came, c)
			case e.Qty.Sign() < 0 && both:
				c.weight = c.weight.Neg()
				came = append(came, c)
			case e.Qty.Sign() < 0:
				went = append(went, c)
			default:
				other = append(other, c)
			}
		}
	}
	for _, some := range [][]comp{came, went, other} {
		if len(some) > 0 {
			return some, all, nil
		}
	}
	return nil, all, nil
}

// moved is an entry of stock with what it is worth now.
func (w *Walk) moved(b Books, e *costing.Entry) (comp, bool, error) {
	src := e.Source()
	s, ok, err := w.stockOf(b, streamKey{e.Item, e.Scope}, e.FactDate, nothing)
	if !ok || err != nil {
		return comp{}, ok, err
	}
	now := s.event(src)
	if e.Qty.Sign() < 0 {
		c := comp{node: ofEntry(KindIssue, e, now.Value.Neg(), costing.Material), weight: now.Value.Neg(), more: taken(e), made: true}
		return c, true, nil
	}
	return s.root(part{root: src, amount: now.Value}), true, nil
}
