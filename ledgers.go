package ledgermill

import (
	"context"
	"iter"

	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
)

// JournalEntry is a voucher with the document that brought it about.
type JournalEntry struct {
	PostedVoucher
	Ref  string
	Verb string
}

// Journal gives the vouchers of a span in the order of their numbers (序时账), period by period. It reads page by page: what it holds does
// not grow with the span.
func (c *Company) Journal(ctx context.Context, s Span) iter.Seq2[JournalEntry, error] {
	return func(yield func(JournalEntry, error) bool) {
		s, err := c.fixed(ctx, s)
		if err != nil {
			yield(JournalEntry{}, err)
			return
		}
		scan := storage.Scan{Kind: storage.Vouchers, Index: 1, From: []any{series, s.From.Period()}, To: []any{series, s.To.Period()}, Limit: journalPage}
		for page, err := range c.pages(ctx, scan) {
			var entries []JournalEntry
			if err == nil {
				entries, err = c.entries(ctx, page, s)
			}
			if err != nil {
				yield(JournalEntry{}, err)
				return
			}
			for _, e := range entries {
				if !yield(e, nil) {
					return
				}
			}
		}
	}
}

const journalPage = 200

// pages gives the pages of a scan.
func (c *Company) pages(ctx context.Context, q storage.Scan) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for {
			page, err := c.store.Scan(ctx, c.name, q)
			if err != nil || len(page.Rows) > 0 {
				if !yield(page.Rows, err) || err != nil {
					return
				}
			}
			if page.Cursor == "" {
				return
			}
			q.Cursor = page.Cursor
		}
	}
}

// entries reads the lines and documents of a page of vouchers.
func (c *Company) entries(ctx context.Context, page []any, s Span) ([]JournalEntry, error) {
	var out []JournalEntry
	err := c.query(ctx, func(b *book) error {
		out = nil
		for _, row := range page {
			v := row.(*ledger.Voucher)
			if v.Date < s.From || v.Date > s.To || v.Doc > s.Upto {
				continue
			}
			lines, _ := list[ledger.Line](b, storage.List{Kind: storage.VoucherLines, Values: []any{v.Doc, v.N}})
			if doc, _ := read[posting.Document](b, storage.Documents, v.Doc); doc != nil {
				out = append(out, JournalEntry{PostedVoucher{*v, values(lines)}, doc.Ref, doc.Verb})
			}
		}
		return b.ready()
	})
	return out, err
}

// Ledger gives the page of an account, named by its code or role, in a span (明细账): what was there before, its lines in the order of their dates
// with the balance after each, and the totals of each month and of the year so far. partner narrows it to one (往来明细账); empty: all. A heading
// has no lines: see [Company.GeneralLedger]. It reads page by page, as Journal does.
func (c *Company) Ledger(ctx context.Context, account, partner string, s Span) iter.Seq2[ledger.PageRow, error] {
	return func(yield func(ledger.PageRow, error) bool) {
		if err := c.ledger(ctx, account, partner, s, func(rows ...ledger.PageRow) bool {
			for _, r := range rows {
				if !yield(r, nil) {
					return false
				}
			}
			return true
		}); err != nil {
			yield(ledger.PageRow{}, err)
		}
	}
}

// ledger gives the rows of a page to write, until it wants no more.
func (c *Company) ledger(ctx context.Context, name, partner string, s Span, write func(...ledger.PageRow) bool) error {
	s, err := c.fixed(ctx, s)
	if err != nil {
		return err
	}
	account, err := c.Account(ctx, name)
	if err != nil {
		return err
	}
	if err := ledger.CheckLeaf(account); err != nil {
		return err
	}
	sums, err := c.sumsAt(ctx, s.Upto, s.From.Period().January().First().AddDays(-1), s.From.AddDays(-1))
	if err != nil {
		return err
	}
	before := posting.Of(sums[1], account.Code, partner)
	page, opening := ledger.NewPage(s.From, before, posting.Of(posting.Between(sums[0], sums[1]), account.Code, partner))
	if !write(opening) {
		return nil
	}
	scan := storage.Scan{Kind: storage.VoucherLines, Index: 1, From: []any{account.Code, s.From}, To: []any{account.Code, s.To}, Limit: journalPage}
	for lines, err := range c.pages(ctx, scan) {
		if err != nil {
			return err
		}
		var rows []ledger.PageRow
		if err := c.query(ctx, func(b *book) error {
			rows, err = b.pageRows(page, lines, partner, s.Upto)
			return err
		}); err != nil {
			return err
		}
		if !write(rows...) {
			return nil
		}
	}
	write(page.End(s.To)...)
	return nil
}

// pageRows writes lines on a page, once their vouchers and documents are there.
func (b *book) pageRows(page *ledger.Page, lines []any, partner string, upto int64) (rows []ledger.PageRow, err error) {
	for _, row := range lines {
		b.want(storage.Vouchers, row.(*ledger.Line).Doc, row.(*ledger.Line).N)
		b.want(storage.Documents, row.(*ledger.Line).Doc)
	}
	if err := b.ready(); err != nil {
		return nil, err
	}
	for _, row := range lines {
		l := row.(*ledger.Line)
		if l.Doc > upto || partner != "" && l.Partner != partner {
			continue
		}
		v, err := read[ledger.Voucher](b, storage.Vouchers, l.Doc, l.N)
		if err != nil {
			return nil, err
		}
		doc, err := read[posting.Document](b, storage.Documents, l.Doc)
		if err != nil {
			return nil, err
		}
		rows = append(rows, page.Write(*v, doc.Ref, *l)...)
	}
	return rows, nil
}

// GeneralLedger gives the page of an account, or of a heading with its sub-accounts, in the general ledger (总账): its opening balance, and the totals and
// balance of each month from that of From to that of To.
func (c *Company) GeneralLedger(ctx context.Context, name string, s Span) ([]ledger.PageRow, error) {
	s, err := c.fixed(ctx, s)
	if err != nil {
		return nil, err
	}
	account, err := c.Account(ctx, name)
	if err != nil {
		return nil, err
	}
	rows, err := c.store.Sum(ctx, c.name, storage.Total{
		Kind: storage.VoucherLines, Group: []string{"account", "period"}, Of: []string{"debit", "credit"}, Date: "date", AsOf: s.To.Period().Last(), Upto: s.Upto,
	})
	var sums []ledger.PeriodSum
	for _, r := range rows {
		if ledger.Within(*r.Group[0].(*string), account.Code) {
			sums = append(sums, posting.PeriodSum(*r.Group[1].(*calendar.Period), r.Sums[0], r.Sums[1]))
		}
	}
	return ledger.General(sums, s.From.Period(), s.To.Period()), err
}

// AccountTable gives all accounts with their balances at the beginning and end of a span, what was booked in it, and what in the year so far (科目余额表).
func (c *Company) AccountTable(ctx context.Context, s Span) (ledger.AccountTable, error) {
	s, err := c.fixed(ctx, s)
	if err != nil {
		return ledger.AccountTable{}, err
	}
	accounts, err := c.Accounts(ctx)
	if err != nil {
		return ledger.AccountTable{}, err
	}
	sums, err := c.sumsAt(ctx, s.Upto, s.To.Period().January().First().AddDays(-1), s.From.AddDays(-1), s.To)
	if err != nil {
		return ledger.AccountTable{}, err
	}
	return posting.AccountTable(accounts, sums[0], sums[1], sums[2]), nil
}

// Print gives a voucher as text (记账凭证), with the names of its accounts and, of Renminbi, the total in capitals.
func (c *Company) Print(ctx context.Context, e JournalEntry) (string, error) {
	accounts, err := c.Accounts(ctx)
	if err != nil {
		return "", err
	}
	renminbi := false
	err = c.query(ctx, func(b *book) error { renminbi = b.currency.Code == "CNY"; return nil })
	return e.Voucher.Print(e.Lines, e.Verb+" "+e.Ref, ledger.Paths(accounts), renminbi), err
}
