package explain

import (
	"slices"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting"
)

// work is a work order gone over once, document by document: what it holds and what left it, by the entries that charged it. Elements do not mix.
type work struct {
	ref string
	cur money.Currency
	costing.Parts
	open   map[costing.Element][]part
	took   map[costing.Source][]part           // by credit: what it was made of
	back   map[costing.Source][]part           // by credit: what was put back of that
	stock  map[costing.Source]*costing.Entry   // the stock entries of its documents
	verbs  map[int64]string                    // of its documents
	undoes map[int64]int64                     // by a reversal among them, the document that it undoes
	causes map[costing.Source][]costing.Source // credits by the entry that they gave their value to
	undone map[costing.Source]costing.Source   // parts by what undoes them
}

// newWork goes over an order. Its entries may come in any order; stock has those of stock that its documents made.
func newWork(ref string, cur money.Currency, entries []costing.Entry, stock map[costing.Source]*costing.Entry, docs map[int64]*posting.Document) (*work, error) {
	o := &work{
		ref: ref, cur: cur, Parts: costing.PartsOf(entries), open: map[costing.Element][]part{}, took: map[costing.Source][]part{}, back: map[costing.Source][]part{}, stock: stock,
		verbs: map[int64]string{}, undoes: map[int64]int64{}, causes: map[costing.Source][]costing.Source{}, undone: map[costing.Source]costing.Source{},
	}
	for seq, d := range docs {
		o.verbs[seq], o.undoes[seq] = d.Verb, d.Reverses
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
		held = held.Add(sumOf(o.open[e]))
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
			o.open[p.Element] = append(o.open[p.Element], part{root: p.Source(), amount: p.Worth})
		default:
			credits = append(credits, p)
		}
	}
	for _, p := range credits {
		if o.verbs[d.Doc] == "return_material" {
			o.draw(p, p.Worth.Neg(), o.chargesOf(o.stock[p.Cause]))
		}
	}
	if o.verbs[d.Doc] == "return_material" {
		return
	}
	for _, e := range costing.Elements {
		o.credit(d, e, credits)
	}
}

// chargesOf gives what is in process of an item and lot.
func (o *work) chargesOf(in *costing.Entry) (out []part) {
	for _, p := range o.open[costing.Material] {
		if of := o.stock[o.part(p.root).Cause]; in != nil && of != nil && of.Item == in.Item && of.Lot == in.Lot {
			out = append(out, p)
		}
	}
	return out
}

// credit takes what a document gave on of one element: its own charges whole (backflushed material, a service), of the others their share.
func (o *work) credit(d costing.PartsDoc, e costing.Element, credits []*costing.Part) {
	var of []*costing.Part
	var value money.Amount
	for _, p := range credits {
		if p.Element == e {
			of, value = append(of, p), value.Sub(p.Worth)
		}
	}
	if len(of) == 0 {
		return
	}
	var own, others []part
	for _, p := range o.open[e] {
		if p.root.Doc == d.Doc && value.Sign() > 0 {
			own = append(own, p)
		} else {
			others = append(others, p)
		}
	}
	if sum := sumOf(own); value.Less(sum) {
		own, others = nil, append(others, own...)
	}
	taken, ok := sharing(o.cur, value.Sub(sumOf(own)), others)
	if !ok {
		taken = []part{{root: of[0].Source(), amount: value.Sub(sumOf(own))}} // more than the order holds: what is missing stays in it
		o.open[e] = append(o.open[e], part{root: of[0].Source()})
	}
	taken = append(own, taken...)
	o.open[e] = less(o.open[e], taken)
	for i, p := range of {
		if i == len(of)-1 {
			o.took[p.Source()] = taken
			break
		}
		mine, ok := sharing(o.cur, p.Worth.Neg(), taken)
		if !ok {
			mine = []part{{root: p.Source(), amount: p.Worth.Neg()}}
			taken = append(taken, part{root: p.Source()})
		}
		o.took[p.Source()], taken = mine, less(taken, mine)
	}
}

// draw takes an amount for one credit: from the parts named first, else from all of its element.
func (o *work) draw(p *costing.Part, amount money.Amount, from []part) {
	if sumOf(from).Less(amount) {
		from = o.open[p.Element]
	}
	taken, ok := sharing(o.cur, amount, from)
	if !ok {
		taken = []part{{root: p.Source(), amount: amount}}
		o.open[p.Element] = append(o.open[p.Element], part{root: p.Source()})
	}
	o.took[p.Source()] = taken
	o.open[p.Element] = less(o.open[p.Element], taken)
}

// undo takes a charge off again, or puts back what a credit had taken.
func (o *work) undo(p, of *costing.Part) {
	if of.Kind == costing.Credit {
		back, ok := sharing(o.cur, p.Worth, o.took[of.Source()])
		if !ok {
			back = []part{{root: of.Source(), amount: p.Worth}}
		}
		o.put(p.Element, back)
		o.back[of.Source()] = append(o.back[of.Source()], back...)
		return
	}
	var own []part
	for _, q := range o.open[p.Element] {
		if q.root == of.Source() {
			own = append(own, q)
		}
	}
	o.draw(p, p.Worth.Neg(), own)
}

func (o *work) put(e costing.Element, parts []part) {
	for _, p := range parts {
		if i := slices.IndexFunc(o.open[e], func(q part) bool { return q.root == p.root }); i >= 0 {
			o.open[e][i].amount = o.open[e][i].amount.Add(p.amount)
			continue
		}
		o.open[e] = append(o.open[e], p)
	}
	o.open[e] = less(o.open[e], nil)
}

// held is what is in process, element by element.
func (o *work) held() (out []part) {
	for _, e := range costing.Elements {
		out = append(out, o.open[e]...)
	}
	return out
}

// made is what an entry of stock was made of: the credits that name it, without those that were undone.
func (o *work) made(src costing.Source) (out []part) {
	for _, c := range o.causes[src] {
		out = append(out, o.took[c]...)
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
				out = append(out, o.took[p.Source()]...)
			}
		}
	}
	return out, docs
}
