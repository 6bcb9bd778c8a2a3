package ledger

import (
	"embed"
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill/ledger/refusal"
)

//go:embed charts/*.txt
var chartFiles embed.FS

// Chart is a chart of accounts with the accounts that the roles of the posting rules stand for.
type Chart struct {
	Name     string
	Accounts []Account         // sorted by code
	Roles    map[string]string // role -> code of a leaf account
}

// Accounts finds an account by its code. Chart.Account is one.
type Accounts func(code string) (Account, bool)

// Charts lists the names of the built-in charts.
func Charts() []string { return []string{"cas", "cas_small", "ifrs"} }

// LoadChart gives a fresh copy of a built-in chart: "cas", "cas_small" or
// "ifrs". Another name is refused with not_found.
func LoadChart(name string) (*Chart, error) {
	if !slices.Contains(Charts(), name) {
		return nil, refusal.New(refusal.NotFound, name, "there is no built-in chart of this name").Known(Charts()...)
	}
	text, err := chartFiles.ReadFile("charts/" + name + ".txt")
	if err != nil {
		return nil, err
	}
	return ParseChart(name, string(text))
}

// ParseChart reads a chart: one account a line, as in
//
//	code | class | Dr or Cr | control or empty | role or empty | English name | Chinese name
//
// Empty lines and those that begin with # say nothing. An account whose code
// begins the code of another is its heading and takes no postings. What cannot
// be read is refused with invalid_state and its line; a role or the control mark
// on a heading likewise.
func ParseChart(name, text string) (*Chart, error) {
	c := &Chart{Name: name, Roles: map[string]string{}}
	for n, cols := range rows(text) {
		a, role, ok := parseAccount(cols)
		if !ok {
			return nil, refusal.New(refusal.InvalidState, name, "a chart line is: code | class | Dr or Cr | control | role | name | Chinese name").AtLine(n)
		}
		if _, twice := c.Roles[role]; twice {
			return nil, refusal.New(refusal.InvalidState, role, "two accounts have this role").AtLine(n)
		}
		if role != "" {
			c.Roles[role] = a.Code
		}
		c.Accounts = append(c.Accounts, a)
	}
	slices.SortFunc(c.Accounts, func(a, b Account) int { return strings.Compare(a.Code, b.Code) })
	if err := c.link(); err != nil {
		return nil, err
	}
	return c, nil
}

// link marks the headings. In the order of codes the account after a heading is under it.
func (c *Chart) link() error {
	for i := range len(c.Accounts) - 1 {
		a, next := &c.Accounts[i], c.Accounts[i+1]
		if a.Code == next.Code {
			return refusal.New(refusal.InvalidState, a.Code, "two accounts have this code")
		}
		a.Leaf = !under(next.Code, a.Code)
		if !a.Leaf && a.Control {
			return refusal.New(refusal.InvalidState, a.Code, "a heading takes no lines, so it is no control account")
		}
	}
	for role, code := range c.Roles {
		if a, _ := c.Account(code); !a.Leaf {
			return refusal.New(refusal.InvalidState, role, "the role stands for a heading")
		}
	}
	return nil
}

// Role gives the account that a role stands for; false when this chart has none.
func (c *Chart) Role(role string) (string, bool) {
	code, ok := c.Roles[role]
	return code, ok
}

// Account finds an account by its code.
func (c *Chart) Account(code string) (Account, bool) {
	i, ok := slices.BinarySearchFunc(c.Accounts, code, func(a Account, code string) int { return strings.Compare(a.Code, code) })
	if !ok {
		return Account{}, false
	}
	return c.Accounts[i], true
}

// Within reports whether an account is a heading or account named, or a sub-account of it.
func Within(code, heading string) bool { return code == heading || under(code, heading) }

// CheckLeaf refuses an account that takes no lines (unknown_account).
func CheckLeaf(a Account) *refusal.Error {
	if !a.Leaf {
		return refusal.New(refusal.UnknownAccount, a.Code, "a heading takes no lines: name one of its sub-accounts")
	}
	return nil
}

// under reports whether code is a sub-account of heading.
func under(code, heading string) bool {
	return len(code) > len(heading) && strings.HasPrefix(code, heading)
}

func parseAccount(cols []string) (a Account, role string, ok bool) {
	if len(cols) != 7 {
		return Account{}, "", false
	}
	a = Account{
		Code: cols[0], Class: Class(cols[1]), Debit: cols[2] == "Dr", Leaf: true,
		Control: cols[3] == "control", Name: cols[5], NameZH: cols[6],
	}
	classes := []Class{Asset, Liability, Equity, CostPool, Income, Expense}
	ok = isCode(a.Code) && slices.Contains(classes, a.Class) && (a.Debit || cols[2] == "Cr") &&
		(a.Control || cols[3] == "") && !isCode(cols[4]) && a.Name != ""
	return a, cols[4], ok
}

// isCode reports whether s begins with a digit: that is how a code is told from a role.
func isCode(s string) bool { return s != "" && '0' <= s[0] && s[0] <= '9' }

// rows gives the lines of a data file by their 1-based number, cut at the bars;
// comments and empty lines are left out.
func rows(text string) func(yield func(int, []string) bool) {
	return func(yield func(int, []string) bool) {
		n := 0
		for line := range strings.Lines(text) {
			n++
			line = strings.TrimSpace(line)
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			cols := strings.Split(line, "|")
			for i := range cols {
				cols[i] = strings.TrimSpace(cols[i])
			}
			if !yield(n, cols) {
				return
			}
		}
	}
}
