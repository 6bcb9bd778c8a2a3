package explain

import (
	"fmt"
	"math/bits"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting"
)

// tank is the stock of one item: it is received and shipped in turns, a document each.
type tank struct {
	method  costing.Method
	entries []costing.Entry
	links   []costing.Link
	state   costing.State
}

func tankDay(i int) calendar.Date { return calendar.NewDate(2026, 1, 1).AddDays(i / 20) }

func fill(t *testing.T, m costing.Method, n int) *tank {
	t.Helper()
	cur := money.Currency{Code: "CNY", Decimals: 2}
	k := &tank{method: m, state: costing.State{Stream: costing.Stream{Item: "OIL", Method: m.Name()}}}
	for i := range n {
		e := costing.Event{Entry: costing.Entry{Doc: int64(i + 1), Line: 1, Kind: costing.In, Item: "OIL", Qty: uom.FromInt(10), Value: money.FromUnits(int64(50+i%37) * 10_000), FactDate: tankDay(i), PostingDate: tankDay(i), Account: "1403"}}
		if i%2 == 1 {
			e.Kind, e.Qty, e.Value, e.Contra = costing.Sold, uom.FromInt(-9), money.Amount{}, "6401"
		}
		after, err := k.state.Next(m, cur, e, costing.News{}, nil)
		require.NoError(t, err)
		k.entries = append(k.entries, after.Entry)
		for _, l := range after.Links() {
			k.links = append(k.links, *l)
		}
		k.state.Stream.LastDate = tankDay(i)
	}
	return k
}

// Document, Entries and the others make it Books.
func (k *tank) Document(seq int64) (*posting.Document, bool) {
	verb := map[bool]string{true: "ship", false: "receive"}[seq%2 == 0]
	return &posting.Document{Seq: seq, Ref: fmt.Sprintf("D-%d", seq), Verb: verb, Date: tankDay(int(seq - 1))}, true
}

func (k *tank) Entries(doc int64) ([]costing.Entry, bool)       { return k.entries[doc-1 : doc], true }
func (k *tank) Naming(int64) ([]costing.Entry, bool)            { return nil, true }
func (k *tank) Order(string) ([]costing.Entry, bool)            { return nil, true }
func (k *tank) Vouchers(int64) ([]ledger.Voucher, bool)         { return nil, true }
func (k *tank) Standards(string) ([]costing.StandardCost, bool) { return nil, true }
func (k *tank) Lines(int64) ([]ledger.Line, bool)               { return nil, true }
func (k *tank) Settled(int64) ([]ledger.Settlement, bool)       { return nil, true }
func (k *tank) Unit(string) (string, bool)                      { return "l", true }
func (k *tank) Account(string) string                           { return "Cost of sales" }
func (k *tank) Stream(_, _ string, from calendar.Date) (*Stream, bool, error) {
	before := func(e costing.Entry) bool { return e.FactDate < from }
	links := slices.DeleteFunc(slices.Clone(k.links), func(l costing.Link) bool { return l.FactDate < from })
	return &Stream{Method: k.method, State: k.state.Clone(), Entries: slices.DeleteFunc(slices.Clone(k.entries), before), Links: links}, true, nil
}

func (k *tank) sold() *Account {
	a := &Account{Code: "6401"}
	for _, e := range k.entries {
		if e.Kind == costing.Sold {
			a.Put(ledger.Line{Doc: e.Doc, Account: "6401", Date: e.PostingDate, Debit: e.Value.Neg(), Rule: "ship.cost"})
		}
	}
	return a
}

// However long the history of a pool or of layers is, an explanation takes no more steps than n log n in it. The leaves sum to the figure, and no receipt is said to
// have given more than it brought.
func TestStepsGrowWithTheHistory(t *testing.T) {
	cur := money.Currency{Code: "CNY", Decimals: 2}
	for _, m := range []costing.Method{costing.Average{}, costing.FIFO{}, costing.LIFO{}} {
		for name, figure := range map[string]func(k *tank) *Walk{
			"stock":         func(k *tank) *Walk { return Stock(cur, "OIL", []costing.Stream{k.state.Stream}) },
			"a shipment":    func(k *tank) *Walk { d, _ := k.Document(int64(len(k.entries))); return Cost(cur, *d) },
			"cost of sales": func(k *tank) *Walk { return Balance(cur, "cogs", []*Account{k.sold()}) },
			"a receipt":     func(k *tank) *Walk { d, _ := k.Document(1); return Follow(cur, *d) },
		} {
			for _, n := range []int{1000, 4000} {
				k := fill(t, m, n)
				w := figure(k)
				done, err := w.Step(k)
				require.NoError(t, err, "%s of %d under %s", name, n, m.Name())
				require.True(t, done)
				tree := w.Tree()
				var sum money.Amount
				for _, s := range tree.BySource() {
					sum = sum.Add(s.Amount)
					if !tree.Forward && name != "cost of sales" {
						require.LessOrEqual(t, s.Amount.Cmp(k.entries[s.doc-1].Value), 0)
					}
				}
				if !tree.Forward {
					require.Equal(t, tree.Amount(), sum)
				}
				require.LessOrEqual(t, tree.Nodes, MaxNodes)
				require.Less(t, w.steps, n*bits.Len(uint(n)), "%s of %d under %s", name, n, m.Name())
			}
		}
	}
}

// An order that is charged and completed thousands of times, bit by bit.
func TestStepsOfAnOrder(t *testing.T) {
	cur := money.Currency{Code: "CNY", Decimals: 2}
	for _, n := range []int{500, 4000} {
		var entries []costing.Entry
		docs := map[int64]*posting.Document{}
		for i := 1; i <= n; i++ {
			e := costing.Entry{Doc: int64(i), Line: 1, Kind: costing.Charge, Order: "WO-1", Element: costing.Labor, Value: money.FromUnits(int64(i%17+3) * 10_000), FactDate: tankDay(i)}
			if i%2 == 0 {
				e.Kind, e.Value, e.Cause = costing.Credit, money.MustParse("-2.17"), costing.Source{Doc: int64(i), Line: 2}
			}
			entries, docs[e.Doc] = append(entries, e), &posting.Document{Seq: e.Doc, Verb: "complete"}
		}
		steps := 0
		o, err := newWork("WO-1", newMix(cur, &steps), entries, nil, docs)
		require.NoError(t, err)
		require.Equal(t, "2.17", sumOf(o.made(costing.Source{Doc: int64(n), Line: 2})).String())
		require.Len(t, o.held(), n/2)
		went, sum := o.went(costing.Source{Doc: 1, Line: 1})
		require.Equal(t, "4.00", sum.String())
		var places money.Amount
		for _, g := range went {
			places = places.Add(g.amount)
		}
		require.Equal(t, sum, places)
		require.Less(t, steps, n*bits.Len(uint(n)))
	}
}

// A stream whose entries stand on two accounts, as its item went to another category on the way: each account is explained by its own.
func TestStockOnTwoAccounts(t *testing.T) {
	k := fill(t, costing.Average{}, 4)
	k.entries[2].Account, k.entries[3].Account = "1405", "1405"
	for account, of := range map[string][]costing.Entry{"1403": k.entries[:2], "1405": k.entries[2:]} {
		a := &Account{Code: account}
		var sum money.Amount
		for _, e := range of {
			a.Put(ledger.Line{Doc: e.Doc, Account: account, Date: e.PostingDate, Debit: e.Value.Max(money.Amount{}), Credit: e.Value.Neg().Max(money.Amount{})})
			sum = sum.Add(e.Value)
		}
		a.Hold("OIL", "", "", sum, false)
		a.Hold("OIL", "", "", sum, true)
		w := Balance(money.Currency{Code: "CNY", Decimals: 2}, account, []*Account{a})
		done, err := w.Step(k)
		require.NoError(t, err)
		require.True(t, done)
		require.Equal(t, sum, w.Tree().Amount())
		var refs []string
		for _, n := range w.Tree().Root.Children[0].Children {
			refs = append(refs, n.Ref)
		}
		require.Equal(t, []string{fmt.Sprintf("D-%d", of[0].Doc), fmt.Sprintf("D-%d", of[1].Doc)}, refs)
	}
}
