package ledger

import (
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// TagTransfer marks lines that move money from one of a company's accounts to another: they are no cash flow, and come to nothing together.
const TagTransfer = "transfer"

// The tags of hand-written lines of cash that state none, and of what the books were opened with; and the row of a balance sheet that says what is cash.
const (
	TagOtherIn  = "other_operating_in"
	TagOtherOut = "other_operating_out"
	TagOpening  = "opening_cash"

	cashRow = "cash"
)

// CashAccounts are the accounts, or headings, that a balance sheet shows as cash.
func (s Layout) CashAccounts() []string {
	for _, r := range s.Rows {
		if r.Key == cashRow {
			return r.Sources
		}
	}
	return nil
}

// IsCash says whether an account is one of cash accounts, or under one.
func IsCash(cash []string, account string) bool {
	return slices.ContainsFunc(cash, func(c string) bool { return strings.HasPrefix(account, c) })
}

// CheckTag refuses a tag that a cash flow statement does not know, or one of a line that is not on a cash account (invalid_state).
func (s Layout) CheckTag(tag, account string, cash []string) error {
	tags := []string{TagTransfer}
	for _, r := range s.Rows {
		if r.Side != SideSum && r.Key != TagOpening && slices.Contains(r.Sources, r.Key) {
			tags = append(tags, r.Key)
		}
	}
	switch {
	case !slices.Contains(tags, tag):
		return refusal.New(refusal.InvalidState, tag, "the cash flow statement has no row of this name").Known(tags...)
	case !IsCash(cash, account):
		return refusal.New(refusal.InvalidState, account, "only a line of cash says what the cash flow was for")
	}
	return nil
}
