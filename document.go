package ledgermill

import (
	"encoding/json"
	"strings"

	"github.com/ledgermill/ledgermill/inventory"
	"github.com/ledgermill/ledgermill/inventory/uom"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/money"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

const series = "记" // the one series of vouchers: general journal

// farsighted is a command whose own fields say what it will read: that is loaded together with what every command reads.
type farsighted interface{ ahead(*book) }

// begin asks for what every command reads, in one load with its replay check.
func (b *book) begin(company string, h header) error {
	b.want(storage.Heads, company)
	b.wantList(documentsNamed(h.ID))
	if b.known == nil {
		b.wantList(storage.List{Kind: storage.Settings})
		b.wantList(storage.List{Kind: storage.Accounts})
		b.wantList(storage.List{Kind: storage.Profiles})
	}
	b.wantList(storage.List{Kind: storage.Warehouses})
	b.want(storage.Periods, h.Date.Period())
	b.want(storage.Counters, series, h.Date.Period())
	if err := b.ready(); err != nil {
		return err
	}
	b.head = storage.Head{Company: company}
	if row, _ := b.snap.Get(storage.Key{Kind: storage.Heads, Values: []any{company}}); row != nil {
		b.head = *row.(*storage.Head)
	}
	if b.known != nil && b.known.catalog == b.head.Catalog {
		b.set, b.currency, b.chart = b.known.set, b.known.currency, b.known.chart
		return nil
	}
	settings, err := list[posting.Settings](b, storage.List{Kind: storage.Settings})
	if err != nil || len(settings) == 0 {
		return err
	}
	b.set = *settings[0]
	b.currency = money.Currency{Code: b.set.Currency, Decimals: int(b.set.Decimals)}
	if b.set.Rounding == "half_even" {
		b.currency.Rounding = money.HalfEven
	}
	return b.openChart()
}

// opened is what every command needs of the masters, made once for each state of them.
type opened struct {
	catalog  int64
	set      posting.Settings
	currency money.Currency
	chart    *posting.Chart
}

func (b *book) openChart() error {
	base, err := ledger.LoadChart(b.set.Chart)
	if err != nil {
		return err
	}
	accounts, err := list[ledger.Account](b, storage.List{Kind: storage.Accounts})
	if err != nil {
		return err
	}
	profile, err := list[posting.ProfileEntry](b, storage.List{Kind: storage.Profiles})
	if err != nil {
		return err
	}
	b.chart = posting.NewChart(base, values(accounts), values(profile))
	return nil
}

func values[T any](rows []*T) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = *r
	}
	return out
}

// open checks what every document must have: a number of its own, a date in an open period, and a company that was founded.
func (b *book) open(h header) error {
	if h.Verb == "setup" {
		return nil
	}
	if b.chart == nil {
		return refusal.New(refusal.InvalidState, h.ID, "the company has not been founded: its first document is a setup")
	}
	if h.Verb == "reverse" && h.Date == 0 || h.Verb == "close" || h.Verb == "close_step" || h.Verb == "reopen" {
		return nil // they look at periods of their own
	}
	if h.Verb == "voucher" && h.Date != 0 {
		p, err := read[ledger.PeriodState](b, storage.Periods, h.Date.Period())
		if err != nil || p == nil {
			return err
		}
		return ledger.CheckAdjusting(p.State, h.Date, h.Memo)
	}
	return b.checkOpen(h.Date)
}

func (b *book) checkOpen(d calendar.Date) error {
	if d == 0 {
		return refusal.New(refusal.InvalidDate, b.doc.Ref, "a document has a date")
	}
	p, err := read[ledger.PeriodState](b, storage.Periods, d.Period())
	if err != nil {
		return err
	}
	if p == nil {
		return nil
	}
	return ledger.CheckOpen(p.State, d)
}

// sameContent compares a replayed command with the one that was accepted; another content is a conflict that names the first field that differs.
func sameContent(kept, given, id string) error {
	if kept == given {
		return nil
	}
	keptVerb, keptJSON := bare(kept)
	verb, js := bare(given)
	if keptVerb != verb {
		return refusal.New(refusal.Conflict, id, "this number belongs to a document of another kind: %s, not %s", keptVerb, verb)
	}
	was, is := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	if json.Unmarshal([]byte(keptJSON), &was) != nil || json.Unmarshal([]byte(js), &is) != nil {
		return refusal.New(refusal.Conflict, id, "the same number with another content")
	}
	first := ""
	for _, m := range []map[string]json.RawMessage{was, is} {
		for field := range m {
			if string(was[field]) != string(is[field]) && (first == "" || field < first) {
				first = field
			}
		}
	}
	return refusal.New(refusal.Conflict, id, "the same number with another content: %s differs", first).Numbers(rawText(is[first]), rawText(was[first]))
}

type rawText []byte

func (r rawText) String() string {
	const most = 200
	if len(r) > most {
		return string(r[:most]) + "..."
	}
	return string(r)
}

func bare(canonical string) (verb, js string) {
	verb, rest, _ := strings.Cut(canonical, " ")
	_, js, _ = strings.Cut(rest, " ")
	return verb, js
}

// dims are the dimensions of a voucher line.
type dims struct {
	item      *inventory.Item
	lot       string
	warehouse string
	order     string
	partner   string

	subcontracted bool   // the order is
	account       string // for rules whose role is `account`
	entry         int32
	qty           uom.Quantity
	currency      string       // of foreign; empty: company currency only
	foreign       money.Amount // with the sign of the amount
	rate          string       // of a line of tax
}

func (d dims) of(qty uom.Quantity) dims { d.qty = qty; return d }

// post adds the line of one measure of this document's event, and gives the account that it went to. Nothing is posted for zero.
func (b *book) post(event, measure string, amount money.Amount, d dims) (string, error) {
	rule, account, err := b.rule(event, measure, d)
	if err != nil {
		return "", err
	}
	line := rule.At(d.rate).Line(account, amount)
	line.Currency, line.Foreign = d.currency, rule.Foreign(d.foreign)
	line.Lot, line.Warehouse, line.Order, line.Partner, line.Entry, line.Qty = d.lot, d.warehouse, d.order, d.partner, d.entry, d.qty
	if d.item != nil {
		line.Item = d.item.Code
	}
	b.draft().Lines = append(b.draft().Lines, line)
	return account, nil
}

// rule finds the posting rule of a measure of an event, and the account that it gives.
func (b *book) rule(event, measure string, d dims) (posting.Rule, string, error) {
	rule, err := b.rules.Find(event, measure)
	if err != nil || rule.Role == "account" {
		return rule, d.account, err
	}
	account, err := b.chart.Account(rule.Role, posting.Party{Item: d.item, Warehouse: d.warehouse, Partner: d.partner, Subcontracted: d.subcontracted})
	return rule, account, err
}

// postSum posts an amount that may be one of foreign money, which its line says beside that of the company.
func (b *book) postSum(event, measure string, s posting.Sum, d dims) (string, error) {
	if s.Currency != "" {
		d.currency, d.foreign = s.Currency, s.Foreign
	}
	return b.post(event, measure, s.Amount, d)
}

// postTax posts the tax of a document, a line for each rate, and gives the sum of it.
func (b *book) postTax(event string, x posting.Exchange, lines []posting.Taxed, stated *money.Amount, partner string) (posting.Sum, error) {
	taxes, err := x.Taxes(lines, stated)
	if err != nil {
		return posting.Sum{}, err
	}
	for _, t := range taxes {
		if _, err := b.post(event, "tax", t.Amount, dims{partner: partner, rate: t.Rate}); err != nil {
			return posting.Sum{}, err
		}
	}
	return posting.TotalTax(taxes), nil
}

// draft is the document's voucher under work.
func (b *book) draft() *ledger.Draft {
	if len(b.drafts) == 0 {
		b.addDraft(ledger.Draft{Date: b.doc.Date})
	}
	return b.drafts[len(b.drafts)-1]
}

func (b *book) addDraft(d ledger.Draft) {
	d.Doc, d.N, d.Series, d.Memo = b.doc.Seq, int32(len(b.drafts)+1), series, first(d.Memo, b.memo)
	b.drafts = append(b.drafts, &d)
}

// bookVouchers checks the drafts, gives them their numbers and links them into the chain.
func (b *book) bookVouchers(newID func() string) error {
	for _, d := range b.drafts {
		d.Lines = ledger.DebitsFirst(ledger.Merge(d.Lines))
		if len(d.Lines) == 0 {
			continue
		}
		if err := d.Check(b.currency, b.chart.Find); err != nil {
			return err
		}
		counter, err := editOr(b, ledger.Counter{Series: series, Period: d.Date.Period()}, storage.Counters, series, d.Date.Period())
		if err != nil {
			return err
		}
		v := ledger.Voucher{Doc: d.Doc, N: d.N, ID: newID(), Date: d.Date, Red: d.Red, Reverses: d.Reverses, Memo: d.Memo, Previous: b.head.Hash, Rules: b.rules.Version}
		ledger.Number(counter, &v)
		for i := range d.Lines {
			l := &d.Lines[i]
			l.Doc, l.N, l.Line, l.Date, l.Period = v.Doc, v.N, int32(i+1), v.Date, v.Period
		}
		v.Hash = ledger.Hash(v.Previous, v, d.Lines)
		b.head.Hash = v.Hash
		b.fact(storage.Vouchers, &v)
		for i := range d.Lines {
			b.fact(storage.VoucherLines, &d.Lines[i])
		}
	}
	return nil
}
