package costingtest

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

func TestBuiltInMethodsPass(t *testing.T) {
	oracles := map[string]Oracle{"fifo": OldestFirst, "lifo": NewestFirst, "average": Average, "monthly_average": Average, "standard": Average, "specific": Average}
	for _, name := range costing.Methods() {
		t.Run(name, func(t *testing.T) {
			m, err := costing.Lookup(name, nil)
			require.NoError(t, err)
			Run(t, m, oracles[name])
			Run(t, m)
		})
	}
}

// What methods are proven by has all that may happen, and enough of it is told late.
func TestHistoriesHaveEverything(t *testing.T) {
	counts := map[kind]int{}
	for n := range histories {
		rnd := rand.New(rand.NewPCG(uint64(n), 30))
		h := madeUp(rnd, costing.FIFO{}, 4+rnd.IntN(4+n/8))
		w := &teller{m: costing.FIFO{}, h: h, state: empty(costing.FIFO{}, h)}
		last := 0
		for i := range h.facts {
			f := &h.facts[i]
			switch could := w.tell(f); {
			case !could:
				counts["refused"]++
			case f.day < last:
				counts["late "+f.kind]++
			}
			last = max(last, f.day)
		}
	}
	t.Log(counts)
	for _, k := range []kind{receipt, issue, toVendor, fromSale} {
		require.Greater(t, counts["late "+k], 50, k)
	}
}

// planted is a method with its In or Out replaced by a wrong one.
type planted struct {
	costing.Method
	reads costing.Reads // zero: those of the method
	in    func(s *costing.State, r costing.Receipt)
	out   func(s *costing.State, i costing.Issue) ([]costing.Taken, error)
}

func (p planted) Name() string { return "planted" }

func (p planted) Reads() costing.Reads {
	if p.reads != 0 {
		return p.reads
	}
	return p.Method.Reads()
}

func (p planted) In(s *costing.State, r costing.Receipt) {
	if p.in == nil {
		p.Method.In(s, r)
		return
	}
	p.in(s, r)
}

func (p planted) Out(s *costing.State, cur money.Currency, i costing.Issue) ([]costing.Taken, error) {
	if p.out == nil {
		return p.Method.Out(s, cur, i)
	}
	return p.out(s, i)
}

// pool is an average whose issues cost what price says.
func pool(price func(s *costing.State, i costing.Issue) money.Amount) planted {
	return planted{Method: costing.Average{}, out: func(s *costing.State, i costing.Issue) ([]costing.Taken, error) {
		if err := s.Enough(costing.Average{}, i.Qty); err != nil {
			return nil, err
		}
		return []costing.Taken{s.TakePool(i.Qty, price(s, i))}, nil
	}}
}

// layered takes from the layers in the order that choose says.
func layered(reads costing.Reads, choose func(s *costing.State) int) planted {
	return planted{Method: costing.FIFO{}, reads: reads, out: func(s *costing.State, i costing.Issue) ([]costing.Taken, error) {
		if err := s.Enough(costing.FIFO{}, i.Qty); err != nil {
			return nil, err
		}
		var taken []costing.Taken
		for !i.Qty.IsZero() {
			t := s.TakeLayer(coins, choose(s), i.Qty)
			taken, i.Qty = append(taken, t), i.Qty.Sub(t.Qty)
		}
		return taken, nil
	}}
}

// unitCost is rounded to cents: what no method may use.
func unitCost(s *costing.State) decimal.Decimal {
	return s.Stream.Value.Decimal().DivRound(s.Stream.Qty.Decimal(), 2)
}

func extend(unit decimal.Decimal, qty uom.Quantity) money.Amount {
	a, err := coins.Extend(unit, qty.Decimal())
	if err != nil {
		panic(err)
	}
	return a
}

func first(*costing.State) int    { return 0 }
func newest(s *costing.State) int { return len(s.Layers) - 1 }
func recorded(s *costing.State) int { // the layer that was told first, whatever its date
	best := 0
	for n := range s.Layers {
		if s.Layers[n].Source.Doc < s.Layers[best].Source.Doc {
			best = n
		}
	}
	return best
}

// shared is an average that keeps what it knows of a stream to itself.
type shared struct {
	costing.Average
	known map[string]*costing.State
}

func (shared) Name() string { return "planted" }

func (p shared) In(s *costing.State, r costing.Receipt) {
	p.Average.In(s, r)
	c := s.Clone()
	p.known[s.Stream.Item] = &c
}

func (p shared) Out(s *costing.State, cur money.Currency, i costing.Issue) ([]costing.Taken, error) {
	own := p.known[s.Stream.Item]
	if own == nil {
		own = s
	}
	taken, err := p.Average.Out(own, cur, i)
	s.Stream.Qty, s.Stream.Value = own.Stream.Qty, own.Stream.Value
	return taken, err
}

// Each of these is a mistake that somebody has made in an ERP.
func TestWrongMethodsAreCaught(t *testing.T) {
	all := costing.ReadsAll
	for _, c := range []struct {
		name    string
		method  costing.Method
		oracles []Oracle
		rules   []string // any of them
	}{
		{"unit cost rounded before use", pool(func(s *costing.State, i costing.Issue) money.Amount {
			return extend(unitCost(s), i.Qty)
		}), nil, []string{nothingLeft, withinPrices}},
		{"unit cost rounded before use, and the last takes the rest", pool(func(s *costing.State, i costing.Issue) money.Amount {
			if i.Qty == s.Stream.Qty {
				return s.Stream.Value
			}
			return extend(unitCost(s), i.Qty).Min(s.Stream.Value)
		}), nil, []string{withinPrices}},
		{"residue left at zero", pool(func(s *costing.State, i costing.Issue) money.Amount {
			value := coins.Share(s.Stream.Value, i.Qty.Units(), s.Stream.Qty.Units())
			if i.Qty == s.Stream.Qty && cent.Less(value) {
				return value.Sub(cent)
			}
			return value
		}), nil, []string{nothingLeft}},
		{"the newest layer under FIFO", layered(0, newest), nil, []string{readsEnough}},
		{"the newest layer where all are read", layered(all, newest), []Oracle{OldestFirst}, []string{asTheOracle}},
		{"average restarted at a receipt", planted{Method: costing.Average{}, in: func(s *costing.State, r costing.Receipt) {
			costing.Average{}.In(s, r)
			s.Stream.Value = coins.Share(r.Value, s.Stream.Qty.Units(), r.Qty.Units())
		}}, nil, []string{comesAtItsValue}},
		{"issues at the price of the latest receipt", pool(func(s *costing.State, i costing.Issue) money.Amount {
			if i.Qty == s.Stream.Qty {
				return s.Stream.Value
			}
			return coins.Share(s.Stream.LastValue, i.Qty.Units(), s.Stream.LastQty.Units()).Min(s.Stream.Value)
		}), nil, []string{withinPrices, lateAsInOrder}},
		{"a return at today's cost", planted{Method: costing.FIFO{}, in: func(s *costing.State, r costing.Receipt) {
			if r.Cause.Doc != 0 && s.Stream.Qty.Sign() > 0 {
				r.Value = coins.Share(s.Stream.Value, r.Qty.Units(), s.Stream.Qty.Units())
			}
			costing.FIFO{}.In(s, r)
		}}, nil, []string{comesAtItsValue}},
		{"a backdated receipt ignored", layered(0, recorded), nil, []string{readsEnough}},
		{"a backdated receipt comes last", planted{Method: costing.FIFO{}, in: func(s *costing.State, r costing.Receipt) {
			if n := len(s.Layers); n > 0 && r.Date < s.Layers[n-1].Date {
				r.Date = s.Layers[n-1].Date
			}
			costing.FIFO{}.In(s, r)
		}}, nil, []string{comesAtItsValue}},
		{"value created by a split", planted{Method: costing.FIFO{}, out: func(s *costing.State, i costing.Issue) ([]costing.Taken, error) {
			taken, err := costing.FIFO{}.Out(s, coins, i)
			if err == nil && len(s.Layers) > 0 && s.Layers[0].Source == taken[len(taken)-1].Source { // both parts are rounded up
				s.Layers[0].Value, s.Stream.Value = s.Layers[0].Value.Add(cent), s.Stream.Value.Add(cent)
			}
			return taken, err
		}}, nil, []string{conserved}},
		{"the order depends on what came before", layered(all, func(s *costing.State) int {
			if s.Stream.LastQty.Units()%2 == 0 {
				return newest(s)
			}
			return 0
		}), nil, []string{lateAsInOrder}},
		{"state shared between clones", shared{known: map[string]*costing.State{}}, nil, []string{clonesApart, sameAgain, typed, unchanged, conserved}},
		{"a refusal that took half", planted{Method: costing.FIFO{}, out: func(s *costing.State, i costing.Issue) ([]costing.Taken, error) {
			for len(s.Layers) > 0 && s.Layers[0].Qty.Less(i.Qty) {
				i.Qty = i.Qty.Sub(s.TakeLayer(coins, 0, i.Qty).Qty)
			}
			return costing.FIFO{}.Out(s, coins, i)
		}}, nil, []string{unchanged}},
		{"a refusal without a code", planted{Method: costing.FIFO{}, out: func(s *costing.State, i costing.Issue) ([]costing.Taken, error) {
			if s.Stream.Qty.Less(i.Qty) {
				return nil, errors.New("too little")
			}
			return costing.FIFO{}.Out(s, coins, i)
		}}, nil, []string{typed}},
		{"goods that are here refused", planted{Method: costing.FIFO{}, out: func(s *costing.State, i costing.Issue) ([]costing.Taken, error) {
			if len(s.Layers) > 2 {
				return nil, refusal.New(refusal.InvalidState, s.Stream.Item, "too many layers")
			}
			return costing.FIFO{}.Out(s, coins, i)
		}}, nil, []string{typed}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, h := broken(c.method, c.oracles)
			require.NotNil(t, f)
			t.Log(report(c.method, f, h))
			require.Contains(t, c.rules, f.rule)
			require.LessOrEqual(t, len(h.facts), 15, "not shrunk")
		})
	}
	Run(t, layered(0, first), OldestFirst) // one that is not wrong is not caught
}
