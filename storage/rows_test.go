package storage

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/stretchr/testify/require"
)

func day(n int) calendar.Date { return calendar.NewDate(2026, 1, n) }

func layer(d int, doc int64, qty int64) *costing.Layer {
	return &costing.Layer{Item: "A", Date: day(d), Source: costing.Source{Doc: doc, Line: 1}, Qty: uom.FromInt(qty), Version: 1}
}

func docsOf(rows []any) []int64 {
	out := []int64{}
	for _, r := range rows {
		out = append(out, r.(*costing.Layer).Source.Doc)
	}
	return out
}

var layersOfA = List{Kind: Layers, Values: []any{"A", ""}}

func covering(n int64) List {
	l := layersOfA
	l.Cover = uom.FromInt(n)
	return l
}

func newest(l List) List {
	l.Newest = true
	return l
}

func put(b *Books, k Kind, row any) { b.table(k).put(row, scratches.New().(*scratch)) }

func store(rows ...*costing.Layer) *Books {
	r := NewBooks()
	for _, l := range rows {
		put(r, Layers, l)
	}
	return r
}

// load asks a store as a runner does, and gives the documents of the layers then known.
func load(s *Snapshot, from *Books, l List) ([]int64, bool) {
	n := Need{Lists: []List{l}}
	s.Absorb(n, from.Load(n))
	rows, seen := s.List(l)
	return docsOf(rows), seen
}

func TestLoadOfLists(t *testing.T) {
	r := store(layer(3, 30, 5), layer(1, 10, 5), layer(2, 20, 5), layer(2, 21, 5))
	put(r, Layers, &costing.Layer{Item: "A", Scope: "W", Date: day(1), Source: costing.Source{Doc: 99}, Qty: uom.FromInt(5)})
	for _, c := range []struct {
		name string
		list List
		want []int64
	}{
		{"all in order", layersOfA, []int64{10, 20, 21, 30}},
		{"newest first", newest(layersOfA), []int64{30, 21, 20, 10}},
		{"up to the covering row", covering(6), []int64{10, 20}},
		{"exactly covered", covering(10), []int64{10, 20}},
		{"more than there is", covering(21), []int64{10, 20, 21, 30}},
		{"newest covering", newest(covering(6)), []int64{30, 21}},
		{"by another index", List{Kind: Layers, Index: 1, Values: []any{int64(21)}}, []int64{21}},
		{"none", List{Kind: Layers, Values: []any{"B", ""}}, []int64{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, seen := load(NewSnapshot(), r, c.list)
			require.True(t, seen)
			require.Equal(t, c.want, got)
		})
	}
}

func TestScanPagesAreOneScan(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	r := NewBooks()
	var all []*inventory.Move
	for i := range 500 {
		m := &inventory.Move{Doc: rnd.Int64N(100), Line: int32(i), Date: day(rnd.IntN(28)), Item: fmt.Sprint("I", rnd.IntN(12))}
		all = append(all, m)
		put(r, Moves, m)
		if i%100 == 50 {
			r.Scan(Scan{Kind: Moves, Index: 1}) // names of runs are kept from the first scan on
		}
	}
	sort.Slice(all, func(i, j int) bool { return Cursor(Moves, 1, all[i]) < Cursor(Moves, 1, all[j]) })
	ends := []struct{ from, to []any }{{nil, nil}, {[]any{"I10"}, nil}, {nil, []any{"I3"}}, {[]any{"I2"}, []any{"I2"}}, {[]any{"I2", day(9)}, []any{"I5", day(9)}}}
	for _, e := range ends {
		for _, limit := range []int{1, 7, 1000, 0} {
			var want, got []any
			for _, m := range all {
				key, to := Cursor(Moves, 1, m), encode(e.to)
				if key >= encode(e.from) && (key <= to || len(key) >= len(to) && key[:len(to)] == to) {
					want = append(want, m)
				}
			}
			for q := (Scan{Kind: Moves, Index: 1, From: e.from, To: e.to, Limit: limit}); ; {
				page := r.Scan(q)
				got = append(got, page.Rows...)
				if q.Cursor = page.Cursor; q.Cursor == "" {
					break
				}
				require.Len(t, page.Rows, q.Size())
			}
			require.Equal(t, want, got, "%v by %d", e, limit)
		}
	}
}

// TestRowsAgainstAPlainMap writes at random and compares lists, scans and keys with a map.
func TestRowsAgainstAPlainMap(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 2))
	r, plain := NewBooks(), map[string]*costing.Layer{}
	for step := range 3000 {
		l := layer(rnd.IntN(20)+1, rnd.Int64N(8), rnd.Int64N(9)+1)
		l.Item = string(rune('A' + rnd.IntN(4)))
		key := Cursor(Layers, 0, l)
		was := plain[key]
		c := &Changes{}
		switch {
		case was == nil:
			c.Replace(Layers, was, l) // a nil pointer says that there was none
			plain[key] = l
		case rnd.IntN(2) == 0:
			c.Replace(Layers, was, nil)
			delete(plain, key)
		default:
			l.Version = was.Version + 1
			c.Replace(Layers, was, l)
			plain[key] = l
		}
		c.Was = *headOf(r)
		c.Head = c.Was
		c.Head.Version++
		require.True(t, r.Matches("", c))
		r.Commit(c)
		if step%50 == 0 {
			compareBooks(t, r, plain)
		}
	}
}

func headOf(r *Books) *Head {
	row := r.get(Key{Heads, []any{""}}, scratches.New().(*scratch))
	if row == nil {
		return &Head{}
	}
	return row.(*Head)
}

func compareBooks(t *testing.T, r *Books, plain map[string]*costing.Layer) {
	t.Helper()
	keys := []string{}
	for k := range plain {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, index := range []int{0, 1} {
		got := r.Scan(Scan{Kind: Layers, Index: index, Limit: len(plain) + 1}).Rows
		require.Len(t, got, len(plain))
		require.True(t, slices.IsSortedFunc(got, func(a, b any) int {
			if Cursor(Layers, index, a) < Cursor(Layers, index, b) {
				return -1
			}
			return 1
		}))
		if index == 0 {
			for i, k := range keys {
				require.Equal(t, plain[k], got[i])
			}
		}
	}
	n := 0
	for range r.All(Layers) {
		n++
	}
	require.Equal(t, len(plain), n)
}

func TestMatches(t *testing.T) {
	r := NewBooks()
	there := &ledger.Counter{Series: "V", Last: 4, Version: 3}
	put(r, Heads, &Head{Company: "c", Seq: 5, Version: 5})
	put(r, Counters, there)
	was := Head{Company: "c", Seq: 5, Version: 5}
	next := Head{Company: "c", Seq: 6, Version: 6}
	stale := *there
	stale.Version = 2
	for _, c := range []struct {
		name  string
		was   Head
		head  Head
		write Write
		want  bool
	}{
		{"as seen", was, next, Write{Counters, there, &ledger.Counter{Series: "V", Version: 4}}, true},
		{"another head", Head{Company: "c", Seq: 4, Version: 4}, next, Write{}, false},
		{"no head seen", Head{Company: "c"}, next, Write{}, false},
		{"another company's head", was, Head{Company: "d", Seq: 6}, Write{}, false},
		{"an older version", was, next, Write{Counters, &stale, &ledger.Counter{Series: "V", Version: 3}}, false},
		{"made by somebody else", was, next, Write{Counters, nil, &ledger.Counter{Series: "V", Version: 1}}, false},
		{"deleted by somebody else", was, next, Write{Counters, &ledger.Counter{Series: "W", Version: 1}, &ledger.Counter{Series: "W", Version: 2}}, false},
		{"deletion as seen", was, next, Write{Counters, there, nil}, true},
		{"deletion of an older version", was, next, Write{Counters, &stale, nil}, false},
	} {
		changes := &Changes{Was: c.was, Head: c.head}
		if c.write.Row() != nil {
			changes.Writes = []Write{c.write}
		}
		require.Equal(t, c.want, r.Matches("c", changes), c.name)
	}
	require.True(t, NewBooks().Matches("c", &Changes{Was: Head{Company: "c"}, Head: Head{Company: "c", Version: 1}}), "a company without a head has a head of zeros")
}

func TestTotals(t *testing.T) {
	r := NewBooks()
	for i, v := range []struct {
		account string
		day     int
		debit   string
		item    string
	}{{"1405", 1, "10", "A"}, {"1405", 2, "20", "B"}, {"1001", 2, "5", ""}, {"1405", 3, "-3", "A"}} {
		put(r, VoucherLines, &ledger.Line{Doc: int64(i + 1), N: 1, Line: 1, Account: v.account, Date: day(v.day), Debit: money.MustParse(v.debit), Item: v.item})
	}
	for _, c := range []struct {
		name  string
		total Total
		want  string
	}{
		{"per account", Total{Group: []string{"account"}}, "1001 5.00, 1405 27.00"},
		{"as of a day", Total{Group: []string{"account"}, Date: "date", AsOf: day(2)}, "1001 5.00, 1405 30.00"},
		{"up to a document", Total{Group: []string{"account"}, Upto: 2}, "1405 30.00"},
		{"where", Total{Group: []string{"account"}, Where: []Equal{{"item", "A"}}}, "1405 7.00"},
		{"where a day", Total{Group: []string{"account"}, Where: []Equal{{"date", day(2)}}}, "1001 5.00, 1405 20.00"},
		{"where an amount", Total{Group: []string{"account"}, Where: []Equal{{"debit", money.MustParse("5")}}}, "1001 5.00"},
		{"none", Total{Group: []string{"account"}, Where: []Equal{{"item", "X"}}}, ""},
		{"a day without its column counts for nothing", Total{Group: []string{"account"}, AsOf: day(1)}, "1001 5.00, 1405 27.00"},
	} {
		c.total.Kind, c.total.Of = VoucherLines, []string{"debit"}
		text := ""
		for _, row := range SumRows(c.total, r.All(VoucherLines)) {
			if text != "" {
				text += ", "
			}
			text += *row.Group[0].(*string) + " " + money.FromUnits(row.Sums[0]).String()
		}
		require.Equal(t, c.want, text, c.name)
	}
}
