package calendar

import (
	"fmt"
	"time"
)

// Period is a calendar month: year*12 + month-1. Zero is no period.
type Period int32

const firstPeriod = Period(12) // 0001-01

func newPeriod(y int, m time.Month) Period { return Period(y*12 + int(m) - 1) }

// ParsePeriod reads "2006-01" and nothing else, for the years 1900 to 9999.
func ParsePeriod(s string) (Period, error) {
	if len(s) != len("2006-01") || s[4] != '-' {
		return 0, refuse("period", "a period is written as 2006-01")
	}
	y, okY := number(s[:4])
	m, okM := number(s[5:])
	if !okY || !okM {
		return 0, refuse("period", "a period is written as 2006-01")
	}
	if y < minParsed || m < 1 || m > 12 {
		return 0, refuse("period", "there is no such month in the years 1900 to 9999")
	}
	return newPeriod(y, time.Month(m)), nil
}

func (p Period) split() (y int, m time.Month) { return int(p / 12), time.Month(p%12 + 1) }

// String gives "2006-01", and "" for no period.
func (p Period) String() string {
	if p < firstPeriod {
		return ""
	}
	y, m := p.split()
	return fmt.Sprintf("%04d-%02d", y, int(m))
}

// First gives the first day of the month.
func (p Period) First() Date {
	if p < firstPeriod {
		return 0
	}
	y, m := p.split()
	return NewDate(y, m, 1)
}

// Last gives the last day of the month.
func (p Period) Last() Date {
	if p < firstPeriod {
		return 0
	}
	y, m := p.split()
	return NewDate(y, m+1, 0)
}

// Next gives the month after; none stays none. After 9999-12 it goes on
// counting, so that a loop over months ends, but those months have no days.
func (p Period) Next() Period {
	if p < firstPeriod {
		return 0
	}
	return p + 1
}

// January gives the first month of the year, which is the fiscal year; of none, none.
func (p Period) January() Period {
	if p < firstPeriod {
		return 0
	}
	return p - p%12
}

// MarshalText gives the text of String.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what ParsePeriod reads; an empty text is no period.
func (p *Period) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = 0
		return nil
	}
	if len(text) > len("2006-01") {
		return refuse("period", "a period is written as 2006-01")
	}
	v, err := ParsePeriod(string(text))
	if err != nil {
		return err
	}
	*p = v
	return nil
}

// MarshalJSON gives the text of String in quotes.
func (p Period) MarshalJSON() ([]byte, error) { return []byte(`"` + p.String() + `"`), nil }

// UnmarshalJSON reads a quoted text; null and "" are no period.
func (p *Period) UnmarshalJSON(data []byte) error {
	text, ok := unquote(data)
	if !ok {
		return refuse("period", "a period is a text such as 2006-01")
	}
	return p.UnmarshalText(text)
}
