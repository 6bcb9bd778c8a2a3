package explain

import (
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting"
)

// work is a work order gone over once, document by document: what it holds and what left it, by the entries that charged it. Elements do not mix.
type work struct {
	ref string
	costing.Parts
	mix    // its takers are credits
	open   map[costing.Element]*pot
	stock  map[costing.Source]*costing.Entry   // the stock entries of its documents
	verbs  map[int64]string                    // of its documents
	undoes map[int64]int64                     // by a reversal among them, the document that it undoes
	causes map[costing.Source][]costing.Source // credits by the entry that they gave their value to
	undone map[costing.Source]costing.Source   // parts by what undoes them
	issued map[[2]string][]costing.Source      // charges by item and lot
}

// newWork goes over an order. Its entries may come in any order; stock has those of stock that its documents made.
func newWork(ref string, m mix, entries []costing.Entry, stock map[costing.Source]*costing.Entry, docs map[int64]*posting.Document) (*work, error) {
	o := &work{
		ref: ref, Parts: costing.PartsOf(entries), mix: m, open: map[costing.Element]*pot{}, stock: stock,
		verbs: map[int64]string{}, undoes: map[int64]int64{}, causes: map[costing.Source][]costing.Source{}, undone: map[costing.Source]costing.Source{}, issued: map[[2]string][]costing.Source{},
	}
	for seq, d := range docs {
		o.verbs[seq], o.undoes[seq] = d.Verb, d.Reverses
	}
	*o.steps += len(entries)
	for _, e := range costing.Elements {
		o.open[e] = newPot()
	}
	var total money.Amount
	for _, d := range o.Docs {
		for _, k := range d.Keys {
			p := o.Of[k]
			total = total.Add(p.Worth)
			if of, undoes := o.Undone(k); undoes {
				o.undone[o.Of[of].Source()] = p.Source()
			} else if p.Kind == costing.Credit {
				o.causes[p.Cause] = append(o.causes[p.Cause], p.Source())
			}
		}
		o.fold(d)
	}
	var held money.Amount
	for _, e := range costing.Elements {
		held = held.Add(o.open[e].value)
	}
	if held != total {
		return nil, broken(ref, total, held, "the order holds something else than what was charged to it and did not leave")
	}
	return o, nil
}

// part is the part that an entry recorded first.
func (o *work) part(src costing.Source) *costing.Part {
	k, named := o.Named[src]
	if !named {
		return nil
	}
	return o.Of[k]
}

// Undone is also what a reversal's credit undoes that came late: the reversal took back a credit of nothing, so no entry of its own names that.
func (o *work) Undone(k costing.PartKey) (costing.PartKey, bool) {
	of, undoes := o.Parts.Undone(k)
	doc := o.undoes[k.Cause.Doc]
	if undoes || doc == 0 || k.Kind != costing.Credit {
		return of, undoes
	}
	of = k
	of.Cause = costing.Source{Doc: doc}
	if e := o.stock[k.Cause]; e != nil {
		of.Cause = e.Cause
	}
	return of, o.Of[of] != nil
}

// fold does to the order what a document did: charges, then what comes back or is undone, then what a completion, a report of scrap or the close takes.
func (o *work) fold(d costing.PartsDoc) {
	var credits []*costing.Part
	for _, k := range d.Keys {
		p := o.Of[k]
		switch of, undoes := o.Undone(k); {
		case undoes:
			o.undo(p, o.Of[of])
		case p.Kind == costing.Charge:
			o.put(o.open[p.Element], p.Source(), p.Worth)
			if e := o.stock[p.Cause]; e != nil {
				of := [2]string{e.Item, e.Lot}
				o.issued[of] = append(o.issued[of], p.Source())
			}
		default:
			credits = append(credits, p)
		}
	}
	if o.verbs[d.Doc] == "return_material" {
		for _, p := range credits {
			o.giveUp(p)
		}
		return
	}
	for _, e := range costing.Elements {
		o.credit(d, e, credits)
	}
}

// giveUp takes what came back out of what is in process of its item and lot.
func (o *work) giveUp(p *costing.Part) {
	var roots []costing.Source
	var left []money.Amount
	in, amount := o.open[p.Element], p.Worth.Neg()
	if e := o.stock[p.Cause]; e != nil {
		for _, root := range o.issued[[2]string{e.Item, e.Lot}] {
			*o.steps++
			if r := o.remains(root, in); !r.IsZero() {
				roots, left = append(roots, root), append(left, r)
			}
		}
	}
	if money.Sum(left...).Less(amount) {
		o.takeFrom(in, p, amount)
		return
	}
	for i, a := range share(o.cur, amount, left) {
		o.takeOut(in, p.Source(), roots[i], a)
	}
}

// takeFrom takes an amount out of a pot for one part. What the order does not hold stays in it, as missing.
func (o *work) takeFrom(pot *pot, p *costing.Part, amount money.Amount) {
	if src := p.Source(); !o.draw(pot, src, amount) {
		o.owe(src, src, amount)
		o.put(o.open[p.Element], src, amount.Neg())
	}
}

// credit takes what a document gave on of one element: its own charges whole (backflushed material, a service), of the others their share. All that it gave (a product,
// by-products) is of the same.
func (o *work) credit(d costing.PartsDoc, e costing.Element, credits []*costing.Part) {
	var of, charges []*costing.Part
	var value, own money.Amount
	for _, p := range credits {
		if p.Element == e {
			of, value = append(of, p), value.Sub(p.Worth)
		}
	}
	if len(of) == 0 {
		return
	}
	for _, k := range d.Keys {
		if _, undoes := o.Undone(k); k.Kind == costing.Charge && k.Element == e && !undoes {
			charges, own = append(charges, o.Of[k]), own.Add(o.Of[k].Worth)
		}
	}
	if value.Sign() <= 0 || value.Less(own) {
		charges, own = nil, money.Amount{}
	}
	in, all := o.open[e], newPot()
	for _, p := range charges {
		o.takeOut(in, costing.Source{}, p.Source(), p.Worth)
		o.put(all, p.Source(), p.Worth)
	}
	if rest := value.Sub(own); in.value.IsZero() {
		o.put(all, of[0].Source(), rest)
		o.put(in, of[0].Source(), rest.Neg())
	} else if !rest.IsZero() {
		o.add(op{pot: all, via: o.move(in, costing.Source{}, rest), amount: rest})
	}
	for _, p := range of {
		o.takeFrom(all, p, p.Worth.Neg())
	}
}

// undo takes a charge off again, or puts back what a credit had taken.
func (o *work) undo(p, of *costing.Part) {
	in, src := o.open[p.Element], p.Source()
	switch {
	case of.Kind == costing.Credit:
		if !o.giveBack(in, nil, of.Source(), p.Worth) {
			o.put(in, of.Source(), p.Worth)
		}
	case o.remains(of.Source(), in).Less(p.Worth.Neg()):
		o.takeFrom(in, p, p.Worth.Neg())
	default:
		o.takeOut(in, src, of.Source(), p.Worth.Neg())
	}
}

// held is what is in process, element by element.
func (o *work) held() (out []part) {
	for _, e := range costing.Elements {
		out = append(out, o.mix.held(o.open[e])...)
	}
	return out
}

// made is what an entry of stock was made of: the credits that name it, without those that were undone.
func (o *work) made(src costing.Source) (out []part) {
	for _, c := range o.causes[src] {
		out = append(out, o.took(c)...)
	}
	return out
}

// closed is what the closes of the order sent back to what it had completed, with the documents that did.
func (o *work) closed() (out []part, docs map[int64]bool) {
	docs = map[int64]bool{}
	for _, d := range o.Docs {
		for _, k := range d.Keys {
			p := o.Of[k]
			if _, undoes := o.Undone(k); p.Kind == costing.Credit && !undoes && p.Cause == (costing.Source{Doc: d.Doc}) && p.Contra == "" {
				docs[d.Doc] = true
				if by, undone := o.undone[p.Source()]; undone {
					docs[by.Doc] = true
					continue
				}
				out = append(out, o.took(p.Source())...)
			}
		}
	}
	return out, docs
}
