package storage

import (
	"bytes"
	"cmp"
	"encoding/binary"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/shopspring/decimal"
)

// A packed row is the set of its columns that are not zero, as a varint, and their values: whole numbers as varints, texts by
// their number in the list of words or as they are, a flag as nothing.

// packing packs the rows of one table.
type packing struct {
	table  *Table
	wire   []wire
	words  *words
	rows   uint32
	unique []uint32 // by column: texts that were not among the words yet
}

// wire is how a column is packed.
type wire uint8

const (
	whole wire = iota
	flag
	text
)

// words are the texts that occur often: codes, refs, names of rules.
type words struct {
	numbers map[string]uint64
	list    []string
}

func newPacking(t *Table, w *words) *packing {
	p := &packing{table: t, words: w, unique: make([]uint32, len(t.Columns))}
	for _, f := range t.Fields(t.New()) {
		switch f.(type) {
		case *bool:
			p.wire = append(p.wire, flag)
		case *string, *decimal.Decimal, *uom.Units:
			p.wire = append(p.wire, text)
		default:
			p.wire = append(p.wire, whole)
		}
	}
	return p
}

// pack adds a row.
func (p *packing) pack(b []byte, fields []any) []byte {
	var set uint64
	var body [512]byte
	out := body[:0]
	for i, f := range fields {
		before := set
		set |= 1 << i
		switch f := f.(type) {
		case *string:
			if *f != "" {
				out = p.text(out, i, *f)
				continue
			}
		case *bool:
			if *f {
				continue
			}
		case *decimal.Decimal:
			if !f.IsZero() {
				out = p.text(out, i, f.String())
				continue
			}
		case *uom.Units:
			if len(*f) > 0 {
				text, _ := f.MarshalText() // was accepted with the item
				out = p.text(out, i, string(text))
				continue
			}
		default:
			if n := number(f); n != 0 {
				out = binary.AppendVarint(out, n)
				continue
			}
		}
		set = before
	}
	p.rows++
	return append(binary.AppendUvarint(b, set), out...)
}

func number(field any) int64 {
	switch f := field.(type) {
	case *int64:
		return *f
	case *int32:
		return int64(*f)
	case *money.Amount:
		return f.Units()
	case *uom.Quantity:
		return f.Units()
	case *calendar.Date:
		return int64(*f)
	case *calendar.Period:
		return int64(*f)
	case *calendar.Instant:
		return int64(*f)
	}
	panic("storage: a column of a type that no store knows") // no table has such a column: a test sees to it
}

// text adds a text: as the number of a word, unless most texts of this column occur once.
func (p *packing) text(b []byte, column int, s string) []byte {
	n, known := p.words.numbers[s]
	if !known && len(s) <= 64 {
		if p.unique[column]++; p.unique[column] < 64+p.rows/4 {
			n, known = uint64(len(p.words.list)), true
			p.words.list = append(p.words.list, s)
			p.words.numbers[s] = n
		}
	}
	if known {
		return binary.AppendUvarint(b, n<<1|1)
	}
	return append(binary.AppendUvarint(b, uint64(len(s))<<1), s...)
}

// reader reads a packed row.
type reader struct {
	b   []byte
	set uint64
}

func (r *reader) uvarint() uint64 {
	n, size := binary.Uvarint(r.b)
	r.b = r.b[size:]
	return n
}

func (r *reader) whole() int64 {
	n := r.uvarint()
	return int64(n>>1) ^ -int64(n&1)
}

// text gives a text as a word, or as the bytes that it stands in.
func (r *reader) text(w *words) (word string, raw []byte) {
	n := r.uvarint()
	if n&1 == 1 {
		return w.list[n>>1], nil
	}
	raw, r.b = r.b[:n>>1], r.b[n>>1:]
	return "", raw
}

func (r *reader) string(w *words) string {
	word, raw := r.text(w)
	if raw != nil {
		return string(raw)
	}
	return word
}

// unpack fills the fields of a new row.
func (p *packing) unpack(b []byte, fields []any) {
	r := reader{b: b}
	r.set = r.uvarint()
	for i, f := range fields {
		if r.set&(1<<i) == 0 {
			continue
		}
		switch f := f.(type) {
		case *string:
			*f = r.string(p.words)
		case *bool:
			*f = true
		case *int64:
			*f = r.whole()
		case *int32:
			*f = int32(r.whole())
		case *money.Amount:
			*f = money.FromUnits(r.whole())
		case *uom.Quantity:
			*f = uom.FromUnits(r.whole())
		case *calendar.Date:
			*f = calendar.Date(r.whole())
		case *calendar.Period:
			*f = calendar.Period(r.whole())
		case *calendar.Instant:
			*f = calendar.Instant(r.whole())
		case *decimal.Decimal:
			*f = decimal.RequireFromString(r.string(p.words)) // was packed here
		case *uom.Units:
			_ = f.UnmarshalText([]byte(r.string(p.words)))
		}
	}
}

// skip goes behind a value.
func (r *reader) skip(w wire) {
	switch w {
	case whole:
		i := 0
		for r.b[i] >= 0x80 {
			i++
		}
		r.b = r.b[i+1:]
	case text:
		if n := r.uvarint(); n&1 == 0 {
			r.b = r.b[n>>1:]
		}
	}
}

// size is the length of a packed row that more may follow.
func (p *packing) size(b []byte) int {
	r := reader{b: b}
	r.set = r.uvarint()
	for i, w := range p.wire {
		if r.set&(1<<i) != 0 {
			r.skip(w)
		}
	}
	return len(b) - len(r.b)
}

// compare compares the key of a packed row in an index with a key of [Table.appendKey], as far as this one goes. It is what every search is made of, so
// it reads no more of the row than it has to.
func (p *packing) compare(index int, packed, key []byte) int {
	r := reader{b: packed}
	r.set = r.uvarint()
	start := len(packed) - len(r.b)
	at := 0 // r.b is at this column
	for _, c := range p.table.Indexes[index].Columns {
		if len(key) == 0 {
			return 0
		}
		if c < at {
			r.b, at = packed[start:], 0
		}
		for ; at < c; at++ {
			if r.set&(1<<at) != 0 {
				r.skip(p.wire[at])
			}
		}
		there := r.set&(1<<c) != 0
		at = c + 1
		switch p.wire[c] {
		case whole:
			n := int64(0)
			if there {
				n = r.whole()
			}
			is, want := uint64(n)^(1<<63), binary.BigEndian.Uint64(key)
			if key = key[8:]; is != want {
				return cmp.Compare(is, want)
			}
		case text:
			end := bytes.IndexByte(key, 0)
			word, raw := "", []byte(nil)
			if there {
				word, raw = r.text(p.words)
			}
			d := compare(word, key[:end])
			if raw != nil {
				d = bytes.Compare(raw, key[:end])
			}
			if key = key[end+1:]; d != 0 {
				return d
			}
		case flag:
			if is := key[0] == 1; is != there {
				if there {
					return 1
				}
				return -1
			}
			key = key[1:]
		}
	}
	return 0
}

// within is compare with a span of keys.
func (p *packing) within(index int, packed, low []byte, n int) int {
	if c := p.compare(index, packed, low[:n]); c != 0 || n == len(low) || p.compare(index, packed, low) >= 0 {
		return c
	}
	return -1
}

// whole gives a column of a whole number.
func (p *packing) whole(packed []byte, column int) int64 {
	r := reader{b: packed}
	if r.set = r.uvarint(); r.set&(1<<column) == 0 {
		return 0
	}
	for i, w := range p.wire[:column] {
		if r.set&(1<<i) != 0 {
			r.skip(w)
		}
	}
	return r.whole()
}
