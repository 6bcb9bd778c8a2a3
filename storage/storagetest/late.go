package storagetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/memory"
)

// LateFacts makes up factories whose documents come in another order than their dates, and whose prices come with the bill; months are closed in between. It
// holds the books, in the store that is tested, to those of a factory that was told the same facts in order and knew the prices from the start: every account,
// item, layer and order to the cent. SEEDS and STEPS in the environment make it longer, SEED is the first. The run prints how often each kind of document came late
// ("late") or changed what was booked before ("far"), was reversed and refused, and how many levels of products up a document changed values ("depth"); it fails if
// a kind or a depth never came up in some ten thousand steps, or if more than one story in a hundred is refused in order.
func LateFacts(t *testing.T, config Config, seeds, steps int) {
	lateFacts(t, config, seeds, steps, false)
}

// LateFactsAcross is LateFacts of factories that value goods by other methods from the middle of the story on, and as before towards its end: bills, freight and other costs of what came
// before go through the change.
func LateFactsAcross(t *testing.T, config Config, seeds, steps int) {
	lateFacts(t, config, seeds, steps, true)
}

func lateFacts(t *testing.T, config Config, seeds, steps int, across bool) {
	seeds, steps = fromEnv("SEEDS", seeds), fromEnv("STEPS", steps)
	begin := fromEnv("SEED", 1)
	counts, refused := map[string]int{}, map[string]int{}
	for seed := range seeds {
		s := newStory(t, uint64(begin+seed), config, across)
		s.play(steps, config.Open == nil)
		s.inOrder()
		for k, n := range s.counts {
			counts[k] += n
		}
		for code, n := range s.refused {
			refused[string(code)] += n
		}
	}
	t.Logf("%d stories of %d steps: %s\nrefusals: %s", seeds, steps, tally(counts), tally(refused))
	if counts[infeasible] > 1+seeds/100 {
		t.Errorf("%d stories are refused in order", counts[infeasible])
	}
	const enough = 15_000 // steps, for every kind and depth to come up
	if seeds*steps < enough || across {
		return
	}
	for _, kind := range late {
		if counts["late "+kind] == 0 {
			t.Errorf("no %s came late", kind)
		}
	}
	for _, kind := range undone {
		if counts["reversal of "+kind] == 0 {
			t.Errorf("no %s was reversed", kind)
		}
	}
	for depth := range levels {
		if counts[fmt.Sprintf("depth %d", depth)] == 0 {
			t.Errorf("no late document reached products %d levels up", depth)
		}
	}
}

// infeasible are stories that are refused in order: the prices that were known then say whether a cost that is taken back has gone to what was completed, and freight
// comes for nothing where all had gone back by then.
const infeasible = "refused in order"

// levels are the items: each is made of those before it.
var levels = []string{"RAW", "SEMI", "GOODS", "SET"}

// late are the kinds of document that have to come late.
var late = []string{
	"receive", "bill", "bill in dollars", "landed cost", "credit note", "sent back", "ship", "return", "sales bill", "issue", "report", "complete", "material back",
	"transfer", "scrap", "count", "other receipt", "reversal", "bill first", "receive billed", "sent back billed", "other issue", "revalue", "scrap of an order", "backflush",
}

// undone are the kinds of document that have to be reversed.
var undone = []string{
	"receive", "bill", "landed cost", "credit note", "sent back", "ship", "return", "sales bill", "issue", "report", "complete", "material back", "transfer", "scrap", "other receipt",
	"receive billed", "other issue", "backflush",
}

// play tells a story: documents in the order in which they are known.
func (s *story) play(steps int, check bool) {
	for i := range steps {
		if s.across && (i == steps/2 || i == steps*5/6) {
			s.change()
		}
		s.step()
		if i%10 != 9 {
			continue
		}
		s.bills(false)
		if i%50 == 49 {
			s.closeMonth()
		}
		if check {
			s.clean(s.c)
		}
	}
	s.bills(true)
	s.closeAll(s.c)
	s.clean(s.c)
	explained(s.T, s.c, s.store, s.seed, s.name())
	for _, m := range s.moments {
		s.counts["moment"]++
		s.counts["stock of a moment with layers not known"] += m.remembered(s.T, s.c, levels, s.name())
	}
}

func (s *story) clean(c *ledgermill.Company) {
	s.Helper()
	breaks, err := c.Reconcile(s.Context())
	require.NoError(s, err, s.name())
	require.Empty(s, breaks, s.name())
}

// closeMonth closes the months in which nothing new can happen. What still comes of their facts is booked after them.
func (s *story) closeMonth() {
	if s.setup.NegativeStock == "allow" {
		return // goods that are owed are in the way of that
	}
	for p := s.open; p < s.final().Period(); p = p.Next() {
		if _, err := s.c.Do(s.Context(), ledgermill.Close{ID: fmt.Sprintf("month:%s", p), Date: s.final(), Period: p}); err != nil {
			s.err = err
			return
		}
		s.counts["month closed"]++
		s.open = p.Next()
	}
}

// closeAll closes the months: monthly averages are known then.
func (s *story) closeAll(c *ledgermill.Company) {
	s.Helper()
	if s.setup.NegativeStock == "allow" {
		return
	}
	last := s.base
	for _, x := range s.told {
		last = max(last, x.date)
	}
	from := s.base.Period()
	if c == s.c {
		from = s.open
	}
	for p := from; p <= last.Period(); p = p.Next() {
		_, err := c.Do(s.Context(), ledgermill.Close{ID: "close:" + p.String(), Date: last, Period: p})
		require.NoError(s, err, s.name())
	}
}

// inOrder tells the same facts by their dates to a factory that knows all prices, and compares.
func (s *story) inOrder() {
	order := slices.Clone(s.told)
	slices.SortStableFunc(order, func(a, b fact) int { return int(a.date - b.date) })
	ordered := memory.New()
	fresh := s.company(ordered)
	never := map[string]bool{}
	for _, x := range order {
		if r, ok := x.in.(ledgermill.Reverse); ok && never[r.Of] {
			continue
		}
		_, err := fresh.Do(s.Context(), x.in)
		_, revalued := x.in.(ledgermill.Revalue)
		if refusal.CodeOf(err) == refusal.InsufficientStock && s.annulled(x) || refusal.CodeOf(err) == refusal.InvalidState && revalued {
			never[x.ref] = true // of a revaluation: what it was told of turned out not to be there, and it came to nothing
			continue
		}
		switch x.in.(type) {
		case ledgermill.Reverse, ledgermill.LandedCost:
			if refusal.CodeOf(err) == refusal.InvalidState {
				s.counts[infeasible]++
				return
			}
		}
		require.NoError(s, err, "%s: %+v", s.name(), x.in)
	}
	s.closeAll(fresh)

	want, got := s.booksOf(fresh), s.booksOf(s.c)
	if want != got {
		require.Equal(s, want, got, "%s\nfirst apart:\n%s", s.name(), s.apart(ordered, s.store))
	}
}

// annulled says whether a document was undone on its own day. Where stock may go below nothing others may then have taken the goods that it took: in order it is
// refused, and with its reversal it never was.
func (s *story) annulled(f fact) bool {
	return s.setup.NegativeStock == "allow" && slices.ContainsFunc(s.told, func(x fact) bool {
		r, ok := x.in.(ledgermill.Reverse)
		return ok && r.Of == f.ref && x.date == f.date
	})
}

// booksOf is what a company says in the end: every account, item, place, layer and order.
func (s *story) booksOf(c *ledgermill.Company) string {
	var out strings.Builder
	tb, err := c.TrialBalance(s.Context(), ledgermill.AsOf{})
	require.NoError(s, err)
	for _, r := range tb.Rows {
		if !r.Closing.IsZero() {
			fmt.Fprintf(&out, "%s %s\n", r.Code, r.Closing)
		}
	}
	for _, item := range levels {
		for _, wh := range []string{"", "A", "B"} {
			v, err := c.Stock(s.Context(), item, wh, "", "")
			require.NoError(s, err)
			fmt.Fprintf(&out, "%s@%s %s %s", item, wh, v.Qty, v.Value)
			for _, l := range v.Layers {
				fmt.Fprintf(&out, " [%s %s]", l.Qty, l.Value)
			}
			out.WriteString("\n")
		}
	}
	for _, o := range s.orders {
		v, err := c.Order(s.Context(), o.ref)
		require.NoError(s, err)
		fmt.Fprintf(&out, "%s %s\n", o.ref, v.Cost.Open.Total())
	}
	return out.String()
}

// company opens books and says what all stories have in common.
func (s *story) company(in storage.Store) *ledgermill.Company {
	s.Helper()
	c := openAs(s.T, in, &history{setup: s.setup, methods: Methods()})
	day := s.base
	for i, code := range levels {
		item := ledgermill.DefineItem{ID: "item:" + code, Date: day, Code: code, Method: s.begun[i]}
		if i == 0 && s.lots {
			item.Tracking = "lot"
		}
		if s.begun[i] == "standard" || s.across {
			item.StandardCost = dec(fmt.Sprint(2 + 5*i))
		}
		s.do(c, item)
	}
	part := func(item string, n int) ledgermill.BOMLine { return ledgermill.BOMLine{Item: item, Qty: num(n)} }
	s.do(c, ledgermill.DefineBOM{ID: "bom:SEMI", Date: day, Item: "SEMI", Lines: []ledgermill.BOMLine{part("RAW", 2)}})
	s.do(c, ledgermill.DefineBOM{ID: "bom:GOODS", Date: day, Item: "GOODS", Lines: []ledgermill.BOMLine{part("SEMI", 1), part("RAW", 1)}})
	s.do(c, ledgermill.DefineBOM{ID: "bom:SET", Date: day, Item: "SET", Lines: []ledgermill.BOMLine{part("GOODS", 1), part("SEMI", 1)}})
	for i := range 20 {
		s.do(c, ledgermill.DefineRates{ID: fmt.Sprintf("rates:%d", i), Date: day.AddDays(10 * i), Rates: []ledgermill.DayRate{{Currency: "USD", Rate: dec(fmt.Sprintf("7.%d", (i*7)%10))}}})
	}
	return c
}

func (s *story) do(c *ledgermill.Company, command ledgermill.Command) {
	s.Helper()
	_, err := c.Do(s.Context(), command)
	require.NoError(s, err, "%s: %+v", s.name(), command)
}

func (s *story) name() string {
	return fmt.Sprintf("seed %d, %v to %v, %+v, last refusal: %v", s.seed, s.begun, s.methods, s.setup, s.err)
}

// final is the day from which on new documents are dated.
func (s *story) final() calendar.Date { return s.base.AddDays(s.n / 2) }
