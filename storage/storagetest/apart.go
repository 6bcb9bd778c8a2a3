package storagetest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// worth is what an entry of a document, an open item of a shipment or an item's part of an account comes to, with all that changed of it.
type worth struct {
	date   calendar.Date
	name   string
	amount money.Amount
}

// apart names the first of these that two stores have at different values: where the books went apart.
func (s *story) apart(want, got storage.Store) string {
	a, b := s.worths(want), s.worths(got)
	var names []worth
	for name, w := range a {
		if b[name].amount != w.amount {
			names = append(names, w)
		}
	}
	for name, w := range b {
		if _, there := a[name]; !there && !w.amount.IsZero() {
			names = append(names, w)
		}
	}
	slices.SortFunc(names, func(x, y worth) int { return cmp.Or(cmp.Compare(x.date, y.date), cmp.Compare(x.name, y.name)) })
	var out strings.Builder
	for _, w := range names[:min(len(names), 20)] {
		fmt.Fprintf(&out, "%s %s: in order %s, late %s\n", w.date, w.name, a[w.name].amount, b[w.name].amount)
	}
	return out.String()
}

func (s *story) worths(in storage.Store) map[string]worth {
	out := map[string]worth{}
	refs := map[int64]string{}
	const company = "main"
	counts := map[costing.Source]string{} // by an entry of what a count found or lost, or of its correction: the count
	for _, row := range s.scan(in, company, storage.Documents) {
		d := row.(*posting.Document)
		refs[d.Seq] = d.Ref
		if d.Verb == "count" {
			counts[costing.Source{Doc: d.Seq}] = d.Ref
		}
	}
	add := func(date calendar.Date, amount money.Amount, name string) {
		w := out[name]
		out[name] = worth{date, name, w.amount.Add(amount)}
	}
	for _, row := range s.scan(in, company, storage.Entries) {
		e := row.(*costing.Entry)
		of := e.Source()
		if e.Kind == costing.Adjust {
			of = e.Cause
		} else if count := cmp.Or(counts[e.Cause], counts[costing.Source{Doc: e.Doc}]); count != "" && e.Order == "" {
			counts[of] = count
		}
		switch {
		case e.Order != "":
			add(e.FactDate, e.Value, fmt.Sprintf("%s %s of %s, %s for %s/%d", refs[e.Cause.Doc], e.Kind, e.Order, e.Element, refs[e.Cause.Doc], e.Cause.Line))
		case counts[of] != "":
			add(e.FactDate, e.Value, fmt.Sprintf("count %s of %s@%s", counts[of], e.Item, e.Scope))
		default:
			add(e.FactDate, e.Value, fmt.Sprintf("%s/%d of %s@%s", refs[of.Doc], of.Line, e.Item, e.Scope))
		}
	}
	for _, row := range s.scan(in, company, storage.Settlements) {
		f := row.(*ledger.Settlement)
		if f.Kind == ledger.Shipped || f.Kind == ledger.Unbilled {
			add(f.Date, f.Amount, fmt.Sprintf("%s of %s/%d", f.Kind, refs[f.ItemDoc], f.ItemLine))
		}
	}
	for _, row := range s.scan(in, company, storage.VoucherLines) {
		l := row.(*ledger.Line)
		add(l.Date, l.Debit.Sub(l.Credit), fmt.Sprintf("account %s, %s", l.Account, l.Item))
	}
	return out
}

func (s *story) scan(in storage.Store, company string, k storage.Kind) (out []any) {
	q := storage.Scan{Kind: k}
	for {
		page, err := in.Scan(s.Context(), company, q)
		if err != nil {
			s.Fatal(err)
		}
		out = append(out, page.Rows...)
		if q.Cursor = page.Cursor; q.Cursor == "" {
			return out
		}
	}
}
