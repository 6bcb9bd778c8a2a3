package flow

import (
	"math/big"
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// levels sorts members by level: each after those that feed it, those that feed each other together (Tarjan, 1972).
func levels(list []member) (out [][]member) {
	var path []member
	count := 0
	var enter func(member)
	enter = func(v member) {
		count++
		m := v.mark()
		m.number, m.low, m.open = count, count, true
		path = append(path, v)
		for _, w := range v.feeds() {
			o := w.mark()
			if o.number == 0 {
				enter(w)
				m.low = min(m.low, o.low)
			} else if o.open {
				m.low = min(m.low, o.number)
			}
		}
		if m.low < m.number {
			return
		}
		i := slices.Index(path, v)
		together := slices.Clone(path[i:])
		path = path[:i]
		for _, w := range together {
			w.mark().open = false
		}
		slices.Reverse(together)
		out = append(out, together)
	}
	for _, v := range list {
		if v.mark().number == 0 {
			enter(v)
		}
	}
	slices.Reverse(out)
	return out
}

// mutual works out what members give each other. The exact totals of the months come from one linear system (costing.Mutual); to the cent each share is rounded by
// its own rule, in order, so what agrees with all of them at once is looked for from there: first downwards until nothing is worth more than the others
// make it, then upwards until nothing is worth less. Every rule gives more (or as much) where it is given more, so this ends: at whole cents that every
// stream and order agrees on. No cent is left over that somebody would have to take.
func (m *month) mutual(together []member) error {
	var streams []*monthStream
	var orders []*monthOrder
	for _, of := range together {
		switch of := of.(type) {
		case *monthStream:
			streams = append(streams, of)
		case *monthOrder:
			orders = append(orders, of)
		}
	}
	if len(streams) <= mostMutual {
		if err := m.solve(streams, orders); err != nil {
			return err
		}
	}
	for _, lower := range []func(was, is money.Amount) money.Amount{money.Amount.Min, func(_, is money.Amount) money.Amount { return is }} {
		for range rounds {
			was := map[costing.Source]money.Amount{}
			for src, v := range m.more {
				was[src] = v
			}
			for _, s := range streams {
				if err := s.work(m); err != nil {
					return err
				}
			}
			for _, o := range orders { // when all that is charged to them is known
				if err := o.work(m); err != nil {
					return err
				}
			}
			same := true
			for src, v := range m.more {
				m.more[src] = lower(was[src], v)
				same = same && m.more[src] == was[src]
			}
			if same {
				break
			}
		}
	}
	return nil
}

// mostMutual is how many streams of one circle are solved exactly: the work grows with the third power. More go round until they agree, as well as in rounds.
const (
	mostMutual = 100
	rounds     = 1000
)

// solve works out exactly what the months of streams that feed each other come to, and gives their receipts the nearest whole amounts.
func (m *month) solve(streams []*monthStream, orders []*monthOrder) error {
	n := len(streams)
	unknown := &unknowns{n: n, charges: map[*monthOrder]map[costing.PartKey]form{}, receipts: map[costing.Source]form{}}
	index := map[costing.Source]int{} // receipts by the stream that they are of
	qty := make([]*big.Rat, n)
	for i, s := range streams {
		for _, e := range s.events {
			index[e.Source()] = i
		}
		total, _ := costing.MonthTotal(s.opening, s.events, func(*costing.Event) money.Amount { return money.Amount{} })
		if total.Sign() <= 0 {
			return nil // nothing to share
		}
		qty[i] = big.NewRat(total.Units(), 1)
		unknown.issues(i, s, qty[i])
	}
	for _, o := range orders {
		unknown.order(o, m.g)
	}
	own, share := make([]*big.Rat, n), make([][]*big.Rat, n)
	for i, s := range streams {
		_, outside := costing.MonthTotal(s.opening, s.events, func(e *costing.Event) money.Amount {
			if unknown.receipts[e.Source()] != nil {
				return money.Amount{}
			}
			v, _ := m.will(s, e)
			return v
		})
		own[i], share[i] = big.NewRat(outside.Units(), 1), make([]*big.Rat, n)
	}
	for src, f := range unknown.receipts {
		i, ours := index[src]
		if !ours {
			continue
		}
		for j, c := range f[:n] {
			share[i][j] = sum(share[i][j], c)
		}
		own[i] = sum(own[i], f[n])
	}
	total, ok := costing.Mutual(own, share)
	if !ok {
		return circle(streams)
	}
	for src, f := range unknown.receipts {
		i, ours := index[src]
		if !ours {
			continue
		}
		v, err := m.g.Currency.Round(f.at(total))
		if err != nil {
			return err
		}
		s := streams[i]
		m.more[src] = v.Sub(m.now(s.key, &s.events[s.at[src]]))
	}
	return nil
}

// circle refuses goods that are made of nothing but each other.
func circle(streams []*monthStream) error {
	var items []string
	for _, s := range streams {
		if !slices.Contains(items, s.item) {
			items = append(items, s.item)
		}
	}
	slices.Sort(items)
	return refusal.New(refusal.InvalidState, items[0], "made of nothing but itself in %s, as far as value goes: no average answers to it (%s)", streams[0].events[0].FactDate.Period(), strings.Join(items, ", "))
}
