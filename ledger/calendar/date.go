// Package calendar holds business days and accounting months.
//
// Its nouns: a Date (one day, without clock or zone) and a Period (one calendar
// month). Both are small integers in order, so that they compare with < and
// work as keys; zero is "none" in both.
package calendar

import (
	"time"

	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// Date is a day: the days since 0001-01-01 plus 1. Zero is no date.
type Date int32

const (
	daySeconds = 24 * 60 * 60
	maxYear    = 9999
	minParsed  = 1900          // an earlier year in a document is a slip of the pen
	dayOne     = -719162       // 0001-01-01 in days since 1970-01-01
	lastDay    = Date(3652059) // 9999-12-31
)

// NewDate gives the day of year, month and day, which may run over as in
// time.Date: day 0 is the last of the month before. What is outside the years 1
// to 9999 is no date.
func NewDate(y int, m time.Month, d int) Date {
	const far = (maxYear + 1) * 366 // beyond it the sum in time.Date could wrap around
	if max(y, -y) > far || max(m, -m) > far || max(d, -d) > far {
		return 0
	}
	days := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / daySeconds
	if days < dayOne || days-dayOne >= int64(lastDay) {
		return 0
	}
	return Date(days - dayOne + 1)
}

// ParseDate reads "2006-01-02" and nothing else, for the years 1900 to 9999.
func ParseDate(s string) (Date, error) {
	if len(s) != len("2006-01-02") || s[4] != '-' || s[7] != '-' {
		return 0, refuse("date", "a date is written as 2006-01-02")
	}
	y, okY := number(s[:4])
	m, okM := number(s[5:7])
	day, okD := number(s[8:])
	if !okY || !okM || !okD {
		return 0, refuse("date", "a date is written as 2006-01-02")
	}
	d := NewDate(y, time.Month(m), day)
	if y < minParsed || m < 1 || m > 12 || day < 1 || d == 0 || d.Time().Day() != day {
		return 0, refuse("date", "there is no such day in the years 1900 to 9999")
	}
	return d, nil
}

func refuse(subject, reason string) error { return refusal.New(refusal.InvalidDate, subject, reason) }

func number(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// FromTime gives the day that t shows in its own location; the zero time is no date.
func FromTime(t time.Time) Date {
	if t.IsZero() {
		return 0
	}
	return NewDate(t.Date())
}

// Time gives midnight UTC of the day; the zero time for no date.
func (d Date) Time() time.Time {
	if d <= 0 {
		return time.Time{}
	}
	return time.Unix((int64(d)-1+dayOne)*daySeconds, 0).UTC()
}

// String gives "2006-01-02", and "" for no date.
func (d Date) String() string {
	if d <= 0 {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// AddDays gives the day n days later, or earlier when n is negative. It stops
// at the first and the last day there is, so that order is kept; no date stays
// no date.
func (d Date) AddDays(n int) Date {
	if d <= 0 {
		return 0
	}
	n = min(max(n, -int(lastDay)), int(lastDay)) // so that the sum cannot wrap around
	return Date(min(max(int(d)+n, 1), int(lastDay)))
}

// Sub gives the days from other to d.
func (d Date) Sub(other Date) int { return int(d) - int(other) }

// Period gives the month of the day.
func (d Date) Period() Period {
	if d <= 0 {
		return 0
	}
	y, m, _ := d.Time().Date()
	return newPeriod(y, m)
}

// YearBefore gives the same day of the year before; the last day of a month stays the last of its month.
func (d Date) YearBefore() Date {
	p := d.Period()
	before := newPeriod(d.Time().Year()-1, d.Time().Month())
	if d == p.Last() {
		return before.Last()
	}
	return before.First().AddDays(d.Sub(p.First()))
}

// Weekday gives the day of the week.
func (d Date) Weekday() time.Weekday { return d.Time().Weekday() }

// MarshalText gives the text of String.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what ParseDate reads; an empty text is no date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	if len(text) > len("2006-01-02") {
		return refuse("date", "a date is written as 2006-01-02")
	}
	v, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// MarshalJSON gives the text of String in quotes.
func (d Date) MarshalJSON() ([]byte, error) { return []byte(`"` + d.String() + `"`), nil }

// UnmarshalJSON reads a quoted text; null and "" are no date.
func (d *Date) UnmarshalJSON(data []byte) error {
	text, ok := unquote(data)
	if !ok {
		return refuse("date", "a date is a text such as 2006-01-02")
	}
	return d.UnmarshalText(text)
}

// unquote takes the quotes off; escapes are left in and fail as dates.
func unquote(data []byte) ([]byte, bool) {
	if string(data) == "null" {
		return nil, true
	}
	n := len(data)
	if n < 2 || data[0] != '"' || data[n-1] != '"' {
		return nil, false
	}
	return data[1 : n-1], true
}
