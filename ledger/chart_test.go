package ledger_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// The roles and the accounts that stand for them; "-" where a chart has none.
var roleTable = []struct{ role, cas, small, ifrs string }{
	{"bank", "1002", "1002", "1010"},
	{"receivable", "1122", "1122", "1100"},
	{"stock_raw", "1403", "1403", "1310"},
	{"stock_semi", "1409", "1409", "1320"},
	{"stock_finished", "140501", "140501", "1330"},
	{"stock_goods", "140502", "140502", "1340"},
	{"shipped_not_invoiced", "1406", "1406", "1350"},
	{"subcontract", "1408", "1408", "1370"},
	{"in_transit", "1402", "1402", "1305"},
	{"purchase_variance", "140401", "140401", "5310"},
	{"material_variance", "140402", "140402", "5305"},
	{"production_variance", "140403", "140403", "5320"},
	{"count_difference", "1901", "1901", "5400"},
	{"payable", "220201", "220201", "2010"},
	{"grni", "220202", "220202", "2020"},
	{"payroll", "2211", "2211", "2100"},
	{"tax_input", "22210101", "22210101", "1150"},
	{"tax_output", "22210106", "22210106", "2150"},
	{"utilities", "224101", "224101", "2110"},
	{"stock_variance", "-", "-", "1345"},
	{"stock_allowance", "1471", "-", "1390"},
	{"capital", "4001", "3001", "3010"},
	{"profit", "4103", "3103", "3300"},
	{"retained", "4104", "3104", "3200"},
	{"opening", "4199", "3199", "3900"},
	{"wip", "500101", "400101", "1360"},
	{"overhead", "5101", "4101", "5200"},
	{"revenue", "6001", "5001", "4010"},
	{"cogs", "6401", "5401", "5010"},
	{"admin_expense", "6602", "5602", "6010"},
	{"fx", "660302", "560302", "5500"},
	{"discount", "660303", "560303", "5510"},
	{"bank_fee", "660304", "560304", "5520"},
	{"rounding", "660399", "560399", "5590"},
	{"scrap_loss", "6711", "5711", "5410"},
	{"revaluation", "670102", "-", "5420"},
	{"write_down", "670101", "-", "5425"},
	{"other_income", "-", "5301", "-"},
}

func load(t testing.TB, name string) *ledger.Chart {
	c, err := ledger.LoadChart(name)
	require.NoError(t, err)
	return c
}

func TestRolesOfTheBuiltInCharts(t *testing.T) {
	for chart, column := range map[string]func(i int) string{
		"cas":       func(i int) string { return roleTable[i].cas },
		"cas_small": func(i int) string { return roleTable[i].small },
		"ifrs":      func(i int) string { return roleTable[i].ifrs },
	} {
		c := load(t, chart)
		count := 0
		for i, row := range roleTable {
			code, ok := c.Role(row.role)
			want := column(i)
			require.Equal(t, want != "-", ok, "%s %s", chart, row.role)
			if !ok {
				continue
			}
			count++
			require.Equal(t, want, code, "%s %s", chart, row.role)
			a, ok := c.Account(code)
			require.True(t, ok && a.Leaf, "%s %s", chart, row.role)
		}
		require.Len(t, c.Roles, count, "%s has roles that the table lacks", chart)
	}
}

func TestControlAccountsAreThoseOfTheSubLedgers(t *testing.T) {
	roles := []string{"stock_raw", "stock_semi", "stock_finished", "stock_goods", "wip", "subcontract", "grni", "receivable", "payable"}
	for _, name := range ledger.Charts() {
		c := load(t, name)
		var want, got []string
		for _, role := range roles {
			want = append(want, c.Roles[role])
		}
		for _, a := range c.Accounts {
			if a.Control {
				got = append(got, a.Code)
			}
		}
		require.ElementsMatch(t, want, got, name)
	}
}

func TestEveryAccountIsNamedInBothLanguages(t *testing.T) {
	for _, name := range ledger.Charts() {
		c := load(t, name)
		for i, a := range c.Accounts {
			require.NotEmpty(t, a.Name, a.Code)
			require.NotEmpty(t, a.NameZH, a.Code)
			if i > 0 {
				require.Less(t, c.Accounts[i-1].Code, a.Code)
			}
		}
	}
	c := load(t, "cas")
	for _, heading := range []string{"1404", "1405", "2202", "2221", "222101", "2241", "5001", "6603", "6701"} {
		a, ok := c.Account(heading)
		require.True(t, ok && !a.Leaf, heading)
	}
	allowance, _ := c.Account("1471")
	require.False(t, allowance.Debit)
}

func TestAChartIsAFreshCopy(t *testing.T) {
	c := load(t, "cas")
	c.Roles["bank"], c.Accounts[0].Name = "0", "changed"
	again := load(t, "cas")
	require.Equal(t, "1002", again.Roles["bank"])
	require.Equal(t, "Cash on hand", again.Accounts[0].Name)
	_, err := ledger.LoadChart("../types")
	require.Equal(t, refusal.NotFound, refusal.CodeOf(err))
	_, ok := c.Account("9999")
	require.False(t, ok)
}

func TestParseChartRefuses(t *testing.T) {
	const ok = "1 | asset | Dr | | bank | Bank | 银行\n"
	for name, text := range map[string]string{
		"too few columns":           "1 | asset | Dr",
		"a class unknown":           "1 | assets | Dr | | | Bank | ",
		"a side unknown":            "1 | asset | debit | | | Bank | ",
		"a flag unknown":            "1 | asset | Dr | yes | | Bank | ",
		"no name":                   "1 | asset | Dr | | | | ",
		"a code that is a role":     "bank | asset | Dr | | | Bank | ",
		"a role that is a code":     "1 | asset | Dr | | 1 | Bank | ",
		"a code twice":              ok + "1 | asset | Dr | | | Cash | ",
		"a role twice":              ok + "2 | asset | Dr | | bank | Cash | ",
		"a role on a heading":       ok + "11 | asset | Dr | | | Branch | ",
		"a heading that is control": "1 | asset | Dr | control | | Bank | \n11 | asset | Dr | | | Branch | ",
	} {
		c, err := ledger.ParseChart("test", text)
		require.Equal(t, refusal.InvalidState, refusal.CodeOf(err), name)
		require.Nil(t, c, name)
	}
	_, err := ledger.ParseChart("test", ok)
	require.NoError(t, err)
}

func FuzzParseChart(f *testing.F) {
	for _, name := range ledger.Charts() {
		text, err := os.ReadFile("charts/" + name + ".txt")
		require.NoError(f, err)
		f.Add(string(text))
	}
	f.Add("1|asset|Dr||a|b|c\n11|asset|Cr|control||b|")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ledger.ParseChart("fuzz", text)
		if err != nil {
			require.Equal(t, refusal.InvalidState, refusal.CodeOf(err))
			return
		}
		for role, code := range c.Roles {
			a, ok := c.Account(code)
			require.True(t, ok && a.Leaf, role)
		}
		again, err := ledger.ParseChart("fuzz", text)
		require.NoError(t, err)
		require.Equal(t, c, again)
	})
}

func FuzzParseLayout(f *testing.F) {
	for _, name := range []string{"cas_balance_sheet", "cas_small_balance_sheet", "ifrs_income_statement"} {
		text, err := os.ReadFile("statements/" + name + ".txt")
		require.NoError(f, err)
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ledger.ParseLayout("fuzz", text)
		if err != nil {
			require.Equal(t, refusal.InvalidState, refusal.CodeOf(err))
			return
		}
		some := ledger.Figures{Balances: []ledger.Balance{{Account: "1", Partner: "A", Debit: amt("1")}, {Account: "12", Credit: amt("3")}, {Account: "2", Debit: amt("2")}}}
		filled := s.Compute([]ledger.Account{{Code: "1", Class: ledger.Asset}}, some, some)
		require.Len(t, filled.Rows, len(s.Rows))
		for _, r := range filled.Rows {
			require.Len(t, r.Amounts, 2)
			require.Equal(t, r.Amounts[0], r.Amounts[1])
		}
	})
}
