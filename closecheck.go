package ledgermill

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/posting/tieout"
	"github.com/ledgermill/ledgermill/storage"
)

// checkBooks refuses a close while production, stock and finance do not agree. Facts are compared since the last close, which compared those before.
func (b *book) checkBooks() error {
	since, err := b.lastClose()
	if err != nil {
		return err
	}
	layered := func(method string) bool {
		m, err := costing.Lookup(method, b.methods)
		return err == nil && costing.Layered(m)
	}
	in := tieout.Closing{Chart: b.chart, GRNI: b.set.GRNI, Layered: layered}
	streams, err1 := list[costing.Stream](b, storage.List{Kind: storage.Streams})
	booked, err2 := b.total(storage.Total{Kind: storage.VoucherLines, Group: []string{"account"}, Of: []string{"debit", "credit"}, After: since})
	entries, err3 := b.total(storage.Total{Kind: storage.Entries, Group: []string{"account"}, Of: []string{"value"}, After: since})
	all, err4 := b.total(storage.Total{Kind: storage.VoucherLines, Group: []string{"account", "rule"}, Of: []string{"debit", "credit"}})
	layers, err5 := b.total(storage.Total{Kind: storage.Layers, Group: []string{"item", "scope"}, Of: []string{"qty", "value"}})
	process, err6 := b.total(storage.Total{Kind: storage.OrderCosts, Of: []string{"open_material", "open_labor", "open_overhead", "open_energy", "open_outside"}})
	open, err7 := b.total(storage.Total{Kind: storage.OpenItems, Group: []string{"kind", "account"}, Of: []string{"open_amount"}, Open: true})
	if errors.Join(err1, err2, err3, err4, err5, err6, err7) != nil {
		return errNeed
	}
	in.Streams, in.Booked = values(streams), balances(booked)
	for _, r := range entries {
		in.Entries = append(in.Entries, tieout.Sum{Subject: *r.Group[0].(*string), Value: money.FromUnits(r.Sums[0])})
	}
	for _, r := range all {
		in.All = append(in.All, posting.NewLineSum(*r.Group[0].(*string), "", *r.Group[1].(*string), r.Sums[0], r.Sums[1]))
	}
	for _, r := range layers {
		in.Layers = append(in.Layers, costing.Stream{Item: *r.Group[0].(*string), Scope: *r.Group[1].(*string), Qty: uom.FromUnits(r.Sums[0]), Value: money.FromUnits(r.Sums[1])})
	}
	for _, r := range process {
		for _, v := range r.Sums {
			in.Process = append(in.Process, money.FromUnits(v))
		}
	}
	for _, r := range open {
		in.Open = append(in.Open, tieout.OpenSum{Kind: ledger.OpenKind(*r.Group[0].(*string)), Account: *r.Group[1].(*string), Value: money.FromUnits(r.Sums[0])})
	}
	return in.Refuse()
}

// lastClose is the document of the last close that was no soft one; 0 if there was none.
func (b *book) lastClose() (seq int64, err error) {
	closes, err := list[posting.Document](b, documentsOf("close"))
	if err != nil {
		return 0, err
	}
	for _, d := range closes {
		var c Close
		_, js := bare(d.Command)
		if err := json.Unmarshal([]byte(js), &c); err != nil {
			return 0, err
		}
		if !c.Soft {
			seq = d.Seq
		}
	}
	return seq, nil
}

// listAccrued notes what had been received and not invoiced when the period ended.
func (c Close) listAccrued(b *book) (err error) {
	b.accrued, err = b.openOn("", AsOf{Day: c.Period.Last()}, ledger.Accrued)
	return err
}

// Accrued gives the goods that had been received and not invoiced as of a moment (暂估应付, GRNI), with what was open of each line. The sum is that of the items.
func (c *Company) Accrued(ctx context.Context, at AsOf) (sum money.Amount, items []ledger.OpenItem, err error) {
	err = c.query(ctx, func(b *book) error {
		items, err = b.openOn("", at, ledger.Accrued)
		sum = ledger.SumOpen(items)
		return err
	})
	return sum, items, err
}
