package ledger

import (
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// The rows of a balance sheet that must be equal.
const (
	totalAssets = "total_assets"
	totalClaims = "total_claims"
)

// Figures are the balances that one column of a statement shows.
type Figures struct {
	Name, NameZH string
	Balances     []Balance // of each account, or of each account and partner
}

// Column names a column of a statement.
type Column struct{ Name, NameZH string }

// StatementRow is one row of a statement.
type StatementRow struct {
	Key     string
	Name    string
	NameZH  string
	Amounts []money.Amount // by column
	Heading bool           // has no amounts
	Sum     bool
	Part    bool // says again what is in the row above it
}

// Amount is that of the first column.
func (r StatementRow) Amount() money.Amount {
	if len(r.Amounts) == 0 {
		return money.Amount{}
	}
	return r.Amounts[0]
}

// Empty reports whether the row shows nothing in any column.
func (r StatementRow) Empty() bool {
	return !slices.ContainsFunc(r.Amounts, func(a money.Amount) bool { return !a.IsZero() })
}

// Statement is a layout with figures.
type Statement struct {
	Name    string
	Columns []Column
	Rows    []StatementRow
	Missing []string // accounts with a balance that belong on it and stand in no row
}

// Compute fills a layout, a column for each of figures. A balance goes to the row that names its account, else
// the nearest heading of it, else its class. An income statement wants the
// movements of its time without those that carried profit and loss forward; a
// balance sheet wants the balances of its day. An account that no row wants is
// Missing, unless the statement is about other classes only: an income
// statement misses income and expense, a balance sheet (one that has the row
// total_assets) everything.
func (s Layout) Compute(accounts []Account, figures ...Figures) Statement {
	f := s.filing(accounts)
	out := Statement{Name: s.Name, Rows: make([]StatementRow, len(s.Rows))}
	for i, r := range s.Rows {
		out.Rows[i] = StatementRow{Key: r.Key, Name: r.Name, NameZH: r.NameZH, Heading: r.Side == SideHeading, Sum: r.Side == SideSum, Part: r.ofWhich()}
	}
	for _, column := range figures {
		out.Columns = append(out.Columns, Column{column.Name, column.NameZH})
		nets, missing := f.file(column.Balances)
		for _, account := range missing {
			if !slices.Contains(out.Missing, account) {
				out.Missing = append(out.Missing, account)
			}
		}
		s.fill(out.Rows, nets)
	}
	return out
}

// filing knows which row an account goes to.
type filing struct {
	layout Layout
	class  map[string]Class
	claims map[string]claim
	parts  map[string][]int // rows that are a part of another, by source
	all    bool             // wants every account
}

// claim says which row wants an account: one for both sides, or one for each.
type claim struct {
	debit, credit int // -1: none
	partner       bool
}

func (s Layout) filing(accounts []Account) filing {
	f := filing{layout: s, class: make(map[string]Class, len(accounts)), claims: map[string]claim{}, parts: map[string][]int{}}
	for _, a := range accounts {
		f.class[a.Code] = a.Class
	}
	for i, r := range s.Rows {
		f.all = f.all || r.Key == totalAssets
		if r.Side == SideSum {
			continue
		}
		for _, source := range r.Sources {
			if r.ofWhich() {
				f.parts[source] = append(f.parts[source], i)
				continue
			}
			code, side, partner, _ := cutSource(source)
			c, known := f.claims[code]
			if !known {
				c = claim{-1, -1, partner}
			}
			if side != SideCredit {
				c.debit = i
			}
			if side != SideDebit {
				c.credit = i
			}
			f.claims[code] = c
		}
	}
	return f
}

// file adds up what each row wants, positive on the debit side, and says which accounts no row does.
func (f filing) file(balances []Balance) (nets []money.Amount, missing []string) {
	nets = make([]money.Amount, len(f.layout.Rows))
	type heap struct{ source, partner string }
	var order []heap // that each heap is judged in the order in which its first balance stands
	heaps, of := map[heap]money.Amount{}, map[heap]string{}
	for _, b := range balances {
		f.part(nets, b)
		h := heap{source: f.source(b.Account)}
		switch c := f.claims[h.source]; {
		case h.source == "":
			if class := classOf(f.class, b.Account); !b.Net().IsZero() && (f.all || class == Income || class == Expense || class == "") && !slices.Contains(missing, b.Account) {
				missing = append(missing, b.Account)
			}
			continue
		case c.debit == c.credit:
			nets[c.debit] = nets[c.debit].Add(b.Net())
			continue
		case c.partner:
			h.partner = b.Partner
		}
		if _, known := heaps[h]; !known {
			order, of[h] = append(order, h), b.Account
		}
		heaps[h] = heaps[h].Add(b.Net())
	}
	for _, h := range order {
		if i := f.side(h.source, heaps[h].Sign() < 0); i >= 0 {
			nets[i] = nets[i].Add(heaps[h])
		} else if !heaps[h].IsZero() && f.all {
			missing = append(missing, of[h])
		}
	}
	return nets, missing
}

// part adds a balance to the rows that say a part of another once more.
func (f filing) part(nets []money.Amount, b Balance) {
	for source, rows := range f.parts {
		if strings.HasPrefix(b.Account, source) || source == string(classOf(f.class, b.Account)) {
			for _, i := range rows {
				nets[i] = nets[i].Add(b.Net())
			}
		}
	}
}

// source finds what a layout names of an account: the longest code that begins its own, else its class.
func (f filing) source(code string) string {
	for n := len(code); n > 0; n-- {
		if _, ok := f.claims[code[:n]]; ok {
			return code[:n]
		}
	}
	if _, ok := f.claims[string(classOf(f.class, code))]; ok {
		return string(classOf(f.class, code))
	}
	return ""
}

// side finds the row of a balance on one side; where the layout wants the other side only, that of its heading.
func (f filing) side(source string, credit bool) int {
	for n := len(source); n > 0; n-- {
		c, ok := f.claims[source[:n]]
		switch {
		case ok && credit && c.credit >= 0:
			return c.credit
		case ok && !credit && c.debit >= 0:
			return c.debit
		}
	}
	return -1
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

// fill adds a column to the rows.
func (s Layout) fill(rows []StatementRow, nets []money.Amount) {
	amounts := map[string]money.Amount{}
	for i, r := range s.Rows {
		amount := nets[i]
		switch {
		case r.credit():
			amount = amount.Neg()
		case r.Side == SideSum:
			for _, source := range r.Sources {
				if key, minus := strings.CutPrefix(source, "-"); minus {
					amount = amount.Sub(amounts[key])
				} else {
					amount = amount.Add(amounts[key])
				}
			}
		}
		amounts[r.Key] = amount
		rows[i].Amounts = append(rows[i].Amounts, amount)
	}
}

// Amount gives the amount of the row with a key in the first column; false when there is none.
func (s Statement) Amount(key string) (money.Amount, bool) {
	for _, r := range s.Rows {
		if r.Key == key && !r.Heading {
			return r.Amount(), true
		}
	}
	return money.Amount{}, false
}

// Check refuses a statement that leaves an account out (unknown_account), holds
// an amount that is too large (limit_exceeded), or, for a balance sheet, whose
// assets differ from its liabilities and equity in a column (unbalanced).
func (s Statement) Check() error {
	if len(s.Missing) > 0 {
		return refusal.New(refusal.UnknownAccount, s.Missing[0], "the account has a balance and stands in no row of %s", s.Name)
	}
	assets, claims := StatementRow{}, StatementRow{}
	for _, r := range s.Rows {
		for _, a := range r.Amounts {
			if !a.Valid() {
				return refusal.New(refusal.LimitExceeded, r.Key, "the amount is too large")
			}
		}
		switch r.Key {
		case totalAssets:
			assets = r
		case totalClaims:
			claims = r
		}
	}
	for i := range min(len(assets.Amounts), len(claims.Amounts)) {
		if assets.Amounts[i] != claims.Amounts[i] {
			return refusal.New(refusal.Unbalanced, s.Name, "assets do not equal liabilities and equity").Numbers(assets.Amounts[i], claims.Amounts[i])
		}
	}
	return nil
}

// Compared puts two states of a statement beside each other, with the difference line by line: each gives its first column. A row of one that the other
// lacks does not happen: both have one layout.
func Compared(then, now Statement) Statement {
	out := Statement{
		Name:    now.Name,
		Columns: []Column{{"As it stood then", "当时"}, {"As it looks now", "现在"}, {"Difference", "差异"}},
		Rows:    slices.Clone(now.Rows),
		Missing: now.Missing,
	}
	for i := range out.Rows {
		r := &out.Rows[i]
		was, is := money.Amount{}, r.Amount()
		if i < len(then.Rows) {
			was = then.Rows[i].Amount()
		}
		r.Amounts = []money.Amount{was, is, is.Sub(was)}
	}
	return out
}

// String gives the statement as text: the rows that show something, with their headings.
func (s Statement) String() string {
	var b strings.Builder
	var names []string
	for _, c := range s.Columns {
		names = append(names, c.Name)
	}
	b.WriteString(tableRow("", names))
	for _, r := range s.Rows {
		if r.Heading {
			b.WriteString(r.Name + " " + r.NameZH + "\n")
		} else if !r.Empty() {
			var texts []string
			for _, a := range r.Amounts {
				texts = append(texts, a.String())
			}
			b.WriteString(tableRow("  "+r.Name+" "+r.NameZH, texts))
		}
	}
	return b.String()
}
