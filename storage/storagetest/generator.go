package storagetest

import (
	"fmt"
	"math/rand/v2"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

var day0 = calendar.NewDate(2026, 1, 1)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

// generator makes up what a factory does next: mostly what makes sense, now and then what does not.
type generator struct {
	rnd   *rand.Rand
	setup ledgermill.Setup
	n     int
	date  calendar.Date
	begun int                 // masters defined so far
	refs  map[string][]string // accepted documents by verb
	all   []ledgermill.Command
	lots  int
	host  []string // names of the host's costing methods
}

func (g *generator) one(words ...string) string { return words[g.rnd.IntN(len(words))] }

// wrong is true now and then.
func (g *generator) wrong() bool { return g.rnd.IntN(14) == 0 }

// method is one of those named, or of the host's.
func (g *generator) method(words ...string) string { return g.one(append(words, g.host...)...) }

func (g *generator) id() string { return fmt.Sprintf("D%d", g.n) }

func (g *generator) ref(verbs ...string) string {
	var all []string
	for _, v := range verbs {
		all = append(all, g.refs[v]...)
	}
	if len(all) == 0 || g.wrong() {
		return "nowhere"
	}
	return all[max(0, len(all)-1-g.rnd.IntN(6))]
}

func (g *generator) day() calendar.Date {
	switch g.rnd.IntN(12) {
	case 0:
		return max(day0, g.date.AddDays(-g.rnd.IntN(9)))
	case 1, 2:
		g.date = g.date.AddDays(1)
	}
	if g.rnd.IntN(90) == 0 {
		return 0
	}
	return g.date
}

func (g *generator) measure(most int) uom.Measure {
	if g.rnd.IntN(40) == 0 {
		return uom.Measure{}
	}
	m := uom.Of(uom.FromUnits(int64(1+g.rnd.IntN(most*2)) * 500_000))
	if g.rnd.IntN(9) == 0 {
		m.Unit = g.one("box", "barrel")
	}
	return m
}

func (g *generator) price() decimal.NullDecimal {
	if g.rnd.IntN(40) == 0 {
		return decimal.NewNullDecimal(dec("-1"))
	}
	return decimal.NewNullDecimal(decimal.New(int64(g.rnd.IntN(9000)), -2))
}

func (g *generator) amount(most int) money.Amount {
	if g.wrong() {
		return money.FromUnits(int64(-g.rnd.IntN(9)) * 37)
	}
	return money.FromUnits(100 * int64(1+g.rnd.IntN(most*100)))
}

var historyItems = []string{"BAR", "CASE", "WHEEL", "CLOCK", "GEAR", "ROBOT"}

// items: BAR and CASE by layers and average, WHEEL by lot, CLOCK by serial number, GEAR and ROBOT are made, HELP is a service.
func (g *generator) item() string {
	if g.wrong() {
		return g.one("NOTHING", "HELP")
	}
	return g.one("BAR", "BAR", "CASE", "CASE", "WHEEL", "CLOCK", "GEAR", "ROBOT")
}

func (g *generator) lot(item string) string {
	if g.wrong() {
		return g.one("", "L9")
	}
	switch item {
	case "WHEEL":
		return g.one("L1", "L2", "L3")
	case "CLOCK":
		g.lots++
		return fmt.Sprint("S", g.rnd.IntN(g.lots+1))
	}
	return ""
}

func (g *generator) qtyOf(item string, most int) uom.Measure {
	if item == "CLOCK" && !g.wrong() {
		return uom.Of(uom.FromInt(1))
	}
	return g.measure(most)
}

func (g *generator) warehouse() string {
	if g.wrong() {
		return "W9"
	}
	return g.one("", "W1", "W1", "W2")
}

func (g *generator) lines(most int) []ledgermill.StockLine {
	var out []ledgermill.StockLine
	for range g.rnd.IntN(2) + 1 {
		item := g.item()
		out = append(out, ledgermill.StockLine{Item: item, Qty: g.qtyOf(item, most), Lot: g.one("", g.lot(item))})
	}
	if g.wrong() {
		return nil
	}
	return out
}

// back are lines of goods that come in again, of an item of the document that they name.
func (g *generator) back() []ledgermill.StockLine {
	item := g.item()
	return []ledgermill.StockLine{{Item: item, Qty: g.qtyOf(item, 5), Lot: g.lot(item)}}
}

func (g *generator) account() string {
	return g.one("admin_expense", "6602", "bank", "payable", "stock_goods", "99999", "nobody", "wip")
}

// next gives the next command with its verb.
func (g *generator) next() (string, ledgermill.Command) {
	g.n++
	if g.begun < len(masters) {
		g.begun++
		return masters[g.begun-1].verb, masters[g.begun-1].make(g)
	}
	total := 0
	for _, v := range generators {
		total += v.weight
	}
	i := g.rnd.IntN(total)
	for _, v := range generators {
		if i -= v.weight; i < 0 {
			return v.name, v.make(g)
		}
	}
	panic("not reached")
}

func (g *generator) accepted(verb string, c ledgermill.Command) {
	if g.refs == nil {
		g.refs = map[string][]string{}
	}
	g.refs[verb] = append(g.refs[verb], g.id())
	g.all = append(g.all, c)
}

var masters = []struct {
	verb string
	make func(g *generator) ledgermill.Command
}{
	{"item", func(g *generator) ledgermill.Command { return item(g, "BAR", "raw", "fifo", "") }},
	{"item", func(g *generator) ledgermill.Command {
		return item(g, "CASE", "goods", g.method("average", "lifo", "monthly_average"), "")
	}},
	{"item", func(g *generator) ledgermill.Command {
		return item(g, "WHEEL", "raw", g.method("fifo", "specific", "average"), "lot")
	}},
	{"item", func(g *generator) ledgermill.Command { return item(g, "CLOCK", "goods", "specific", "serial") }},
	{"item", func(g *generator) ledgermill.Command {
		return item(g, "GEAR", "semi", g.method("fifo", "average"), "")
	}},
	{"item", func(g *generator) ledgermill.Command {
		return item(g, "ROBOT", "finished", g.one("fifo", "average", "standard"), "")
	}},
	{"item", func(g *generator) ledgermill.Command { return item(g, "HELP", "service", "fifo", "") }},
	{"bom", func(g *generator) ledgermill.Command {
		return ledgermill.DefineBOM{
			ID: g.id(), Date: day0, Item: "GEAR", YieldPct: dec(g.one("0", "80")),
			Lines:      []ledgermill.BOMLine{{Item: "BAR", Qty: uom.Of(uom.FromInt(2)), ScrapPct: dec(g.one("0", "10"))}, {Item: "WHEEL", Qty: uom.Of(uom.FromInt(1)), Fixed: true}},
			ByProducts: []ledgermill.OrderLine{{Item: "CASE", Qty: uom.Of(uom.FromInt(1)), CostSharePct: dec("5")}},
		}
	}},
	{"bom", func(g *generator) ledgermill.Command {
		return ledgermill.DefineBOM{ID: g.id(), Date: day0, Item: "ROBOT", Lines: []ledgermill.BOMLine{{Item: "GEAR", Qty: uom.Of(uom.FromInt(1)), Alternates: []string{"WHEEL"}}, {Item: "CASE", Qty: uom.Of(uom.FromInt(2))}}}
	}},
	{"opening", func(g *generator) ledgermill.Command {
		return ledgermill.Opening{
			ID: g.id(), Date: day0,
			Stock:    []ledgermill.OpeningStock{{Item: "BAR", Qty: uom.Of(uom.FromInt(50)), Value: money.MustParse("333.33")}, {Item: "CASE", Qty: uom.Of(uom.FromInt(30)), Value: money.MustParse("100")}, {Item: "WHEEL", Qty: uom.Of(uom.FromInt(30)), Value: money.MustParse("77"), Lot: "L1"}},
			Balances: []ledgermill.VoucherLine{{Account: "bank", Debit: money.MustParse("5000")}},
		}
	}},
}

func item(g *generator, code string, kind inventory.Kind, method string, tracking inventory.Tracking) ledgermill.Command {
	box := uom.Units{"box": {Num: 3, Den: 1}}
	return ledgermill.DefineItem{ID: g.id(), Date: day0, Code: code, Kind: kind, Method: method, Tracking: tracking, StandardCost: dec("9.5"), Units: box}
}
