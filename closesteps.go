package ledgermill

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/posting/flow"
	"github.com/ledgermill/ledgermill/storage"
)

// closeEntries is how many entries of goods with a monthly average a close goes over in one transaction, if Options do not say.
const closeEntries = 10_000

// closeStep is one of the documents by which a month is closed that is too large for one transaction: it gives some streams their average. The first soft-closes
// the period; the close itself comes last.
type closeStep struct {
	ID      string        `json:"ref"`
	Date    calendar.Date `json:"date"`
	Memo    string        `json:"memo,omitzero"`
	Close   Close         `json:"close"` // what it is a part of
	Streams []stepStream  `json:"streams"`
}

type stepStream struct {
	Item  string `json:"item"`
	Scope string `json:"scope,omitzero"`
}

// tooMuch says that a close goes over more than one transaction holds, and what is to be done first.
type tooMuch struct{ first closeStep }

func (tooMuch) Error() string { return "ledgermill: a close of more than one transaction" }

// close closes a period in as many transactions as it takes. What has been done is in the books: sent again after it broke off, it goes on from there.
func (c *Company) close(ctx context.Context, command Close) ([]Document, error) {
	for {
		docs, err := c.do(ctx, command)
		var more tooMuch
		if !errors.As(err, &more) {
			return docs, err
		}
		if _, err := c.do(ctx, more.first); err != nil {
			return nil, err
		}
	}
}

func (c closeStep) head() header { return header{"close_step", c.ID, c.Date, c.Memo} }

func (c closeStep) decide(b *book) error {
	p, err := editOr(b, ledger.PeriodState{Period: c.Close.Period}, storage.Periods, c.Close.Period)
	if err != nil {
		return err
	}
	steps, err := b.stepsOf(c.Close)
	if err != nil {
		return err
	}
	if len(steps) > 0 {
		b.mention(steps[0].Seq)
	} else if p.State != ledger.PeriodSoft {
		if *p, err = p.SoftClose("being closed by " + c.Close.ID); err != nil {
			return err
		}
	}
	waiting, err := b.awaitAverage(c.Close, steps)
	if err != nil {
		return err
	}
	var now, later []*costing.Stream
	for _, s := range waiting {
		if c.names(s) {
			now = append(now, s)
		} else {
			later = append(later, s)
		}
	}
	return b.average(c.Close.Period, now, later)
}

func (c closeStep) names(s *costing.Stream) bool {
	for _, of := range c.Streams {
		if of.Item == s.Item && of.Scope == s.Scope {
			return true
		}
	}
	return false
}

// closeSteps are the documents that a close has done of what is to be done before it, in order.
func (b *book) closeSteps(ref string) ([]*posting.Document, error) {
	first, err := list[posting.Document](b, documentsNamed(stepRef(ref, 1)))
	if err != nil || len(first) == 0 || first[0].Verb != (closeStep{}).head().Verb {
		return nil, err
	}
	mentions, err := list[posting.Mention](b, factsOf(storage.Mentions, first[0].Seq))
	if err != nil {
		return nil, err
	}
	steps := first
	err = each(b, mentions, func(_ int, m *posting.Mention) error {
		d, err := read[posting.Document](b, storage.Documents, m.By)
		if err == nil && d.Verb == first[0].Verb {
			steps = append(steps, d)
		}
		return err
	})
	return steps, err
}

// stepsOf are the steps of a close that are done. Once there are any its content is theirs, and its period stays soft closed.
func (b *book) stepsOf(c Close) ([]*posting.Document, error) {
	steps, err := b.closeSteps(c.ID)
	if err != nil || len(steps) == 0 {
		return nil, err
	}
	step, err := stepOf(steps[0])
	if err != nil {
		return nil, err
	}
	kept, err1 := canonicalForm("close", step.Close)
	given, err2 := canonicalForm("close", c)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	if err := sameContent(kept, given, c.ID); err != nil {
		return nil, err
	}
	p, err := read[ledger.PeriodState](b, storage.Periods, c.Period)
	if err == nil && (p == nil || p.State == ledger.PeriodOpen) {
		err = refusal.New(refusal.InvalidState, c.ID, "the period was opened again while it was being closed: close it under another number")
	}
	return steps, err
}

func stepOf(d *posting.Document) (closeStep, error) {
	var step closeStep
	_, js := bare(d.Command)
	return step, json.Unmarshal([]byte(js), &step)
}

// stepRef is the number of the nth step of a close.
func stepRef(close string, n int) string { return fmt.Sprintf("%s/%d", close, n) }

// awaitAverage gives the streams that are to have the average of a month and do not have it of the steps done.
func (b *book) awaitAverage(c Close, steps []*posting.Document) ([]*costing.Stream, error) {
	streams, err1 := list[costing.Stream](b, storage.List{Kind: storage.Streams})
	items, err2 := list[inventory.Item](b, storage.List{Kind: storage.Items})
	changes, err3 := b.changesOfMethod()
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, cmp.Or(b.ready(), err)
	}
	monthly := map[string]bool{}
	if err := each(b, items, func(_ int, i *inventory.Item) error {
		method, err := b.methodOn(i, c.Period.Last(), changes[i.Code])
		monthly[i.Code] = method == costing.MonthlyAverage{}.Name()
		return err
	}); err != nil {
		return nil, err
	}
	done := map[streamKey]bool{}
	for _, d := range steps {
		step, err := stepOf(d)
		if err != nil {
			return nil, err
		}
		for _, s := range step.Streams {
			done[streamKey{s.Item, s.Scope}] = true
		}
	}
	var out []*costing.Stream
	err := each(b, streams, func(_ int, row *costing.Stream) error {
		if err := b.owedAtEnd(row, c.Period); err != nil {
			return err
		}
		if monthly[row.Item] && row.LastDate >= c.Period.First() && !done[streamKey{row.Item, row.Scope}] {
			out = append(out, row)
		}
		return nil
	})
	return out, err
}

// owedAtEnd refuses to close a period at whose end more has left than there was, and that is still so.
func (b *book) owedAtEnd(row *costing.Stream, p calendar.Period) error {
	if row.Qty.Sign() >= 0 {
		return nil
	}
	later, err := list[costing.Entry](b, entriesSince(row.Item, row.Scope, p.Next().First()))
	if err != nil {
		return err
	}
	if was := row.QtyBefore(later); was.Sign() < 0 {
		return refusal.New(refusal.InvalidState, row.Item, "a period is not closed while goods are owed that had left by its end").Numbers(was, noQty)
	}
	return nil
}

// averageAll gives all that waits its average, or says what is to be done before.
func (c Close) averageAll(b *book, steps []*posting.Document) error {
	if len(steps) > 0 {
		b.mention(steps[0].Seq)
	}
	waiting, err := b.awaitAverage(c, steps)
	if err != nil {
		return err
	}
	fit, err := b.fitting(waiting, c.Period.First())
	if err != nil {
		return err
	}
	if len(fit) == len(waiting) {
		return b.average(c.Period, waiting, nil)
	}
	lines, err := list[mrp.BOMLine](b, storage.List{Kind: storage.BOMLines})
	if err != nil {
		return err
	}
	waiting = flow.InTurn(waiting, mrp.Heights(values(lines)))
	if fit, err = b.fitting(waiting[:min(len(waiting), maxLines)], c.Period.First()); err != nil {
		return err
	}
	next := closeStep{ID: stepRef(c.ID, len(steps)+1), Date: c.Date, Memo: c.Memo, Close: c}
	for _, s := range fit {
		next.Streams = append(next.Streams, stepStream{s.Item, s.Scope})
	}
	return tooMuch{next}
}

// fitting gives as many of the streams, in their order, as have no more entries since a day than a close goes over in one transaction; but one.
func (b *book) fitting(streams []*costing.Stream, from calendar.Date) ([]*costing.Stream, error) {
	fit, entries := 0, 0
	for b.most > 0 && fit < len(streams) {
		next := streams[fit:min(len(streams), fit+flow.Ask(fit, entries, b.most))]
		for _, s := range next {
			b.wantList(entriesSince(s.Item, s.Scope, from))
		}
		if err := b.fetch(); err != nil {
			return nil, err
		}
		for _, s := range next {
			rows, err := list[costing.Entry](b, entriesSince(s.Item, s.Scope, from))
			if err != nil {
				return nil, err
			}
			if entries += len(rows); entries > b.most && fit > 0 {
				return streams[:fit], nil
			}
			fit++
		}
	}
	return streams, nil
}
