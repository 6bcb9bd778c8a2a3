package ledgermill

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

var noPrice decimal.NullDecimal

func (c Setup) head() header { return header{"setup", c.ID, c.Date, ""} }

func (c Setup) decide(b *book) error {
	if b.chart != nil {
		return refusal.New(refusal.InvalidState, c.ID, "the company is founded already")
	}
	set, err := c.settings()
	if err != nil {
		return err
	}
	warehouses := c.Warehouses
	if len(warehouses) == 0 {
		warehouses = []WarehouseBins{{Code: "MAIN"}}
	}
	set.FirstWarehouse = warehouses[0].Code
	b.set = set
	absent(b, storage.Settings, set, set.Currency)
	base, err := ledger.LoadChart(set.Chart)
	if err != nil {
		return err
	}
	for _, a := range base.Accounts {
		absent(b, storage.Accounts, a, a.Code)
	}
	b.chart = posting.NewChart(base, base.Accounts, nil)
	for _, w := range warehouses {
		if err := checkWarehouse(w); err != nil {
			return err
		}
		absent(b, storage.Warehouses, inventory.Warehouse{Code: w.Code, Bins: strings.Join(w.Bins, " ")}, w.Code)
	}
	for _, role := range slices.Sorted(maps.Keys(c.Profile)) {
		account, err := b.chart.Resolve(c.Profile[role])
		if err != nil {
			return err
		}
		absent(b, storage.Profiles, posting.ProfileEntry{Role: role, Account: account}, role, "", "", "", "")
	}
	return c.production(b)
}

func checkWarehouse(w WarehouseBins) error {
	for _, code := range append([]string{w.Code}, w.Bins...) {
		if code == "" || strings.ContainsAny(code, " /#@") {
			return refusal.New(refusal.UnknownWarehouse, w.Code, "the code of a warehouse or bin has no blank, and none of / # @")
		}
		if err := inventory.CheckCode("warehouse", code); err != nil {
			return err
		}
	}
	return nil
}

func (c Setup) production(b *book) error {
	for _, w := range c.Calendars {
		days := mrp.WorkCalendar{Code: w.Code, Workdays: strings.Join(w.Workdays, " "), Hours: w.Hours.String()}
		for i, d := range w.Holidays {
			if i > 0 {
				days.Holidays += " "
			}
			days.Holidays += d.String()
		}
		if err := days.Check(); err != nil {
			return err
		}
		absent(b, storage.WorkCalendars, days, w.Code)
	}
	var centers []mrp.Center
	for _, w := range c.Centers {
		center := mrp.Center{
			Code: w.Code, Calendar: w.Calendar, Machines: max(w.Machines, 1), LaborRate: w.LaborRate,
			MachineRate: w.MachineRate, OverheadRate: w.OverheadRate,
		}
		if err := mrp.CheckCenter(center); err != nil {
			return err
		}
		centers = append(centers, center)
		absent(b, storage.Centers, center, w.Code)
	}
	for _, r := range c.Routings {
		var ops []mrp.Operation
		for i, o := range r.Ops {
			ops = append(ops, mrp.Operation{
				Item: r.Item, Line: int32(i + 1), Op: o.Op, Center: o.Center, SetupHours: o.SetupHours,
				RunHours: o.RunHours, LaborHours: o.LaborHours,
			})
			absent(b, storage.Operations, ops[i], r.Item, int32(i+1))
		}
		if err := mrp.CheckRouting(r.Item, ops, centers); err != nil {
			return err
		}
	}
	return nil
}

// settings are what was given, with defaults. What is known but not built yet is refused by its name.
func (c Setup) settings() (posting.Settings, error) {
	s := posting.Settings{Currency: first(c.Currency, "CNY")}
	grni := ""
	for _, p := range []struct {
		name, given string
		allowed     string // the default first
		later       string // known words that are not built yet
		to          *string
	}{
		{"rounding", c.Rounding, "half_up half_even", "", &s.Rounding},
		{"chart", c.Chart, "cas cas_small ifrs", "", &s.Chart},
		{"cost_scope", c.CostScope, "company warehouse lot", "", &s.CostScope},
		{"negative_stock", c.NegativeStock, "forbid allow", "", &s.NegativeStock},
		{"cogs_at", c.CogsAt, "ship invoice", "", &s.CogsAt},
		{"grni", c.GRNI, "true false", "", &grni},
		{"residual", c.Residual, "revalue variance", "", &s.Residual},
		{"scrap", c.Scrap, "absorb absorb_all", "", &s.Scrap},
		{"reversal", c.Reversal, "red blue", "", &s.Reversal},
		{"aging_by", c.AgingBy, "due document", "", &s.AgingBy},
		{"late_facts", c.LateFacts, "restate forward reject", "", &s.LateFacts},
	} {
		words := strings.Fields(p.allowed)
		*p.to = first(p.given, words[0])
		if slices.Contains(strings.Fields(p.later), *p.to) {
			return s, refusal.New(refusal.InvalidState, p.name, "%s: %s is not built yet", p.name, *p.to)
		}
		if !slices.Contains(words, *p.to) {
			return s, refusal.New(refusal.InvalidState, p.name, "%s is one of: %s", p.name, p.allowed)
		}
	}
	places := strings.Index("01234", first(c.Decimals, "2"))
	if places < 0 || len(c.Decimals) > 1 {
		return s, refusal.New(refusal.InvalidState, "decimals", "money has 0 to 4 decimals")
	}
	s.Decimals, s.GRNI = int32(places), grni == "true"
	return s, nil
}

func (c DefineItem) head() header { return header{"item", c.ID, c.Date, c.Memo} }

func (c DefineItem) decide(b *book) error {
	was, err := read[inventory.Item](b, storage.Items, c.Code)
	if err != nil {
		return err
	}
	item := inventory.Item{
		Code: c.Code, Kind: inventory.Kind(first(string(c.Kind), "goods")), Unit: first(c.Unit, "pc"), Units: c.Units, Category: c.Category,
		Method: first(c.Method, "fifo"), Tracking: inventory.Tracking(first(string(c.Tracking), "none")), Picking: first(c.Picking, "fifo"), Supply: c.Supply,
		Phantom: c.Phantom, LeadTime: c.LeadTime, SafetyStock: c.SafetyStock, StandardCost: c.StandardCost, Weight: c.Weight, Volume: c.Volume, LotSize: c.LotSize.Text(), Calendar: c.Calendar, From: c.Date,
	}
	if err := inventory.CheckItem(item); err != nil {
		return err
	}
	if err := b.checkMethod(item); err != nil {
		return err
	}
	if err := c.LotSize.Check(); err != nil {
		return err
	}
	if c.Calendar != "" {
		known, err := read[mrp.WorkCalendar](b, storage.WorkCalendars, c.Calendar)
		if err != nil {
			return err
		}
		if known == nil {
			return refusal.New(refusal.NotFound, c.Calendar, "there is no such calendar")
		}
	}
	if was != nil && !was.StandardCost.Equal(item.StandardCost) {
		return refusal.New(refusal.InvalidState, c.Code, "a new standard cost holds from a date on: it is a document of its own").Numbers(item.StandardCost, was.StandardCost)
	}
	if was == nil {
		b.newStandard(c.Code, 0, c.StandardCost)
	}
	if was != nil && (was.Unit != item.Unit || was.Method != item.Method || was.Tracking != item.Tracking || was.Kind != item.Kind) {
		return refusal.New(refusal.InvalidState, c.Code, "the unit, kind, tracking and costing method of an item stay: other things may change")
	}
	row, err := editOr(b, item, storage.Items, c.Code)
	if err != nil {
		return err
	}
	version := row.Version
	*row = item
	row.Version = version
	return nil
}

// checkMethod refuses a costing method that there is not, and one that values lots for an item that has none.
func (b *book) checkMethod(item inventory.Item) error {
	if item.Method == "specific" && item.Tracking == inventory.NoTracking {
		return refusal.New(refusal.InvalidState, item.Code, "an item is valued by lot or serial number only if it is tracked so")
	}
	_, err := b.method(item.Method)
	return err
}

func (c DefineBOM) head() header { return header{"bom", c.ID, c.Date, c.Memo} }

func (c DefineBOM) decide(b *book) error {
	b.wantList(usesOf(c.Item))
	item, err := b.item(c.Item)
	if err != nil {
		return err
	}
	qty := uom.FromInt(1)
	if c.Qty != (uom.Measure{}) {
		if qty, err = item.Units.ToBase(c.Qty.Qty, c.Qty.Unit, item.Unit); err != nil {
			return err
		}
	}
	versions, known := structure{b}.Versions(c.Item)
	if !known {
		return errNeed
	}
	if c.From == 0 && len(versions) > 0 {
		c.From = c.Date // it takes the place of what held till then
	}
	bom := mrp.BOM{Item: c.Item, Doc: b.doc.Seq, From: c.From, To: c.To, Qty: qty, Yield: c.YieldPct}
	lines, err := c.lines(b)
	if err != nil {
		return err
	}
	if err := mrp.CheckBOM(bom, lines); err != nil {
		return err
	}
	if _, err := mrp.FindCycle(bom, lines, structure{b}, structure{b}); err != nil {
		return err
	}
	if err := b.ready(); err != nil {
		return err
	}
	b.fact(storage.BOMs, &bom)
	for i := range lines {
		b.fact(storage.BOMLines, &lines[i])
	}
	b.head.Catalog = b.doc.Seq
	return nil
}

func (c DefineBOM) lines(b *book) ([]mrp.BOMLine, error) {
	var out []mrp.BOMLine
	add := func(item string, qty uom.Measure, l mrp.BOMLine) error {
		it, err := b.item(item)
		if err != nil {
			return err
		}
		if l.Qty, err = it.Units.ToBase(qty.Qty, qty.Unit, it.Unit); err != nil {
			return err
		}
		l.Item, l.Doc, l.Line, l.Component = c.Item, b.doc.Seq, int32(len(out)+1), item
		out = append(out, l)
		return nil
	}
	if err := each(b, c.Lines, func(_ int, l BOMLine) error {
		for _, code := range l.Alternates {
			if err := b.alternate(l.Item, code); err != nil {
				return err
			}
		}
		return add(l.Item, l.Qty, mrp.BOMLine{Scrap: l.ScrapPct, Fixed: l.Fixed, Op: l.Op, Alternates: strings.Join(l.Alternates, " ")})
	}); err != nil {
		return nil, err
	}
	err := each(b, c.ByProducts, func(_ int, l OrderLine) error {
		return add(l.Item, l.Qty, mrp.BOMLine{ByProduct: true, Share: l.CostSharePct})
	})
	return out, err
}

// alternate refuses what cannot stand in for a component, unit for unit.
func (b *book) alternate(component, code string) error {
	of, err1 := b.item(component)
	item, err2 := b.item(code)
	if err1 != nil || err2 != nil {
		return errors.Join(err1, err2)
	}
	return inventory.CheckAlternate(*of, *item)
}
