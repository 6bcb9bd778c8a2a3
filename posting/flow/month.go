package flow

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// A month that has its averages is not only gone over from its first day to its last: what an issue of the 2nd is worth depends on what was made on the 30th, and
// that perhaps on what was issued on the 2nd. So before the sweep enters a month, it works out what all receipts of that month will come to be worth
// (foretold): streams and orders level by level, and those that feed each other together (mutual.go). The sweep believes it, and compares it with what came out.
type month struct {
	g       *Graph
	period  calendar.Period
	streams map[key]*monthStream
	orders  map[string]*monthOrder
	list    []member                        // streams and orders, as they were found
	more    map[costing.Source]money.Amount // by how much a receipt will be worth more than it is now
	worth   map[costing.Source]money.Amount // what it will be worth
	partial bool                            // something must be loaded first
}

// member is a stream or an order of the month.
type member interface {
	feeds() []member
	work(*month) error // works out what it gives to those that it feeds
	mark() *visit
}

// visit is what the search for circles notes of a member.
type visit struct {
	number, low int
	open        bool
}

type monthStream struct {
	key
	visit
	opening costing.State
	events  []costing.Event
	at      map[costing.Source]int
	outlets []outlet
	to      []member
}

// outlet is an issue of the month that gave its value on.
type outlet struct {
	event *costing.Event
	fed   *Fed
	parts []charged
	to    []costing.Source // the receipts that it gives to
}

// charged is a part of an order that an issue was charged to.
type charged struct {
	order *monthOrder
	key   costing.PartKey
	value money.Amount // as it was
}

type monthOrder struct {
	visit
	*orderNode
	to []member
}

func (s *monthStream) feeds() []member { return s.to }
func (s *monthStream) mark() *visit    { return &s.visit }
func (o *monthOrder) feeds() []member  { return o.to }
func (o *monthOrder) mark() *visit     { return &o.visit }

// foretell works out what the receipts of a month that has its averages are worth.
func (g *Graph) foretell(period calendar.Period) error {
	if g.foretold[period] != nil {
		return nil
	}
	m := &month{g: g, period: period, streams: map[key]*monthStream{}, orders: map[string]*monthOrder{}, more: map[costing.Source]money.Amount{}}
	if g.foretold == nil {
		g.foretold = map[calendar.Period]*month{}
	}
	g.foretold[period] = m
	var keys []key
	for k, n := range g.nodes {
		if n.months[period] {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b key) int { return cmp.Or(cmp.Compare(a.item, b.item), cmp.Compare(a.scope, b.scope)) })
	for _, k := range keys {
		if _, err := m.stream(k); err != nil {
			return err
		}
	}
	for i := 0; i < len(m.list); i++ { // it grows
		if err := m.connect(m.list[i]); err != nil {
			return err
		}
	}
	for _, together := range levels(m.list) {
		var err error
		if len(together) > 1 || slices.Contains(together[0].feeds(), together[0]) {
			err = m.mutual(together)
		} else {
			err = together[0].work(m)
		}
		if err != nil {
			return err
		}
	}
	m.worth = map[costing.Source]money.Amount{}
	for _, of := range m.list {
		if s, ok := of.(*monthStream); ok {
			for i := range s.events {
				if v, changes := m.will(s, &s.events[i]); changes {
					m.worth[s.events[i].Source()] = v
				}
			}
		}
	}
	return nil
}

// will is what a receipt will be worth, and whether that is the month's doing. What takes a receipt of the month back takes what that is worth.
func (m *month) will(s *monthStream, e *costing.Event) (money.Amount, bool) {
	if i, ok := s.at[e.Cause]; ok && e.Qty.Sign() < 0 && e.Kind != costing.Back && e.Undoes(&s.events[i].Entry) {
		v, changes := m.will(s, &s.events[i])
		return v.Neg(), changes
	}
	more, changes := m.more[e.Source()]
	return m.now(s.key, e).Add(more), changes
}

// check compares what was foretold with what came out, once all has been gone over. If that is not the same (value went by a way that is not of the month) the
// month is foretold once more, from what is known then, and gone over again.
func (g *Graph) check() {
	for _, m := range g.foretold {
		wrong := false
		for k, s := range m.streams {
			if n := g.nodes[k]; s != nil && n != nil && !m.partial {
				wrong = wrong || m.missed(n)
			}
		}
		if !wrong {
			continue
		}
		delete(g.foretold, m.period)
		for k, s := range m.streams {
			if n := g.nodes[k]; s != nil && n != nil {
				g.back = append(g.back, sentBack{to: &n.Events[n.firstOf(m.period)].Entry, floor: max(m.period.Last(), g.floor)})
			}
		}
	}
}

// missed says whether a receipt of the stream came out otherwise than was foretold.
func (m *month) missed(n *node) bool {
	for i := range n.Events {
		e := &n.Events[i]
		if v, told := m.worth[e.Source()]; told && v != e.Value && !e.Annulled && e.Qty.Sign() > 0 {
			return true
		}
	}
	return false
}

// now is what a receipt is worth as far as the sweep has come, with what is on its way to it.
func (m *month) now(k key, e *costing.Event) money.Amount {
	v := e.Value
	if n := m.g.nodes[k]; n != nil {
		v = m.g.worth(n, e)
	}
	for _, s := range m.g.back {
		if s.to.Source() == e.Source() {
			v = v.Add(s.change)
		}
	}
	return v
}

// stream finds a stream of the month; nil if it has no average then, or must be loaded.
func (m *month) stream(k key) (*monthStream, error) {
	if s, known := m.streams[k]; known {
		return s, nil
	}
	if m.g.awaits(k) {
		m.streams[k] = nil
		return nil, nil
	}
	n := m.g.nodes[k]
	s := &monthStream{key: k}
	var all []costing.Event
	var gone map[costing.Source]bool
	if n != nil {
		if !n.months[m.period] {
			m.streams[k] = nil
			return nil, nil
		}
		s.opening, all, gone = n.start.Clone(), n.Events, n.gone
	} else {
		loaded, err := m.g.Load.Stream(k.item, k.scope, m.period.First())
		if m.partial = m.partial || loaded == nil; loaded == nil || err != nil {
			return nil, err
		}
		if !costing.AveragedMonths(loaded.Events)[m.period] {
			m.streams[k] = nil
			return nil, nil
		}
		s.opening, all, gone = loaded.Before(), loaded.Events, loaded.never()
	}
	first, _ := costing.AveragedPart(all, m.period)
	for i := range all {
		e := &all[i]
		switch {
		case e.FactDate < m.period.First() || i < first:
			if !gone[e.Source()] {
				s.opening.Apply(costing.MonthlyAverage{}, e, 1)
			}
		case e.FactDate <= m.period.Last():
			s.events = append(s.events, *e)
		}
	}
	s.at = make(map[costing.Source]int, len(s.events))
	for i := range s.events {
		s.at[s.events[i].Source()] = i
	}
	m.streams[k] = s
	m.list = append(m.list, s)
	return s, nil
}

// order finds an order that something was charged to in the month: a copy, in which the parts can be changed.
func (m *month) order(ref string) (*monthOrder, error) {
	if o := m.orders[ref]; o != nil {
		return o, nil
	}
	facts, err := m.g.Load.Order(ref)
	if m.partial = m.partial || facts == nil; facts == nil || err != nil {
		return nil, err
	}
	o := &monthOrder{orderNode: newOrder(facts)}
	if n := m.g.orders[ref]; n != nil { // with all that the sweep has changed of it
		for k, p := range n.Of {
			o.Of[k] = &costing.Part{Entry: p.Entry, Worth: p.Worth}
		}
	}
	m.orders[ref] = o
	m.list = append(m.list, o)
	return o, nil
}

// connect finds what a member gives its value to.
func (m *month) connect(of member) error {
	if o, ok := of.(*monthOrder); ok {
		for _, e := range o.Stock {
			if e.Qty.Sign() > 0 {
				if err := m.towards(&o.to, e); err != nil {
					return err
				}
			}
		}
		return nil
	}
	s := of.(*monthStream)
	for i := range s.events {
		e := &s.events[i]
		if e.Annulled || e.Qty.Sign() >= 0 || e.Kind == costing.Back || e.Contra != "" && e.Kind != costing.Sold {
			continue
		}
		fed, err := m.g.fed(e)
		if err != nil {
			return err
		}
		if fed == nil {
			m.partial = true
			continue
		}
		out := outlet{event: e, fed: fed}
		for _, f := range fed.Entries {
			switch {
			case f.Order != "" && f.Kind == costing.Charge:
				o, err := m.order(f.Order)
				if err != nil {
					return err
				}
				if o == nil {
					continue
				}
				k := o.KeyOf(&f)
				out.parts = append(out.parts, charged{o, k, o.Of[k].Worth})
				if !slices.Contains(s.to, member(o)) {
					s.to = append(s.to, o)
				}
			case f.Kind == costing.In:
				out.to = append(out.to, f.Source())
				if err := m.towards(&s.to, &f); err != nil {
					return err
				}
			}
		}
		s.outlets = append(s.outlets, out)
	}
	return nil
}

// towards notes that a stream of the month is fed by a receipt of it.
func (m *month) towards(to *[]member, e *costing.Entry) error {
	if e.FactDate.Period() != m.period {
		return nil
	}
	s, err := m.stream(key{e.Item, e.Scope})
	if s == nil || err != nil || slices.Contains(*to, member(s)) {
		return err
	}
	*to = append(*to, s)
	return nil
}

// work gives the issues of a stream their shares of the month, and those to what they fed.
func (s *monthStream) work(m *month) error {
	values := costing.MonthlyValues(m.g.Currency, s.opening, s.events, func(e *costing.Event) money.Amount {
		v, _ := m.will(s, e)
		return v
	})
	for _, out := range s.outlets {
		value, ok := values[out.event.Source()]
		if !ok {
			continue
		}
		more := out.event.Value.Sub(value)
		for _, c := range out.parts {
			c.order.Of[c.key].Worth = c.value.Add(more)
		}
		for i, part := range out.gives(m.g, more) {
			m.more[out.to[i]] = part
		}
	}
	return nil
}

// work shares an order's costs out anew.
func (o *monthOrder) work(m *month) error {
	_, is, err := o.fold(m.g.Currency, m.g.Absorb)
	if err != nil {
		return err
	}
	more, residual := map[costing.Source]money.Amount{}, map[costing.Source]money.Amount{}
	for k, v := range is {
		if k.Kind != costing.Credit {
			continue
		}
		var was money.Amount
		if p := o.Of[k]; p != nil {
			was = p.Worth
		}
		if o.Stock[k.Cause] != nil {
			more[k.Cause] = more[k.Cause].Add(was.Sub(v))
		} else if o.closes(k) {
			residual[k.Cause] = residual[k.Cause].Sub(v)
		}
	}
	if o.revalues(m.g.Residual) {
		made := o.made()
		for cause, now := range residual {
			was := m.g.Currency.Split(o.credited(cause), quantities(made))
			for i, part := range m.g.Currency.Split(now, quantities(made)) {
				more[made[i].Source()] = money.Sum(more[made[i].Source()], part, was[i].Neg())
			}
		}
	}
	for src, v := range more {
		m.more[src] = v
	}
	return nil
}

// gives shares a change of the value out to the receipts that it gives to, as feed and sold do.
func (o *outlet) gives(g *Graph, more money.Amount) []money.Amount {
	if o.event.Kind == costing.Sold {
		p := o.fed.Shipped
		was := p.now
		if was == nil {
			was = p.posted(g.Currency, g.Doc)
		}
		after := *p
		after.Item.Amount = after.Item.Amount.Add(more)
		is := shares(g.Currency, &after)
		out := make([]money.Amount, len(o.to))
		for i, at := range o.settled() {
			if at >= 0 {
				out[i] = is[at].Sub(was[at])
			}
		}
		return out
	}
	return g.Currency.Split(more, o.weights())
}

// weights share a transfer out (all of it to its one receipt) and what was taken apart.
func (o *outlet) weights() []int64 {
	var out []int64
	for _, f := range o.fed.Entries {
		if f.Kind == costing.In {
			out = append(out, max(f.Value.Units(), 0))
		}
	}
	if len(out) == 1 {
		out[0] = 1
	}
	return out
}

// settled are the places, among what was settled of a shipment, of what came back; -1 if it is not there.
func (o *outlet) settled() []int {
	var out []int
	taken := map[costing.Source]bool{}
	for _, f := range o.fed.Entries {
		if f.Kind != costing.In {
			continue
		}
		at := slices.IndexFunc(o.fed.Shipped.Facts, func(s ledger.Settlement) bool {
			return s.Doc == f.Doc && !taken[costing.Source{Doc: s.Doc, Line: s.Line}]
		})
		if at >= 0 {
			taken[costing.Source{Doc: f.Doc, Line: o.fed.Shipped.Facts[at].Line}] = true
		}
		out = append(out, at)
	}
	return out
}

// fractions are what the receipts that an issue gives to get of one.
func (o *outlet) fractions() []*big.Rat {
	if o.event.Kind != costing.Sold {
		var all int64
		for _, w := range o.weights() {
			all += w
		}
		var out []*big.Rat
		for _, w := range o.weights() {
			if all > 0 {
				out = append(out, ratio(w, all))
			}
		}
		return out
	}
	var out []*big.Rat
	for _, i := range o.settled() {
		if i < 0 {
			out = append(out, new(big.Rat))
			continue
		}
		out = append(out, ratio(-o.fed.Shipped.Facts[i].Qty.Units(), o.fed.Shipped.Item.Qty.Units()))
	}
	return out
}
