package ledger

import (
	"embed"
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

//go:embed statements/*.txt
var statementFiles embed.FS

// The kinds of statement that the built-in charts have.
const (
	BalanceSheet    = "balance_sheet"
	IncomeStatement = "income_statement"
)

// The rows of a balance sheet that must be equal.
const (
	totalAssets = "total_assets"
	totalClaims = "total_claims"
)

// Side says what a row of a layout shows.
type Side string

// The sides of a layout row.
const (
	SideHeading Side = ""   // a label
	SideDebit   Side = "Dr" // accounts, positive on the debit side
	SideCredit  Side = "Cr" // accounts, positive on the credit side
	SideSum     Side = "="  // rows above it
)

// LayoutRow is one row of a statement before there are figures.
type LayoutRow struct {
	Key     string // names the row in sums; empty for a heading
	Side    Side
	Name    string
	NameZH  string
	Sources []string // account codes and classes, or keys of rows above, with - to subtract
}

// Layout is the form of a statement.
type Layout struct {
	Name string
	Rows []LayoutRow
}

// LoadStatement gives a built-in layout: the chart's name and BalanceSheet or
// IncomeStatement. Another is refused with not_found.
func LoadStatement(chart, kind string) (Layout, error) {
	name := chart + "_" + kind
	if !slices.Contains(Charts(), chart) || (kind != BalanceSheet && kind != IncomeStatement) {
		return Layout{}, refusal.New(refusal.NotFound, name, "there is no built-in statement of this name")
	}
	text, err := statementFiles.ReadFile("statements/" + name + ".txt")
	if err != nil {
		return Layout{}, err
	}
	return ParseLayout(name, string(text))
}

// ParseLayout reads a layout: one row a line, as in
//
//	key | Dr, Cr, = or empty | English name | Chinese name | sources
//
// with the sources set apart by spaces. A row of the side Dr or Cr shows accounts
// (a code stands for its sub-accounts too, a class for all its accounts), a row =
// adds rows above it (-key subtracts), a row without a side is a heading. What
// cannot be read is refused with invalid_state and its line.
func ParseLayout(name, text string) (Layout, error) {
	s := Layout{Name: name}
	above, taken := map[string]bool{}, map[string]bool{}
	for n, cols := range rows(text) {
		if len(cols) != 5 {
			return Layout{}, refusal.New(refusal.InvalidState, name, "a statement line is: key | side | name | Chinese name | sources").AtLine(n)
		}
		r := LayoutRow{Key: cols[0], Side: Side(cols[1]), Name: cols[2], NameZH: cols[3], Sources: strings.Fields(cols[4])}
		if reason := badRow(r, above, taken); reason != "" {
			return Layout{}, refusal.New(refusal.InvalidState, name, reason).AtLine(n)
		}
		above[r.Key] = true
		s.Rows = append(s.Rows, r)
	}
	return s, nil
}

func badRow(r LayoutRow, above, taken map[string]bool) string {
	switch r.Side {
	case SideHeading:
		if r.Key != "" || len(r.Sources) > 0 {
			return "a heading has no key and no sources"
		}
		return ""
	case SideDebit, SideCredit, SideSum:
	default:
		return "the side is Dr, Cr, = or empty"
	}
	if r.Key == "" || above[r.Key] {
		return "a row has a key of its own"
	}
	for _, source := range r.Sources {
		if r.Side == SideSum {
			if key := strings.TrimPrefix(source, "-"); key == "" || !above[key] {
				return "a sum is over keys of rows above it"
			}
			continue
		}
		if taken[source] {
			return "an account or class stands in one row"
		}
		taken[source] = true
	}
	return ""
}

// StatementRow is one row of a statement.
type StatementRow struct {
	Key     string
	Name    string
	NameZH  string
	Amount  money.Amount
	Heading bool // has no amount
	Sum     bool
}

// Statement is a layout with figures.
type Statement struct {
	Name    string
	Rows    []StatementRow
	Missing []string // accounts with a balance that belong on it and stand in no row
}

// Compute fills a layout. A balance goes to the row that names its account, else
// the nearest heading of it, else its class. An income statement wants the
// movements of its time without those that carried profit and loss forward; a
// balance sheet wants the balances of its day. An account that no row wants is
// Missing, unless the statement is about other classes only: an income
// statement misses income and expense, a balance sheet (one that has the row
// total_assets) everything.
func (s Layout) Compute(accounts []Account, balances []Balance) Statement {
	class := make(map[string]Class, len(accounts))
	for _, a := range accounts {
		class[a.Code] = a.Class
	}
	owner, all := map[string]int{}, false
	for i, r := range s.Rows {
		all = all || r.Key == totalAssets
		if r.Side == SideDebit || r.Side == SideCredit {
			for _, source := range r.Sources {
				owner[source] = i
			}
		}
	}
	nets := make([]money.Amount, len(s.Rows))
	out := Statement{Name: s.Name}
	for _, b := range balances {
		i, ok := owns(owner, b.Account, class)
		switch of := classOf(class, b.Account); {
		case ok:
			nets[i] = nets[i].Add(b.Net())
		case !b.Net().IsZero() && (all || of == Income || of == Expense || of == ""):
			out.Missing = append(out.Missing, b.Account)
		}
	}
	out.Rows = s.fill(nets)
	return out
}

// owns finds the row of an account: by the longest code that begins its own, else by class.
func owns(owner map[string]int, code string, class map[string]Class) (int, bool) {
	for n := len(code); n > 0; n-- {
		if i, ok := owner[code[:n]]; ok {
			return i, true
		}
	}
	i, ok := owner[string(classOf(class, code))]
	return i, ok
}

// classOf gives the class of an account, or that of its nearest heading.
func classOf(class map[string]Class, code string) Class {
	for n := len(code); n > 0; n-- {
		if c, ok := class[code[:n]]; ok {
			return c
		}
	}
	return ""
}

func (s Layout) fill(nets []money.Amount) []StatementRow {
	amounts := map[string]money.Amount{}
	out := make([]StatementRow, len(s.Rows))
	for i, r := range s.Rows {
		amount := nets[i]
		switch r.Side {
		case SideCredit:
			amount = amount.Neg()
		case SideSum:
			for _, source := range r.Sources {
				if key, minus := strings.CutPrefix(source, "-"); minus {
					amount = amount.Sub(amounts[key])
				} else {
					amount = amount.Add(amounts[key])
				}
			}
		}
		amounts[r.Key] = amount
		out[i] = StatementRow{Key: r.Key, Name: r.Name, NameZH: r.NameZH, Amount: amount, Heading: r.Side == SideHeading, Sum: r.Side == SideSum}
	}
	return out
}

// Amount gives the amount of the row with a key; false when there is none.
func (s Statement) Amount(key string) (money.Amount, bool) {
	for _, r := range s.Rows {
		if r.Key == key && !r.Heading {
			return r.Amount, true
		}
	}
	return money.Amount{}, false
}

// Check refuses a statement that leaves an account out (unknown_account), holds
// an amount that is too large (limit_exceeded), or, for a balance sheet, whose
// assets differ from its liabilities and equity (unbalanced).
func (s Statement) Check() error {
	if len(s.Missing) > 0 {
		return refusal.New(refusal.UnknownAccount, s.Missing[0], "the account has a balance and stands in no row of %s", s.Name)
	}
	for _, r := range s.Rows {
		if !r.Amount.Valid() {
			return refusal.New(refusal.LimitExceeded, r.Key, "the amount is too large")
		}
	}
	assets, ok := s.Amount(totalAssets)
	claims, too := s.Amount(totalClaims)
	if ok && too && assets != claims {
		return refusal.New(refusal.Unbalanced, s.Name, "assets do not equal liabilities and equity").Numbers(assets, claims)
	}
	return nil
}
