// Package ledgermill joins production, inventory and finance for manufacturers: one business document changes stock, cost and vouchers together, or not
// at all.
//
// A host opens the books of a [Company] in a store ([github.com/ledgermill/ledgermill/storage.Store]: memory, SQLite, PostgreSQL, or its own) and hands in commands.
// A command is a plain struct, one type a verb: [Receive], [Issue], [Complete], [Ship], [InvoiceIn], [Pay] and the others. Its ID is the document's own number
// and the idempotency key. [Company.Do] carries out one or several as one transaction, [Company.Preview] says what they would do. What is
// wrong is refused with a [github.com/ledgermill/ledgermill/ledger/refusal.Error] (a stable code, the subject, both numbers) and changes nothing.
//
// # How a document is decided
//
// The facade holds no rule. It asks the kernels in a straight line: order (package mrp), stock (inventory), value (costing), rules (posting), books (ledger). The
// kernels are pure functions over values; this package loads what they must see and writes what they decided in one transaction.
//
// # What is refused first
//
// Of several faults the first in this order is named: the size of the command and the form of its number (limit_exceeded); the number itself (a replay gives
// the document that is there, another content is conflict); its date (invalid_date, closed_period); that it has lines, and not too many; then line by line, as
// given, what it names (warehouse, item, document, account, partner's currency), its quantity, unit and lot, the state of the order or document that it is about,
// the stock; then amounts and rates, the rules and accounts of its voucher; last, what it would do to later documents. The refusal of one command of
// several is the refusal of all.
//
// # A tour
//
// Follow [Receive] in purchase.go from its lines to goods.go, where stock and value move, and document.go, where the voucher is booked. The built-in
// posting rules are the text posting/rules.txt; the charts of accounts are ledger/charts; first in, first out is costing/fifo.go.
package ledgermill
