// Package posting is the only place where operations meet the ledger: it says which accounts an event touches.
//
// Nouns: an event is what a document did (the verb); it has measures, amounts with a name; a [Rule] gives the side and the role of each measure; a role
// is what an account is for (stock, grni, wip), and the [Chart] of a company maps it to an account, by item kind and by the company's profile, the
// most specific entry first. No match is no_rule, never a guess. The built-in rules are text: rules.txt.
package posting
