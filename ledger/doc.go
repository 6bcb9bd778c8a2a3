// Package ledger is the kernel of the books: pure rules over accounts and amounts.
//
// Its nouns: a Chart (accounts, and the account that each role stands for); a
// Voucher with its Lines (a journal entry: debits equal credits, numbered
// without gaps, chained by hashes, cancelled in red); a PeriodState (open, soft
// closed, closed); an OpenItem with its Settlements (what is left of an invoice,
// a receipt, a shipment); a Balance, and over balances the TrialBalance and the
// Statements, whose Layout is data.
//
// Nothing here reads a clock or a store. What cannot be done is a
// *refusal.Error. A balance is positive on the debit side.
package ledger
