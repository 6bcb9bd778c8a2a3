package mrp

import (
	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Subcontract notes who makes the order of our material, and the price of that work per unit of the order's quantity as it was stated (in boxes, if it is
// ordered in boxes). A price below zero, or one without a subcontractor, is invalid_amount; what no amount holds is limit_exceeded.
func (o *Order) Subcontract(cur money.Currency, who string, price decimal.NullDecimal, stated uom.Quantity) error {
	if price.Valid && (who == "" || price.Decimal.IsNegative()) {
		return refusal.New(refusal.InvalidAmount, o.Ref, "a service price is not below zero, and it is a subcontractor's")
	}
	if _, err := cur.Extend(price.Decimal, stated.Decimal()); err != nil {
		return err
	}
	o.Subcontractor, o.ServicePrice, o.Stated = who, price.Decimal, stated
	return nil
}

// Service is the price of the subcontractor's work on qty units of the product: service price x qty in the unit of that price, rounded once.
func (o Order) Service(cur money.Currency, qty uom.Quantity) (money.Amount, error) {
	if o.Stated == o.Qty {
		return cur.Extend(o.ServicePrice, qty.Decimal())
	}
	const digits = 40 // far beyond what could lie between the quotient and a half coin
	return cur.Round(o.ServicePrice.Mul(o.Stated.Decimal()).Mul(qty.Decimal()).DivRound(o.Qty.Decimal(), digits))
}
