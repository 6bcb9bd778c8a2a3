package sqlite

import (
	"database/sql"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/shopspring/decimal"
)

// value gives a value, or the field of a row, as SQLite keeps it: an int64 or a string.
func value(v any) (any, error) {
	switch v := v.(type) {
	case *string:
		return *v, nil
	case *int64:
		return *v, nil
	case *int32:
		return int64(*v), nil
	case *bool:
		return bit(*v), nil
	case *money.Amount:
		return v.Units(), nil
	case *uom.Quantity:
		return v.Units(), nil
	case *calendar.Date:
		return v.String(), nil
	case *calendar.Period:
		return v.String(), nil
	case *calendar.Instant:
		return v.String(), nil
	case *decimal.Decimal:
		return v.String(), nil
	case *uom.Units:
		text, err := v.MarshalText()
		return string(text), err
	case bool:
		return bit(v), nil
	case money.Amount:
		return v.Units(), nil
	case uom.Quantity:
		return v.Units(), nil
	case calendar.Date, calendar.Period, calendar.Instant:
		return v.(fmt.Stringer).String(), nil
	}
	switch r := reflect.ValueOf(v); r.Kind() { // texts and integers, named ones too
	case reflect.String:
		return r.String(), nil
	case reflect.Int, reflect.Int32, reflect.Int64:
		return r.Int(), nil
	}
	return nil, fmt.Errorf("sqlite: a column cannot hold a %T", v)
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func values(list []any) ([]any, error) {
	out := make([]any, 0, len(list))
	for _, v := range list {
		x, err := value(v)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// decoder reads the rows of a table. It is used again for every row, because making one costs more than reading with it.
type decoder struct {
	table   *table
	columns []column
	dest    []any
}

// column puts what SQLite gives into a field of a row.
type column struct{ field any }

func newDecoder(t *table) *decoder {
	d := &decoder{table: t, columns: make([]column, len(t.Columns))}
	for i := range d.columns {
		d.dest = append(d.dest, &d.columns[i])
	}
	return d
}

func (d *decoder) row(r *sql.Rows) (any, error) {
	row := d.table.New()
	for i, f := range d.table.Fields(row) {
		d.columns[i].field = f
	}
	return row, r.Scan(d.dest...)
}

// Scan takes a value of a column.
func (c *column) Scan(src any) error {
	switch src := src.(type) {
	case int64:
		switch f := c.field.(type) {
		case *int64:
			*f = src
			return nil
		case *int32:
			if *f = int32(src); int64(*f) == src {
				return nil
			}
		case *bool:
			*f = src != 0
			return nil
		case *money.Amount:
			*f = money.FromUnits(src)
			return nil
		case *uom.Quantity:
			*f = uom.FromUnits(src)
			return nil
		}
	case string:
		return c.text(src)
	}
	return fmt.Errorf("a %T is no %T", src, c.field)
}

func (c *column) text(s string) (err error) {
	switch f := c.field.(type) {
	case *string:
		*f = s
	case *calendar.Date:
		*f, err = date(s)
	case *calendar.Period:
		var d calendar.Date
		if s != "" {
			d, err = date(s + "-01")
		}
		*f = d.Period()
	case *calendar.Instant:
		var t time.Time
		if s != "" {
			t, err = time.Parse(time.RFC3339, s)
			*f = calendar.At(t)
		} else {
			*f = 0
		}
	case *decimal.Decimal:
		*f, err = decimal.NewFromString(s)
	case *uom.Units:
		if *f = nil; s != "" {
			err = f.UnmarshalText([]byte(s))
		}
	default:
		return fmt.Errorf("a text is no %T", c.field)
	}
	return err
}

// date reads YYYY-MM-DD. Unlike a date in a document, one that was computed may lie in any year.
func date(s string) (calendar.Date, error) {
	if s == "" {
		return 0, nil
	}
	if len(s) == len("2006-01-02") && s[4] == '-' && s[7] == '-' {
		y, errY := strconv.Atoi(s[:4])
		m, errM := strconv.Atoi(s[5:7])
		day, errD := strconv.Atoi(s[8:])
		if errY == nil && errM == nil && errD == nil {
			if d := calendar.NewDate(y, time.Month(m), day); d.String() == s {
				return d, nil
			}
		}
	}
	return 0, fmt.Errorf("%q is no date", s)
}
