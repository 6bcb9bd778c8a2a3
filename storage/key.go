package storage

import (
	"encoding/binary"
	"fmt"
	"sync"

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

// appendKeys adds values given by a caller.
func appendKeys(b []byte, values []any) []byte {
	for _, v := range values {
		b = appendKey(b, v)
	}
	return b
}

// encode makes the key of values given by a caller.
func encode(values []any) string { return string(appendKeys(make([]byte, 0, 64), values)) }

// scratch is working memory that is used again, because keys are made at every look at a row.
type scratch struct {
	fields   []any
	key, row []byte
}

var scratches = sync.Pool{New: func() any { return &scratch{make([]any, 0, 64), make([]byte, 0, 256), make([]byte, 0, 1024)} }}

// appendKey adds the key of a row in an index.
func (t *Table) appendKey(b []byte, index int, fields []any) []byte {
	for _, c := range t.Indexes[index].Columns {
		b = appendKey(b, fields[c])
	}
	return b
}

// key is a row's place in an index, as a text that sorts as the index does.
func (t *Table) key(index int, row any) string {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	s.fields = t.AppendFields(s.fields[:0], row)
	s.key = t.appendKey(s.key[:0], index, s.fields)
	return string(s.key)
}

// AppendName adds a text that is distinct from that of every other key of any table.
func (k Key) AppendName(b []byte) []byte { return appendKeys(append(b, byte(k.Kind)), k.Values) }

// AppendRowName adds the name of a row's key.
func AppendRowName(b []byte, k Kind, row any) []byte {
	t := &Tables[k]
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	s.fields = t.AppendFields(s.fields[:0], row)
	return t.appendKey(append(b, byte(k)), 0, s.fields)
}
