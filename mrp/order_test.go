package mrp_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
)

// The state table: what follows each verb in each state; a dash is invalid_state.
const stateTable = `
verb              planned   firm      released  started   completed  held    closed  cancelled
release           released  released  -         -         -          -       -       -
issue             started   started   started   started   completed  -       -       -
return_material   -         -         -         started   completed  -       -       -
report            started   started   started   started   completed  -       -       -
inspect           planned   firm      released  started   completed  -       -       -
complete          started   started   started   started   completed  -       -       -
close_work_order  closed    closed    closed    closed    closed     closed  -       -
unbuild           -         -         -         started   completed  held    closed  -
`

func TestStates(t *testing.T) {
	rows := strings.Split(strings.TrimSpace(stateTable), "\n")
	states := strings.Fields(rows[0])[1:]
	for _, row := range rows[1:] {
		cells := strings.Fields(row)
		for i, want := range cells[1:] {
			next, err := mrp.Order{Ref: "WO-1", Status: mrp.Status(states[i])}.Next(cells[0])
			if want != "-" {
				require.NoError(t, err)
				require.Equal(t, mrp.Status(want), next, "%s when %s", cells[0], states[i])
				continue
			}
			require.Equal(t, refusal.InvalidState, refusal.CodeOf(err), "%s when %s", cells[0], states[i])
			require.Contains(t, err.Error(), cells[0])
			require.Contains(t, err.Error(), states[i])
		}
	}
}

func TestScrapAgainstThePlan(t *testing.T) {
	cases := []struct {
		name                                     string
		ordered, yield, scrapped, expensed, done string
		beyond, remaining                        string
		scrap, excess, of                        string
	}{
		{"no yield: all scrap is normal", "100", "0", "0", "0", "0", "0", "100", "5", "0", "100"},
		{"no yield: scrap leaves less to complete", "100", "0", "5", "0", "20", "5", "75", "5", "0", "80"},
		{"yield 80 %: 25 of 100 are planned", "100", "80", "20", "0", "0", "0", "100", "5", "0", "100"},
		{"the excess is what goes beyond", "100", "80", "20", "0", "10", "0", "90", "8", "3", "90"},
		{"a second excess: of less", "100", "80", "28", "3", "10", "3", "87", "2", "2", "87"},
		{"yield 96 %: 4.166667 are planned", "100", "96", "0", "0", "0", "0", "100", "5", "0.833333", "100"},
		{"yield 100 %: none is planned", "100", "100", "0", "0", "0", "0", "100", "1", "1", "100"},
		{"planned scrap reported after an undone report is not expensed twice", "100", "80", "20", "6", "0", "0", "100", "8", "0", "94"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			o := mrp.Order{Qty: qty(c.ordered), Yield: dec(c.yield), Scrapped: qty(c.scrapped), Expensed: qty(c.expensed), Completed: qty(c.done)}
			require.Equal(t, qty(c.beyond), o.Qty.Sub(o.Completed).Sub(o.Remaining()))
			require.Equal(t, qty(c.remaining), o.Remaining())
			excess, of := o.Excess(qty(c.scrap), false)
			require.Equal(t, []uom.Quantity{qty(c.excess), qty(c.of)}, []uom.Quantity{excess, of})
			excess, _ = o.Excess(qty(c.scrap), true)
			require.True(t, excess.IsZero(), "absorb_all")
			require.NoError(t, o.CheckReport(mrp.Progress{Good: qty("0"), Scrap: qty(c.scrap)}, true))
		})
	}
	huge := mrp.Order{Qty: uom.FromInt(9e12), Yield: dec("0.0000000000000001"), Scrapped: qty("5")}
	require.Equal(t, huge.Qty, huge.Remaining(), "more planned scrap than a quantity holds")
}

// refused says code, wanted and available of a refusal.
func refused(err error) []string {
	var e *refusal.Error
	if errors.As(err, &e) {
		return []string{string(e.Code), e.Wanted, e.Available}
	}
	return nil
}

func TestCheckReport(t *testing.T) {
	o := mrp.Order{Ref: "WO-1", Qty: qty("10"), Scrapped: qty("2"), Completed: qty("5")}
	require.Nil(t, refused(o.CheckReport(mrp.Progress{Good: qty("99"), Scrap: qty("3")}, true)))
	require.Equal(t, "invalid_quantity", refused(o.CheckReport(mrp.Progress{}, false))[0], "nothing at all")
	require.Nil(t, refused(o.CheckReport(mrp.Progress{}, true)), "a cost alone")
	require.Nil(t, refused(o.CheckReport(mrp.Progress{LaborHours: qty("1")}, false)), "hours alone")
	require.Equal(t, []string{"invalid_quantity", "-1", "0"}, refused(o.CheckReport(mrp.Progress{Rework: qty("-1")}, true)))
	require.Equal(t, []string{"invalid_quantity", "4", "3"}, refused(o.CheckReport(mrp.Progress{Good: qty("0"), Scrap: qty("4")}, true)))
	require.Equal(t, []string{"invalid_quantity", "-1", "0"}, refused(o.CheckReport(mrp.Progress{Good: qty("-1"), Scrap: qty("0")}, true)))
	require.Equal(t, []string{"invalid_quantity", "-1", "0"}, refused(o.CheckReport(mrp.Progress{Good: qty("0"), Scrap: qty("-1")}, true)))
	o.Reported = uom.FromUnits(math.MaxInt64)
	require.Equal(t, "limit_exceeded", refused(o.CheckReport(mrp.Progress{Good: qty("1"), Scrap: qty("0")}, true))[0])
	o.Yield = dec("50") // ten more may be lost
	require.Nil(t, refused(o.CheckReport(mrp.Progress{Good: qty("0"), Scrap: qty("13")}, true)))
	require.Equal(t, []string{"invalid_quantity", "14", "13"}, refused(o.CheckReport(mrp.Progress{Good: qty("0"), Scrap: qty("14")}, true)))
}

func TestCheckComplete(t *testing.T) {
	order := mrp.Order{Ref: "WO-1", Qty: qty("10")}
	cases := []struct {
		name   string
		change func(*mrp.Order)
		qty    string
		want   []string
	}{
		{"all at once, nothing reported", func(*mrp.Order) {}, "10", nil},
		{"nothing", func(*mrp.Order) {}, "0", []string{"invalid_quantity", "0", "0"}},
		{"more than ordered", func(*mrp.Order) {}, "10.000001", []string{"over_completion", "10.000001", "10"}},
		{"more than is left", func(o *mrp.Order) { o.Completed = qty("7") }, "4", []string{"over_completion", "4", "3"}},
		{"scrap is not completed", func(o *mrp.Order) { o.Scrapped = qty("2") }, "9", []string{"over_completion", "9", "8"}},
		{"planned scrap is", func(o *mrp.Order) { o.Scrapped, o.Yield = qty("2"), dec("80") }, "10", nil},
		{"as reported", func(o *mrp.Order) { o.Reports, o.Reported, o.Completed = 1, qty("6"), qty("4") }, "2", nil},
		{"more than reported", func(o *mrp.Order) { o.Reports, o.Reported, o.Completed = 1, qty("6"), qty("4") }, "3", []string{"over_completion", "3", "2"}},
		{
			"more than passed", func(o *mrp.Order) { o.Reports, o.Reported, o.Inspections, o.Passed = 1, qty("6"), 1, qty("5") }, "6",
			[]string{"over_completion", "6", "5"},
		},
		{"inspected, nothing passed", func(o *mrp.Order) { o.Inspections, o.Failed = 1, qty("1") }, "1", []string{"over_completion", "1", "0"}},
		{"completed before", func(o *mrp.Order) { o.Status, o.Completed = mrp.Completed, qty("10") }, "1", []string{"over_completion", "1", "0"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			o := order
			c.change(&o)
			require.Equal(t, c.want, refused(o.CheckComplete(qty(c.qty))))
		})
	}
}

func TestCheckInspect(t *testing.T) {
	o := mrp.Order{Ref: "WO-1", Qty: qty("10"), Passed: qty("2"), Failed: qty("1")}
	require.Nil(t, refused(o.CheckInspect(qty("7"), qty("0"))))
	require.Equal(t, []string{"invalid_quantity", "11", "10"}, refused(o.CheckInspect(qty("7"), qty("1"))))
	o.Reports, o.Reported = 1, qty("6")
	require.Nil(t, refused(o.CheckInspect(qty("1"), qty("2"))))
	require.Equal(t, []string{"invalid_quantity", "7", "6"}, refused(o.CheckInspect(qty("4"), qty("0"))))
	require.Equal(t, "invalid_quantity", refused(o.CheckInspect(qty("0"), qty("0")))[0])
	require.Equal(t, "invalid_quantity", refused(o.CheckInspect(qty("2"), qty("-1")))[0])
	require.Equal(t, "invalid_quantity", refused(o.CheckInspect(uom.FromUnits(math.MaxInt64), qty("0")))[0])
}

func TestAppliedAndUndoneIsNothing(t *testing.T) {
	rnd := rand.New(rand.NewPCG(41, 42))
	q := func() uom.Quantity { return uom.FromUnits(rnd.Int64N(1_000_000)) }
	statuses := []mrp.Status{mrp.Planned, mrp.Released, mrp.Started}
	o := mrp.Order{Ref: "WO-1", Qty: qty("10"), Status: mrp.Planned}
	facts := []mrp.Progress{{Order: o.Ref, Doc: 1, Date: today, To: mrp.Planned}}
	for doc := range int64(1000) {
		p := mrp.Progress{
			Doc: doc + 2, Order: o.Ref, Date: today, From: o.Status, To: statuses[rnd.IntN(3)], Good: q(), Scrap: q(), Expensed: q(), Pass: q(),
			Fail: q(), Completed: q(), Counts: rnd.IntN(2) == 0, Inspects: rnd.IntN(2) == 0,
		}
		facts = append(facts, p)
		o.LastDate = today
		before := o
		o.Apply(p)
		after := o
		o.Apply(o.Undoing(p, facts))
		require.Equal(t, before, o)
		o = after
	}
	require.Positive(t, o.Reports)
	require.Positive(t, o.Inspections)
}

func TestGoodThatDoesNotCountIsNotReported(t *testing.T) {
	var o mrp.Order
	o.Apply(mrp.Progress{To: mrp.Started, Op: "CUT", Good: qty("5"), Scrap: qty("1")})
	require.Equal(t, mrp.Order{Status: mrp.Started, Scrapped: qty("1"), Reports: 1}, o)
}

func TestDone(t *testing.T) {
	require.Equal(t, mrp.Started, mrp.Order{Qty: qty("10"), Completed: qty("9")}.Done())
	require.Equal(t, mrp.Completed, mrp.Order{Qty: qty("10"), Completed: qty("9"), Scrapped: qty("1")}.Done())
}

// story plays facts on an order of 10: each is a document of its own, in order. A leading minus undoes the document of that name.
func story(t *testing.T, steps string) (mrp.Order, []mrp.Progress) {
	t.Helper()
	o, facts, docs := mrp.Order{Ref: "WO-1", Qty: qty("10")}, []mrp.Progress(nil), map[string]mrp.Progress{}
	for i, name := range strings.Fields(steps) {
		p := mrp.Progress{From: o.Status, To: mrp.Planned}
		if undone, ok := strings.CutPrefix(name, "-"); ok {
			p = o.Undoing(docs[undone], facts)
		} else if verb := strings.TrimRight(name, "123"); verb != "work_order" {
			next, err := o.Next(verb)
			require.NoError(t, err)
			p.To = next
			if verb == "complete" {
				p.Completed = qty("5")
				after := o
				after.Apply(p)
				p.To = after.Done()
			}
		}
		p.Doc = int64(i + 1)
		docs[name] = p
		o.Apply(p)
		facts = append(facts, p)
	}
	return o, facts
}

func TestUndoing(t *testing.T) {
	for steps, want := range map[string]mrp.Status{
		"work_order -work_order":                               mrp.Cancelled,
		"work_order release -release":                          mrp.Planned,
		"work_order issue -issue":                              mrp.Planned,
		"work_order issue1 issue2 -issue1":                     mrp.Started,
		"work_order issue1 issue2 -issue1 -issue2":             mrp.Planned,
		"work_order release issue -release":                    mrp.Started,
		"work_order complete1 complete2":                       mrp.Completed,
		"work_order complete1 complete2 -complete1":            mrp.Started,
		"work_order complete1 complete2 -complete2":            mrp.Started,
		"work_order complete1 complete2 -complete2 -complete1": mrp.Planned,
		"work_order issue complete1 complete2 -issue":          mrp.Completed,
		"work_order complete1 complete2 report -complete2":     mrp.Started,
		"work_order report close_work_order -report":           mrp.Closed,
		"work_order report close_work_order -close_work_order": mrp.Started,
	} {
		o, _ := story(t, steps)
		require.Equal(t, want, o.Status, steps)
	}
}

func TestCompletions(t *testing.T) {
	_, facts := story(t, "work_order complete1 report complete2 -complete1")
	require.Equal(t, []int64{4}, mrp.Completions(facts))
	require.Empty(t, mrp.Completions(nil))
}

// What takes cost off an order: completions, scrap beyond plan, the close; not what came before, nor what was undone.
func TestTook(t *testing.T) {
	facts := []mrp.Progress{
		{Doc: 1, To: mrp.Planned},
		{Doc: 2, To: mrp.Started},
		{Doc: 3, To: mrp.Started, Completed: qty("4")},
		{Doc: 4, To: mrp.Started, Scrap: qty("1"), Expensed: qty("1")},
		{Doc: 5, From: mrp.Started, To: mrp.Closed},
		{Doc: 6, From: mrp.Closed, To: mrp.Closed, Unbuilt: qty("1")},
		{Doc: 7, From: mrp.Closed, To: mrp.Started, Undo: true, Undoes: 5},
	}
	for from, want := range map[int]bool{0: true, 2: true, 3: true, 4: false, 5: false} {
		require.Equal(t, want, mrp.Took(facts[from:]), from)
	}
	require.True(t, mrp.Took(facts[4:6]), "the close")
}
