package mrp

import (
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// WorkCalendar says on which days work is done. Workdays are days of the week (mon tue …), Holidays dates, both separated by blanks; no workdays: all are.
type WorkCalendar struct {
	Code     string
	Workdays string
	Holidays string
	Hours    string // a day, for capacity; as text
	Version  int64
}

var weekdays = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// Check refuses a calendar without a day of work, or with a day that there is not (invalid_date).
func (w WorkCalendar) Check() error {
	for _, day := range strings.Fields(w.Workdays) {
		if !slices.Contains(weekdays[:], day) {
			return refusal.New(refusal.InvalidDate, w.Code, "%q is no day of the week: mon tue wed thu fri sat sun", day)
		}
	}
	for _, day := range strings.Fields(w.Holidays) {
		if _, err := calendar.ParseDate(day); err != nil {
			return err
		}
	}
	return nil
}

// workdays is a calendar made ready for counting; nil: every day works.
type workdays struct {
	week     [7]bool
	holidays map[calendar.Date]bool
}

func (w WorkCalendar) ready() *workdays {
	out := &workdays{holidays: map[calendar.Date]bool{}}
	for i, name := range weekdays {
		out.week[i] = w.Workdays == "" || slices.Contains(strings.Fields(w.Workdays), name)
	}
	for _, day := range strings.Fields(w.Holidays) {
		if d, err := calendar.ParseDate(day); err == nil {
			out.holidays[d] = true
		}
	}
	return out
}

func (w *workdays) works(d calendar.Date) bool {
	return w == nil || w.week[d.Weekday()] && !w.holidays[d]
}

// maxIdle bounds how long a calendar may rest.
const maxIdle = 400

// step goes a number of days of work from a day, back if it is negative. A calendar that never works counts every day.
func (w *workdays) step(from calendar.Date, days int) calendar.Date {
	if w == nil {
		return from.AddDays(days)
	}
	way := 1
	if days < 0 {
		way, days = -1, -days
	}
	d, idle := from, 0
	for days > 0 {
		d = d.AddDays(way)
		if idle++; w.works(d) || idle > maxIdle {
			days, idle = days-1, 0
		}
	}
	return d
}
