// Valuegraph draws how a late bill flows through the books: it plays the scenario late_bill.yaml, before the bill and with it, reads the figures out of
// the books, fills them into the text posting/flow/graph.txt and writes it as a drawing, posting/flow/graph.svg.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting/postingtest"
	"github.com/ledgermill/ledgermill/posting/trace"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/memory"
)

//go:generate go run . -root ../..

func main() {
	root := flag.String("root", ".", "the folder of the repository")
	flag.Parse()
	svg, err := draw(context.Background(), *root)
	if err == nil {
		err = os.WriteFile(drawing(*root), svg, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "valuegraph:", err)
		os.Exit(1)
	}
}

func drawing(root string) string { return filepath.Join(root, "posting", "flow", "graph.svg") }

// draw makes the drawing of the text and of what the books say.
func draw(ctx context.Context, root string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(root, "posting", "flow", "graph.txt"))
	if err != nil {
		return nil, err
	}
	scenarios, err := postingtest.Load(filepath.Join(root, "posting", "postingtest", "testdata", "scenarios", "late_bill.yaml"))
	if err != nil {
		return nil, err
	}
	store, names := memory.New(), []string{"before", "after"} // two companies
	if len(scenarios) != len(names) {
		return nil, fmt.Errorf("late_bill.yaml tells %d scenarios; the books before the bill and with it are wanted", len(scenarios))
	}
	read := make([]*figures, len(names))
	for i, name := range names {
		if r := scenarios[i].Play(ctx, store, postingtest.Options{Company: name, CheckTieOuts: true}); !r.OK() {
			return nil, fmt.Errorf("%s: %s", r.Title, strings.Join(r.Failures, "; "))
		}
		if read[i], err = look(ctx, store, name); err != nil {
			return nil, err
		}
	}
	g, err := parse(string(text), func(name string) ([]string, error) { return fill(read[0], read[1], name) })
	if err != nil {
		return nil, err
	}
	return g.svg(), nil
}

// figures are what the drawing says of a company's books.
type figures struct {
	amounts  map[string]money.Amount
	words    map[string]string // quantities and days
	vouchers []string          // of the bill, if it came
}

// look reads the figures out of the books.
func look(ctx context.Context, store storage.Store, name string) (*figures, error) {
	c, err := ledgermill.Open(ctx, store, &ledgermill.Options{Company: name})
	if err != nil {
		return nil, err
	}
	steel, err1 := c.Stock(ctx, "STEEL", "", "", "")
	shaft, err2 := c.Stock(ctx, "SHAFT", "", "", "")
	order, err3 := c.Order(ctx, "WO-1")
	owed, _, err4 := c.OpenItems(ctx, "ACME", ledgermill.AsOf{})
	bought, err5 := c.Trace(ctx, "STEEL", "", trace.Backward)
	used, err6 := c.Trace(ctx, "STEEL", "", trace.Forward)
	if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
		return nil, err
	}
	f := &figures{
		amounts: map[string]money.Amount{
			"steel": steel.Value, "shaft": shaft.Value, "labour": order.Cost.Charged.Labor, "open": order.Cost.Open.Total(), "bill": owed,
		},
		words: map[string]string{"steel.qty": steel.Qty.String(), "shaft.qty": shaft.Qty.String()},
	}
	f.documents(bought.Root)
	f.documents(used.Root)
	return f, f.booked(ctx, c)
}

// names are what the documents are called in the text of the drawing.
var names = map[string]string{"GR-1": "receipt", "MI-1": "issue", "CO-1": "completion", "SH-1": "shipment"}

// documents notes what the documents of a trace moved, and when.
func (f *figures) documents(n *trace.Node) {
	for _, s := range n.Steps {
		if name := names[s.Ref]; name != "" {
			f.amounts[name], f.words[name+".qty"], f.words[name+".date"] = s.Value, s.Qty.String(), s.Date.String()
		}
	}
	for _, below := range n.Nodes {
		f.documents(below)
	}
}

// booked notes the vouchers of the bill as lines of text, if it came.
func (f *figures) booked(ctx context.Context, c *ledgermill.Company) error {
	vouchers, err := c.VouchersOf(ctx, "PI-1")
	if refusal.CodeOf(err) == refusal.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	for i, v := range vouchers {
		f.words["bill.date"] = v.Date.String()
		f.vouchers = append(f.vouchers, fmt.Sprintf("Voucher %d of %s", i+1, v.Date))
		for _, l := range v.Lines {
			account, err := c.Account(ctx, l.Account)
			if err != nil {
				return err
			}
			side, amount := "Dr", l.Debit
			if amount.IsZero() {
				side, amount = "Cr", l.Credit
			}
			f.vouchers = append(f.vouchers, fmt.Sprintf("%s %s %s", side, account.Name, amount))
		}
	}
	return nil
}

// fill gives what a name in braces stands for.
func fill(before, after *figures, name string) ([]string, error) {
	if name == "vouchers" {
		return after.vouchers, nil
	}
	if word := after.words[name]; word != "" {
		return []string{word}, nil
	}
	key, difference := strings.CutSuffix(name, "+")
	was, ok := before.amounts[key]
	is := after.amounts[key]
	switch {
	case !ok:
		return nil, fmt.Errorf("no figure is called {%s}", name)
	case difference:
		return []string{"+" + is.Sub(was).String()}, nil
	case was == is || was.IsZero():
		return []string{is.String()}, nil
	}
	return []string{was.String() + " → " + is.String()}, nil
}
