package posting

import (
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// ValueSum is the value that the entries of one kind brought to one item.
type ValueSum struct {
	Item  string
	Kind  costing.EntryKind
	Value money.Amount
}

// Turnover is how the value of an item, or of several together, was turned over in a period.
type Turnover struct {
	Item    string
	Opening money.Amount
	In      money.Amount // receipts, completions, returns, and changes of value
	Out     money.Amount // issues, shipments, losses: above zero
	Closing money.Amount
}

// Turnovers gives the turnover of every item from its sums up to the eve of the period and up to its end, in the order of the items.
func Turnovers(eve, end []ValueSum) []Turnover {
	byItem := map[string]*Turnover{}
	at := func(item string) *Turnover {
		if byItem[item] == nil {
			byItem[item] = &Turnover{Item: item}
		}
		return byItem[item]
	}
	for _, s := range end {
		t := at(s.Item)
		t.Closing = t.Closing.Add(s.Value)
		t.move(s.Kind, s.Value)
	}
	for _, s := range eve {
		t := at(s.Item)
		t.Opening = t.Opening.Add(s.Value)
		t.move(s.Kind, s.Value.Neg())
	}
	var out []Turnover
	for _, item := range slices.Sorted(maps.Keys(byItem)) {
		out = append(out, *byItem[item])
	}
	return out
}

func (t *Turnover) move(kind costing.EntryKind, value money.Amount) {
	if kind == costing.Out || kind == costing.Sold || kind == costing.Back {
		t.Out = t.Out.Sub(value)
	} else {
		t.In = t.In.Add(value)
	}
}

// Together adds turnovers up.
func Together(all []Turnover) Turnover {
	var sum Turnover
	for _, t := range all {
		sum.Opening, sum.In = sum.Opening.Add(t.Opening), sum.In.Add(t.In)
		sum.Out, sum.Closing = sum.Out.Add(t.Out), sum.Closing.Add(t.Closing)
	}
	return sum
}

// Average is the capital tied up in the period: (opening + closing) / 2.
func (t Turnover) Average() decimal.Decimal {
	return t.Opening.Decimal().Add(t.Closing.Decimal()).DivRound(decimal.NewFromInt(2), money.Digits)
}

// Times is the turnover rate: what left / average stock, to two decimals; zero if there was none. It is the stock turnover of management accounting
// (存货周转率, cost of sales / average inventory) with the cost of all that left in the place of cost of sales, so that material has one too.
func (t Turnover) Times() decimal.Decimal { return ratio(t.Out.Decimal(), t.Average()) }

// Days is how many days the average stock lasts at the pace of the period: days x average / what left, to two decimals; zero if nothing left.
func (t Turnover) Days(days int) decimal.Decimal {
	return ratio(t.Average().Mul(decimal.NewFromInt(int64(days))), t.Out.Decimal())
}

func ratio(a, b decimal.Decimal) decimal.Decimal {
	const places = 2
	if !b.IsPositive() {
		return decimal.Zero
	}
	return a.DivRound(b, places)
}

// TiedUp is the capital that a company's operations hold at the end of a day.
type TiedUp struct {
	Stock       money.Amount // at cost
	Allowance   money.Amount // written down of it, below zero
	Process     money.Amount // work in process, also at subcontractors
	InTransit   money.Amount
	Shipped     money.Amount // not invoiced yet
	Receivable  money.Amount
	Payable     money.Amount // below zero
	NotInvoiced money.Amount // goods received not invoiced, below zero
}

// Inventory is what the balance sheet calls inventories: stock less its write-downs, goods in transit and shipped, and work in process.
func (t TiedUp) Inventory() money.Amount {
	return money.Sum(t.Stock, t.Allowance, t.Process, t.InTransit, t.Shipped)
}

// Net is the working capital of operations: inventories + receivables - payables.
func (t TiedUp) Net() money.Amount {
	return money.Sum(t.Inventory(), t.Receivable, t.Payable, t.NotInvoiced)
}
