package costing

import "github.com/ledgermill/ledgermill/ledger/money"

// Average is the moving weighted average: one pool, and an issue takes its share of the pool's value.
type Average struct{}

// Name is average.
func (Average) Name() string { return "average" }

// Reads says that the totals are enough.
func (Average) Reads() Reads { return ReadsPool }

// In adds to the pool.
func (Average) In(s *State, r Receipt) { s.in(r.Qty, r.Value) }

// Out takes the quantity's share of the pool's value; the last units take all of it.
func (a Average) Out(s *State, cur money.Currency, i Issue) ([]Taken, error) {
	if err := s.Enough(a, i.Qty); err != nil {
		return nil, err
	}
	return append(i.Room, s.TakePool(i.Qty, cur.Share(s.Stream.Value, i.Qty.Units(), s.Stream.Qty.Units()))), nil
}

// MonthlyAverage is the weighted average of a whole month (全月一次加权平均): until the month is closed an issue stands at the moving average; the close gives
// all issues of the month the average of what there was at its beginning and all that came in it.
type MonthlyAverage struct{ Average }

// Name is monthly_average.
func (MonthlyAverage) Name() string { return "monthly_average" }

// Specific is specific identification (个别计价): every lot or serial number is a stream of its own, and a lot received at two prices has their average.
type Specific struct{ Average }

// Name is specific.
func (Specific) Name() string { return "specific" }

// Standard is standard cost (计划成本): what comes in stands at quantity x standard, so an issue's share of the pool is at standard too. Who brings goods in
// states their value at standard, and books the gap to what they cost as a variance.
type Standard struct{ Average }

// Name is standard.
func (Standard) Name() string { return "standard" }

// Reads says that the totals are enough, and that they stand at standard.
func (Standard) Reads() Reads { return ReadsStandard }
