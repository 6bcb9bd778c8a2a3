// Package tieout compares production, stock and finance (每日对账): tolerance zero. Each check folds the facts in the order in which they were recorded, so
// that a break names the first document after which the two sides no longer agree.
package tieout

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/posting"
)

// Break is one difference: the two sides of a check about one subject, and the first document after which they differ (none: a derived record is wrong).
type Break struct {
	Check      string
	Item       string
	Account    string
	Subject    string
	Expected   decimal.Decimal
	Actual     decimal.Decimal
	Difference decimal.Decimal
	Doc        int64
	Ref        string
}

// Books is all that the checks read.
type Books struct {
	Chart       *posting.Chart
	Settings    posting.Settings
	Methods     []costing.Method // the host's own
	Documents   []*posting.Document
	Moves       []*inventory.Move
	Stocks      []*inventory.Stock
	Streams     []*costing.Stream
	Layers      []*costing.Layer
	Entries     []*costing.Entry
	Allowances  []*costing.Allowance
	Orders      []*costing.OrderCost
	OpenItems   []*ledger.OpenItem
	Settlements []*ledger.Settlement
	Vouchers    []*ledger.Voucher
	Lines       []*ledger.Line
}

// tally adds up two sides by subject, in the order of documents.
type tally struct {
	check string
	sides map[string]*[2]decimal.Decimal
	first map[string]int64
	order []step
}

type step struct {
	doc     int64
	subject string
	side    int
	value   decimal.Decimal
}

func newTally(check string) *tally { return &tally{check: check} }

func (t *tally) add(doc int64, subject string, side int, v decimal.Decimal) {
	t.order = append(t.order, step{doc, subject, side, v})
}

// breaks folds the steps and gives the subjects that end apart.
func (t *tally) breaks(b Books) []Break {
	slices.SortStableFunc(t.order, func(a, c step) int { return cmp.Compare(a.doc, c.doc) })
	t.sides, t.first = map[string]*[2]decimal.Decimal{}, map[string]int64{}
	for i := 0; i < len(t.order); {
		doc := t.order[i].doc
		touched := map[string]bool{}
		for ; i < len(t.order) && t.order[i].doc == doc; i++ {
			s := t.order[i]
			if t.sides[s.subject] == nil {
				t.sides[s.subject] = &[2]decimal.Decimal{}
			}
			side := t.sides[s.subject]
			side[s.side] = side[s.side].Add(s.value)
			touched[s.subject] = true
		}
		for subject := range touched {
			side := t.sides[subject]
			if side[0].Equal(side[1]) {
				delete(t.first, subject)
			} else if _, already := t.first[subject]; !already {
				t.first[subject] = doc
			}
		}
	}
	var out []Break
	for _, subject := range slices.Sorted(maps.Keys(t.first)) {
		side, doc := t.sides[subject], t.first[subject]
		br := Break{Check: t.check, Subject: subject, Expected: side[0], Actual: side[1], Difference: side[1].Sub(side[0]), Doc: doc}
		for _, d := range b.Documents {
			if d.Seq == doc {
				br.Ref = d.Ref
			}
		}
		out = append(out, br)
	}
	return out
}

// Check runs every check.
func Check(b Books) []Break {
	var out []Break
	for _, check := range []func(Books) []Break{vouchers, quantities, stockAccounts, layers, allowances, orders, openItems, chain} {
		out = append(out, check(b)...)
	}
	return out
}

// vouchers: debits = credits, by document.
func vouchers(b Books) []Break {
	t := newTally("debits = credits")
	for _, l := range b.Lines {
		t.add(l.Doc, "all", 0, l.Debit.Decimal())
		t.add(l.Doc, "all", 1, l.Credit.Decimal())
	}
	return t.breaks(b)
}

// quantities: on hand = moves = value entries, by item.
func quantities(b Books) []Break {
	moves, entries := newTally("moves = on hand"), newTally("moves = valued quantity")
	last := int64(len(b.Documents))
	for _, m := range b.Moves {
		q := m.Qty.Decimal()
		if m.To.Type == inventory.InStock {
			moves.add(m.Doc, m.Item, 0, q)
			entries.add(m.Doc, m.Item, 0, q)
		}
		if m.From.Type == inventory.InStock {
			moves.add(m.Doc, m.Item, 0, q.Neg())
			entries.add(m.Doc, m.Item, 0, q.Neg())
		}
	}
	for _, s := range b.Stocks {
		moves.add(last, s.Item, 1, s.OnHand.Decimal())
	}
	for _, e := range b.Entries {
		if e.Item != "" {
			entries.add(e.Doc, e.Item, 1, e.Qty.Decimal())
		}
	}
	out := entries.breaks(b)
	for _, br := range moves.breaks(b) {
		br.Doc, br.Ref = 0, ""
		out = append(out, br)
	}
	for i := range out {
		out[i].Item = out[i].Subject
	}
	return out
}

// stockAccounts: value entries = voucher lines, by account that holds stock or work in process.
func stockAccounts(b Books) []Break {
	t := newTally("value entries = account")
	held := map[string]bool{}
	for _, e := range b.Entries {
		if e.Account == "" { // a change of method holds no value
			continue
		}
		held[e.Account] = true
		t.add(e.Doc, e.Account, 0, e.Value.Decimal())
	}
	for _, l := range b.Lines {
		if held[l.Account] {
			t.add(l.Doc, l.Account, 1, l.Debit.Decimal().Sub(l.Credit.Decimal()))
		}
	}
	out := t.breaks(b)
	for i := range out {
		out[i].Account = out[i].Subject
	}
	return out
}

// layers: value entries = stream = layers, by item.
func layers(b Books) []Break {
	value, sum := newTally("value entries = stock value"), newTally("stock value = layers")
	last := int64(len(b.Documents))
	for _, e := range b.Entries {
		if e.Item != "" {
			value.add(e.Doc, e.Item, 0, e.Value.Decimal())
		}
	}
	layered := map[string]bool{}
	for _, s := range b.Streams {
		value.add(last, s.Item, 1, s.Value.Decimal())
		if m, err := costing.Lookup(s.Method, b.Methods); err == nil && costing.Layered(m) {
			layered[s.Item] = true
			sum.add(last, s.Item, 0, s.Value.Decimal())
			sum.add(last, s.Item+" (quantity)", 0, s.Qty.Decimal())
		}
	}
	for _, l := range b.Layers {
		if !layered[l.Item] {
			continue // of a pool: what it owes
		}
		sum.add(last, l.Item, 1, l.Value.Decimal())
		sum.add(last, l.Item+" (quantity)", 1, l.Qty.Decimal())
	}
	out := append(value.breaks(b), sum.breaks(b)...)
	for i := range out {
		out[i].Item, out[i].Doc, out[i].Ref = out[i].Subject, 0, ""
	}
	return out
}

// allowances: what was written down = what stands with the streams = its account.
func allowances(b Books) []Break {
	code, err := b.Chart.Account("stock_allowance", posting.Party{})
	if err != nil {
		return nil // the small-enterprise standard knows none
	}
	facts, streams := newTally("allowances = account"), newTally("allowances = streams")
	last := int64(len(b.Documents))
	for _, a := range b.Allowances {
		facts.add(a.Doc, code, 0, a.Value.Decimal())
		streams.add(a.Doc, a.Item, 0, a.Value.Decimal())
	}
	for _, l := range b.Lines {
		if l.Account == code && !posting.ByHand(l.Rule) {
			facts.add(l.Doc, code, 1, l.Credit.Decimal().Sub(l.Debit.Decimal()))
		}
	}
	for _, s := range b.Streams {
		streams.add(last, s.Item, 1, s.Allowance.Decimal())
	}
	out := facts.breaks(b)
	for _, br := range streams.breaks(b) {
		br.Doc, br.Ref = 0, ""
		out = append(out, br)
	}
	return out
}

// orders: entries of an order = its open cost, and charged = open + what went out.
func orders(b Books) []Break {
	t := newTally("order entries = work in process")
	last := int64(len(b.Documents))
	for _, e := range b.Entries {
		if e.Order != "" {
			t.add(e.Doc, e.Order, 0, e.Value.Decimal())
		}
	}
	var out []Break
	for _, o := range b.Orders {
		t.add(last, o.Order, 1, o.Open.Total().Decimal())
		if !o.Check() {
			out = append(out, Break{Check: "charged = in process + out", Subject: o.Order, Expected: o.Charged.Total().Decimal(), Actual: o.Open.Total().Decimal()})
		}
	}
	for _, br := range t.breaks(b) {
		br.Doc, br.Ref = 0, ""
		out = append(out, br)
	}
	return out
}

// openItems: settlements = the accounts of receivable, payable, goods received not invoiced and goods shipped not invoiced, in company currency and in each foreign one.
func openItems(b Books) []Break {
	account, control := map[openKey]string{}, map[string]bool{}
	for _, role := range []string{"receivable", "payable", "grni"} {
		if code, err := b.Chart.Account(role, posting.Party{}); err == nil {
			control[code] = true
		}
	}
	shipped := b.Chart.Accounts("shipped_not_invoiced") // a host may write on it by hand: those lines are left out
	for _, o := range b.OpenItems {                     // one without an account is only what a bill is compared with
		if o.Kind.Monetary() && o.Account != "" || o.Kind == ledger.Unbilled && slices.Contains(shipped, o.Account) {
			account[openKey{o.Kind, o.Doc, o.Line}], control[o.Account] = o.Account, true
		}
	}
	t, foreign := newTally("open items = account"), newTally("foreign open items = account")
	for _, s := range b.Settlements {
		code := account[openKey{s.Kind, s.ItemDoc, s.ItemLine}]
		if code == "" {
			continue
		}
		amount, own := s.Foreign, s.Amount
		if s.Kind == ledger.Payable || s.Kind == ledger.Accrued {
			amount, own = amount.Neg(), own.Neg()
		}
		t.add(s.Doc, code, 0, own.Decimal())
		if s.Currency != "" {
			foreign.add(s.Doc, code+" "+s.Currency, 0, amount.Decimal())
		}
	}
	for _, l := range b.Lines {
		if control[l.Account] && !(slices.Contains(shipped, l.Account) && posting.ByHand(l.Rule)) {
			t.add(l.Doc, l.Account, 1, l.Debit.Decimal().Sub(l.Credit.Decimal()))
			if l.Currency != "" {
				foreign.add(l.Doc, l.Account+" "+l.Currency, 1, l.Foreign.Decimal())
			}
		}
	}
	out := append(t.breaks(b), foreign.breaks(b)...)
	for i := range out {
		out[i].Account, _, _ = strings.Cut(out[i].Subject, " ")
	}
	open := newTally("settlements = open items")
	last := int64(len(b.Documents))
	for _, s := range b.Settlements {
		open.add(s.Doc, string(s.Kind), 0, s.Amount.Decimal())
	}
	for _, o := range b.OpenItems {
		open.add(last, string(o.Kind), 1, o.Open.Decimal())
	}
	for _, br := range open.breaks(b) {
		br.Doc, br.Ref = 0, ""
		out = append(out, br)
	}
	return out
}

// openKey names an open item.
type openKey struct {
	kind ledger.OpenKind
	doc  int64
	line int32
}

// chain: the vouchers' hashes hold, and their numbers have no gap.
func chain(b Books) []Break {
	lines := map[[2]int64][]ledger.Line{}
	for _, l := range b.Lines {
		k := [2]int64{l.Doc, int64(l.N)}
		lines[k] = append(lines[k], *l)
	}
	previous := ""
	numbers := map[string]int64{}
	for _, v := range b.Vouchers {
		if err := ledger.VerifyChain(previous, *v, lines[[2]int64{v.Doc, int64(v.N)}]); err != nil {
			return []Break{{Check: "voucher chain", Subject: err.Error(), Doc: v.Doc}}
		}
		previous = v.Hash
		k := v.Series + v.Period.String()
		numbers[k]++
		if v.Number != numbers[k] {
			return []Break{{Check: "voucher numbers", Subject: k, Expected: decimal.NewFromInt(numbers[k]), Actual: decimal.NewFromInt(v.Number), Doc: v.Doc}}
		}
	}
	return nil
}
