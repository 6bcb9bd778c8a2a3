package flow_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting/flow"
)

var yuan = money.Currency{Code: "CNY", Decimals: 2}

// bin is all that there is of one item: its entries, one a day, in order.
type bin struct {
	method costing.Method
	events []costing.Event
	state  costing.State
	loads  int
}

// add records the next day's entry: a receipt of a value, or an issue of what is there.
func (b *bin) add(qty int64, value string) error {
	day := calendar.NewDate(2026, 1, 1).AddDays(len(b.events))
	e := costing.Entry{Doc: int64(len(b.events) + 1), Line: 1, Kind: costing.Out, Item: "STEEL", Qty: uom.FromInt(qty), FactDate: day, PostingDate: day}
	if qty > 0 {
		e.Kind, e.Value = costing.In, money.MustParse(value)
	}
	done, err := b.state.Next(b.method, yuan, costing.Event{Entry: e}, costing.News{}, nil)
	if err == nil {
		b.events = append(b.events, done)
	}
	return err
}

// Stream, Fed and Order make it a flow.Loader: nothing else was fed by these goods.
func (b *bin) Stream(_, _ string, from calendar.Date) (*flow.Stream, error) {
	b.loads++
	s := &flow.Stream{Method: b.method, State: b.state.Clone()}
	for _, e := range b.events {
		if e.FactDate >= from {
			s.Events = append(s.Events, e)
		}
	}
	return s, nil
}

func (b *bin) Fed(*costing.Entry) (*flow.Fed, error) { return &flow.Fed{}, nil }
func (b *bin) Order(string) (*flow.Order, error)     { return nil, nil }

// dearer sweeps what follows when the invoice of a receipt, counted from 1, is higher (or lower) by an amount.
func (b *bin) dearer(receipt int, by money.Amount) (*flow.Graph, error) {
	e := b.events[receipt-1].Entry
	g := &flow.Graph{Currency: yuan, Load: b, Doc: int64(len(b.events) + 1)}
	if err := g.Given(e.Item, e.Scope, e.Source(), e.FactDate, by); err != nil {
		return nil, err
	}
	return g, g.Run()
}

// A hundred were received for 420.00; the invoice, after 40 of them were issued, says 430.00: four of the ten follow the goods.
func ExampleGraph() {
	method, err := costing.Lookup("fifo", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	steel := &bin{method: method}
	for _, e := range []struct {
		qty   int64
		value string
	}{{100, "420.00"}, {-40, ""}, {50, "230.00"}} {
		if err := steel.add(e.qty, e.value); err != nil {
			fmt.Println(err)
			return
		}
	}
	g, err := steel.dearer(1, money.MustParse("10.00"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range g.Adjustments {
		fmt.Println("document", a.Entry.Doc, "of", a.Entry.FactDate, "changes by", a.Change)
	}
	for _, s := range g.States() {
		for _, l := range s.Layers {
			fmt.Println("of receipt", l.Source.Doc, "there is", l.Qty, "for", l.Value)
		}
	}
	fmt.Println("entries looked at:", g.Touched)
	// Output:
	// document 2 of 2026-01-02 changes by -4.00
	// of receipt 1 there is 60 for 258.00
	// of receipt 3 there is 50 for 230.00
	// entries looked at: 3
}

// Whatever a receipt turns out to have cost, the sweep ends where the same entries end that knew it from the start; it begins at the receipt, looks at each entry
// once, and loads the stream once.
func TestALatePriceEndsAsAnEarlyOne(t *testing.T) {
	for _, name := range []string{"fifo", "lifo", "average"} {
		method, err := costing.Lookup(name, nil)
		require.NoError(t, err)
		for seed := range uint64(300) {
			rnd := rand.New(rand.NewPCG(seed, 5))
			was, is := &bin{method: method}, &bin{method: method}
			var receipts []int
			late, by := 0, money.Amount{}
			for range 3 + rnd.IntN(20) {
				qty := int64(1 + rnd.IntN(9))
				if here := was.state.Stream.Qty; rnd.IntN(2) == 0 && !here.Less(uom.FromInt(qty)) {
					require.NoError(t, was.add(-qty, ""))
					continue
				}
				require.NoError(t, was.add(qty, fmt.Sprintf("%d.%02d", 1+rnd.IntN(90), rnd.IntN(100))))
				receipts = append(receipts, len(was.events))
			}
			late, by = receipts[rnd.IntN(len(receipts))], money.MustParse(fmt.Sprintf("%d.%02d", rnd.IntN(9), rnd.IntN(100)))
			for i, e := range was.events {
				value := e.Value
				if i == late-1 {
					value = value.Add(by)
				}
				require.NoError(t, is.add(e.Qty.Units()/uom.FromInt(1).Units(), value.String()))
			}
			g, err := was.dearer(late, by)
			require.NoError(t, err)
			got := g.States()
			require.Len(t, got, 1)
			require.Equal(t, is.state.Layers, got[0].Layers, "%s, seed %d", name, seed)
			require.Equal(t, is.state.Stream.Value, got[0].Stream.Value, "%s, seed %d", name, seed)
			require.LessOrEqual(t, g.Touched, len(was.events)-late+1)
			require.Equal(t, 1, was.loads)
			for _, a := range g.Adjustments {
				i := a.Entry.Doc - 1
				require.Equal(t, is.events[i].Value, was.events[i].Value.Add(a.Change), "%s, seed %d, document %d", name, seed, a.Entry.Doc)
			}
		}
	}
}

// What cost of another receipt does not reach is not looked at: the sweep of a receipt whose goods are gone ends where they were gone.
func TestTheSweepStopsWhereNothingChanges(t *testing.T) {
	method, err := costing.Lookup("fifo", nil)
	require.NoError(t, err)
	b := &bin{method: method}
	for range 100 {
		require.NoError(t, b.add(10, "42.00"))
		require.NoError(t, b.add(-10, ""))
	}
	g, err := b.dearer(1, money.MustParse("1.00"))
	require.NoError(t, err)
	require.LessOrEqual(t, g.Touched, 3)
	require.Len(t, g.Adjustments, 1)
}
