package costing

import (
	"cmp"
	"slices"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Event is an entry of a stream as it stands now: its value with all that later documents changed of it, and what it did to the layers.
type Event struct {
	Entry
	Moved    []Taken // by how much it changed each layer: what it brought is above zero, what it took below. A pool has none.
	Own      bool    // of the document under way: the stream as stored has not seen it
	Annulled bool    // it was reversed on its own date, or is that reversal: it never was
}

// Source is the name of the event's entry.
func (e *Entry) Source() Source { return Source{Doc: e.Doc, Line: e.Line} }

// issue is what the event takes, or a part of it.
func (e *Event) issue(qty uom.Quantity) Issue {
	return Issue{Doc: e.Doc, Date: e.FactDate, Lot: e.Lot, Qty: qty}
}

// Compare orders events by date, and by their place among those of the day.
func (e *Event) Compare(f *Event) int {
	if e.FactDate != f.FactDate {
		return cmp.Compare(e.FactDate, f.FactDate)
	}
	a, b := e.Place(), f.Place()
	if a.Doc != b.Doc {
		return cmp.Compare(a.Doc, b.Doc)
	}
	return cmp.Compare(a.Line, b.Line)
}

// Events puts together what a stream did that one method valued all along: its entries (in any order, with the changes of their values among them) and
// their links.
func Events(m Method, entries []Entry, links []Link) []Event {
	out := told(entries, links)
	for i := range out {
		out[i].ownLayer(m)
	}
	return out
}

// Told is Events of a stream that is valued by a method now; had are those that it had before each [Becomes] among the events. Of what came before the first
// of them nothing may be among the entries: all that is known of its method then is whether it kept layers.
func Told(m Method, named func(string) (Method, error), entries []Entry, links []Link) (out []Event, had []Method, err error) {
	out = told(entries, links)
	by := ""
	first := true
	for i := range out {
		e := &out[i]
		if e.Kind != Becomes {
			by = cmp.Or(e.Method, by)
			continue
		}
		was := Method(nil)
		switch {
		case !first || by != "":
			if was, err = named(by); err != nil {
				return nil, nil, err
			}
		case len(e.Moved) == 0:
			if was, err = named(e.Method); err != nil {
				return nil, nil, err
			}
		case e.Moved[0].Qty.Sign() > 0:
			was = Average{}
		default:
			was = FIFO{}
		}
		had, by, first = append(had, was), e.Method, false
	}
	n := 0
	for i := range out {
		e := &out[i]
		switch {
		case e.Kind == Becomes:
			n++
		case n < len(had):
			e.ownLayer(had[n])
		default:
			e.ownLayer(m)
		}
	}
	return out, had, nil
}

// ownLayer gives a receipt that no link speaks of the one layer that it made.
func (e *Event) ownLayer(m Method) {
	if len(e.Moved) == 0 && e.Qty.Sign() > 0 && e.Kind.brings() && Layered(m) {
		e.Moved = []Taken{{e.Source(), 0, e.FactDate, e.Lot, e.Qty, e.Value}}
	}
}

func told(entries []Entry, links []Link) []Event {
	many := 0
	for i := range entries {
		if entries[i].Kind != Adjust {
			many++
		}
	}
	out, at := make([]Event, 0, many), make(map[Source]int, many)
	for i := range entries {
		if e := &entries[i]; e.Kind != Adjust {
			at[e.Source()] = len(out)
			out = append(out, Event{Entry: *e})
		}
	}
	for i := range entries {
		if e := &entries[i]; e.Kind == Adjust {
			if i, ok := at[e.Cause]; ok {
				out[i].Value, out[i].Stated = out[i].Value.Add(e.Value), out[i].Stated.Add(e.Stated)
			}
		}
	}
	for i := range links {
		l := &links[i]
		i, ok := at[Source{Doc: l.Doc, Line: l.Line}]
		if !ok {
			continue
		}
		t := l.Taken()
		if out[i].Qty.Sign() < 0 {
			t.Qty, t.Value = t.Qty.Neg(), t.Value.Neg()
		}
		out[i].Moved = append(out[i].Moved, t)
	}
	for i := range out {
		e := &out[i]
		if j, ok := at[e.Cause]; ok && e.Undoes(&out[j].Entry) && out[j].FactDate == e.FactDate {
			e.Annulled, out[j].Annulled = true, true
		}
	}
	for i := range out {
		if i > 0 && out[i].Compare(&out[i-1]) < 0 { // a store gives them in order
			slices.SortStableFunc(out, func(a, b Event) int { return a.Compare(&b) })
			break
		}
	}
	return out
}

// Undoes says whether an entry is the reversal of another.
func (e *Entry) Undoes(f *Entry) bool {
	return e.Cause == f.Source() && e.Kind == f.Kind && e.Qty == f.Qty.Neg() && (e.Kind == Worth || !e.Qty.IsZero())
}

func (k EntryKind) brings() bool { return k == In || k == Found }

// Apply does to a state what an event did, or takes it back (sign -1).
func (s *State) Apply(m Method, e *Event, sign int) {
	s.Stream.Qty, s.Stream.Value = s.Stream.Qty.Add(signed(e.Qty, sign)), s.Stream.Value.Add(signedAmount(e.Value, sign))
	if sign > 0 && e.Kind != Becomes {
		s.lastOf(m, e)
	}
	for _, t := range e.Moved {
		if !Layered(m) && e.Kind != Becomes && !e.owes(t) && !e.covers(t) && !e.redeems(t) {
			continue // of a method that kept layers
		}
		i, found := s.find(t.Date, t.Source, t.Part)
		if !found {
			s.Layers = slices.Insert(s.Layers, i, Layer{Item: s.Stream.Item, Scope: s.Stream.Scope, Date: t.Date, Source: t.Source, Part: t.Part, Lot: t.Lot})
		}
		l := &s.Layers[i]
		l.Qty, l.Value = l.Qty.Add(signed(t.Qty, sign)), l.Value.Add(signedAmount(t.Value, sign))
		if l.Qty.IsZero() {
			s.Layers = slices.Delete(s.Layers, i, i+1)
		}
	}
}

// lastOf makes an event's cost the last known one: that of the last layer it took from. What is owed has none of its own.
func (s *State) lastOf(m Method, e *Event) {
	qty, value := e.Qty, e.Value
	for i := len(e.Moved) - 1; i >= 0; i-- {
		t := e.Moved[i]
		switch {
		case e.owes(t):
			qty, value = qty.Sub(t.Qty), value.Sub(t.Value)
		case Layered(m) && !e.covers(t):
			qty, value = t.Qty, t.Value
			i = 0
		}
	}
	if !qty.IsZero() {
		s.Stream.LastQty, s.Stream.LastValue = qty.Abs(), value.Abs()
	}
}

func signed(q uom.Quantity, sign int) uom.Quantity {
	if sign < 0 {
		return q.Neg()
	}
	return q
}

func signedAmount(a money.Amount, sign int) money.Amount {
	if sign < 0 {
		return a.Neg()
	}
	return a
}

// Same says whether two states of a stream will go on alike.
func (s *State) Same(o *State) bool {
	last := s.Stream.LastQty == o.Stream.LastQty && s.Stream.LastValue == o.Stream.LastValue // which values what is found, or owed, when there is nothing
	return last && s.Stream.Qty == o.Stream.Qty && s.Stream.Value == o.Stream.Value && slices.EqualFunc(s.Layers, o.Layers, func(a, b Layer) bool {
		return a.Source == b.Source && a.Part == b.Part && a.Qty == b.Qty && a.Value == b.Value
	})
}

// News is what an event is told of things that happened before it: by how much its value changed where it comes from; of a transfer, the layers that
// it carries; of a reversal, what its document does now.
type News struct {
	Change money.Amount
	Carry  []Taken
	Undoes *Event
	Allow  bool          // stock may go below nothing
	Stands *money.Amount // what it is worth by the average of its month
	Covers []Cover       // of an issue: what covers what it owes; of a receipt: what it covers
}

// Next applies an event to a state in which earlier things have changed. It gives the event as it is then: what it is worth, and what it moves.
func (s *State) Next(m Method, cur money.Currency, e Event, n News, standards []StandardCost) (Event, error) {
	next := e
	var err error
	switch {
	case e.Annulled && n.Undoes != nil: // it takes back what the other is worth now
		next.Moved, next.Value = opposite(n.Undoes.Moved), n.Undoes.Value.Neg()
		return next, nil
	case e.Annulled:
		return e, nil
	case e.Kind == Averaged:
		return e, nil
	case n.Stands != nil:
		return s.average(m, e, *n.Stands), nil
	case e.Kind == Worth && n.Undoes != nil:
		next.Moved, next.Value = opposite(n.Undoes.Moved), n.Undoes.Value.Neg()
		s.Apply(m, &next, 1)
		return next, nil
	case e.Kind == Worth:
		return s.nextWorth(m, cur, next, standards)
	case e.Kind.brings() && e.Qty.Sign() > 0:
		if m.Reads() == ReadsStandard && (e.Recounts() || e.Gaps()) { // the standard of its day may be known only now
			if next.Value, err = AtStandard(cur, e.Item, standards, e.FactDate, e.Qty); err != nil {
				return e, err
			}
		}
		s.bring(m, cur, &next, n)
		return next, nil
	case e.Kind.brings():
		err = s.withdraw(m, cur, &next, n)
	case e.Qty.Sign() > 0: // an issue that was reversed: back to where it is taken from now
		next.Value = e.Value.Add(n.Change)
		if n.Undoes != nil {
			if err := s.owing(n.Undoes); err != nil {
				return next, err
			}
			next.Moved, next.Value = opposite(n.Undoes.Moved), n.Undoes.Value.Neg()
		}
		s.Apply(m, &next, 1)
		return next, nil
	default:
		var taken []Taken
		taken, err = s.beyond(m, cur, &e, n, standards)
		next.took(m, taken)
	}
	return next, s.lacking(&e, err)
}

// Gaps says whether a receipt that stands at standard cost has an account for what it cost more: goods that are only moved have none.
func (e *Event) Gaps() bool { return e.Kind == In && e.Qty.Sign() > 0 && e.Contra != "" }

// carried says whether a receipt has the value of what left another stream, whatever that is.
func (e *Event) carried() bool {
	return e.Kind == In && e.Qty.Sign() > 0 && e.Contra == "" && e.Cause.Doc == e.Doc
}

// lacking names the day on which there would be too little.
func (s *State) lacking(e *Event, err error) error {
	if err == nil {
		return nil
	}
	return refusal.New(refusal.InsufficientStock, e.Item, "on %s there would be less than was taken then", e.FactDate).Numbers(e.Qty.Abs(), s.Stream.Qty)
}

func (e *Event) took(m Method, taken []Taken) {
	_, value := Total(taken)
	e.Value, e.Moved = value.Neg(), nil
	for _, t := range taken {
		if t.Qty, t.Value = t.Qty.Neg(), t.Value.Neg(); Layered(m) || e.owes(t) {
			e.Moved = append(e.Moved, t)
		}
	}
}

func opposite(taken []Taken) []Taken {
	out := make([]Taken, len(taken))
	for i, t := range taken {
		out[i] = Taken{t.Source, t.Part, t.Date, t.Lot, t.Qty.Neg(), t.Value.Neg()}
	}
	return out
}

// bring applies a receipt: at its value as it was and what it is told; goods found at what goods here cost; a transfer with the layers that it carries now.
func (s *State) bring(m Method, cur money.Currency, e *Event, n News) {
	if m.Reads() != ReadsStandard || e.carried() { // what is carried over to a standard is worth that only when it is there
		e.Value = e.Value.Add(n.Change)
		if e.Kind == Found {
			if v, known := LastCost(s.Stream, cur, e.Qty); known {
				e.Value = v
			} else if e.Recounts() {
				e.Value = e.Stated
			}
		}
	}
	part := e.ownPart()
	switch {
	case len(n.Covers) > 0:
		e.Moved = e.covering(m, n.Covers)
		s.CoveredBy(e.FactDate, e.Doc)
	case !Layered(m):
		e.Moved = nil
	case len(n.Carry) > 0:
		e.Moved = Carried(e.Source(), e.FactDate, n.Carry)
	case len(e.Moved) <= 1 || len(e.Covered()) > 0:
		e.Moved = []Taken{{e.Source(), part, e.FactDate, e.Lot, e.Qty, e.Value}}
	}
	if part == 0 && len(n.Carry) == 0 && len(n.Covers) == 0 && len(e.Moved) <= 1 {
		m.In(s, Receipt{Source: e.Source(), Date: e.FactDate, Lot: e.Lot, Qty: e.Qty, Value: e.Value, Cause: e.Cause})
		return
	}
	s.Apply(m, e, 1)
}

// ownPart is the part under which a receipt made its one layer: a transfer counts from 1.
func (e *Event) ownPart() int32 {
	for _, t := range e.Moved {
		if t.Source == e.Source() {
			return t.Part
		}
	}
	return 0
}

// Carried turns what was taken from one stream into the layers that a transfer makes in another: one each, in the order of their age.
func Carried(src Source, date calendar.Date, taken []Taken) []Taken {
	out := byAge(taken)
	for i := range out {
		out[i].Source, out[i].Part, out[i].Date = src, int32(i+1), date
	}
	return out
}

// withdraw applies the reversal of a receipt: its layers go as they are now, and they must be whole. Of a pool goes what it brought; if there is less, or
// these are the last units, their share of what is there.
func (s *State) withdraw(m Method, cur money.Currency, e *Event, n News) error {
	if !Layered(m) {
		qty := e.Qty.Neg()
		if s.Stream.Qty.Less(qty) {
			return refusal.New(refusal.InvalidState, e.Item, "these goods have gone")
		}
		e.Value = e.brought(n.Undoes).Neg()
		if m.Reads() == ReadsStandard || s.short(e) {
			e.Value = cur.Share(s.Stream.Value, qty.Units(), s.Stream.Qty.Units()).Neg()
		}
		s.Apply(m, e, 1)
		return nil
	}
	var value money.Amount
	e.Moved = slices.Clone(e.Moved)
	for i := range e.Moved {
		t := &e.Moved[i]
		j, found := s.find(t.Date, t.Source, t.Part)
		if !found || s.Layers[j].Qty != t.Qty.Neg() {
			return refusal.New(refusal.InvalidState, e.Item, "some of these goods have gone")
		}
		t.Value = s.Layers[j].Value.Neg()
		value = value.Add(t.Value)
	}
	e.Value = value
	s.Apply(m, e, 1)
	return nil
}

// brought is what a receipt that is undone brought, as its reversal states it if the receipt is not at hand.
func (e *Event) brought(undone *Event) money.Amount {
	switch {
	case undone != nil:
		return undone.Value
	case e.Kind == In:
		return e.Stated
	}
	return e.Value.Neg()
}

// Gap is by how much a reversal of a receipt takes more out of a stream than the receipt brought.
func (e *Event) Gap(undone *Event) money.Amount { return e.Value.Neg().Sub(e.brought(undone)) }

// short says whether what goes back is more than a pool holds, or all that it holds of the goods.
func (s *State) short(e *Event) bool {
	return s.Stream.Value.Less(e.Value.Neg()) || s.Stream.Qty == e.Qty.Neg()
}

// nextWorth makes all that is here worth what the document states: a unit cost, the standard of the day, or a total.
func (s *State) nextWorth(m Method, cur money.Currency, e Event, standards []StandardCost) (Event, error) {
	worth := e.Stated
	var err error
	switch {
	case m.Reads() == ReadsStandard:
		worth, err = AtStandard(cur, e.Item, standards, e.FactDate, s.Stream.Qty)
	case !e.UnitCost.IsZero():
		worth, err = cur.Extend(e.UnitCost, s.Stream.Qty.Decimal())
	}
	if err != nil {
		return e, err
	}
	if s.Stream.Qty.Sign() <= 0 { // what is owed is not revalued: what covers it says what it cost
		e.Value, e.Moved = money.Amount{}, nil
		return e, nil
	}
	changes, err := s.Revalue(m, cur, worth)
	_, e.Value = Total(changes)
	e.Moved = nil
	if Layered(m) {
		e.Moved = changes
	}
	return e, err
}

// layerOf finds the date of the layer that a receipt made, if it is still here.
func (s *State) layerOf(src Source) calendar.Date {
	for _, l := range s.Layers {
		if l.Source == src {
			return l.Date
		}
	}
	return 0
}

// NewLink records a layer of an entry.
func NewLink(e *Entry, n int32, t Taken) *Link {
	return &Link{
		Doc: e.Doc, Line: e.Line, N: n, Item: e.Item, Scope: e.Scope, FactDate: e.FactDate,
		Source: t.Source, Part: t.Part, Date: t.Date, Lot: t.Lot, Qty: t.Qty, Value: t.Value, Version: 1,
	}
}

// Taken gives a link as what was taken.
func (l *Link) Taken() Taken {
	return Taken{Source: l.Source, Part: l.Part, Date: l.Date, Lot: l.Lot, Qty: l.Qty, Value: l.Value}
}

// Layers are what an entry did to the layers of its stream, by its links; a receipt without links made one.
func (e *Entry) Layers(m Method, links []*Link) []Taken {
	var out []Taken
	for _, l := range links {
		if l.Line == e.Line {
			out = append(out, l.Taken())
		}
	}
	if len(out) == 0 && Layered(m) && e.Kind.brings() {
		out = []Taken{{e.Source(), 0, e.FactDate, e.Lot, e.Qty, e.Value}}
	}
	return out
}

// Links records what an event moves, amounts above zero for what it takes; what a receipt of one layer brings needs no link.
func (e *Event) Links() []*Link {
	if e.Kind.brings() && len(e.Moved) == 1 && e.Moved[0].Part == 0 && e.Qty.Sign() > 0 && !e.covers(e.Moved[0]) {
		return nil
	}
	out := make([]*Link, len(e.Moved))
	for i, t := range e.Moved {
		if e.Qty.Sign() < 0 {
			t.Qty, t.Value = t.Qty.Neg(), t.Value.Neg()
		}
		out[i] = NewLink(&e.Entry, int32(i+1), t)
	}
	return out
}

// Take makes the state that of another reckoning of the stream; what it knows beside value stays.
func (s *State) Take(o State) {
	was := s.Stream
	s.Stream, s.Layers = o.Stream, o.Layers
	s.Stream.LastDate = was.LastDate
	s.Priced(was.IssueDate, was.IssueDoc)
	s.Stream.Allowance, s.Stream.Method, s.Stream.Version = was.Allowance, was.Method, was.Version
}
