// Package refusal is the typed error of the whole library.
//
// A refusal says that a command cannot be done as given and that nothing was
// changed. Its nouns: the code (one of a closed list, stable for programs), the
// subject (the item, account, document or field it is about), the numbers that
// were wanted and available, the line of the document, and a reason for people.
// A document with several wrong lines, or several commands sent together, are
// refused with all that is wrong: see All.
package refusal

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Code names one kind of refusal. Codes never change their meaning.
type Code string

// The closed list of codes. The last three come from a store, not from a rule.
const (
	InsufficientStock  Code = "insufficient_stock"
	ClosedPeriod       Code = "closed_period"
	Unbalanced         Code = "unbalanced"
	UnknownItem        Code = "unknown_item"
	UnknownAccount     Code = "unknown_account"
	UnknownWarehouse   Code = "unknown_warehouse"
	NotFound           Code = "not_found"
	Conflict           Code = "conflict" // the same id with another content
	CyclicBOM          Code = "cyclic_bom"
	OverCompletion     Code = "over_completion"
	OverReturn         Code = "over_return"
	OverInvoice        Code = "over_invoice"
	LotRequired        Code = "lot_required"
	DuplicateSerial    Code = "duplicate_serial"
	InvalidQuantity    Code = "invalid_quantity"
	InvalidAmount      Code = "invalid_amount"
	InvalidDate        Code = "invalid_date"
	InvalidState       Code = "invalid_state"
	ReservationExpired Code = "reservation_expired"
	RateMissing        Code = "rate_missing"
	UnitMismatch       Code = "unit_mismatch"
	NoRule             Code = "no_rule"
	LimitExceeded      Code = "limit_exceeded"
	ControlAccount     Code = "control_account"
	Contention         Code = "contention"      // may be tried again with the same id
	OutcomeUnknown     Code = "outcome_unknown" // may be tried again with the same id
	StorageFull        Code = "storage_full"
)

// Codes holds every code, in the order of the list above.
var Codes = []Code{
	InsufficientStock, ClosedPeriod, Unbalanced, UnknownItem, UnknownAccount, UnknownWarehouse, NotFound, Conflict,
	CyclicBOM, OverCompletion, OverReturn, OverInvoice, LotRequired, DuplicateSerial, InvalidQuantity, InvalidAmount,
	InvalidDate, InvalidState, ReservationExpired, RateMissing, UnitMismatch, NoRule, LimitExceeded, ControlAccount,
	Contention, OutcomeUnknown, StorageFull,
}

// Error is one refusal. Fill what is known; empty fields are left out of the text.
type Error struct {
	Code      Code
	Subject   string // what it is about: an item, an account, a document, a field
	Wanted    string // the number asked for
	Available string // the number there is
	Line      int    // 1-based line of the document; 0 means the whole document
	Command   int    // 1-based place among the commands sent together; 0: it came alone
	Reason    string // one plain sentence
}

// New makes a refusal. Without args the reason is taken as it is, so a percent
// sign in it is safe.
func New(code Code, subject, reason string, args ...any) *Error {
	if len(args) > 0 {
		reason = fmt.Sprintf(reason, args...)
	}
	return &Error{Code: code, Subject: subject, Reason: reason}
}

// Numbers sets what was wanted and what was available and returns e.
func (e *Error) Numbers(wanted, available fmt.Stringer) *Error {
	e.Wanted, e.Available = text(wanted), text(available)
	return e
}

func text(s fmt.Stringer) string {
	if s == nil {
		return ""
	}
	return s.String()
}

// AtLine sets the 1-based line of the document and returns e.
func (e *Error) AtLine(n int) *Error {
	e.Line = n
	return e
}

// Known adds the names that would have been understood, in alphabetical order, and returns e.
func (e *Error) Known(names ...string) *Error {
	const most = 100
	names = slices.Sorted(slices.Values(names))
	if len(names) > most {
		names = append(names[:most], "...")
	}
	if len(names) > 0 {
		e.Reason += "; known are: " + strings.Join(names, ", ")
	}
	return e
}

// Error gives code, subject, line, reason and numbers in one line. The subject
// is quoted because it may be a text that a stranger typed.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Code))
	if e.Command > 0 {
		b.WriteString(": command " + strconv.Itoa(e.Command))
	}
	if e.Subject != "" {
		b.WriteString(": " + strconv.Quote(e.Subject))
	}
	if e.Line > 0 {
		b.WriteString(": line " + strconv.Itoa(e.Line))
	}
	if e.Reason != "" {
		b.WriteString(": " + e.Reason)
	}
	if e.Wanted != "" || e.Available != "" {
		b.WriteString(" (wanted " + e.Wanted + ", available " + e.Available + ")")
	}
	return b.String()
}

// Is reports whether target is a refusal with the same code, so that
// errors.Is(err, &refusal.Error{Code: refusal.Conflict}) asks for the code alone.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t != nil && e != nil && t.Code == e.Code
}

// CodeOf gives the code of the first refusal that err holds, also inside
// errors.Join and wrapped errors; "" when there is none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) && e != nil {
		return e.Code
	}
	return ""
}

// All gives every refusal that err holds, in their order: those of all wrong
// lines of a document, or of all wrong commands sent together.
func All(err error) []*Error {
	switch e := err.(type) {
	case nil:
		return nil
	case *Error:
		return []*Error{e}
	case interface{ Unwrap() []error }:
		var out []*Error
		for _, one := range e.Unwrap() {
			out = append(out, All(one)...)
		}
		return out
	}
	return All(errors.Unwrap(err))
}
