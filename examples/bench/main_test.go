package main

import (
	"errors"
	"os"
	"testing"
)

// TestEvery runs every bench at a size at which only its results say something.
func TestEvery(t *testing.T) {
	o := options{scale: 1, rounds: 1, moves: 2000, server: &server{named: os.Getenv("LEDGERMILL_POSTGRES")}}
	t.Cleanup(o.server.close)
	for _, b := range benches {
		t.Run(b.id, func(t *testing.T) {
			err := b.run(o)
			if errors.Is(err, errNoPostgres) && os.Getenv("CI") != "true" {
				t.Skipf("NOT TESTED: %v", err)
			}
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
