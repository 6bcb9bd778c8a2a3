package ledger

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/internal/fixed"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Rate is an exchange rate: units of company currency for one unit of Currency, from a day on until a later one is known.
type Rate struct {
	Currency string
	Doc      int64
	Line     int32
	From     calendar.Date
	Rate     decimal.Decimal
}

// RateDigits is the number of decimals that a rate may have.
const RateDigits = 12

// CheckRate refuses a rate that is not above zero or has more than 12 decimals (invalid_amount), one above nine million (limit_exceeded), and a code that is not
// three capital letters or is the company's own (invalid_state).
func CheckRate(company string, r Rate) error {
	if !isCurrency(r.Currency) || r.Currency == company {
		return refusal.New(refusal.InvalidState, r.Currency, "a rate is that of another currency, by its code of three letters")
	}
	n, exact := fixed.FromDecimal(r.Rate, RateDigits, fixed.Down)
	switch {
	case n == fixed.Overflow:
		return refusal.New(refusal.LimitExceeded, r.Currency, "the rate is out of range")
	case n <= 0 || !exact:
		return refusal.New(refusal.InvalidAmount, r.Currency, "a rate is above zero, with at most %d decimals", RateDigits)
	}
	return nil
}

func isCurrency(code string) bool {
	for _, c := range code {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return len(code) == 3
}

// RateOn gives the rate of a day: the latest that is valid by then, of several for one day the one recorded last. None is rate_missing.
func RateOn(rates []Rate, currency string, day calendar.Date) (decimal.Decimal, error) {
	best := Rate{Doc: -1}
	for _, r := range rates {
		later := r.From > best.From || r.From == best.From && (r.Doc > best.Doc || r.Doc == best.Doc && r.Line > best.Line)
		if r.Currency == currency && r.From <= day && (best.Doc < 0 || later) {
			best = r
		}
	}
	if best.Doc < 0 {
		return decimal.Decimal{}, refusal.New(refusal.RateMissing, currency, "no exchange rate is known for %s", day)
	}
	return best.Rate, nil
}

// Revaluation is the part that brings what is open of an item to another rate: its amount alone changes.
func Revaluation(cur money.Currency, o OpenItem, rate decimal.Decimal) (Part, error) {
	worth, err := cur.Extend(rate, o.OpenForeign.Decimal())
	if err != nil {
		return Part{}, err
	}
	delta := worth.Sub(o.Open)
	return Part{Amount: delta, Revalued: delta}, nil
}

// Currencies lists the currencies that there are rates of, in the order of their codes.
func Currencies(rates []Rate) []string {
	var out []string
	for _, r := range rates {
		out = append(out, r.Currency)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Monetary reports whether an item of this kind is money to be paid or received: what a new exchange rate changes.
func (k OpenKind) Monetary() bool {
	return k == Receivable || k == Payable || k == Accrued || k == CreditDue
}

// CheckOpenOn refuses (invalid_date) an item of which something else is open now than was at the end of a past day.
func (o OpenItem) CheckOpenOn(day calendar.Date, open, foreign money.Amount) error {
	if o.Open == open && o.OpenForeign == foreign {
		return nil
	}
	return refusal.New(refusal.InvalidDate, o.Ref, "settled or revalued after %s", day).Numbers(foreign, o.OpenForeign)
}
