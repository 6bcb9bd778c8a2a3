package posting

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

//go:embed rules.txt
var builtin string

// Rule says where one measure of one event goes.
type Rule struct {
	Name  string // event.measure: stands on every line that it makes; on one of tax with its rate
	Debit bool   // the side of an amount above zero
	Role  string
}

// Rules are posting rules by event and measure.
type Rules map[string]map[string]Rule

// RuleSet are rules with the name of their version, which is kept with every voucher that they made.
type RuleSet struct {
	Rules
	Version string
}

// Builtin gives the built-in rules. Their version is named by what they say: it is another whenever a rule is.
var Builtin = sync.OnceValue(func() RuleSet {
	rules, err := ParseRules(builtin)
	if err != nil {
		panic("ledgermill: the built-in rules: " + err.Error()) // cannot happen: a test reads them
	}
	sum := sha256.Sum256([]byte(builtin))
	return RuleSet{rules, "builtin-" + hex.EncodeToString(sum[:4])}
})

// MaxRulesText is the most bytes that a text of rules has.
const MaxRulesText = 1 << 20

// ParseRules reads rules from text: event, measure, side and role a line; `#` begins a comment.
func ParseRules(text string) (Rules, error) {
	if len(text) > MaxRulesText {
		return nil, fmt.Errorf("a text of %d bytes; at most %d", len(text), MaxRulesText)
	}
	rules := Rules{}
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		if len(f) != 4 || f[2] != "debit" && f[2] != "credit" || strings.Contains(f[0]+f[1], ".") {
			return nil, fmt.Errorf("line %d: a rule is: event measure debit|credit role", i+1)
		}
		name := f[0] + "." + f[1]
		if _, twice := rules[f[0]][f[1]]; twice {
			return nil, fmt.Errorf("line %d: a second rule for %s", i+1, name)
		}
		if rules[f[0]] == nil {
			rules[f[0]] = map[string]Rule{}
		}
		rules[f[0]][f[1]] = Rule{name, f[2] == "debit", f[3]}
	}
	return rules, nil
}

// Find gives the rule of a measure; no_rule if there is none.
func (r Rules) Find(event, measure string) (Rule, error) {
	rule, ok := r[event][measure]
	if !ok {
		return Rule{}, refusal.New(refusal.NoRule, event+"."+measure, "no posting rule says where this goes")
	}
	return rule, nil
}

// Line makes the voucher line of an amount: below zero it goes to the other side.
func (r Rule) Line(account string, amount money.Amount) ledger.Line {
	l := ledger.Line{Account: account, Rule: r.Name}
	if r.Debit == (amount.Sign() >= 0) {
		l.Debit = amount.Abs()
	} else {
		l.Credit = amount.Abs()
	}
	return l
}

// At is the rule as it stands on a line of tax at a rate: invoice_out.tax 0.13.
func (r Rule) At(rate string) Rule {
	if rate != "" {
		r.Name += " " + rate
	}
	return r
}

// Measured gives the event and the measure of a rule that stands on a line.
func Measured(rule string) (event, measure string) {
	event, measure, _ = strings.Cut(rule, ".")
	measure, _, _ = strings.Cut(measure, " ")
	return event, measure
}

// Foreign gives a foreign amount the sign that it has on a voucher line: above zero is debit.
func (r Rule) Foreign(amount money.Amount) money.Amount {
	if r.Debit {
		return amount
	}
	return amount.Neg()
}

// Chart is a company's accounts with its profile.
type Chart struct {
	base     *ledger.Chart
	accounts map[string]ledger.Account
	roles    map[string][]conditional // the most specific first
}

// conditional is a role's accounts by what the profile's entries state: of those that state the same, such as a category.
type conditional struct {
	stated   shape
	accounts map[string]string
}

// conditions are what an entry states, and what a party is: warehouse, partner, category, item. Empty: any.
type conditions [4]string

// shape says which conditions are stated, a bit each in their order. The higher the more specific: an item outweighs a category, whatever else is stated.
type shape uint8

func (c *conditions) shape() (s shape) {
	for i, stated := range c {
		if stated != "" {
			s |= 1 << i
		}
	}
	return s
}

// key adds the conditions of a shape. It is false if one of them is not there.
func (c *conditions) key(b []byte, s shape) ([]byte, bool) {
	for i, v := range c {
		if s&(1<<i) == 0 {
			continue
		}
		if v == "" {
			return b, false
		}
		b = append(append(b, v...), 0xff) // in no text
	}
	return b, true
}

// NewChart puts together a chart, a company's own accounts and its profile.
func NewChart(base *ledger.Chart, accounts []ledger.Account, profile []ProfileEntry) *Chart {
	c := &Chart{base: base, accounts: make(map[string]ledger.Account, len(accounts)), roles: map[string][]conditional{}}
	for _, a := range accounts {
		c.accounts[a.Code] = a
	}
	for _, e := range profile {
		stated := conditions{e.Warehouse, e.Partner, e.Category, e.Item}
		of := c.roles[e.Role]
		i, there := slices.BinarySearchFunc(of, stated.shape(), func(c conditional, s shape) int { return cmp.Compare(s, c.stated) })
		if !there {
			of = slices.Insert(of, i, conditional{stated.shape(), map[string]string{}})
			c.roles[e.Role] = of
		}
		key, _ := stated.key(nil, of[i].stated)
		of[i].accounts[string(key)] = e.Account
	}
	return c
}

// Find gives an account by its code.
func (c *Chart) Find(code string) (ledger.Account, bool) {
	a, ok := c.accounts[code]
	return a, ok
}

// Party is what an account may depend on.
type Party struct {
	Item      *inventory.Item // nil: none
	Warehouse string
	Partner   string

	Subcontracted bool // the work order that the line speaks of
}

func (p *Party) conditions() conditions {
	if p.Item == nil {
		return conditions{p.Warehouse, p.Partner}
	}
	return conditions{p.Warehouse, p.Partner, p.Item.Category, p.Item.Code}
}

// role is what a role stands for: `stock` for that of the item's kind, and for a subcontracted order wip for `subcontract`.
func (p *Party) role(role string) (string, error) {
	switch {
	case role == "wip" && p.Subcontracted:
		return "subcontract", nil
	case role != "stock" || p.Item == nil:
		return role, nil
	}
	switch p.Item.Kind {
	case inventory.Raw:
		return "stock_raw", nil
	case inventory.Semi:
		return "stock_semi", nil
	case inventory.Finished:
		return "stock_finished", nil
	case inventory.Goods:
		return "stock_goods", nil
	}
	return "", refusal.New(refusal.NoRule, p.Item.Code, "a service has no stock account")
}

// Account gives the account of a role: the profile's most specific entry that fits, else the chart's. The role `stock` is that of the item's kind, and
// for a subcontracted order `subcontract` stands for wip. A role that has none is no_rule.
func (c *Chart) Account(role string, p Party) (string, error) {
	role, err := p.role(role)
	if err != nil {
		return "", err
	}
	if own := c.roles[role]; len(own) > 0 {
		all := p.conditions()
		var buf [96]byte
		for i := range own {
			if key, fits := all.key(buf[:0], own[i].stated); fits {
				if account, ok := own[i].accounts[string(key)]; ok {
					return account, nil
				}
			}
		}
	}
	if code, ok := c.base.Role(role); ok {
		return code, nil
	}
	return "", refusal.New(refusal.NoRule, role, "the chart %s has no account for this role", c.base.Name)
}

// Accounts gives every account that a role may have: the chart's, and those of the profile.
func (c *Chart) Accounts(role string) (out []string) {
	if code, ok := c.base.Role(role); ok {
		out = append(out, code)
	}
	for _, own := range c.roles[role] {
		out = slices.AppendSeq(out, maps.Values(own.accounts))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// known are the roles that have an account whatever a document is about.
func (c *Chart) known() []string {
	roles := slices.Collect(maps.Keys(c.base.Roles))
	for role, own := range c.roles {
		if _, there := c.base.Role(role); !there && own[len(own)-1].stated == 0 {
			roles = append(roles, role)
		}
	}
	return roles
}

// Resolve gives the account that a document names: a code if it begins with a digit, else a role. unknown_account if there is none.
func (c *Chart) Resolve(name string) (string, error) {
	code := name
	if name == "" || name[0] < '0' || name[0] > '9' {
		var err error
		if code, err = c.Account(name, Party{}); err != nil {
			return "", refusal.New(refusal.UnknownAccount, name, "there is no such role").Known(c.known()...)
		}
	}
	if a, ok := c.accounts[code]; !ok || !a.Leaf {
		return "", refusal.New(refusal.UnknownAccount, code, "there is no such account that takes lines")
	}
	return code, nil
}

// Free gives the account that a document names for what it does beside stock and partners: Resolve, but one that takes lines from its sub-ledger only is
// control_account.
func (c *Chart) Free(name string) (string, error) {
	code, err := c.Resolve(name)
	if err == nil && c.accounts[code].Control {
		return "", refusal.New(refusal.ControlAccount, code, "this account takes lines from its sub-ledger only")
	}
	return code, err
}
