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

	from   calendar.Date   // of before
	before []int32         // days of work before a day
	days   []calendar.Date // of work
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

// maxCounted bounds for how many days of work are counted beforehand.
const maxCounted = 50_000

// count numbers the days of work from a day to another, so that a step between them is a look-up. A calendar that rests longer than maxIdle is not counted.
func (w *workdays) count(from, to calendar.Date) {
	if to.Sub(from) > maxCounted {
		return
	}
	w.from = from
	idle := 0
	for d := from; d <= to; d++ {
		w.before = append(w.before, int32(len(w.days)))
		if idle++; w.works(d) {
			idle = 0
			w.days = append(w.days, d)
		}
		if idle > maxIdle {
			w.before, w.days = nil, nil
			return
		}
	}
}

// step goes a number of days of work from a day, back if it is negative. A calendar that never works counts every day.
func (w *workdays) step(from calendar.Date, days int) calendar.Date {
	if w == nil {
		return from.AddDays(days)
	}
	if at := from.Sub(w.from); days != 0 && at >= 0 && at+1 < len(w.before) {
		to := int(w.before[at]) + days
		if days > 0 {
			to = int(w.before[at+1]) + days - 1
		}
		if to >= 0 && to < len(w.days) {
			return w.days[to]
		}
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
