package posting_test

import (
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
)

func dollars(rate string) posting.Exchange {
	return posting.NewExchange(yuan, "USD", decimal.RequireFromString(rate))
}

// received opens what 10 units cost in dollars at a rate, with what a later rate has made of it.
func received(foreign, rate, revalued string) ledger.OpenItem {
	value, err := dollars(rate).Sum(money.MustParse(foreign))
	if err != nil {
		panic(err)
	}
	o, _ := ledger.Open(ledger.OpenItem{Currency: "USD", Rate: decimal.RequireFromString(rate), Qty: uom.FromInt(10), Amount: value.Amount, Foreign: value.Foreign})
	o.Revalued = money.MustParse(revalued)
	o.Open = o.Open.Add(o.Revalued)
	return o
}

func TestPriceAndExchange(t *testing.T) {
	for _, c := range []struct {
		name              string
		receipt, rate     string
		revalued          string
		qty               int64
		billed, at        string // in dollars at a rate; at nothing: in company currency
		price, exchange   string
		billedAs, foreign string // what the units stand at afterwards
	}{
		{"dearer, and the dollar rose", "100", "90", "0", 10, "110", "100", "900.00", "1100.00", "9900.00", "110.00"},
		{"the dollar alone", "100", "90", "0", 10, "100", "100", "0.00", "1000.00", "9000.00", "100.00"},
		{"cheaper, and the dollar fell", "100", "90", "0", 5, "40", "80", "-900.00", "-400.00", "3600.00", "40.00"},
		{"revalued in between", "100", "90", "500", 10, "110", "100", "900.00", "600.00", "9900.00", "110.00"},
		{"billed in company currency", "100", "90", "0", 10, "9100", "", "100.00", "0.00", "9100.00", "100.00"},
		{"that, and revalued in between", "100", "90", "500", 10, "9100", "", "100.00", "-500.00", "9100.00", "100.00"},
	} {
		x := posting.NewExchange(yuan, "", decimal.Decimal{})
		if c.at != "" {
			x = dollars(c.at)
		}
		billed, err := x.Sum(money.MustParse(c.billed))
		require.NoError(t, err)
		o := received(c.receipt, c.rate, c.revalued)
		portions, err := posting.Fill(yuan, []ledger.OpenItem{o}, "P", uom.FromInt(c.qty), billed, refusal.OverInvoice)
		require.NoError(t, err)
		price, exchange, err := posting.PriceAndExchange(yuan, o, portions[0])
		require.NoError(t, err)
		require.Equal(t, []string{c.price, c.exchange}, []string{price.String(), exchange.String()}, c.name)
		require.Equal(t, billed.Amount, money.Sum(portions[0].Open, price, exchange), c.name)
		part := posting.BilledPart(o, portions[0], price)
		require.Equal(t, []string{c.billedAs, c.foreign}, []string{part.Amount.String(), part.Foreign.String()}, c.name)
	}
}

func TestPayment(t *testing.T) {
	p, err := dollars("7.123").Payment("P", money.MustParse("100.01"), money.MustParse("2"), money.MustParse("0.5"), money.MustParse("1"))
	require.NoError(t, err)
	require.Equal(t, "712.37 14.25 3.56 7.12", p.Amount.Amount.String()+" "+p.Discount.Amount.String()+" "+p.WriteOff.Amount.String()+" "+p.Fee.Amount.String())
	require.Equal(t, posting.Sum{Currency: "USD", Foreign: money.MustParse("102.51"), Amount: money.MustParse("730.18")}, p.Settles())
	require.Equal(t, "719.49 705.25", p.Paid().Amount.String()+" "+p.Collected().Amount.String())
	unused, err := posting.Unused(dollars("7.123"), p.Settles(), p.Settles().Foreign)
	require.NoError(t, err)
	require.Equal(t, p.Settles(), unused, "all of it, to the cent")
	for _, bad := range []string{"-1", "0.001"} {
		_, err := dollars("7").Payment("P", money.MustParse(bad), money.Amount{}, money.Amount{}, money.Amount{})
		require.Equal(t, refusal.InvalidAmount, refusal.CodeOf(err), bad)
	}
}

// However a bill is split over receipts, its shares add up in both currencies, and so do price, exchange and what was accrued.
func TestBilledSharesAddUp(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 5))
	for range 2000 {
		var items []ledger.OpenItem
		var weights []uom.Quantity
		for range 1 + rnd.IntN(4) {
			o := received(money.FromUnits(100*rnd.Int64N(100000)).String(), decimal.New(1+rnd.Int64N(9999), -2).String(), money.FromUnits(100*(rnd.Int64N(2000)-1000)).String())
			items, weights = append(items, o), append(weights, uom.FromInt(rnd.Int64N(5)))
		}
		billed, err := dollars(decimal.New(1+rnd.Int64N(9999), -2).String()).Sum(money.FromUnits(100 * rnd.Int64N(1_000_000)))
		require.NoError(t, err)
		all := uom.FromInt(1 + rnd.Int64N(int64(10*len(items))))
		portions, err := posting.Fill(yuan, items, "P", all, billed, refusal.OverInvoice)
		require.NoError(t, err)
		sum := posting.Sum{Currency: "USD"}
		for _, p := range portions {
			price, exchange, err := posting.PriceAndExchange(yuan, items[p.Index], p)
			require.NoError(t, err)
			require.Equal(t, p.Billed.Amount, money.Sum(p.Open, price, exchange))
			sum = posting.Total(sum, p.Billed)
		}
		require.Equal(t, billed, sum)
		require.Equal(t, billed, posting.Total(posting.SpreadSum(yuan, billed, append(weights, uom.FromInt(1)))...))
	}
}
