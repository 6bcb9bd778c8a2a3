package costingtest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

var (
	coins = money.Currency{Code: "CNY", Decimals: 2}
	cent  = money.MustParse("0.01")
	day0  = calendar.NewDate(2026, 1, 1)
)

type kind string

const (
	receipt  kind = "receipt"
	issue    kind = "issue"
	toVendor kind = "back to the supplier"
	fromSale kind = "back from a customer"
	bill     kind = "bill"
)

// fact is a document of one line. Its number says when it was told, its day when it was.
type fact struct {
	kind  kind
	doc   int64
	day   int
	of    int64 // the receipt that goes back or is billed, the issue that comes back
	lot   string
	qty   uom.Quantity
	value money.Amount // of a receipt as it was told first, of goods that go back, of a bill the receipt's value from then on
}

func (f *fact) date() calendar.Date    { return day0.AddDays(f.day) }
func (f *fact) source() costing.Source { return costing.Source{Doc: f.doc, Line: 1} }

// history is what happens to one stream, in the order in which it is told.
type history struct {
	item  string
	facts []fact
	price money.Amount // at which everything is bought; zero: at all sorts of prices
	plain bool         // nothing goes back to suppliers, who take their price, whatever the goods cost by then
}

func (h *history) find(doc int64) *fact {
	for i := range h.facts {
		if h.facts[i].doc == doc {
			return &h.facts[i]
		}
	}
	return nil
}

// inOrder gives the facts by day, those of a day as they were told, with the receipts as they were billed in the end.
func (h *history) inOrder() []fact {
	known := map[int64]money.Amount{}
	for _, f := range h.facts {
		if f.kind == bill {
			known[f.of] = f.value
		}
	}
	var out []fact
	for _, f := range h.facts {
		if f.kind == bill {
			continue
		}
		if v, billed := known[f.doc]; billed {
			f.value = v
		}
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b fact) int { return a.day - b.day })
	return out
}

// late says whether anything was told after its day, or billed.
func (h *history) late() bool {
	for i, f := range h.facts {
		if f.kind == bill || i > 0 && f.day < h.facts[i-1].day {
			return true
		}
	}
	return false
}

func (h *history) String() string {
	var b strings.Builder
	late := h.late()
	for _, f := range h.facts {
		fmt.Fprintf(&b, "  %2d  ", f.doc)
		if f.kind == bill {
			fmt.Fprintf(&b, "%-10s  %s of receipt %d: it cost %s", "", f.kind, f.of, f.value)
		} else {
			fmt.Fprintf(&b, "%s  %s of %s", f.date(), f.kind, f.qty)
			if f.kind == receipt || f.kind == toVendor {
				fmt.Fprintf(&b, " for %s", f.value)
			}
			if f.of != 0 {
				fmt.Fprintf(&b, ", which document %d had brought or taken", f.of)
			}
			if f.lot != "" {
				fmt.Fprintf(&b, ", lot %s", f.lot)
			}
		}
		b.WriteString("\n")
	}
	if late {
		b.WriteString("  (told in this order; what counts is the order of the days)\n")
	}
	return b.String()
}

// madeUp gives a history at random. It need not be possible: what is refused does not happen.
func madeUp(rnd *rand.Rand, m costing.Method, n int) *history {
	h := &history{item: "STEEL", plain: rnd.IntN(2) == 0}
	if rnd.IntN(4) == 0 {
		h.price, h.plain = money.FromUnits(1+rnd.Int64N(90_000)), true
	}
	standard := m.Reads() == costing.ReadsStandard // what comes in stands at the standard of its day, whatever it had cost or is billed at
	shuffled := rnd.IntN(3) > 0
	for doc := int64(1); doc <= int64(n); doc++ {
		f := fact{doc: doc, day: int(doc) / 3 * (1 + rnd.IntN(2)), qty: quantity(rnd)}
		if shuffled {
			f.day = max(0, f.day-rnd.IntN(40))
		} else if doc > 1 {
			f.day = max(f.day, h.facts[doc-2].day)
		}
		switch k := rnd.IntN(16); {
		case k < 6 || doc == 1:
			f.kind, f.lot = receipt, []string{"", "L1", "L2"}[rnd.IntN(3)]
			f.value = money.FromUnits(100 * rnd.Int64N(90_000))
			if !h.price.IsZero() {
				f.value = h.at(f.qty)
			}
		case k < 9 && !h.plain:
			of := h.facts[rnd.IntN(len(h.facts))]
			if of.kind == receipt {
				f.kind, f.of, f.lot, f.day = toVendor, of.doc, of.lot, max(f.day, of.day)
				f.qty = uom.FromUnits(1 + rnd.Int64N(of.qty.Units()))
				f.value = coins.Share(of.value, f.qty.Units(), of.qty.Units())
			}
		case k < 11:
			of := h.facts[rnd.IntN(len(h.facts))]
			if of.kind == issue && !standard {
				f.kind, f.of, f.lot, f.day = fromSale, of.doc, of.lot, max(f.day, of.day)
				f.qty = uom.FromUnits(1 + rnd.Int64N(of.qty.Units()))
			}
		case k == 11 && shuffled && h.price.IsZero() && !standard:
			of := h.facts[rnd.IntN(len(h.facts))]
			if of.kind == receipt {
				f.kind, f.of, f.value = bill, of.doc, money.FromUnits(100*rnd.Int64N(90_000))
			}
		}
		if f.kind == "" {
			f.kind, f.lot = issue, []string{"", "", "L1"}[rnd.IntN(3)]
			if rnd.IntN(6) == 0 { // as much as a receipt, so that layers and pools are emptied
				f.qty = h.facts[rnd.IntN(len(h.facts))].qty
			}
		}
		if f.kind == bill {
			f.day = h.facts[len(h.facts)-1].day
		}
		h.facts = append(h.facts, f)
	}
	return h
}

// at is what a quantity costs where everything is bought at one price, in whole cents.
func (h *history) at(qty uom.Quantity) money.Amount {
	value, err := coins.Extend(h.price.Decimal(), qty.Decimal())
	if err != nil {
		return money.Amount{}
	}
	return value
}

func quantity(rnd *rand.Rand) uom.Quantity {
	switch rnd.IntN(4) {
	case 0:
		return uom.FromInt(1 + rnd.Int64N(9))
	case 1:
		return uom.FromUnits(100_000 * (1 + rnd.Int64N(99)))
	case 2:
		return uom.FromInt(100 * (1 + rnd.Int64N(50)))
	}
	return uom.FromUnits(1 + rnd.Int64N(9_000_000))
}
