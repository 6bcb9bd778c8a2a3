package postingtest

import (
	"fmt"

	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting/trace"
	"go.yaml.in/yaml/v3"
)

// tracesWanted is one trace, or a list of them.
type tracesWanted struct{ all []traceWanted }

func (w *tracesWanted) fromNode(r reader, n *yaml.Node) error {
	if n.Kind == yaml.SequenceNode {
		return r.decode(n, valueOf(&w.all))
	}
	w.all = make([]traceWanted, 1)
	return r.decode(n, valueOf(&w.all[0]))
}

// traceWanted is what a lot came of or what came of it: exactly these other lots, in any order, with how much of each went into it or was made with it. Goods that have
// no lots may be left out. Received and AtRisk are of the forward trace.
type traceWanted struct {
	Item     word             `json:"item"`
	Lot      string           `json:"lot"`
	Backward *[]goodsWanted   `json:"backward"`
	Forward  *[]goodsWanted   `json:"forward"`
	Received []receivedWanted `json:"received"`
	AtRisk   *riskWanted      `json:"at_risk"`
}

// riskWanted is the value of goods that the lot is or may be in.
type riskWanted struct {
	OnHand    *figure `json:"on_hand"`
	InProcess *figure `json:"in_process"`
	Sold      *figure `json:"sold"`
	Gone      *figure `json:"gone"`
}

// goodsWanted is [item, lot, quantity].
type goodsWanted struct {
	line int
	lot  trace.Lot
	qty  figure
}

func (w *goodsWanted) fromNode(r reader, n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode || len(n.Content) != 3 {
		return r.fault(n, "goods are [item, lot, quantity]")
	}
	w.line = n.Line
	return r.goods(n.Content, &w.lot, &w.qty)
}

// receivedWanted is [customer, item, lot, quantity].
type receivedWanted struct {
	line     int
	customer string
	lot      trace.Lot
	qty      figure
}

func (w *receivedWanted) fromNode(r reader, n *yaml.Node) error {
	if n.Kind != yaml.SequenceNode || len(n.Content) != 4 {
		return r.fault(n, "what a customer received is [customer, item, lot, quantity]")
	}
	w.line = n.Line
	if err := r.scalar(n.Content[0], valueOf(&w.customer)); err != nil {
		return err
	}
	return r.goods(n.Content[1:], &w.lot, &w.qty)
}

func (r reader) goods(nodes []*yaml.Node, lot *trace.Lot, qty *figure) error {
	if err := r.scalar(nodes[0], valueOf(&lot.Item)); err != nil {
		return err
	}
	if err := r.scalar(nodes[1], valueOf(&lot.Lot)); err != nil {
		return err
	}
	return qty.fromNode(r, nodes[2])
}

// trace compares the traces of a lot.
func (p *player) trace(w traceWanted) {
	for _, d := range []struct {
		way  trace.Direction
		want *[]goodsWanted
	}{{trace.Backward, w.Backward}, {trace.Forward, w.Forward}} {
		recall := d.way == trace.Forward && (w.AtRisk != nil || w.Received != nil)
		if d.want == nil && !recall {
			continue
		}
		tree, err := p.company.Trace(p.ctx, w.Item.text, w.Lot, d.way)
		if err != nil {
			p.fail(w.Item.line, "trace %s of %s#%s: %v", d.way, w.Item.text, w.Lot, err)
			continue
		}
		if w := p.o.Verbose; w != nil {
			fmt.Fprintln(w, tree)
		}
		if d.want != nil {
			p.traced(w, tree, *d.want)
		}
		if recall {
			p.recalled(w, tree.Recall())
		}
	}
}

func (p *player) traced(w traceWanted, tree trace.Tree, want []goodsWanted) {
	what := fmt.Sprintf("trace %s of %s#%s", tree.Direction, w.Item.text, w.Lot)
	books := map[trace.Lot]trace.Part{}
	for _, part := range tree.Lots() {
		books[part.Lot] = part
	}
	for _, g := range want {
		p.figure(fmt.Sprintf("%s: quantity of %s", what, g.lot), g.qty, books[g.lot].Qty.Decimal(), nil)
		delete(books, g.lot)
	}
	for _, part := range tree.Lots() {
		if _, more := books[part.Lot]; more && part.Lot.Lot != "" {
			p.fail(w.Item.line, "%s: the books also say %s of %s", what, part.Qty, part.Lot)
		}
	}
}

func (p *player) recalled(w traceWanted, r trace.Recall) {
	type key struct {
		customer string
		lot      trace.Lot
	}
	books := map[key]trace.Node{}
	for _, n := range r.Received {
		books[key{n.Name, n.Lot}] = n
	}
	for _, g := range w.Received {
		k := key{g.customer, g.lot}
		p.figure(fmt.Sprintf("%s received by %s", g.lot, g.customer), g.qty, books[k].Qty.Decimal(), nil)
		delete(books, k)
	}
	for _, n := range r.Received {
		if _, more := books[key{n.Name, n.Lot}]; more && w.Received != nil {
			p.fail(w.Item.line, "the books also say that %s received %s of %s", n.Name, n.Qty, n.Lot)
		}
	}
	if w.AtRisk == nil {
		return
	}
	for _, f := range []struct {
		what string
		want *figure
		is   money.Amount
	}{{"on hand", w.AtRisk.OnHand, r.OnHand}, {"in process", w.AtRisk.InProcess, r.InProcess}, {"sold", w.AtRisk.Sold, r.Sold}, {"gone", w.AtRisk.Gone, r.Gone}} {
		if f.want != nil {
			p.figure(fmt.Sprintf("value %s at risk by %s#%s", f.what, w.Item.text, w.Lot), *f.want, f.is.Decimal(), nil)
		}
	}
}
