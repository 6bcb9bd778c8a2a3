package costing

import (
	"cmp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// State is a stream with the layers that were loaded, oldest first by (Date, Source). Whoever folds it owns it.
type State struct {
	Stream Stream
	Layers []Layer
}

// Clone gives a state that shares nothing with s.
func (s State) Clone() State { return State{s.Stream, slices.Clone(s.Layers)} }

// Reads says which layers of a stream an issue must see: the others need not be loaded, and a method must come to the same without them.
type Reads int32

// What a method reads. Of those from ReadsOldest on every receipt is a layer; the others keep one pool, and read totals only.
const (
	ReadsPool     Reads = iota
	ReadsStandard       // the pool, which stands at standard cost
	ReadsOldest         // the oldest layers that cover the quantity; which these are does not depend on what they are worth
	ReadsNewest         // the newest that cover it, likewise
	ReadsNamed          // those of the issue's lot; without a lot all
	ReadsAll            // every layer
)

// ReadsSince reads the oldest layers that cover the quantity, and all that came in no more than some days before the issue.
func ReadsSince(days int32) Reads { return ReadsAll + 1 + Reads(min(max(days, 0), 36_500)) }

// Since is the day from which on an issue of a day reads all layers, where that is what the method reads.
func (r Reads) Since(issue calendar.Date) (calendar.Date, bool) {
	return issue.AddDays(-int(r - ReadsAll - 1)), r > ReadsAll
}

// byAge says whether the age of layers alone decides which are taken, so that a late price of one does not change which others were.
func (r Reads) byAge() bool { return r <= ReadsNewest }

// Layered says whether a method keeps layers.
func Layered(m Method) bool { return m.Reads() >= ReadsOldest }

// Receipt is value that comes in.
type Receipt struct {
	Source Source
	Date   calendar.Date
	Lot    string
	Qty    uom.Quantity
	Value  money.Amount
	Cause  Source // of goods that come back: the entry that had taken them; they come in at what they left at
}

// Issue is what is to be taken.
type Issue struct {
	Doc  int64 // the document: of those of one date the order in which they count
	Date calendar.Date
	Lot  string
	Qty  uom.Quantity
	Room []Taken // empty, for the answer as far as it goes: who asks often saves allocations. It may be nil, and a method may leave it.
}

// Taken is what an issue took from one layer: a link to be. A method without layers takes from the pool: Source zero.
type Taken struct {
	Source Source
	Part   int32
	Date   calendar.Date
	Lot    string
	Qty    uom.Quantity
	Value  money.Amount
}

// Method is a rule of valuation: it folds receipts and issues into a state that it is given, and knows nothing else: the stream's quantity and value, and
// its layers (the other fields of Stream are the library's). It has no memory of its own, so that a stream may be gone over again from any day: the same state and the same issue give the same, always. Package costingtest proves one.
//
// What a method takes is by itself what it costs: reversals, transfers, returns, late prices and backdated documents follow from it. A method of one's own
// embeds [FIFO] (layers) or [Average] (a pool) for what comes in, and says how goods leave with State.TakeLayer or State.TakePool.
type Method interface {
	// Name is what items say of their method, and what is written in the books: it stays.
	Name() string
	Reads() Reads
	// In adds a receipt: its quantity at its value, as a layer of its own in its place by date and source where the method keeps layers.
	In(s *State, r Receipt)
	// Out takes a quantity and says what it took from where: insufficient_stock if there is less, invalid_quantity unless it is above zero; the
	// state is then as it was. What empties a layer or the pool takes all its value.
	Out(s *State, cur money.Currency, i Issue) ([]Taken, error)
}

// Lookup gives a method by its name, a built-in one or one of a host's. One that there is not is invalid_state; so is what a host's method takes if that is
// not what was asked for, or if it panics.
func Lookup(name string, host []Method) (Method, error) {
	for _, m := range builtin {
		if m.Name() == name {
			return m, nil
		}
	}
	for _, m := range host {
		if m.Name() == name {
			return guarded{m}, nil
		}
	}
	return nil, refusal.New(refusal.InvalidState, name, "there is no costing method %q: one of its own a host gives whenever it opens the company", name).Known(known(host)...)
}

// known are the names of the built-in methods and of a host's.
func known(host []Method) []string {
	names := Methods()
	for _, m := range host {
		names = append(names, m.Name())
	}
	return names
}

// CheckMethods refuses a host's methods that are none, or whose names are not theirs alone: invalid_state.
func CheckMethods(host []Method) error {
	for i, m := range host {
		if m == nil {
			return refusal.New(refusal.InvalidState, "methods", "a costing method is missing")
		}
		name := m.Name()
		_, err := Lookup(name, host[:i])
		switch {
		case name == "" || len(name) > longestName || strings.ContainsFunc(name, func(r rune) bool { return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') }):
			return refusal.New(refusal.InvalidState, name, "the name of a costing method is 1 to %d of: a-z, 0-9, _", longestName)
		case err == nil:
			return refusal.New(refusal.InvalidState, name, "there is another costing method of this name")
		}
	}
	return nil
}

const longestName = 40

var builtin = [...]Method{FIFO{}, LIFO{}, Average{}, MonthlyAverage{}, Standard{}, Specific{}}

// Methods are the names of the built-in methods.
func Methods() []string {
	names := make([]string, len(builtin))
	for i, m := range builtin {
		names[i] = m.Name()
	}
	return names
}

// in keeps the totals and the last known cost of a stream up to date with a receipt.
func (s *State) in(qty uom.Quantity, value money.Amount) {
	s.Stream.Qty, s.Stream.Value = s.Stream.Qty.Add(qty), s.Stream.Value.Add(value)
	s.Stream.LastQty, s.Stream.LastValue = qty, value
}

// TakePool takes a quantity at a value out of the totals; a method without layers says by it how goods leave.
func (s *State) TakePool(qty uom.Quantity, value money.Amount) Taken {
	s.Stream.Qty, s.Stream.Value = s.Stream.Qty.Sub(qty), s.Stream.Value.Sub(value)
	s.Stream.LastQty, s.Stream.LastValue = qty, value
	return Taken{Qty: qty, Value: value}
}

// TakeLayer takes up to a quantity from layer i: all its value with its last units, else their share of what it is worth. A layer that is used up is no
// longer in the list.
func (s *State) TakeLayer(cur money.Currency, i int, qty uom.Quantity) Taken {
	l := &s.Layers[i]
	qty = qty.Min(l.Qty)
	t := Taken{l.Source, l.Part, l.Date, l.Lot, qty, cur.Share(l.Value, qty.Units(), l.Qty.Units())}
	l.Qty, l.Value = l.Qty.Sub(t.Qty), l.Value.Sub(t.Value)
	s.TakePool(t.Qty, t.Value)
	if l.Qty.IsZero() {
		s.drop(i)
	}
	return t
}

// drop takes a layer out. The oldest goes without moving those behind it, however many there are.
func (s *State) drop(i int) {
	if i == 0 {
		s.Layers[0] = Layer{}
		s.Layers = s.Layers[1:]
		return
	}
	s.Layers = slices.Delete(s.Layers, i, i+1)
}

// Enough refuses to take nothing, or more than is there to be taken: the pool, or the layers loaded, counted only as far as they are needed.
func (s *State) Enough(m Method, qty uom.Quantity) error {
	if qty.Sign() <= 0 {
		return refusal.New(refusal.InvalidQuantity, s.Stream.Item, "what leaves is above zero").Numbers(qty, s.Stream.Qty)
	}
	here := s.Stream.Qty
	if Layered(m) {
		here = uom.Quantity{}
		for i := 0; i < len(s.Layers) && here.Less(qty); i++ {
			here = here.Add(s.Layers[i].Qty)
		}
	}
	if here.Less(qty) {
		return refusal.New(refusal.InsufficientStock, s.Stream.Item, "less is valued than is to leave").Numbers(qty, here)
	}
	return nil
}

// Total adds up what was taken.
func Total(taken []Taken) (qty uom.Quantity, value money.Amount) {
	for _, t := range taken {
		qty, value = qty.Add(t.Qty), value.Add(t.Value)
	}
	return qty, value
}

// UnitCost is the value of one unit, to ten places, for display; zero when there is none.
func UnitCost(qty uom.Quantity, value money.Amount) decimal.Decimal {
	if qty.IsZero() {
		return decimal.Zero
	}
	return value.Decimal().DivRound(qty.Decimal(), 10)
}

// LastCost values a quantity at the cost on hand, else at the last known cost. It is false if none is known.
func LastCost(s Stream, cur money.Currency, qty uom.Quantity) (money.Amount, bool) {
	switch {
	case s.Qty.Sign() > 0:
		return cur.Share(s.Value, qty.Units(), s.Qty.Units()), true
	case s.LastQty.Sign() > 0:
		return cur.Share(s.LastValue, qty.Units(), s.LastQty.Units()), true
	}
	return money.Amount{}, false
}

// find gives the place of the layer that a source made, or where it belongs: mostly at the end.
func (s *State) find(date calendar.Date, src Source, part int32) (int, bool) {
	low, high := 0, len(s.Layers)
	if high == 0 || s.Layers[high-1].compare(date, src, part) < 0 {
		return high, false
	}
	for low < high {
		if middle := (low + high) / 2; s.Layers[middle].compare(date, src, part) < 0 {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, s.Layers[low].compare(date, src, part) == 0
}

// compare puts layers in their order.
func (l *Layer) compare(date calendar.Date, src Source, part int32) int {
	switch {
	case l.Date != date:
		return cmp.Compare(l.Date, date)
	case l.Source.Doc != src.Doc:
		return cmp.Compare(l.Source.Doc, src.Doc)
	case l.Source.Line != src.Line:
		return cmp.Compare(l.Source.Line, src.Line)
	}
	return cmp.Compare(l.Part, part)
}

func (s *State) pricedSince(date calendar.Date, doc int64) bool {
	return s.Stream.IssueDate > date || s.Stream.IssueDate == date && s.Stream.IssueDoc > doc
}

// Priced notes that a document was valued by all that the stream held: an issue from a pool, goods that a stocktake found, a revaluation. The latest by date counts.
func (s *State) Priced(date calendar.Date, doc int64) {
	if date > s.Stream.IssueDate || date == s.Stream.IssueDate && doc > s.Stream.IssueDoc {
		s.Stream.IssueDate, s.Stream.IssueDoc = date, doc
	}
}

// Issued notes that a method has valued an issue. Where the age of layers alone says which it took, the layers tell that themselves.
func (s *State) Issued(m Method, date calendar.Date, doc int64) {
	if !Layered(m) || !m.Reads().byAge() {
		s.Priced(date, doc)
	}
}

// whole refuses unless all `kept` units of a receipt are still here with its value unspent.
func (s *State) whole(m Method, src Source, date calendar.Date, kept uom.Quantity) error {
	var here uom.Quantity
	switch i, found := s.find(date, src, 0); {
	case s.pricedSince(date, src.Doc):
	case !Layered(m):
		here = kept.Min(s.Stream.Qty)
	case found:
		here = s.Layers[i].Qty
	}
	if here != kept || kept.IsZero() {
		return refusal.New(refusal.InvalidState, s.Stream.Item, "some of these goods have gone").Numbers(kept, here)
	}
	return nil
}

// ChangeValue adds delta to the value of a receipt of which all kept units are still here: a price difference, a residual. It is invalid_state
// when some have gone or none is kept, invalid_amount when less than nothing would be left; the state is then as it was.
func (s *State) ChangeValue(m Method, src Source, date calendar.Date, kept uom.Quantity, delta money.Amount) error {
	if err := s.whole(m, src, date, kept); err != nil {
		return err
	}
	value := &s.Stream.Value
	if Layered(m) {
		i, _ := s.find(date, src, 0)
		value = &s.Layers[i].Value
	}
	after := value.Add(delta)
	if after.Sign() < 0 {
		return refusal.New(refusal.InvalidAmount, s.Stream.Item, "the goods would be worth less than nothing").Numbers(delta.Neg(), *value)
	}
	total := s.Stream.Value.Add(delta)
	*value, s.Stream.Value = after, total
	return nil
}

// Return sends units of a receipt back at the value at which they stand in the books of the purchase. Units whose layer has gone leave by the
// method; so does everything if the value would fall below zero. What empties a layer or pool takes all its value. The caller books the gap to `at`
// as a variance. Refusals are those of Out.
func (s *State) Return(m Method, cur money.Currency, src Source, date calendar.Date, i Issue, at money.Amount) ([]Taken, error) {
	if err := s.Enough(m, i.Qty); err != nil {
		return nil, err
	}
	if !Layered(m) {
		if m.Reads() == ReadsStandard || i.Qty == s.Stream.Qty || s.Stream.Value.Less(at) {
			return m.Out(s, cur, i)
		}
		return []Taken{s.TakePool(i.Qty, at)}, nil
	}
	var taken []Taken
	was := *s
	if n, found := s.find(date, src, 0); found {
		if s.Layers[n].Qty.Less(i.Qty) { // the method may refuse the rest
			was = s.Clone()
		}
		l := &s.Layers[n]
		here := i.Qty.Min(l.Qty)
		value := cur.Share(at, here.Units(), i.Qty.Units())
		if here == l.Qty || l.Value.Less(value) {
			value = cur.Share(l.Value, here.Units(), l.Qty.Units())
		}
		taken = append(taken, Taken{src, 0, date, l.Lot, here, value})
		l.Qty, l.Value = l.Qty.Sub(here), l.Value.Sub(value)
		if l.Qty.IsZero() {
			s.drop(n)
		}
		s.TakePool(here, value)
		i.Qty = i.Qty.Sub(here)
	}
	if i.Qty.IsZero() {
		return taken, nil
	}
	s.Issued(m, i.Date, i.Doc)
	rest, err := m.Out(s, cur, i)
	if err != nil {
		*s = was
		return nil, err
	}
	return append(taken, rest...), nil
}

// ReturnHere is Return of what is here of the goods, where the rest is owed: it takes its share of the value.
func (s *State) ReturnHere(m Method, cur money.Currency, src Source, date calendar.Date, i Issue, at money.Amount) ([]Taken, error) {
	want := i.Qty
	if i.Qty, _ = s.Here(want); i.Qty.IsZero() {
		return nil, nil
	}
	return s.Return(m, cur, src, date, i, cur.Share(at, i.Qty.Units(), want.Units()))
}

// Adopt adds a layer that was loaded to those known, in its place.
func (s *State) Adopt(l Layer) {
	if i, found := s.find(l.Date, l.Source, l.Part); !found {
		s.Layers = slices.Insert(s.Layers, i, l)
	}
}
