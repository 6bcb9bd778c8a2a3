package tieout

import (
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
)

// Closing is what the close of a period compares: sums that a store adds up, not the facts themselves. Facts are compared since the last close, which compared
// those before; what is on hand, in process and open now is compared with the accounts as they are now.
type Closing struct {
	Chart   *posting.Chart
	GRNI    bool              // receipts credit the accrual
	Booked  []ledger.Balance  // voucher lines since the last close, by account
	Entries []Sum             // value entries since then, by account
	All     []posting.LineSum // all voucher lines, by account and rule
	Streams []costing.Stream
	Layers  []costing.Stream // of streams that keep layers, what their layers add up to
	Layered func(method string) bool
	Process []money.Amount // open cost of all orders, by element
	Open    []OpenSum
}

// Sum is what a subject adds up to.
type Sum struct {
	Subject string
	Value   money.Amount
}

// OpenSum is what the open items of a kind on an account add up to.
type OpenSum struct {
	Kind    ledger.OpenKind
	Account string
	Value   money.Amount
}

// Check runs the checks. They find what Check finds in the books; the subject at fault is named, but not the document: Check does that.
func (c Closing) Check() []Break {
	return slices.Concat(c.booked(), c.layers(), c.stock(), c.open())
}

// Refuse gives the first break as the refusal of a close (invalid_state), with both figures.
func (c Closing) Refuse() error {
	breaks := c.Check()
	if len(breaks) == 0 {
		return nil
	}
	b := breaks[0]
	return refusal.New(refusal.InvalidState, b.Subject, "a period is not closed while the books do not agree: %s, by %s; %d such differences (Reconcile names the first document)", b.Check, b.Difference, len(breaks)).Numbers(b.Actual, b.Expected)
}

func broken(check, subject string, expected, actual money.Amount) []Break {
	if expected == actual {
		return nil
	}
	e, a := expected.Decimal(), actual.Decimal()
	return []Break{{Check: check, Subject: subject, Expected: e, Actual: a, Difference: a.Sub(e)}}
}

func onAccount(breaks []Break) []Break {
	for i := range breaks {
		breaks[i].Account = breaks[i].Subject
	}
	return breaks
}

// booked: debits = credits, and value entries = voucher lines of their accounts, of the documents since the last close.
func (c Closing) booked() []Break {
	var debit, credit money.Amount
	for _, l := range c.Booked {
		debit, credit = debit.Add(l.Debit), credit.Add(l.Credit)
	}
	out := broken("debits = credits", "all", debit, credit)
	for _, e := range c.Entries {
		if e.Subject != "" { // a change of method holds no value
			out = append(out, onAccount(broken("value entries = account", e.Subject, e.Value, ledger.BalanceOf(c.Booked, e.Subject)))...)
		}
	}
	return out
}

// layers: what a stream holds = its layers.
func (c Closing) layers() []Break {
	type key struct{ item, scope string }
	sums := map[key]costing.Stream{}
	for _, l := range c.Layers {
		sums[key{l.Item, l.Scope}] = l
	}
	var out []Break
	for _, s := range c.Streams {
		if !c.Layered(s.Method) {
			continue
		}
		l := sums[key{s.Item, s.Scope}]
		found := broken("stock value = layers", s.Item, s.Value, l.Value)
		if s.Qty != l.Qty {
			q, has := s.Qty.Decimal(), l.Qty.Decimal()
			found = append(found, Break{Check: "stock quantity = layers", Subject: s.Item, Expected: q, Actual: has, Difference: has.Sub(q)})
		}
		for i := range found {
			found[i].Item = s.Item
		}
		out = append(out, found...)
	}
	return out
}

// stock: what all goods and orders hold = their accounts, and what goods were written down by = its account.
func (c Closing) stock() []Break {
	var value, allowance money.Amount
	for _, s := range c.Streams {
		value, allowance = value.Add(s.Value), allowance.Add(s.Allowance)
	}
	out := slices.Concat(
		c.accounts("stock value = stock accounts", value, "stock_raw", "stock_semi", "stock_finished", "stock_goods"),
		c.accounts("work in process = its accounts", money.Sum(c.Process...), "wip", "subcontract"),
	)
	return append(out, c.accounts("allowances = account", allowance.Neg(), "stock_allowance")...)
}

// accounts compares a figure with the accounts of roles together.
func (c Closing) accounts(check string, expected money.Amount, roles ...string) []Break {
	var codes []string
	for _, role := range roles {
		codes = append(codes, c.Chart.Accounts(role)...)
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	var actual money.Amount
	for _, code := range codes {
		actual = actual.Add(c.balance(code))
	}
	subject := roles[0]
	if len(codes) == 1 {
		subject = codes[0]
	}
	return onAccount(broken(check, subject, expected, actual))
}

// balance is that of an account, without what was written by hand on one that takes such lines and has nothing else to say of them.
func (c Closing) balance(account string) (sum money.Amount) {
	free := slices.Contains(slices.Concat(c.Chart.Accounts("shipped_not_invoiced"), c.Chart.Accounts("stock_allowance")), account)
	for _, l := range c.All {
		if l.Account == account && !(free && posting.ByHand(l.Rule)) {
			sum = sum.Add(l.Net())
		}
	}
	return sum
}

// open: what is open of receivables, payables, goods received and goods shipped = its account.
func (c Closing) open() []Break {
	by := map[string]money.Amount{}
	var codes []string
	for _, role := range []string{"receivable", "payable", "grni", "shipped_not_invoiced"} {
		if role != "grni" || c.GRNI {
			codes = append(codes, c.Chart.Accounts(role)...)
		}
	}
	shipped := c.Chart.Accounts("shipped_not_invoiced")
	for _, o := range c.Open {
		switch {
		case o.Account == "" || !o.Kind.Monetary() && !(o.Kind == ledger.Unbilled && slices.Contains(shipped, o.Account)):
			continue
		case o.Kind == ledger.Payable || o.Kind == ledger.Accrued:
			by[o.Account] = by[o.Account].Sub(o.Value)
		default:
			by[o.Account] = by[o.Account].Add(o.Value)
		}
		codes = append(codes, o.Account)
	}
	slices.Sort(codes)
	var out []Break
	for _, code := range slices.Compact(codes) {
		out = append(out, onAccount(broken("open items = account", code, by[code], c.balance(code)))...)
	}
	return out
}
