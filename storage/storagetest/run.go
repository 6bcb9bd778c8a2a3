package storagetest

import (
	"testing"

	"github.com/ledgermill/ledgermill/costing"
	"github.com/ledgermill/ledgermill/storage"
)

// Config says how the suite opens a store.
type Config struct {
	// Open gives an empty store that lives until the test ends. It is called once a case.
	Open func(t *testing.T) storage.Store
	// Reopen closes a store and opens what it left behind; nil leaves the case out.
	Reopen func(t *testing.T, s storage.Store) storage.Store
	// FailAt makes the n-th statement from now on fail, once; 0 takes that back. Nil leaves the case out.
	FailAt func(s storage.Store, n int)
	// Methods are costing methods of the host, which the histories use beside the built-in ones.
	Methods []costing.Method
}

// Run holds a store to its rules.
func Run(t *testing.T, config Config) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Cleanup(func() {
				if t.Failed() {
					t.Logf("The rule: %s", c.rule)
				}
			})
			c.run(newTwin(t, config))
		})
	}
}

var cases = []struct {
	name, rule string
	run        func(*twin)
}{
	{"RoundTrip", "What is written is read back the same: every column of every table, to the last digit and letter.", roundTrip},
	{"Empty", "A company that nobody has written to has no rows, and asking for them is no error.", empty},
	{"Lists", "A list is the rows that share the bound columns of an index, all of them, in the index's order, from either end.", lists},
	{"Covering", "A covering list ends with the row that covers the quantity, and says whether more may lie behind.", covering},
	{"Totals", "A total adds up exactly the rows that its conditions take, by group.", totals},
	{"Scan", "Pages of any size are one scan, from and to included, in the index's order.", scanning},
	{"ScanUnderWrites", "A scan goes on after the row where the last page ended, also when rows before it have come and gone.", scanUnderWrites},
	{"HeadConflict", "Changes decided on another head than the company's are refused with contention, and nothing of them stays.", headConflict},
	{"VersionConflict", "A record is replaced only by the next of the version that was read; otherwise contention, and nothing of the changes stays.", versionConflict},
	{"Atomic", "When a statement fails, any of them, nothing of the changes stays, and the store goes on working.", allOrNothing},
	{"Deletion", "A deleted row is gone from its key, its lists and its scans, and may be made again.", deletion},
	{"ManyRows", "A transaction may write more rows than one statement has room for.", manyRows},
	{"Companies", "No call sees or changes the rows of another company.", companies},
	{"Writers", "Of several writers that saw the same head exactly one wins.", writers},
	{"Callers", "Callers at once, through one company, leave the books that their documents make one by one; what is refused to one of them leaves nothing.", callers},
	{"PeriodClose", "A document and the closing of its period that saw the same head cannot both be written.", periodClose},
	{"Closes", "A close in several transactions that breaks off leaves its period soft closed, and sent again the books of one that did not.", closes},
	{"Cancelled", "A call whose context has ended says so and writes nothing.", cancelled},
	{"Reopen", "What was acknowledged is there when the store is opened again.", reopen},
}
