package explain

import (
	"cmp"
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// Stream is what the books say of the stock of an item in a scope: its state with all layers as it is stored, and its entries and links from a day on.
type Stream struct {
	Method  costing.Method                            // of now
	Named   func(name string) (costing.Method, error) // those that it had before
	State   costing.State
	Entries []costing.Entry
	Links   []costing.Link
}

type streamKey struct{ item, scope string }

// layerKey names a layer of a stream: what a receipt made, or a part of it.
type layerKey struct {
	costing.Source
	part int32
}

// stock is a stream gone over once, entry by entry: what it holds and what left it, by the entries (roots) that brought the value in. A layer is taken from
// where a link names it; without links the goods leave a pool, and all that is there gives its share.
type stock struct {
	streamKey
	from     calendar.Date
	method   string
	standard bool             // it stands at standard cost
	layered  bool             // every issue has links, as far as it was gone over
	had      []costing.Method // before each change, and now
	unlinked bool             // a change of the method has no links, as those had that were booked before that was kept: it is gone over from its first day on
	entries  []costing.Entry
	events   []costing.Event
	known    int // events when it was gone over before, from a later day on
	index    map[costing.Source]int
	adjusts  map[costing.Source][]costing.Entry // what other documents made of an entry's value
	covers   map[costing.Source][]part          // what came in later for goods that had left before they came
	named    map[costing.Source]bool            // sources of layers that links name
	skip     map[costing.Source]bool
	before   map[costing.Source]calendar.Date // roots of what was there before the first day; the empty one: a pool
	mix
	pots  map[layerKey]*pot
	order []*pot
	last  costing.Source // the entry that was asked for last, and what it took
	parts []part
}

// newStock goes over a stream.
func newStock(k streamKey, m mix, in *Stream, from calendar.Date) (*stock, error) {
	s := &stock{
		streamKey: k, mix: m, from: from, method: in.Method.Name(), standard: in.Method.Reads() == costing.ReadsStandard,
		index: map[costing.Source]int{}, adjusts: map[costing.Source][]costing.Entry{}, covers: map[costing.Source][]part{}, named: map[costing.Source]bool{},
		skip: map[costing.Source]bool{}, before: map[costing.Source]calendar.Date{}, pots: map[layerKey]*pot{},
	}
	events, had, err := costing.Told(in.Method, in.Named, in.Entries, in.Links)
	if err != nil {
		return nil, err
	}
	s.entries, s.events, s.had = in.Entries, events, append(had, in.Method)
	s.layered = costing.Layered(s.had[0])
	s.sort()
	s.adjusted(in.Entries)
	for _, l := range in.State.Layers {
		s.named[l.Source] = true
	}
	*s.steps += len(s.events)
	for i := range s.events {
		e := &s.events[i]
		s.index[e.Source()] = i
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
	for month := range months {
		from, to := costing.AveragedPart(s.events, month)
		part := s.events[from:to]
		slices.SortStableFunc(part, func(a, b costing.Event) int {
			return cmp.Or(cmp.Compare(rank(&a), rank(&b)), a.Compare(&b))
		})
		at := map[costing.Source]*costing.Event{}
		for i := range part {
			at[part[i].Source()] = &part[i]
		}
		for i := range part {
			e := &part[i]
			if of := at[e.Cause]; of != nil && e.Undoes(&of.Entry) && !brings(e) && e.Qty.Sign() > 0 {
				s.skip[e.Source()], s.skip[of.Source()] = true, true
			}
		}
	}
}

func (s *stock) skips(e *costing.Event) bool { return e.Annulled || s.skip[e.Source()] }

func brings(e *costing.Event) bool { return e.Kind == costing.In || e.Kind == costing.Found }

// open works out what was there before the first event. What links took from must be of before, or have come in since.
func (s *stock) open(in *Stream) error {
	state, n := in.State.Clone(), len(s.had)-1
	for i := len(s.events) - 1; i >= 0; i-- {
		e := &s.events[i]
		if e.Kind == costing.Becomes {
			s.unlinked = s.unlinked || len(e.Moved) == 0 && costing.Layered(s.had[n-1]) != costing.Layered(s.had[n])
			n--
		}
		if !e.Annulled {
			state.Apply(s.had[n], e, -1)
		}
	}
	if s.from <= firstDay && s.unlinked {
		return nil // there was nothing
	}
	rest := state.Stream.Value
	for _, l := range state.Layers {
		if !s.layered && l.Qty.Sign() > 0 {
			continue // of a stream that was a pool then
		}
		if !s.unlinked && l.Date >= s.from {
			return broken(s.item, money.Amount{}, l.Value, "links of a layer of %s come to something else than what made it", l.Date)
		}
		s.before[l.Source] = l.Date
		s.put(s.layer(l.Source, l.Part), l.Source, l.Value)
		rest = rest.Sub(l.Value)
	}
	if rest.IsZero() {
		return nil
	}
	if s.layered || s.from <= firstDay {
		return broken(s.item, money.Amount{}, rest, "there was value before the first day")
	}
	s.before[costing.Source{}] = s.from
	s.put(s.layer(costing.Source{}, 0), costing.Source{}, rest)
	return nil
}

// layer is where the value of a layer is.
func (s *stock) layer(src costing.Source, part int32) *pot {
	k := layerKey{src, part}
	p := s.pots[k]
	if p == nil {
		p = newPot()
		s.pots[k], s.order = p, append(s.order, p)
	}
	return p
}

// place is where what an entry brings is put: a layer of its own, or the pool.
func (s *stock) place(src costing.Source) *pot {
	if s.layered || s.named[src] {
		return s.layer(src, 0)
	}
	return s.layer(costing.Source{}, 0)
}

// pool is the place of a stream that keeps no layers; those that it had are put together.
func (s *stock) pool() *pot {
	p := s.layer(costing.Source{}, 0)
	s.together(p, layerKey{})
	return p
}

func (s *stock) together(p *pot, k layerKey) {
	if len(s.order) > 1 {
		s.pour(p, s.order...)
		s.pots, s.order = map[layerKey]*pot{k: p}, []*pot{p}
	}
}

// all is everything that is held.
func (s *stock) all() (parts []part) {
	for _, p := range s.order {
		parts = append(parts, s.held(p)...)
	}
	return parts
}

// value is what all of it is worth.
func (s *stock) value() (sum money.Amount) {
	for _, p := range s.order {
		sum = sum.Add(p.value)
	}
	return sum
}

func (s *stock) fold(e *costing.Event) error {
	switch src := e.Source(); {
	case e.Kind == costing.Averaged:
		return nil
	case e.Kind == costing.Becomes:
		s.become(src)
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

// become puts what is held where the next method has it: layers into a pool, a pool into one layer.
func (s *stock) become(src costing.Source) {
	was := s.layered
	s.had = s.had[1:]
	switch s.layered = costing.Layered(s.had[0]); {
	case was && !s.layered:
		s.pool()
	case !was && s.layered:
		s.together(s.layer(src, 0), layerKey{src, 0})
	}
}

func (s *stock) revalue(e *costing.Event) error {
	src := e.Source()
	if len(e.Moved) == 0 {
		s.put(s.place(src), src, e.Value)
		return nil
	}
	var sum money.Amount
	for _, t := range e.Moved {
		s.put(s.layer(t.Source, t.Part), src, t.Value)
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
			s.put(s.layer(t.Source, t.Part), src, t.Value)
			layers++
		case !known: // goods that left before the first day are not owed any more
			s.put(s.layer(t.Source, 0), t.Source, t.Value)
		}
	}
	if layers > 0 || s.layered {
		return s.equal(e, e.Value.Sub(rest))
	}
	s.put(s.place(src), src, rest)
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
			s.owes(src, owed.Value.Neg())
			continue
		}
		links++
		if err := s.takeFrom(e, s.layer(t.Source, t.Part), amount); err != nil {
			return err
		}
	}
	if links > 0 || s.layered {
		return s.equal(e, e.Value.Add(v))
	}
	pool := s.pool()
	if brings(e) || e.Kind == costing.Back { // the receipt's own value first
		own := v.Min(s.remains(e.Cause, pool)).Max(money.Amount{})
		s.takeOut(pool, src, e.Cause, own)
		v = v.Sub(own)
	}
	return s.takeFrom(e, pool, v)
}

// owes notes what an issue took before it came: what covered it since, and the rest at the last known cost.
func (s *stock) owes(src costing.Source, value money.Amount) {
	for _, p := range s.covers[src] {
		s.owe(src, p.root, p.amount)
		value = value.Sub(p.amount)
	}
	s.owing(src, value)
}

func (s *stock) owing(src costing.Source, value money.Amount) {
	s.owe(src, src, value)
	s.put(s.layer(src, 0), src, value.Neg())
}

// takeFrom takes an amount from a layer or the pool. Where there is nothing it is owed.
func (s *stock) takeFrom(e *costing.Event, from *pot, amount money.Amount) error {
	src := e.Source()
	if s.draw(from, src, amount) {
		return nil
	}
	if s.layered && !brings(e) {
		return broken(s.item, amount, money.Amount{}, "entry %d/%d of %s takes from a layer that holds nothing", e.Doc, e.Line, e.FactDate)
	}
	s.owing(src, amount)
	return nil
}

// putBack returns what an issue took: to the layers that the links name, else to where it came from.
func (s *stock) putBack(e *costing.Event) error {
	src := e.Source()
	if len(e.Moved) == 0 {
		if p := s.place(src); !s.giveBack(p, nil, e.Cause, e.Value) {
			s.put(p, src, e.Value)
		}
		return nil
	}
	var sum money.Amount
	for _, t := range e.Moved {
		if p := s.layer(t.Source, t.Part); !s.giveBack(p, p, e.Cause, t.Value) {
			s.put(p, src, t.Value)
		}
		sum = sum.Add(t.Value)
	}
	return s.equal(e, sum)
}

// agree compares what is held in the end with what the books say that there is, layer by layer where there are layers.
func (s *stock) agree(in *Stream) error {
	if held := s.value(); held != in.State.Stream.Value {
		return broken(s.item, in.State.Stream.Value, held, "the stock is worth something else than what came in and did not leave")
	}
	if !s.layered {
		return nil
	}
	for _, l := range in.State.Layers {
		if held := s.layer(l.Source, l.Part).value; held != l.Value {
			return broken(s.item, l.Value, held, "a layer of %s is worth something else than what its links left there", l.Date)
		}
	}
	return nil
}

// took is what an entry took, by root.
func (s *stock) took(src costing.Source) []part {
	if s.last != src || s.parts == nil {
		s.last, s.parts = src, s.mix.took(src)
	}
	return s.parts
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

// span is how many days lie between the first day that was gone over and another.
func (s *stock) span(day calendar.Date) int { return max(int(day-s.from), 0) }
