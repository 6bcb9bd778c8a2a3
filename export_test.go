package ledgermill

import (
	"context"

	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/posting/tieout"
)

// Waiting is the number of requests that nobody carries out yet.
func Waiting(c *Company) int {
	c.queue.mu.Lock()
	defer c.queue.mu.Unlock()
	return len(c.queue.waiting)
}

// Busy says whether somebody has the turn.
func Busy(c *Company) bool { return len(c.turn) > 0 }

// BooksOf gives what the tie-outs compare.
func BooksOf(c *Company) (tieout.Books, error) { return c.books(context.Background()) }

// PostBy makes a company post by other rules from now on, as a later version of the library may.
func PostBy(c *Company, rules posting.RuleSet) { c.rules = rules }
