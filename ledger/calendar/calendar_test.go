package calendar_test

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

func Example() {
	d, err := calendar.ParseDate("2024-02-28")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d.AddDays(1), d.AddDays(2), d.Weekday())
	fmt.Println(d.Period(), d.Period().Last(), d.Period().Next())
	// Output:
	// 2024-02-29 2024-03-01 Wednesday
	// 2024-02 2024-02-29 2024-03
}

func date(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	require.NoError(t, err)
	return d
}

func TestParseDate(t *testing.T) {
	for _, s := range []string{"1900-01-01", "2000-02-29", "2026-12-31", "9999-12-31"} {
		require.Equal(t, s, date(t, s).String())
	}
	for _, s := range []string{
		"", "2026-1-01", "2026-01-1", "26-01-01", "2026/01/01", "2026-13-01", "2026-00-10", "2026-01-00", "2026-02-29", "1900-02-29",
		"2026-04-31", "1899-12-31", "0001-01-01", "10000-01-01", "2026-01-01 ", " 2026-01-01", "2026-01-01T00:00:00Z", "20x6-01-01", "-026-01-01",
		"2026-+1-01", "２026-01-01",
	} {
		d, err := calendar.ParseDate(s)
		require.Equal(t, refusal.InvalidDate, refusal.CodeOf(err), s)
		require.Zero(t, d)
	}
	_, err := calendar.ParseDate("secret-key")
	require.NotContains(t, err.Error(), "secret")
}

func TestNewDate(t *testing.T) {
	require.EqualValues(t, 1, calendar.NewDate(1, 1, 1))
	require.Equal(t, date(t, "9999-12-31"), calendar.NewDate(9999, 12, 31))
	require.Equal(t, date(t, "2026-02-28"), calendar.NewDate(2026, 3, 0))
	require.Equal(t, date(t, "2027-01-01"), calendar.NewDate(2026, 13, 1))
	for _, d := range []calendar.Date{
		calendar.NewDate(0, 0, 0), calendar.NewDate(0, 12, 31), calendar.NewDate(10000, 1, 1), calendar.NewDate(-5, 1, 1),
		calendar.NewDate(math.MaxInt, 1, 1), calendar.NewDate(2026, 1, math.MaxInt), calendar.NewDate(math.MinInt, math.MinInt, math.MinInt),
	} {
		require.Zero(t, d)
	}
}

// Every day there is, in order and once, as the standard library counts them.
func TestEveryDay(t *testing.T) {
	at := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	last := calendar.NewDate(9999, 12, 31)
	for d := calendar.Date(1); d <= last; d++ {
		y, m, day := at.Date()
		if d%13 == 0 || day == 1 { // all month starts, and a sample of the rest
			if got := calendar.NewDate(y, m, day); got != d || !d.Time().Equal(at) {
				t.Fatalf("%s is %d, not %d", at, got, d)
			}
			require.Equal(t, calendar.Period(y*12+int(m)-1), d.Period())
			require.Equal(t, at.Weekday(), d.Weekday())
		}
		at = at.AddDate(0, 0, 1)
	}
	require.Equal(t, 10000, at.Year())
}

func TestTime(t *testing.T) {
	zone := time.FixedZone("UTC+8", 8*60*60)
	late := time.Date(2026, 1, 31, 20, 0, 0, 0, time.UTC)
	require.Equal(t, date(t, "2026-01-31"), calendar.FromTime(late))
	require.Equal(t, date(t, "2026-02-01"), calendar.FromTime(late.In(zone)), "the day of its own location counts")
	require.Zero(t, calendar.FromTime(time.Time{}))
	require.True(t, calendar.Date(0).Time().IsZero())
	require.Equal(t, time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), date(t, "2026-01-31").Time())
}

func TestAddDaysAndSub(t *testing.T) {
	d := date(t, "2026-03-01")
	require.Equal(t, date(t, "2026-02-28"), d.AddDays(-1))
	require.Equal(t, date(t, "2027-03-01"), d.AddDays(365))
	require.Equal(t, 365, d.AddDays(365).Sub(d))
	require.Equal(t, -1, d.AddDays(-1).Sub(d))
	for _, n := range []int{math.MaxInt, math.MaxInt32, 10_000_000} {
		require.Equal(t, date(t, "9999-12-31"), d.AddDays(n))
		require.EqualValues(t, 1, d.AddDays(-n))
		require.Zero(t, calendar.Date(0).AddDays(n))
	}
	require.Equal(t, date(t, "9999-12-31"), calendar.Date(math.MaxInt32).AddDays(math.MaxInt))
}

// A day count written as a decimal and added there gives the same day.
func TestAddDaysAgainstDecimal(t *testing.T) {
	d := date(t, "2026-01-01")
	for n := -5000; n <= 5000; n += 7 {
		want := decimal.NewFromInt(int64(d)).Add(decimal.NewFromInt(int64(n)))
		require.Equal(t, want.IntPart(), int64(d.AddDays(n)))
		require.Equal(t, d.Time().AddDate(0, 0, n), d.AddDays(n).Time())
	}
}

func TestPeriod(t *testing.T) {
	p, err := calendar.ParsePeriod("2024-02")
	require.NoError(t, err)
	require.EqualValues(t, 2024*12+1, p)
	require.Equal(t, "2024-02-01", p.First().String())
	require.Equal(t, "2024-02-29", p.Last().String())
	dec, err := calendar.ParsePeriod("2025-12")
	require.NoError(t, err)
	require.Equal(t, "2026-01", dec.Next().String())
	require.Equal(t, "2025-12-31", dec.Last().String())
	end, err := calendar.ParsePeriod("9999-12")
	require.NoError(t, err)
	require.Equal(t, date(t, "9999-12-31"), end.Last())
	require.Less(t, end, end.Next())
	require.Zero(t, end.Next().First())
	for _, none := range []calendar.Period{0, -5, 11} {
		require.Zero(t, none.First())
		require.Zero(t, none.Last())
		require.Zero(t, none.Next())
		require.Empty(t, none.String())
	}
	for _, s := range []string{"", "2024", "2024-2", "2024-13", "2024-00", "1899-12", "2024-02-01", "2024/02", "202x-02"} {
		_, err := calendar.ParsePeriod(s)
		require.Equal(t, refusal.InvalidDate, refusal.CodeOf(err), s)
	}
}

func TestTextAndJSON(t *testing.T) {
	type doc struct {
		Date   calendar.Date           `json:"date"`
		Period calendar.Period         `json:"period"`
		By     map[calendar.Date]int   `json:"by,omitempty"`
		In     map[calendar.Period]int `json:"in,omitempty"`
	}
	full := doc{Date: date(t, "2026-01-31"), Period: date(t, "2026-01-31").Period()}
	full.By = map[calendar.Date]int{full.Date: 1}
	full.In = map[calendar.Period]int{full.Period: 2}
	for _, c := range []struct {
		doc  doc
		text string
	}{
		{doc{}, `{"date":"","period":""}`},
		{full, `{"date":"2026-01-31","period":"2026-01","by":{"2026-01-31":1},"in":{"2026-01":2}}`},
	} {
		out, err := json.Marshal(c.doc)
		require.NoError(t, err)
		require.Equal(t, c.text, string(out))
		var back doc
		require.NoError(t, json.Unmarshal(out, &back))
		require.Equal(t, c.doc, back)
	}
	in := full
	require.NoError(t, json.Unmarshal([]byte(`{"date":null,"period":null}`), &in))
	require.Zero(t, in.Date)
	require.Zero(t, in.Period)
	for _, value := range []string{`1`, `true`, `"2026-01-32"`, `"2026-13"`, `{}`, `"x"`, `"2026-01-01T00:00:00Z"`, `"\u0032"`} {
		for _, field := range []string{"date", "period"} {
			err := json.Unmarshal([]byte(`{"`+field+`":`+value+`}`), &in)
			require.Equal(t, refusal.InvalidDate, refusal.CodeOf(err), field+value)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2026-01-31", "2024-02-29", "2026-02-29", "2026-01", "", "0000-00-00", "9999-12-31", "9999-12"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := calendar.ParseDate(s)
		want, wantErr := time.Parse(time.DateOnly, s)
		if wantErr != nil || want.Year() < 1900 {
			require.Equal(t, refusal.InvalidDate, refusal.CodeOf(err), s)
		} else {
			require.NoError(t, err)
			require.Equal(t, want, d.Time())
			require.Equal(t, s, d.String())
		}
		if p, err := calendar.ParsePeriod(s); err == nil {
			require.Equal(t, s, p.String())
			require.Equal(t, p, p.First().Period())
			require.Equal(t, p, p.Last().Period())
			if s != "9999-12" { // the month after it has no days
				require.Equal(t, p.Next().First(), p.Last().AddDays(1))
			}
		} else {
			require.Equal(t, refusal.InvalidDate, refusal.CodeOf(err))
		}
	})
}

func TestYears(t *testing.T) {
	day := func(s string) calendar.Date {
		d, err := calendar.ParseDate(s)
		require.NoError(t, err)
		return d
	}
	for text, want := range map[string]string{"2026-03-15": "2025-03-15", "2025-02-28": "2024-02-29", "2024-02-29": "2023-02-28", "2024-02-28": "2023-02-28", "2026-01-01": "2025-01-01", "2026-12-31": "2025-12-31"} {
		require.Equal(t, day(want), day(text).YearBefore(), text)
	}
	require.Equal(t, "2026-01", day("2026-12-31").Period().January().String())
	require.Equal(t, "2026-01", day("2026-01-01").Period().January().String())
	require.Zero(t, calendar.Period(0).January())
}
