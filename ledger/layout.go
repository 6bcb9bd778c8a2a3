package ledger

import (
	"embed"
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill/ledger/refusal"
)

//go:embed statements/*.txt
var statementFiles embed.FS

// The kinds of statement that the built-in charts have.
const (
	BalanceSheet    = "balance_sheet"
	IncomeStatement = "income_statement"
	CashFlow        = "cash_flow" // by the direct method; its sources are tags and posting rules, not accounts
)

// Side says what a row of a layout shows.
type Side string

// The sides of a layout row.
const (
	SideHeading       Side = ""   // a label
	SideDebit         Side = "Dr" // accounts, positive on the debit side
	SideCredit        Side = "Cr" // accounts, positive on the credit side
	SideSum           Side = "="  // rows above it
	SideOfWhichDebit  Side = "dr" // part of the row above it: accounts that stand there too
	SideOfWhichCredit Side = "cr"
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

// LoadStatement gives a built-in layout: the chart's name and BalanceSheet,
// IncomeStatement or CashFlow. Another is refused with not_found.
func LoadStatement(chart, kind string) (Layout, error) {
	name := chart + "_" + kind
	if !slices.Contains(Charts(), chart) {
		return Layout{}, refusal.New(refusal.NotFound, chart, "there is no built-in chart of this name").Known(Charts()...)
	}
	if kinds := []string{BalanceSheet, IncomeStatement, CashFlow}; !slices.Contains(kinds, kind) {
		return Layout{}, refusal.New(refusal.NotFound, kind, "there is no built-in statement of this name").Known(kinds...)
	}
	text, err := statementFiles.ReadFile("statements/" + name + ".txt")
	if err != nil {
		return Layout{}, err
	}
	return ParseLayout(name, string(text))
}

// ParseLayout reads a layout: one row a line, as in
//
//	key | side | English name | Chinese name | sources
//
// with the sources set apart by spaces. A row of the side Dr or Cr shows accounts: a code stands for its sub-accounts too, a class
// for all its accounts. CODE/Dr takes the balance of CODE if it is on the debit side, CODE/Dr/partner each partner's balance that is; so
// what suppliers owe us is an asset. A row dr or cr names accounts of a row above that it is a part of. A row = adds
// rows above it (-key subtracts), a row without a side is a heading. What cannot be read is refused with invalid_state and its line.
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
	case SideDebit, SideCredit, SideSum, SideOfWhichDebit, SideOfWhichCredit:
	default:
		return "the side is Dr, Cr, dr, cr, = or empty"
	}
	if r.Key == "" || above[r.Key] {
		return "a row has a key of its own"
	}
	for _, source := range r.Sources {
		if reason := badSource(r, source, above, taken); reason != "" {
			return reason
		}
	}
	return ""
}

func badSource(r LayoutRow, source string, above, taken map[string]bool) string {
	if r.Side == SideSum {
		if key := strings.TrimPrefix(source, "-"); key == "" || !above[key] {
			return "a sum is over keys of rows above it"
		}
		return ""
	}
	code, side, partner, ok := cutSource(source)
	switch {
	case !ok:
		return "a source is: code, code/Dr, code/Cr, and /partner behind it"
	case r.ofWhich():
		if side != "" {
			return "a part of a row names whole accounts"
		}
		return ""
	}
	// An account is whole in one row, or by its side in two; and by partner in both or in none.
	whole, other := taken[code], taken[code+" by partner"]
	if whole && side == "" || taken[code+"/"+string(side)] || other != partner && (taken[code+"/Dr"] || taken[code+"/Cr"]) {
		return "an account or class stands in one row"
	}
	if side == "" && (taken[code+"/Dr"] || taken[code+"/Cr"]) || side != "" && whole {
		return "an account stands whole in one row, or by its sides in two"
	}
	if side == "" {
		taken[code] = true
	} else {
		taken[code+"/"+string(side)], taken[code+" by partner"] = true, partner
	}
	return ""
}

// cutSource takes CODE, CODE/Dr or CODE/Dr/partner apart.
func cutSource(source string) (code string, side Side, partner, ok bool) {
	code, rest, sided := strings.Cut(source, "/")
	if !sided {
		return code, "", false, code != ""
	}
	word, tail, more := strings.Cut(rest, "/")
	side = Side(word)
	return code, side, more, code != "" && (side == SideDebit || side == SideCredit) && (!more || tail == "partner")
}

func (r LayoutRow) ofWhich() bool { return r.Side == SideOfWhichDebit || r.Side == SideOfWhichCredit }

// credit reports whether the row is positive on the credit side.
func (r LayoutRow) credit() bool { return r.Side == SideCredit || r.Side == SideOfWhichCredit }
