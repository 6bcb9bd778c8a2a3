package costing

import (
	"cmp"
	"slices"

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

// Reads says which layers an issue must see.
type Reads uint8

// What a method reads.
const (
	ReadsPool     Reads = iota // none: totals are enough
	ReadsStandard              // none: totals, which stand at standard cost
	ReadsOldest                // the oldest that cover the quantity
	ReadsNewest                // the newest that cover it
)

// Layered says whether a method keeps layers.
func Layered(m Method) bool { return m.Reads() >= ReadsOldest }

// Receipt is value that comes in.
type Receipt struct {
	Source Source
	Date   calendar.Date
	Lot    string
	Qty    uom.Quantity
	Value  money.Amount
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

// Method is a rule of valuation.
type Method interface {
	Name() string
	Reads() Reads
	// In adds a receipt.
	In(s *State, r Receipt)
	// Out takes a quantity and says what it took from where: insufficient_stock if there is less, invalid_quantity unless it is above zero; the
	// state is then as it was.
	Out(s *State, cur money.Currency, qty uom.Quantity, lot string) ([]Taken, error)
	// PutBack returns exactly what Out took, in place: a reversal.
	PutBack(s *State, t Taken)
}

// Lookup gives a built-in method by its name.
func Lookup(name string) (Method, error) {
	for _, m := range builtin {
		if m.Name() == name {
			return m, nil
		}
	}
	return nil, refusal.New(refusal.InvalidState, name, "the costing method %s is not built", name)
}

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

// out does the same for value that leaves.
func (s *State) out(qty uom.Quantity, value money.Amount) {
	s.Stream.Qty, s.Stream.Value = s.Stream.Qty.Sub(qty), s.Stream.Value.Sub(value)
	s.Stream.LastQty, s.Stream.LastValue = qty, value
}

// enough refuses to take nothing, or more than is there to be taken: the pool, or the layers loaded, counted only as far as they are needed.
func (s *State) enough(m Method, qty uom.Quantity) error {
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

// find gives the place of the layer that a source made, or where it belongs.
func (s *State) find(date calendar.Date, src Source, part int32) (int, bool) {
	return slices.BinarySearchFunc(s.Layers, Layer{Date: date, Source: src, Part: part}, compareLayers)
}

func compareLayers(a, b Layer) int {
	return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Source.Doc, b.Source.Doc), cmp.Compare(a.Source.Line, b.Source.Line), cmp.Compare(a.Part, b.Part))
}

// issuedSince says whether the method has priced an issue after the receipt (date, doc): then the receipt's value has gone where that issue went.
func (s *State) issuedSince(date calendar.Date, doc int64) bool {
	return s.Stream.IssueDate > date || s.Stream.IssueDate == date && s.Stream.IssueDoc > doc
}

// Issued notes that the method has priced an issue; the latest by date counts.
func (s *State) Issued(date calendar.Date, doc int64) {
	if date >= s.Stream.IssueDate {
		s.Stream.IssueDate, s.Stream.IssueDoc = date, doc
	}
}

// whole refuses unless all `kept` units of a receipt are still here with its value unspent.
func (s *State) whole(m Method, src Source, date calendar.Date, kept uom.Quantity) error {
	here := kept
	if !Layered(m) {
		if s.issuedSince(date, src.Doc) {
			here = uom.Quantity{}
		}
		here = here.Min(s.Stream.Qty)
	} else if i, found := s.find(date, src, 0); found {
		here = s.Layers[i].Qty
	} else {
		here = uom.Quantity{}
	}
	if here != kept || kept.IsZero() {
		return refusal.New(refusal.InvalidState, s.Stream.Item, "some of these goods have gone: value that comes late is not carried on yet").Numbers(kept, here)
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

// Undo takes a receipt out again at the value at which it came in. A layer must be untouched; a pool must hold the units and the value, whichever
// units they are, and keep no value without units. Otherwise it is invalid_state, and the state is as it was.
func (s *State) Undo(m Method, r Receipt) error {
	if Layered(m) {
		if err := s.whole(m, r.Source, r.Date, r.Qty); err != nil {
			return err
		}
		i, _ := s.find(r.Date, r.Source, 0)
		if s.Layers[i].Value != r.Value {
			return refusal.New(refusal.InvalidState, s.Stream.Item, "the value of these goods was changed since").Numbers(r.Value, s.Layers[i].Value)
		}
	}
	qty, value := s.Stream.Qty.Sub(r.Qty), s.Stream.Value.Sub(r.Value)
	if qty.Sign() < 0 {
		return refusal.New(refusal.InvalidState, s.Stream.Item, "these goods have gone").Numbers(r.Qty, s.Stream.Qty)
	}
	if value.Sign() < 0 || qty.IsZero() && !value.IsZero() {
		return refusal.New(refusal.InvalidState, s.Stream.Item, "the value of these goods has gone").Numbers(r.Value, s.Stream.Value)
	}
	if i, found := s.find(r.Date, r.Source, 0); found {
		s.Layers = slices.Delete(s.Layers, i, i+1)
	}
	s.Stream.Qty, s.Stream.Value = qty, value
	return nil
}

// Return sends qty units of a receipt back at the value at which they stand in the books of the purchase. Units whose layer has gone leave by the
// method; so does everything if the value would fall below zero. What empties a layer or pool takes all its value. The caller books the gap to `at`
// as a variance. Refusals are those of Out.
func (s *State) Return(m Method, cur money.Currency, src Source, date calendar.Date, qty uom.Quantity, at money.Amount) ([]Taken, error) {
	if err := s.enough(m, qty); err != nil {
		return nil, err
	}
	if !Layered(m) {
		if m.Reads() == ReadsStandard || qty == s.Stream.Qty || s.Stream.Value.Less(at) {
			return m.Out(s, cur, qty, "")
		}
		s.out(qty, at)
		return []Taken{{Qty: qty, Value: at}}, nil
	}
	var taken []Taken
	if i, found := s.find(date, src, 0); found {
		l := &s.Layers[i]
		here := qty.Min(l.Qty)
		value := cur.Share(at, here.Units(), qty.Units())
		if here == l.Qty || l.Value.Less(value) {
			value = cur.Share(l.Value, here.Units(), l.Qty.Units())
		}
		taken = append(taken, Taken{src, 0, date, l.Lot, here, value})
		l.Qty, l.Value = l.Qty.Sub(here), l.Value.Sub(value)
		if l.Qty.IsZero() {
			s.Layers = slices.Delete(s.Layers, i, i+1)
		}
		s.out(here, value)
		qty = qty.Sub(here)
	}
	if qty.IsZero() {
		return taken, nil
	}
	rest, err := m.Out(s, cur, qty, "")
	return append(taken, rest...), err
}

// Adopt adds a layer that was loaded to those known, in its place.
func (s *State) Adopt(l Layer) {
	if i, found := s.find(l.Date, l.Source, l.Part); !found {
		s.Layers = slices.Insert(s.Layers, i, l)
	}
}

// Kept is how many units of a receipt are here: those in its layer; in a pool, all that were received.
func (s *State) Kept(m Method, src Source, date calendar.Date, received uom.Quantity) uom.Quantity {
	if !Layered(m) {
		return received.Min(s.Stream.Qty)
	}
	if i, found := s.find(date, src, 0); found {
		return s.Layers[i].Qty
	}
	return uom.Quantity{}
}
