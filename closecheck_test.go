package ledgermill_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	lm "github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting/tieout"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/memory"
)

// tamper writes past the library.
func tamper(t *testing.T, s storage.Store, writes ...storage.Write) {
	t.Helper()
	page, err := s.Scan(context.Background(), "main", storage.Scan{Kind: storage.Heads})
	require.NoError(t, err)
	head := *page.Rows[0].(*storage.Head)
	next := head
	next.Version++
	require.NoError(t, s.Apply(context.Background(), "main", &storage.Changes{Was: head, Head: next, Writes: writes}))
}

// changedRow is a write of the first record of a kind that pick takes, otherwise.
func changedRow[T any](t *testing.T, s storage.Store, k storage.Kind, pick func(*T) bool, change func(*T)) storage.Write {
	t.Helper()
	page, err := s.Scan(context.Background(), "main", storage.Scan{Kind: k})
	require.NoError(t, err)
	for _, row := range page.Rows {
		if was := row.(*T); pick(was) {
			is := *was
			change(&is)
			storage.Bump(k, &is)
			return storage.Write{Kind: k, Old: was, New: &is}
		}
	}
	t.Fatal("no such row")
	return storage.Write{}
}

func anyRow[T any](*T) bool { return true }

// openMonth is a month with everything open: goods here, in process, written down, shipped and not invoiced, received and not invoiced.
func openMonth(t *testing.T) (*lm.Company, storage.Store) {
	t.Helper()
	ctx, d := context.Background(), day("2026-01-05")
	s := memory.New()
	c, err := lm.Open(ctx, s, &lm.Options{Setup: &lm.Setup{Date: day("2026-01-01"), CogsAt: "invoice"}})
	require.NoError(t, err)
	_, err = c.Do(ctx,
		lm.DefineItem{ID: "I1", Date: d, Code: "STEEL", Kind: "raw"}, lm.DefineItem{ID: "I2", Date: d, Code: "NUT", Kind: "goods"},
		lm.DefineItem{ID: "I3", Date: d, Code: "SHAFT", Kind: "finished"},
		lm.Receive{ID: "GR", Date: d, Supplier: "V", Lines: []lm.ReceiveLine{{Item: "STEEL", Qty: qty("10"), Price: price("5")}, {Item: "NUT", Qty: qty("100"), Price: price("0.1")}}},
		lm.WorkOrder{ID: "WO", Date: d, Item: "SHAFT", Qty: qty("5"), Lines: []lm.OrderLine{{Item: "STEEL", Qty: qty("5")}}},
		lm.Issue{ID: "MI", Date: d, Order: "WO"},
		lm.Ship{ID: "SH", Date: d, Customer: "C", Lines: []lm.StockLine{{Item: "NUT", Qty: qty("40")}}},
		lm.InvoiceOut{ID: "IO", Date: d, Customer: "C", Of: []string{"SH"}, Lines: []lm.InvoiceLine{{Item: "NUT", Qty: qty("30"), Price: price("1")}}},
		lm.WriteDown{ID: "WD", Date: d, Item: "STEEL", NRV: price("4").Decimal})
	require.NoError(t, err)
	return c, s
}

// A close refuses books that do not agree, naming the check, the item or account and by how much; with the break mended it goes through.
func TestACloseComparesTheBooks(t *testing.T) {
	ctx := context.Background()
	cent := yuan("0.01")
	january := lm.Close{ID: "JAN", Date: day("2026-02-01"), Period: day("2026-01-01").Period()}
	for name, f := range map[string]struct {
		check, subject string
		plant          func(t *testing.T, s storage.Store) storage.Write
	}{
		"a line too many": {"debits = credits", "all", func(*testing.T, storage.Store) storage.Write {
			return storage.Write{Kind: storage.VoucherLines, New: &ledger.Line{Doc: 5, N: 1, Line: 99, Account: "6602", Debit: cent, Date: day("2026-01-05")}}
		}},
		"value that no voucher has": {"value entries = account", "1403", func(*testing.T, storage.Store) storage.Write {
			return storage.Write{Kind: storage.Entries, New: &costing.Entry{Doc: 5, Line: 99, Kind: costing.Adjust, Item: "STEEL", Account: "1403", Value: cent}}
		}},
		"a layer is a cent off": {"stock value = layers", "NUT", func(t *testing.T, s storage.Store) storage.Write {
			return changedRow(t, s, storage.Layers, anyRow, func(l *costing.Layer) { l.Value = l.Value.Add(cent) })
		}},
		"a layer has one too many": {"stock quantity = layers", "NUT", func(t *testing.T, s storage.Store) storage.Write {
			return changedRow(t, s, storage.Layers, anyRow, func(l *costing.Layer) { l.Qty = l.Qty.Add(pcs("1")) })
		}},
		"a stream is a cent off": {"stock value = layers", "NUT", func(t *testing.T, s storage.Store) storage.Write {
			return changedRow(t, s, storage.Streams, anyRow, func(s *costing.Stream) { s.Value = s.Value.Add(cent) })
		}},
		"an allowance is a cent off": {"allowances = account", "1471", func(t *testing.T, s storage.Store) storage.Write {
			return changedRow(t, s, storage.Streams, func(s *costing.Stream) bool { return s.Item == "STEEL" }, func(s *costing.Stream) { s.Allowance = s.Allowance.Add(cent) })
		}},
		"an order is a cent off": {"work in process = its accounts", "wip", func(t *testing.T, s storage.Store) storage.Write {
			return changedRow(t, s, storage.OrderCosts, anyRow, func(o *costing.OrderCost) { o.Open.Material = o.Open.Material.Add(cent) })
		}},
		"an accrual is a cent off": {"open items = account", "220202", openPlus(ledger.Accrued)},
		"a claim is a cent off":    {"open items = account", "1122", openPlus(ledger.Receivable)},
		"a shipment is a cent off": {"open items = account", "1406", openPlus(ledger.Unbilled)},
	} {
		t.Run(name, func(t *testing.T) {
			c, s := openMonth(t)
			w := f.plant(t, s)
			tamper(t, s, w)
			was := digest(t, c)
			_, err := c.Do(ctx, january)
			requireRefused(t, err, refusal.InvalidState, name)
			require.ErrorContains(t, err, f.subject)
			require.ErrorContains(t, err, f.check+", by ")
			require.Regexp(t, "by -?(0.01|1);", err.Error())
			require.Equal(t, was, digest(t, c))
			breaks, err := c.Reconcile(ctx)
			require.NoError(t, err)
			require.NotEmpty(t, breaks, "Reconcile finds it too")
			_, err = c.Do(ctx, lm.Close{ID: "SOFT", Date: day("2026-02-01"), Period: january.Period, Soft: true, Reason: "month end"})
			require.NoError(t, err, "a soft close only stops documents")
			if w.Old == nil {
				return // a fact: it stays
			}
			tamper(t, s, restored(w))
			_, err = c.Do(ctx, january)
			require.NoError(t, err)
		})
	}
}

func openPlus(kind ledger.OpenKind) func(*testing.T, storage.Store) storage.Write {
	return func(t *testing.T, s storage.Store) storage.Write {
		return changedRow(t, s, storage.OpenItems, func(o *ledger.OpenItem) bool { return o.Kind == kind }, func(o *ledger.OpenItem) { o.Open = o.Open.Add(yuan("0.01")) })
	}
}

// restored takes a change of a record back.
func restored(w storage.Write) storage.Write {
	switch was := w.Old.(type) {
	case *costing.Layer:
		return back(w, *was)
	case *costing.Stream:
		return back(w, *was)
	case *costing.OrderCost:
		return back(w, *was)
	case *ledger.OpenItem:
		return back(w, *was)
	}
	return w
}

func back[T any](w storage.Write, was T) storage.Write {
	storage.Bump(w.Kind, &was)
	storage.Bump(w.Kind, &was)
	return storage.Write{Kind: w.Kind, Old: w.New, New: &was}
}

// A fact that was compared by a close is not compared again; what came since is, also what the same transaction did before the close.
func TestACloseComparesWhatCameSince(t *testing.T) {
	ctx := context.Background()
	c, s := openMonth(t)
	_, err := c.Do(ctx, lm.Close{ID: "JAN", Date: day("2026-02-01"), Period: day("2026-01-01").Period()})
	require.NoError(t, err)
	stray := storage.Write{Kind: storage.VoucherLines, New: &ledger.Line{Doc: 5, N: 1, Line: 99, Account: "6602", Debit: yuan("1"), Date: day("2026-01-05")}}
	tamper(t, s, stray)
	february := func(id string) []lm.Command {
		return []lm.Command{
			lm.Receive{ID: "GR" + id, Date: day("2026-02-10"), Supplier: "V", Lines: []lm.ReceiveLine{{Item: "STEEL", Qty: qty("1"), Price: price("7")}}},
			lm.Issue{ID: "MI" + id, Date: day("2026-02-10"), Order: "WO", Lines: []lm.StockLine{{Item: "STEEL", Qty: qty("2")}}},
			lm.Report{ID: "RE" + id, Date: day("2026-02-11"), Order: "WO", Good: pcs("1"), LaborCost: amount("3")},
			lm.Complete{ID: "CO" + id, Date: day("2026-02-11"), Order: "WO", Qty: qty("1")},
			lm.Close{ID: "FEB" + id, Date: day("2026-03-01"), Period: day("2026-02-01").Period(), Profit: true},
		}
	}
	docs, err := c.Do(ctx, february("1")...)
	require.NoError(t, err)
	require.Len(t, docs[4].Accrued, 3)
	breaks, err := c.Reconcile(ctx)
	require.NoError(t, err)
	require.Equal(t, "debits = credits", breaks[0].Check)

	next := docs[3].Seq + 1 // the close itself
	tamper(t, s, storage.Write{Kind: storage.VoucherLines, New: &ledger.Line{Doc: next + 1, N: 1, Line: 1, Account: "6602", Debit: yuan("1"), Date: day("2026-03-05")}})
	_, err = c.Do(ctx, lm.Close{ID: "MAR", Date: day("2026-04-01"), Period: day("2026-03-01").Period()})
	requireRefused(t, err, refusal.InvalidState, "a line of a later document")
}

// The tie-out of goods shipped and not invoiced names the shipment that is wrong.
func TestShippedNotInvoicedIsTiedOut(t *testing.T) {
	c, _ := openMonth(t)
	b, err := lm.BooksOf(c)
	require.NoError(t, err)
	require.Empty(t, tieout.Check(b))
	for _, l := range b.Lines {
		if l.Account == "1406" && refOf(&b, l.Doc) == "IO" {
			l.Credit = l.Credit.Add(yuan("0.01"))
		}
	}
	for _, br := range tieout.Check(b) {
		if br.Check == "open items = account" && br.Account == "1406" && br.Ref == "IO" {
			return
		}
	}
	t.Error("not found")
}
