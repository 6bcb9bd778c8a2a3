package costing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// Two receipts under FIFO, 3 of them gone, then the item is averaged: on the day before the change its layers were 7 @ 2.00 and 10 @ 3.00. Entries that do not say by what they
// were valued leave that unknown.
func TestRefoldingBeforeAChangeOfMethod(t *testing.T) {
	entry := func(doc int64, kind costing.EntryKind, qty int64, value, method string) costing.Entry {
		on := calendar.NewDate(2026, 1, int(doc))
		return costing.Entry{Doc: doc, Line: 1, Kind: kind, Item: "P", Qty: uom.FromInt(qty), Value: money.MustParse(value), FactDate: on, PostingDate: on, Method: method}
	}
	entries := []costing.Entry{
		entry(1, costing.In, 10, "20", "fifo"), entry(2, costing.In, 10, "30", "fifo"), entry(3, costing.Out, -3, "-6", "fifo"),
		entry(5, costing.Becomes, 0, "0", "average"), entry(6, costing.Out, -7, "-18.12", "average"),
	}
	r := costing.Refolding{
		Currency: money.Currency{Code: "CNY", Decimals: 2}, Methods: map[string]costing.Method{"": costing.Average{}},
		Named: func(name string) (costing.Method, error) { return costing.Lookup(name, nil) },
	}
	states, known := r.At(entries, calendar.NewDate(2026, 1, 4), 6)
	require.True(t, known)
	var layers []string
	for _, l := range states[""].Layers {
		layers = append(layers, l.Qty.String()+" "+l.Value.String())
	}
	require.Equal(t, []string{"7 14.00", "10 30.00"}, layers)
	states, known = r.At(entries, calendar.NewDate(2026, 1, 6), 6)
	require.True(t, known)
	require.Equal(t, "25.88", states[""].Stream.Value.String())
	require.Empty(t, states[""].Layers)
	for i := range entries {
		if entries[i].Kind != costing.Becomes {
			entries[i].Method = ""
		}
	}
	_, known = r.At(entries, calendar.NewDate(2026, 1, 4), 6)
	require.False(t, known)
}
