package postgres

import (
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/shopspring/decimal"
)

// column is how PostgreSQL keeps one field of a row. Values travel in binary: this file is the only one that knows their bytes.
type column struct {
	name string
	kind kind
}

// kind is a type of Go with the type of SQL that holds it.
type kind uint8

const (
	aText kind = iota
	aBigint
	anInteger
	aBoolean
	anAmount
	aQuantity
	aDecimal
	aDate
	aPeriod
	anInstant
	someUnits
)

// kinds gives the type of a parameter and the type of a column. Amounts, quantities and other decimals are domains, which hold the checks: PostgreSQL reads the checks of
// a table anew for every statement.
var kinds = [...]struct {
	oid uint32
	sql string
}{
	aText:     {pgtype.TextOID, `text COLLATE "C"`},
	aBigint:   {pgtype.Int8OID, "bigint"},
	anInteger: {pgtype.Int4OID, "integer"},
	aBoolean:  {pgtype.BoolOID, "boolean"},
	anAmount:  {pgtype.NumericOID, "amount"},
	aQuantity: {pgtype.NumericOID, "quantity"},
	aDecimal:  {pgtype.NumericOID, "exact"},
	aDate:     {pgtype.DateOID, "date"},
	aPeriod:   {pgtype.TextOID, `text COLLATE "C"`},
	anInstant: {pgtype.TimestamptzOID, "timestamptz"},
	someUnits: {pgtype.TextOID, `text COLLATE "C"`},
}

func columnOf(name string, field any) column {
	c := column{name: name}
	switch field.(type) {
	case *int64:
		c.kind = aBigint
	case *int32:
		c.kind = anInteger
	case *bool:
		c.kind = aBoolean
	case *money.Amount:
		c.kind = anAmount
	case *uom.Quantity:
		c.kind = aQuantity
	case *decimal.Decimal:
		c.kind = aDecimal
	case *calendar.Date:
		c.kind = aDate
	case *calendar.Period:
		c.kind = aPeriod
	case *calendar.Instant:
		c.kind = anInstant
	case *uom.Units:
		c.kind = someUnits
	}
	return c
}

const (
	// PostgreSQL counts days and microseconds from 2000-01-01; the least of each is -infinity, which is none here.
	epoch        = 946_684_800_000_000
	noDate       = math.MinInt32
	noInstant    = math.MinInt64
	amountScale  = 4
	measureScale = 6
)

var epochDate = calendar.FromTime(time.UnixMicro(epoch).UTC())

// append adds a value for the column: the field of a row, or what a caller has named. It is a text or an integer, or of the column's own type.
func (c column) append(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case *string:
		return c.appendText(b, *v)
	case string:
		return c.appendText(b, v)
	case *int64:
		return c.appendInt(b, *v)
	case int64:
		return c.appendInt(b, v)
	case *int32:
		return c.appendInt(b, int64(*v))
	case *bool:
		return c.appendBool(b, *v)
	case bool:
		return c.appendBool(b, v)
	case *money.Amount:
		return c.appendNumeric(b, anAmount, v.Units(), amountScale)
	case money.Amount:
		return c.appendNumeric(b, anAmount, v.Units(), amountScale)
	case *uom.Quantity:
		return c.appendNumeric(b, aQuantity, v.Units(), measureScale)
	case uom.Quantity:
		return c.appendNumeric(b, aQuantity, v.Units(), measureScale)
	case *decimal.Decimal:
		n := pgtype.Numeric{Int: v.Coefficient(), Exp: v.Exponent(), Valid: true}
		return plain.Encode(pgtype.NumericOID, pgx.BinaryFormatCode, n, b)
	case *calendar.Date:
		return c.appendDate(b, *v)
	case calendar.Date:
		return c.appendDate(b, v)
	case *calendar.Period:
		return c.appendText(b, v.String())
	case calendar.Period:
		return c.appendText(b, v.String())
	case *calendar.Instant:
		if *v == 0 {
			return binary.BigEndian.AppendUint64(b, 1<<63), nil // noInstant
		}
		return binary.BigEndian.AppendUint64(b, uint64(int64(*v)-epoch)), nil
	case *uom.Units:
		text, err := v.MarshalText()
		if err != nil {
			return b, err
		}
		return c.appendText(b, string(text))
	}
	switch r := reflect.ValueOf(v); r.Kind() { // named ones
	case reflect.String:
		return c.appendText(b, r.String())
	case reflect.Int, reflect.Int32, reflect.Int64:
		return c.appendInt(b, r.Int())
	}
	return b, c.cannot(v)
}

func (c column) cannot(v any) error {
	return fmt.Errorf("postgres: column %s is %s: it cannot hold a %T", c.name, kinds[c.kind].sql, v)
}

func (c column) appendText(b []byte, s string) ([]byte, error) {
	if kinds[c.kind].oid != pgtype.TextOID {
		return b, c.cannot(s)
	}
	if strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s) {
		return b, fmt.Errorf("postgres: column %s cannot hold a text that is not UTF-8, or has a NUL in it", c.name)
	}
	return append(b, s...), nil
}

func (c column) appendInt(b []byte, n int64) ([]byte, error) {
	switch {
	case c.kind == aBigint:
		return binary.BigEndian.AppendUint64(b, uint64(n)), nil
	case c.kind == anInteger && int64(int32(n)) == n:
		return binary.BigEndian.AppendUint32(b, uint32(n)), nil
	}
	return b, c.cannot(n)
}

func (c column) appendBool(b []byte, v bool) ([]byte, error) {
	switch {
	case c.kind != aBoolean:
		return b, c.cannot(v)
	case v:
		return append(b, 1), nil
	}
	return append(b, 0), nil
}

func (c column) appendDate(b []byte, d calendar.Date) ([]byte, error) {
	if c.kind != aDate {
		return b, c.cannot(d)
	}
	days := int32(noDate)
	if d != 0 {
		days = int32(d) - int32(epochDate)
	}
	return binary.BigEndian.AppendUint32(b, uint32(days)), nil
}

func (c column) appendNumeric(b []byte, of kind, units int64, scale int) ([]byte, error) {
	if c.kind != of || units == math.MinInt64 {
		return b, c.cannot(units)
	}
	return appendNumeric(b, units, scale), nil
}

// set puts what PostgreSQL gave into the field of a row.
func (c column) set(field any, b []byte) (err error) {
	switch f := field.(type) {
	case *string:
		*f = string(b)
	case *int64:
		*f = int64(binary.BigEndian.Uint64(b))
	case *int32:
		*f = int32(binary.BigEndian.Uint32(b))
	case *bool:
		*f = b[0] != 0
	case *money.Amount:
		*f = money.FromUnits(numeric(b, amountScale))
	case *uom.Quantity:
		*f = uom.FromUnits(numeric(b, measureScale))
	case *decimal.Decimal:
		var n pgtype.Numeric
		if err = plain.Scan(pgtype.NumericOID, pgx.BinaryFormatCode, b, &n); err == nil {
			*f = decimal.NewFromBigInt(n.Int, n.Exp)
		}
	case *calendar.Date:
		if days := int32(binary.BigEndian.Uint32(b)); days != noDate {
			*f = calendar.Date(days + int32(epochDate))
		}
	case *calendar.Period:
		if len(b) > 0 {
			var d time.Time
			d, err = time.Parse("2006-01", string(b))
			*f = calendar.FromTime(d).Period()
		}
	case *calendar.Instant:
		if n := int64(binary.BigEndian.Uint64(b)); n != noInstant {
			*f = calendar.Instant(n + epoch)
		}
	case *uom.Units:
		if len(b) > 0 {
			err = f.UnmarshalText(b)
		}
	default:
		err = c.cannot(field)
	}
	return err
}

// plain knows PostgreSQL's own types; nothing is ever registered with it.
var plain = pgtype.NewMap()

// A NUMERIC travels as the number of its digits to the base 10,000, the power of the first, the sign, the decimals to show, and the digits.
const negative = 0x4000

// appendNumeric adds so many units of 1/10^scale as a NUMERIC.
func appendNumeric(b []byte, units int64, scale int) []byte {
	sign, u := uint16(0), uint64(units)
	if units < 0 {
		sign, u = negative, -u
	}
	var digits [8]uint16 // five before the point, three behind it: the last is at place n-1
	n := len(digits)
	behind := 0
	if rest := scale % 4; rest > 0 { // the last digit holds fewer decimals than four
		over, up := pow10(rest), pow10(4-rest)
		n--
		digits[n] = uint16(u % over * up)
		u /= over
		behind++
	}
	behind += scale / 4
	for u > 0 {
		n--
		digits[n] = uint16(u % 10_000)
		u /= 10_000
	}
	weight := len(digits) - n - behind - 1
	list := digits[n:]
	for len(list) > 0 && list[0] == 0 {
		list, weight = list[1:], weight-1
	}
	for len(list) > 0 && list[len(list)-1] == 0 {
		list = list[:len(list)-1]
	}
	if len(list) == 0 {
		weight = 0
	}
	for _, x := range [...]uint16{uint16(len(list)), uint16(weight), sign, uint16(scale)} {
		b = binary.BigEndian.AppendUint16(b, x)
	}
	for _, d := range list {
		b = binary.BigEndian.AppendUint16(b, d)
	}
	return b
}

func pow10(n int) uint64 { return [...]uint64{1, 10, 100, 1_000, 10_000}[n] }

// numeric gives a NUMERIC in units of 1/10^scale, and the mark of a figure that does not fit when it does not. It has no further decimals: its column keeps
// none.
func numeric(b []byte, scale int) int64 {
	word := func(i int) int { return int(int16(binary.BigEndian.Uint16(b[2*i:]))) }
	count, weight, sign := word(0), word(1), word(2)
	if sign != 0 && sign != negative {
		return math.MinInt64 // NaN and the infinities
	}
	var sum uint64
	for place := weight; place >= -(scale+3)/4; place-- {
		var d uint64
		if i := weight - place; i < count {
			d = uint64(word(4 + i))
		}
		factor := pow10(4)
		if decimals := -4 * place; decimals > scale { // the last digit holds fewer decimals than four
			factor = pow10(scale % 4)
			d /= pow10(4 - scale%4)
		}
		if sum > (math.MaxInt64-d)/factor {
			return math.MinInt64
		}
		sum = sum*factor + d
	}
	if sign == negative {
		return -int64(sum)
	}
	return int64(sum)
}
