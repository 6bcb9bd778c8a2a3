package posting

import (
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// Payment is what a payment is made of: money that changes hands, and what settles items without any (a discount taken, a small rest written off). The fee is
// the bank's, on top of what is paid or out of what is collected.
type Payment struct {
	Amount, Discount, WriteOff, Fee Sum
}

// Payment is the payment of a document: its amounts are checked and converted one by one.
func (x Exchange) Payment(ref string, amount, discount, writeOff, fee money.Amount) (Payment, error) {
	if err := checkAmounts(x.Document, ref, amount, discount, writeOff, fee); err != nil {
		return Payment{}, err
	}
	var p Payment
	for i, to := range []*Sum{&p.Amount, &p.Discount, &p.WriteOff, &p.Fee} {
		var err error
		if *to, err = x.Sum([]money.Amount{amount, discount, writeOff, fee}[i]); err != nil {
			return Payment{}, err
		}
	}
	return p, nil
}

// Settles is what items can be settled with.
func (p Payment) Settles() Sum { return Total(p.Amount, p.Discount, p.WriteOff) }

// Paid is what leaves the bank of one who pays.
func (p Payment) Paid() Sum { return Total(p.Amount, p.Fee) }

// Collected is what reaches the bank of one who collects.
func (p Payment) Collected() Sum { return p.Amount.Sub(p.Fee) }

// Unused is the rest of what items could be settled with: the partner's credit.
func Unused(x Exchange, all Sum, rest money.Amount) (Sum, error) {
	if rest == all.Foreign {
		return all, nil
	}
	return x.Sum(rest)
}

// Cleared is what the portions of open items come to, in the currency of the payment.
func Cleared(x Exchange, portions []ledger.Portion) Sum {
	sum := Sum{Currency: x.Currency()}
	for _, p := range portions {
		sum = Sum{sum.Currency, sum.Foreign.Add(p.Foreign), sum.Amount.Add(p.Amount)}
	}
	return sum
}
