package ledgermill

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// Options are what a host may choose when it opens a company; nil takes the defaults.
type Options struct {
	Company string           // its key in the store; default "main"
	Setup   *Setup           // what the company decides once; needed the first time, default: all defaults
	Clock   func() time.Time // default time.Now
	NewID   func() string    // for documents and vouchers; default UUIDv7
	Methods []costing.Method // the host's own costing methods, which items name; given every time
	// CloseEntries is how many entries of goods with a monthly average a close goes over in one transaction; default 10,000. A month of more is closed in
	// several: see [Close].
	CloseEntries int
}

// Company is the books of one company in one store. It is safe for concurrent use.
type Company struct {
	store   storage.Store
	name    string
	clock   func() time.Time
	newID   func() string
	methods []costing.Method
	rules   posting.RuleSet
	most    int           // entries that a close goes over in one transaction
	turn    chan struct{} // held by the one that decides and commits: what is below is its
	masters *storage.Snapshot
	catalog int64
	opened  *opened
	queue   queue
}

// Open opens the books of a company, and founds it if the store does not know it.
func Open(ctx context.Context, store storage.Store, o *Options) (*Company, error) {
	if o == nil {
		o = &Options{}
	}
	if err := costing.CheckMethods(o.Methods); err != nil {
		return nil, err
	}
	c := &Company{store: store, name: o.Company, clock: o.Clock, newID: o.NewID, methods: slices.Clone(o.Methods), rules: posting.Builtin(), masters: storage.NewSnapshot(), turn: make(chan struct{}, 1)}
	if c.name == "" {
		c.name = "main"
	}
	if c.clock == nil {
		c.clock = time.Now
	}
	if c.newID == nil {
		c.newID = func() string { return uuid.Must(uuid.NewV7()).String() }
	}
	if c.most = o.CloseEntries; c.most <= 0 {
		c.most = closeEntries
	}
	head, err := c.readHead(ctx)
	if err != nil {
		return nil, err
	}
	if head.Seq > 0 && o.Setup == nil {
		return c, nil
	}
	setup := Setup{}
	if o.Setup != nil {
		setup = *o.Setup
	}
	if setup.ID == "" {
		setup.ID = "setup"
	}
	_, err = c.Do(ctx, setup)
	return c, err
}

func (c *Company) readHead(ctx context.Context) (storage.Head, error) {
	k := storage.Key{Kind: storage.Heads, Values: []any{c.name}}
	need := storage.Need{Keys: []storage.Key{k}}
	rows, err := c.store.Load(ctx, c.name, need)
	if err != nil {
		return storage.Head{}, err
	}
	s := storage.NewSnapshot()
	s.Absorb(need, rows)
	if row, _ := s.Get(k); row != nil {
		return *row.(*storage.Head), nil
	}
	return storage.Head{Company: c.name}, nil
}

// Document is what one command brought about.
type Document struct {
	posting.Document
	Replayed bool // it was there already: nothing was changed
	Moves    []inventory.Move
	Entries  []costing.Entry
	Vouchers []PostedVoucher
	Accrued  []ledger.OpenItem // of a close: goods received by the end of its period and not invoiced then (GRNI); see [Company.Accrued]
}

// PostedVoucher is a voucher with its lines.
type PostedVoucher struct {
	ledger.Voucher
	Lines []ledger.Line
}

// decide runs one command against the snapshot, loading what it asks for until it is done or refused.
func (c *Company) decide(ctx context.Context, command *prepared, snap *storage.Snapshot) (Document, *storage.Changes, error) {
	now := calendar.At(c.clock())
	id := c.newID()
	for range maxLoads {
		b := c.book(snap)
		b.most = command.most
		b.load = func(n storage.Need) error { return c.load(ctx, n, snap) }
		doc, err := c.once(b, command, id, now)
		if !b.need.Empty() {
			if err := c.load(ctx, b.need, snap); err != nil {
				return Document{}, nil, err
			}
			continue
		}
		if err != nil {
			return Document{}, nil, err
		}
		if doc.Replayed {
			return doc, nil, nil
		}
		return doc, &b.changes, nil
	}
	return Document{}, nil, refusal.New(refusal.LimitExceeded, command.ID, "a command asked for rows more than %d times", maxLoads)
}

func (c *Company) book(snap *storage.Snapshot) *book {
	return &book{snap: snap, methods: c.methods, rules: c.rules, known: c.opened, live: map[string]*record{}, streams: map[streamKey]*stream{}, named: map[int64]bool{}, late: map[calendar.Date]*ledger.Draft{}, lateOrders: map[string]*mrp.Order{}, partKept: map[costing.Source]bool{}, recounts: map[costing.Source]int64{}}
}

func (c *Company) load(ctx context.Context, n storage.Need, snap *storage.Snapshot) error {
	rows, err := c.store.Load(ctx, c.name, n)
	if err != nil {
		return err
	}
	snap.Absorb(n, rows)
	return nil
}

var errStale = refusal.New(refusal.Contention, "catalog", "masters have changed since they were read")

// once decides a command on what is known now.
func (c *Company) once(b *book, command *prepared, id string, now calendar.Instant) (Document, error) {
	b.doc.Date = command.Date // what is read may depend on it
	if f, ok := command.command.(farsighted); ok {
		f.ahead(b)
	}
	if err := b.begin(c.name, command.header); err != nil {
		return Document{}, err
	}
	if err := c.checkMasters(b); err != nil {
		return Document{}, err
	}
	docs, err := list[posting.Document](b, documentsNamed(command.ID))
	if err != nil {
		return Document{}, err
	}
	if len(docs) > 0 {
		if err := sameContent(docs[0].Command, command.canonical, command.ID); err != nil {
			return Document{}, err
		}
		return Document{Document: *docs[0], Replayed: true}, nil
	}
	b.changes.Was = b.head
	b.doc = posting.Document{Seq: b.head.Seq + 1, Ref: command.ID, Verb: command.Verb, Date: command.Date, Recorded: max(now, b.head.Instant), ID: id, Command: command.canonical}
	b.memo = command.Memo
	if err := b.open(command.header); err != nil {
		return Document{}, err
	}
	if err := command.command.decide(b); err != nil {
		return Document{}, err
	}
	if err := b.carryOn(); err != nil {
		return Document{}, err
	}
	if err := b.bookVouchers(c.newID); err != nil {
		return Document{}, err
	}
	if err := b.finish(); err != nil {
		return Document{}, err
	}
	return b.result(), nil
}

// checkMasters refuses masters that were read before somebody else changed them: the attempt starts again with fresh ones.
func (c *Company) checkMasters(b *book) error {
	if !b.snap.Changed() && c.catalog != 0 && b.head.Catalog != c.catalog {
		return errStale
	}
	c.catalog = b.head.Catalog
	if b.chart != nil && (c.opened == nil || c.opened.catalog != c.catalog) {
		c.opened = &opened{c.catalog, b.set, b.currency, b.chart}
	}
	return nil
}

func (b *book) result() Document {
	d := Document{Document: b.doc, Accrued: b.accrued}
	for _, w := range b.changes.Writes {
		switch row := w.New.(type) {
		case *inventory.Move:
			d.Moves = append(d.Moves, *row)
		case *costing.Entry:
			d.Entries = append(d.Entries, *row)
		case *ledger.Voucher:
			d.Vouchers = append(d.Vouchers, PostedVoucher{Voucher: *row})
		case *ledger.Line:
			v := &d.Vouchers[len(d.Vouchers)-1]
			v.Lines = append(v.Lines, *row)
		}
	}
	return d
}

// canonicalForm is the text that is kept with a document: the verb, the version of the form, and the command's fields as given, zero ones left out.
func canonicalForm(verb string, command Command) (string, error) {
	text, err := json.Marshal(command)
	if err != nil {
		var e *refusal.Error
		if errors.As(err, &e) {
			return "", e
		}
		return "", refusal.New(refusal.InvalidAmount, verb, "the command cannot be written down")
	}
	if len(text) > maxDocument {
		return "", refusal.New(refusal.LimitExceeded, verb, "a document of %d bytes; at most %d", len(text), maxDocument)
	}
	return verb + " 1 " + string(text), nil
}
