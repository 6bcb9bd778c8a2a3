package ledgermill

import (
	"cmp"
	"errors"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// errNeed says that a command must see rows that are not in its snapshot: the runner loads book.need and decides again.
var errNeed = errors.New("more rows are needed")

// book is what one command works on: the snapshot it reads, and the facts and records that it writes.
// It is made anew for every attempt at deciding.
type book struct {
	snap     *storage.Snapshot
	need     storage.Need
	head     storage.Head
	doc      posting.Document
	memo     string // of the command: the summary of its vouchers
	set      posting.Settings
	known    *opened // chart and settings, if they were opened before
	currency money.Currency
	chart    *posting.Chart
	rules    posting.RuleSet
	methods  []costing.Method // the host's own
	changes  storage.Changes
	live     map[string]*record
	order    []*record
	streams  map[streamKey]*stream
	streamed []*stream
	lines    [len(storage.Tables)]int32
	drafts   []*ledger.Draft
	named    map[int64]bool
	standard []*costing.StandardCost // that this command sets
	late     map[calendar.Date]*ledger.Draft
	monthEnd calendar.Date // the last day of the month that this document closes
	most     int           // entries that a close may go over; 0: as many as there are
	awaits   func(item, scope string) bool
	accrued  []ledger.OpenItem        // what the close lists
	carried  bool                     // what it changed of the past was followed
	looking  bool                     // only to find out what to load: it is not followed
	load     func(storage.Need) error // here and now; see fetch
	loads    int
	// orders that this document finds as they stood on its day
	lateOrders map[string]*mrp.Order
	partKept   map[costing.Source]bool   // of receipts whose value the document changes: something went back to the supplier
	becomes    map[string][]ChangeMethod // see changesOfMethod
	recounts   map[costing.Source]int64  // entries of this document that take back what a count found or lost: the count
}

// record is a record under change: as it was (nil: there was none) and as it is now (nil: it goes).
type record struct {
	kind     storage.Kind
	was, row any
	touched  bool
}

func keyOf(k storage.Kind, values []any) storage.Key { return storage.Key{Kind: k, Values: values} }

// want notes that a row will be read, without reading it: what is wanted together is loaded together.
func (b *book) want(k storage.Kind, values ...any) {
	if _, seen := b.snap.Get(keyOf(k, values)); !seen {
		b.need.Keys = append(b.need.Keys, keyOf(k, values))
	}
}

// seen says whether a row, or that there is none, was loaded.
func (b *book) seen(k storage.Kind, values ...any) bool {
	_, seen := b.snap.Get(keyOf(k, values))
	return seen
}

func (b *book) wantList(l storage.List) {
	if _, seen := b.snap.List(l); !seen {
		b.need.Lists = append(b.need.Lists, b.snap.Wider(l))
	}
}

// ready says whether everything wanted so far is there.
func (b *book) ready() error {
	if b.need.Empty() {
		return nil
	}
	return errNeed
}

// each runs do for every line, so that the needs of all lines are known together, and all that is refused of them.
func each[L any](b *book, lines []L, do func(i int, l L) error) error {
	var refused []error
	for i, l := range lines {
		err := do(i, l)
		if err == nil || errors.Is(err, errNeed) {
			continue
		}
		for _, e := range refusal.All(err) {
			if e.Line == 0 && len(lines) > 1 {
				e.Line = i + 1
			}
		}
		refused = append(refused, err)
	}
	if err := b.ready(); err != nil || len(refused) == 0 {
		return err
	}
	return errors.Join(refused...)
}

// read gives a row as it stands within this command; nil if there is none.
func read[T any](b *book, k storage.Kind, values ...any) (*T, error) {
	r, err := b.find(k, values)
	if err != nil || r.row == nil {
		return nil, err
	}
	return r.row.(*T), nil
}

func (b *book) find(k storage.Kind, values []any) (*record, error) {
	var buf [96]byte
	name := keyOf(k, values).AppendName(buf[:0])
	if r := b.live[string(name)]; r != nil {
		return r, nil
	}
	row, seen := b.snap.Get(keyOf(k, values))
	if !seen {
		b.need.Keys = append(b.need.Keys, keyOf(k, values))
		return nil, errNeed
	}
	r := &record{kind: k, was: row, row: row}
	b.live[string(name)] = r
	b.order = append(b.order, r)
	return r, nil
}

// edit gives a copy of a record that may be changed; nil if there is none.
func edit[T any](b *book, k storage.Kind, values ...any) (*T, error) {
	r, err := b.find(k, values)
	if err != nil || r.row == nil {
		return nil, err
	}
	if !r.touched {
		copied := *r.row.(*T)
		r.row, r.touched = &copied, true
	}
	return r.row.(*T), nil
}

// editOr is edit of a record that is made if there is none.
func editOr[T any](b *book, fresh T, k storage.Kind, values ...any) (*T, error) {
	if _, err := b.find(k, values); err != nil {
		return nil, err
	}
	if row, err := edit[T](b, k, values...); row != nil || err != nil {
		return row, err
	}
	r, _ := b.find(k, values)
	r.row, r.touched = &fresh, true
	return &fresh, nil
}

// absent makes a record that is known not to be there.
func absent[T any](b *book, k storage.Kind, fresh T, values ...any) *T {
	var buf [96]byte
	name := keyOf(k, values).AppendName(buf[:0])
	if r := b.live[string(name)]; r != nil {
		return r.row.(*T)
	}
	r := &record{kind: k, row: &fresh, touched: true}
	b.live[string(name)] = r
	b.order = append(b.order, r)
	return &fresh
}

// list gives the rows of a list as they stand within this command.
func list[T any](b *book, l storage.List) ([]*T, error) {
	rows, seen := b.snap.List(l)
	if !seen {
		b.need.Lists = append(b.need.Lists, b.snap.Wider(l))
		return nil, errNeed
	}
	out := make([]*T, 0, len(rows))
	var buf [96]byte
	for _, row := range rows {
		if r := b.live[string(storage.AppendRowName(buf[:0], l.Kind, row))]; r != nil {
			row = r.row
		}
		if row != nil {
			out = append(out, row.(*T))
		}
	}
	return out, nil
}

// next numbers the facts of a document within their table, from 1.
func (b *book) next(k storage.Kind) int32 {
	b.lines[k]++
	return b.lines[k]
}

// fact adds a fact.
func (b *book) fact(k storage.Kind, row any) { b.changes.Insert(k, row) }

// item gives an item's master record, with the costing method that it had on the document's day.
func (b *book) item(code string) (*inventory.Item, error) {
	it, err := b.itemNow(code)
	if b.doc.Seq == 0 || b.doc.Date >= b.head.Latest {
		return it, err
	}
	changes, err1 := b.changesOfMethod()
	if err := cmp.Or(err, err1); err != nil || len(changes[code]) == 0 {
		return it, err
	}
	then := *it
	then.Method, err = b.methodOn(it, b.doc.Date, changes[code])
	return &then, err
}

// itemNow gives an item's master record as it is now.
func (b *book) itemNow(code string) (*inventory.Item, error) {
	it, err := read[inventory.Item](b, storage.Items, code)
	if err == nil && it == nil {
		return nil, refusal.New(refusal.UnknownItem, code, "there is no such item")
	}
	return it, err
}

// warehouse gives a warehouse; without a name the first one.
func (b *book) warehouse(code string) (*inventory.Warehouse, error) {
	if code == "" {
		all, err := list[inventory.Warehouse](b, storage.List{Kind: storage.Warehouses})
		if err != nil {
			return nil, err
		}
		for _, w := range all {
			if w.Version > 0 && (len(all) == 1 || w.Code == b.set.FirstWarehouse) {
				return w, nil
			}
		}
	}
	w, err := read[inventory.Warehouse](b, storage.Warehouses, code)
	if err == nil && w == nil {
		return nil, refusal.New(refusal.UnknownWarehouse, code, "there is no such warehouse")
	}
	return w, err
}

// document gives an earlier document by its ref.
func (b *book) document(ref string) (*posting.Document, error) {
	docs, err := list[posting.Document](b, documentsNamed(ref))
	if err != nil {
		return nil, err
	}
	if len(docs) == 0 {
		return nil, refusal.New(refusal.NotFound, ref, "there is no such document")
	}
	return docs[0], nil
}

// mention notes that this document builds on an earlier one, which cannot be reversed before it.
func (b *book) mention(doc int64) {
	if doc != b.doc.Seq && doc != 0 && !b.named[doc] {
		b.named[doc] = true
		b.fact(storage.Mentions, &posting.Mention{Of: doc, By: b.doc.Seq})
	}
}

// streamKey names a value stream.
type streamKey struct{ item, scope string }

// stream is a value stream under change.
type stream struct {
	costing.State
	method costing.Method
	record *costing.Stream
	loaded []costing.Layer
	asked  uom.Quantity // layers cover this much
	given  []given      // what the document changes of receipts
	from   calendar.Date
	swept  bool // more than the end of the stream changes: it is gone over when the document is done
}

// given is a change of a receipt's value that the document itself books.
type given struct {
	src    costing.Source
	date   calendar.Date
	change money.Amount
}

// finish turns what was changed into writes, numbers the vouchers and moves the head.
func (b *book) finish() error {
	for _, s := range b.streamed {
		version := s.record.Version
		*s.record = s.Stream
		s.record.Version = version
	}
	for _, r := range b.order {
		if r.touched && r.row != nil {
			storage.Bump(r.kind, r.row)
			b.changes.Replace(r.kind, r.was, r.row)
			if storage.Tables[r.kind].Master {
				b.head.Catalog = b.doc.Seq
			}
		}
	}
	for _, s := range b.streamed {
		b.finishLayers(s)
	}
	doc := b.doc // a copy: a store keeps the row, and must not keep the whole book with it
	b.fact(storage.Documents, &doc)
	b.head.Seq, b.head.Instant, b.head.Latest = b.doc.Seq, b.doc.Recorded, max(b.head.Latest, b.doc.Date)
	b.head.Version++
	b.changes.Head = b.head
	return b.changes.Check()
}

type layerName struct {
	costing.Source
	part int32
}

func (b *book) finishLayers(s *stream) {
	was := map[layerName]costing.Layer{}
	for _, l := range s.loaded {
		was[layerName{l.Source, l.Part}] = l
	}
	for _, l := range s.Layers {
		name := layerName{l.Source, l.Part}
		old, there := was[name]
		delete(was, name)
		switch {
		case !there:
			l.Version = 1
			b.changes.Insert(storage.Layers, &l)
		case old != l:
			l.Version = old.Version + 1
			b.changes.Replace(storage.Layers, &old, &l)
		}
	}
	for _, l := range s.loaded {
		if _, gone := was[layerName{l.Source, l.Part}]; gone {
			b.changes.Replace(storage.Layers, &l, nil)
		}
	}
}
