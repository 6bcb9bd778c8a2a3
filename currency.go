package ledgermill

import (
	"cmp"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// DayRate is an exchange rate: units of company currency for one unit of Currency, from a day (default: the document's) until the next that is known.
type DayRate struct {
	Date     calendar.Date   `json:"date,omitzero"`
	Currency string          `json:"currency"`
	Rate     decimal.Decimal `json:"rate"`
}

// DefineRates records exchange rates. What was posted at earlier ones stays; of several for one day the one recorded last counts.
type DefineRates struct {
	ID    string        `json:"ref"`
	Date  calendar.Date `json:"date"`
	Memo  string        `json:"memo,omitzero"`
	Rates []DayRate     `json:"rates"`
}

func (c DefineRates) head() header { return header{"rates", c.ID, c.Date, c.Memo} }

func (c DefineRates) decide(b *book) error {
	if err := checkLines(b, len(c.Rates)); err != nil {
		return err
	}
	b.head.Catalog = b.doc.Seq
	return each(b, c.Rates, func(i int, l DayRate) error {
		rate := ledger.Rate{Currency: l.Currency, Doc: b.doc.Seq, Line: int32(i + 1), From: cmp.Or(l.Date, c.Date), Rate: l.Rate}
		b.fact(storage.Rates, &rate)
		return ledger.CheckRate(b.currency.Code, rate)
	})
}

// wantRates asks for the rates of a currency that a document may name.
func (b *book) wantRates(currency string) {
	if currency != "" {
		b.wantList(storage.List{Kind: storage.Rates, Values: []any{currency}})
	}
}

// exchange is that of a document of this day in the currency named; none is the company's.
func (b *book) exchange(currency string) (posting.Exchange, error) {
	if currency == "" || currency == b.currency.Code {
		return posting.NewExchange(b.currency, "", decimal.Decimal{}), nil
	}
	rates, err := list[ledger.Rate](b, storage.List{Kind: storage.Rates, Values: []any{currency}})
	if err != nil {
		return posting.Exchange{}, err
	}
	rate, err := ledger.RateOn(values(rates), currency, b.doc.Date)
	return posting.NewExchange(b.currency, currency, rate), err
}

// FXRevalue brings open foreign items, foreign bank balances and foreign accruals to the rate of the day (期末调汇).
type FXRevalue struct {
	ID   string        `json:"ref"`
	Date calendar.Date `json:"date"`
	Memo string        `json:"memo,omitzero"`
}

func (c FXRevalue) head() header { return header{"fx_revalue", c.ID, c.Date, c.Memo} }

func (c FXRevalue) decide(b *book) error {
	rates, err := list[ledger.Rate](b, storage.List{Kind: storage.Rates})
	if err != nil {
		return err
	}
	return each(b, ledger.Currencies(values(rates)), func(_ int, currency string) error {
		if err := c.items(b, currency); err != nil {
			return err
		}
		return c.accounts(b, currency)
	})
}

// items brings the open items in one currency to the day's rate.
func (c FXRevalue) items(b *book, currency string) error {
	rows, err := b.total(storage.Total{
		Kind: storage.Settlements, Group: []string{"kind", "item_doc", "item_line"}, Of: []string{"amount", "foreign_amount"},
		Where: []storage.Equal{{Column: "currency", Value: currency}}, Date: "date", AsOf: c.Date,
	})
	if err != nil {
		return err
	}
	return each(b, rows, func(_ int, r storage.TotalRow) error {
		open, foreign := money.FromUnits(r.Sums[0]), money.FromUnits(r.Sums[1])
		if open.IsZero() && foreign.IsZero() {
			return nil
		}
		o, err := read[ledger.OpenItem](b, storage.OpenItems, *r.Group[0].(*string), *r.Group[1].(*int64), *r.Group[2].(*int32))
		if err != nil || !o.Kind.Monetary() || o.Account == "" {
			return err
		}
		if err := o.CheckOpenOn(c.Date, open, foreign); err != nil {
			return err
		}
		x, err := b.exchange(currency)
		if err != nil {
			return err
		}
		p, err := ledger.Revaluation(b.currency, *o, x.Rate)
		if err != nil || p.Amount.IsZero() {
			return err
		}
		if err := c.post(b, string(o.Kind), p.Amount, dims{partner: o.Partner, account: o.Account, currency: currency}); err != nil {
			return err
		}
		return b.take(*o, p.Neg())
	})
}

// accounts brings the balances in one currency that have no open items, those of banks, to the day's rate.
func (c FXRevalue) accounts(b *book, currency string) error {
	rows, err := b.total(storage.Total{
		Kind: storage.VoucherLines, Group: []string{"account"}, Of: []string{"debit", "credit", "foreign_amount"},
		Where: []storage.Equal{{Column: "currency", Value: currency}}, Date: "date", AsOf: c.Date,
	})
	if err != nil {
		return err
	}
	return each(b, rows, func(_ int, r storage.TotalRow) error {
		account := *r.Group[0].(*string)
		if a, _ := b.chart.Find(account); a.Control {
			return nil
		}
		x, err := b.exchange(currency)
		if err != nil {
			return err
		}
		worth, err := x.Sum(money.FromUnits(r.Sums[2]))
		if err != nil {
			return err
		}
		books := ledger.Balance{Debit: money.FromUnits(r.Sums[0]), Credit: money.FromUnits(r.Sums[1])}
		return c.post(b, "bank", posting.Gap(worth.Amount, books.Net()), dims{account: account, currency: currency})
	})
}

// post books what a new rate makes of a balance, against exchange gains and losses.
func (c FXRevalue) post(b *book, measure string, delta money.Amount, d dims) error {
	if delta.IsZero() {
		return nil
	}
	if _, err := b.post("fx_revalue", measure, delta, d); err != nil {
		return err
	}
	_, err := b.post("fx_revalue", measure+"_fx", delta, dims{partner: d.partner})
	return err
}

// total asks for sums over facts.
func (b *book) total(t storage.Total) ([]storage.TotalRow, error) {
	rows, seen := b.snap.Total(t)
	if !seen {
		b.need.Totals = append(b.need.Totals, t)
		return nil, errNeed
	}
	return rows, nil
}
