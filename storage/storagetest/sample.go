package storagetest

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/shopspring/decimal"
)

// Samples are numbered. The first holds the lowest values of every type, the second the highest, the others random ones.
const (
	lowest  = 0
	highest = 1
)

// same names the column whose value another column repeats, so that rows of one sample belong together.
var same = map[string]string{"seq": "doc", "of_doc": "doc", "by_doc": "doc", "ref": "order_ref"}

// row makes the row of a sample in a table.
func row(k storage.Kind, sample int) any {
	t := &storage.Tables[k]
	out := t.New()
	for i, f := range t.Fields(out) {
		name := t.Columns[i]
		if s, ok := same[name]; ok {
			name = s
		}
		h := fnv.New64a()
		fmt.Fprint(h, name)
		set(f, name, sample, rand.New(rand.NewPCG(h.Sum64(), uint64(sample))))
	}
	return out
}

// rows makes the rows of a sample in all tables but the head's.
func rows(sample int) []storage.Write {
	var out []storage.Write
	for k := range storage.Tables {
		if storage.Kind(k) != storage.Heads {
			out = append(out, storage.Write{Kind: storage.Kind(k), New: row(storage.Kind(k), sample)})
		}
	}
	return out
}

func set(field any, name string, sample int, rnd *rand.Rand) {
	switch f := field.(type) {
	case *string:
		*f = text(sample, rnd)
	case *int64:
		switch *f = integer(sample, rnd); {
		case name == "version":
			*f = int64(sample + 1)
		case name == "doc" && sample != highest:
			*f = int64(sample+1) * 1000
		}
	case *int32:
		switch *f = int32(integer(sample, rnd)); {
		case name == "line" || name == "n":
			*f = int32(sample + 1)
		case sample == lowest:
			*f = math.MinInt32
		case sample == highest:
			*f = math.MaxInt32
		}
	case *bool:
		*f = sample == highest || sample != lowest && rnd.IntN(2) == 0
	case *money.Amount:
		if name != "credit" {
			*f = money.FromUnits(integer(sample, rnd))
		}
	case *uom.Quantity:
		*f = uom.FromUnits(integer(sample, rnd))
	case *calendar.Date:
		*f = date(sample, rnd)
	case *calendar.Period:
		*f = date(sample, rnd).Period()
	case *calendar.Instant:
		*f = instant(sample, rnd)
	case *decimal.Decimal:
		*f = decimalOf(sample, rnd)
	case *uom.Units:
		if sample != lowest {
			*f = uom.Units{"box": {Num: 12, Den: 1}, "g": {Num: 1, Den: 1000}, "third": {Num: 1, Den: 3}, "箱": {Num: math.MaxInt64, Den: 1}}
		}
	}
}

func integer(sample int, rnd *rand.Rand) int64 {
	switch sample {
	case lowest:
		return -math.MaxInt64 // the lowest of all is the mark of a figure that did not fit
	case highest:
		return math.MaxInt64
	}
	n := rnd.Int64() >> rnd.IntN(63)
	if rnd.IntN(2) == 0 {
		return -n
	}
	return n
}

// words are texts that stores have been known to change: case, blanks at the ends, quotes, wildcards, numbers and dates in disguise, composed and
// decomposed letters, signs beyond 16 bits, from right to left.
var words = []string{
	"", " ", "a", "A", "a ", " a", "O'Brien", `"`, `\`, "%_", "NULL", "null", "0", "007", "1e5", "2026-01-31", "true", "\t\n", "é", "e\u0301", "ß", "ss",
	"中文科目", "库存商品", "😀👍🏽", "שלום", "\u200b", "\uffff", "\U0010ffff", "--", ";", "?", "$1", ":a", "\x01", "\x7f",
}

func text(sample int, rnd *rand.Rand) string {
	switch sample {
	case lowest:
		return ""
	case highest:
		return strings.Join(words, "") + strings.Repeat("字", 1000) + "\U0010ffff"
	}
	// The number keeps the keys of samples apart.
	return words[rnd.IntN(len(words))] + fmt.Sprint(sample) + words[rnd.IntN(len(words))]
}

func date(sample int, rnd *rand.Rand) calendar.Date {
	switch sample {
	case lowest:
		return 0
	case highest:
		return calendar.NewDate(9999, 12, 31)
	case highest + 1:
		return calendar.NewDate(1900, 1, 1)
	}
	return calendar.NewDate(2000+sample, 1, 1+rnd.IntN(28)) // a year of its own: the month is a key
}

func instant(sample int, rnd *rand.Rand) calendar.Instant {
	switch sample {
	case lowest:
		return 0
	case highest:
		return calendar.At(calendar.NewDate(9999, 12, 31).Time()) + 86_400_000_000 - 1
	case highest + 1:
		return -1
	}
	return calendar.At(calendar.NewDate(2026, 1, 1).Time()) + calendar.Instant(rnd.Int64N(1e15))
}

func decimalOf(sample int, rnd *rand.Rand) decimal.Decimal {
	switch sample {
	case lowest:
		return decimal.New(-math.MaxInt64, -12)
	case highest:
		return decimal.New(math.MaxInt64, -12)
	}
	return decimal.New(integer(sample, rnd)>>16, -int32(rnd.IntN(13)))
}
