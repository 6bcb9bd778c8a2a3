package storagetest

import (
	"fmt"
	"slices"
	"sync"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/shopspring/decimal"
)

// callers lets many callers write at once. Their documents, one by one in the order of their numbers, must make the same books in the reference.
func callers(w *twin) {
	const many, each = 8, 6
	founded := w.found(w.store)
	var mu sync.Mutex
	took := map[int64]ledgermill.Command{}
	var wait sync.WaitGroup
	for caller := range many {
		wait.Go(func() {
			for n := range each {
				for _, commands := range w.orders(caller, n) {
					docs, err := founded.Do(w.ctx, commands...)
					if refused := commands[len(commands)-1].(ledgermill.Ship).ID[:3] == "BAD"; refused != (refusal.CodeOf(err) == refusal.InsufficientStock) {
						w.Errorf("caller %d: refused: %v; got %v", caller, refused, err)
					}
					mu.Lock()
					for i, d := range docs {
						took[d.Seq] = commands[i]
					}
					mu.Unlock()
				}
			}
		})
	}
	wait.Wait()
	if len(took) != many*each*2 {
		w.Errorf("%d documents were taken, not %d", len(took), many*each*2)
	}
	reference := w.found(w.ref)
	var order []int64
	for seq := range took {
		order = append(order, seq)
	}
	slices.Sort(order)
	for _, seq := range order {
		if _, err := reference.Do(w.ctx, took[seq]); err != nil {
			w.Errorf("document %d alone: %v", seq, err)
		}
	}
	w.sameBooks()
}

func (w *twin) found(s storage.Store) *ledgermill.Company {
	w.Helper()
	date := calendar.NewDate(2026, 1, 1)
	company, err := ledgermill.Open(w.ctx, s, &ledgermill.Options{Company: w.company, Setup: &ledgermill.Setup{Date: date}})
	if err == nil {
		_, err = company.Do(w.ctx, ledgermill.DefineItem{ID: "item:A", Date: date, Code: "A", Kind: "goods", Method: "fifo"})
	}
	if err != nil {
		w.Fatal(err)
	}
	return company
}

// orders are what one caller asks for: a receipt with its shipment as one, and a receipt with a shipment of more than there is, of which nothing may stay.
func (w *twin) orders(caller, n int) [][]ledgermill.Command {
	date := calendar.NewDate(2026, 1, 2)
	one := uom.Of(uom.FromInt(1))
	receive := func(id string) ledgermill.Command {
		return ledgermill.Receive{ID: id, Date: date, Supplier: "S", Lines: []ledgermill.ReceiveLine{{Item: "A", Qty: one, Price: decimal.NewNullDecimal(decimal.New(int64(100+caller), -2))}}}
	}
	ship := func(id string, qty uom.Measure) ledgermill.Command {
		return ledgermill.Ship{ID: id, Date: date, Customer: "C", Lines: []ledgermill.StockLine{{Item: "A", Qty: qty}}}
	}
	name := fmt.Sprintf("%d-%d", caller, n)
	return [][]ledgermill.Command{
		{receive("GR-" + name), ship("SH-"+name, one)},
		{receive("NO-" + name), ship("BAD-"+name, uom.Of(uom.FromInt(1000)))},
	}
}
