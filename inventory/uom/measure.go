package uom

import "strings"

// Measure is a quantity as a person states it: a number and, if it is not the base unit, the unit ("3 box").
type Measure struct {
	Qty  Quantity
	Unit string
}

// Of is a measure in the base unit.
func Of(q Quantity) Measure { return Measure{Qty: q} }

// ParseMeasure reads "3" or "3 box".
func ParseMeasure(s string) (Measure, error) {
	number, unit, _ := strings.Cut(s, " ")
	q, err := Parse(number)
	return Measure{q, strings.TrimSpace(unit)}, err
}

// String gives the measure as it is read.
func (m Measure) String() string {
	if m.Unit == "" {
		return m.Qty.String()
	}
	return m.Qty.String() + " " + m.Unit
}

// MarshalText gives the measure as text.
func (m Measure) MarshalText() ([]byte, error) { return []byte(m.String()), m.Qty.check() }

// UnmarshalText reads the measure from text.
func (m *Measure) UnmarshalText(text []byte) (err error) {
	*m, err = ParseMeasure(string(text))
	return err
}
