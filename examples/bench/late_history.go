package main

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/storage"
)

// past is a history of many moves over 400 days, made anew from its seed whenever it is asked for.
type past struct {
	name   string
	method string
	level  int // items a level; 0: one item alone
	moves  int
}

const (
	pastLevels = 5
	pastParts  = 4   // what goes into a product
	pastDays   = 400 // the first tenth is a year back
	pastBatch  = 400 // commands of a transaction
	pastLines  = 5   // of a document, where there is one item
)

// receipt is one that can be billed late, with the number of moves before it.
type receipt struct {
	ref, item string
	qty       uom.Quantity
	at        int
	large     bool
}

// teller tells a history: what it calls is done in order.
type teller struct {
	past
	random   *rand.Rand
	here     []int
	told     int // moves
	seq      int // documents
	say      func(...ledgermill.Command) bool
	large    []int // when large receipts come, in thousandths of the history
	receipts []receipt
}

func (p past) item(i int) string { return fmt.Sprintf("P-%04d", i) }

func (p past) items() int { return max(p.level*pastLevels, 1) }

// parts are what an item is made of: items of the level below.
func (p past) parts(i int) []int {
	random := rand.New(rand.NewPCG(12, uint64(i)))
	out := random.Perm(p.level)[:min(pastParts, p.level)]
	for n := range out {
		out[n] += (i/p.level - 1) * p.level
	}
	return out
}

// commands yields the history in transactions. The receipts are complete when it has been told.
func (t *teller) commands() iter.Seq[[]ledgermill.Command] {
	return func(yield func([]ledgermill.Command) bool) {
		var batch []ledgermill.Command
		goes := true
		t.random, t.here, t.told, t.seq, t.receipts = rand.New(rand.NewPCG(12, 12)), make([]int, t.items()), 0, 0, nil
		t.large = []int{100, 101, 102, 990, 991, 992}
		t.say = func(c ...ledgermill.Command) bool {
			if batch = append(batch, c...); len(batch) >= pastBatch && goes {
				goes, batch = yield(batch), nil
			}
			return goes
		}
		for i := range t.items() {
			t.say(ledgermill.DefineItem{ID: "item:" + t.item(i), Date: shopDay, Code: t.item(i), Unit: "EA", Method: t.method})
		}
		for i := t.level; i < t.items() && t.level > 0; i++ {
			b := ledgermill.DefineBOM{ID: "bom:" + t.item(i), Date: shopDay, Item: t.item(i)}
			for _, part := range t.parts(i) {
				b.Lines = append(b.Lines, ledgermill.BOMLine{Item: t.item(part), Qty: uom.Of(uom.FromInt(1))})
			}
			t.say(b)
		}
		for (t.told < t.moves || len(t.large) > 0) && goes {
			if t.level == 0 {
				t.trade()
			} else if t.due() {
				t.receive(6-len(t.large), 1, t.moves/30, true) // more than is used till the end
			} else {
				t.produce(t.random.IntN(t.items()))
			}
		}
		if goes && len(batch) > 0 {
			yield(batch)
		}
	}
}

func (t *teller) day() calendar.Date {
	return shopDay.AddDays(1 + min(t.told, t.moves)*pastDays/t.moves)
}

func (t *teller) id(kind string) string {
	t.seq++
	return fmt.Sprintf("%s-%07d", kind, t.seq)
}

func (t *teller) receive(item, lines, qty int, large bool) {
	c := ledgermill.Receive{ID: t.id("GR"), Date: t.day(), Supplier: "S"}
	t.receipts = append(t.receipts, receipt{c.ID, t.item(item), uom.FromInt(int64(lines * qty)), t.told, large})
	price := decimal.NewNullDecimal(decimal.New(900+t.random.Int64N(200), -2))
	for range lines {
		c.Lines = append(c.Lines, ledgermill.ReceiveLine{Item: t.item(item), Qty: uom.Of(uom.FromInt(int64(qty))), Price: price})
	}
	t.here[item] += lines * qty
	t.told += lines
	t.say(c)
}

// due says that it is time for a large receipt: three at 10 %, three at 99 %.
func (t *teller) due() bool {
	due := len(t.large) > 0 && t.told*1000/t.moves >= t.large[0]
	if due {
		t.large = t.large[1:]
	}
	return due
}

// trade lets one item come and go: to customers, and to a department. The receipts to be billed late are large. Under an average there is much of the item
// beside: a change of an average fades with the goods that leave, and this one is to be felt till the end.
func (t *teller) trade() {
	least := 12 * pastLines
	if t.method == "average" {
		least = t.moves
	}
	switch {
	case t.due():
		t.receive(0, 1, t.moves/10, true)
		return
	case t.told == 0:
		t.receive(0, pastLines, least/pastLines+1, false)
		return
	case t.here[0] < least, t.here[0] < 2*least+100 && t.random.IntN(2) == 0:
		t.receive(0, pastLines, 8+t.random.IntN(5), false)
		return
	}
	var lines []ledgermill.StockLine
	for range pastLines {
		qty := 8 + t.random.IntN(5)
		t.here[0] -= qty
		lines = append(lines, ledgermill.StockLine{Item: t.item(0), Qty: uom.Of(uom.FromInt(int64(qty)))})
	}
	if t.random.IntN(2) == 0 {
		t.say(ledgermill.Ship{ID: t.id("SH"), Date: t.day(), Customer: "C", Lines: lines})
	} else {
		t.say(ledgermill.OtherIssue{ID: t.id("OI"), Date: t.day(), Role: "overhead", Lines: lines})
	}
	t.told += pastLines
}

// produce makes some of an item, with what is missing for it, and ships what is finished.
func (t *teller) produce(item int) {
	const lot = 10
	if item < t.level {
		t.receive(item, 1, 10*lot, false)
		return
	}
	parts := t.parts(item)
	for _, part := range parts {
		for t.here[part] < lot {
			t.produce(part)
		}
	}
	for _, part := range parts {
		t.here[part] -= lot
	}
	day, qty, ref := t.day(), uom.FromInt(lot), t.id("WO")
	t.say(
		ledgermill.WorkOrder{ID: ref, Date: day, Item: t.item(item), Qty: uom.Of(qty)},
		ledgermill.Release{ID: "RL" + ref, Date: day, Order: ref},
		ledgermill.Issue{ID: "MI" + ref, Date: day, Order: ref},
		ledgermill.Report{ID: "RP" + ref, Date: day, Order: ref, Good: qty},
		ledgermill.Complete{ID: "CO" + ref, Date: day, Order: ref, Qty: uom.Of(qty)},
	)
	t.here[item] += lot
	t.told += len(parts) + 1
	if item >= t.items()-t.level {
		t.say(ledgermill.Ship{ID: t.id("SH"), Date: t.day(), Customer: "C", Lines: []ledgermill.StockLine{{Item: t.item(item), Qty: uom.Of(qty)}}})
		t.here[item] -= lot
		t.told++
	}
}

// tell makes the books of a history in a store.
func (p past) tell(store storage.Store) error {
	ctx := context.Background()
	company, err := ledgermill.Open(ctx, store, &ledgermill.Options{Setup: &ledgermill.Setup{Date: shopDay, Chart: "ifrs", Currency: "USD"}})
	if err != nil {
		return err
	}
	t := teller{past: p}
	for batch := range t.commands() {
		if _, err := company.Do(ctx, batch...); err != nil {
			return err
		}
	}
	return nil
}

// receiptsAt gives large receipts from a per cent of the history on.
func (p past) receiptsAt(percent, many int) (out []receipt) {
	t := teller{past: p}
	for range t.commands() { // nobody carries them out
		continue
	}
	for _, r := range t.receipts {
		if r.large && r.at*100 >= t.moves*percent && len(out) < many {
			out = append(out, r)
		}
	}
	return out
}
