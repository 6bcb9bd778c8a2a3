package explain

import (
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// Account adds up what the vouchers say of an account on some days, document by document, with what entries of value it holds.
type Account struct {
	Code     string
	Name     string
	From, To calendar.Date // 0: from the first, to the last
	docs     []docSum
	at       map[int64]int
	held     []Held
	heldAt   map[[3]string]int
}

type docSum struct {
	doc    int64
	date   calendar.Date
	rule   string
	amount money.Amount
}

// Held is what entries of a stream (or an order) on an account come to, up to the day and in all.
type Held struct {
	Item, Scope, Order string
	Value, Now         money.Amount
}

// Put notes a line; lines of other accounts and days are not of the figure.
func (a *Account) Put(l ledger.Line) {
	if l.Account != a.Code || l.Date < a.From || a.To != 0 && l.Date > a.To {
		return
	}
	if a.at == nil {
		a.at = map[int64]int{}
	}
	i, there := a.at[l.Doc]
	if !there {
		i, a.at[l.Doc] = len(a.docs), len(a.docs)
		a.docs = append(a.docs, docSum{doc: l.Doc, date: l.Date, rule: l.Rule})
	}
	a.docs[i].amount = money.Sum(a.docs[i].amount, l.Debit, l.Credit.Neg())
}

// Hold notes what the entries of a stream or an order on the account come to, up to the last day or (now) in all.
func (a *Account) Hold(item, scope, order string, value money.Amount, now bool) {
	if a.heldAt == nil {
		a.heldAt = map[[3]string]int{}
	}
	k := [3]string{item, scope, order}
	i, there := a.heldAt[k]
	if !there {
		i, a.heldAt[k] = len(a.held), len(a.held)
		a.held = append(a.held, Held{Item: item, Scope: scope, Order: order})
	}
	if now {
		a.held[i].Now = value
	} else {
		a.held[i].Value = value
	}
}

func (a *Account) balance() (sum money.Amount) {
	for _, d := range a.docs {
		sum = sum.Add(d.amount)
	}
	return sum
}

// Balance explains what accounts come to together: of one that holds stock or work in process by item and order, of another by document.
func Balance(cur money.Currency, name string, accounts []*Account) *Walk {
	root := Node{Kind: KindFigure, Account: name, What: "balance of " + name}
	if len(accounts) == 1 && accounts[0].Name != "" {
		root.What += ", " + accounts[0].Name
	}
	for _, a := range accounts {
		root.Amount = root.Amount.Add(a.balance())
	}
	w := newWalk(cur, root, func(w *Walk, b Books) ([]comp, bool, error) {
		if len(accounts) == 1 {
			return accounts[0].expand(w, b)
		}
		var out []comp
		for _, a := range accounts {
			n := Node{Kind: KindAccount, Account: a.Code, What: a.Code + " " + a.Name}
			out = append(out, comp{node: n, weight: a.balance(), more: a.expand})
		}
		return out, true, nil
	})
	w.given = true
	return w
}

func (a *Account) expand(w *Walk, b Books) ([]comp, bool, error) {
	out, err := a.holds()
	if out != nil || err != nil {
		return out, true, err
	}
	return a.byDocument(w, b)
}

// holds explains an account of stock or of work in process by what its streams and orders hold; nothing, if it is no such account, or they held something
// else on its day than they do now.
func (a *Account) holds() (out []comp, err error) {
	var sum money.Amount
	for _, h := range a.held {
		sum = sum.Add(h.Value)
		if h.Value != h.Now {
			return nil, nil
		}
	}
	if a.From != 0 || len(a.held) == 0 {
		return nil, nil
	}
	if sum != a.balance() {
		return nil, broken(a.Code, a.balance(), sum, "the account is not what its entries of value come to")
	}
	last := a.lastDay()
	for _, h := range a.held {
		out = append(out, h.comp(a.Code, last))
	}
	return out, nil
}

// comp is what a stream or an order holds, where all of it is on the account; of a stream that is on several accounts it is the entries on this one.
func (h Held) comp(account string, last calendar.Date) comp {
	if h.Order != "" {
		return comp{node: Node{Kind: KindOrder, Order: h.Order}, weight: h.Value, made: true, more: func(w *Walk, b Books) ([]comp, bool, error) {
			o, ok, err := w.work(b, h.Order)
			if !ok || err != nil {
				return nil, ok, err
			}
			held := o.held()
			if sumOf(held) != h.Value {
				return nil, true, nil
			}
			return o.charged(w, held), true, nil
		}}
	}
	n := Node{Kind: KindStock, Item: h.Item, scope: h.Scope, What: "stock of " + h.Item + in(h.Scope)}
	return comp{node: n, weight: h.Value, made: true, more: func(w *Walk, b Books) ([]comp, bool, error) {
		k := streamKey{h.Item, h.Scope}
		s, ok, err := w.stockOf(b, k, last, (*stock).all)
		if !ok || err != nil {
			return nil, ok, err
		}
		if s.value() == h.Value {
			return s.inStock(s.all()), true, nil
		}
		if s, ok, err = w.stockOf(b, k, firstDay, nothing); !ok || err != nil {
			return nil, ok, err
		}
		return s.on(account), true, nil
	}}
}

// on are the entries of a stream on an account.
func (s *stock) on(account string) (out []comp) {
	for i := range s.entries {
		e := &s.entries[i]
		kind := KindReceipt
		switch {
		case e.Account != account:
			continue
		case e.Kind == costing.Adjust:
			kind = KindAdjust
		case e.Kind == costing.Worth:
			kind = KindWorth
		case e.Qty.Sign() < 0:
			kind = KindIssue
		}
		out = append(out, comp{node: ofEntry(kind, e, e.Value, costing.Material), weight: e.Value})
	}
	return out
}

func (a *Account) lastDay() (last calendar.Date) {
	for _, d := range a.docs {
		last = max(last, d.date)
	}
	return last
}

// base is an entry of value whose other side an account is, with what the account has of it.
type base struct {
	entry  *costing.Entry
	amount money.Amount
	by     []docSum // the documents that booked it
}

// byDocument explains an account by its documents. Behind lines that are the other side of an entry of value (cost of sales, scrap, a stocktake) stands that
// entry, with what late facts made of it.
func (a *Account) byDocument(w *Walk, b Books) ([]comp, bool, error) {
	docs := slices.Clone(a.docs)
	slices.SortStableFunc(docs, func(x, y docSum) int { return y.amount.Abs().Cmp(x.amount.Abs()) })
	all := true
	var bases []base
	at := map[costing.Source]int{}
	var out []comp
	w.steps += len(docs)
	for i, d := range docs {
		rest := d.amount
		var behind []base
		if i < w.maxNodes {
			var ok bool
			behind, ok = a.behind(b, d)
			all = all && ok
		}
		for _, x := range behind {
			rest = rest.Sub(x.amount)
			j, there := at[x.entry.Source()]
			if !there {
				j, at[x.entry.Source()] = len(bases), len(bases)
				bases = append(bases, base{entry: x.entry})
			}
			bases[j].amount = bases[j].amount.Add(x.amount)
			bases[j].by = append(bases[j].by, docSum{d.doc, d.date, d.rule, x.amount})
		}
		d.amount = rest
		out = append(out, d.comp(""))
	}
	for _, x := range bases {
		out = append(out, x.comp())
	}
	return out, all, nil
}

// behind are the entries of value that stand behind a document's lines on the account.
func (a *Account) behind(b Books, d docSum) (out []base, ok bool) {
	entries, ok := b.Entries(d.doc)
	rest := d.amount
	for i := range entries {
		e := &entries[i]
		if e.PostingDate < a.From || a.To != 0 && e.PostingDate > a.To {
			continue
		}
		of, here := a.of(b, e)
		ok = ok && here
		if of != nil {
			out = append(out, base{entry: of, amount: e.Value.Neg()})
			rest = rest.Add(e.Value)
		}
	}
	settled, here := b.Settled(d.doc)
	if !ok || !here || rest.IsZero() {
		return out, ok && here
	}
	var billed []base // cost of sales that waited for the invoice
	for _, f := range settled {
		if f.Kind != ledger.Unbilled || f.ItemDoc == d.doc {
			continue
		}
		sold, here := entryOf(b, costing.Source{Doc: f.ItemDoc, Line: f.ItemLine})
		ok = ok && here
		if sold != nil {
			billed = append(billed, base{entry: sold, amount: f.Amount.Neg()})
			rest = rest.Add(f.Amount)
		}
	}
	if rest.IsZero() {
		out = append(out, billed...)
	}
	return out, ok
}

func entryOf(b Books, src costing.Source) (*costing.Entry, bool) {
	entries, ok := b.Entries(src.Doc)
	for i := range entries {
		if entries[i].Source() == src {
			return &entries[i], ok
		}
	}
	return nil, ok
}

// of is the entry that the account is the other side of: the entry itself, or what a late fact changed; of goods that came back the shipment decides.
func (a *Account) of(b Books, e *costing.Entry) (*costing.Entry, bool) {
	of, ok := e, true
	if e.Kind == costing.Adjust {
		if !e.Late {
			return nil, true
		}
		if of, ok = entryOf(b, e.Cause); of == nil {
			return nil, ok
		}
	}
	switch {
	case of.Kind == costing.Credit && !of.Late, of.Kind == costing.Sold, of.Kind == costing.Out, of.Kind == costing.Found, of.Kind == costing.Worth:
		if of.Contra == a.Code {
			return of, true
		}
	case of.Kind == costing.In && of.Cause != costing.Source{}:
		sold, ok := entryOf(b, of.Cause)
		if sold != nil && sold.Kind == costing.Sold && sold.Contra == a.Code {
			return of, true
		}
		return nil, ok
	}
	return nil, true
}

// comp is what a document's vouchers say, without an entry of value behind them.
func (d docSum) comp(element costing.Element) comp {
	return comp{node: Node{Kind: KindVoucher, Date: d.date, Rule: d.rule, Element: element, doc: d.doc}, weight: d.amount}
}

// documents are what booked an amount, where it cannot be followed further: nothing, if that is the entry's own document.
func (x base) documents() (out []comp) {
	if len(x.by) == 1 && x.by[0].doc == x.entry.Doc {
		return nil
	}
	for _, d := range x.by {
		out = append(out, d.comp(x.entry.Element))
	}
	return out
}

// comp is an entry behind an account. It is followed if the account has all that it is worth now, or a part of what nothing has changed since: else it is not
// known what that was made of then, and the documents stand for it.
func (x base) comp() comp {
	e, amount := x.entry, x.amount
	if e.Order != "" {
		return comp{node: ofEntry(KindClose, e, amount, e.Element), weight: amount, made: true, more: func(w *Walk, b Books) ([]comp, bool, error) {
			o, ok, err := w.work(b, e.Order)
			if !ok || err != nil {
				return nil, ok, err
			}
			if p := o.part(e.Source()); p == nil || p.Worth != amount.Neg() {
				return x.documents(), true, nil
			}
			return o.charged(w, o.took(e.Source())), true, nil
		}}
	}
	kind := KindIssue
	if e.Kind == costing.Worth {
		kind = KindWorth
	} else if e.Qty.Sign() > 0 {
		kind = KindReceipt
	}
	return comp{node: ofEntry(kind, e, amount, costing.Material), weight: amount, made: true, more: func(w *Walk, b Books) ([]comp, bool, error) {
		src := e.Source()
		s, ok, err := w.stockOf(b, streamKey{e.Item, e.Scope}, e.FactDate, nothing)
		if !ok || err != nil {
			return nil, ok, err
		}
		now := s.event(src)
		switch {
		case s.skips(now), now.Value != amount.Neg() && (now.Value != e.Value || len(x.by) > 1):
			return x.documents(), true, nil
		case kind == KindWorth:
			return nil, true, nil
		case kind == KindReceipt && brings(now):
			return s.origin(now)(w, b)
		case kind == KindReceipt:
			return undoing(now)(w, b)
		}
		return taken(e)(w, b)
	}}
}
