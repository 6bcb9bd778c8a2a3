package storagetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/storage"
)

// breaking is a store that breaks off at one of the transactions to come: before it is written, or after, when nobody hears of it.
type breaking struct {
	storage.Store
	left  int // transactions until then; below zero: never
	after bool
}

var errBrokenOff = errors.New("storagetest: the connection broke off")

func (s *breaking) Apply(ctx context.Context, company string, c *storage.Changes) error {
	if s.left--; s.left != 0 {
		return s.Store.Apply(ctx, company, c)
	}
	if s.after {
		if err := s.Store.Apply(ctx, company, c); err != nil {
			return err
		}
	}
	return errBrokenOff
}

// month is a factory's month of goods with a monthly average, on three levels, some of which comes back.
func month() []ledgermill.Command {
	jan := func(day int) calendar.Date { return calendar.NewDate(2026, 1, day) }
	price := func(cents int64) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.New(cents, -2)) }
	units := func(n int64) uom.Measure { return uom.Of(uom.FromInt(n)) }
	item := func(code, kind string) ledgermill.Command {
		return ledgermill.DefineItem{ID: "item:" + code, Date: jan(1), Code: code, Kind: inventory.Kind(kind), Method: "monthly_average"}
	}
	bom := func(item string, parts ...string) ledgermill.Command {
		b := ledgermill.DefineBOM{ID: "bom:" + item, Date: jan(1), Item: item}
		for _, p := range parts {
			b.Lines = append(b.Lines, ledgermill.BOMLine{Item: p, Qty: units(2)})
		}
		return b
	}
	receive := func(id string, day int, item string, qty, cents int64) ledgermill.Command {
		return ledgermill.Receive{ID: id, Date: jan(day), Supplier: "S", Lines: []ledgermill.ReceiveLine{{Item: item, Qty: units(qty), Price: price(cents)}}}
	}
	made := func(order, item string, day int, qty, labor int64) []ledgermill.Command {
		cost := money.FromUnits(labor * 100)
		return []ledgermill.Command{
			ledgermill.WorkOrder{ID: order, Date: jan(day), Item: item, Qty: units(qty)},
			ledgermill.Issue{ID: order + ":issue", Date: jan(day), Order: order},
			ledgermill.Report{ID: order + ":report", Date: jan(day), Order: order, LaborCost: &cost},
			ledgermill.Complete{ID: order + ":complete", Date: jan(day), Order: order, Qty: units(qty)},
		}
	}
	out := []ledgermill.Command{
		item("TUBE", "raw"), item("BOLT", "raw"), item("FRAME", "semi"), item("BIKE", "finished"), bom("FRAME", "TUBE", "BOLT"), bom("BIKE", "FRAME", "BOLT"),
		receive("R1", 2, "TUBE", 100, 1003), receive("R2", 3, "BOLT", 200, 7),
	}
	out = append(out, made("W1", "FRAME", 4, 20, 3333)...)
	out = append(out, receive("R3", 6, "TUBE", 30, 1191), receive("R4", 7, "BOLT", 50, 11))
	out = append(out, made("W2", "BIKE", 8, 7, 10_001)...)
	out = append(out, made("W3", "FRAME", 9, 11, 2000)...)
	return append(out,
		ledgermill.Ship{ID: "SH", Date: jan(12), Customer: "C", Lines: []ledgermill.StockLine{{Item: "BIKE", Qty: units(5)}}},
		ledgermill.SalesReturn{ID: "SR", Date: jan(15), Of: "SH", Lines: []ledgermill.StockLine{{Item: "BIKE", Qty: units(2)}}},
		ledgermill.CloseWorkOrder{ID: "W3:close", Date: jan(20), Order: "W3"},
		receive("R5", 28, "TUBE", 10, 1300),
		ledgermill.Scrap{ID: "SC", Date: calendar.NewDate(2026, 2, 2), Lines: []ledgermill.StockLine{{Item: "TUBE", Qty: units(3)}}})
}

var monthEnd = ledgermill.Close{ID: "JAN", Date: calendar.NewDate(2026, 2, 3), Period: calendar.NewDate(2026, 1, 1).Period(), Profit: true}

// closing opens a company that closes its months goods by goods.
func (w *twin) closing(s storage.Store) *ledgermill.Company {
	w.Helper()
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c, err := ledgermill.Open(w.ctx, s, &ledgermill.Options{
		Company: w.company, CloseEntries: 1, Setup: &ledgermill.Setup{Date: calendar.NewDate(2026, 1, 1)}, Clock: func() time.Time { at = at.Add(time.Minute); return at },
	})
	if err != nil {
		w.Fatal(err)
	}
	return c
}

func (w *twin) tellMonth(s storage.Store) {
	w.Helper()
	c := w.closing(s)
	for _, command := range month() {
		if _, err := c.Do(w.ctx, command); err != nil {
			w.Fatalf("%+v: %v", command, err)
		}
	}
}

// closes breaks a close off at each of its transactions, before and after it is written. Then it breaks one close off again and again, at every third of the
// statements that each attempt comes to. Sent again it leaves the books of one that never broke off.
func closes(w *twin) {
	w.tellMonth(w.ref)
	if _, err := w.closing(w.ref).Do(w.ctx, monthEnd); err != nil {
		w.Fatal(err)
	}
	want := digestOf(w.T, w.closing(w.ref))
	broken := 0
	for _, after := range []bool{false, true} {
		for n := 1; ; n++ {
			s := &breaking{Store: w.config.Open(w.T), left: -1, after: after}
			w.tellMonth(s)
			s.left = n
			_, err := w.closing(s).Do(w.ctx, monthEnd)
			if err == nil {
				break
			}
			broken++
			s.left = -1
			written := n > 1 || after
			w.stateAfter(s, written, fmt.Sprintf("broken off at transaction %d", n))
			w.finishClose(s, want)
		}
	}
	if broken < 6 {
		w.Errorf("a close of four goods broke off %d times: it was not done in steps", broken)
	}
	if w.config.FailAt == nil {
		return
	}
	s := w.config.Open(w.T)
	w.tellMonth(s)
	times := 0
	for n := 1; ; n += 3 {
		c := w.closing(s)
		w.config.FailAt(s, n)
		_, err := c.Do(w.ctx, monthEnd)
		w.config.FailAt(s, 0)
		if err == nil {
			break
		}
		times++
	}
	if times == 0 {
		w.Error("a close broke off at none of its statements")
	}
	w.finishClose(s, want)
	w.Logf("broken off at %d transactions, and %d times at a statement", broken, times)
}

// stateAfter demands that a period is soft closed as soon as anything of its close is there.
func (w *twin) stateAfter(s storage.Store, written bool, when string) {
	w.Helper()
	periods := w.scan(s, storage.Scan{Kind: storage.Periods})
	is := func(state ledger.State) bool { return len(periods) == 1 && strings.Contains(periods[0], string(state)) }
	closed := len(w.scan(s, storage.Scan{Kind: storage.Documents, Index: 1, From: []any{monthEnd.ID}, To: []any{monthEnd.ID}})) > 0
	switch {
	case !written && len(periods) == 0, written && closed && is(ledger.PeriodClosed), written && !closed && is(ledger.PeriodSoft):
	default:
		w.Errorf("%s: the period is %v", when, periods)
	}
}

// finishClose sends the close again, and once more.
func (w *twin) finishClose(s storage.Store, want string) {
	w.Helper()
	c := w.closing(s)
	for range 2 {
		if _, err := c.Do(w.ctx, monthEnd); err != nil {
			w.Fatalf("sent again: %v", err)
		}
	}
	if breaks, err := c.Reconcile(w.ctx); err != nil || len(breaks) > 0 {
		w.Errorf("%v %v", breaks, err)
	}
	if got := digestOf(w.T, c); got != want {
		w.Errorf("the digest is %s; of a close that did not break off %s", got, want)
	}
}
