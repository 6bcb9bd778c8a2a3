package postingtest

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting/tieout"
	"github.com/shopspring/decimal"
)

// check compares the books with what an expectation states.
func (p *player) check(st step) {
	e := st.expect
	at := ledgermill.AsOf{Day: e.AsOf}
	if ref := e.RecordedBy; ref.text != "" {
		if at.Upto = p.seqs[ref.text]; at.Upto == 0 {
			p.fail(ref.line, "recorded_by: no step was accepted under the number %q", ref.text)
			return
		}
	}
	if at != (ledgermill.AsOf{}) && (e.CostOf != nil || e.Voucher != nil || e.Reconcile != nil) {
		p.fail(st.line, "cost_of, voucher and reconcile speak of all that is booked, not of a moment")
		return
	}
	for _, w := range e.Stock {
		p.stock(w, at)
	}
	for _, w := range e.Balances {
		books, err := p.company.Balance(p.ctx, w.Key, at)
		p.figure("balance of "+w.Key, w.Value, books.Decimal(), err)
	}
	if e.Voucher != nil {
		p.voucher(st.line, e.Voucher)
	}
	for _, w := range e.WorkOrders {
		p.order(w, at)
	}
	if e.CostOf != nil {
		p.costOf(st.line, e.CostOf)
	}
	for _, w := range e.OpenItems {
		books, _, err := p.company.OpenItems(p.ctx, w.Key, at)
		p.figure("open items of "+w.Key, w.Value, books.Decimal(), err)
	}
	if e.Accrued != nil {
		p.accrued(st.line, e.Accrued, at)
	}
	day := ledgermill.AsOf{Day: cmp.Or(e.AsOf, p.last), Upto: at.Upto}
	for _, w := range e.Aging {
		p.aging(w, day)
	}
	for _, w := range e.Statements {
		p.statement(w, day)
	}
	p.trialBalance(e, at)
	p.reconcile(e.Reconcile)
	p.planned(e)
	if e.Trace != nil {
		for _, w := range e.Trace.all {
			p.trace(w)
		}
	}
}

// accrued compares what is received and not invoiced, all of it.
func (p *player) accrued(line int, want entries[figure], at ledgermill.AsOf) {
	_, items, err := p.company.Accrued(p.ctx, at)
	if err != nil {
		p.fail(line, "accrued: %v", err)
		return
	}
	books := map[string]decimal.Decimal{}
	for _, i := range items {
		books[i.Ref] = books[i.Ref].Add(i.Open.Decimal())
	}
	for _, w := range want {
		p.figure("accrued of "+w.Key, w.Value, books[w.Key], nil)
		delete(books, w.Key)
	}
	for _, ref := range slices.Sorted(maps.Keys(books)) {
		p.fail(line, "accrued of %s: expected nothing, the books say %s", ref, books[ref])
	}
}

// statement compares rows of a statement: the balances of a day, or what came of its year so far.
func (p *player) statement(w entry[entries[figure]], at ledgermill.AsOf) {
	s, err := p.company.Statement(p.ctx, w.Key, ledgermill.Span{To: at.Day, Upto: at.Upto})
	if err == nil && len(s.Missing) > 0 {
		err = fmt.Errorf("%s stand in no row", strings.Join(s.Missing, ", "))
	}
	column := 1
	if w.Key == ledger.BalanceSheet {
		column = 0
	}
	for _, f := range w.Value {
		books, missing := decimal.Decimal{}, err
		i := slices.IndexFunc(s.Rows, func(r ledger.StatementRow) bool { return r.Key == f.Key && !r.Heading })
		switch {
		case err != nil:
		case i < 0:
			missing = fmt.Errorf("there is no row of this name")
		default:
			books = s.Rows[i].Amounts[column].Decimal()
		}
		p.figure(f.Key+" of "+w.Key, f.Value, books, missing)
	}
}

// figure compares one figure that is stated with what a read of the books gave.
func (p *player) figure(what string, f figure, books decimal.Decimal, err error) {
	if err != nil {
		p.fail(f.line, "%s: expected %s, but %v", what, f.text, err)
	} else if !f.meets(books) {
		p.differs(f.line, what, f.text, books)
	}
}

// named compares the figures of one subject that are stated.
type named struct {
	name  string
	want  *figure
	books decimal.Decimal
}

func (p *player) figures(subject string, all []named) {
	for _, n := range all {
		if n.want != nil {
			p.figure(n.name+" of "+subject, *n.want, n.books, nil)
		}
	}
}

// stock compares ITEM, ITEM@WAREHOUSE, ITEM@WAREHOUSE/BIN, ITEM#LOT and what is put together of them.
func (p *player) stock(w entry[stockWanted], at ledgermill.AsOf) {
	place, lot, _ := strings.Cut(w.Key, "#")
	item, place, _ := strings.Cut(place, "@")
	warehouse, bin, _ := strings.Cut(place, "/")
	now, err := p.company.Stock(p.ctx, item, warehouse, bin, lot)
	v := ledgermill.PastStock{Qty: now.Qty, Value: now.Value, UnitCost: now.UnitCost, Valued: now.Valued, Restated: now.Value, Layers: now.Layers}
	if err == nil && at != (ledgermill.AsOf{}) {
		v, err = p.company.PastStock(p.ctx, item, warehouse, bin, lot, at)
	}
	promises := w.Value.Available != nil || w.Value.Reserved != nil
	switch {
	case err != nil:
		p.fail(w.Line, "stock of %s: %v", w.Key, err)
		return
	case promises && (at.Upto != 0 || at.Day != 0 && at.Day < p.last):
		p.fail(w.Line, "stock of %s: what was available or reserved is told of now only", w.Key)
		return
	}
	p.figures(w.Key, []named{
		{"quantity", w.Value.Qty, v.Qty.Decimal()},
		{"available quantity", w.Value.Available, now.Available.Decimal()},
		{"reserved quantity", w.Value.Reserved, now.Reserved.Decimal()},
	})
	if w.Value.Value == nil && w.Value.UnitCost == nil && w.Value.Restated == nil && w.Value.Layers == nil {
		return
	}
	if !v.Valued {
		p.fail(w.Line, "value of %s: the books value the item as a whole and tell only quantities apart here", w.Key)
		return
	}
	p.figures(w.Key, []named{{"value", w.Value.Value, v.Value.Decimal()}, {"unit cost", w.Value.UnitCost, unitCost(v, w.Value.UnitCost)}, {"restated value", w.Value.Restated, v.Restated.Decimal()}})
	p.layers(w, v)
}

// unitCost divides to the decimals that are wanted, so that it is rounded once.
func unitCost(v ledgermill.PastStock, f *figure) decimal.Decimal {
	if v.Qty.IsZero() || f == nil {
		return v.UnitCost
	}
	return v.Value.Decimal().DivRound(v.Qty.Decimal(), f.places)
}

func (p *player) layers(w entry[stockWanted], v ledgermill.PastStock) {
	want := w.Value.Layers
	if want == nil {
		return
	}
	if v.LayersUnknown {
		p.fail(want.line, "layers of %s: they are not known of that moment", w.Key)
		return
	}
	same := len(want.pairs) == len(v.Layers)
	var expected, books []string
	for _, pair := range want.pairs {
		expected = append(expected, fmt.Sprintf("[%s, %s]", pair[0].text, pair[1].text))
	}
	for i, l := range v.Layers {
		books = append(books, fmt.Sprintf("[%s, %s]", l.Qty, l.Value))
		same = same && want.pairs[i][0].meets(l.Qty.Decimal()) && want.pairs[i][1].meets(l.Value.Decimal())
	}
	if !same {
		p.differs(want.line, "layers of "+w.Key, expected, books)
	}
}

func (p *player) order(w entry[orderWanted], at ledgermill.AsOf) {
	now, err := p.company.Order(p.ctx, w.Key)
	o := ledgermill.PastOrder{Order: now.Order, Cost: now.Cost}
	if err == nil && at != (ledgermill.AsOf{}) {
		o, err = p.company.PastOrder(p.ctx, w.Key, at)
	}
	if err == nil && len(w.Value.Reserved) > 0 && (at.Upto != 0 || at.Day != 0 && at.Day < p.last) {
		err = errors.New("what was reserved is told of now only")
	}
	if err != nil {
		p.fail(w.Line, "work order %s: %v", w.Key, err)
		return
	}
	want, charged := w.Value, o.Cost.Charged
	if want.Status != nil && want.Status.text != string(o.Status) {
		p.differs(want.Status.line, "status of "+w.Key, want.Status.text, o.Status)
	}
	p.figures(w.Key, []named{
		{"issued value", want.IssuedValue, charged.Material.Decimal()},
		{"material", want.Material, charged.Material.Decimal()},
		{"labour", want.Labor, charged.Labor.Decimal()},
		{"overhead", want.Overhead, charged.Overhead.Decimal()},
		{"total cost", want.Total, charged.Total().Decimal()},
		{"work in process", want.WIP, o.Cost.Open.Total().Decimal()},
		{"completed quantity", want.Completed, o.Completed.Decimal()},
		{"scrapped quantity", want.Scrapped, o.Scrapped.Decimal()},
	})
	p.variances(w.Key, want.Variances)
	for _, r := range want.Reserved {
		p.figure(fmt.Sprintf("%s reserved for %s", r.Key, w.Key), r.Value, now.Reserved[r.Key].Decimal(), nil)
	}
}

// variances compares why an order at standard cost came to another cost.
func (p *player) variances(order string, want entries[figure]) {
	if len(want) == 0 {
		return
	}
	v, err := p.company.Variances(p.ctx, order)
	books := map[string]money.Amount{
		"price": v.Price, "usage": v.Usage, "labor_rate": v.LaborRate, "labor_efficiency": v.LaborEfficiency, "overhead_spending": v.OverheadSpending,
		"overhead_efficiency": v.OverheadEfficiency, "other": v.Other, "standard": v.Standard, "total": v.Total,
	}
	for _, w := range want {
		if _, known := books[w.Key]; !known {
			p.fail(w.Line, "there is no variance %s", w.Key)
			continue
		}
		p.figure(w.Key+" variance of "+order, w.Value, books[w.Key].Decimal(), err)
	}
}

// net is what the lines of one account come to, debit above zero.
type net struct {
	account  string // as it was written, or its code
	expected decimal.Decimal
	books    decimal.Decimal
	places   int32
	line     int
	stated   bool
}

// rounded is the books' figure to the decimals that are written; one that is not stated at all is compared as it is.
func (n net) rounded() decimal.Decimal {
	if n.stated {
		return n.books.Round(n.places)
	}
	return n.books
}

// voucher compares the lines that a document brought about, added up and netted by account.
func (p *player) voucher(line int, want *voucherWanted) {
	vouchers, err := p.company.VouchersOf(p.ctx, want.Of)
	if err != nil {
		p.fail(line, "voucher of %s: %v", want.Of, err)
		return
	}
	nets := map[string]*net{}
	of := func(code, written string, line int) *net {
		if nets[code] == nil {
			nets[code] = &net{account: written, line: line}
		}
		return nets[code]
	}
	for _, l := range want.Lines {
		account, err := p.company.Account(p.ctx, l.account)
		if err != nil {
			p.fail(l.line, "voucher of %s: %v", want.Of, err)
			return
		}
		n := of(account.Code, l.account, l.line)
		n.expected = n.expected.Add(l.debit.value).Sub(l.credit.value)
		n.stated, n.places = true, max(n.places, l.debit.places, l.credit.places)
	}
	for _, v := range vouchers {
		for _, l := range v.Lines {
			n := of(l.Account, l.Account, line)
			n.books = n.books.Add(l.Debit.Decimal()).Sub(l.Credit.Decimal())
		}
	}
	for _, code := range slices.Sorted(maps.Keys(nets)) {
		n := nets[code]
		if !n.rounded().Equal(n.expected) {
			p.differs(n.line, fmt.Sprintf("voucher of %s, %s", want.Of, n.account), side(n.expected), side(n.books))
		}
	}
}

func side(d decimal.Decimal) string {
	switch d.Sign() {
	case 1:
		return "debit " + d.String()
	case -1:
		return "credit " + d.Neg().String()
	}
	return "nothing"
}

// aging compares what is open by days past the due date, or since the document's, as the company decided.
func (p *player) aging(w entry[[]agingWanted], at ledgermill.AsOf) {
	items, err := p.company.Aging(p.ctx, w.Key, at)
	if err != nil {
		p.fail(w.Line, "aging of %s: %v", w.Key, err)
		return
	}
	for _, want := range w.Value {
		books := ledger.Between(items, want.from, want.to)
		p.figure(fmt.Sprintf("open items of %s, %d to %d days old", w.Key, want.from, want.to), want.amount, books.Decimal(), nil)
	}
}

func (p *player) trialBalance(e *expectation, at ledgermill.AsOf) {
	if e.TrialBalance == nil {
		return
	}
	trial, err := p.company.TrialBalance(p.ctx, at)
	if err != nil {
		p.fail(e.TrialBalance.line, "trial balance: %v", err)
	} else if !trial.Balanced() {
		p.differs(e.TrialBalance.line, "trial balance", "balanced", fmt.Sprintf("debit %s, credit %s", trial.Total.Debit, trial.Total.Credit))
	}
}

// reconcile compares the differences that the tie-outs find with those that are stated, in any order.
func (p *player) reconcile(want *reconcileWanted) {
	if want == nil {
		return
	}
	breaks, err := p.company.Reconcile(p.ctx)
	if err != nil {
		p.fail(want.line, "reconcile: %v", err)
		return
	}
	for _, w := range want.breaks {
		i := slices.IndexFunc(breaks, w.is)
		if i < 0 {
			p.fail(w.Difference.line, "reconcile: expected %s %s%s to differ by %s, the books have no such break", w.Check, w.Item, w.Account, w.Difference.text)
			continue
		}
		breaks = slices.Delete(breaks, i, i+1)
	}
	for _, b := range breaks {
		p.fail(want.line, "reconcile: expected no break here, the books say %s of %s: %s against %s, since %s", b.Check, b.Subject, b.Expected, b.Actual, b.Ref)
	}
}

// is reports whether a break is the one that is stated.
func (w breakWanted) is(b tieout.Break) bool {
	return b.Check == w.Check && (w.Item == "" || b.Item == w.Item) && (w.Account == "" || b.Account == w.Account) && w.Difference.meets(b.Difference)
}
