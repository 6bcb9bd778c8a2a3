package ledgermill_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	lm "github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Every line of cash goes to one row: by its tag, else by what it was posted for; and the last row is the balance sheet's cash.
func TestCashFlow(t *testing.T) {
	ctx := context.Background()
	for _, chart := range []string{"cas", "cas_small", "ifrs"} {
		c := founded(t, chart)
		do := func(commands ...lm.Command) {
			t.Helper()
			_, err := c.Do(ctx, commands...)
			require.NoError(t, err, chart)
		}
		line := func(role, debit, credit, tag string) lm.VoucherLine {
			l := lm.VoucherLine{Role: role, CashFlow: tag}
			if debit != "" {
				l.Debit = money.MustParse(debit)
			}
			if credit != "" {
				l.Credit = money.MustParse(credit)
			}
			return l
		}
		voucher := func(id, date string, lines ...lm.VoucherLine) lm.Command {
			return lm.Voucher{ID: id, Date: day(date), Lines: lines}
		}
		do(lm.Opening{ID: "O", Date: d1, Balances: []lm.VoucherLine{{Account: "bank", Debit: money.MustParse("100")}}},
			lm.DefineItem{ID: "i", Date: d1, Code: "A"},
			voucher("V1", "2026-01-02", line("bank", "1000", "", "capital"), line("capital", "", "1000", "")),
			lm.Receive{ID: "R", Date: day("2026-01-03"), Supplier: "S", Lines: bought("A", "10", "20")},
			lm.InvoiceIn{ID: "PI", Date: day("2026-01-03"), Supplier: "S", Of: []string{"R"}},
			lm.Pay{ID: "P", Date: day("2026-01-04"), Partner: "S", Amount: money.MustParse("200")},
			lm.Ship{ID: "SH", Date: day("2026-01-05"), Customer: "C", Lines: some("A", "4")},
			lm.InvoiceOut{ID: "SI", Date: day("2026-01-05"), Customer: "C", Of: []string{"SH"}, Lines: []lm.InvoiceLine{{Item: "A", Qty: qty("4"), Price: bought("A", "1", "50")[0].Price}}},
			lm.Collect{ID: "RC", Date: day("2026-02-05"), Partner: "C", Amount: money.MustParse("150")},
			voucher("V2", "2026-02-06", line("payroll", "30", "", ""), line("bank", "", "30", "wages")),
			voucher("V3", "2026-02-07", line("admin_expense", "7", "", ""), line("bank", "", "7", "")),
			voucher("V4", "2026-02-08", line("bank", "5", "", "transfer"), line("bank", "", "5", "transfer")),
			voucher("V5", "2026-02-08", line("admin_expense", "9", "", ""), line("bank", "", "9", "")),
			lm.Reverse{ID: "X5", Of: "V5"})
		for _, bad := range []lm.Command{
			voucher("B1", "2026-02-09", line("admin_expense", "7", "", ""), line("bank", "", "7", "lunch")),
			voucher("B2", "2026-02-09", line("admin_expense", "7", "", "wages"), line("bank", "", "7", "")),
			voucher("B3", "2026-02-09", line("admin_expense", "7", "", ""), line("bank", "", "7", ledger.TagOpening)),
		} {
			_, err := c.Do(ctx, bad)
			requireRefused(t, err, refusal.InvalidState, "a tag that there is not")
		}
		s, err := c.Statement(ctx, ledger.CashFlow, lm.Span{To: day("2026-02-28")})
		require.NoError(t, err)
		require.Empty(t, s.Missing, chart)
		for key, want := range map[string][]string{ // February, January and February, the year before
			"sales": {"150.00", "150.00", "0.00"}, "purchases": {"0.00", "200.00", "0.00"}, "wages": {"30.00", "30.00", "0.00"},
			"other_operating_in": {"0.00", "0.00", "0.00"}, "other_operating_out": {"7.00", "7.00", "0.00"}, "operating": {"113.00", "-87.00", "0.00"},
			"capital": {"0.00", "1000.00", "0.00"}, "increase": {"113.00", "913.00", "0.00"},
			"opening_cash": {"900.00", "100.00", "0.00"}, "closing_cash": {"1013.00", "1013.00", "0.00"},
		} {
			require.Equal(t, want, row(t, s, key), "%s: %s", chart, key)
		}
		sheet, err := c.Statement(ctx, ledger.BalanceSheet, lm.Span{To: day("2026-02-28")})
		require.NoError(t, err)
		require.Equal(t, row(t, s, "closing_cash")[0], row(t, sheet, "cash")[0])
	}
}
