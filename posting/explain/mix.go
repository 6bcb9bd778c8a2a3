package explain

import (
	"container/heap"
	"math/big"
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// mix is value that was put into pots and drawn from them, in order. What is in a pot cannot be told apart: whatever is drawn has of each root in proportion.
//
// Each put and draw is one step, however many roots there are: what a draw was made of is not worked out before somebody asks (made), in one pass back over what
// was put in before it; and where a root went (went) in one pass onward. The shares of an amount are exact to 2^-64 of it before they are rounded to coins, by
// largest remainder.
type mix struct {
	cur    money.Currency
	ops    []op
	drawn  map[costing.Source][]int  // by taker: what it drew
	direct map[costing.Source][]part // by taker: what never was in a pot, as it came only later
	roots  map[costing.Source]placed // where each root was put in first
	owed   map[costing.Source][]gone // direct, by root
	steps  *int                      // ops that were looked at
}

// pot is what was put together.
type pot struct {
	value money.Amount
	last  int // the last put, -1: none
	left  int64
	ended []int64 // by base, what was left at its end
}

// whole is what is left, in a base of a pot, of what was put in at its beginning.
const whole int64 = 1 << 62

// op is a put or a draw.
type op struct {
	pot    *pot
	draw   bool
	root   costing.Source // of a put
	via    int            // of a put, the draw that it gives back a part of, in place of a root; -1: none
	taker  costing.Source // of a draw; of a put, who had taken that root, or (below zero) takes it out by itself
	amount money.Amount   // that was put in or drawn
	after  money.Amount   // what the pot then holds
	before int            // the put before it, of this pot; -1: none
}

// placed is how a root was put in: so much is known of what is left of it.
type placed struct {
	op     int
	pot    *pot
	amount money.Amount
	base   int
	left   int64
}

// gone is what a taker has of a root.
type gone struct {
	by     costing.Source
	amount money.Amount
}

func newMix(cur money.Currency, steps *int) mix {
	return mix{cur: cur, drawn: map[costing.Source][]int{}, direct: map[costing.Source][]part{}, roots: map[costing.Source]placed{}, owed: map[costing.Source][]gone{}, steps: steps}
}

func newPot() *pot { return &pot{last: -1, left: whole} }

func (m *mix) add(o op) int {
	*m.steps++
	o.before = o.pot.last
	if o.draw {
		o.pot.value = o.pot.value.Sub(o.amount)
	} else {
		o.pot.value = o.pot.value.Add(o.amount)
		o.pot.last = len(m.ops)
	}
	o.after = o.pot.value
	m.ops = append(m.ops, o)
	return len(m.ops) - 1
}

// put adds an amount of a root to a pot.
func (m *mix) put(p *pot, root costing.Source, amount money.Amount) {
	m.putBy(p, root, costing.Source{}, amount)
}

// putBy is put; the amount is of what a taker had, or goes to one (below zero).
func (m *mix) putBy(p *pot, root, taker costing.Source, amount money.Amount) {
	if amount.IsZero() {
		return
	}
	left := m.remains(root, p)
	at := m.add(op{pot: p, root: root, via: -1, taker: taker, amount: amount})
	r, there := m.roots[root]
	if !there {
		r.op = at
	}
	r.pot, r.amount, r.base, r.left = p, left.Add(amount), len(p.ended), p.left
	m.roots[root] = r
}

// remains is about what a pot still holds of a root, as far as it was put in by itself.
func (m *mix) remains(root costing.Source, p *pot) money.Amount {
	r := m.roots[root]
	switch {
	case r.pot != p:
	case r.base == len(p.ended):
		return m.cur.Share(r.amount, p.left, r.left)
	case r.base == len(p.ended)-1:
		return m.cur.Share(m.cur.Share(r.amount, p.ended[r.base], r.left), p.left, whole)
	}
	return money.Amount{}
}

// draw takes an amount out of a pot for a taker; false if there is nothing in it to be a part of.
func (m *mix) draw(p *pot, taker costing.Source, amount money.Amount) bool {
	if amount.IsZero() {
		return true
	}
	if p.value.IsZero() {
		return false
	}
	m.drawn[taker] = append(m.drawn[taker], m.move(p, taker, amount))
	return true
}

func (m *mix) move(p *pot, taker costing.Source, amount money.Amount) int {
	at := m.add(op{pot: p, draw: true, via: -1, taker: taker, amount: amount})
	if rest := p.value; rest.Sign() <= 0 || amount.Sign() <= 0 {
		p.ended, p.left = append(p.ended, 0), whole
	} else if p.left = mulDiv(p.left, rest.Units(), rest.Add(amount).Units()); p.left < 1<<31 {
		p.ended, p.left = append(p.ended, p.left), whole
	}
	return at
}

// takeOut takes an amount of one root out of a pot.
func (m *mix) takeOut(p *pot, taker, root costing.Source, amount money.Amount) {
	if m.putBy(p, root, taker, amount.Neg()); !amount.IsZero() && taker != (costing.Source{}) {
		m.drawn[taker] = append(m.drawn[taker], len(m.ops)-1)
	}
}

// owe notes what a taker has of a root that never was in a pot.
func (m *mix) owe(taker, root costing.Source, amount money.Amount) {
	if amount.IsZero() {
		return
	}
	m.direct[taker] = append(m.direct[taker], part{root, amount})
	m.owed[root] = append(m.owed[root], gone{taker, amount})
}

// giveBack puts a part of what a taker drew into a pot: of what it drew there, or (from nil) anywhere. False: it drew nothing.
func (m *mix) giveBack(to, from *pot, taker costing.Source, amount money.Amount) bool {
	var weights []money.Amount
	var draws []int
	for _, at := range m.drawn[taker] {
		if o := &m.ops[at]; from == nil || o.pot == from {
			draws, weights = append(draws, at), append(weights, o.amount.Abs())
		}
	}
	var direct []part
	if from == nil {
		direct = m.direct[taker]
	}
	for _, d := range direct {
		weights = append(weights, d.amount)
	}
	shares := share(m.cur, amount, weights)
	for i, s := range shares {
		switch {
		case s.IsZero():
		case i >= len(draws):
			m.putBy(to, direct[i-len(draws)].root, taker, s)
		case m.ops[draws[i]].draw:
			m.add(op{pot: to, via: draws[i], amount: s})
		default:
			m.putBy(to, m.ops[draws[i]].root, taker, s)
		}
	}
	return len(shares) > 0
}

// pour puts all that some pots hold into another.
func (m *mix) pour(to *pot, from ...*pot) {
	for _, p := range from {
		if p != to && !p.value.IsZero() {
			all := p.value
			m.add(op{pot: to, via: m.move(p, costing.Source{}, all), amount: all})
		}
	}
}

// held says what a pot holds.
func (m *mix) held(p *pot) []part {
	if p.value.IsZero() {
		return nil
	}
	return m.split(p.value, func(d *sharing) { d.back(p.last, scaled(p.value)) })
}

// took says what a taker drew, by root.
func (m *mix) took(taker costing.Source) (out []part) {
	for _, at := range m.drawn[taker] {
		o := &m.ops[at]
		if !o.draw {
			out = append(out, part{o.root, o.amount.Neg()})
			continue
		}
		out = append(out, m.split(o.amount, func(d *sharing) { d.back(o.before, scaled(o.amount)) })...)
	}
	return append(out, m.direct[taker]...)
}

// scaled is an amount with room for its shares.
func scaled(a money.Amount) *big.Int { return new(big.Int).Lsh(big.NewInt(a.Units()), 64) }

// sharing is what an amount is found to be made of, while going back through the puts.
type sharing struct {
	*mix
	pending map[int]*big.Int // by put: what is a share of all that was there then
	next    places
	weights weights
}

// places are puts still to be looked at, the latest first.
type places []int

func (p places) Len() int           { return len(p) }
func (p places) Less(i, j int) bool { return p[i] > p[j] }
func (p places) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }
func (p *places) Push(x any)        { *p = append(*p, x.(int)) }
func (p *places) Pop() any {
	last := (*p)[len(*p)-1]
	*p = (*p)[:len(*p)-1]
	return last
}

// back adds a share of what was there after a put.
func (d *sharing) back(at int, share *big.Int) {
	if was := d.pending[at]; was != nil {
		was.Add(was, share)
		return
	}
	d.pending[at] = share
	heap.Push(&d.next, at)
}

// split shares an amount out over the roots that it came from: each put gave its part of what was there after it, what was there before gave the rest.
func (m *mix) split(amount money.Amount, begin func(*sharing)) []part {
	d := &sharing{mix: m, pending: map[int]*big.Int{}, weights: newWeights()}
	begin(d)
	for d.next.Len() > 0 {
		at := heap.Pop(&d.next).(int)
		rest := d.pending[at]
		delete(d.pending, at)
		*m.steps++
		o := &m.ops[at]
		if rest.Sign() == 0 {
			continue
		}
		mine := new(big.Int).Set(rest)
		if o.before >= 0 && !o.after.IsZero() {
			mine.Mul(mine, big.NewInt(o.amount.Units())).Quo(mine, big.NewInt(o.after.Units()))
		}
		rest.Sub(rest, mine)
		if rest.Sign() != 0 {
			d.back(o.before, rest)
		}
		if o.via >= 0 {
			d.back(m.ops[o.via].before, mine)
		} else {
			d.weights.add(o.root, mine)
		}
	}
	slices.Reverse(d.weights.of)
	return d.weights.parts(m.cur, amount)
}

// went says where a root is: what pots hold (the taker of that is none) and what every taker has of it, in order, less what it gave back. All of it sums to what
// was put in.
func (m *mix) went(root costing.Source) (out []gone, sum money.Amount) {
	all := newWeights()
	all.add(costing.Source{}, new(big.Int)) // what is here comes first
	for _, d := range m.owed[root] {
		all.add(d.by, scaled(d.amount))
	}
	holds, drew := map[*pot]*big.Int{}, map[int]*big.Int{} // by pot, by draw
	in := func(p *pot) *big.Int {
		if holds[p] == nil {
			holds[p] = new(big.Int)
		}
		return holds[p]
	}
	r, there := m.roots[root]
	for at := r.op; there && at < len(m.ops); at++ {
		*m.steps++
		o := &m.ops[at]
		switch has := holds[o.pot]; {
		case !o.draw && o.via < 0 && o.root == root:
			in(o.pot).Add(in(o.pot), scaled(o.amount))
			if o.taker != (costing.Source{}) {
				all.add(o.taker, scaled(o.amount.Neg()))
			}
		case o.draw && has != nil && has.Sign() != 0:
			part := new(big.Int).Mul(has, big.NewInt(o.amount.Units()))
			part.Quo(part, big.NewInt(o.after.Add(o.amount).Units()))
			has.Sub(has, part)
			drew[at] = part
			if o.taker != (costing.Source{}) {
				all.add(o.taker, part)
			}
		case o.via >= 0 && drew[o.via] != nil:
			part := new(big.Int).Mul(drew[o.via], big.NewInt(o.amount.Units()))
			part.Quo(part, big.NewInt(m.ops[o.via].amount.Units()))
			in(o.pot).Add(in(o.pot), part)
			if by := m.ops[o.via].taker; by != (costing.Source{}) {
				all.add(by, part.Neg(part))
			}
		}
	}
	for _, h := range holds {
		all.add(costing.Source{}, h)
	}
	sum = all.sum()
	for _, p := range all.parts(m.cur, sum) {
		out = append(out, gone{p.root, p.amount})
	}
	return out, sum
}
