package main

import "testing"

// TestEvery runs every bench at a size at which only its results say something.
func TestEvery(t *testing.T) {
	for _, b := range benches {
		t.Run(b.id, func(t *testing.T) {
			if err := b.run(options{scale: 1, rounds: 1}); err != nil {
				t.Fatal(err)
			}
		})
	}
}
