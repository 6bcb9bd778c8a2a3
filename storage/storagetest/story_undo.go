package storagetest

import (
	"slices"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger/calendar"
)

// undoing is a document that may be reversed.
type undoing struct {
	kind, ref string
	date      calendar.Date
	last      *calendar.Date      // of the latest document that names it; nil: none does
	undone    func(calendar.Date) // what the story then knows
}

// canUndo notes that a document may be reversed, no earlier than what names it.
func (s *story) canUndo(kind, ref string, date calendar.Date, last *calendar.Date, undone func(calendar.Date)) {
	s.undo = append(s.undo, undoing{kind, ref, date, last, undone})
}

// valueOnly are the kinds that move no goods: they may be undone on a day on which no more goods will move.
var valueOnly = []string{"bill", "landed cost", "credit note", "report", "sales bill"}

// brings are the kinds that bring goods.
var brings = []string{"receive", "receive billed", "complete", "backflush", "other receipt"}

// reverse undoes a document, on its own day or on a later one.
func (s *story) reverse(ref string) {
	if len(s.undo) == 0 {
		return
	}
	i := s.rnd.IntN(len(s.undo))
	of := s.undo[i]
	earliest := of.date
	if of.last != nil {
		earliest = max(earliest, *of.last)
	}
	d := s.day(earliest)
	if earliest == of.date && s.rnd.IntN(2) == 0 && (of.date >= s.final() || slices.Contains(valueOnly, of.kind)) {
		d = of.date
	}
	if d > of.date && !slices.Contains(valueOnly, of.kind) && s.setup.NegativeStock == "allow" {
		return // what an issue owed is not taken back on another day
	}
	if d > of.date && slices.Contains(brings, of.kind) && slices.Contains(s.methods[:], "dearest") {
		return // prices say which goods are gone by then: a bill could be refused for it
	}
	c := ledgermill.Reverse{ID: ref, Date: d, Of: of.ref}
	if !s.tell("reversal", ref, d, c, c) {
		return
	}
	s.counts["reversal of "+of.kind]++
	s.undo = slices.Delete(s.undo, i, i+1)
	if of.undone != nil {
		of.undone(d)
	}
}
