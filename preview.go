package ledgermill

import (
	"context"
	"fmt"
	"strings"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// Preview is what commands would bring about: their documents, and what they change in money, far from them too.
type Preview struct {
	Documents []Document     `json:"documents"`
	Effect    posting.Effect `json:"effect"`
}

// String says what a person wants to know before he agrees.
func (p Preview) String() string {
	var b strings.Builder
	for _, d := range p.Documents {
		fmt.Fprintf(&b, "%s %s of %s", d.Verb, d.Ref, d.Date)
		if d.Replayed {
			b.WriteString(": it is there already")
		}
		b.WriteByte('\n')
	}
	return b.String() + "\n" + p.Effect.String()
}

// Preview says what Do would bring about, and writes nothing.
func (c *Company) Preview(ctx context.Context, commands ...Command) (Preview, error) {
	r, err := c.request(ctx, commands)
	if err != nil {
		return Preview{}, err
	}
	select {
	case c.turn <- struct{}{}:
	case <-ctx.Done():
		return Preview{}, ctx.Err()
	}
	defer func() { <-c.turn }()
	_ = c.together(ctx, []*request{r}, false)
	return Preview{r.docs, r.effect}, r.err
}

// preview computes the effect of what was decided, on the books as the commands saw them.
func (c *Company) preview(ctx context.Context, r *request, all []*storage.Changes) error {
	r.effect = posting.Effect{}
	if r.err != nil || len(all) == 0 || c.opened == nil {
		return nil
	}
	was := all[0].Was
	in := posting.Effects{Accounts: c.opened.chart.Find, Cogs: c.opened.chart.Accounts("cogs"), Documents: map[int64]posting.Document{}}
	for _, w := range storage.Joined(all).Writes {
		switch row := w.Row().(type) {
		case *ledger.Line:
			in.Lines = append(in.Lines, *row)
		case *costing.Entry:
			in.Entries = append(in.Entries, *row)
		case *costing.Stream:
			in.Streams = append(in.Streams, change[costing.Stream](w))
		case *costing.OrderCost:
			in.Orders = append(in.Orders, change[costing.OrderCost](w))
		}
	}
	total := totalsAt(AsOf{Upto: was.Seq})
	head, periods := keyOf(storage.Heads, []any{c.name}), storage.List{Kind: storage.Periods}
	need := storage.Need{Keys: []storage.Key{head}, Lists: []storage.List{periods}, Totals: []storage.Total{total}}
	for _, e := range in.Entries {
		if e.Cause.Doc != 0 && e.Cause.Doc <= was.Seq {
			need.Keys = append(need.Keys, keyOf(storage.Documents, []any{e.Cause.Doc}))
		}
	}
	need = storage.Together([]storage.Need{need})
	snap := storage.NewSnapshot()
	if err := c.load(ctx, need, snap); err != nil {
		return err
	}
	if row, _ := snap.Get(head); row != nil && row.(*storage.Head).Seq != was.Seq {
		return errStale
	}
	for _, k := range need.Keys[1:] {
		if row, _ := snap.Get(k); row != nil {
			in.Documents[row.(*posting.Document).Seq] = *row.(*posting.Document)
		}
	}
	rows, _ := snap.List(periods)
	for _, row := range rows {
		in.Periods = append(in.Periods, *row.(*ledger.PeriodState))
	}
	sums, _ := snap.Total(total)
	in.Balances = balances(sums)
	r.effect = in.Compute()
	return nil
}

// change is what becomes of a record.
func change[T any](w storage.Write) (c posting.Change[T]) {
	c.Before, _ = w.Old.(*T)
	c.After, _ = w.New.(*T)
	return c
}
