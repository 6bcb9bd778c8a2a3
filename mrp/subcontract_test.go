package mrp_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
)

var yuan = money.Currency{Code: "CNY", Decimals: 2}

// What the work on a completion costs: the price is per unit as the order was stated, the quantity in pieces.
func TestService(t *testing.T) {
	for _, c := range []struct{ price, stated, pieces, done, want string }{
		{"100", "10", "10", "10", "1000.00"},
		{"3.333", "10", "10", "1", "3.33"},
		{"10", "3", "36", "12", "10.00"}, // three boxes of twelve
		{"10", "3", "36", "5", "4.17"},
		{"0.03", "1", "6", "1", "0.01"}, // half a coin, away from zero
		{"0.029999", "1", "6", "1", "0.00"},
		{"0", "10", "10", "10", "0.00"},
	} {
		o := mrp.Order{Ref: "WO-1", Qty: uom.MustParse(c.pieces)}
		require.NoError(t, o.Subcontract(yuan, "S", decimal.NewNullDecimal(decimal.RequireFromString(c.price)), uom.MustParse(c.stated)))
		got, err := o.Service(yuan, uom.MustParse(c.done))
		require.NoError(t, err)
		require.Equal(t, c.want, got.String(), c)
	}
}

func TestServicePriceRefused(t *testing.T) {
	for _, c := range []struct {
		who, price string
		code       refusal.Code
	}{
		{"", "1", refusal.InvalidAmount},
		{"S", "-1", refusal.InvalidAmount},
		{"S", "1e30", refusal.LimitExceeded},
	} {
		var o mrp.Order
		err := o.Subcontract(yuan, c.who, decimal.NewNullDecimal(decimal.RequireFromString(c.price)), uom.FromInt(1))
		require.Equal(t, c.code, refusal.CodeOf(err), c)
		require.Equal(t, mrp.Order{}, o)
	}
	var o mrp.Order
	require.NoError(t, o.Subcontract(yuan, "", decimal.NullDecimal{}, uom.FromInt(1)), "we make it ourselves")
	require.NoError(t, o.Subcontract(yuan, "S", decimal.NullDecimal{}, uom.FromInt(1)), "at no price")
}
