package inventory_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

var qty = uom.MustParse

func date(d int) calendar.Date { return calendar.NewDate(2026, 1, d) }

// Paint lies in two lots; the one that expires first goes first, and what is promised to an order stays.
func Example() {
	paint := inventory.Item{Code: "PAINT", Tracking: inventory.ByLot, Picking: "fefo"}
	main := inventory.Warehouse{Code: "MAIN", Bins: "A1 B1"}
	bin, _ := inventory.PutBin(main, nil, "")
	old := inventory.Stock{Item: "PAINT", Warehouse: "MAIN", Bin: bin, Lot: "L1"}
	old.Put(uom.FromInt(10), date(2), 1, date(31))
	young := inventory.Stock{Item: "PAINT", Warehouse: "MAIN", Bin: bin, Lot: "L2"}
	young.Put(uom.FromInt(10), date(3), 2, date(20))
	order := inventory.Reservation{Holder: "WO-1"}
	if err := young.Freeze(&order, uom.FromInt(4)); err != nil {
		fmt.Println(err)
		return
	}
	held := []inventory.Stock{old, young}
	picks, err := inventory.PickStock(paint, held, "MAIN", "", "", uom.FromInt(8), nil)
	for _, p := range picks {
		fmt.Println(p.Qty, "of lot", p.Stock.Lot, "in", p.Stock.Bin)
	}
	fmt.Println(inventory.Free(held, "MAIN"), "available", err)
	_, err = inventory.PickStock(paint, held, "MAIN", "", "", uom.FromInt(17), nil)
	fmt.Println(err)
	// Output:
	// 6 of lot L2 in A1
	// 2 of lot L1 in A1
	// 16 available <nil>
	// insufficient_stock: "PAINT@MAIN": there is less than is wanted (wanted 17, available 16)
}

func TestPickingOrder(t *testing.T) {
	rows := []inventory.Stock{
		{Item: "X", Warehouse: "W", Bin: "B2", Lot: "c", OnHand: qty("5"), Since: date(3), SinceDoc: 3, Expires: 0},
		{Item: "X", Warehouse: "W", Bin: "B1", Lot: "b", OnHand: qty("5"), Since: date(2), SinceDoc: 2, Expires: date(30)},
		{Item: "X", Warehouse: "W", Bin: "B1", Lot: "a", OnHand: qty("5"), Since: date(2), SinceDoc: 2, Expires: date(30)},
		{Item: "X", Warehouse: "W", Bin: "B1", Lot: "d", OnHand: qty("5"), Reserved: qty("5"), Since: date(1), SinceDoc: 1, Expires: date(25)},
		{Item: "X", Warehouse: "V", Bin: "", Lot: "e", OnHand: qty("5"), Since: date(1), SinceDoc: 1, Expires: date(25)},
	}
	own := func(s inventory.Stock) uom.Quantity {
		if s.Lot == "d" {
			return qty("2")
		}
		return uom.Quantity{}
	}
	for _, x := range []struct {
		name, picking, bin, lot, want string
		own                           func(inventory.Stock) uom.Quantity
		picked                        []string
	}{
		{"the first that came", "fifo", "", "", "12", nil, []string{"5 a", "5 b", "2 c"}},
		{"the first to expire; what never does is last", "fefo", "", "", "11", nil, []string{"5 a", "5 b", "1 c"}},
		{"what the holder has promised to itself counts", "fifo", "", "", "3", own, []string{"2 d", "1 a"}},
		{"a bin that is named", "fifo", "B2", "", "5", nil, []string{"5 c"}},
		{"a lot that is named", "fefo", "", "b", "0.5", nil, []string{"0.5 b"}},
		{"nothing picks nothing", "fifo", "", "", "0", nil, nil},
	} {
		picks, err := inventory.PickStock(inventory.Item{Code: "X", Picking: x.picking, Tracking: inventory.ByLot}, rows, "W", x.bin, x.lot, qty(x.want), x.own)
		require.NoError(t, err, x.name)
		var got []string
		for _, p := range picks {
			got = append(got, p.Qty.String()+" "+p.Stock.Lot)
		}
		require.Equal(t, x.picked, got, x.name)
	}
	_, err := inventory.PickStock(inventory.Item{Code: "X"}, rows, "W", "", "", qty("15.000001"), nil)
	require.Equal(t, refusal.InsufficientStock, refusal.CodeOf(err))
	_, err = inventory.PickStock(inventory.Item{Code: "X"}, rows, "W", "", "", qty("-1"), nil)
	require.Equal(t, refusal.InvalidQuantity, refusal.CodeOf(err))
}

// Where stock may go below nothing, what is not there is taken from one row; of a lot there is never more than there is.
func TestPickBeyond(t *testing.T) {
	w := inventory.Warehouse{Code: "W", Bins: "A B"}
	rows := []inventory.Stock{{Item: "X", Warehouse: "W", Bin: "B", OnHand: qty("3")}}
	picks, err := inventory.PickBeyond(inventory.Item{Code: "X"}, rows, w, "", "", qty("10"), nil)
	require.NoError(t, err)
	require.Len(t, picks, 1)
	require.Equal(t, "B", picks[0].Stock.Bin)
	require.Equal(t, qty("10"), picks[0].Qty)
	_, err = inventory.PickBeyond(inventory.Item{Code: "X", Tracking: inventory.ByLot}, rows, w, "", "L", qty("10"), nil)
	require.Equal(t, refusal.InsufficientStock, refusal.CodeOf(err))
	_, err = inventory.PickBeyond(inventory.Item{Code: "X"}, rows, w, "C", "", qty("10"), nil)
	require.Equal(t, refusal.UnknownWarehouse, refusal.CodeOf(err))
}

func TestWhereGoodsAreWanted(t *testing.T) {
	w := inventory.Warehouse{Code: "W", Bins: "A B C"}
	held := []inventory.Stock{{Item: "X", Warehouse: "W", Bin: "B", OnHand: qty("1")}, {Item: "X", Warehouse: "V", Bin: "A", OnHand: qty("1")}, {Item: "X", Warehouse: "W", Bin: "A"}}
	for bin, want := range map[string]string{"": "B", "C": "C"} {
		got, err := inventory.PutBin(w, held, bin)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	got, err := inventory.PutBin(w, nil, "")
	require.NoError(t, err)
	require.Equal(t, "A", got)
	_, err = inventory.PutBin(w, held, "Z")
	require.Equal(t, refusal.UnknownWarehouse, refusal.CodeOf(err))
}

func TestWhatALineMaySay(t *testing.T) {
	plain := inventory.Item{Code: "P", Kind: inventory.Raw, Tracking: inventory.NoTracking}
	lot := inventory.Item{Code: "L", Kind: inventory.Raw, Tracking: inventory.ByLot}
	serial := inventory.Item{Code: "S", Kind: inventory.Raw, Tracking: inventory.BySerial}
	for _, x := range []struct {
		item inventory.Item
		qty  string
		lot  string
		in   bool
		code refusal.Code
	}{
		{plain, "1.5", "", true, ""},
		{plain, "0", "", true, refusal.InvalidQuantity},
		{plain, "-1", "", false, refusal.InvalidQuantity},
		{plain, "1", "L1", true, refusal.InvalidState},
		{inventory.Item{Code: "V", Kind: inventory.Service}, "1", "", true, refusal.InvalidState},
		{lot, "2", "L1", true, ""},
		{lot, "2", "", true, refusal.LotRequired},
		{lot, "2", "", false, ""},
		{lot, "2", " L1", true, refusal.InvalidState},
		{serial, "1", "N1", true, ""},
		{serial, "2", "N1", true, refusal.InvalidQuantity},
		{serial, "1.5", "", false, refusal.InvalidQuantity},
	} {
		require.Equal(t, x.code, refusal.CodeOf(inventory.CheckLine(x.item, qty(x.qty), x.lot, x.in)), "%+v", x)
	}
	held := []inventory.Stock{{Item: "S", Warehouse: "W", Lot: "N1", OnHand: qty("1")}, {Item: "S", Warehouse: "W", Lot: "N2"}}
	require.Equal(t, refusal.DuplicateSerial, refusal.CodeOf(inventory.CheckSerial(serial, held, "N1")))
	require.NoError(t, inventory.CheckSerial(serial, held, "N2"))
}

// A stocktake finds 5 where 10 were and 8 promised: the newest promise is cut first, and only as far as must be.
func TestALossCutsTheNewestPromise(t *testing.T) {
	row := inventory.Stock{Item: "X", Warehouse: "W", OnHand: qty("10"), Reserved: qty("8")}
	rs := []inventory.Reservation{{Holder: "old", Doc: 1, Item: "X", Warehouse: "W", Qty: qty("5")}, {Holder: "new", Doc: 2, Item: "X", Warehouse: "W", Qty: qty("3")}}
	cuts := inventory.LosePromises([]inventory.Stock{row}, rs, qty("6"))
	require.Len(t, cuts, 2)
	require.Equal(t, "new", cuts[0].Holder)
	require.Equal(t, qty("-3"), cuts[0].Qty)
	require.Equal(t, "old", cuts[1].Holder)
	require.Equal(t, qty("-1"), cuts[1].Qty)
	require.Empty(t, inventory.LosePromises([]inventory.Stock{row}, rs, qty("2")))
}

// What would have left too little on a day gone by is refused, and the day is named.
func TestCheckPast(t *testing.T) {
	here := inventory.Place{Type: inventory.InStock, Name: "W"}
	away := inventory.Place{Type: inventory.AtCustomer, Name: "C"}
	row := inventory.Stock{Item: "X", Warehouse: "W", OnHand: qty("4")}
	later := []inventory.Move{{Doc: 2, Date: date(3), Item: "X", Qty: qty("2"), From: here, To: away}, {Doc: 3, Date: date(4), Item: "X", Qty: qty("5"), From: away, To: here}}
	require.NoError(t, func() error { s := row; s.OnHand = qty("5"); return s.CheckPast(date(2), later) }())
	err := row.CheckPast(date(2), later)
	require.Equal(t, refusal.InsufficientStock, refusal.CodeOf(err))
	require.Contains(t, err.Error(), "2026-01-03")
	row.OnHand = qty("2")
	err = row.CheckPast(date(2), later)
	require.Contains(t, err.Error(), "2026-01-02 (wanted 1", "the first day")
	row.OnHand = qty("4")
	was := inventory.Before([]inventory.Stock{row}, later)
	require.Equal(t, qty("1"), was[0].OnHand)
}

// 0 <= reserved <= on hand, and nothing comes or goes but by what was put and taken, whatever is asked for; a refusal changes nothing.
func TestStockAndPromisesHold(t *testing.T) {
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		row := inventory.Stock{Item: "X", Warehouse: "W"}
		rs := []inventory.Reservation{{Holder: "a", Item: "X", Warehouse: "W"}, {Holder: "b", Item: "X", Warehouse: "W", Expires: 9}}
		var in, out uom.Quantity
		for n := range 100 {
			q := uom.FromInt(int64(rnd.IntN(12) - 2))
			was, r := row, &rs[rnd.IntN(2)]
			wasHeld := r.Qty
			var err error
			switch rnd.IntN(4) {
			case 0:
				if q.Sign() >= 0 {
					row.Put(q, date(1), int64(n), 0)
					in = in.Add(q)
				}
			case 1:
				if err = row.Take(q); err == nil {
					out = out.Add(q)
				}
			case 2:
				err = row.Freeze(r, q)
			case 3:
				err = row.Freeze(r, q.Neg())
			}
			if err != nil {
				require.Equal(t, was, row)
				require.Equal(t, wasHeld, r.Qty)
			}
			require.Equal(t, in.Sub(out), row.OnHand)
			require.Equal(t, row.Reserved, rs[0].Qty.Add(rs[1].Qty))
			require.True(t, row.Reserved.Sign() >= 0 && !row.OnHand.Less(row.Reserved))
		}
		freed, next := row.Lapsed(rs, 9)
		require.Zero(t, next)
		require.Equal(t, rs[1].Qty.Sign() > 0, len(freed) == 1)
	}
}
