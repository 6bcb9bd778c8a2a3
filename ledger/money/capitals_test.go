package money_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

func TestCapitals(t *testing.T) {
	for text, want := range map[string]string{
		// from the rules of the People's Bank; 整 after 角 is free
		"1409.50": "壹仟肆佰零玖元伍角整", "6007.14": "陆仟零柒元壹角肆分", "1680.32": "壹仟陆佰捌拾元零叁角贰分",
		"107000.53": "壹拾万柒仟元零伍角叁分", "16409.02": "壹万陆仟肆佰零玖元零贰分", "325.04": "叁佰贰拾伍元零肆分",
		"0": "零元整", "0.05": "伍分", "0.30": "叁角整", "0.35": "叁角伍分", "1": "壹元整", "10": "壹拾元整", "15.05": "壹拾伍元零伍分",
		"100.20": "壹佰元零贰角整", "110": "壹佰壹拾元整", "1005.30": "壹仟零伍元叁角整", "10005": "壹万零伍元整", "10050": "壹万零伍拾元整",
		"100500": "壹拾万零伍佰元整", "1000000": "壹佰万元整", "1010101.01": "壹佰零壹万零壹佰零壹元零壹分", "100000000": "壹亿元整",
		"100007000": "壹亿零柒仟元整", "110000000": "壹亿壹仟万元整", "1000000000000": "壹万亿元整", "-12.34": "负壹拾贰元叁角肆分",
		"922337203685477.58": "玖佰贰拾贰万叁仟叁佰柒拾贰亿零叁佰陆拾捌万伍仟肆佰柒拾柒元伍角捌分",
	} {
		got, err := money.MustParse(text).Capitals()
		require.NoError(t, err)
		require.Equal(t, want, got, text)
	}
	_, err := money.MustParse("1.001").Capitals()
	require.Equal(t, refusal.InvalidAmount, refusal.CodeOf(err))
	_, err = money.FromUnits(math.MinInt64).Capitals()
	require.Equal(t, refusal.LimitExceeded, refusal.CodeOf(err))
}

// readCapitals reads what Capitals writes.
func readCapitals(text string) int64 {
	text, negative := strings.CutPrefix(text, "负")
	var units int64
	if yuan, rest, ok := strings.Cut(text, "元"); ok {
		units, text = readWhole(yuan)*10_000, rest
	}
	digit := int64(0)
	for _, r := range text {
		switch r {
		case '角':
			units += digit * 1000
		case '分':
			units += digit * 100
		default:
			digit = max(0, int64(slices.Index([]rune("零壹贰叁肆伍陆柒捌玖"), r)))
		}
	}
	if negative {
		return -units
	}
	return units
}

func readWhole(text string) int64 {
	for _, unit := range []struct {
		name string
		size int64
	}{{"亿", 100_000_000}, {"万", 10_000}, {"仟", 1000}, {"佰", 100}, {"拾", 10}} {
		if i := strings.LastIndex(text, unit.name); i >= 0 {
			return readWhole(text[:i])*unit.size + readWhole(text[i+len(unit.name):])
		}
	}
	n := int64(0)
	for _, r := range text {
		n += int64(slices.Index([]rune("零壹贰叁肆伍陆柒捌玖"), r))
	}
	return n
}

func TestCapitalsReadBack(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 4))
	for range 50_000 {
		a := money.FromUnits(rnd.Int64N(math.MaxInt64>>rnd.IntN(60))/100*100 - rnd.Int64N(2)*100)
		for range rnd.IntN(3) { // zeros in a row
			cut := int64(math.Pow10(2 + rnd.IntN(12)))
			a = money.FromUnits(a.Units() / cut / 10 * cut * 10)
		}
		text, err := a.Capitals()
		require.NoError(t, err)
		require.Equal(t, a.Units(), readCapitals(text), "%s %s", a, text)
		require.NotContains(t, text, "零零")
	}
}
