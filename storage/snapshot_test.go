package storage

import (
	"math/rand/v2"
	"testing"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/stretchr/testify/require"
)

func layerKey(l *costing.Layer) Key {
	return Key{Layers, Tables[Layers].Fields(l)[:Tables[Layers].Keys]}
}

func TestNotLookedAtIsNotNone(t *testing.T) {
	s := NewSnapshot()
	k := Key{Items, []any{"A"}}
	_, seen := s.Get(k)
	require.False(t, seen)
	n := Need{Keys: []Key{k}}
	s.Absorb(n, NewBooks().Load(n))
	row, seen := s.Get(k)
	require.True(t, seen)
	require.Nil(t, row)
	_, seen = s.List(layersOfA)
	require.False(t, seen)
	got, seen := load(s, NewBooks(), layersOfA)
	require.True(t, seen)
	require.Empty(t, got)
}

func TestCoveringListKnowsItsEdge(t *testing.T) {
	all := []*costing.Layer{layer(1, 10, 5), layer(2, 20, 5), layer(3, 30, 5), layer(4, 40, 5), layer(5, 50, 5)}
	r := store(all...)
	s := NewSnapshot()
	got, seen := load(s, r, covering(8))
	require.True(t, seen)
	require.Equal(t, []int64{10, 20}, got)

	_, seen = s.List(covering(11))
	require.False(t, seen, "a larger quantity was not covered by that load")
	_, seen = s.List(layersOfA)
	require.False(t, seen, "the whole list was not loaded")

	// A row from behind the edge comes in by its key: what lies between is still unknown.
	n := Need{Keys: []Key{layerKey(all[4])}}
	s.Absorb(n, r.Load(n))
	_, seen = s.List(covering(11))
	require.False(t, seen, "a row loaded otherwise does not cover what lies before it")

	// An earlier command of the batch has used up the first layer.
	c := &Changes{}
	c.Replace(Layers, all[0], nil)
	s.Lay(c)
	next := s
	_, seen = next.List(covering(8))
	require.False(t, seen)
	wider := next.Wider(covering(8))
	require.Equal(t, uom.FromInt(16), wider.Cover, "past what was loaded, which may be used up")
	n = Need{Lists: []List{wider}}
	next.Absorb(n, r.Load(n))
	rows, seen := next.List(covering(8))
	require.True(t, seen)
	require.Equal(t, []int64{20, 30}, docsOf(rows))

	got, seen = load(next, r, covering(8))
	require.True(t, seen, "a narrower load takes nothing away")
	require.Equal(t, []int64{20, 30}, got)
	got, seen = load(next, r, layersOfA)
	require.True(t, seen)
	require.Equal(t, []int64{20, 30, 40, 50}, got)
	got, seen = load(next, r, covering(3))
	require.True(t, seen)
	require.Equal(t, []int64{20}, got)
	rows, seen = next.List(layersOfA)
	require.True(t, seen, "a covering load takes nothing from a whole one")
	require.Len(t, rows, 4)
}

func TestCoveringListFromTheNewEnd(t *testing.T) {
	all := []*costing.Layer{layer(1, 10, 5), layer(2, 20, 5), layer(3, 30, 5), layer(4, 40, 5)}
	r, s := store(all...), NewSnapshot()
	load(s, r, covering(5))
	got, seen := load(s, r, newest(covering(8)))
	require.True(t, seen)
	require.Equal(t, []int64{40, 30}, got)
	_, seen = s.List(newest(covering(12)))
	require.False(t, seen, "the old end is known, what lies between is not")
	late := layer(5, 50, 5)
	s.Lay(&Changes{Writes: []Write{{Layers, nil, late}}})
	rows, seen := s.List(newest(covering(12)))
	require.True(t, seen)
	require.Equal(t, []int64{50, 40, 30}, docsOf(rows))
}

func TestOneNeedMayAskTwiceForAList(t *testing.T) {
	r := store(layer(1, 10, 5), layer(2, 20, 5))
	for _, lists := range [][]List{{layersOfA, covering(4)}, {covering(4), layersOfA}, {covering(4), covering(20)}} {
		s, n := NewSnapshot(), Need{Lists: lists}
		s.Absorb(n, r.Load(n))
		rows, seen := s.List(layersOfA)
		require.True(t, seen)
		require.Len(t, rows, 2)
	}
}

// TestSnapshotIsWhatAStoreWillBe lays random changes over a snapshot, and compares it after each with a store that got the same.
func TestSnapshotIsWhatAStoreWillBe(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 3))
	for range 20 {
		r := NewBooks()
		s := NewSnapshot()
		now := map[string]*costing.Layer{}
		for range 3 {
			l := layer(rnd.IntN(20)+1, rnd.Int64N(5), 1)
			now[Cursor(Layers, 0, l)] = l
			put(r, Layers, l)
		}
		load(s, r, layersOfA)
		for range 30 {
			c := &Changes{}
			for range rnd.IntN(6) + 1 {
				l := layer(rnd.IntN(20)+1, rnd.Int64N(5), 1)
				key := Cursor(Layers, 0, l)
				was := now[key]
				if was != nil && rnd.IntN(2) == 0 {
					c.Replace(Layers, was, nil)
					delete(now, key)
					continue
				}
				if was != nil {
					l.Version = was.Version + 1
				}
				c.Replace(Layers, was, l)
				now[key] = l
			}
			s.Lay(c)
			r.Commit(Joined([]*Changes{c}))
			want := docsOf(r.Scan(Scan{Kind: Layers}).Rows)
			rows, _ := s.List(layersOfA)
			require.Equal(t, want, docsOf(rows))
			for _, l := range now {
				row, seen := s.Get(layerKey(l))
				require.True(t, seen)
				require.Equal(t, l, row)
			}
		}
	}
}

func TestOverlayHidesAndShows(t *testing.T) {
	r := NewBooks()
	old := &inventory.Stock{Item: "A", Warehouse: "W", OnHand: uom.FromInt(5), Version: 1}
	put(r, Stocks, old)
	k := Key{Stocks, []any{"A", "W", "", ""}}
	s, n := NewSnapshot(), Need{Keys: []Key{k, {Heads, []any{"c"}}}}
	s.Absorb(n, r.Load(n))
	c := &Changes{Head: Head{Company: "c", Seq: 1}}
	c.Replace(Stocks, old, nil)
	c.Insert(Moves, &inventory.Move{Doc: 1, Line: 1, Item: "A"})
	s.Lay(c)
	row, seen := s.Get(k)
	require.True(t, seen)
	require.Nil(t, row, "a deleted row is none")
	n = Need{Lists: []List{{Kind: Stocks, Values: []any{"A"}}}}
	s.Absorb(n, r.Load(n))
	rows, seen := s.List(n.Lists[0])
	require.True(t, seen)
	require.Empty(t, rows, "nor does a later load bring it back")
	head, _ := s.Get(Key{Heads, []any{"c"}})
	require.Equal(t, &c.Head, head, "the next command sees the head that the one before it leaves")
	_, seen = s.Get(Key{Moves, []any{int64(1), int32(1)}})
	require.True(t, seen, "what was written is known without a load")
}

func TestTotalsWithOverlay(t *testing.T) {
	line := func(doc int64, account, debit string) *ledger.Line {
		return &ledger.Line{Doc: doc, N: 1, Line: 1, Account: account, Debit: money.MustParse(debit)}
	}
	r := NewBooks()
	put(r, VoucherLines, line(1, "1405", "10"))
	total := Total{Kind: VoucherLines, Group: []string{"account"}, Of: []string{"debit"}}
	s, n := NewSnapshot(), Need{Totals: []Total{total}}
	_, seen := s.Total(total)
	require.False(t, seen)
	s.Absorb(n, r.Load(n))
	sums := func(s *Snapshot) map[string]string {
		rows, seen := s.Total(total)
		require.True(t, seen)
		out := map[string]string{}
		for _, r := range rows {
			out[*r.Group[0].(*string)] = money.FromUnits(r.Sums[0]).String()
		}
		return out
	}
	require.Equal(t, map[string]string{"1405": "10.00"}, sums(s))
	s.Lay(&Changes{Writes: []Write{{VoucherLines, nil, line(2, "1405", "-4")}}})
	s.Lay(&Changes{Writes: []Write{{VoucherLines, nil, line(3, "1001", "1")}}})
	require.Equal(t, map[string]string{"1405": "6.00", "1001": "1.00"}, sums(s))
}

func TestFreshKeepsMastersOnly(t *testing.T) {
	r := store(layer(1, 10, 5))
	put(r, Items, &inventory.Item{Code: "A"})
	put(r, Warehouses, &inventory.Warehouse{Code: "W"})
	s := NewSnapshot()
	n := Need{Keys: []Key{{Items, []any{"A"}}, {Items, []any{"B"}}}, Lists: []List{{Kind: Warehouses}, layersOfA}}
	s.Absorb(n, r.Load(n))
	require.False(t, s.Recast())
	f := s.Fresh()
	for range 2 {
		row, seen := f.Get(Key{Items, []any{"A"}})
		require.True(t, seen)
		require.NotNil(t, row)
		row, seen = f.Get(Key{Items, []any{"B"}})
		require.True(t, seen, "that there is none is known too")
		require.Nil(t, row)
		rows, seen := f.List(List{Kind: Warehouses})
		require.True(t, seen)
		require.Len(t, rows, 1)
		_, seen = f.List(layersOfA)
		require.False(t, seen)
		n := Need{Keys: []Key{{Items, []any{"D"}}}}
		f.Absorb(n, r.Load(n))
		f = f.Fresh()
	}
	f.Lay(&Changes{Writes: []Write{{Items, nil, &inventory.Item{Code: "C"}}}})
	require.True(t, f.Recast(), "what may never be written is seen by all that share the masters")
}

func TestJoinedWritesEachRowOnce(t *testing.T) {
	a, b, c := layer(1, 10, 5), layer(1, 10, 4), layer(1, 10, 3)
	x := layer(2, 20, 1)
	is := func(was, row any) *Changes {
		c := &Changes{}
		c.Replace(Layers, was, row)
		return c
	}
	for _, k := range []struct {
		name string
		all  []*Changes
		want []Write
	}{
		{"nothing", nil, nil},
		{"changed twice", []*Changes{is(a, b), is(b, c)}, []Write{{Layers, a, c}}},
		{"made and changed", []*Changes{is(nil, a), is(a, b)}, []Write{{Layers, nil, b}}},
		{"made and used up", []*Changes{is(nil, a), is(nil, x), is(a, nil)}, []Write{{Layers, nil, x}}},
		{"used up and made again", []*Changes{is(a, nil), is(nil, b)}, []Write{{Layers, a, b}}},
		{"twice in one command", []*Changes{{Writes: []Write{{Layers, a, b}, {Layers, b, c}}}}, []Write{{Layers, a, c}}},
	} {
		require.Equal(t, k.want, Joined(k.all).Writes, k.name)
	}
	j := Joined([]*Changes{{Was: Head{Seq: 1}, Head: Head{Seq: 2}}, {Was: Head{Seq: 2}, Head: Head{Seq: 3}}})
	require.Equal(t, Head{Seq: 1}, j.Was)
	require.Equal(t, Head{Seq: 3}, j.Head)
}

func TestCheckRefusesWhatDidNotFit(t *testing.T) {
	c := &Changes{}
	c.Insert(Layers, layer(1, 1, 1))
	require.NoError(t, c.Check())
	bad := layer(1, 2, 1)
	bad.Value = money.FromUnits(1 << 62).Add(money.FromUnits(1 << 62))
	c.Replace(Layers, bad, nil)
	require.NoError(t, c.Check(), "what goes is not looked at")
	c.Insert(Layers, bad)
	require.Equal(t, refusal.LimitExceeded, refusal.CodeOf(c.Check()))
}

func TestListFromADay(t *testing.T) {
	r := store(layer(1, 10, 5), layer(2, 20, 5), layer(3, 30, 5))
	s := NewSnapshot()
	from := layersOfA
	from.From = day(2)
	got, seen := load(s, r, from)
	require.True(t, seen)
	require.Equal(t, []int64{20, 30}, got)
	_, seen = s.List(layersOfA)
	require.False(t, seen, "what lies before was not asked for")
	c := &Changes{}
	c.Replace(Layers, nil, layer(1, 40, 5))
	c.Replace(Layers, nil, layer(2, 50, 5))
	s.Lay(c)
	rows, seen := s.List(from)
	require.True(t, seen)
	require.Equal(t, []int64{20, 50, 30}, docsOf(rows))
}

// Several ask for a list from days of their own: it is loaded once, from the earliest, and that answers them all, but nobody who asks for more.
func TestAListFromADayAnswersThoseFromLaterDays(t *testing.T) {
	r := store(layer(1, 10, 5), layer(2, 20, 5), layer(3, 30, 5))
	from := func(d int) List {
		l := layersOfA
		l.From = day(d)
		return l
	}
	n := Together([]Need{{Lists: []List{from(3)}}, {Lists: []List{from(2), newest(from(3))}}, {Lists: []List{from(3), newest(from(2))}}})
	require.Equal(t, []List{from(2), newest(from(2))}, n.Lists)
	s := NewSnapshot()
	s.Absorb(n, r.Load(n))
	for d, want := range map[int][]int64{2: {20, 30}, 3: {30}, 4: {}} {
		rows, seen := s.List(from(d))
		require.True(t, seen)
		require.Equal(t, want, docsOf(rows))
	}
	for _, more := range []List{from(1), newest(from(1)), layersOfA, covering(5)} {
		_, seen := s.List(more)
		require.False(t, seen)
	}
	load(s, r, covering(5))
	_, seen := s.List(from(1))
	require.False(t, seen, "of what is covered the end is not known")
	load(s, r, layersOfA)
	rows, seen := s.List(from(1))
	require.True(t, seen)
	require.Equal(t, []int64{10, 20, 30}, docsOf(rows))
}
