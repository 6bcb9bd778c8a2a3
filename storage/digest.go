package storage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/shopspring/decimal"
)

// Digest is the SHA-256, in hex, of a company's books: every row of every table in the order of its key, in a text form that
// does not depend on the store, without the columns that differ between equal books (recorded times, UUIDs, hashes made of them).
// Equal commands give an equal digest on every store.
func Digest(ctx context.Context, store Store, company string) (string, error) {
	sum := sha256.New()
	var line []byte
	for k := range Tables {
		t := &Tables[k]
		line = append(append(line[:0], t.Name...), '\n')
		sum.Write(line)
		for q := (Scan{Kind: t.Kind}); ; {
			page, err := store.Scan(ctx, company, q)
			if err != nil {
				return "", err
			}
			for _, row := range page.Rows {
				line = t.appendText(line[:0], row, t.Quiet)
				sum.Write(line)
			}
			if q.Cursor = page.Cursor; q.Cursor == "" {
				break
			}
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// Text is a row on one line, the same for equal rows: columns separated by blanks, texts quoted, amounts and quantities as decimals.
func (t *Table) Text(row any) string { return string(t.appendText(nil, row, nil)) }

func (t *Table) appendText(b []byte, row any, without []string) []byte {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	s.fields = t.AppendFields(s.fields[:0], row)
	for i, f := range s.fields {
		if !slices.Contains(without, t.Columns[i]) {
			b = append(appendText(b, f), ' ')
		}
	}
	b[len(b)-1] = '\n'
	return b
}

func appendText(b []byte, field any) []byte {
	switch f := field.(type) {
	case *string:
		return strconv.AppendQuote(b, *f)
	case *int64:
		return strconv.AppendInt(b, *f, 10)
	case *int32:
		return strconv.AppendInt(b, int64(*f), 10)
	case *bool:
		return strconv.AppendBool(b, *f)
	case *money.Amount:
		return append(b, f.String()...)
	case *uom.Quantity:
		return append(b, f.String()...)
	case *calendar.Date:
		return strconv.AppendQuote(b, f.String())
	case *calendar.Period:
		return strconv.AppendQuote(b, f.String())
	case *calendar.Instant:
		return strconv.AppendQuote(b, f.String())
	case *decimal.Decimal:
		return append(b, f.String()...)
	case *uom.Units:
		text, _ := f.MarshalText() // was accepted with the item
		return strconv.AppendQuote(b, string(text))
	}
	return append(b, '?') // no table has such a column: a test sees to it
}
