package storage

import (
	"encoding/binary"
	"fmt"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
)

// appendKey adds one value to a key in a form that sorts as the value does and ends by itself, so that
// keys of several columns compare column by column.
func appendKey(b []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return append(append(b, v...), 0) // texts hold no NUL
	case *string:
		return append(append(b, *v...), 0)
	case int64:
		return appendInt(b, v)
	case *int64:
		return appendInt(b, *v)
	case int32:
		return appendInt(b, int64(v))
	case *int32:
		return appendInt(b, int64(*v))
	case int:
		return appendInt(b, int64(v))
	case bool:
		return appendBool(b, v)
	case *bool:
		return appendBool(b, *v)
	case calendar.Date:
		return appendInt(b, int64(v))
	case *calendar.Date:
		return appendInt(b, int64(*v))
	case calendar.Period:
		return appendInt(b, int64(v))
	case *calendar.Period:
		return appendInt(b, int64(*v))
	case calendar.Instant:
		return appendInt(b, int64(v))
	case *calendar.Instant:
		return appendInt(b, int64(*v))
	case uom.Quantity:
		return appendInt(b, v.Units())
	case *uom.Quantity:
		return appendInt(b, v.Units())
	case money.Amount:
		return appendInt(b, v.Units())
	case *money.Amount:
		return appendInt(b, v.Units())
	}
	return append(append(b, fmt.Sprint(v)...), 0) // named texts
}

func appendInt(b []byte, v int64) []byte {
	return binary.BigEndian.AppendUint64(b, uint64(v)^(1<<63))
}

func appendBool(b []byte, v bool) []byte {
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

// encode makes the key of values given by a caller.
func encode(values []any) string {
	b := make([]byte, 0, 64)
	for _, v := range values {
		b = appendKey(b, v)
	}
	return string(b)
}

// place is the two parts of a row's key in an index: what a query binds, and what sorts.
type place struct{ eq, order string }

func (t *Table) place(ix Index, fields []any) place {
	var buf [96]byte
	b := buf[:0]
	for _, c := range ix.Columns[:ix.Eq] {
		b = appendKey(b, fields[c])
	}
	n := len(b)
	for _, c := range ix.Columns[ix.Eq:] {
		b = appendKey(b, fields[c])
	}
	s := string(b)
	return place{s[:n], s[n:]}
}
