package ledger_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

var (
	cny   = money.Currency{Code: "CNY", Decimals: 2}
	jan31 = calendar.NewDate(2026, 1, 31)
	feb1  = calendar.NewDate(2026, 2, 1)
)

func amt(s string) money.Amount { return money.MustParse(s) }

func dr(account, amount string) ledger.Line { return ledger.Line{Account: account, Debit: amt(amount)} }

func cr(account, amount string) ledger.Line {
	return ledger.Line{Account: account, Credit: amt(amount)}
}

func TestDraftCheck(t *testing.T) {
	huge := ledger.Line{Account: "1002", Debit: money.FromUnits(1<<63 - 8)}
	huge.Debit = money.FromUnits(huge.Debit.Units() / 100 * 100)
	for name, c := range map[string]struct {
		lines []ledger.Line
		code  refusal.Code
	}{
		"a receipt":                      {[]ledger.Line{dr("1403", "420"), cr("220202", "420")}, ""},
		"a red receipt":                  {[]ledger.Line{dr("1403", "-420"), cr("220202", "-420")}, ""},
		"foreign money alone":            {[]ledger.Line{dr("1002", "1"), cr("1122", "1"), {Account: "1122", Foreign: amt("3")}}, ""},
		"debits are not credits":         {[]ledger.Line{dr("1403", "420"), cr("220202", "419.99")}, refusal.Unbalanced},
		"one line":                       {[]ledger.Line{dr("1403", "420")}, refusal.Unbalanced},
		"no lines":                       {nil, refusal.InvalidAmount},
		"both sides":                     {[]ledger.Line{{Account: "1403", Debit: amt("1"), Credit: amt("1")}, cr("1002", "0")}, refusal.InvalidAmount},
		"no amount":                      {[]ledger.Line{dr("1403", "0"), cr("1002", "0")}, refusal.InvalidAmount},
		"half a cent":                    {[]ledger.Line{dr("1403", "0.005"), cr("1002", "0.005")}, refusal.InvalidAmount},
		"an unknown account":             {[]ledger.Line{dr("9999", "1"), cr("1002", "1")}, refusal.UnknownAccount},
		"a heading":                      {[]ledger.Line{dr("1405", "1"), cr("1002", "1")}, refusal.UnknownAccount},
		"unknown goes before unbalanced": {[]ledger.Line{dr("9999", "1"), cr("1002", "2")}, refusal.UnknownAccount},
		"amount goes before unbalanced":  {[]ledger.Line{dr("1403", "0.005"), cr("1002", "2")}, refusal.InvalidAmount},
		"a sum that does not fit":        {[]ledger.Line{huge, huge, cr("1002", "1")}, refusal.LimitExceeded},
		"an amount that does not fit":    {[]ledger.Line{{Account: "1002", Debit: money.FromUnits(-1 << 63)}, cr("1002", "1")}, refusal.InvalidAmount},
	} {
		d := ledger.Draft{Date: jan31, Lines: c.lines}
		require.Equal(t, c.code, refusal.CodeOf(d.Check(cny, load(t, "cas").Account)), name)
	}
}

func TestUnbalancedNamesBothSums(t *testing.T) {
	d := ledger.Draft{Series: "GL", Lines: []ledger.Line{dr("1403", "420"), cr("220202", "419.99")}}
	require.EqualError(t, d.Check(cny, load(t, "cas").Account), `unbalanced: "GL": debits do not equal credits (wanted 420.00, available 419.99)`)
}

func TestHandWrittenLinesKeepOffControlAccounts(t *testing.T) {
	c := load(t, "cas")
	named := cr("220201", "1")
	named.Partner = "ACME"
	for name, test := range map[string]struct {
		line ledger.Line
		code refusal.Code
	}{
		"bank": {cr("1002", "1"), ""}, "stock": {cr("1403", "1"), refusal.ControlAccount}, "wip": {cr("500101", "1"), refusal.ControlAccount},
		"grni": {cr("220202", "1"), refusal.ControlAccount}, "payable": {cr("220201", "1"), refusal.ControlAccount}, "payable to ACME": {named, ""},
	} {
		err := ledger.CheckManual([]ledger.Line{dr("6602", "1"), test.line}, c.Account, c.Roles["receivable"], c.Roles["payable"])
		require.Equal(t, test.code, refusal.CodeOf(err), name)
	}
}

func TestNumbersHaveNoGaps(t *testing.T) {
	c := ledger.Counter{Series: "GL", Period: jan31.Period()}
	for want := int64(1); want <= 100; want++ {
		v := ledger.Voucher{}
		ledger.Number(&c, &v)
		require.Equal(t, ledger.Voucher{Series: "GL", Period: jan31.Period(), Number: want}, v)
	}
	require.Equal(t, int64(100), c.Last)
}

// randomLines gives balanced lines over a few leaf accounts, some of them alike.
func randomLines(rnd *rand.Rand) []ledger.Line {
	codes := []string{"1002", "1403", "6602", "220202", "6001"}
	var lines []ledger.Line
	var sum money.Amount
	for range 1 + rnd.IntN(8) {
		l := ledger.Line{Account: codes[rnd.IntN(len(codes))], Item: []string{"", "STEEL"}[rnd.IntN(2)], Qty: uom.FromInt(rnd.Int64N(9))}
		a := money.FromUnits((rnd.Int64N(2001) - 1000) * 100)
		if rnd.IntN(2) == 0 {
			l.Debit, sum = a, sum.Add(a)
		} else {
			l.Credit, sum = a, sum.Sub(a)
		}
		lines = append(lines, l)
	}
	return append(lines, ledger.Line{Account: "1002", Credit: sum})
}

func sums(lines []ledger.Line) (map[string]money.Amount, uom.Quantity) {
	nets, qty := map[string]money.Amount{}, uom.Quantity{}
	for _, l := range lines {
		nets[l.Account] = nets[l.Account].Add(l.Debit).Sub(l.Credit)
		qty = qty.Add(l.Qty)
	}
	for code, a := range nets {
		if a.IsZero() {
			delete(nets, code)
		}
	}
	return nets, qty
}

func TestMergeKeepsEveryBalance(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		lines := randomLines(rnd)
		before, _ := sums(lines)
		merged := ledger.Merge(slices.Clone(lines))
		after, _ := sums(merged)
		require.Equal(t, before, after)
		require.LessOrEqual(t, len(merged), len(lines))
		for i, l := range merged {
			require.Equal(t, int32(i+1), l.Line)
			require.False(t, l.Debit.IsZero() && l.Credit.IsZero())
		}
		require.Equal(t, merged, ledger.Merge(slices.Clone(merged)))
		if d := (ledger.Draft{Lines: merged}); len(merged) > 1 {
			require.NoError(t, d.Check(cny, load(t, "cas").Account))
		}
	}
}

// TestMergeOfFewAndOfMany adds up vouchers of any length, and compares them with sums by all that tells lines apart.
func TestMergeOfFewAndOfMany(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 1))
	for range 500 {
		var lines []ledger.Line
		for len(lines) < rnd.IntN(120) {
			lines = append(lines, randomLines(rnd)...)
		}
		type sort struct {
			account, item string
			credit        bool
		}
		var order []sort
		sums := map[sort]ledger.Line{}
		for _, l := range lines {
			s := sort{l.Account, l.Item, !l.Credit.IsZero()}
			sum, there := sums[s]
			if !there {
				order = append(order, s)
			}
			l.Debit, l.Credit, l.Qty = l.Debit.Add(sum.Debit), l.Credit.Add(sum.Credit), l.Qty.Add(sum.Qty)
			sums[s] = l
		}
		want := []ledger.Line{}
		for _, s := range order {
			if l := sums[s]; !l.Debit.IsZero() || !l.Credit.IsZero() {
				l.Line = int32(len(want) + 1)
				want = append(want, l)
			}
		}
		require.Equal(t, want, append([]ledger.Line{}, ledger.Merge(lines)...))
	}
}

func TestMergeKeepsWhatDiffersApart(t *testing.T) {
	a := ledger.Line{Account: "1403", Debit: amt("1"), Item: "STEEL", Qty: uom.FromInt(1)}
	b, c := a, a
	b.Lot, c.Rule = "L1", "receive.stock"
	got := ledger.Merge([]ledger.Line{a, b, cr("1403", "2"), a, c, dr("1002", "5"), dr("1002", "-5")})
	require.Len(t, got, 4)
	require.Equal(t, amt("2"), got[0].Debit)
	require.Equal(t, uom.FromInt(2), got[0].Qty)
	require.Equal(t, []string{"", "L1", "", ""}, []string{got[0].Lot, got[1].Lot, got[2].Lot, got[3].Lot})
}

func TestDebitsAreReadFirst(t *testing.T) {
	red := dr("1002", "-3")
	lines := []ledger.Line{cr("6001", "100"), dr("1122", "113"), cr("22210106", "13"), red}
	want := []ledger.Line{lines[1], red, lines[0], lines[2]}
	for i := range want {
		want[i].Line = int32(i + 1)
	}
	require.Equal(t, want, ledger.DebitsFirst(lines))
	require.Empty(t, ledger.DebitsFirst(nil))
}

func TestAReversalNetsToZero(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 2))
	for range 500 {
		lines := ledger.Merge(randomLines(rnd))
		orig := ledger.Voucher{Doc: 7, N: 2, Series: "GL", Period: jan31.Period(), Number: 3, Date: jan31, Memo: "m", Hash: "h"}
		for _, style := range []string{ledger.StyleRed, ledger.StyleBlue} {
			require.Equal(t, "注销 2026-01-31 GL-3 号凭证", ledger.CancelMemo("cas", orig))
			require.Equal(t, "cancels voucher GL-3 of 2026-01-31", ledger.CancelMemo("ifrs", orig))
			v, back := ledger.Red(orig, lines, 9, feb1, style)
			want := ledger.Voucher{Doc: 9, N: 2, Series: "GL", Period: feb1.Period(), Date: feb1, Red: style == ledger.StyleRed, Reverses: 7}
			require.Equal(t, want, v)
			nets, qty := sums(append(append([]ledger.Line{}, lines...), back...))
			require.Empty(t, nets)
			require.True(t, qty.IsZero())
			if style == ledger.StyleRed { // turnover is as if nothing had been
				d1, c1 := ledger.Totals(lines)
				d2, c2 := ledger.Totals(back)
				require.True(t, d1.Add(d2).IsZero() && c1.Add(c2).IsZero())
			}
		}
	}
}

func TestTheHashCoversEveryField(t *testing.T) {
	v := ledger.Voucher{Doc: 1, N: 1, ID: "V", Previous: "p"}
	lines := []ledger.Line{dr("1403", "1"), cr("1002", "1")}
	base := ledger.Hash("p", v, lines)
	require.Len(t, base, 64)
	require.NotEqual(t, base, ledger.Hash("q", v, lines))
	seen := map[string]string{base: "nothing"}
	distinct := func(name, hash string) {
		require.NotContains(t, seen, hash, "%s and %s", name, seen[hash])
		seen[hash] = name
	}
	for i := range reflect.TypeFor[ledger.Voucher]().NumField() {
		changed := v
		name := change(reflect.ValueOf(&changed).Elem(), i)
		if name != "Previous" && name != "Hash" { // given beside it, and the result
			distinct("Voucher."+name, ledger.Hash("p", changed, lines))
		}
	}
	for i := range reflect.TypeFor[ledger.Line]().NumField() {
		changed := []ledger.Line{lines[0], lines[1]}
		name := change(reflect.ValueOf(&changed[1]).Elem(), i)
		distinct("Line."+name, ledger.Hash("p", v, changed))
	}
	distinct("order", ledger.Hash("p", v, []ledger.Line{lines[1], lines[0]}))
	distinct("fewer", ledger.Hash("p", v, lines[:1]))
	v.ID, v.Series = "", "V"
	distinct("a text that moves to the next field", ledger.Hash("p", v, lines))
}

// change gives field i of a struct another value and returns its name.
func change(s reflect.Value, i int) string {
	switch f := s.Field(i).Addr().Interface().(type) {
	case *string:
		*f += "x"
	case *bool:
		*f = !*f
	case *money.Amount:
		*f = f.Add(amt("77"))
	case *uom.Quantity:
		*f = f.Add(uom.FromInt(77))
	default:
		s.Field(i).SetInt(s.Field(i).Int() + 5)
	}
	return s.Type().Field(i).Name
}

func TestTheChainShowsWhatWasChanged(t *testing.T) {
	lines := []ledger.Line{dr("1403", "1"), cr("1002", "1")}
	v := ledger.Voucher{Doc: 1, ID: "V", Previous: "p"}
	v.Hash = ledger.Hash("p", v, lines)
	require.NoError(t, ledger.VerifyChain("p", v, lines))
	require.Equal(t, refusal.Conflict, refusal.CodeOf(ledger.VerifyChain("q", v, lines)))
	lines[0].Item = "STEEL"
	require.Equal(t, refusal.Conflict, refusal.CodeOf(ledger.VerifyChain("p", v, lines)))
}
