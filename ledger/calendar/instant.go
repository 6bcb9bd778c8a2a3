package calendar

import "time"

// Instant is a moment, in microseconds since 1970-01-01 UTC; 0 is none. Microseconds are what every database keeps.
type Instant int64

// At gives the instant of a time.
func At(t time.Time) Instant { return Instant(t.UnixMicro()) }

// Time gives the instant as a time in UTC.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).UTC() }

// Date is the day on which the instant falls in UTC.
func (i Instant) Date() Date { return FromTime(i.Time()) }

// String gives the instant as text, empty for none.
func (i Instant) String() string {
	if i == 0 {
		return ""
	}
	return i.Time().Format("2006-01-02T15:04:05.000000Z")
}

// ParseInstant reads a time: 2026-01-31 16:30, a day alone (its first moment), or 16:30 of the given day. An empty text is none, 0.
func ParseInstant(s string, day Date) (Instant, error) {
	if s == "" {
		return 0, nil
	}
	if len(s) > 5 {
		d, err := ParseDate(s[:min(10, len(s))])
		if err != nil {
			return 0, err
		}
		if day = d; len(s) == 10 {
			return At(day.Time()), nil
		}
		if len(s) != 16 || s[10] != ' ' && s[10] != 'T' {
			return 0, refuse(s, "a time is YYYY-MM-DD HH:MM")
		}
		s = s[11:]
	}
	h, ok1 := number(s[:min(2, len(s))])
	m, ok2 := 0, false
	if len(s) == 5 && s[2] == ':' {
		m, ok2 = number(s[3:])
	}
	if !ok1 || !ok2 || h > 23 || m > 59 {
		return 0, refuse(s, "an hour is HH:MM")
	}
	return At(day.Time().Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute)), nil
}
