package postingtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/storage"
)

// Options are what a host may choose; the zero value compares what a scenario states and nothing more.
type Options struct {
	Methods       []costing.Method // the host's own costing methods, which items may name
	Company       string           // the company's key in the store; default: one of its own, from the file's name
	Verbose       io.Writer        // vouchers, stock and trial balance after each step
	CheckTieOuts  bool             // after every step production, stock and finance must agree to the cent, unless the scenario states a break
	StopAtFailure bool             // at the first figure that differs; a step that fails always ends a scenario
	CloseEntries  int              // how much a close does in one transaction, as in ledgermill.Options
}

// Result is how a scenario went. Each failure begins with file:line and says what was expected and what the books say.
type Result struct {
	Title    string
	Failures []string
}

// OK reports whether nothing failed.
func (r Result) OK() bool { return len(r.Failures) == 0 }

// Run plays every scenario of the files and folders as a subtest, with tie-outs after every step.
func Run(t *testing.T, store storage.Store, paths ...string) {
	t.Helper()
	RunWith(t, store, Options{CheckTieOuts: true}, paths...)
}

// RunWith is Run with other options: a host's costing methods, say.
func RunWith(t *testing.T, store storage.Store, o Options, paths ...string) {
	t.Helper()
	played := 0
	for _, path := range paths {
		scenarios, err := Load(path)
		if err != nil {
			t.Error(err)
		}
		for _, s := range scenarios {
			played++
			t.Run(s.Title, func(t *testing.T) {
				for _, failure := range s.Play(t.Context(), store, o).Failures {
					t.Error(failure)
				}
			})
		}
	}
	if played == 0 {
		t.Errorf("no scenario in %v", paths)
	}
}

// player plays one scenario.
type player struct {
	ctx     context.Context
	s       *Scenario
	o       Options
	company *ledgermill.Company
	sent    map[string]ledgermill.Command // accepted, by number
	seqs    map[string]int64              // and their place in the order of recording
	items   []string
	last    calendar.Date // latest document so far
	now     time.Time     // when the step at hand is recorded
	tieOuts bool
	result  Result
}

// Play plays the scenario as a company of its own in the store.
func (s *Scenario) Play(ctx context.Context, store storage.Store, o Options) Result {
	p := s.player(ctx, o)
	if s.Err != nil {
		p.result.Failures = append(p.result.Failures, s.Err.Error())
		return p.result
	}
	for _, st := range s.steps {
		if st.expect != nil && st.expect.Reconcile != nil && len(st.expect.Reconcile.breaks) > 0 {
			p.tieOuts = false
		}
	}
	if err := p.found(store); err != nil {
		p.fail(s.Line, "the company cannot be founded: %v", err)
		return p.result
	}
	for _, st := range append(s.head[:len(s.head):len(s.head)], s.steps...) {
		if !p.play(st) || o.StopAtFailure && !p.result.OK() {
			break
		}
	}
	return p.result
}

func (s *Scenario) player(ctx context.Context, o Options) *player {
	return &player{ctx: ctx, s: s, o: o, sent: map[string]ledgermill.Command{}, seqs: map[string]int64{}, tieOuts: o.CheckTieOuts, result: Result{Title: s.Title}}
}

// found opens books that nobody has written in yet.
func (p *player) found(store storage.Store) error {
	name := p.o.Company
	if name == "" {
		var err error
		if name, err = p.freeName(store); err != nil {
			return err
		}
	}
	var err error
	p.now = p.s.setup.Date.Time()
	p.company, err = ledgermill.Open(p.ctx, store, &ledgermill.Options{Company: name, Methods: p.o.Methods, CloseEntries: p.o.CloseEntries, Setup: &p.s.setup, Clock: func() time.Time { return p.now }})
	p.last = p.s.setup.Date
	return err
}

// freeName gives a name under which the store knows no company, so that scenarios may be played again on books that are kept.
func (p *player) freeName(store storage.Store) (string, error) {
	base := fmt.Sprintf("%s:%d", filepath.Base(p.s.File), p.s.Line)
	name := base
	for n := 2; ; n++ {
		heads, err := store.Scan(p.ctx, name, storage.Scan{Kind: storage.Heads, Limit: 1})
		if err != nil || len(heads.Rows) == 0 {
			return name, err
		}
		name = fmt.Sprintf("%s (%d)", base, n)
	}
}

func (p *player) fail(line int, format string, args ...any) {
	p.result.Failures = append(p.result.Failures, fmt.Sprintf("%s:%d: %s", p.s.File, line, fmt.Sprintf(format, args...)))
}

// differs reports a figure or word that is not as stated.
func (p *player) differs(line int, what string, expected, books any) {
	p.fail(line, "%s: expected %v, the books say %v", what, expected, books)
}

// play carries out one step; false ends the scenario, as what follows would speak of other books.
func (p *player) play(st step) bool {
	if err := p.ctx.Err(); err != nil {
		p.fail(st.line, "%v", err)
		return false
	}
	if st.date != 0 {
		p.now = st.moment()
	}
	switch {
	case st.expect != nil:
		p.check(st)
		return true
	case st.verb == "retry":
		return p.retry(st)
	case st.code != "":
		return p.refused(st)
	}
	docs, err := p.company.Do(p.ctx, st.command)
	if err != nil {
		p.fail(st.line, "%s %s: %v", st.verb, st.ref, err)
		return false
	}
	p.sent[st.ref], p.seqs[st.ref] = st.command, docs[0].Seq
	p.last = max(p.last, st.date)
	if item, ok := st.command.(ledgermill.DefineItem); ok {
		p.items = append(p.items, item.Code)
	}
	p.show(st, docs)
	return p.tied(st)
}

// moment is when a step is recorded: the hour that it states, else the first of its day.
func (s step) moment() time.Time {
	at, err := calendar.ParseInstant(s.at, s.date)
	if err != nil || s.at == "" {
		return s.date.Time()
	}
	return at.Time()
}

// refused plays a step that must be refused with its code and leave every figure as it was.
func (p *player) refused(st step) bool {
	before, err := p.company.Digest(p.ctx)
	if err != nil {
		p.fail(st.line, "%v", err)
		return false
	}
	err = st.refused
	if err == nil {
		_, err = p.company.Do(p.ctx, st.command)
	}
	if err == nil {
		p.differs(st.line, st.verb+" "+st.ref, "the refusal "+string(st.code), "it was accepted")
		return false
	}
	if refusal.CodeOf(err) != st.code {
		p.differs(st.line, st.verb+" "+st.ref, "the refusal "+string(st.code), err)
	}
	return p.unchanged(st, before)
}

// retry sends a document again: it must be recognised and change nothing.
func (p *player) retry(st step) bool {
	command := p.sent[st.retry]
	if command == nil {
		p.fail(st.line, "retry: no step was accepted under the number %q", st.retry)
		return false
	}
	before, err := p.company.Digest(p.ctx)
	if err != nil {
		p.fail(st.line, "%v", err)
		return false
	}
	docs, err := p.company.Do(p.ctx, command)
	if err != nil {
		p.fail(st.line, "retry %s: %v", st.retry, err)
		return false
	}
	if len(docs) != 1 || !docs[0].Replayed {
		p.differs(st.line, "retry "+st.retry, "to be recognised", "it was carried out again")
	}
	return p.unchanged(st, before)
}

func (p *player) unchanged(st step, before string) bool {
	after, err := p.company.Digest(p.ctx)
	if err == nil && after != before {
		err = errors.New("expected no change, but the books have changed")
	}
	if err != nil {
		p.fail(st.line, "%s %s: %v", st.verb, st.ref, err)
		return false
	}
	return true
}

// tied checks that production, stock and finance agree; only the first break is reported.
func (p *player) tied(st step) bool {
	if !p.tieOuts {
		return true
	}
	breaks, err := p.company.Reconcile(p.ctx)
	if err != nil {
		p.fail(st.line, "%v", err)
		return false
	}
	for _, b := range breaks {
		p.tieOuts = false
		p.differs(st.line, fmt.Sprintf("after %s %s, tie-out %s of %s", st.verb, st.ref, b.Check, b.Subject), b.Expected, b.Actual)
	}
	return true
}

// show prints what a step brought about, and the books after it.
func (p *player) show(st step, docs []ledgermill.Document) {
	w := p.o.Verbose
	if w == nil {
		return
	}
	fmt.Fprintf(w, "%s:%d: %s %s of %s\n", p.s.File, st.line, st.verb, st.ref, docs[0].Date)
	for _, v := range docs[0].Vouchers {
		text, err := p.company.Print(p.ctx, ledgermill.JournalEntry{PostedVoucher: v, Ref: docs[0].Ref, Verb: docs[0].Verb})
		if err != nil {
			text = err.Error()
		}
		fmt.Fprintln(w, "  "+strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  "))
	}
	for _, item := range p.items {
		v, err := p.company.Stock(p.ctx, item, "", "", "")
		if err != nil {
			fmt.Fprintf(w, "  stock %s: %v\n", item, err)
		} else if !v.Qty.IsZero() || !v.Value.IsZero() {
			fmt.Fprintf(w, "  stock %-10s %16s worth %16s\n", item, v.Qty, v.Value)
		}
	}
	trial, err := p.company.TrialBalance(p.ctx, ledgermill.AsOf{})
	if err != nil {
		fmt.Fprintf(w, "  trial balance: %v\n", err)
	} else if len(trial.Rows) > 0 {
		fmt.Fprintln(w, trial)
	}
}
