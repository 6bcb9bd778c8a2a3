package ledgermill_test

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	lm "github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// extremes are what a leaf of a command may be set to, by its type.
func extremes(t reflect.Type) (out []any) {
	switch t {
	case reflect.TypeFor[calendar.Date]():
		return []any{calendar.Date(0), calendar.Date(-1), calendar.Date(1), calendar.NewDate(9999, 12, 31), calendar.Date(math.MaxInt32), calendar.Date(math.MinInt32), day("2025-12-31"), day("2026-01-02"), day("2030-01-01")}
	case reflect.TypeFor[calendar.Period]():
		return []any{calendar.Period(0), calendar.Period(-1), calendar.Period(1), calendar.NewDate(9999, 12, 31).Period(), calendar.Period(math.MaxInt32), calendar.Period(math.MinInt32)}
	case reflect.TypeFor[decimal.Decimal]():
		return []any{decimal.Decimal{}, dec("-1"), dec("0.000000000001"), dec("1000000000000000"), decimal.New(1, 2_000_000_000), decimal.New(1, -2_000_000_000)}
	case reflect.TypeFor[uom.Quantity]():
		return []any{pcs("0"), pcs("-1"), pcs("0.000001"), pcs("9000000000000")}
	case reflect.TypeFor[money.Amount]():
		return []any{yuan("0"), yuan("-1"), yuan("0.0001"), yuan("900000000000000")}
	}
	switch t.Kind() {
	case reflect.String:
		return []any{"", "x", "RAW", "USD", "MAIN", "SIDE", "gr1", "wo1", "9999-12-31 10:00", strings.Repeat("9", 5000)}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return []any{0, -1, 1, 1000, math.MaxInt32, math.MinInt32}
	case reflect.Bool:
		return []any{true, false}
	}
	return nil
}

// eachLeaf calls do for every leaf of a value, and puts it back after.
func eachLeaf(path string, v reflect.Value, do func(path string, leaf reflect.Value)) {
	if len(extremes(v.Type())) > 0 {
		was := reflect.New(v.Type()).Elem()
		was.Set(v)
		do(path, v)
		v.Set(was)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				eachLeaf(path+"."+v.Type().Field(i).Name, v.Field(i), do)
			}
		}
	case reflect.Slice:
		if v.Len() == 0 && v.CanSet() {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			defer v.SetZero()
		}
		fresh := reflect.MakeSlice(v.Type(), v.Len(), v.Len()) // commands share what they list
		reflect.Copy(fresh, v)
		v.Set(fresh)
		for i := range v.Len() {
			eachLeaf(fmt.Sprintf("%s[%d]", path, i), v.Index(i), do)
		}
	case reflect.Pointer:
		was := v.Interface()
		v.Set(reflect.New(v.Type().Elem()))
		if w := reflect.ValueOf(was); !w.IsNil() {
			v.Elem().Set(w.Elem())
		}
		eachLeaf(path, v.Elem(), do)
		v.Set(reflect.ValueOf(was))
	}
}

// Every field of every verb at the ends of its range: it is carried out or refused with a code, at once, and so are a plan and a close after it.
func TestExtremesEnd(t *testing.T) {
	c := after(t, "cas", "fx1")
	said := map[refusal.Code]int{}
	for _, command := range append(everyVerb(), lm.Setup{Date: d1}) {
		v := reflect.New(reflect.TypeOf(command)).Elem()
		v.Set(reflect.ValueOf(with(command, "ID", "new")))
		eachLeaf(fmt.Sprintf("%T", command), v, func(path string, leaf reflect.Value) {
			for _, x := range extremes(leaf.Type()) {
				leaf.Set(reflect.ValueOf(x).Convert(leaf.Type()))
				one := v.Interface().(lm.Command)
				watch := time.AfterFunc(20*time.Second, func() { panic(fmt.Sprintf("it does not end: %s = %.100v", path, x)) })
				_, err := c.Preview(context.Background(), one, one)
				_, next := c.Preview(context.Background(), one, lm.MakePlan{ID: "next", Date: day("2026-01-31"), Horizon: 366}, lm.Close{ID: "last", Date: day("2026-01-31"), Period: d1.Period()})
				watch.Stop()
				require.True(t, next == nil || refusal.CodeOf(next) != "", "%s = %.100v: %v", path, x, next)
				if err != nil {
					require.Contains(t, refusal.Codes, refusal.CodeOf(err), "%s = %.100v: %v", path, x, err)
				}
				said[refusal.CodeOf(err)]++
			}
		})
	}
	t.Log(said)
	require.NotZero(t, said[""])
}
