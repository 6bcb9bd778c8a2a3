package main

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/posting"
)

// b6 posts documents of four lines by the built-in rules: 100 categories of goods have accounts of their own for three roles.
func b6(o options) ([]work, error) {
	const categories = 100
	chart, err := ownAccounts(categories)
	if err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(6, 1))
	list := make([]bill, o.size(1_000_000))
	for i := range list {
		list[i] = bill{random.IntN(categories), (1 + random.Int64N(1_000_000)) * 100, (1 + random.Int64N(1_000_000)) * 100}
	}
	// The journals are made once: it is posting that is measured, and not how memory is had from the system.
	plainJournal, journal := make([]entry, 0, 4*len(list)), make([]ledger.Line, 4*len(list))
	var floor, ours map[string][2]int64
	return []work{{
		name: "4 lines a document, 300 accounts", unit: "document", n: len(list), bar: 25,
		floor: func() (err error) { floor, err = plainPost(list, categories, plainJournal); return err },
		ours:  func() (err error) { ours, err = rulePost(list, chart, journal); return err },
		check: func() error {
			for code, sums := range floor {
				if ours[code] != sums {
					return fmt.Errorf("account %s: ours %v, floor %v", code, ours[code], sums)
				}
			}
			if len(ours) != len(floor) {
				return errors.New("other accounts")
			}
			return nil
		},
	}}, nil
}

// bill is a document to post: goods that came, and their cost when they were sold, in 1/10,000.
type bill struct {
	category    int
	stock, cost int64
}

func category(i int) string { return fmt.Sprintf("C%02d", i) }

func account(role, i int) string { return fmt.Sprintf("%d%03d", role+7, i) }

// ownAccounts is the chart of IFRS with accounts of their own for every category: its stock, what it owes and its cost of sales.
func ownAccounts(categories int) (*posting.Chart, error) {
	base, err := ledger.LoadChart("ifrs")
	if err != nil {
		return nil, err
	}
	accounts := base.Accounts
	var profile []posting.ProfileEntry
	for i := range categories {
		for n, role := range []string{"stock_raw", "grni", "cogs"} {
			accounts = append(accounts, ledger.Account{Code: account(n, i), Class: ledger.Asset, Leaf: true})
			profile = append(profile, posting.ProfileEntry{Role: role, Category: category(i), Account: account(n, i)})
		}
	}
	return posting.NewChart(base, accounts, profile), nil
}

// entry is a line of integers.
type entry struct {
	doc           int64
	account, n    int32
	debit, credit int64
}

// plainPost is the floor: lines of integers are checked, listed and added up.
func plainPost(list []bill, categories int, journal []entry) (map[string][2]int64, error) {
	type balance struct{ debit, credit int64 }
	sums := make([]balance, 3*categories)
	for i := range list {
		d := &list[i]
		stock, owed, cost := int32(d.category), int32(categories+d.category), int32(2*categories+d.category)
		doc := int64(i + 1)
		lines := [4]entry{{doc, stock, 1, d.stock, 0}, {doc, owed, 3, 0, d.stock}, {doc, cost, 2, d.cost, 0}, {doc, stock, 4, 0, d.cost}}
		var debit, credit int64
		for n := range lines {
			l := &lines[n]
			debit += l.debit
			credit += l.credit
			s := &sums[l.account]
			s.debit += l.debit
			s.credit += l.credit
		}
		if debit != credit {
			return nil, errors.New("unbalanced")
		}
		journal = append(journal, lines[:]...)
	}
	out := map[string][2]int64{}
	for i, s := range sums {
		if s != (balance{}) {
			out[account(i/categories, i%categories)] = [2]int64{s.debit, s.credit}
		}
	}
	return out, nil
}

// rulePost finds rules and accounts, makes the lines, checks the voucher and gives it its number.
func rulePost(list []bill, chart *posting.Chart, journal []ledger.Line) (map[string][2]int64, error) {
	rules := posting.Builtin()
	measures := []struct {
		event, measure string
		cost           bool
	}{{"receive", "stock", false}, {"receive", "accrued", false}, {"ship", "cost", true}, {"ship", "stock", true}}
	items := make([]inventory.Item, 100)
	for i := range items {
		items[i] = inventory.Item{Code: category(i), Kind: inventory.Raw, Category: category(i)}
	}
	day := calendar.NewDate(2026, 1, 31)
	counter := ledger.Counter{Series: "V", Period: day.Period()}
	sums := map[string]*[2]int64{}
	for i, d := range list {
		draft := ledger.Draft{Doc: int64(i + 1), N: 1, Date: day, Series: "V", Lines: journal[4*i : 4*i : 4*i+4]}
		for _, m := range measures {
			rule, err := rules.Find(m.event, m.measure)
			if err != nil {
				return nil, err
			}
			account, err := chart.Account(rule.Role, posting.Party{Item: &items[d.category]})
			if err != nil {
				return nil, err
			}
			amount := money.FromUnits(d.stock)
			if m.cost {
				amount = money.FromUnits(d.cost)
			}
			draft.Lines = append(draft.Lines, rule.Line(account, amount))
		}
		draft.Lines = ledger.DebitsFirst(ledger.Merge(draft.Lines))
		if err := draft.Check(dollars, chart.Find); err != nil {
			return nil, err
		}
		v := ledger.Voucher{Doc: draft.Doc, N: 1, Date: day}
		ledger.Number(&counter, &v)
		for n := range draft.Lines {
			l := &draft.Lines[n]
			l.Doc, l.N, l.Date, l.Period = v.Doc, v.N, v.Date, v.Period
			s := sums[l.Account]
			if s == nil {
				s = new([2]int64)
				sums[l.Account] = s
			}
			s[0], s[1] = s[0]+l.Debit.Units(), s[1]+l.Credit.Units()
		}
	}
	out := map[string][2]int64{}
	for code, s := range sums {
		out[code] = *s
	}
	return out, nil
}
