// Bicycle replays a real bicycle maker's recorded orders: opening stock, purchases with their bills, work orders with their scrap, sales with their
// invoices, in the order in which they were recorded. Then it shows what was dirty in the data, the books, and whether production, stock and books agree.
//
//	go run ./examples/bicycle -data FOLDER [-store STORE] [-limit EVENTS] [-late]
//
// With -late not all is known in time: one purchase in ten is billed a month after it came, 5 % dearer, and two in a hundred are told a week after their
// day. What the books then say is compared with the books of the same documents told in the order of their dates, to the cent.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/examples/internal/stores"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/storage"
)

func main() {
	dir := flag.String("data", "", "the folder of the maker's CSV files")
	where := flag.String("store", "memory", stores.Names)
	limit := flag.Int("limit", 0, "stop after this many events (0: all)")
	late := flag.Bool("late", false, "let bills and receipts come late, and compare with the same documents in order")
	flag.Parse()
	if *dir == "" {
		fmt.Fprintln(os.Stderr, "bicycle: name the folder of the data with -data")
		os.Exit(2)
	}
	clean, err := run(context.Background(), *dir, *where, *limit, *late)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bicycle:", err)
		os.Exit(1)
	}
	if !clean {
		os.Exit(1)
	}
}

// replay is a run over the maker's events. What comes together is carried out together: a transaction of many documents costs little more than one of one.
type replay struct {
	*data
	ctx       context.Context
	company   *ledgermill.Company
	waiting   []ledgermill.Command
	here      map[string]uom.Quantity // of each item, with what is waiting
	documents int
	counts    map[string]int
	extra     int // purchases that a shortage triggered
	late      *lateness
}

func run(ctx context.Context, dir, where string, limit int, late bool) (bool, error) {
	d, err := load(dir)
	if err != nil {
		return false, err
	}
	if limit > 0 && limit < len(d.events) {
		d.events = d.events[:limit]
	}
	if len(d.events) == 0 {
		return false, errors.New("there are no events")
	}
	store, closeStore, err := stores.Open(ctx, where)
	if err != nil {
		return false, err
	}
	defer closeStore()
	start := d.events[0].date
	company, err := d.open(ctx, store)
	if err != nil {
		return false, err
	}
	r := &replay{data: d, ctx: ctx, company: company, here: map[string]uom.Quantity{}, counts: map[string]int{}}
	if late {
		r.late = &lateness{start: start}
	}
	began := time.Now()
	if err := r.begin(start); err != nil {
		return false, err
	}
	if err := r.events(); err != nil {
		return false, err
	}
	took := time.Since(began)
	clean, err := r.report(took)
	if err != nil || !late {
		return clean, err
	}
	same, err := r.inOrder()
	return clean && same, err
}

// open opens the maker's books in a store.
func (d *data) open(ctx context.Context, store storage.Store) (*ledgermill.Company, error) {
	setup := ledgermill.Setup{Date: d.events[0].date, Chart: "ifrs", Currency: "USD", Warehouses: []ledgermill.WarehouseBins{{Code: "MAIN", Bins: d.places}}}
	return ledgermill.Open(ctx, store, &ledgermill.Options{Company: "bicycle", Setup: &setup})
}

const together = 300

// do carries out documents of a day, those that waited before them first.
func (r *replay) do(day calendar.Date, commands ...ledgermill.Command) error {
	if r.late != nil {
		r.late.keep(day, commands)
	}
	if r.waiting = append(r.waiting, commands...); len(r.waiting) < together {
		return nil
	}
	return r.flush()
}

func (r *replay) flush() error {
	if _, err := r.company.Do(r.ctx, r.waiting...); err != nil {
		return err
	}
	r.documents += len(r.waiting)
	r.waiting = nil
	return nil
}

func (r *replay) begin(start calendar.Date) error {
	for _, master := range r.masters(start) {
		if err := r.do(start, master); err != nil {
			return err
		}
	}
	for i, part := range slices.Collect(slices.Chunk(r.shelves, 500)) {
		o := ledgermill.Opening{ID: fmt.Sprintf("opening:%d", i+1), Date: start}
		for _, s := range part {
			value, err := usd.Extend(r.products[s.item].price, s.qty.Decimal())
			if err != nil {
				return err
			}
			o.Stock = append(o.Stock, ledgermill.OpeningStock{Item: s.item, Qty: uom.Of(s.qty), Value: value, Bin: s.place})
			r.here[s.item] = r.here[s.item].Add(s.qty)
		}
		if err := r.do(start, o); err != nil {
			return err
		}
	}
	return nil
}

var usd = money.Currency{Code: "USD", Decimals: 2}

func (r *replay) events() error {
	all := r.data.events
	bar := newBar(len(all))
	for i := 0; i < len(all); {
		e := all[i]
		n := 1
		err := r.bills(e.date)
		if err != nil {
			return err
		}
		switch e.kind {
		case "purchase":
			err = r.buy(fmt.Sprintf("%s-%d", e.order, i), "supplier", e.item, e.qty, e.price, e.date)
		case "work":
			err = r.make(e)
		case "sale":
			for i+n < len(all) && all[i+n].kind == "sale" && all[i+n].order == e.order && all[i+n].date == e.date {
				n++
			}
			err = r.sell(i, all[i:i+n])
		default:
			r.dirty["events of an unknown kind ("+e.kind+"): left out"]++
		}
		if err != nil {
			return fmt.Errorf("at event %d (%s %s) or shortly before: %w", i+1, e.kind, e.order, err)
		}
		r.counts[e.kind] += n
		i += n
		bar.show(i, r.documents)
	}
	bar.end()
	return errors.Join(r.bills(0), r.flush())
}

func (r *replay) buy(number, supplier, item string, qty uom.Quantity, price decimal.Decimal, date calendar.Date) error {
	if qty.Sign() <= 0 {
		r.dirty["purchases of nothing: left out"]++
		return nil
	}
	r.here[item] = r.here[item].Add(qty)
	receipt := ledgermill.Receive{ID: "GR-" + number, Date: date, Supplier: supplier, Lines: []ledgermill.ReceiveLine{{Item: item, Qty: uom.Of(qty), Price: decimal.NewNullDecimal(price)}}}
	bill := ledgermill.InvoiceIn{ID: "PI-" + number, Date: date, Supplier: supplier, Of: []string{receipt.ID}}
	if r.late != nil {
		return r.buyLate(receipt, bill)
	}
	return r.do(date, receipt, bill)
}

// take takes goods away; what is short of them is bought first, at the supplier's price.
func (r *replay) take(item string, qty uom.Quantity, date calendar.Date) error {
	if short := qty.Sub(r.here[item]); short.Sign() > 0 {
		r.extra++
		r.counts["purchases that a shortage triggered"]++
		if err := r.buy(fmt.Sprintf("short-%d", r.extra), "shortage", item, short, r.products[item].price, date); err != nil {
			return err
		}
	}
	r.here[item] = r.here[item].Sub(qty)
	return nil
}

func (r *replay) make(e event) error {
	o, known := r.orders[e.order]
	if !known {
		r.dirty["work orders that are not in the list: made as the event says"]++
		o = workOrder{ordered: e.qty, stocked: e.qty}
	}
	if !r.hasBOM(e.item, e.date) {
		r.dirty["work orders of items without a bill of materials on that day: received as if bought"]++
		return r.buy("nobom-"+e.order, "no-bom", e.item, o.stocked, r.products[e.item].price, e.date)
	}
	for _, l := range r.boms[e.item] {
		if !l.holds(e.date) {
			continue
		}
		need, err := uom.FromDecimal(l.qty.Decimal().Mul(o.ordered.Decimal()))
		if err != nil {
			return err
		}
		if err := r.take(l.component, need, e.date); err != nil {
			return err
		}
	}
	ref := "WO-" + e.order
	commands := []ledgermill.Command{
		ledgermill.WorkOrder{ID: ref, Date: e.date, Item: e.item, Qty: uom.Of(o.ordered)},
		ledgermill.Release{ID: "RL-" + e.order, Date: e.date, Order: ref},
		ledgermill.Issue{ID: "MI-" + e.order, Date: e.date, Order: ref},
		ledgermill.Report{ID: "RP-" + e.order, Date: e.date, Order: ref, Good: o.stocked, Scrap: o.scrapped},
	}
	if o.stocked.IsZero() {
		r.dirty["work orders of which all was scrapped: their cost is a loss"]++
	} else {
		commands = append(commands, ledgermill.Complete{ID: "CO-" + e.order, Date: e.date, Order: ref, Qty: uom.Of(o.stocked)})
	}
	r.here[e.item] = r.here[e.item].Add(o.stocked)
	return r.do(e.date, append(commands, ledgermill.CloseWorkOrder{ID: "CW-" + e.order, Date: e.date, Order: ref})...)
}

func (r *replay) sell(at int, lines []event) error {
	number := fmt.Sprintf("%s-%d", lines[0].order, at)
	ship := ledgermill.Ship{ID: "SH-" + number, Date: lines[0].date, Customer: "customer"}
	bill := ledgermill.InvoiceOut{ID: "SI-" + number, Date: lines[0].date, Customer: "customer", Of: []string{ship.ID}}
	for _, l := range lines {
		if l.qty.Sign() <= 0 {
			r.dirty["sale lines of nothing: left out"]++
			continue
		}
		if err := r.take(l.item, l.qty, ship.Date); err != nil {
			return err
		}
		ship.Lines = append(ship.Lines, ledgermill.StockLine{Item: l.item, Qty: uom.Of(l.qty)})
		bill.Lines = append(bill.Lines, ledgermill.InvoiceLine{Item: l.item, Qty: uom.Of(l.qty), Price: decimal.NewNullDecimal(l.price)})
	}
	if len(ship.Lines) == 0 {
		return nil
	}
	return r.do(ship.Date, ship, bill)
}
