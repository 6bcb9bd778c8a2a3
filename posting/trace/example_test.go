package trace_test

import (
	"fmt"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/posting/trace"
)

// books are two documents: ten pumps of lot L1 came in, and four went to a shop.
type books []trace.Document

func (b books) Item(code string) (*trace.Item, error) {
	item := &trace.Item{Master: inventory.Item{Code: code, Method: "fifo", Tracking: inventory.ByLot}}
	for _, d := range b {
		item.Moves = append(item.Moves, d.Moves...)
	}
	item.Stocks = []inventory.Stock{{Item: code, Warehouse: "MAIN", Lot: "L1", OnHand: uom.FromInt(6)}}
	item.Streams = []costing.Stream{{Item: code, Qty: uom.FromInt(6), Value: money.MustParse("42")}}
	return item, nil
}

func (b books) Document(seq int64) (*trace.Document, error) { return &b[seq-1], nil }

func (b books) Order(string) (*trace.Making, error) { return nil, nil }

func Example() {
	day := calendar.NewDate(2026, 1, 5)
	document := func(seq int64, ref string, from, to inventory.Place, kind costing.EntryKind, qty int64, value string) trace.Document {
		return trace.Document{
			Document: posting.Document{Seq: seq, Ref: ref, Date: day},
			Moves:    []inventory.Move{{Doc: seq, Line: 1, Date: day, Item: "PUMP", Lot: "L1", Qty: uom.FromInt(max(qty, -qty)), From: from, To: to}},
			Entries:  []costing.Entry{{Doc: seq, Line: 1, Kind: kind, Item: "PUMP", Lot: "L1", Qty: uom.FromInt(qty), Value: money.MustParse(value)}},
		}
	}
	here := inventory.Place{Type: inventory.InStock, Name: "MAIN"}
	told := books{
		document(1, "GR-1", inventory.Place{Type: inventory.AtSupplier, Name: "ACME"}, here, costing.In, 10, "70"),
		document(2, "SH-1", here, inventory.Place{Type: inventory.AtCustomer, Name: "SHOP"}, costing.Sold, -4, "-28"),
	}
	tree, err := trace.Of(told, money.Currency{Code: "CNY", Decimals: 2}, "company", trace.Lot{Item: "PUMP", Lot: "L1"}, trace.Forward)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(tree.String())
	// Output:
	// forward of PUMP#L1: 10 worth 70.00
	//   customer SHOP: 4 worth 28.00 (SH-1 of 2026-01-05)
	//   on hand, MAIN: 6 worth 42.00
}
