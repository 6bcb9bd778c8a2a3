package costing_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

func methods(t *testing.T, run func(t *testing.T, m costing.Method)) {
	for _, name := range costing.Methods() {
		t.Run(name, func(t *testing.T) {
			m, err := costing.Lookup(name, nil)
			require.NoError(t, err)
			run(t, m)
		})
	}
}

func TestLookupRefusesWhatIsNotBuilt(t *testing.T) {
	_, err := costing.Lookup("highest_in", nil)
	require.Equal(t, refusal.InvalidState, refusal.CodeOf(err))
	require.ErrorContains(t, err, "known are: average, fifo, lifo, monthly_average, specific, standard")
}

func TestRefusalsGiveBothNumbers(t *testing.T) {
	methods(t, func(t *testing.T, m costing.Method) {
		h := newHistory(m)
		h.step("in A 6 @ 1.00")
		h.step("in B 4 @ 1.00")
		_, err := m.Out(&h.state, yuan, costing.Issue{Qty: qty("12")})
		require.Equal(t, &refusal.Error{Code: refusal.InsufficientStock, Subject: "STEEL", Wanted: "12", Available: "10", Reason: "less is valued than is to leave"}, err)
		err = h.state.ChangeValue(m, h.receipts["A"].Source, h.receipts["A"].Date, qty("6"), amt("-99"))
		require.Equal(t, refusal.InvalidAmount, refusal.CodeOf(err))
		require.Contains(t, err.Error(), "wanted 99.00, available ")
	})
}

// 2 @ 4.63 and 5 @ 3.04, issued seventy times by 0.1, leave nothing.
func TestTenthsLeaveNothing(t *testing.T) {
	methods(t, func(t *testing.T, m costing.Method) {
		h := newHistory(m)
		h.step("in A 2 @ 4.63")
		h.step("in B 5 @ 3.04")
		total := amt("0")
		for range 70 {
			taken, err := m.Out(&h.state, yuan, costing.Issue{Qty: qty("0.1")})
			require.NoError(t, err)
			_, value := costing.Total(taken)
			total = total.Add(value)
			require.NoError(t, broken(&h.state, m))
		}
		require.Equal(t, amt("24.46"), total)
		require.True(t, h.state.Stream.Qty.IsZero())
		require.True(t, h.state.Stream.Value.IsZero())
	})
}

// A stream that holds units of n receipts at random.
func filled(rnd *rand.Rand, m costing.Method, n int) *history {
	h := newHistory(m)
	for range n {
		h.doc++
		q := uom.FromUnits(1 + rnd.Int64N(20_000_000))
		r := costing.Receipt{Source: costing.Source{Doc: h.doc, Line: 1}, Date: h.date(), Lot: fmt.Sprint("L", h.doc), Qty: q, Value: amt("0.01").Add(money.FromUnits(100 * rnd.Int64N(50_000)))}
		h.receipts[fmt.Sprint(h.doc)] = r
		m.In(&h.state, r)
	}
	return h
}

func TestReversalsRestore(t *testing.T) {
	methods(t, func(t *testing.T, m costing.Method) {
		rnd := rand.New(rand.NewPCG(1, 1))
		for range 2000 {
			h := filled(rnd, m, 1+rnd.IntN(6))
			was := h.state.Clone()
			all := h.state.Stream.Qty
			var done [][]costing.Taken
			for range 1 + rnd.IntN(5) { // issues and returns, undone in any order
				part := uom.FromUnits(1 + rnd.Int64N(all.Units()))
				taken, err := m.Out(&h.state, yuan, costing.Issue{Qty: part})
				if rnd.IntN(3) == 0 && err != nil {
					r := h.receipts[fmt.Sprint(1+rnd.Int64N(h.doc))]
					taken, err = h.state.Return(m, yuan, r.Source, r.Date, costing.Issue{Qty: r.Qty}, r.Value)
				}
				if err == nil {
					done = append(done, taken)
				}
				require.NoError(t, broken(&h.state, m))
			}
			rnd.Shuffle(len(done), func(i, j int) { done[i], done[j] = done[j], done[i] })
			for _, taken := range done {
				h.putBack(taken)
			}
			require.NoError(t, broken(&h.state, m))
			require.Equal(t, was.Layers, h.state.Layers)
			require.Equal(t, was.Stream.Qty, h.state.Stream.Qty)
			require.Equal(t, was.Stream.Value, h.state.Stream.Value)
		}
	})
}

// Whatever happens, what came in less what went out is what is here, and a refused step changes nothing.
func TestNothingIsLost(t *testing.T) {
	methods(t, func(t *testing.T, m costing.Method) {
		rnd := rand.New(rand.NewPCG(2, 2))
		refused := map[refusal.Code]int{}
		for range 300 {
			h := newHistory(m)
			var here uom.Quantity
			var worth money.Amount
			for range 60 {
				was := h.state.Clone()
				q, v, err := randomStep(rnd, h)
				if err != nil {
					refused[refusal.CodeOf(err)]++
					require.Equal(t, fmt.Sprint(was), fmt.Sprint(h.state), "%v", err)
				} else {
					here, worth = here.Add(q), worth.Add(v)
				}
				require.NoError(t, broken(&h.state, m))
				require.Equal(t, here, h.state.Stream.Qty)
				require.Equal(t, worth, h.state.Stream.Value)
			}
		}
		for _, code := range []refusal.Code{refusal.InsufficientStock, refusal.InvalidState, refusal.InvalidAmount} {
			require.Greater(t, refused[code], 10, code)
		}
	})
}

// randomStep does one thing and gives what it added to the stream.
func randomStep(rnd *rand.Rand, h *history) (uom.Quantity, money.Amount, error) {
	h.doc++
	r := h.receipts[fmt.Sprint(rnd.Int64N(h.doc))]
	some := uom.FromUnits(1 + rnd.Int64N(9_000_000))
	value := money.FromUnits(100 * rnd.Int64N(9_000))
	switch rnd.IntN(8) {
	case 0, 1, 2:
		r = costing.Receipt{Source: costing.Source{Doc: h.doc, Line: 1}, Date: h.date(), Qty: some, Value: value}
		h.receipts[fmt.Sprint(h.doc)] = r
		h.method.In(&h.state, r)
		return r.Qty, r.Value, nil
	case 3, 4:
		taken, err := h.method.Out(&h.state, yuan, costing.Issue{Qty: some})
		h.taken = append(h.taken, taken...)
		if err == nil && rnd.IntN(2) == 0 { // a quantity that empties a layer or pool now and then
			rest := h.state.Stream.Qty
			if len(h.state.Layers) > 0 {
				rest = h.state.Layers[0].Qty
			}
			if more, err := h.method.Out(&h.state, yuan, costing.Issue{Qty: rest}); err == nil {
				h.taken, taken = append(h.taken, more...), append(taken, more...)
			}
		}
		q, v := costing.Total(taken)
		return q.Neg(), v.Neg(), err
	case 5:
		taken, err := h.state.Return(h.method, yuan, r.Source, r.Date, costing.Issue{Qty: some.Min(r.Qty)}, value)
		h.taken = append(h.taken, taken...)
		q, v := costing.Total(taken)
		return q.Neg(), v.Neg(), err
	case 6:
		delta := value.Sub(amt("45"))
		return uom.Quantity{}, delta, h.state.ChangeValue(h.method, r.Source, r.Date, r.Qty, delta)
	}
	if len(h.taken) > 0 {
		t := h.taken[len(h.taken)-1]
		h.taken = h.taken[:len(h.taken)-1]
		h.putBack([]costing.Taken{t})
		return t.Qty, t.Value, nil
	}
	return uom.Quantity{}, money.Amount{}, nil
}

// FIFO against a model in decimals that is too slow to use but short enough to believe.
func TestFIFOAgainstDecimals(t *testing.T) {
	type layer struct{ qty, value decimal.Decimal }
	rnd := rand.New(rand.NewPCG(3, 3))
	for range 500 {
		h := filled(rnd, costing.FIFO{}, 1+rnd.IntN(8))
		var model []layer
		for _, l := range h.state.Layers {
			model = append(model, layer{l.Qty.Decimal(), l.Value.Decimal()})
		}
		for !h.state.Stream.Qty.IsZero() {
			want, left := decimal.Zero, uom.FromUnits(1+rnd.Int64N(h.state.Stream.Qty.Units()))
			taken, err := costing.FIFO{}.Out(&h.state, yuan, costing.Issue{Qty: left})
			require.NoError(t, err)
			for rest := left.Decimal(); rest.IsPositive(); {
				l := &model[0]
				part, value := decimal.Min(rest, l.qty), l.value
				if part.LessThan(l.qty) {
					value = l.value.Mul(part).DivRound(l.qty, 30).Round(2)
				}
				l.qty, l.value, rest, want = l.qty.Sub(part), l.value.Sub(value), rest.Sub(part), want.Add(value)
				if l.qty.IsZero() {
					model = model[1:]
				}
			}
			_, got := costing.Total(taken)
			require.True(t, want.Equal(got.Decimal()), "%s is not %s", got, want)
		}
		require.Empty(t, model)
		require.True(t, h.state.Stream.Value.IsZero())
	}
}

func TestLayersThatWereLoadedLater(t *testing.T) {
	h := newHistory(costing.FIFO{})
	h.step("in A 1 @ 1.00")
	h.step("in B 2 @ 2.00")
	h.step("in C 3 @ 3.00")
	all := h.state.Clone().Layers
	h.state.Layers = h.state.Layers[2:]
	for _, l := range []costing.Layer{all[1], all[2], all[0], all[1]} {
		h.state.Adopt(l)
	}
	require.Equal(t, all, h.state.Layers)

	h.state.Layers = h.state.Layers[:1] // fewer than cover it: refused rather than guessed
	_, err := h.method.Out(&h.state, yuan, costing.Issue{Qty: qty("2")})
	require.Equal(t, refusal.InsufficientStock, refusal.CodeOf(err))
}

// Receipts of one day stand by document and line, whatever the order in which they are folded.
func TestLayersOfOneDay(t *testing.T) {
	var want, s costing.State
	day := calendar.NewDate(2026, 1, 1)
	sources := []costing.Source{{Doc: 1, Line: 1}, {Doc: 1, Line: 2}, {Doc: 2, Line: 1}, {Doc: 1 << 40, Line: 1}}
	fold := func(s *costing.State, src costing.Source) {
		costing.FIFO{}.In(s, costing.Receipt{Source: src, Date: day, Qty: qty("1"), Value: amt("1")})
	}
	for i := range sources {
		fold(&want, sources[i])
		fold(&s, sources[len(sources)-1-i])
	}
	require.Equal(t, want, s)
}

func TestUnitCost(t *testing.T) {
	require.Equal(t, "3.3333333333", costing.UnitCost(qty("3"), amt("10")).String())
	require.Equal(t, "0", costing.UnitCost(qty("0"), amt("0")).String())
}

// Under an average a receipt's value is whole until the method prices an issue after it; within a day documents tell before from after.
func TestAnIssueOfTheSameDay(t *testing.T) {
	day := calendar.NewDate(2026, 1, 1)
	for issue, want := range map[int64]refusal.Code{4: "", 6: refusal.InvalidState} {
		s := costing.State{Stream: costing.Stream{Qty: qty("10"), Value: amt("100"), IssueDate: day, IssueDoc: issue}}
		err := s.ChangeValue(costing.Average{}, costing.Source{Doc: 5, Line: 1}, day, qty("10"), amt("1"))
		require.Equal(t, want, refusal.CodeOf(err))
	}
}

// A clone shares nothing with what it was made from.
func TestClone(t *testing.T) {
	h := newHistory(costing.FIFO{})
	h.step("in A 10 @ 1.00")
	was := h.state.Clone()
	h.step("out 4 -> 4.00")
	require.Equal(t, qty("10"), was.Layers[0].Qty)
}

// The cost of an issue that uses the oldest layer up does not depend on how many layers are open.
func BenchmarkFIFOOut(b *testing.B) {
	for _, open := range []int{10, 10_000} {
		b.Run(fmt.Sprint(open, " layers"), func(b *testing.B) {
			full := filled(rand.New(rand.NewPCG(5, 5)), costing.FIFO{}, open).state
			head := full.Layers[0]
			b.ReportAllocs()
			for b.Loop() {
				s := full
				if _, err := (costing.FIFO{}).Out(&s, yuan, costing.Issue{Qty: head.Qty}); err != nil {
					b.Fatal(err)
				}
				full.Layers[0] = head
			}
		})
	}
}
