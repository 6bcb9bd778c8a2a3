package posting

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// Deferred is a change of value that belongs to a day by its facts and was booked after it: by it the day as it looks differs from its books.
type Deferred struct {
	Doc     int64
	Ref     string
	Booked  calendar.Date
	Element costing.Element // of an order's cost
	Scope   string          // of an item's stock
	Change  money.Amount
}

// DeferredPast keeps those of some changes that were booked after a day, one a document, day and part.
func DeferredPast(all []Deferred, day calendar.Date) (out []Deferred) {
	slices.SortFunc(all, func(a, b Deferred) int {
		return cmp.Or(cmp.Compare(a.Doc, b.Doc), cmp.Compare(a.Booked, b.Booked), cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Element, b.Element))
	})
	for _, d := range all {
		if day == 0 || d.Booked <= day {
			continue
		}
		if last := len(out) - 1; last >= 0 && out[last].same(d) {
			out[last].Change = out[last].Change.Add(d.Change)
		} else {
			out = append(out, d)
		}
	}
	return slices.DeleteFunc(out, func(d Deferred) bool { return d.Change.IsZero() })
}

func (d Deferred) same(e Deferred) bool {
	d.Change, e.Change = money.Amount{}, money.Amount{}
	return d == e
}

// DeferredOf are the changes of an order's cost that belong to a day and those before it.
func DeferredOf(entries []costing.Entry, day calendar.Date) []Deferred {
	var all []Deferred
	for _, e := range entries {
		if e.FactDate <= day {
			all = append(all, Deferred{Doc: e.Doc, Booked: e.PostingDate, Element: e.Element, Change: e.Value})
		}
	}
	return DeferredPast(all, day)
}

// Revision is what documents recorded since some moment changed of the books of a day, line by line.
type Revision struct {
	Lines []RevisionLine `json:"lines"`
}

// RevisionLine is one account, one item in one cost scope, or one order's work in process: what the books said then, what they say now, and the documents
// that made the difference.
type RevisionLine struct {
	Kind      string           `json:"kind"` // account, stock or order
	Name      string           `json:"name"` // its code, item or number
	Scope     string           `json:"scope,omitzero"`
	Then      money.Amount     `json:"then"`
	Now       money.Amount     `json:"now"`
	QtyThen   uom.Quantity     `json:"qty_then,omitzero"` // of stock
	QtyNow    uom.Quantity     `json:"qty_now,omitzero"`
	Documents []RevisionSource `json:"documents"`
}

// RevisionSource is what one document changed of a line.
type RevisionSource struct {
	Doc    int64         `json:"doc"`
	Ref    string        `json:"ref"`
	Verb   string        `json:"verb"`
	Date   calendar.Date `json:"date"`
	Change money.Amount  `json:"change"`
	Qty    uom.Quantity  `json:"qty,omitzero"`
}

// Revising collects what makes a revision.
type Revising struct {
	lines map[RevisionName]*RevisionLine
}

// RevisionName names a line.
type RevisionName struct{ Kind, Name, Scope string }

// Later notes what a document recorded since changed of a line. Documents come in order.
func (d *Revising) Later(name RevisionName, doc int64, change money.Amount, qty uom.Quantity) {
	if d.lines == nil {
		d.lines = map[RevisionName]*RevisionLine{}
	}
	l := d.lines[name]
	if l == nil {
		l = &RevisionLine{Kind: name.Kind, Name: name.Name, Scope: name.Scope}
		d.lines[name] = l
	}
	if last := len(l.Documents) - 1; last < 0 || l.Documents[last].Doc != doc {
		l.Documents = append(l.Documents, RevisionSource{Doc: doc})
	}
	s := &l.Documents[len(l.Documents)-1]
	s.Change, s.Qty = s.Change.Add(change), s.Qty.Add(qty)
}

// Then notes what a line stood at before that.
func (d *Revising) Then(name RevisionName, value money.Amount, qty uom.Quantity) {
	if l := d.lines[name]; l != nil {
		l.Then, l.QtyThen = l.Then.Add(value), l.QtyThen.Add(qty)
	}
}

// Revision gives the lines that differ, accounts first, with the documents as they are told.
func (d *Revising) Revision(document func(doc int64) Document) Revision {
	var out Revision
	for _, l := range d.lines {
		l.Now, l.QtyNow = l.Then, l.QtyThen
		l.Documents = slices.DeleteFunc(l.Documents, func(s RevisionSource) bool { return s.Change.IsZero() && s.Qty.IsZero() })
		for i := range l.Documents {
			s := &l.Documents[i]
			doc := document(s.Doc)
			s.Ref, s.Verb, s.Date = doc.Ref, doc.Verb, doc.Date
			l.Now, l.QtyNow = l.Now.Add(s.Change), l.QtyNow.Add(s.Qty)
		}
		if len(l.Documents) > 0 {
			out.Lines = append(out.Lines, *l)
		}
	}
	order := []string{"account", "stock", "order"}
	slices.SortFunc(out.Lines, func(a, b RevisionLine) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Scope, b.Scope))
	})
	return out
}

// String gives the revision as text, the documents under their lines.
func (r Revision) String() string {
	if len(r.Lines) == 0 {
		return "nothing changed since then\n"
	}
	const columns = "%-40s %16v %16v %16v"
	var b strings.Builder
	write(&b, columns, "", "then", "now", "change")
	for _, l := range r.Lines {
		name := l.Kind + " " + l.Name
		if l.Scope != "" {
			name += " in " + l.Scope
		}
		write(&b, columns, name, l.Then, l.Now, l.Now.Sub(l.Then))
		if l.QtyThen != l.QtyNow {
			write(&b, columns, "  quantity", l.QtyThen, l.QtyNow, l.QtyNow.Sub(l.QtyThen))
		}
		for _, d := range l.Documents {
			write(&b, columns, "  "+d.Date.String()+" "+d.Verb+" "+d.Ref, "", "", d.Change)
		}
	}
	return b.String()
}
