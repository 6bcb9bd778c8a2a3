package posting_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/posting"
)

func TestParseRules(t *testing.T) {
	rules, err := posting.ParseRules("# where goods go\nreceive goods debit stock # by kind\n\nreceive accrual credit grni\n")
	require.NoError(t, err)
	rule, err := rules.Find("receive", "goods")
	require.NoError(t, err)
	require.Equal(t, posting.Rule{Name: "receive.goods", Debit: true, Role: "stock"}, rule)
	_, err = rules.Find("receive", "tax")
	require.ErrorContains(t, err, "no_rule")
	for text, reason := range map[string]string{
		"\nreceive goods debit":     "line 2: a rule is",
		"receive goods left stock":  "line 1: a rule is",
		"a.b c debit d":             "line 1: a rule is",
		"a b debit c\na b credit d": "line 2: a second rule for a.b",

		strings.Repeat("#", posting.MaxRulesText+1): "a text of 1048577 bytes; at most 1048576",
	} {
		_, err := posting.ParseRules(text)
		require.ErrorContains(t, err, reason, text)
	}
}

func FuzzParseRules(f *testing.F) {
	f.Add("receive goods debit stock\n")
	f.Add("# nothing\n\t\n")
	f.Fuzz(func(t *testing.T, text string) {
		rules, err := posting.ParseRules(text)
		if err != nil {
			return
		}
		for event, measures := range rules {
			for measure := range measures {
				rule, err := rules.Find(event, measure)
				require.NoError(t, err)
				require.Equal(t, event+"."+measure, rule.Name)
				require.NotEmpty(t, rule.Role)
			}
		}
	})
}
