package explain

import (
	"cmp"
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// Stream is what the books say of the stock of an item in a scope: its state with all layers as it is stored, and its entries and links from a day on.
type Stream struct {
	Method  costing.Method
	State   costing.State
	Entries []costing.Entry
	Links   []costing.Link
}

type streamKey struct{ item, scope string }

// stock is a stream gone over once, entry by entry: what it holds and what left it, by the entries (roots) that brought the value in. A layer is taken from
// where a link names it; without links the goods leave a pool, and every part of what is there gives its share. What leaves with one entry is not there for the
// next, so that each root's value is found exactly once: in what was taken, or in what is held.
type stock struct {
	streamKey
	cur     money.Currency
	from    calendar.Date
	method  string
	layered bool // all along: every issue has links
	events  []costing.Event
	index   map[costing.Source]int
	adjusts map[costing.Source][]costing.Entry // what other documents made of an entry's value
	covers  map[costing.Source][]part          // what came in later for goods that had left before they came
	named   map[costing.Source]bool            // sources of layers that links name
	skip    map[costing.Source]bool
	before  map[costing.Source]calendar.Date // roots of what was there before the first day; the empty one: a pool
	held    map[layerKey][]part
	order   []layerKey
	took    map[costing.Source][]part
	back    map[costing.Source][]part // by issue: what was put back of what it took
	qty     uom.Quantity
}

// newStock goes over a stream.
func newStock(k streamKey, cur money.Currency, in *Stream, from calendar.Date) (*stock, error) {
	s := &stock{
		streamKey: k, cur: cur, from: from, method: in.Method.Name(), layered: costing.Layered(in.Method),
		index: map[costing.Source]int{}, adjusts: map[costing.Source][]costing.Entry{}, covers: map[costing.Source][]part{}, named: map[costing.Source]bool{},
		skip: map[costing.Source]bool{}, before: map[costing.Source]calendar.Date{}, held: map[layerKey][]part{}, took: map[costing.Source][]part{},
		back: map[costing.Source][]part{},
	}
	s.events = costing.Events(in.Method, in.Entries, in.Links)
	s.sort()
	for _, e := range in.Entries {
		if e.Kind == costing.Adjust && !e.Late {
			s.adjusts[e.Cause] = append(s.adjusts[e.Cause], e)
		}
	}
	for _, l := range in.State.Layers {
		s.named[l.Source] = true
	}
	for i := range s.events {
		e := &s.events[i]
		s.index[e.Source()] = i
		s.layered = s.layered && e.Kind != costing.Becomes
		for _, t := range e.Moved {
			s.named[t.Source] = true
		}
		if !s.skips(e) {
			for _, t := range e.Covered() {
				s.covers[t.Source] = append(s.covers[t.Source], part{root: e.Source(), amount: t.Value})
			}
		}
	}
	if err := s.open(in); err != nil {
		return nil, err
	}
	for i := range s.events {
		e := &s.events[i]
		if s.skips(e) {
			continue
		}
		if err := s.fold(e); err != nil {
			return nil, err
		}
		s.qty = s.qty.Add(e.Qty)
	}
	return s, s.agree(in)
}

// sort puts the events into the order in which they take value from each other. In a month that has its average all that came in it counts for all issues;
// what was taken and put back within it took nothing.
func (s *stock) sort() {
	months := costing.AveragedMonths(s.events)
	if len(months) == 0 {
		return
	}
	rank := func(e *costing.Event) int {
		switch {
		case e.Kind == costing.Found:
			return 1
		case e.Kind == costing.In || e.Kind == costing.Worth || e.Kind == costing.Back:
			return 0
		}
		return 2
	}
	slices.SortStableFunc(s.events, func(a, b costing.Event) int {
		if m := a.FactDate.Period(); m == b.FactDate.Period() && months[m] {
			return cmp.Or(cmp.Compare(rank(&a), rank(&b)), a.Compare(&b))
		}
		return a.Compare(&b)
	})
	at := map[costing.Source]*costing.Event{}
	for i := range s.events {
		at[s.events[i].Source()] = &s.events[i]
	}
	for i := range s.events {
		e := &s.events[i]
		of := at[e.Cause]
		if of != nil && e.Undoes(&of.Entry) && !brings(e) && e.Qty.Sign() > 0 && e.FactDate.Period() == of.FactDate.Period() && months[e.FactDate.Period()] {
			s.skip[e.Source()], s.skip[of.Source()] = true, true
		}
	}
}

func (s *stock) skips(e *costing.Event) bool { return e.Annulled || s.skip[e.Source()] }

func brings(e *costing.Event) bool { return e.Kind == costing.In || e.Kind == costing.Found }

// open works out what was there before the first event. What links took from must be of before, or have come in since.
func (s *stock) open(in *Stream) error {
	if s.from <= firstDay && !s.steady() {
		return nil // layers of one method cannot be unwound through another; there was nothing
	}
	state := in.State.Clone()
	for i := len(s.events) - 1; i >= 0; i-- {
		if e := &s.events[i]; !e.Annulled {
			state.Apply(in.Method, e, -1)
		}
	}
	s.qty = state.Stream.Qty
	rest := state.Stream.Value
	for _, l := range state.Layers {
		if !s.layered && l.Qty.Sign() > 0 {
			continue // of a stream that was a pool then
		}
		if s.steady() && l.Date >= s.from {
			return broken(s.item, money.Amount{}, l.Value, "links of a layer of %s come to something else than what made it", l.Date)
		}
		s.before[l.Source] = l.Date
		s.put(layerKey{l.Source, l.Part}, part{root: l.Source, amount: l.Value})
		rest = rest.Sub(l.Value)
	}
	if rest.IsZero() {
		return nil
	}
	if s.layered || s.from <= firstDay {
		return broken(s.item, money.Amount{}, rest, "there was value before the first day")
	}
	s.before[costing.Source{}] = s.from
	s.put(layerKey{}, part{amount: rest})
	return nil
}

// put adds value to a layer.
func (s *stock) put(k layerKey, parts ...part) {
	if _, there := s.held[k]; !there {
		s.order = append(s.order, k)
	}
	all := s.held[k]
	for _, p := range parts {
		p.layer = k
		i := slices.IndexFunc(all, func(q part) bool { return q.root == p.root })
		switch {
		case p.amount.IsZero():
		case i >= 0:
			all[i].amount = all[i].amount.Add(p.amount)
		default:
			all = append(all, p)
		}
	}
	s.held[k] = all
}

// all is everything that is held.
func (s *stock) all() (parts []part) {
	kept := s.order[:0]
	for _, k := range s.order {
		if len(s.held[k]) == 0 {
			delete(s.held, k)
			continue
		}
		kept = append(kept, k)
		parts = append(parts, s.held[k]...)
	}
	s.order = kept
	return parts
}

func (s *stock) fold(e *costing.Event) error {
	switch src := e.Source(); {
	case e.Kind == costing.Averaged:
		return nil
	case e.Kind == costing.Becomes:
		if !s.named[src] {
			return nil
		}
		all := s.all() // a pool becomes one layer
		s.held, s.order = map[layerKey][]part{}, nil
		s.put(layerKey{src, 0}, all...)
		return nil
	case e.Kind == costing.Worth:
		return s.revalue(e)
	case brings(e) && e.Qty.Sign() > 0:
		return s.bring(e)
	case e.Qty.Sign() > 0:
		return s.putBack(e)
	}
	return s.take(e)
}

func (s *stock) revalue(e *costing.Event) error {
	src := e.Source()
	if len(e.Moved) == 0 {
		s.put(layerKey{src, 0}, part{root: src, amount: e.Value})
		return nil
	}
	var sum money.Amount
	for _, t := range e.Moved {
		s.put(layerKey{t.Source, t.Part}, part{root: src, amount: t.Value})
		sum = sum.Add(t.Value)
	}
	return s.equal(e, sum)
}

// equal refuses an entry whose links do not add up to its value.
func (s *stock) equal(e *costing.Event, links money.Amount) error {
	if links != e.Value {
		return broken(s.item, e.Value, links, "entry %d/%d of %s is worth something else than its links say", e.Doc, e.Line, e.FactDate)
	}
	return nil
}

// bring puts a receipt into its layers; what covers goods that left before they came went to those at once.
func (s *stock) bring(e *costing.Event) error {
	src, rest, layers := e.Source(), e.Value, 0
	for _, t := range e.Moved {
		rest = rest.Sub(t.Value)
		switch _, known := s.index[t.Source]; {
		case t.Source == src:
			s.put(layerKey{t.Source, t.Part}, part{root: src, amount: t.Value})
			layers++
		case !known: // goods that left before the first day are not owed any more
			s.put(layerKey{t.Source, 0}, part{root: t.Source, amount: t.Value})
		}
	}
	if layers > 0 || s.layered {
		return s.equal(e, e.Value.Sub(rest))
	}
	s.put(layerKey{src, 0}, part{root: src, amount: rest})
	return nil
}

// take takes what leaves: from the layers that the links name, else from the pool. What it owes came in later, or has not come yet.
func (s *stock) take(e *costing.Event) error {
	src, v, links := e.Source(), e.Value.Neg(), 0
	owed, owes := e.Owes()
	for _, t := range e.Moved {
		amount := t.Value.Neg()
		v = v.Sub(amount)
		if owes && t.Source == src {
			s.owe(src, owed.Value.Neg())
			continue
		}
		links++
		k := layerKey{t.Source, t.Part}
		if err := s.draw(e, s.held[k], amount); err != nil {
			return err
		}
	}
	if links > 0 || s.layered {
		return s.equal(e, e.Value.Add(v))
	}
	if brings(e) || e.Kind == costing.Back { // the receipt's own value first
		own := s.held[layerKey{e.Cause, 0}]
		part := v.Min(sumOf(own))
		if part.Sign() > 0 {
			if err := s.draw(e, own, part); err != nil {
				return err
			}
			v = v.Sub(part)
		}
	}
	if s.qty.Add(e.Qty).IsZero() && v == sumOf(s.all()) { // nothing is left, not even what cancels out
		s.took[src] = append(s.took[src], s.all()...)
		s.held, s.order = map[layerKey][]part{}, nil
		return nil
	}
	return s.draw(e, s.all(), v)
}

// owe notes what an issue took before it came: what covered it since, and the rest at the last known cost.
func (s *stock) owe(src costing.Source, value money.Amount) {
	for _, p := range s.covers[src] {
		p.layer = layerKey{src, 0}
		s.took[src] = append(s.took[src], p)
		value = value.Sub(p.amount)
	}
	s.owing(src, value)
}

func (s *stock) owing(src costing.Source, value money.Amount) {
	if !value.IsZero() {
		s.took[src] = append(s.took[src], part{layer: layerKey{src, 0}, root: src, amount: value})
		s.put(layerKey{src, 0}, part{root: src, amount: value.Neg()})
	}
}

// draw moves an amount from what is held to what an entry took.
func (s *stock) draw(e *costing.Event, from []part, amount money.Amount) error {
	src := e.Source()
	taken, ok := sharing(s.cur, amount, from)
	if !ok {
		if len(from) == 0 && s.layered && !brings(e) {
			return broken(s.item, amount, money.Amount{}, "entry %d/%d of %s takes from a layer that holds nothing", e.Doc, e.Line, e.FactDate)
		}
		s.owing(src, amount)
		return nil
	}
	s.took[src] = append(s.took[src], taken...)
	for _, t := range taken {
		s.remove(t)
	}
	return nil
}

// remove takes a part out of the layer that holds it.
func (s *stock) remove(t part) {
	all := s.held[t.layer]
	i := slices.IndexFunc(all, func(p part) bool { return p.root == t.root })
	if all[i].amount = all[i].amount.Sub(t.amount); all[i].amount.IsZero() {
		s.held[t.layer] = slices.Delete(all, i, i+1)
	}
}

// putBack returns what an issue took: to the layers that the links name, else to where it came from.
func (s *stock) putBack(e *costing.Event) error {
	src, took := e.Source(), s.took[e.Cause]
	if len(e.Moved) == 0 {
		back, ok := sharing(s.cur, e.Value, took)
		if !ok || len(took) == 0 {
			back = []part{{layer: layerKey{src, 0}, root: src, amount: e.Value}}
		}
		for _, p := range back {
			s.put(p.layer, p)
		}
		s.back[e.Cause] = append(s.back[e.Cause], back...)
		return nil
	}
	var sum money.Amount
	for _, t := range e.Moved {
		k := layerKey{t.Source, t.Part}
		var of []part
		for _, p := range took {
			if p.layer == k {
				of = append(of, p)
			}
		}
		back, ok := sharing(s.cur, t.Value, of)
		if !ok || len(of) == 0 {
			back = []part{{root: src, amount: t.Value}}
		}
		s.put(k, back...)
		s.back[e.Cause] = append(s.back[e.Cause], back...)
		sum = sum.Add(t.Value)
	}
	return s.equal(e, sum)
}

// agree compares what is held in the end with what the books say that there is, layer by layer where there are layers.
func (s *stock) agree(in *Stream) error {
	if held := sumOf(s.all()); held != in.State.Stream.Value {
		return broken(s.item, in.State.Stream.Value, held, "the stock is worth something else than what came in and did not leave")
	}
	if !s.layered {
		return nil
	}
	for _, l := range in.State.Layers {
		if held := sumOf(s.held[layerKey{l.Source, l.Part}]); held != l.Value {
			return broken(s.item, l.Value, held, "a layer of %s is worth something else than what its links left there", l.Date)
		}
	}
	return nil
}

// event gives an entry as it is worth now; nil if it is of before the first day.
func (s *stock) event(src costing.Source) *costing.Event {
	if i, there := s.index[src]; there {
		return &s.events[i]
	}
	return nil
}

// opens says whether parts are of what was there before the first day, and from which day on all of them would be known.
func (s *stock) opens(parts []part) (from calendar.Date, any bool) {
	from = s.from
	for _, p := range parts {
		if d, ok := s.before[p.root]; ok {
			from, any = min(from, d), true
		}
	}
	return from, any
}

// steady says that the stream was valued by one method all along, as far as it was gone over.
func (s *stock) steady() bool {
	for i := range s.events {
		if s.events[i].Kind == costing.Becomes {
			return false
		}
	}
	return true
}

// span is how many days lie between the first day that was gone over and another.
func (s *stock) span(day calendar.Date) int { return max(int(day-s.from), 0) }
