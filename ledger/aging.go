package ledger

import (
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// Aged is an open item with its age: the days since it was due (or since its document), below zero before that day.
type Aged struct {
	OpenItem
	Days int
}

// Age gives the age of items at the end of a day, by "due" date (the document's where there is none) or by that of the "document".
func Age(items []OpenItem, day calendar.Date, by string) []Aged {
	out := make([]Aged, len(items))
	for i, o := range items {
		from := o.Date
		if o.Due != 0 && by == "due" {
			from = o.Due
		}
		out[i] = Aged{o, day.Sub(from)}
	}
	return out
}

// Between adds up what is open, in company currency, of items from one age to another, both included.
func Between(items []Aged, from, to int) (sum money.Amount) {
	for _, a := range items {
		if from <= a.Days && a.Days <= to {
			sum = sum.Add(a.Open)
		}
	}
	return sum
}

// SumOpen adds up what is open of items in company currency.
func SumOpen(items []OpenItem) (sum money.Amount) {
	for _, o := range items {
		sum = sum.Add(o.Open)
	}
	return sum
}
