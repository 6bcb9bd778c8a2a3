package posting_test

import (
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
)

func taxed(net, rate string) posting.Taxed {
	return posting.Taxed{Net: posting.Own(money.MustParse(net)), Rate: decimal.RequireFromString(rate)}
}

func TestTaxIsRoundedOncePerRate(t *testing.T) {
	x := posting.NewExchange(yuan, "", decimal.Zero)
	lines := []posting.Taxed{taxed("0.10", "0.13"), taxed("50.05", "0.09"), taxed("0.10", "0.130"), taxed("7.00", "0"), taxed("0.15", "0.13")}
	taxes, err := x.Taxes(lines, nil)
	require.NoError(t, err)
	var got []string
	for _, tax := range taxes {
		got = append(got, tax.Rate+": "+tax.Amount.String())
	}
	require.Equal(t, []string{"0.13: 0.05", "0.09: 4.50", "0: 0.00"}, got, "0.35 at 13 % is 0.0455; line by line it would be 0.01 + 0.01 + 0.02")
	require.Equal(t, "4.55", posting.TotalTax(taxes).Amount.String())

	stated := money.MustParse("4.56")
	taxes, err = x.Taxes(lines, &stated)
	require.NoError(t, err)
	require.Equal(t, []posting.Tax{{Sum: posting.Own(stated)}}, taxes)

	for _, bad := range []decimal.Decimal{decimal.New(1, 1<<30), decimal.New(1, -1<<30), decimal.New(-1, -2), decimal.New(11, 0)} {
		_, err := x.Taxes([]posting.Taxed{lines[0], {Net: lines[1].Net, Rate: bad}}, nil)
		require.Equal(t, refusal.InvalidAmount, refusal.CodeOf(err))
		require.Equal(t, 2, refusal.All(err)[0].Line)
	}
	tooFine := money.MustParse("0.001")
	_, err = x.Taxes(lines, &tooFine)
	require.Equal(t, refusal.InvalidAmount, refusal.CodeOf(err))
}

// The tax of a rate is that of a document that has the lines of this rate only, whatever else is on it.
func TestRatesDoNotMeet(t *testing.T) {
	rnd, x := rand.New(rand.NewPCG(7, 7)), dollars("7.123")
	for range 500 {
		var all []posting.Taxed
		apart := map[string][]posting.Taxed{}
		for range 1 + rnd.IntN(8) {
			net, err := x.Sum(money.FromUnits(100 * rnd.Int64N(100_000)))
			require.NoError(t, err)
			rate := []string{"0", "0.06", "0.09", "0.13"}[rnd.IntN(4)]
			l := posting.Taxed{Net: net, Rate: decimal.RequireFromString(rate)}
			all, apart[rate] = append(all, l), append(apart[rate], l)
		}
		taxes, err := x.Taxes(all, nil)
		require.NoError(t, err)
		require.Len(t, taxes, len(apart))
		for _, tax := range taxes {
			alone, err := x.Taxes(apart[tax.Rate], nil)
			require.NoError(t, err)
			require.Equal(t, []posting.Tax{tax}, alone)
		}
	}
}

func TestCreditedRate(t *testing.T) {
	rate := func(text string) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.RequireFromString(text)) }
	tax, none := money.MustParse("5"), decimal.NullDecimal{}
	food := []posting.InvoicedLine{{Item: "FLOUR", Rate: rate("0.09")}, {Item: "OVEN"}, {Item: "FLOUR", Rate: rate("0.090")}}
	for _, c := range []struct {
		name    string
		item    string
		lines   []posting.InvoicedLine
		invoice string
		tax     *money.Amount
		want    string // none: refused
	}{
		{"the item's line", "FLOUR", food, "0.13", nil, "0.09"},
		{"a line that has the invoice's", "OVEN", food, "0.13", nil, "0.13"},
		{"an item that is not on it, and lines that differ", "SALT", food, "0.13", nil, ""},
		{"an item that is not on it, and lines that agree", "SALT", food[:1], "0.13", nil, "0.09"},
		{"an item at two rates", "P", []posting.InvoicedLine{{"P", rate("0.13")}, {"P", none}}, "0.06", nil, ""},
		{"a bill without lines", "P", nil, "0.13", nil, "0.13"},
		{"the invoice stated rate and tax", "P", nil, "0.13", &tax, "0.13"},
		{"the invoice stated its tax only", "P", nil, "0", &tax, ""},
		{"the invoice stated its tax, and the line its rate", "FLOUR", food, "0", &tax, "0.09"},
		{"the invoice stated its tax, and another line its rate", "OVEN", food, "0", &tax, ""},
		{"no tax at all", "P", nil, "0", nil, "0"},
	} {
		got, err := posting.CreditedRate(c.item, c.lines, decimal.RequireFromString(c.invoice), c.tax)
		if c.want == "" {
			require.Equal(t, refusal.InvalidAmount, refusal.CodeOf(err), c.name)
			continue
		}
		require.NoError(t, err, c.name)
		require.Equal(t, c.want, got.String(), c.name)
	}
}

func TestTheRateStandsBesideTheRule(t *testing.T) {
	rule, err := posting.Builtin().Find("invoice_out", "tax")
	require.NoError(t, err)
	line := rule.At("0.13").Line("2221", money.MustParse("13"))
	require.Equal(t, "invoice_out.tax 0.13", line.Rule)
	event, measure := posting.Measured(line.Rule)
	require.Equal(t, "invoice_out tax", event+" "+measure)
	require.Equal(t, "invoice_out.tax", rule.At("").Name)
}
