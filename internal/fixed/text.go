package fixed

import (
	"errors"
	"math"
	"strconv"

	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// MaxText is the longest decimal text that is read, in bytes.
const MaxText = 64

// What can be wrong with a decimal text. None repeats the text: it may be long,
// and it may be somebody's secret.
var (
	ErrSyntax = errors.New("the text is not a plain decimal number")
	ErrDigits = errors.New("the number has more decimals than can be kept")
	ErrRange  = errors.New("the number is too large to be kept")
	ErrLong   = errors.New("the text of a number is longer than 64 bytes")
)

// Refuse turns an error of Parse into a refusal: limit_exceeded for size, the
// given code for a malformed text.
func Refuse(err error, malformed refusal.Code, subject string) error {
	if errors.Is(err, ErrRange) || errors.Is(err, ErrLong) {
		malformed = refusal.LimitExceeded
	}
	return refusal.New(malformed, subject, err.Error())
}

// Parse reads an optional sign, digits and an optional fraction, and nothing
// else: no exponent, no spaces, no separators. More than digits decimals are
// refused unless they are zeros.
func Parse(s string, digits int) (int64, error) {
	if len(s) > MaxText {
		return 0, ErrLong
	}
	i, neg := 0, false
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		neg = s[i] == '-'
		i++
	}
	var v int64 // becomes Overflow, which sticks, when too large
	start := i
	for i < len(s) && isDigit(s[i]) {
		v = push(v, s[i]-'0')
		i++
	}
	if i == start {
		return 0, ErrSyntax
	}
	kept, lost := 0, false
	if i < len(s) {
		if s[i] != '.' || i+1 == len(s) {
			return 0, ErrSyntax
		}
		for i++; i < len(s); i++ {
			switch {
			case !isDigit(s[i]):
				return 0, ErrSyntax
			case kept < digits:
				v = push(v, s[i]-'0')
				kept++
			case s[i] != '0':
				lost = true
			}
		}
	}
	if lost {
		return 0, ErrDigits
	}
	for ; kept < digits && v != 0; kept++ {
		v = push(v, 0)
	}
	if v == Overflow {
		return 0, ErrRange
	}
	if neg {
		v = -v
	}
	return v, nil
}

// ParseJSON reads a quoted decimal text or a plain JSON number, as text in both
// cases; null and everything else is ErrSyntax.
func ParseJSON(data []byte, digits int) (int64, error) {
	if len(data) > MaxText+2 {
		return 0, ErrLong
	}
	s := string(data)
	if n := len(s); n >= 2 && s[0] == '"' && s[n-1] == '"' {
		return Parse(s[1:n-1], digits)
	}
	if s == "" || s[0] == '+' {
		return 0, ErrSyntax
	}
	return Parse(s, digits)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func push(v int64, digit byte) int64 {
	d := int64(digit)
	if v == Overflow || v > (math.MaxInt64-d)/10 {
		return Overflow
	}
	return v*10 + d
}

// Format writes v with its decimals, trailing zeros cut down to least of them.
// The mark is written as "overflow", which Parse does not read.
func Format(v int64, digits, least int) string {
	if v == Overflow {
		return "overflow"
	}
	digits, least = max(digits, 0), max(least, 0)
	var space [40]byte
	b := space[:0]
	if v < 0 {
		b = append(b, '-')
	}
	first := len(b)
	b = strconv.AppendUint(b, size(v), 10)
	if digits == 0 {
		return string(b)
	}
	for len(b)-first <= digits { // at least one digit stays before the point
		b = append(b, 0)
		copy(b[first+1:], b[first:])
		b[first] = '0'
	}
	point := len(b) - digits
	b = append(b, 0)
	copy(b[point+1:], b[point:])
	b[point] = '.'
	end := len(b)
	for end > point+1+least && b[end-1] == '0' {
		end--
	}
	if end == point+1 {
		end = point
	}
	return string(b[:end])
}
