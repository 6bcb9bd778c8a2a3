package storagetest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/memory"
)

// twin is a company in the store under test and in the reference.
type twin struct {
	*testing.T
	config  Config
	ctx     context.Context
	store   storage.Store
	ref     storage.Store
	company string
	head    storage.Head
}

func newTwin(t *testing.T, config Config) *twin {
	w := &twin{T: t, config: config, ctx: t.Context(), store: config.Open(t), ref: memory.New(), company: "acme"}
	w.head.Company = w.company
	return w
}

// changes makes changes that follow on a head.
func changes(was storage.Head, writes ...storage.Write) *storage.Changes {
	next := was
	next.Seq++
	next.Version++
	next.Instant += 1_000_001
	next.Hash = fmt.Sprintf("%064x", next.Seq)
	return &storage.Changes{Was: was, Head: next, Writes: writes}
}

// apply writes to both and demands that both take it.
func (w *twin) apply(writes ...storage.Write) {
	w.Helper()
	c := changes(w.head, writes...)
	if err := w.store.Apply(w.ctx, w.company, c); err != nil {
		w.Fatalf("the store refused changes that nothing speaks against: %v", err)
	}
	if err := w.ref.Apply(w.ctx, w.company, c); err != nil {
		w.Fatalf("the suite is wrong: %v", err)
	}
	w.head = c.Head
}

// contention demands that the store refuses changes because somebody else has written, and that nothing of them stays.
func (w *twin) contention(why string, c *storage.Changes) {
	w.Helper()
	if err := w.store.Apply(w.ctx, w.company, c); refusal.CodeOf(err) != refusal.Contention {
		w.Errorf("%s: the store answered %v, not %q", why, err, refusal.Contention)
	}
	w.sameBooks()
}

func insert(rows ...any) []storage.Write {
	var out []storage.Write
	for _, row := range rows {
		out = append(out, storage.Write{Kind: kindOf(row), New: row})
	}
	return out
}

func kindOf(row any) storage.Kind {
	for k := range storage.Tables {
		if reflect.TypeOf(storage.Tables[k].New()) == reflect.TypeOf(row) {
			return storage.Kind(k)
		}
	}
	panic(fmt.Sprintf("no table holds %T", row))
}

// changed copies a record with the next version, for the caller to change further.
func changed[T any](row *T) *T {
	next := *row
	storage.Bump(kindOf(row), &next)
	return &next
}

// lines gives rows as texts.
func lines(k storage.Kind, rows []any) []string {
	out := []string{}
	for _, row := range rows {
		out = append(out, storage.Tables[k].Text(row))
	}
	return out
}

func (w *twin) same(what string, want, got []string) {
	w.Helper()
	if slices.Equal(want, got) {
		return
	}
	i := 0
	for i < len(want) && i < len(got) && want[i] == got[i] {
		i++
	}
	at := func(list []string) string {
		if i < len(list) {
			return shorten(list[i])
		}
		return "(none)"
	}
	w.Errorf("%s: %d rows, want %d; the first that differs is number %d:\nwant %s\ngot  %s", what, len(got), len(want), i+1, at(want), at(got))
}

func shorten(s string) string {
	if s = strings.TrimSpace(s); len(s) > 600 {
		return s[:600] + " …"
	}
	return s
}

// load asks one store, and gives what a command then sees.
func (w *twin) load(s storage.Store, n storage.Need) *storage.Snapshot {
	w.Helper()
	rows, err := s.Load(w.ctx, w.company, n)
	if err != nil {
		w.Fatalf("load: %v", err)
	}
	snap := storage.NewSnapshot()
	snap.Absorb(n, rows)
	return snap
}

// sameLoad asks both for a need and compares all answers.
func (w *twin) sameLoad(what string, n storage.Need) {
	w.Helper()
	want, got := w.load(w.ref, n), w.load(w.store, n)
	for _, k := range n.Keys {
		one := func(s *storage.Snapshot) []any {
			if row, _ := s.Get(k); row != nil {
				return []any{row}
			}
			return nil
		}
		w.same(fmt.Sprintf("%s: key in %s", what, storage.Tables[k.Kind].Name), lines(k.Kind, one(want)), lines(k.Kind, one(got)))
	}
	for _, l := range n.Lists {
		name := fmt.Sprintf("%s: list %d of %s", what, l.Index, storage.Tables[l.Kind].Name)
		wanted, _ := want.List(l)
		given, seen := got.List(l)
		if !seen {
			w.Errorf("%s: loaded, but not known", name)
		}
		w.same(name, lines(l.Kind, wanted), lines(l.Kind, given))
		all := l
		all.Cover = storage.List{}.Cover
		_, whole := want.List(all)
		if _, seen := got.List(all); seen != whole {
			w.Errorf("%s: the store gave the whole list: %v; want %v", name, seen, whole)
		}
	}
	for _, t := range n.Totals {
		wanted, _ := want.Total(t)
		given, _ := got.Total(t)
		w.same(what+": total of "+storage.Tables[t.Kind].Name, sums(wanted), sums(given))
	}
}

func sums(rows []storage.TotalRow) []string {
	out := []string{}
	for _, r := range rows {
		var b strings.Builder
		for _, g := range r.Group {
			fmt.Fprintf(&b, "%T %q ", g, fmt.Sprint(reflect.ValueOf(g).Elem()))
		}
		out = append(out, b.String()+fmt.Sprint(r.Sums))
	}
	return out
}

// scan reads all pages.
func (w *twin) scan(s storage.Store, q storage.Scan) []string {
	w.Helper()
	var out []string
	for {
		page, err := s.Scan(w.ctx, w.company, q)
		if err != nil {
			w.Fatalf("scan: %v", err)
		}
		if len(page.Rows) > q.Size() || page.Cursor != "" && len(page.Rows) < q.Size() {
			w.Fatalf("scan: a page of %d rows, asked for %d", len(page.Rows), q.Size())
		}
		out = append(out, lines(q.Kind, page.Rows)...)
		if q.Cursor = page.Cursor; q.Cursor == "" {
			return out
		}
	}
}

func (w *twin) sameScan(what string, q storage.Scan) {
	w.Helper()
	w.same(fmt.Sprintf("%s: scan of %s by index %d", what, storage.Tables[q.Kind].Name, q.Index), w.scan(w.ref, q), w.scan(w.store, q))
}

func (w *twin) sameSum(t storage.Total) {
	w.Helper()
	want, err := w.ref.Sum(w.ctx, w.company, t)
	if err != nil {
		w.Fatal(err)
	}
	got, err := w.store.Sum(w.ctx, w.company, t)
	if err != nil {
		w.Fatalf("sum: %v", err)
	}
	w.same(fmt.Sprintf("sum %+v", t), sums(want), sums(got))
}

// sameBooks compares every row of every table.
func (w *twin) sameBooks() {
	w.Helper()
	if w.digest(w.ref) == w.digest(w.store) {
		return
	}
	for k := range storage.Tables {
		w.sameScan("all books", storage.Scan{Kind: storage.Kind(k)})
	}
	w.Error("the digest of the books is not that of the reference")
}

func (w *twin) digest(s storage.Store) string {
	w.Helper()
	d, err := storage.Digest(w.ctx, s, w.company)
	if err != nil {
		w.Fatalf("digest: %v", err)
	}
	return d
}
