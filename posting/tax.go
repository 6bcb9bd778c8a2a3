package posting

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/internal/fixed"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Taxed is the net amount of a document's line, and the rate of the tax on it: a fraction, 0.13 is 13 %.
type Taxed struct {
	Net  Sum
	Rate decimal.Decimal
}

// Tax is the tax of a document's lines of one rate.
type Tax struct {
	Sum
	Rate string // as text; empty: the document states its tax
}

// Taxes gives the tax of a document's lines: as stated, else a part for each rate, in the order of their first lines. Each is rounded once, on the sum of its lines
// in the document's currency.
func (x Exchange) Taxes(lines []Taxed, stated *money.Amount) ([]Tax, error) {
	if stated != nil {
		if err := checkAmounts(x.Document, "tax", *stated); err != nil {
			return nil, err
		}
		sum, err := x.Sum(*stated)
		return []Tax{{Sum: sum}}, err
	}
	type group struct {
		rate decimal.Decimal
		nets []money.Amount
	}
	var groups []group
	index := map[string]int{}
	for i, l := range lines {
		if n, _ := fixed.FromDecimal(l.Rate, ledger.RateDigits, fixed.Down); n == fixed.Overflow || l.Rate.IsNegative() || l.Rate.GreaterThan(decimal.NewFromInt(10)) {
			err := refusal.New(refusal.InvalidAmount, "tax_rate", "a tax rate is a fraction such as 0.13")
			if len(lines) > 1 {
				err = err.AtLine(i + 1)
			}
			return nil, err
		}
		at, there := index[l.Rate.String()]
		if !there {
			at = len(groups)
			index[l.Rate.String()], groups = at, append(groups, group{rate: l.Rate})
		}
		groups[at].nets = append(groups[at].nets, l.Net.Foreign)
	}
	taxes := make([]Tax, len(groups))
	for i, g := range groups {
		total, _ := ledger.Tax(x.Document, g.nets, g.rate)
		sum, err := x.Sum(total)
		if err != nil {
			return nil, err
		}
		taxes[i] = Tax{sum, g.rate.String()}
	}
	return taxes, nil
}

// TotalTax adds up the tax of all rates.
func TotalTax(taxes []Tax) Sum {
	sums := make([]Sum, len(taxes))
	for i, t := range taxes {
		sums[i] = t.Sum
	}
	return Total(sums...)
}

// RateOf is the rate of a line: its own, else the document's.
func RateOf(line decimal.NullDecimal, document decimal.Decimal) decimal.Decimal {
	if line.Valid {
		return line.Decimal
	}
	return document
}

// InvoicedLine is what a line of an invoice says of tax.
type InvoicedLine struct {
	Item string
	Rate decimal.NullDecimal // none: the invoice's
}

// CreditedRate is the rate of tax at which an item is credited where neither the line of the credit note nor the note says it: that of the item's lines on the
// invoice, or of all lines if none is of this item. Where they differ, or the invoice states its tax and no rate, there is none to go by (invalid_amount).
func CreditedRate(item string, lines []InvoicedLine, invoiceRate decimal.Decimal, invoiceTax *money.Amount) (decimal.Decimal, error) {
	of := slices.DeleteFunc(slices.Clone(lines), func(l InvoicedLine) bool { return l.Item != item })
	if len(of) == 0 {
		of = lines
	}
	if len(of) == 0 {
		of = []InvoicedLine{{Item: item}}
	}
	rate := RateOf(of[0].Rate, invoiceRate)
	for _, l := range of {
		if !l.Rate.Valid && invoiceRate.IsZero() && invoiceTax != nil && !invoiceTax.IsZero() {
			return rate, refusal.New(refusal.InvalidAmount, "tax", "the invoice states its tax and no rate: so does its credit note")
		}
		if other := RateOf(l.Rate, invoiceRate); !other.Equal(rate) {
			return rate, refusal.New(refusal.InvalidAmount, item, "the invoice taxes this at %s and at %s: the line states its tax_rate", rate, other)
		}
	}
	return rate, nil
}
