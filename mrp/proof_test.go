package mrp_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/mrp"
)

// plain takes the alternates away, so that what is needed can be told from the bills of materials alone.
func plain(p mrp.Problem) mrp.Problem {
	m := p.BOMs.(recipes)
	for i := range m.lines {
		m.lines[i].Alternates = ""
	}
	for i := range p.Supplies {
		for k := range p.Supplies[i].Needs {
			p.Supplies[i].Needs[k].Alternates = ""
		}
	}
	p.BOMs = newRecipes(m.boms, m.lines)
	return p
}

// recipes remember what they were made of.
type recipes struct {
	mrp.Recipes
	boms  []mrp.BOM
	lines []mrp.BOMLine
}

func newRecipes(boms []mrp.BOM, lines []mrp.BOMLine) recipes {
	return recipes{mrp.NewRecipes(boms, lines), boms, lines}
}

// stockLine is what is needed and what comes of an item by day, told from the problem and the plan's orders alone.
type stockLine struct {
	needed, comes, hurried map[calendar.Date]uom.Quantity
}

func linesByItem(p mrp.Problem, plan mrp.Plan) map[string]stockLine {
	out := map[string]stockLine{}
	for _, i := range p.Items {
		out[i.Code] = stockLine{map[calendar.Date]uom.Quantity{}, map[calendar.Date]uom.Quantity{}, map[calendar.Date]uom.Quantity{}}
	}
	put := func(to map[calendar.Date]uom.Quantity, day calendar.Date, q uom.Quantity) {
		day = max(day, p.Start)
		to[day] = to[day].Add(q)
	}
	for _, d := range p.Demands {
		put(out[d.Item].needed, d.Due, d.Qty)
	}
	for _, s := range p.Supplies {
		put(out[s.Item].comes, s.Due, s.Qty)
		if !s.Firm {
			put(out[s.Item].hurried, s.Due, s.Qty)
		}
		for _, m := range s.Needs {
			if m.ByProduct {
				put(out[m.Item].comes, s.Due, m.Required)
			} else {
				put(out[m.Item].needed, s.Start, m.Required)
			}
		}
	}
	for _, o := range plan.Orders {
		put(out[o.Item].comes, o.Due, o.Qty)
		for _, m := range linesOf(p, o) {
			if m.ByProduct {
				put(out[m.Item].comes, o.Due, m.Required)
			} else {
				put(out[m.Item].needed, o.Release, m.Required)
			}
		}
	}
	return out
}

// In a thousand factories, on every day of every item: the plan's gross requirement is what demands, orders on their way and planned orders need; what the plan
// says is there is stock and supply less demand till then; and with what may still be hurried, stock never falls below zero, nor below a safety stock that
// could be rebuilt.
func TestSupplyLessDemandIsStock(t *testing.T) {
	rows, orders := 0, 0
	for n := range 1000 {
		p := plain(anyFactory(rand.New(rand.NewPCG(uint64(n), 11))))
		p.Demands = slices.DeleteFunc(p.Demands, func(d mrp.Demand) bool { return d.Forecast }) // orders use them up: tested elsewhere
		plan, err := mrp.MakePlan(p)
		require.NoError(t, err)
		lines := linesByItem(p, plan)
		for _, item := range p.Items {
			rows += stockOf(t, p, plan, item, lines[item.Code], n)
		}
		orders += len(plan.Orders)
	}
	require.Greater(t, rows, 10_000)
	require.Greater(t, orders, 5_000)
}

func stockOf(t *testing.T, p mrp.Problem, plan mrp.Plan, item mrp.PlanItem, line stockLine, n int) (rows int) {
	t.Helper()
	row := map[calendar.Date]mrp.Requirement{}
	for _, r := range plan.Requirements {
		if r.Item == item.Code {
			row[r.Date] = r
		}
	}
	rebuilt := p.Start.AddDays(item.LeadTime) // where no calendar counts
	here, ordered, net := item.OnHand, uom.Quantity{}, uom.Quantity{}
	for day := p.Start; day < p.Start.AddDays(p.Bucket*p.Buckets); day++ {
		here = here.Add(line.comes[day])
		for _, o := range plan.Orders {
			if o.Item == item.Code && o.Due == day {
				ordered = ordered.Add(o.Qty)
			}
		}
		var late uom.Quantity // what may be hurried
		for due, q := range line.hurried {
			if due > day {
				late = late.Add(q)
			}
		}
		r := row[day]
		require.Equal(t, line.needed[day], r.Gross, "factory %d: %s needed on %s", n, item.Code, day)
		if !r.Gross.IsZero() || !r.Net.IsZero() {
			rows++
			atHand := here.Sub(ordered).Add(net) // without what lot sizes bring beyond the need
			require.GreaterOrEqual(t, r.OnHand.Cmp(atHand), 0, "factory %d: %s there on %s", n, item.Code, day)
			require.LessOrEqual(t, r.OnHand.Cmp(atHand.Add(late)), 0, "factory %d: %s there on %s", n, item.Code, day)
		}
		net = net.Add(r.Net)
		here = here.Sub(line.needed[day])
		least := uom.Quantity{}
		if item.Protect || item.Calendar == "" && day >= rebuilt {
			least = item.SafetyStock
		}
		require.GreaterOrEqual(t, here.Add(late).Cmp(least), 0, "factory %d: %s is at %s on %s", n, item.Code, here, day)
	}
	return rows
}

// The same factory told in another order, down to the lines of its bills of materials, gives the same plan to the last letter.
func TestOrderOfTellingDoesNotMatter(t *testing.T) {
	shuffled := func(rnd *rand.Rand, p mrp.Problem) mrp.Problem {
		r := p.BOMs.(recipes)
		boms, lines := slices.Clone(r.boms), slices.Clone(r.lines)
		p.Items, p.Demands, p.Supplies, p.Calendars = slices.Clone(p.Items), slices.Clone(p.Demands), slices.Clone(p.Supplies), slices.Clone(p.Calendars)
		shuffle(rnd, p.Items)
		shuffle(rnd, p.Demands)
		shuffle(rnd, p.Supplies)
		shuffle(rnd, p.Calendars)
		shuffle(rnd, boms)
		shuffle(rnd, lines)
		for i := range p.Supplies {
			p.Supplies[i].Needs = slices.Clone(p.Supplies[i].Needs)
			shuffle(rnd, p.Supplies[i].Needs)
		}
		p.BOMs = newRecipes(boms, lines)
		return p
	}
	for n := range 1000 {
		rnd := rand.New(rand.NewPCG(uint64(n), 12))
		p := anyFactory(rnd)
		plan, err := mrp.MakePlan(p)
		require.NoError(t, err)
		again, err := mrp.MakePlan(shuffled(rnd, p))
		require.NoError(t, err)
		require.Equal(t, plan, again, "factory %d", n)
	}
}

func shuffle[T any](rnd *rand.Rand, of []T) {
	rnd.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
}

// numbers makes a problem's demands ready for its network.
func numbers(t *testing.T, p mrp.Problem) (*mrp.Network, []mrp.Need) {
	t.Helper()
	n, err := mrp.NewNetwork(p)
	require.NoError(t, err)
	var needs []mrp.Need
	for _, d := range p.Demands {
		item, known := n.Item(d.Item)
		require.True(t, known)
		needs = append(needs, mrp.Need{Item: item, Due: d.Due, Qty: d.Qty})
	}
	return n, needs
}

// Read upwards, what an order is for adds up to no more than the order, and to all of it where nothing but a need sizes it. Read downwards, every demand, and all
// that every planned order is made of, is met once and whole.
func TestPegsAddUpBothWays(t *testing.T) {
	whole := 0
	for n := range 1000 {
		p := plain(anyFactory(rand.New(rand.NewPCG(uint64(n), 13))))
		network, needs := numbers(t, p)
		s, err := network.Plan(needs)
		require.NoError(t, err)
		order, met := map[int32]uom.Quantity{}, map[int32]uom.Quantity{} // by order, by demand
		taken := map[int32]uom.Quantity{}                                // by parent
		for i := range int32(network.Size()) {
			for _, l := range s.Links(i) {
				require.Positive(t, l.Qty.Sign())
				require.True(t, (l.Parent < 0) != (l.Demand < 0), "a link is for a demand or a planned order")
				if l.Order >= 0 {
					require.Less(t, l.Parent, l.Order, "a part is planned after what it is for")
					order[l.Order] = order[l.Order].Add(l.Qty)
				}
				if l.Demand >= 0 {
					met[l.Demand] = met[l.Demand].Add(l.Qty)
				} else {
					taken[l.Parent] = taken[l.Parent].Add(l.Qty)
				}
			}
		}
		for k, d := range needs {
			if d.Due < p.Start.AddDays(p.Bucket*p.Buckets) {
				require.Equal(t, d.Qty.String(), met[int32(k)].String(), "factory %d: demand %d", n, k)
			} else {
				require.Zero(t, met[int32(k)])
			}
		}
		for i := range int32(network.Size()) {
			item := p.Items[slices.IndexFunc(p.Items, func(x mrp.PlanItem) bool { return x.Code == network.Code(i) })]
			for k, o := range s.Of(i) {
				at := s.First(i) + int32(k)
				require.LessOrEqual(t, order[at].Cmp(o.Qty), 0, "factory %d: order %d", n, at)
				if item.Lot == (mrp.LotRule{}) && item.SafetyStock.IsZero() && item.OnHand.Sign() >= 0 && !supplied(p, item.Code) {
					require.Equal(t, o.Qty, order[at], "factory %d: order %d is for needs alone", n, at)
					whole++
				}
				var parts uom.Quantity
				for _, m := range linesOf(p, mrp.PlannedOrder{Item: item.Code, Qty: o.Qty, Release: o.Release}) {
					if !m.ByProduct {
						parts = parts.Add(m.Required)
					}
				}
				require.Equal(t, parts.String(), taken[at].String(), "factory %d: what order %d takes", n, at)
			}
		}
	}
	require.Greater(t, whole, 300)
}

// supplied says whether something of an item is on its way, or comes as a by-product.
func supplied(p mrp.Problem, code string) bool {
	return code == "D4" || slices.ContainsFunc(p.Supplies, func(s mrp.Supply) bool { return s.Item == code })
}

// Net change comes to what planning all again comes to, and names the items whose orders changed.
func TestChangeIsPlanningAgain(t *testing.T) {
	fewer := 0
	for n := range 400 {
		rnd := rand.New(rand.NewPCG(uint64(n), 14))
		p := anyFactory(rnd)
		if n%4 > 0 {
			p = plain(p)
		}
		network, needs := numbers(t, p)
		s, err := network.Plan(needs)
		require.NoError(t, err)
		for range 3 {
			var changes []mrp.Changed
			size := len(needs)
			for range 1 + rnd.IntN(3) {
				k := rnd.IntN(size + 1)
				to := mrp.Need{Item: rnd.Int32N(int32(network.Size())), Due: monday.AddDays(7 * rnd.IntN(9)), Qty: uom.FromInt(int64(rnd.IntN(50)))}
				if k < size {
					to.Item = needs[k].Item
					needs = slices.Clone(needs)
					needs[k] = to
				} else {
					needs = append(slices.Clone(needs), to)
					size++
				}
				changes = append(changes, mrp.Changed{Demand: k, Need: to})
			}
			before := ordersOf(network, s)
			next, changed, err := s.Change(changes...)
			require.NoError(t, err)
			require.Equal(t, before, ordersOf(network, s), "a schedule stays as it is")
			again, err := network.Plan(needs)
			require.NoError(t, err)
			require.Equal(t, ordersOf(network, again), ordersOf(network, next), "factory %d", n)
			for i := range int32(network.Size()) {
				require.Equal(t, again.First(i), next.First(i))
				require.Equal(t, again.Links(i), next.Links(i))
				require.Equal(t, !slices.Equal(s.Of(i), next.Of(i)), slices.Contains(changed, i), "factory %d: %s", n, network.Code(i))
			}
			if len(changed) < network.Size()/2 {
				fewer++
			}
			s = next
		}
	}
	require.Greater(t, fewer, 300)
}

func ordersOf(n *mrp.Network, s *mrp.Schedule) (out [][]mrp.Proposed) {
	for i := range int32(n.Size()) {
		out = append(out, s.Of(i))
	}
	return out
}
