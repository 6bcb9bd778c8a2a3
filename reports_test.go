package ledgermill_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/storage/memory"
)

// desk is a bookkeeper who writes vouchers of two years as they come, in no order of dates, a minute apart.
type desk struct {
	*ledgermill.Company
	t      *testing.T
	rnd    *rand.Rand
	now    time.Time
	leaves []string // accounts that take a hand-written line
	docs   []string
}

func newDesk(t *testing.T, chart string, seed uint64) *desk {
	d := &desk{t: t, rnd: rand.New(rand.NewPCG(seed, 77)), now: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)}
	setup := &ledgermill.Setup{Date: day("2025-01-01"), Chart: chart, Reversal: []string{"red", "blue"}[seed%2]}
	c, err := ledgermill.Open(context.Background(), memory.New(), &ledgermill.Options{Setup: setup, Clock: func() time.Time { return d.now }})
	require.NoError(t, err)
	d.Company = c
	accounts, err := c.Accounts(context.Background())
	require.NoError(t, err)
	for _, a := range accounts {
		if a.Leaf && !a.Control {
			d.leaves = append(d.leaves, a.Code)
		}
	}
	d.do(ledgermill.Opening{ID: "OB", Date: day("2025-01-01"), Balances: []ledgermill.VoucherLine{
		{Role: "bank", Debit: money.MustParse("1000")}, {Role: "capital", Credit: money.MustParse("900")}, {Role: "receivable", Partner: "P1", Debit: money.MustParse("50")},
	}})
	return d
}

func (d *desk) do(c ledgermill.Command) ledgermill.Document {
	d.now = d.now.Add(time.Minute)
	docs, err := d.Do(context.Background(), c)
	require.NoError(d.t, err)
	return docs[0]
}

func (d *desk) date() calendar.Date { return day("2025-01-01").AddDays(d.rnd.IntN(730)) }

// voucher writes one: half of them on money, some on partners.
func (d *desk) voucher(n int) {
	c := ledgermill.Voucher{ID: fmt.Sprintf("V-%d", n), Date: d.date(), Memo: "memo"}
	for range 1 + d.rnd.IntN(3) {
		a := money.FromUnits((1 + d.rnd.Int64N(99_999)) * 100)
		debit, credit := ledgermill.VoucherLine{Account: d.leaves[d.rnd.IntN(len(d.leaves))], Debit: a}, ledgermill.VoucherLine{Account: d.leaves[d.rnd.IntN(len(d.leaves))], Credit: a}
		switch d.rnd.IntN(6) {
		case 0:
			debit.Account, debit.Role = "", "bank"
		case 1, 2:
			credit.Account, credit.Role = "", "bank"
		case 3:
			debit.Account, debit.Role, debit.Partner = "", "receivable", []string{"P1", "P2"}[d.rnd.IntN(2)]
		case 4:
			credit.Account, credit.Role, credit.Partner = "", "payable", []string{"P1", "P3"}[d.rnd.IntN(2)]
		}
		c.Lines = append(c.Lines, debit, credit)
	}
	d.do(c)
	d.docs = append(d.docs, c.ID)
}

// write writes n vouchers and takes every tenth back.
func (d *desk) write(n int) {
	for i := range n {
		d.voucher(len(d.docs))
		if i%10 == 9 {
			d.do(ledgermill.Reverse{ID: "R-" + d.docs[len(d.docs)-3], Of: d.docs[len(d.docs)-3]})
		}
	}
}

func charts(t *testing.T, test func(t *testing.T, d *desk)) {
	for i, chart := range ledger.Charts() {
		for seed := range uint64(4) {
			t.Run(fmt.Sprintf("%s %d", chart, seed), func(t *testing.T) { test(t, newDesk(t, chart, seed+10*uint64(i))) })
		}
	}
}

func row(t *testing.T, s ledger.Statement, key string) []string {
	t.Helper()
	for _, r := range s.Rows {
		if r.Key == key {
			var out []string
			for _, a := range r.Amounts {
				out = append(out, a.String())
			}
			return out
		}
	}
	t.Fatalf("%s has no row %s", s.Name, key)
	return nil
}

// On any day, the sheet balances in both columns; its opening column is the closing one of the year before; and the profit of the year's income statement is what
// equity has grown by, but for what owners and others brought.
func TestStatementsOfAnyBooks(t *testing.T) {
	ctx := context.Background()
	charts(t, func(t *testing.T, d *desk) {
		d.write(60)
		d.do(ledgermill.Close{ID: "C", Date: day("2025-03-31"), Period: day("2025-03-01").Period(), Profit: true})
		for range 5 {
			on := day("2026-01-01").AddDays(d.rnd.IntN(365))
			sheet, err := d.Statement(ctx, ledger.BalanceSheet, ledgermill.Span{To: on})
			require.NoError(t, err)
			require.NoError(t, sheet.Check())
			before, err := d.Statement(ctx, ledger.BalanceSheet, ledgermill.Span{To: day("2025-12-31")})
			require.NoError(t, err)
			income, err := d.Statement(ctx, ledger.IncomeStatement, ledgermill.Span{From: day("2026-01-01"), To: on})
			require.NoError(t, err)
			require.NoError(t, income.Check())
			last, err := d.Statement(ctx, ledger.IncomeStatement, ledgermill.Span{From: day("2025-01-01"), To: on.YearBefore()})
			require.NoError(t, err)
			for i, r := range sheet.Rows {
				if !r.Heading {
					require.Equal(t, before.Rows[i].Amounts[0], r.Amounts[1], r.Key)
				}
			}
			for i, r := range income.Rows {
				require.Equal(t, r.Amounts[0], r.Amounts[1], "from New Year on the period is the year to date: %s", r.Key)
				require.Equal(t, last.Rows[i].Amounts[0], r.Amounts[2], r.Key)
			}
		}
	})
}

// The opening balances of the first year stand in its opening column.
func TestTheFirstYearBeginsWithWhatTheBooksWereOpenedWith(t *testing.T) {
	d := newDesk(t, "cas", 1)
	s, err := d.Statement(context.Background(), ledger.BalanceSheet, ledgermill.Span{To: day("2025-06-30")})
	require.NoError(t, err)
	require.Equal(t, []string{"1000.00", "1000.00"}, row(t, s, "cash"))
	require.Equal(t, []string{"50.00", "50.00"}, row(t, s, "receivables"))
	require.Equal(t, []string{"150.00", "150.00"}, row(t, s, "opening"))
}

func TestAsItStoodThenAndAsItLooksNow(t *testing.T) {
	ctx := context.Background()
	d := newDesk(t, "cas", 1)
	january := ledgermill.Span{To: day("2025-01-31")}
	sale := func(id, on, amount string) ledgermill.Document {
		a := money.MustParse(amount)
		return d.do(ledgermill.Voucher{ID: id, Date: day(on), Lines: []ledgermill.VoucherLine{{Role: "bank", Debit: a}, {Role: "revenue", Credit: a}}})
	}
	told := sale("S-1", "2025-01-20", "100")
	instant := calendar.At(d.now)
	sale("S-2", "2025-02-03", "7")
	sale("S-3", "2025-01-25", "30")
	now, err := d.Statement(ctx, ledger.IncomeStatement, january)
	require.NoError(t, err)
	require.Equal(t, []string{"130.00", "130.00", "0.00"}, row(t, now, "revenue"))
	january.Upto, err = d.RecordedBy(ctx, instant)
	require.NoError(t, err)
	require.Equal(t, told.Seq, january.Upto)
	both, err := d.Restated(ctx, ledger.IncomeStatement, january)
	require.NoError(t, err)
	require.Equal(t, []string{"100.00", "130.00", "30.00"}, row(t, both, "revenue"))
	both, err = d.Restated(ctx, ledger.BalanceSheet, january)
	require.NoError(t, err)
	require.NoError(t, both.Check())
	require.Equal(t, []string{"1100.00", "1130.00", "30.00"}, row(t, both, "cash"))
	_, err = d.RecordedBy(ctx, calendar.At(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)))
	require.Equal(t, refusal.NotFound, refusal.CodeOf(err))
	for _, s := range []ledgermill.Span{{}, {From: day("2025-02-01"), To: day("2025-01-31")}} {
		_, err = d.Statement(ctx, ledger.BalanceSheet, s)
		require.Equal(t, refusal.InvalidDate, refusal.CodeOf(err))
	}
	_, err = d.Statement(ctx, "horoscope", january)
	require.Equal(t, refusal.NotFound, refusal.CodeOf(err))
}
