package money

import (
	"strings"

	"github.com/ledgermill/ledgermill/ledger/refusal"
)

var capitalDigits = []string{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"}

// Capitals gives an amount of Renminbi in Chinese capitals (人民币大写), as cheques and vouchers write it by the rules of the People's Bank for bills
// (正确填写票据和结算凭证的基本规定): 1005.30 is 壹仟零伍元叁角整. Several zeros in a row are one 零; an amount without 分 ends in 整;
// where the 元 are a full ten and 角 follow, 零 stands between (1680.32 is 壹仟陆佰捌拾元零叁角贰分). An amount below zero begins with 负. One
// that is finer than a 分 is refused (invalid_amount), one that did not fit too (limit_exceeded).
func (a Amount) Capitals() (string, error) {
	const fen, jiao, yuan = 100, 1000, 10_000
	if err := a.check(); err != nil {
		return "", err
	}
	if a.n%fen != 0 {
		return "", refusal.New(refusal.InvalidAmount, a.String(), "an amount in capitals has no more than two decimals")
	}
	n := a.Abs().n
	whole, tenths, cents := n/yuan, n%yuan/jiao, n%jiao/fen
	var b strings.Builder
	if a.n < 0 {
		b.WriteString("负")
	}
	if whole > 0 || n == 0 {
		capitals(&b, whole)
		b.WriteString("元")
		if cents > 0 && tenths == 0 || tenths > 0 && whole%10 == 0 {
			b.WriteString("零")
		}
	}
	if tenths > 0 {
		b.WriteString(capitalDigits[tenths] + "角")
	}
	if cents > 0 {
		b.WriteString(capitalDigits[cents] + "分")
	} else {
		b.WriteString("整")
	}
	return b.String(), nil
}

// capitals writes a whole number.
func capitals(b *strings.Builder, n int64) {
	for _, unit := range []struct {
		size int64
		name string
	}{{100_000_000, "亿"}, {10_000, "万"}, {1000, "仟"}, {100, "佰"}, {10, "拾"}} {
		if n < unit.size {
			continue
		}
		capitals(b, n/unit.size)
		b.WriteString(unit.name)
		if n %= unit.size; n == 0 {
			return
		}
		if n < unit.size/10 {
			b.WriteString("零")
		}
	}
	b.WriteString(capitalDigits[n])
}
