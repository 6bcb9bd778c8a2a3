package ledgermill

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/mrp"
)

// Limits of a command, seen to before anything is done with it. Amounts and quantities have theirs in their types.
const (
	maxDocument = 4 << 20         // bytes of its canonical form
	maxLines    = 1000            // of a document
	maxList     = mrp.MaxChildren // entries of any other list: a bill of materials, rates, the calendars of a company
	maxText     = 4 << 10         // bytes of a memo or a reason
	maxName     = 255             // bytes of every other text
	maxDigits   = 64              // of a price, rate or percentage, on either side of the point
)

// checkSize refuses what is too long or has too many digits (limit_exceeded): a text of a few bytes can stand for more digits than there is memory. Text that is
// not UTF-8, or holds what steers a terminal, is invalid_state.
func checkSize(command Command) error {
	return checkField("", reflect.ValueOf(command))
}

var decimalType = reflect.TypeFor[decimal.Decimal]()

func checkField(name string, v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		return checkText(name, v.String())
	case reflect.Pointer:
		return checkField(name, v.Elem())
	case reflect.Slice:
		if v.Len() > maxList {
			return refusal.New(refusal.LimitExceeded, name, "a list of %d; at most %d", v.Len(), maxList)
		}
		for i := range v.Len() {
			if err := checkField(name, v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Map:
		if v.Len() > maxLines {
			return refusal.New(refusal.LimitExceeded, name, "%d entries; at most %d", v.Len(), maxLines)
		}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, key := range keys {
			if err := checkText(name, key.String()); err != nil {
				return err
			}
			if err := checkField(name, v.MapIndex(key)); err != nil {
				return err
			}
		}
	case reflect.Struct:
		return checkStruct(name, v)
	}
	return nil
}

func checkStruct(name string, v reflect.Value) error {
	if v.Type() == decimalType {
		d := v.Interface().(decimal.Decimal)
		if e := int(d.Exponent()); e < -maxDigits || e > maxDigits || d.NumDigits() > maxDigits {
			return refusal.New(refusal.LimitExceeded, name, "a number has at most %d digits", maxDigits)
		}
		return nil
	}
	for _, f := range boundless(v.Type()) {
		if err := checkField(first(f.name, name), v.Field(f.index)); err != nil {
			return err
		}
	}
	return nil
}

// field is a field of a command that may be too large, by the name that it has in the canonical form.
type field struct {
	index int
	name  string
}

var fieldsOf sync.Map // reflect.Type -> []field: what is the same for all commands of a type

// boundless are the fields of a struct that have no bound of their own.
func boundless(t reflect.Type) []field {
	if known, ok := fieldsOf.Load(t); ok {
		return known.([]field)
	}
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		switch kind := f.Type.Kind(); {
		case !f.IsExported(), kind < reflect.Array:
		case kind == reflect.Struct && f.Type != decimalType && len(boundless(f.Type)) == 0:
		default:
			key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			out = append(out, field{i, key})
		}
	}
	fieldsOf.Store(t, out)
	return out
}

func checkText(name, text string) error {
	most := maxName
	if name == "memo" || name == "reason" {
		most = maxText
	}
	if len(text) > most {
		return refusal.New(refusal.LimitExceeded, name, "a text of %d bytes; at most %d", len(text), most)
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		return refusal.New(refusal.InvalidState, name, "a text is UTF-8 and holds no control characters")
	}
	return nil
}
