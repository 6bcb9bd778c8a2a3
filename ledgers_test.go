package ledgermill_test

import (
	"context"
	"iter"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

func all[T any](t *testing.T, rows iter.Seq2[T, error]) (out []T) {
	t.Helper()
	for r, err := range rows {
		require.NoError(t, err)
		out = append(out, r)
	}
	return out
}

func text[T interface{ String() string }](rows []T) string {
	var b strings.Builder
	for _, r := range rows {
		b.WriteString(r.String())
	}
	return b.String()
}

func TestLedgersOfAMonth(t *testing.T) {
	ctx := context.Background()
	c := factory(t)
	_, err := c.Do(ctx, month()...)
	require.NoError(t, err)
	january := ledgermill.Span{To: day("2026-01-31")}
	require.Equal(t, `2026-01-01                                                   0.00  平 opening 期初余额
2026-01-03             420.00                              420.00  借 记-1  GR-1
2026-01-05             460.00                              880.00  借 记-2  GR-2
2026-01-06                               512.00            368.00  借 记-3  MI-1
2026-01-20                                 9.20            358.80  借 记-11  CT-1
2026-01-31             880.00            521.20            358.80  借 month 本月合计
2026-01-31             880.00            521.20            358.80  借 year to date 本年累计
`, text(all(t, c.Ledger(ctx, "stock_raw", "", january))))
	journal := all(t, c.Journal(ctx, january))
	printed, err := c.Print(ctx, journal[1])
	require.NoError(t, err)
	require.Equal(t, `记账凭证 Voucher 记-2  2026-01-05
摘要 receive GR-2
        借方 Debit       贷方 Credit  科目 Account
            460.00                    1403 原材料 [STEEL MAIN 100]
                              460.00  220202 应付账款—暂估应付款 [ACME STEEL]
            460.00            460.00  合计 Total 人民币肆佰陆拾元整
`, printed)
	for _, bad := range []string{"2202", "9999", "horoscope"} {
		for _, err := range c.Ledger(ctx, bad, "", january) {
			require.Equal(t, refusal.UnknownAccount, refusal.CodeOf(err), bad)
		}
	}
}

// Journal, ledgers, general ledger and table of accounts are the same lines, added up in different ways; and so are those as they stood at an earlier document.
func TestLedgersTieOut(t *testing.T) {
	ctx := context.Background()
	charts(t, func(t *testing.T, d *desk) {
		d.write(60)
		upto, err := d.RecordedBy(ctx, calendar.At(d.now))
		require.NoError(t, err)
		from := d.date()
		s := ledgermill.Span{From: from, To: from.AddDays(d.rnd.IntN(400))}
		if d.rnd.IntN(2) == 0 { // whole months
			s.From, s.To = s.From.Period().First(), s.To.Period().Last()
		}
		before := tied(t, d, s)
		d.write(40)
		s.Upto = upto
		require.Equal(t, before, tied(t, d, s), "as it stood then")
		s.Upto = 0
		tied(t, d, s)
	})
}

// tied checks that all reports of a span agree, and gives the table of accounts.
func tied(t *testing.T, d *desk, s ledgermill.Span) ledger.AccountTable {
	ctx := context.Background()
	table, err := d.AccountTable(ctx, s)
	require.NoError(t, err)
	require.Equal(t, table.Total.Debit, table.Total.Credit)
	require.True(t, table.Total.Opening.IsZero() && table.Total.Closing.IsZero())

	var lines []ledger.Line
	last := ledgermill.JournalEntry{}
	for _, e := range all(t, d.Journal(ctx, s)) {
		require.True(t, s.From <= e.Date && e.Date <= s.To)
		require.True(t, e.Period > last.Period || e.Number > last.Number, "in the order of numbers")
		last = e
		lines = append(lines, e.Lines...)
	}
	debit, credit := ledger.Totals(lines)
	require.Equal(t, []money.Amount{table.Total.Debit, table.Total.Credit}, []money.Amount{debit, credit})

	if s.Upto == 0 {
		trial, err := d.TrialBalance(ctx, ledgermill.AsOf{Day: s.To})
		require.NoError(t, err)
		closing := map[string]money.Amount{}
		for _, r := range trial.Rows {
			closing[r.Code] = r.Closing
		}
		for _, r := range table.Rows {
			if r.Leaf {
				require.Equal(t, closing[r.Code], r.Closing, r.Code)
			}
		}
	}
	for _, r := range table.Rows {
		if r.Leaf {
			pageTies(t, d, s, r)
		}
		monthsTie(t, d, s, r)
	}
	return table
}

// pageTies compares the page of an account with its row in the table, and the partners' pages with the whole.
func pageTies(t *testing.T, d *desk, s ledgermill.Span, r ledger.AccountRow) {
	ctx := context.Background()
	page := all(t, d.Ledger(ctx, r.Code, "", s))
	require.Equal(t, ledger.PageOpening, page[0].Kind)
	require.Equal(t, r.Opening, page[0].Balance, r.Code)
	balance, debit, credit := page[0].Balance, money.Amount{}, money.Amount{}
	for _, row := range page {
		if row.Kind == ledger.PageLine {
			balance = balance.Add(row.Debit).Sub(row.Credit)
			debit, credit = debit.Add(row.Debit), credit.Add(row.Credit)
		}
		require.Equal(t, balance, row.Balance, r.Code)
		require.Equal(t, row.Balance.Sign(), strings.Index("贷平借", row.Direction())/len("贷")-1)
	}
	end := page[len(page)-1]
	require.Equal(t, ledger.PageYear, end.Kind)
	require.Equal(t, []money.Amount{r.Debit, r.Credit, r.Closing, r.YearDebit, r.YearCredit}, []money.Amount{debit, credit, balance, end.Debit, end.Credit}, r.Code)
	if r.Code == "1122" || r.Code == "1100" {
		var sum money.Amount
		for _, partner := range []string{"P1", "P2"} {
			rows := all(t, d.Ledger(ctx, r.Code, partner, s))
			sum = sum.Add(rows[len(rows)-1].Balance)
		}
		require.Equal(t, r.Closing, sum)
	}
}

// monthsTie compares the page of the general ledger, over whole months, with the table of those months.
func monthsTie(t *testing.T, d *desk, s ledgermill.Span, r ledger.AccountRow) {
	ctx := context.Background()
	whole := ledgermill.Span{From: s.From.Period().First(), To: s.To.Period().Last(), Upto: s.Upto}
	if whole.From != s.From || whole.To != s.To {
		return
	}
	rows, err := d.GeneralLedger(ctx, r.Code, whole)
	require.NoError(t, err)
	require.Equal(t, r.Opening, rows[0].Balance)
	end := rows[len(rows)-1]
	require.Equal(t, []money.Amount{r.Closing, r.YearDebit, r.YearCredit}, []money.Amount{end.Balance, end.Debit, end.Credit})
}
