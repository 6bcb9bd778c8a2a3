package costingtest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// The rules that a method is held to.
const (
	comesAtItsValue = "what comes in comes in whole, at its own value, in a place of its own; goods that come back, at what they left at"
	conserved       = "what leaves is what is gone: value and quantity are conserved, and a split creates none"
	nothingLeft     = "where no goods are left no value is left"
	clonesApart     = "a clone shares nothing with what it was made from"
	sameAgain       = "the same state and the same issue give the same: a method remembers nothing"
	readsEnough     = "what a method declares to read is enough: more layers change nothing"
	typed           = "what cannot be is refused, with a code; what can be is not"
	unchanged       = "what is refused changes nothing"
	withinPrices    = "no unit costs less or more than any that came in: bought at one price, all leaves at it"
	asTheOracle     = "an issue costs what its oracle says, to half a cent a layer"
	lateAsInOrder   = "told late ends as told in order"
	tenths          = "2 at 4.63 and 5 at 3.04, issued seventy times by 0.1, leave nothing"
)

// Rules gives the rules that [Run] holds a method to, each as a sentence.
func Rules() []string {
	return []string{comesAtItsValue, conserved, nothingLeft, clonesApart, sameAgain, readsEnough, typed, unchanged, withinPrices, asTheOracle, lateAsInOrder, tenths}
}

const histories = 400

// Run proves a method. Stock does not go below nothing in its histories: what is owed then the library prices itself.
func Run(t *testing.T, m costing.Method, oracles ...Oracle) {
	t.Helper()
	if f, h := broken(m, oracles); f != nil {
		t.Error(report(m, f, h))
	}
}

// broken gives the first rule that a method breaks, with the smallest history that shows it; nil if there is none.
func broken(m costing.Method, oracles []Oracle) (*fault, *history) {
	if f, h := seventy(m, oracles); f != nil {
		return shrink(m, h, f, oracles)
	}
	for n := range histories {
		rnd := rand.New(rand.NewPCG(uint64(n), 30))
		h := madeUp(rnd, m, 4+rnd.IntN(4+n/8))
		if f := check(m, h, oracles); f != nil {
			return shrink(m, h, f, oracles)
		}
	}
	return nil, nil
}

// seventy issues tenths until nothing is left.
func seventy(m costing.Method, oracles []Oracle) (*fault, *history) {
	h := &history{item: "STEEL", plain: true}
	for i, value := range []string{"9.26", "15.20"} {
		h.facts = append(h.facts, fact{kind: receipt, doc: int64(i + 1), day: i, qty: uom.FromInt(int64(2 + 3*i)), value: money.MustParse(value)})
	}
	d := newFold(m, h, oracles)
	for i := range 72 {
		f := fact{kind: issue, doc: int64(i + 1), day: 2, qty: uom.MustParse("0.1")}
		if i < 2 {
			f = h.facts[i]
		} else {
			h.facts = append(h.facts, f)
		}
		if !d.do(&f) || d.fault != nil {
			break
		}
	}
	if s := d.state.Stream; d.fault == nil && (!s.Qty.IsZero() || !s.Value.IsZero()) {
		d.fault = &fault{tenths, int64(len(h.facts)), "left are " + worth(d.state)}
	}
	return d.fault, h
}

// check gives the first rule that a method breaks in a history.
func check(m costing.Method, h *history, oracles []Oracle) *fault {
	var before string
	for turn, item := range []string{h.item, "COPPER", h.item} { // what the method would remember of the second comes up in the third
		of := *h
		of.item = item
		d := newFold(m, &of, oracles)
		told := ""
		for _, f := range of.inOrder() {
			if d.do(&f) {
				told += fmt.Sprintln(f.doc, d.took[f.doc])
			}
			if d.fault != nil {
				return d.fault
			}
		}
		if turn == 0 {
			before = told
		} else if told != before {
			return &fault{rule: sameAgain, what: "the same history came to something else when it was folded again"}
		}
	}
	if f := inPlace(m, h); f != nil {
		return f
	}
	return asTold(m, h)
}

// inPlace brings all receipts in as they are told: each has its place by its date.
func inPlace(m costing.Method, h *history) *fault {
	told, want := empty(m, h), empty(m, h)
	for _, f := range h.facts {
		if f.kind != receipt {
			continue
		}
		r := costing.Receipt{Source: f.source(), Date: f.date(), Lot: f.lot, Qty: f.qty, Value: f.value}
		m.In(&told, r)
		want.Apply(m, &costing.Event{Entry: entryOf(h, &f, costing.In, r.Qty, r.Value), Moved: own(m, r)}, 1)
		if !alike(told, want) {
			return &fault{comesAtItsValue, f.doc, "of receipts alone here are then\n" + layers(want) + "    and not\n" + layers(told)}
		}
	}
	return nil
}

func report(m costing.Method, f *fault, h *history) string {
	at := ""
	if f.at > 0 {
		at = fmt.Sprintf("at document %d: ", f.at)
	}
	return fmt.Sprintf("the costing method %s breaks a rule: %s\n%s    %s%s", m.Name(), f.rule, h, at, strings.TrimRight(f.what, "\n"))
}
