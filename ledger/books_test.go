package ledger_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

func TestPeriods(t *testing.T) {
	jan, feb := ledger.PeriodState{Period: jan31.Period()}, ledger.PeriodState{Period: feb1.Period()}
	require.NoError(t, ledger.CheckOpen(jan.State, jan31))
	_, err := jan.Reopen("why")
	require.Equal(t, refusal.InvalidState, refusal.CodeOf(err))
	jan, err = jan.SoftClose("month end")
	require.NoError(t, err)
	require.Equal(t, ledger.PeriodState{Period: jan31.Period(), State: ledger.PeriodSoft, Reason: "month end"}, jan)
	require.Equal(t, refusal.ClosedPeriod, refusal.CodeOf(ledger.CheckOpen(jan.State, jan31)))
	_, err = jan.SoftClose("again")
	require.Equal(t, refusal.InvalidState, refusal.CodeOf(err))
	jan, err = jan.Close("done")
	require.NoError(t, err)
	require.Equal(t, refusal.ClosedPeriod, refusal.CodeOf(ledger.CheckOpen(jan.State, jan31)))
	_, err = jan.Close("again")
	require.Equal(t, refusal.InvalidState, refusal.CodeOf(err))
	feb, err = feb.Close("done")
	require.NoError(t, err)
	_, err = jan.Reopen("late bill", jan, feb)
	require.Equal(t, refusal.InvalidState, refusal.CodeOf(err), "February is closed")
	feb, err = feb.Reopen("late bill", jan, feb)
	require.NoError(t, err, "January, though closed, is earlier")
	jan, err = jan.Reopen("late bill", jan, feb)
	require.NoError(t, err)
	require.Equal(t, ledger.PeriodOpen, jan.State)
}

func bal(account, net string) ledger.Balance {
	b := ledger.Balance{Account: account}
	if a := amt(net); a.Sign() > 0 {
		b.Debit = a
	} else {
		b.Credit = a.Neg()
	}
	return b
}

func TestCarryForwardBringsProfitAndLossToZero(t *testing.T) {
	c := load(t, "cas")
	balances := []ledger.Balance{
		bal("1002", "70"), bal("6001", "-100"), bal("6301", "5"), bal("6401", "60"), bal("660302", "-2"), bal("6602", "0"), bal("4001", "-33"),
	}
	lines := ledger.CarryForward(balances, c.Account, "4103")
	want := []ledger.Line{dr("6001", "100"), dr("6301", "-5"), cr("6401", "60"), cr("660302", "-2"), cr("4103", "95"), dr("4103", "58")}
	for i := range want {
		want[i].Line = int32(i + 1)
	}
	require.Equal(t, want, lines)
	d := ledger.Draft{Lines: lines}
	require.NoError(t, d.Check(cny, c.Account))
	require.Empty(t, ledger.CarryForward(balances[:1], c.Account, "4103"))
}

func TestAnOpenItemIsSettledAndGivenBack(t *testing.T) {
	o, fact := ledger.Open(ledger.OpenItem{Kind: ledger.Payable, Doc: 3, Line: 1, Ref: "BILL", Partner: "ACME", Date: jan31, Amount: amt("100"), Foreign: amt("100")})
	require.Equal(t, ledger.Settlement{Doc: 3, Line: 1, Kind: ledger.Payable, ItemDoc: 3, ItemLine: 1, Partner: "ACME", Date: jan31, Amount: amt("100"), Foreign: amt("100")}, fact)
	require.False(t, o.Settled)
	fact, err := o.Settle(4, 1, feb1, ledger.Part{Amount: amt("60"), Foreign: amt("60")})
	require.NoError(t, err)
	require.Equal(t, amt("-60"), fact.Amount)
	_, err = o.Settle(5, 1, feb1, ledger.Part{Amount: amt("40.01"), Foreign: amt("40.01")})
	require.EqualError(t, err, `invalid_amount: "BILL": more than is open (wanted 40.01, available 40.00)`)
	_, err = o.Settle(5, 1, feb1, ledger.Part{Amount: amt("40"), Foreign: amt("40")})
	require.NoError(t, err)
	require.True(t, o.Settled)
	_, err = o.Settle(6, 1, feb1, ledger.Part{Amount: amt("-40"), Foreign: amt("-40")})
	require.NoError(t, err)
	require.False(t, o.Settled, "the payment was reversed")
	_, err = o.Settle(7, 1, feb1, ledger.Part{Amount: amt("-60.01"), Foreign: amt("-60.01")})
	require.Equal(t, refusal.InvalidAmount, refusal.CodeOf(err), "more back than was taken")
	_, err = o.Settle(7, 1, feb1, ledger.Part{Qty: uom.FromInt(1), Amount: amt("0"), Foreign: amt("0")})
	require.Equal(t, refusal.InvalidQuantity, refusal.CodeOf(err))
}

func TestRevalueAndClear(t *testing.T) {
	o, _ := ledger.Open(ledger.OpenItem{Kind: ledger.Receivable, Currency: "USD", Amount: amt("700"), Foreign: amt("100")})
	p, err := ledger.Revaluation(cny, o, decimal.RequireFromString("7.2"))
	require.NoError(t, err)
	fact, err := o.Settle(2, 1, jan31, p.Neg())
	require.NoError(t, err)
	require.Equal(t, []string{"20.00", "20.00", "0.00"}, []string{fact.Amount.String(), fact.Revalued.String(), fact.Foreign.String()})
	portions, rest := ledger.Allocate(cny, []ledger.OpenItem{o}, amt("50"))
	require.Equal(t, []ledger.Portion{{Part: ledger.Part{Amount: amt("360"), Foreign: amt("50"), Revalued: amt("10")}}}, portions)
	require.True(t, rest.IsZero())
	_, err = o.Settle(3, 1, jan31, ledger.Part{Foreign: amt("100.01")})
	require.Equal(t, refusal.InvalidAmount, refusal.CodeOf(err))
	_, err = o.Settle(3, 1, jan31, ledger.Part{Amount: amt("700.01")})
	require.Equal(t, refusal.InvalidAmount, refusal.CodeOf(err))
	_, err = o.Settle(3, 1, jan31, ledger.Part{Amount: amt("720"), Foreign: amt("100"), Revalued: amt("20")})
	require.NoError(t, err)
	require.True(t, o.Settled)
	_, err = o.Settle(4, 1, jan31, ledger.Part{Amount: amt("-720"), Foreign: amt("-100"), Revalued: amt("-20")})
	require.NoError(t, err)
	_, err = o.Settle(5, 1, jan31, p)
	require.NoError(t, err, "the revaluation is undone")
	require.Equal(t, amt("700"), o.Open)
}

func TestPartsOfThreeForTenAddUp(t *testing.T) {
	o, _ := ledger.Open(ledger.OpenItem{Kind: ledger.Accrued, Qty: uom.FromInt(3), Amount: amt("10"), Foreign: amt("10")})
	for _, want := range []string{"3.33", "3.34", "3.33"} {
		p := ledger.Share(cny, o, uom.FromInt(1))
		require.Equal(t, ledger.Part{Qty: uom.FromInt(1), Amount: amt(want), Foreign: amt(want)}, p)
		_, err := o.Settle(1, 1, jan31, p)
		require.NoError(t, err)
	}
	require.True(t, o.Settled)
	for currency, foreign := range map[string]string{"USD": "3.33", "JPY": "3", "KWD": "3.333"} {
		o, _ = ledger.Open(ledger.OpenItem{Qty: uom.FromInt(3), Amount: amt("70"), Foreign: amt("10"), Currency: currency})
		require.Equal(t, ledger.Part{Qty: uom.FromInt(1), Amount: amt("23.33"), Foreign: amt(foreign)}, ledger.Share(cny, o, uom.FromInt(1)))
	}
}

func TestCreditsAreUsedUpBeforeThePayment(t *testing.T) {
	item := func(amount string) ledger.OpenItem {
		o, _ := ledger.Open(ledger.OpenItem{Amount: amt(amount), Foreign: amt(amount)})
		return o
	}
	for _, c := range []struct {
		items   []string
		payment string
		takes   []string // of each item
		rest    string
	}{
		{[]string{"100", "-30"}, "50", []string{"80.00", "-30.00"}, "0.00"},
		{[]string{"-30", "100"}, "80", []string{"-30.00", "100.00"}, "10.00"},
		{[]string{"-30", "-90", "100"}, "0", []string{"-30.00", "-70.00", "100.00"}, "0.00"},
		{[]string{"-30"}, "20", []string{"0.00"}, "20.00"},
		{[]string{"60", "60"}, "100", []string{"60.00", "40.00"}, "0.00"},
	} {
		var items []ledger.OpenItem
		for _, a := range c.items {
			items = append(items, item(a))
		}
		portions, rest := ledger.Allocate(cny, items, amt(c.payment))
		takes := make([]money.Amount, len(items))
		for _, p := range portions {
			takes[p.Index] = p.Amount
		}
		var texts []string
		for _, a := range takes {
			texts = append(texts, a.String())
		}
		require.Equal(t, c.takes, texts)
		require.Equal(t, c.rest, rest.String())
	}
}

func TestRateOn(t *testing.T) {
	rate := func(from calendar.Date, doc int64, r int64) ledger.Rate {
		return ledger.Rate{Currency: "USD", From: from, Doc: doc, Rate: decimal.NewFromInt(r)}
	}
	rates := []ledger.Rate{rate(feb1, 1, 7), rate(jan31, 1, 6), rate(feb1, 3, 8), {Currency: "EUR", From: feb1, Rate: decimal.NewFromInt(9)}}
	for day, want := range map[calendar.Date]int64{jan31: 6, feb1: 8, feb1.AddDays(300): 8} {
		got, err := ledger.RateOn(rates, "USD", day)
		require.NoError(t, err)
		require.True(t, got.Equal(decimal.NewFromInt(want)))
	}
	_, err := ledger.RateOn(rates, "USD", jan31.AddDays(-1))
	require.Equal(t, refusal.RateMissing, refusal.CodeOf(err))
	require.Equal(t, []string{"EUR", "USD"}, ledger.Currencies(rates))
	for _, bad := range []ledger.Rate{{Currency: "usd", Rate: decimal.NewFromInt(1)}, {Currency: "CNY", Rate: decimal.NewFromInt(1)}, {Currency: "USD"}, {Currency: "USD", Rate: decimal.NewFromInt(-1)}, {Currency: "USD", Rate: decimal.New(1, -13)}, {Currency: "USD", Rate: decimal.New(1, 1<<30)}} {
		require.Error(t, ledger.CheckRate("CNY", bad))
	}
}

func TestFillAndAllocateLeaveNothingBehind(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 3))
	for range 2000 {
		var items []ledger.OpenItem
		for i := range rnd.IntN(6) {
			foreign := money.FromUnits(rnd.Int64N(500) * 100)
			o, _ := ledger.Open(ledger.OpenItem{Doc: int64(i), Date: jan31, Due: feb1.AddDays(rnd.IntN(3)), Qty: uom.FromInt(rnd.Int64N(5)), Currency: "USD", Foreign: foreign, Amount: cny.Share(foreign, 7, 1)})
			items = append(items, o)
		}
		ledger.Oldest(items)
		qty, pay := uom.FromInt(rnd.Int64N(15)), money.FromUnits(rnd.Int64N(1500)*100)
		filled, restQty := ledger.Fill(cny, items, qty)
		allocated, rest := ledger.Allocate(cny, items, pay)
		for i := range filled {
			filled[i].Part = ledger.Part{Qty: filled[i].Qty} // the amounts are paid by themselves here
		}
		for _, p := range append(filled, allocated...) {
			_, err := items[p.Index].Settle(1, 1, jan31, p.Part)
			require.NoError(t, err)
			qty, pay = qty.Sub(p.Qty), pay.Sub(p.Foreign)
		}
		require.Equal(t, restQty, qty)
		require.Equal(t, rest, pay)
		for _, o := range items {
			require.True(t, restQty.IsZero() || o.OpenQty.IsZero())
			require.True(t, rest.IsZero() || o.OpenForeign.IsZero() && o.Open.IsZero())
		}
	}
}

func TestOldest(t *testing.T) {
	items := []ledger.OpenItem{{Doc: 4, Date: jan31}, {Doc: 3, Date: jan31, Due: feb1}, {Doc: 2, Line: 2, Date: jan31}, {Doc: 2, Line: 1, Date: jan31}, {Doc: 1, Date: feb1, Due: jan31}}
	ledger.Oldest(items)
	var docs []int64
	for _, o := range items {
		docs = append(docs, o.Doc*10+int64(o.Line))
	}
	require.Equal(t, []int64{21, 22, 40, 10, 30}, docs)
}

func TestItemsOfOneLot(t *testing.T) {
	items := []ledger.OpenItem{{Doc: 1, Lot: "A"}, {Doc: 2, Lot: "B"}, {Doc: 3, Lot: "A"}, {Doc: 4}}
	require.Equal(t, []ledger.OpenItem{items[0], items[2]}, ledger.OfLot(items, "A"))
	require.Equal(t, int64(2), items[1].Doc, "the items given are as they were")
	require.Empty(t, ledger.OfLot(items, "C"))
}

func TestOpenItemsNeverFallBelowZero(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 4))
	for range 300 {
		o, first := ledger.Open(ledger.OpenItem{Qty: uom.FromInt(rnd.Int64N(50)), Amount: money.FromUnits(rnd.Int64N(5000) * 100)})
		qty, amount := first.Qty, first.Amount
		for range 30 {
			s, err := o.Settle(1, 1, jan31, ledger.Part{Qty: uom.FromInt(rnd.Int64N(40) - 20), Amount: money.FromUnits((rnd.Int64N(4000) - 2000) * 100)})
			if err == nil {
				qty, amount = qty.Add(s.Qty), amount.Add(s.Amount)
			}
			require.Equal(t, []any{qty, amount}, []any{o.OpenQty, o.Open}, "what is open is the sum of its settlements")
			require.True(t, o.OpenQty.Sign() >= 0 && o.Open.Sign() >= 0)
			require.Equal(t, o.OpenQty.IsZero() && o.Open.IsZero(), o.Settled)
		}
	}
}

func TestTax(t *testing.T) {
	amounts := func(texts ...string) (out []money.Amount) {
		for _, s := range texts {
			out = append(out, amt(s))
		}
		return out
	}
	for name, c := range map[string]struct {
		nets    []money.Amount
		rate    string
		total   string
		perLine []money.Amount
	}{
		"one line":               {amounts("100"), "0.13", "13", amounts("13")},
		"rounded on the sum":     {amounts("0.05", "0.05", "0.05"), "0.1", "0.02", amounts("0.01", "0.01", "0")},
		"a credit note":          {amounts("-0.05", "-0.05", "-0.05"), "0.1", "-0.02", amounts("-0.01", "-0.01", "0")},
		"a line and a deduction": {amounts("100.05", "-0.05"), "0.1", "10", amounts("10.01", "-0.01")},
		"exempt":                 {amounts("5", "7"), "0", "0", amounts("0", "0")},
	} {
		total, perLine := ledger.Tax(cny, c.nets, decimal.RequireFromString(c.rate))
		require.Equal(t, amt(c.total), total, name)
		require.Equal(t, c.perLine, perLine, name)
	}
	total, _ := ledger.Tax(cny, []money.Amount{money.FromUnits(math.MaxInt64)}, decimal.NewFromInt(100))
	require.False(t, total.Valid())
	total, _ = ledger.Tax(cny, []money.Amount{money.FromUnits(math.MinInt64), amt("1")}, decimal.NewFromInt(1))
	require.False(t, total.Valid(), "the mark of an overflow stays")
	total, perLine := ledger.Tax(cny, nil, decimal.NewFromInt(1))
	require.True(t, total.IsZero() && len(perLine) == 0)
}

func TestTrialBalance(t *testing.T) {
	c := load(t, "cas")
	tb := ledger.NewTrialBalance(c.Accounts,
		[]ledger.Balance{bal("1002", "100"), bal("4001", "-100"), bal("1403", "0")},
		[]ledger.Balance{bal("140501", "40"), bal("1002", "-40"), bal("77", "0")})
	require.True(t, tb.Balanced())
	require.Equal(t, []string{"1002", "140501", "4001"}, []string{tb.Rows[0].Code, tb.Rows[1].Code, tb.Rows[2].Code})
	require.Len(t, tb.Rows, 3)
	require.Equal(t, ledger.TrialRow{Code: "1002", Name: "Bank deposits", NameZH: "银行存款", Opening: amt("100"), Credit: amt("40"), Closing: amt("60")}, tb.Rows[0])
	require.Equal(t, 5, strings.Count(tb.String(), "\n"))
	require.False(t, ledger.NewTrialBalance(c.Accounts, nil, []ledger.Balance{bal("1002", "1")}).Balanced())
	sums := ledger.Rollup(c.Accounts, []ledger.Balance{bal("140501", "40"), bal("140502", "2"), bal("22210101", "7"), bal("140599", "1")})
	for code, want := range map[string]string{"1405": "43", "140501": "40", "140599": "1", "2221": "7", "222101": "7", "1403": "0"} {
		require.Equal(t, amt(want), sums[code], code)
	}
}

func TestBalancesOfOneAccountAreJoined(t *testing.T) {
	got := ledger.Joined([]ledger.Balance{bal("1403", "5"), bal("1002", "-3"), bal("1403", "-2"), bal("1403", "1")})
	require.Equal(t, []ledger.Balance{{Account: "1403", Debit: amt("6"), Credit: amt("2")}, {Account: "1002", Credit: amt("3")}}, got)
	require.Empty(t, ledger.Joined(nil))
}

func layouts(t *testing.T, chart string) (sheet, income ledger.Layout) {
	sheet, err := ledger.LoadStatement(chart, ledger.BalanceSheet)
	require.NoError(t, err)
	income, err = ledger.LoadStatement(chart, ledger.IncomeStatement)
	require.NoError(t, err)
	return sheet, income
}

// of is one column of balances.
func of(balances ...ledger.Balance) ledger.Figures { return ledger.Figures{Balances: balances} }

func TestStatementsCoverEveryAccountOnce(t *testing.T) {
	for _, name := range ledger.Charts() {
		c := load(t, name)
		sheet, income := layouts(t, name)
		for _, a := range c.Accounts {
			pl := a.Class == ledger.Income || a.Class == ledger.Expense
			for _, amount := range []string{"1", "-1"} {
				if !a.Leaf {
					continue
				}
				one := of(bal(a.Code, amount))
				in, on := income.Compute(c.Accounts, one), sheet.Compute(c.Accounts, one)
				require.Empty(t, in.Missing, a.Code)
				require.Empty(t, on.Missing, a.Code)
				require.Equal(t, pl, touched(in) == 1, "%s %s in the income statement", name, a.Code)
				require.Equal(t, 1, touched(on), "%s %s in the balance sheet", name, a.Code)
				profit, _ := on.Amount("current_profit")
				require.Equal(t, pl, !profit.IsZero(), "%s %s by name in the balance sheet", name, a.Code)
				assets, _ := on.Amount("total_assets")
				claims, _ := on.Amount("total_claims")
				require.Equal(t, amt(amount), assets.Sub(claims), "%s %s reaches a total", name, a.Code)
				if net, ok := in.Amount("net_profit"); pl {
					require.True(t, ok)
					require.Equal(t, amt(amount).Neg(), net, "%s %s reaches the profit", name, a.Code)
				}
			}
		}
		for _, layout := range []ledger.Layout{sheet, income} {
			keys := map[string]bool{}
			for _, r := range layout.Rows {
				require.NotEmpty(t, r.NameZH, r.Name)
				require.False(t, keys[r.Key] && r.Key != "", r.Key)
				keys[r.Key] = true
				for _, source := range r.Sources {
					if '0' <= source[0] && source[0] <= '9' {
						code, _, _ := strings.Cut(source, "/")
						_, ok := c.Account(code)
						require.True(t, ok, "%s names %s, which the chart lacks", layout.Name, source)
					}
				}
			}
		}
	}
}

// touched counts the rows of accounts that show an amount.
func touched(s ledger.Statement) (n int) {
	for _, r := range s.Rows {
		if !r.Sum && !r.Part && !r.Empty() {
			n++
		}
	}
	return n
}

// What suppliers owe us is an asset, and what customers paid too much a debt: partner by partner, so that nothing is netted.
func TestABalanceOnItsOtherSideStandsOnTheOtherSideOfTheSheet(t *testing.T) {
	c := load(t, "cas")
	sheet, _ := layouts(t, "cas")
	of := func(account, partner, net string) ledger.Balance {
		b := bal(account, net)
		b.Partner = partner
		return b
	}
	s := sheet.Compute(c.Accounts, ledger.Figures{Balances: []ledger.Balance{
		of("1122", "GOOD", "100"), of("1122", "EARLY", "-30"), of("1122", "GOOD", "-40"), of("2203", "EARLY", "5"), bal("1231", "-6"),
		of("220201", "ACME", "-70"), of("220201", "STEELCO", "20"), bal("220202", "-8"), of("1123", "ACME", "-1"),
		of("22210101", "", "13"), of("22210106", "", "-10"), bal("222110", "-4"), bal("222106", "-2"), bal("224102", "9"),
	}})
	for key, want := range map[string]string{
		"receivables": "59", "advances": "30", "prepayments": "20", "payables": "79", "other_current_assets": "3", "taxes": "4",
		"other_current_liabilities": "2", "other_receivables": "9", "other_payables": "0",
	} {
		got, ok := s.Amount(key)
		require.True(t, ok, key)
		require.Equal(t, amt(want), got, key)
	}
}

// For any books at all, in every chart, before and after profit is carried forward: the sheet balances, and its profit is that of the income statement.
func TestAnyBalancedBooksGiveABalancedSheet(t *testing.T) {
	rnd := rand.New(rand.NewPCG(17, 17))
	for range 300 {
		name := ledger.Charts()[rnd.IntN(3)]
		c := load(t, name)
		sheet, income := layouts(t, name)
		var leaves []string
		for _, a := range c.Accounts {
			if a.Leaf {
				leaves = append(leaves, a.Code)
			}
		}
		var balances []ledger.Balance
		for range rnd.IntN(60) {
			amount := money.FromUnits((rnd.Int64N(2_000_000) - 1_000_000) * 100)
			for _, a := range []money.Amount{amount, amount.Neg()} {
				b := bal(leaves[rnd.IntN(len(leaves))], a.String())
				b.Partner = []string{"", "A", "B"}[rnd.IntN(3)]
				balances = append(balances, b)
			}
		}
		before := sheet.Compute(c.Accounts, of(balances...))
		require.NoError(t, before.Check())
		is := income.Compute(c.Accounts, of(balances...))
		require.NoError(t, is.Check())
		profit, _ := is.Amount("net_profit")
		waiting, _ := before.Amount("current_profit")
		require.Equal(t, profit, waiting)
		for _, l := range ledger.CarryForward(ledger.Joined(balances), c.Account, c.Roles["profit"]) {
			balances = append(balances, ledger.Balance{Account: l.Account, Debit: l.Debit, Credit: l.Credit})
		}
		after := sheet.Compute(c.Accounts, of(balances...))
		require.NoError(t, after.Check())
		for i, r := range after.Rows {
			if r.Key == "current_profit" {
				require.True(t, r.Empty())
			} else {
				require.Equal(t, before.Rows[i].Amounts, r.Amounts, "%s %s: carrying forward moves nothing on the sheet", name, r.Key)
			}
		}
	}
}

func TestComparedShowsTheDifferenceOfEachLine(t *testing.T) {
	c := load(t, "ifrs")
	sheet, _ := layouts(t, "ifrs")
	then := sheet.Compute(c.Accounts, of(bal("1010", "10"), bal("3010", "-10")))
	now := sheet.Compute(c.Accounts, of(bal("1010", "4"), bal("1310", "6"), bal("3010", "-10")))
	both := ledger.Compared(then, now)
	require.NoError(t, both.Check(), "the difference balances too")
	require.Equal(t, `  As it stood then   As it looks now        Difference
Non-current assets 非流动资产
Current assets 流动资产
              0.00              6.00              6.00    Inventories 存货
             10.00              4.00             -6.00    Cash and cash equivalents 现金及现金等价物
             10.00             10.00              0.00    Total current assets 流动资产合计
             10.00             10.00              0.00    Total assets 资产总计
Equity 所有者权益
             10.00             10.00              0.00    Issued capital 股本
             10.00             10.00              0.00    Total equity 所有者权益合计
Non-current liabilities 非流动负债
Current liabilities 流动负债
             10.00             10.00              0.00    Total equity and liabilities 所有者权益和负债总计
`, both.String())
}

func TestAYearOfATrader(t *testing.T) {
	c := load(t, "cas")
	sheet, income := layouts(t, "cas")
	balances := []ledger.Balance{
		bal("1002", "80"), bal("140502", "40"), bal("1471", "-5"), bal("220201", "-20"), bal("4001", "-50"),
		bal("6001", "-100"), bal("6401", "60"), bal("670101", "5"), bal("660302", "-10"),
	}
	is := income.Compute(c.Accounts, of(balances...))
	require.NoError(t, is.Check())
	for key, want := range map[string]string{"revenue": "100", "cost_of_sales": "60", "impairment": "-5", "finance": "-10", "net_profit": "45"} {
		got, ok := is.Amount(key)
		require.True(t, ok)
		require.Equal(t, amt(want), got, key)
	}
	bs := sheet.Compute(c.Accounts, of(balances...))
	require.NoError(t, bs.Check())
	for key, want := range map[string]string{"cash": "80", "stock": "35", "total_assets": "115", "current_profit": "45", "total_claims": "115"} {
		got, _ := bs.Amount(key)
		require.Equal(t, amt(want), got, key)
	}
	require.Equal(t, refusal.Unbalanced, refusal.CodeOf(sheet.Compute(c.Accounts, of(balances[1:]...)).Check()))
	stranger := sheet.Compute(c.Accounts, of(append(balances, bal("9", "1"))...))
	require.Equal(t, []string{"9"}, stranger.Missing)
	require.Equal(t, refusal.UnknownAccount, refusal.CodeOf(stranger.Check()))
	over := sheet.Compute(c.Accounts, of(ledger.Balance{Account: "1002", Debit: money.FromUnits(math.MinInt64)}))
	require.Equal(t, refusal.LimitExceeded, refusal.CodeOf(over.Check()))
	_, ok := bs.Amount("nothing")
	require.False(t, ok)
	own := sheet.Compute(c.Accounts, of(bal("140503", "3")))
	got, _ := own.Amount("stock")
	require.Equal(t, amt("3"), got, "an account of one's own goes with its heading")
}

func TestParseLayoutRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"too few columns":              "a | Dr | A",
		"a side unknown":               "a | debit | A | | 1",
		"no key":                       " | Dr | A | | 1",
		"a key twice":                  "a | Dr | A | | 1\na | Dr | B | | 2",
		"an account twice":             "a | Dr | A | | 1\nb | Dr | B | | 1",
		"a row further down":           "a | = | A | | b\nb | Dr | B | | 1",
		"a lone minus":                 " | | H | |\na | = | A | | -",
		"a heading that adds":          " | | H | | 1",
		"an account whole and by side": "a | Dr | A | | 1/Dr\nb | Dr | B | | 1",
		"a side twice":                 "a | Dr | A | | 1/Dr\nb | Dr | B | | 1/Dr",
		"by partner on one side only":  "a | Dr | A | | 1/Dr/partner\nb | Cr | B | | 1/Cr",
		"a side that is none":          "a | Dr | A | | 1/dr",
		"a part by side":               "a | dr | A | | 1/Dr",
	} {
		_, err := ledger.ParseLayout("test", text)
		require.Equal(t, refusal.InvalidState, refusal.CodeOf(err), name)
	}
	_, err := ledger.LoadStatement("cas", "changes_in_equity")
	require.Equal(t, refusal.NotFound, refusal.CodeOf(err))
	require.ErrorContains(t, err, "known are: balance_sheet, cash_flow, income_statement")
	_, err = ledger.LoadStatement("gaap", ledger.BalanceSheet)
	require.ErrorContains(t, err, "known are: cas, cas_small, ifrs")
}

func TestGrowAddsToWhatIsOpen(t *testing.T) {
	o, _ := ledger.Open(ledger.OpenItem{Kind: ledger.Billed, Qty: uom.FromInt(2), Amount: amt("10"), Foreign: amt("10")})
	_, err := o.Settle(2, 1, jan31, ledger.Part{Qty: uom.FromInt(2), Amount: amt("10"), Foreign: amt("10")})
	require.NoError(t, err)
	fact := o.Grow(3, 1, feb1, ledger.Part{Qty: uom.FromInt(1), Amount: amt("6"), Foreign: amt("6")})
	require.Equal(t, []any{uom.FromInt(1), amt("6"), amt("6"), int64(3)}, []any{fact.Qty, fact.Amount, fact.Foreign, fact.Doc})
	require.Equal(t, []any{uom.FromInt(3), uom.FromInt(1), amt("6"), false}, []any{o.Qty, o.OpenQty, o.Open, o.Settled})
}
