// Package memory is the store without a disk: the reference for every other store, and what tests run on. It is [storage.Books] behind a lock, and nothing more.
package memory

import (
	"context"
	"sync"

	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/storage"
)

// Store keeps the books of any number of companies until the process ends.
type Store struct {
	mu        sync.Mutex
	companies map[string]*storage.Books
}

var _ storage.Store = (*Store)(nil)

// New gives an empty store.
func New() *Store { return &Store{companies: map[string]*storage.Books{}} }

func (s *Store) of(company string) *storage.Books {
	b := s.companies[company]
	if b == nil {
		b = storage.NewBooks()
		s.companies[company] = b
	}
	return b
}

// Load answers a need.
func (s *Store) Load(ctx context.Context, company string, n storage.Need) (*storage.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.of(company).Load(n), nil
}

// Apply writes changes, all or nothing.
func (s *Store) Apply(ctx context.Context, company string, c *storage.Changes) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	books := s.of(company)
	if !books.Matches(company, c) {
		return refusal.New(refusal.Contention, company, "somebody else has written since these changes were decided")
	}
	if books.Full() {
		return refusal.New(refusal.StorageFull, company, "a table holds all that fits in memory")
	}
	books.Commit(c)
	return nil
}

// Scan gives a page of rows.
func (s *Store) Scan(ctx context.Context, company string, q storage.Scan) (storage.Page, error) {
	if err := ctx.Err(); err != nil {
		return storage.Page{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.of(company).Scan(q), nil
}

// Sum gives sums.
func (s *Store) Sum(ctx context.Context, company string, t storage.Total) ([]storage.TotalRow, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return storage.SumRows(t, s.of(company).All(t.Kind)), nil
}
