package postingtest

import (
	"strconv"

	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/shopspring/decimal"
	"go.yaml.in/yaml/v3"
)

// expectation is what the books must say at one point of a scenario. What is not stated is not compared.
type expectation struct {
	AsOf         calendar.Date            `json:"as_of"`       // the figures are those of the end of that day
	RecordedBy   word                     `json:"recorded_by"` // and of what was recorded when the document of that number was the last
	Stock        entries[stockWanted]     `json:"stock"`
	Balances     entries[figure]          `json:"balances"`
	Voucher      *voucherWanted           `json:"voucher"`
	WorkOrders   entries[orderWanted]     `json:"work_orders"`
	CostOf       *costWanted              `json:"cost_of"`
	OpenItems    entries[figure]          `json:"open_items"`
	Accrued      entries[figure]          `json:"accrued"` // by receipt, what is received and not invoiced: exactly these
	Aging        entries[[]agingWanted]   `json:"aging"`
	TrialBalance *balanced                `json:"trial_balance"`
	Reconcile    *reconcileWanted         `json:"reconcile"`
	Plan         *planWanted              `json:"plan"`
	Messages     []messageWanted          `json:"messages"`
	Requirements entries[needsWanted]     `json:"requirements"`
	Trace        *tracesWanted            `json:"trace"`
	Statements   entries[entries[figure]] `json:"statements"` // rows of balance_sheet, income_statement or cash_flow: at the end of a day, or of its year so far
}

type stockWanted struct {
	Qty       *figure      `json:"qty"`
	Value     *figure      `json:"value"`
	UnitCost  *figure      `json:"unit_cost"`
	Restated  *figure      `json:"restated"` // what the day of as_of looks like by its facts, with what was booked later; layers are those of it
	Available *figure      `json:"available"`
	Reserved  *figure      `json:"reserved"`
	Layers    *layerWanted `json:"layers"`
}

type orderWanted struct {
	Status      *word           `json:"status"`
	IssuedValue *figure         `json:"issued_value"`
	Material    *figure         `json:"material"`
	Labor       *figure         `json:"labor"`
	Overhead    *figure         `json:"overhead"`
	Total       *figure         `json:"total"`
	WIP         *figure         `json:"wip"`
	Completed   *figure         `json:"completed"`
	Scrapped    *figure         `json:"scrapped"`
	Reserved    entries[figure] `json:"reserved"`
	Variances   entries[figure] `json:"variances"` // of a closed order at standard cost: those that are stated
}

type voucherWanted struct {
	Of    string              `json:"of"`
	Lines []voucherLineWanted `json:"lines"`
}

// costWanted says what the cost of a document is made of: the elements that are stated, and exactly these sources.
type costWanted struct {
	Of        string          `json:"of"`
	ByElement entries[figure] `json:"by_element"`
	BySource  *sourcesWanted  `json:"by_source"`
}

// sourcesWanted are [document, value] pairs, in any order.
type sourcesWanted struct {
	line    int
	sources []sourceWanted
}

func (s *sourcesWanted) fromNode(r reader, n *yaml.Node) error {
	s.line = n.Line
	return r.decode(n, valueOf(&s.sources))
}

type sourceWanted struct {
	ref   string
	value figure
}

func (s *sourceWanted) fromNode(r reader, n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode || len(n.Content) != 2 || n.Content[0].Kind != yaml.ScalarNode {
		return r.fault(n, "a source is [document, value]")
	}
	s.ref = n.Content[0].Value
	return s.value.fromNode(r, n.Content[1])
}

// planWanted are the planned orders of the latest plan, exactly these, in any order.
type planWanted struct {
	line   int
	orders []plannedWanted
}

func (p *planWanted) fromNode(r reader, n *yaml.Node) error {
	p.line = n.Line
	return r.decode(n, valueOf(&p.orders))
}

type plannedWanted struct {
	Item    string        `json:"item"`
	Qty     figure        `json:"qty"`
	Release calendar.Date `json:"release"`
	Due     calendar.Date `json:"due"`
	Type    string        `json:"type"`
}

// messageWanted is one exception of the latest plan.
type messageWanted struct {
	Ref    word          `json:"ref"`
	Action string        `json:"action"`
	To     calendar.Date `json:"to"`
}

// needsWanted are an item's requirements on some days; each list has one figure a day.
type needsWanted struct {
	Dates  []calendar.Date `json:"dates"`
	Gross  []figure        `json:"gross"`
	OnHand []figure        `json:"on_hand"`
	Net    []figure        `json:"net"`
}

// figure is a number as it was written, with the place where it stands: the books are rounded to its decimals before they are compared.
type figure struct {
	line   int
	text   string
	value  decimal.Decimal
	places int32
}

func (f *figure) fromNode(r reader, n *yaml.Node) error {
	f.line, f.text = n.Line, n.Value
	if err := r.text(n, &f.value); err != nil {
		return err
	}
	f.places = max(-f.value.Exponent(), 0)
	return nil
}

// meets says whether the books' figure, rounded half away from zero, is this one.
func (f figure) meets(books decimal.Decimal) bool { return books.Round(f.places).Equal(f.value) }

// word is a text with the place where it stands.
type word struct {
	line int
	text string
}

func (w *word) fromNode(r reader, n *yaml.Node) error {
	w.line = n.Line
	return r.scalar(n, valueOf(&w.text))
}

// balanced is the one thing that can be said of a trial balance.
type balanced struct{ line int }

func (b *balanced) fromNode(r reader, n *yaml.Node) error {
	b.line = n.Line
	if n.Value != "balanced" {
		return r.fault(n, "the word `balanced` is wanted here, not %s", n.Value)
	}
	return nil
}

// entries is a mapping in the order in which it was written.
type entries[T any] []entry[T]

type entry[T any] struct {
	Key   string
	Line  int
	Value T
}

func (e *entries[T]) fromNode(r reader, n *yaml.Node) error {
	*e = entries[T]{} // stated, though it be empty
	return r.pairs(n, func(key, value *yaml.Node) error {
		one := entry[T]{Key: key.Value, Line: key.Line}
		err := r.decode(value, valueOf(&one.Value))
		*e = append(*e, one)
		return err
	})
}

// layerWanted are [qty, value] pairs, oldest first.
type layerWanted struct {
	line  int
	pairs [][2]figure
}

func (l *layerWanted) fromNode(r reader, n *yaml.Node) error {
	l.line = n.Line
	return r.decode(n, valueOf(&l.pairs))
}

// voucherLineWanted is [account or role, debit, credit].
type voucherLineWanted struct {
	line          int
	account       string
	debit, credit figure
}

func (l *voucherLineWanted) fromNode(r reader, n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode || len(n.Content) != 3 || n.Content[0].Kind != yaml.ScalarNode {
		return r.fault(n, "a line is [account or role, debit, credit]")
	}
	l.line, l.account = n.Line, n.Content[0].Value
	if err := l.debit.fromNode(r, n.Content[1]); err != nil {
		return err
	}
	return l.credit.fromNode(r, n.Content[2])
}

// agingWanted is [from_day, to_day, amount]: what is open of items that are that many days past their due (or document) date.
type agingWanted struct {
	line     int
	from, to int
	amount   figure
}

func (a *agingWanted) fromNode(r reader, n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode || len(n.Content) != 3 {
		return r.fault(n, "an age is [from_day, to_day, amount]")
	}
	a.line = n.Line
	for i, to := range []*int{&a.from, &a.to} {
		var err error
		if *to, err = strconv.Atoi(n.Content[i].Value); err != nil {
			return r.fault(n.Content[i], "a number of days is wanted here, not %s", n.Content[i].Value)
		}
	}
	return a.amount.fromNode(r, n.Content[2])
}

// reconcileWanted is the word clean, or exactly the differences that the tie-outs find.
type reconcileWanted struct {
	line   int
	breaks []breakWanted // none: clean
}

type breakWanted struct {
	Check      string `json:"check"`
	Item       string `json:"item"`
	Account    string `json:"account"`
	Difference figure `json:"difference"`
}

func (w *reconcileWanted) fromNode(r reader, n *yaml.Node) error {
	w.line = n.Line
	if n.Kind == yaml.ScalarNode && n.Value == "clean" {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		return r.fault(n, "`clean` or a list of {check, item, account, difference} is wanted here")
	}
	return r.decode(n, valueOf(&w.breaks))
}
