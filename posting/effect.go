package posting

import (
	"cmp"
	"maps"
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// RuleLate stands on the lines that carry a late fact on to where the goods went.
const RuleLate = "late"

// Effect is what documents change, in money. Amounts are in company currency; balances are debit above zero. Own is what the documents' own vouchers
// book, Late what they carry on to what was booked before.
type Effect struct {
	Accounts    []AccountEffect    `json:"accounts,omitempty"`
	CostOfSales Parts              `json:"cost_of_sales"`
	Profit      Parts              `json:"profit"` // income less expense; what a close carries forward is none
	Stock       []StockEffect      `json:"stock,omitempty"`
	Orders      []OrderEffect      `json:"orders,omitempty"`
	Adjusted    []AdjustmentEffect `json:"adjusted,omitempty"`
	Periods     []PeriodEffect     `json:"periods,omitempty"`
}

// Parts is a change by where it comes from.
type Parts struct {
	Own  money.Amount `json:"own"`
	Late money.Amount `json:"late"`
}

// Change is the whole of it.
func (p Parts) Change() money.Amount { return p.Own.Add(p.Late) }

func (p *Parts) add(late bool, a money.Amount) {
	if late {
		p.Late = p.Late.Add(a)
	} else {
		p.Own = p.Own.Add(a)
	}
}

// AccountEffect is what is booked on one account.
type AccountEffect struct {
	Account string       `json:"account"`
	Name    string       `json:"name,omitzero"`
	Before  money.Amount `json:"before"`
	Parts
	After money.Amount `json:"after"`
	Days  []DayEffect  `json:"days"` // by day of posting
}

// DayEffect is what of it is booked on one day.
type DayEffect struct {
	Date calendar.Date `json:"date"`
	Parts
}

// StockEffect is what becomes of an item's stock in one cost scope (empty: the company).
type StockEffect struct {
	Item      string       `json:"item"`
	Scope     string       `json:"scope,omitzero"`
	QtyBefore uom.Quantity `json:"qty_before"`
	QtyChange uom.Quantity `json:"qty_change"`
	QtyAfter  uom.Quantity `json:"qty_after"`
	Before    money.Amount `json:"before"`
	Change    money.Amount `json:"change"`
	After     money.Amount `json:"after"`
}

// OrderEffect is what becomes of an order's work in process.
type OrderEffect struct {
	Order    string          `json:"order"`
	Before   money.Amount    `json:"before"`
	Change   money.Amount    `json:"change"`
	After    money.Amount    `json:"after"`
	Elements []ElementEffect `json:"elements,omitempty"`
}

// ElementEffect is the change of one element of cost.
type ElementEffect struct {
	Element costing.Element `json:"element"`
	Change  money.Amount    `json:"change"`
}

// AdjustmentEffect is by how much a value of an earlier document changes: of an item's stock, or of an order's cost. It is booked on another day than
// the document's where a late fact changes it, or where the document's period is closed.
type AdjustmentEffect struct {
	Ref     string          `json:"ref"`
	Verb    string          `json:"verb"`
	Date    calendar.Date   `json:"date"` // of the document
	Item    string          `json:"item,omitzero"`
	Scope   string          `json:"scope,omitzero"`
	Order   string          `json:"order,omitzero"`
	Element costing.Element `json:"element,omitzero"`
	Change  money.Amount    `json:"change"`
	Booked  calendar.Date   `json:"booked"`
	Closed  bool            `json:"closed,omitzero"` // the period of the document is not open any more
}

// PeriodEffect is what is booked in one period: the sums of debits. Of a period that is not open, whose documents' values change, nothing is.
type PeriodEffect struct {
	Period calendar.Period `json:"period"`
	State  ledger.State    `json:"state"`
	Parts
}

// Change is a record before and after; nil where there is none.
type Change[T any] struct{ Before, After *T }

// Effects is what an effect is computed of: what documents bring, and what is known of the books before them.
type Effects struct {
	Accounts  func(code string) (ledger.Account, bool)
	Cogs      []string // the accounts of cost of sales
	Balances  []ledger.Balance
	Documents map[int64]Document // earlier ones that entries name
	Periods   []ledger.PeriodState

	Lines   []ledger.Line
	Entries []costing.Entry
	Streams []Change[costing.Stream]
	Orders  []Change[costing.OrderCost]
}

// Compute gives the effect.
func (in Effects) Compute() Effect {
	var out Effect
	in.accounts(&out)
	in.stock(&out)
	in.orders(&out)
	in.adjusted(&out)
	in.periods(&out)
	return out
}

func (in Effects) accounts(out *Effect) {
	byCode := map[string]*AccountEffect{}
	for _, l := range in.Lines {
		a := byCode[l.Account]
		if a == nil {
			a = &AccountEffect{Account: l.Account}
			byCode[l.Account] = a
		}
		i, found := slices.BinarySearchFunc(a.Days, l.Date, func(d DayEffect, day calendar.Date) int { return cmp.Compare(d.Date, day) })
		if !found {
			a.Days = slices.Insert(a.Days, i, DayEffect{Date: l.Date})
		}
		late, net := l.Rule == RuleLate, l.Debit.Sub(l.Credit)
		a.add(late, net)
		a.Days[i].add(late, net)
		account, _ := in.Accounts(l.Account)
		a.Name = account.Name
		if l.Rule == RuleCarried {
			continue
		}
		if account.Class == ledger.Income || account.Class == ledger.Expense {
			out.Profit.add(late, net.Neg())
		}
		if slices.Contains(in.Cogs, l.Account) {
			out.CostOfSales.add(late, net)
		}
	}
	for _, b := range in.Balances {
		if a := byCode[b.Account]; a != nil {
			a.Before = a.Before.Add(b.Net())
		}
	}
	for _, code := range slices.Sorted(maps.Keys(byCode)) {
		a := byCode[code]
		a.After = a.Before.Add(a.Change())
		if a.Days = slices.DeleteFunc(a.Days, func(d DayEffect) bool { return d.Own.IsZero() && d.Late.IsZero() }); len(a.Days) > 0 {
			out.Accounts = append(out.Accounts, *a)
		}
	}
}

func (in Effects) stock(out *Effect) {
	for _, c := range in.Streams {
		was, is := orZero(c.Before), orZero(c.After)
		s := StockEffect{
			Item: is.Item, Scope: is.Scope, QtyBefore: was.Qty, QtyChange: is.Qty.Sub(was.Qty), QtyAfter: is.Qty,
			Before: was.Value, Change: is.Value.Sub(was.Value), After: is.Value,
		}
		if !s.QtyChange.IsZero() || !s.Change.IsZero() {
			out.Stock = append(out.Stock, s)
		}
	}
	slices.SortFunc(out.Stock, func(a, b StockEffect) int { return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Scope, b.Scope)) })
}

func (in Effects) orders(out *Effect) {
	for _, c := range in.Orders {
		was, is := orZero(c.Before), orZero(c.After)
		o := OrderEffect{Order: is.Order, Before: was.Open.Total(), After: is.Open.Total()}
		o.Change = o.After.Sub(o.Before)
		for _, e := range costing.Elements {
			if change := is.Open.Of(e).Sub(was.Open.Of(e)); !change.IsZero() {
				o.Elements = append(o.Elements, ElementEffect{e, change})
			}
		}
		if len(o.Elements) > 0 {
			out.Orders = append(out.Orders, o)
		}
	}
	slices.SortFunc(out.Orders, func(a, b OrderEffect) int { return cmp.Compare(a.Order, b.Order) })
}

func orZero[T any](row *T) (zero T) {
	if row == nil {
		return zero
	}
	return *row
}

// adjusted adds up the changes of earlier documents' values, by document and what it is a value of.
func (in Effects) adjusted(out *Effect) {
	at := map[AdjustmentEffect]int{}
	seqs := map[string]int64{}
	for _, e := range in.Entries {
		doc, earlier := in.Documents[e.Cause.Doc]
		if !earlier || e.Kind != costing.Adjust && !e.Late {
			continue
		}
		key := AdjustmentEffect{Ref: doc.Ref, Verb: doc.Verb, Date: doc.Date, Item: e.Item, Scope: e.Scope, Order: e.Order, Element: e.Element, Booked: e.PostingDate}
		key.Closed = in.state(e.FactDate.Period()) != ledger.PeriodOpen
		i, known := at[key]
		if !known {
			i, at[key], seqs[doc.Ref] = len(out.Adjusted), len(out.Adjusted), doc.Seq
			out.Adjusted = append(out.Adjusted, key)
		}
		out.Adjusted[i].Change = out.Adjusted[i].Change.Add(e.Value)
	}
	out.Adjusted = slices.DeleteFunc(out.Adjusted, func(a AdjustmentEffect) bool { return a.Change.IsZero() })
	slices.SortStableFunc(out.Adjusted, func(a, b AdjustmentEffect) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(seqs[a.Ref], seqs[b.Ref]))
	})
}

func (in Effects) state(p calendar.Period) ledger.State {
	for _, s := range in.Periods {
		if s.Period == p && s.State != "" {
			return s.State
		}
	}
	return ledger.PeriodOpen
}

func (in Effects) periods(out *Effect) {
	byPeriod := map[calendar.Period]*PeriodEffect{}
	of := func(p calendar.Period) *PeriodEffect {
		if byPeriod[p] == nil {
			byPeriod[p] = &PeriodEffect{Period: p, State: in.state(p)}
		}
		return byPeriod[p]
	}
	for _, l := range in.Lines {
		of(l.Date.Period()).add(l.Rule == RuleLate, l.Debit)
	}
	for _, a := range out.Adjusted {
		if a.Closed {
			of(a.Date.Period())
		}
	}
	for _, p := range slices.Sorted(maps.Keys(byPeriod)) {
		out.Periods = append(out.Periods, *byPeriod[p])
	}
}
