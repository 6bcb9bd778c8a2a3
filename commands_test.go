package ledgermill_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	lm "github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/storage/memory"
)

var (
	pcs  = uom.MustParse
	yuan = money.MustParse
	dec  = decimal.RequireFromString
	d1   = day("2026-01-05")
)

func some(item, n string) []lm.StockLine { return []lm.StockLine{{Item: item, Qty: qty(n)}} }

func bought(item, n, p string) []lm.ReceiveLine {
	return []lm.ReceiveLine{{Item: item, Qty: qty(n), Price: price(p)}}
}

// everyVerb is a month in which each verb is accepted once at least.
func everyVerb() []lm.Command {
	return []lm.Command{
		lm.DefineItem{ID: "i1", Date: d1, Code: "RAW", Kind: "raw", Unit: "kg", Method: "fifo"},
		lm.DefineItem{ID: "i2", Date: d1, Code: "MADE", Kind: "finished", Method: "average", LeadTime: 2},
		lm.DefineItem{ID: "i3", Date: d1, Code: "STD", Kind: "raw", Method: "standard", StandardCost: dec("5")},
		lm.DefineItem{ID: "i4", Date: d1, Code: "LOT", Kind: "raw", Method: "specific", Tracking: "lot"},
		lm.DefineItem{ID: "i5", Date: d1, Code: "SER", Kind: "finished", Method: "specific", Tracking: "serial"},
		lm.DefineBOM{ID: "b1", Date: d1, Item: "MADE", Lines: []lm.BOMLine{{Item: "RAW", Qty: qty("2")}}},
		lm.DefineRates{ID: "r1", Date: d1, Rates: []lm.DayRate{{Currency: "USD", Rate: dec("7.1")}}},
		lm.Opening{ID: "op", Date: d1, Stock: []lm.OpeningStock{{Item: "RAW", Qty: qty("10"), Value: yuan("30")}}},
		lm.Receive{ID: "gr1", Date: d1, Supplier: "V", Lines: bought("RAW", "100", "4.20")},
		lm.Receive{ID: "gr2", Date: d1, Supplier: "V", Currency: "USD", Lines: bought("STD", "10", "1")},
		lm.Receive{ID: "gr3", Date: d1, Supplier: "V", Lines: []lm.ReceiveLine{{Item: "SER", Qty: qty("1"), Price: price("9"), Lot: "S1"}}},
		lm.InvoiceIn{ID: "pi1", Date: d1, Supplier: "V", Of: []string{"gr1"}},
		lm.InvoiceIn{ID: "pi2", Date: d1, Supplier: "V", Of: []string{"gr2"}},
		lm.LandedCost{ID: "lc1", Date: d1, Supplier: "F", Of: []string{"gr1"}, Amount: yuan("10"), By: "qty"},
		lm.PurchaseReturn{ID: "pr1", Date: d1, Of: "gr1", Lines: some("RAW", "1")},
		lm.CreditIn{ID: "ci1", Date: d1, Of: "pi1", Lines: []lm.CreditLine{{Item: "RAW", Amount: amount("5")}}},
		lm.Pay{ID: "pay1", Date: d1, Partner: "V", Amount: yuan("100")},
		lm.WorkOrder{ID: "wo1", Date: d1, Item: "MADE", Qty: qty("10")},
		lm.Release{ID: "rl1", Date: d1, Order: "wo1"},
		lm.Issue{ID: "mi1", Date: d1, Order: "wo1"},
		lm.ReturnMaterial{ID: "mr1", Date: d1, Order: "wo1", Lines: some("RAW", "1")},
		lm.Report{ID: "rp1", Date: d1, Order: "wo1", Good: pcs("10"), LaborCost: amount("12")},
		lm.Inspect{ID: "qc1", Date: d1, Order: "wo1", Pass: pcs("10")},
		lm.Complete{ID: "co1", Date: d1, Order: "wo1", Qty: qty("10")},
		lm.CloseWorkOrder{ID: "cw1", Date: d1, Order: "wo1"},
		lm.Unbuild{ID: "ub1", Date: d1, Item: "MADE", Qty: qty("1"), Of: "wo1"},
		lm.Ship{ID: "sh1", Date: d1, Customer: "C", Lines: some("MADE", "4")},
		lm.InvoiceOut{ID: "si1", Date: d1, Customer: "C", Of: []string{"sh1"}, Lines: []lm.InvoiceLine{{Item: "MADE", Qty: qty("4"), Price: price("20")}}},
		lm.SalesReturn{ID: "sr1", Date: d1, Of: "sh1", Lines: some("MADE", "1")},
		lm.CreditOut{ID: "cd1", Date: d1, Of: "si1", Lines: []lm.CreditLine{{Item: "MADE", Qty: qty("1"), Price: price("20")}}},
		lm.Collect{ID: "rc1", Date: d1, Partner: "C", Amount: yuan("10")},
		lm.Dropship{ID: "ds1", Date: d1, Supplier: "V", Customer: "C", Lines: []lm.DropshipLine{{Item: "MADE", Qty: qty("1"), Price: price("8")}}},
		lm.Transfer{ID: "tr1", Date: d1, From: "MAIN", To: "SIDE", Lines: some("RAW", "3")},
		lm.Voucher{ID: "v0", Date: d1, Lines: []lm.VoucherLine{{Role: "overhead", Debit: yuan("30")}, {Role: "bank", Credit: yuan("30")}}},
		lm.Allocate{ID: "al1", Date: d1, From: "overhead", By: "labor_cost"},
		lm.Count{ID: "ct1", Date: d1, Warehouse: "SIDE", Lines: []lm.CountLine{{Item: "RAW", Counted: qty("2")}}},
		lm.SettleCount{ID: "sc1", Date: d1, Of: "ct1"},
		lm.Scrap{ID: "sp1", Date: d1, Lines: some("RAW", "1")},
		lm.OtherReceipt{ID: "or1", Date: d1, Account: "6301", Lines: []lm.OtherLine{{Item: "RAW", Qty: qty("1"), Cost: price("4")}}},
		lm.OtherIssue{ID: "oi1", Date: d1, Account: "6602", Lines: some("RAW", "1")},
		lm.Revalue{ID: "rv1", Date: d1, Item: "MADE", Value: amount("90")},
		lm.WriteDown{ID: "wd1", Date: d1, Item: "MADE", NRV: dec("2")},
		lm.SetStandard{ID: "ss1", Date: day("2026-01-06"), Item: "STD", Cost: dec("6")},
		lm.ChangeMethod{ID: "cm1", Date: day("2026-01-06"), Item: "STD", Method: "average"},
		lm.Reserve{ID: "rs1", Date: day("2026-01-06"), Lines: some("RAW", "2")},
		lm.Reserve{ID: "rs2", Date: day("2026-01-06"), Lines: some("RAW", "2")},
		lm.Confirm{ID: "cf1", Date: day("2026-01-06"), Of: "rs1", As: "ship", Customer: "C"},
		lm.Cancel{ID: "ca1", Date: day("2026-01-06"), Of: "rs2"},
		lm.Demand{ID: "dm1", Date: day("2026-01-06"), Item: "MADE", Qty: qty("20"), Due: day("2026-01-30")},
		lm.Supply{ID: "su1", Date: day("2026-01-06"), Item: "RAW", Qty: qty("5"), Due: day("2026-01-20")},
		lm.MakePlan{ID: "pl1", Date: day("2026-01-06")},
		lm.Voucher{ID: "v1", Date: day("2026-01-06"), Lines: []lm.VoucherLine{{Account: "6602", Debit: yuan("3")}, {Role: "bank", Credit: yuan("3")}}},
		lm.Reverse{ID: "rev1", Date: day("2026-01-06"), Of: "v1"},
		lm.FXRevalue{ID: "fx1", Date: day("2026-01-31")},
		lm.Close{ID: "cl1", Date: day("2026-01-31"), Period: d1.Period()},
		lm.Reopen{ID: "ro1", Date: day("2026-02-01"), Period: d1.Period(), Reason: "a bill came"},
	}
}

var now = time.Date(2026, 1, 6, 8, 0, 0, 0, time.UTC)

func founded(t testing.TB, chart string) *lm.Company {
	t.Helper()
	c, err := lm.Open(context.Background(), memory.New(), &lm.Options{Clock: func() time.Time { return now }, Setup: &lm.Setup{Date: day("2026-01-01"), Chart: chart, Warehouses: []lm.WarehouseBins{{Code: "MAIN"}, {Code: "SIDE"}}}})
	require.NoError(t, err)
	return c
}

// after is the company after a number of everyVerb's commands.
func after(t testing.TB, chart, id string) *lm.Company {
	t.Helper()
	c := founded(t, chart)
	for _, command := range everyVerb() {
		_, err := c.Do(context.Background(), command)
		require.NoError(t, err, "%+v", command)
		if reflect.ValueOf(command).FieldByName("ID").String() == id {
			break
		}
	}
	return c
}

// with is the command with a field set otherwise.
func with(command lm.Command, field string, value any) lm.Command {
	v := reflect.New(reflect.TypeOf(command)).Elem()
	v.Set(reflect.ValueOf(command))
	v.FieldByName(field).Set(reflect.ValueOf(value))
	return v.Interface().(lm.Command)
}

func digest(t *testing.T, c *lm.Company) string {
	t.Helper()
	d, err := c.Digest(context.Background())
	require.NoError(t, err)
	return d
}

func TestEveryVerb(t *testing.T) {
	ctx := context.Background()
	c := founded(t, "cas")
	seen := map[string]bool{"setup": true, "close_step": true} // which opened the company; and what only a large close does
	for _, command := range everyVerb() {
		name := fmt.Sprintf("%T %s", command, reflect.ValueOf(command).FieldByName("ID"))
		was := digest(t, c)
		previewed, err := c.Preview(ctx, command)
		require.NoError(t, err, name)
		require.Equal(t, was, digest(t, c), "a preview writes nothing: %s", name)
		_, err = json.Marshal(previewed)
		require.NoError(t, err, name)
		done, err := c.Do(ctx, command)
		require.NoError(t, err, name)
		require.Equal(t, len(previewed.Documents[0].Vouchers), len(done[0].Vouchers), name)
		require.Equal(t, previewed.Documents[0].Entries, done[0].Entries, name)
		is := digest(t, c)
		require.NotEqual(t, was, is, name)
		seen[done[0].Verb] = true

		again, err := c.Do(ctx, command)
		require.NoError(t, err, name)
		require.True(t, again[0].Replayed, name)
		require.Equal(t, done[0].Seq, again[0].Seq, name)
		_, err = c.Do(ctx, with(command, "Date", day("2026-03-03")))
		requireRefused(t, err, refusal.Conflict, name)
		_, err = c.Do(ctx, with(with(command, "ID", "long"), "Memo", strings.Repeat("x", 4097)))
		requireRefused(t, err, refusal.LimitExceeded, name)
		_, err = c.Do(ctx, with(command, "ID", strings.Repeat("n", 2000)))
		requireRefused(t, err, refusal.LimitExceeded, name)
		require.Equal(t, is, digest(t, c), name)
		breaks, err := c.Reconcile(ctx)
		require.NoError(t, err, name)
		require.Empty(t, breaks, name)
	}
	for _, verb := range verbs(t) {
		require.True(t, seen[verb], "no %s was done", verb)
	}
}

// verbs are those of the sources.
func verbs(t *testing.T) (out []string) {
	t.Helper()
	for _, path := range sources(t)[""] {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`head\(\) header\s+\{\s*return header\{"(\w+)"`).FindAllStringSubmatch(string(text), -1) {
			out = append(out, m[1])
		}
	}
	require.Greater(t, len(out), 40)
	return out
}

func requireRefused(t *testing.T, err error, code refusal.Code, what string) {
	t.Helper()
	require.Error(t, err, what)
	require.Equal(t, code, refusal.CodeOf(err), "%s: %v", what, err)
}

// Every code that a rule gives, with a command that meets it after the documents up to one of everyVerb.
func TestEveryRefusal(t *testing.T) {
	const ref = "bad"
	big := make([]lm.StockLine, 1001)
	for i := range big {
		big[i] = some("RAW", "1")[0]
	}
	cases := []struct {
		code    refusal.Code
		after   string
		command lm.Command
	}{
		{refusal.InsufficientStock, "gr1", lm.Scrap{ID: ref, Date: d1, Lines: some("RAW", "1000")}},
		{refusal.InsufficientStock, "rl1", lm.Issue{ID: ref, Date: d1, Order: "wo1", Warehouse: "SIDE"}},
		{refusal.ClosedPeriod, "cl1", lm.Scrap{ID: ref, Date: d1, Lines: some("RAW", "1")}},
		{refusal.Unbalanced, "op", lm.Voucher{ID: ref, Date: d1, Lines: []lm.VoucherLine{{Account: "6602", Debit: yuan("3")}, {Role: "bank", Credit: yuan("2")}}}},
		{refusal.UnknownItem, "op", lm.Ship{ID: ref, Date: d1, Customer: "C", Lines: some("NONE", "1")}},
		{refusal.UnknownAccount, "op", lm.OtherIssue{ID: ref, Date: d1, Account: "999999", Lines: some("RAW", "1")}},
		{refusal.UnknownWarehouse, "op", lm.Transfer{ID: ref, Date: d1, From: "MAIN", To: "NOWHERE", Lines: some("RAW", "1")}},
		{refusal.NotFound, "op", lm.InvoiceIn{ID: ref, Date: d1, Supplier: "V", Of: []string{"none"}}},
		{refusal.Conflict, "op", lm.Scrap{ID: "op", Date: d1, Lines: some("RAW", "1")}},
		{refusal.CyclicBOM, "b1", lm.DefineBOM{ID: ref, Date: d1, Item: "RAW", Lines: []lm.BOMLine{{Item: "MADE", Qty: qty("1")}}}},
		{refusal.OverCompletion, "qc1", lm.Complete{ID: ref, Date: d1, Order: "wo1", Qty: qty("11")}},
		{refusal.OverReturn, "gr1", lm.PurchaseReturn{ID: ref, Date: d1, Of: "gr1", Lines: some("RAW", "101")}},
		{refusal.OverReturn, "sh1", lm.SalesReturn{ID: ref, Date: d1, Of: "sh1", Lines: some("MADE", "5")}},
		{refusal.OverInvoice, "gr1", lm.InvoiceIn{ID: ref, Date: d1, Supplier: "V", Of: []string{"gr1"}, Lines: []lm.InvoiceLine{{Item: "RAW", Qty: qty("101"), Price: price("1")}}}},
		{refusal.LotRequired, "gr1", lm.Receive{ID: ref, Date: d1, Supplier: "V", Lines: bought("LOT", "1", "1")}},
		{refusal.DuplicateSerial, "gr3", lm.Receive{ID: ref, Date: d1, Supplier: "V", Lines: []lm.ReceiveLine{{Item: "SER", Qty: qty("1"), Price: price("9"), Lot: "S1"}}}},
		{refusal.InvalidQuantity, "op", lm.Scrap{ID: ref, Date: d1, Lines: some("RAW", "0")}},
		{refusal.InvalidQuantity, "op", lm.Scrap{ID: ref, Date: d1}},
		{refusal.InvalidAmount, "op", lm.Pay{ID: ref, Date: d1, Partner: "V", Amount: yuan("-1")}},
		{refusal.InvalidDate, "op", lm.Scrap{ID: ref, Lines: some("RAW", "1")}},
		{refusal.InvalidState, "cw1", lm.Issue{ID: ref, Date: d1, Order: "wo1"}},
		{refusal.ReservationExpired, "rs1", lm.Confirm{ID: ref, Date: day("2026-01-09"), Of: "rs9", As: "ship", Customer: "C"}},
		{refusal.RateMissing, "op", lm.Receive{ID: ref, Date: d1, Supplier: "V", Currency: "JPY", Lines: bought("RAW", "1", "1")}},
		{refusal.UnitMismatch, "op", lm.Scrap{ID: ref, Date: d1, Lines: some("RAW", "1 box")}},
		{refusal.NoRule, "op", lm.WriteDown{ID: ref, Date: d1, Item: "RAW", NRV: dec("1")}},
		{refusal.LimitExceeded, "op", lm.Scrap{ID: ref, Date: d1, Lines: big}},
		{refusal.ControlAccount, "op", lm.Voucher{ID: ref, Date: d1, Lines: []lm.VoucherLine{{Role: "stock_raw", Debit: yuan("3")}, {Role: "bank", Credit: yuan("3")}}}},
	}
	reached := map[refusal.Code]bool{refusal.Contention: true, refusal.OutcomeUnknown: true, refusal.StorageFull: true} // of stores: their own tests reach them
	for _, x := range cases {
		name := fmt.Sprintf("%s: %T after %s", x.code, x.command, x.after)
		chart := "cas"
		if x.code == refusal.NoRule {
			chart = "cas_small" // which knows no provisions
		}
		c := after(t, chart, x.after)
		if x.code == refusal.ReservationExpired {
			_, err := c.Do(context.Background(), lm.Reserve{ID: "rs9", Date: day("2026-01-06"), Expires: "2026-01-07 10:00", Lines: some("RAW", "1")})
			require.NoError(t, err)
			defer func(was time.Time) { now = was }(now)
			now = now.AddDate(0, 0, 3)
		}
		was := digest(t, c)
		_, err := c.Do(context.Background(), x.command)
		if refusal.CodeOf(err) != x.code {
			t.Errorf("%s: %v", name, err)
			continue
		}
		require.Equal(t, was, digest(t, c), name)
		_, err = c.Preview(context.Background(), x.command)
		requireRefused(t, err, x.code, name)
		reached[x.code] = true
	}
	for _, code := range refusal.Codes {
		if !reached[code] {
			t.Errorf("nothing was refused with %s", code)
		}
	}
}

// Of a command with two faults the one that stands first in doc.go is named: its number, the replay, the date, lines, names, quantities, the stock.
func TestTheFirstFaultIsNamed(t *testing.T) {
	faults := []struct {
		code    refusal.Code
		command lm.Command
	}{
		{refusal.LimitExceeded, lm.Ship{ID: strings.Repeat("n", 2000), Lines: some("NONE", "0")}},
		{refusal.Conflict, lm.Ship{ID: "op", Lines: some("NONE", "0")}},
		{refusal.InvalidDate, lm.Ship{ID: "x", Lines: some("NONE", "0")}},
		{refusal.ClosedPeriod, lm.Ship{ID: "x", Date: d1, Warehouse: "NOWHERE", Lines: some("NONE", "0")}},
		{refusal.InvalidQuantity, lm.Ship{ID: "x", Date: day("2026-02-01"), Warehouse: "NOWHERE"}},
		{refusal.UnknownWarehouse, lm.Ship{ID: "x", Date: day("2026-02-01"), Warehouse: "NOWHERE", Lines: some("NONE", "0")}},
		{refusal.UnknownItem, lm.Ship{ID: "x", Date: day("2026-02-01"), Lines: some("NONE", "0")}},
		{refusal.InvalidQuantity, lm.Ship{ID: "x", Date: day("2026-02-01"), Lines: some("RAW", "0")}},
		{refusal.UnitMismatch, lm.Ship{ID: "x", Date: day("2026-02-01"), Lines: some("RAW", "10000 box")}},
		{refusal.InsufficientStock, lm.Ship{ID: "x", Date: day("2026-02-01"), Lines: some("RAW", "10000")}},
	}
	c := after(t, "cas", "cl1")
	for _, x := range faults {
		_, err := c.Do(context.Background(), x.command)
		if refusal.CodeOf(err) != x.code {
			t.Errorf("want %s of %+v: %v", x.code, x.command, err)
		}
	}
}

// No command that a host can write down panics, and what is refused changes nothing.
func FuzzCommand(f *testing.F) {
	all := everyVerb()
	for i, command := range all {
		text, err := json.Marshal(command)
		require.NoError(f, err)
		f.Add(i, string(text))
	}
	f.Fuzz(func(t *testing.T, i int, text string) {
		ctx := context.Background()
		command := reflect.New(reflect.TypeOf(all[uint(i)%uint(len(all))]))
		if json.Unmarshal([]byte(text), command.Interface()) != nil {
			return
		}
		c := founded(t, "cas")
		for _, done := range all[:13] {
			_, err := c.Do(ctx, done)
			require.NoError(t, err)
		}
		was := digest(t, c)
		_, err := c.Do(ctx, command.Elem().Interface().(lm.Command))
		if err != nil {
			require.NotEmpty(t, refusal.CodeOf(err), "%v", err)
			require.Equal(t, was, digest(t, c))
			return
		}
		breaks, err := c.Reconcile(ctx)
		require.NoError(t, err)
		require.Empty(t, breaks)
	})
}

// The same on the books of a whole month, sent twice in one call: late facts, plans and reversals have something to go over there.
func FuzzPreview(f *testing.F) {
	all := everyVerb()
	for i, command := range all {
		text, err := json.Marshal(with(command, "ID", "new"))
		require.NoError(f, err)
		f.Add(i, string(text))
	}
	c := after(f, "cas", "fx1")
	f.Fuzz(func(t *testing.T, i int, text string) {
		command := reflect.New(reflect.TypeOf(all[uint(i)%uint(len(all))]))
		if json.Unmarshal([]byte(text), command.Interface()) != nil {
			return
		}
		one := command.Elem().Interface().(lm.Command)
		defer time.AfterFunc(20*time.Second, func() { panic("it does not end: " + text) }).Stop()
		if _, err := c.Preview(context.Background(), one, one); err != nil {
			require.Contains(t, refusal.Codes, refusal.CodeOf(err), "%v", err)
		}
	})
}

// refuse sees that a command is refused, as its preview said, and changes nothing.
func refuse(t *testing.T, c *lm.Company, code refusal.Code, command lm.Command, about string) {
	t.Helper()
	before := digest(t, c)
	_, preview := c.Preview(context.Background(), command)
	_, err := c.Do(context.Background(), command)
	requireRefused(t, err, code, about)
	require.Equal(t, err.Error(), preview.Error(), about)
	require.Equal(t, before, digest(t, c), about)
}
