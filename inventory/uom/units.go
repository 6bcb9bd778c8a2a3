package uom

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ledgermill/ledgermill/internal/fixed"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// ratioDigits is the most decimals that the text of a ratio has.
const ratioDigits = 12

// Ratio says how many base units are in one other unit, exactly: {12, 1} for a
// dozen in pieces, {1, 1000} for a gram in kilograms. Both are above zero; the
// zero value is no ratio, and a conversion by it is refused.
type Ratio struct{ Num, Den int64 }

// ParseRatio reads "12", "0.001" or "1/3" in lowest terms.
func ParseRatio(s string) (Ratio, error) {
	if len(s) > fixed.MaxText {
		return Ratio{}, refuseRatio(fixed.ErrLong)
	}
	num, den := s, "1"
	places := 0
	if over, under, ok := strings.Cut(s, "/"); ok {
		num, den = over, under
	} else if _, fraction, ok := strings.Cut(s, "."); ok {
		// Only as many places as are written, so that large whole ratios fit.
		places = min(len(strings.TrimRight(fraction, "0")), ratioDigits)
	}
	n, err := fixed.Parse(num, places)
	if err != nil {
		return Ratio{}, refuseRatio(err)
	}
	d, err := fixed.Parse(den, 0)
	if err != nil {
		return Ratio{}, refuseRatio(err)
	}
	r := Ratio{n, d}
	if !r.valid() {
		return Ratio{}, refusal.New(refusal.InvalidQuantity, "ratio", "a ratio of units must be above zero")
	}
	if places > 0 {
		r.Den = fixed.Pow10(places) // d is 1
	}
	return r.lowest(), nil
}

func refuseRatio(err error) error { return fixed.Refuse(err, refusal.InvalidQuantity, "ratio") }

func (r Ratio) valid() bool { return r.Num > 0 && r.Den > 0 }

func (r Ratio) lowest() Ratio {
	a, b := r.Num, r.Den
	for b != 0 {
		a, b = b, a%b
	}
	return Ratio{r.Num / a, r.Den / a}
}

// String gives the ratio in lowest terms: a decimal where one is exact, such as
// "0.001", otherwise "1/3".
func (r Ratio) String() string {
	if r.valid() {
		r = r.lowest()
		for places := 0; places <= ratioDigits; places++ {
			scale := fixed.Pow10(places)
			if scale%r.Den != 0 {
				continue
			}
			if n := fixed.MulDiv(r.Num, scale/r.Den, 1, fixed.Down); n != fixed.Overflow {
				return fixed.Format(n, places, 0)
			}
			break
		}
	}
	return strconv.FormatInt(r.Num, 10) + "/" + strconv.FormatInt(r.Den, 10)
}

// MarshalText gives the text of String.
func (r Ratio) MarshalText() ([]byte, error) {
	if !r.valid() {
		return nil, refusal.New(refusal.InvalidQuantity, "ratio", "a ratio of units must be above zero")
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads what ParseRatio reads.
func (r *Ratio) UnmarshalText(text []byte) error {
	if len(text) > fixed.MaxText {
		return refuseRatio(fixed.ErrLong)
	}
	v, err := ParseRatio(string(text))
	if err != nil {
		return err
	}
	*r = v
	return nil
}

// UnmarshalJSON reads a quoted text or a plain number, as text.
func (r *Ratio) UnmarshalJSON(data []byte) error {
	if n := len(data); n >= 2 && data[0] == '"' && data[n-1] == '"' {
		data = data[1 : n-1]
	}
	return r.UnmarshalText(data)
}

// Units are the other units of an item by name.
type Units map[string]Ratio

// ToBase converts q of the given unit to the base unit. No unit, or the base
// unit itself, changes nothing. An unknown unit, and a result that millionths
// cannot hold exactly, is refused.
func (u Units) ToBase(q Quantity, unit, base string) (Quantity, error) {
	if unit == "" || unit == base {
		return q, nil
	}
	r, ok := u[unit]
	if !ok {
		return Quantity{}, refusal.New(refusal.UnitMismatch, unit, "the item has no such unit").Known(append(slices.Collect(maps.Keys(u)), base)...)
	}
	if !r.valid() {
		return Quantity{}, refusal.New(refusal.UnitMismatch, unit, "the unit has no ratio to the base unit")
	}
	n, exact := fixed.MulDivExact(q.n, r.Num, r.Den)
	if n == fixed.Overflow {
		return Quantity{}, refuse(fixed.ErrRange)
	}
	if !exact {
		return Quantity{}, refusal.New(refusal.UnitMismatch, unit, "the base unit cannot hold this quantity exactly in six decimals")
	}
	return Quantity{n}, nil
}

// MarshalText gives "box=12,pallet=480", sorted by name.
func (u Units) MarshalText() ([]byte, error) {
	var out []byte
	for i, unit := range slices.Sorted(maps.Keys(u)) {
		if strings.ContainsAny(unit, "=,") {
			return nil, refusal.New(refusal.UnitMismatch, unit, "the name of a unit holds no comma and no equals sign")
		}
		ratio, err := u[unit].MarshalText()
		if err != nil {
			return nil, err
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(out, unit...), '='), ratio...)
	}
	return out, nil
}

// UnmarshalText reads what MarshalText gives.
func (u *Units) UnmarshalText(text []byte) error {
	units := Units{}
	if len(text) > 0 {
		for pair := range strings.SplitSeq(string(text), ",") {
			unit, ratio, ok := strings.Cut(pair, "=")
			if _, twice := units[unit]; !ok || twice {
				return refusal.New(refusal.UnitMismatch, "units", "units are written as name=ratio, each name once")
			}
			r, err := ParseRatio(ratio)
			if err != nil {
				return err
			}
			units[unit] = r
		}
	}
	*u = units
	return nil
}

// MarshalJSON gives an object of name to ratio, sorted by name.
func (u Units) MarshalJSON() ([]byte, error) {
	if u == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(map[string]Ratio(u))
}

// UnmarshalJSON reads an object of name to ratio.
func (u *Units) UnmarshalJSON(data []byte) error { return json.Unmarshal(data, (*map[string]Ratio)(u)) }
