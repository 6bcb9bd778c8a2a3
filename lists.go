package ledgermill

import (
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/storage"
)

// The lists that several commands and reads ask for, by name: which index answers which question is said here.

// documentsNamed is the document of a number, if there is one.
func documentsNamed(ref string) storage.List {
	return storage.List{Kind: storage.Documents, Index: 1, Values: []any{ref}}
}

// reversalOf is the document that undid a document, if one did.
func reversalOf(doc int64) storage.List {
	return storage.List{Kind: storage.Documents, Index: 2, Values: []any{doc}}
}

// documentsOf are all documents of a verb.
func documentsOf(verb string) storage.List {
	return storage.List{Kind: storage.Documents, Index: 3, Values: []any{verb}}
}

// factsOf are the facts of a kind that a document recorded.
func factsOf(k storage.Kind, doc int64) storage.List {
	return storage.List{Kind: k, Values: []any{doc}}
}

// causedBy are the entries that name an entry of a document as their cause.
func causedBy(doc int64) storage.List {
	return storage.List{Kind: storage.Entries, Index: 3, Values: []any{doc}}
}

// entriesSince are the entries of a stream from a day on.
func entriesSince(item, scope string, from calendar.Date) storage.List {
	return storage.List{Kind: storage.Entries, Index: 1, Values: []any{item, scope}, From: from}
}

// linksSince are the links of a stream's entries from a day on.
func linksSince(item, scope string, from calendar.Date) storage.List {
	return storage.List{Kind: storage.Links, Index: 1, Values: []any{item, scope}, From: from}
}

// entriesOfOrder are the entries of an order's cost.
func entriesOfOrder(ref string) storage.List {
	return storage.List{Kind: storage.Entries, Index: 2, Values: []any{ref}}
}

// factsOfOrder are the steps of an order's progress.
func factsOfOrder(ref string) storage.List {
	return storage.List{Kind: storage.ProgressFacts, Index: 1, Values: []any{ref}}
}

// itemsOf are the open items of a kind that a document opened.
func itemsOf(kind ledger.OpenKind, ref string) storage.List {
	return storage.List{Kind: storage.OpenItems, Index: 1, Values: []any{string(kind), ref}}
}

// settlementsOf is what opened and settled the open items of a kind that a document opened.
func settlementsOf(kind ledger.OpenKind, doc int64) storage.List {
	return storage.List{Kind: storage.Settlements, Index: 1, Values: []any{string(kind), doc}}
}

// standardsOf are the standard costs of an item.
func standardsOf(item string) storage.List {
	return storage.List{Kind: storage.StandardCosts, Values: []any{item}}
}
