package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
)

// The maker's records, as they are read.
type (
	product struct {
		code, name string
		made       bool
		finished   bool
		price      decimal.Decimal // a supplier's, else the standard cost
	}
	bomLine struct {
		component string
		qty       uom.Quantity
		from, to  calendar.Date
	}
	event struct {
		date  calendar.Date
		kind  string
		item  string
		order string
		qty   uom.Quantity
		price decimal.Decimal
	}
	workOrder struct{ ordered, stocked, scrapped uom.Quantity }
	shelf     struct {
		item, place string
		qty         uom.Quantity
	}
	data struct {
		products map[string]*product
		boms     map[string][]bomLine
		events   []event
		orders   map[string]workOrder
		shelves  []shelf
		places   []string
		dirty    map[string]int // what was wrong in the data, and how often
	}
)

func load(dir string) (*data, error) {
	d := &data{products: map[string]*product{}, boms: map[string][]bomLine{}, orders: map[string]workOrder{}, dirty: map[string]int{}}
	files := []struct {
		name string
		row  func(get func(string) string) error
	}{
		{"products.csv", d.product}, {"vendors.csv", d.vendor}, {"bom.csv", d.bom}, {"inventory.csv", d.shelf}, {"work_orders.csv", d.order}, {"events.csv", d.event},
	}
	for _, f := range files {
		if err := each(filepath.Join(dir, f.name), f.row); err != nil {
			return nil, err
		}
	}
	for _, p := range d.products {
		if p.price.IsZero() {
			d.dirty["items without any price: they are worth nothing when they come in"]++
		}
	}
	return d, nil
}

// each reads a CSV file with a header line by line.
func each(path string, row func(get func(string) string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	head, err := r.Read()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	at := map[string]int{}
	for i, name := range head {
		at[strings.Clone(name)] = i
	}
	for line := 2; ; line++ {
		rec, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = row(func(name string) string { return strings.Clone(rec[at[name]]) })
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", path, line, err)
		}
	}
}

func (d *data) product(get func(string) string) (err error) {
	p := &product{code: get("product"), name: get("name"), made: get("make") == "1", finished: get("finished") == "1"}
	p.price, err = decimal.NewFromString(get("standard_cost"))
	d.products[p.code] = p
	return err
}

// vendor notes the first supplier's price, which wins over the standard cost.
func (d *data) vendor(get func(string) string) error {
	price, err := decimal.NewFromString(get("price"))
	if p := d.products[get("product")]; p != nil && !price.IsZero() {
		p.price = price
	}
	return err
}

func (d *data) bom(get func(string) string) (err error) {
	l := bomLine{component: get("component")}
	if l.qty, err = uom.Parse(get("qty")); err != nil {
		return err
	}
	if l.from, err = calendar.ParseDate(get("from")); err != nil {
		return err
	}
	if to := get("to"); to != "" {
		if l.to, err = calendar.ParseDate(to); err != nil {
			return err
		}
		d.dirty["BOM lines that ended"]++
	}
	parent := get("parent")
	switch {
	case l.to != 0 && l.to <= l.from:
		d.dirty["BOM lines that end before they begin: left out"]++
		return nil
	case d.products[parent] == nil || d.products[l.component] == nil:
		d.dirty["BOM lines of items that are not in the list: left out"]++
		return nil
	}
	d.boms[parent] = append(d.boms[parent], l)
	return nil
}

func (d *data) shelf(get func(string) string) (err error) {
	s := shelf{item: get("product"), place: "L" + get("location")}
	s.qty, err = uom.Parse(get("qty"))
	if s.qty.Sign() <= 0 {
		d.dirty["shelves that hold nothing: left out"]++
		return err
	}
	if !slices.Contains(d.places, s.place) {
		d.places = append(d.places, s.place)
	}
	d.shelves = append(d.shelves, s)
	return err
}

func (d *data) order(get func(string) string) (err error) {
	var o workOrder
	for name, to := range map[string]*uom.Quantity{"ordered": &o.ordered, "stocked": &o.stocked, "scrapped": &o.scrapped} {
		if *to, err = uom.Parse(get(name)); err != nil {
			return err
		}
	}
	d.orders[get("order")] = o
	return nil
}

func (d *data) event(get func(string) string) (err error) {
	e := event{kind: get("kind"), item: get("product"), order: get("order")}
	if e.date, err = calendar.ParseDate(get("date")); err != nil {
		return err
	}
	if n := len(d.events); n > 0 && e.date < d.events[n-1].date {
		d.dirty["events dated before the one recorded ahead of them: taken at that one's date"]++
		e.date = d.events[n-1].date
	}
	if e.qty, err = uom.Parse(get("qty")); err != nil {
		return err
	}
	e.price = decimal.Zero
	if p := get("price"); p != "" {
		if e.price, err = decimal.NewFromString(p); err != nil {
			return err
		}
	}
	if e.kind != "work" && e.price.IsZero() {
		d.dirty["purchases and sales without a price: booked at nothing"]++
	}
	d.events = append(d.events, e)
	return nil
}

// masters are the items and the dated bills of materials as commands.
func (d *data) masters(start calendar.Date) []ledgermill.Command {
	var out []ledgermill.Command
	for _, code := range sortedCodes(d.products) {
		p := d.products[code]
		kind := inventory.Raw
		switch {
		case p.made && p.finished:
			kind = inventory.Finished
		case p.made:
			kind = inventory.Semi
		case p.finished:
			kind = inventory.Goods
		}
		out = append(out, ledgermill.DefineItem{ID: "item:" + code, Date: start, Memo: p.name, Code: code, Kind: kind, Unit: "EA", Method: "average", StandardCost: p.price})
	}
	for _, parent := range sortedCodes(d.boms) {
		out = append(out, d.versions(parent, start)...)
	}
	return out
}

// versions cuts an item's dated lines into versions: one for every span of days in which the same lines hold.
func (d *data) versions(parent string, start calendar.Date) []ledgermill.Command {
	lines := d.boms[parent]
	var cuts []calendar.Date
	for _, l := range lines {
		cuts = append(cuts, l.from)
		if l.to != 0 {
			cuts = append(cuts, l.to)
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var out []ledgermill.Command
	for i, from := range cuts {
		v := ledgermill.DefineBOM{ID: fmt.Sprintf("bom:%s:%d", parent, i+1), Date: start, Item: parent, From: from}
		if i+1 < len(cuts) {
			v.To = cuts[i+1]
		}
		for _, l := range lines {
			if l.holds(from) {
				v.Lines = append(v.Lines, ledgermill.BOMLine{Item: l.component, Qty: uom.Of(l.qty)})
			}
		}
		if len(v.Lines) > 0 {
			out = append(out, v)
		}
	}
	return out
}

// hasBOM says whether a bill of materials holds on a day.
func (d *data) hasBOM(item string, on calendar.Date) bool {
	return slices.ContainsFunc(d.boms[item], func(l bomLine) bool { return l.holds(on) })
}

func (l bomLine) holds(on calendar.Date) bool { return l.from <= on && (l.to == 0 || l.to > on) }

func sortedCodes[V any](m map[string]V) []string {
	codes := slices.Collect(maps.Keys(m))
	number := func(s string) int { n, _ := strconv.Atoi(s); return n }
	slices.SortFunc(codes, func(a, b string) int { return number(a) - number(b) })
	return codes
}
