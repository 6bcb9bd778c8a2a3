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
