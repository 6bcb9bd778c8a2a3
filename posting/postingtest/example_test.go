package postingtest_test

import (
	"context"
	"fmt"

	"github.com/ledgermill/ledgermill/posting/postingtest"
	"github.com/ledgermill/ledgermill/storage/memory"
)

func Example() {
	story := `
scenario: a shipment takes the oldest goods first
items: [{code: P, method: fifo}]
steps:
  - receive: {date: 2026-01-01, supplier: ACME, lines: [{item: P, qty: 10, price: 4.20}]}
  - receive: {date: 2026-01-02, supplier: ACME, lines: [{item: P, qty: 10, price: 5.00}]}
  - ship: {date: 2026-01-03, ref: SH-1, customer: BUYER, lines: [{item: P, qty: 12}]}
  - expect:
      stock: {P: {qty: 8, value: 40.00, layers: [[8, 40.00]]}}
      balances: {cogs: 51.00}
`
	for _, s := range postingtest.Parse("story.yaml", []byte(story)) {
		result := s.Play(context.Background(), memory.New(), postingtest.Options{CheckTieOuts: true})
		fmt.Println(result.Title, result.OK())
		for _, failure := range result.Failures {
			fmt.Println(failure)
		}
	}
	// Output:
	// a shipment takes the oldest goods first false
	// story.yaml:10: balance of cogs: expected 51.00, the books say 52
}
