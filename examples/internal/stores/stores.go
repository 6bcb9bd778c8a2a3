// Package stores opens the store that an example's flag -store names.
package stores

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/memory"
	"github.com/ledgermill/ledgermill/storage/postgres"
	"github.com/ledgermill/ledgermill/storage/sqlite"
)

// Names says what Open knows.
const Names = "memory, sqlite (a file that is thrown away), sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE?search_path=SCHEMA"

// Open gives the store, and what closes it.
func Open(ctx context.Context, name string) (storage.Store, func() error, error) {
	kind, rest, _ := strings.Cut(name, ":")
	switch {
	case name == "memory":
		return memory.New(), func() error { return nil }, nil
	case name == "sqlite":
		return thrownAway()
	case kind == "sqlite" && rest != "":
		s, err := sqlite.Open(rest)
		if err != nil {
			return nil, nil, err
		}
		return s, s.Close, nil
	case strings.HasPrefix(rest, "//") && (kind == "postgres" || kind == "postgresql"):
		s, err := postgres.Open(ctx, name)
		if err != nil {
			return nil, nil, err
		}
		return s, s.Close, nil
	}
	return nil, nil, fmt.Errorf("no store of kind %q: %s", kind, Names) // what follows may be a password
}

func thrownAway() (storage.Store, func() error, error) {
	folder, err := os.MkdirTemp("", "books")
	if err != nil {
		return nil, nil, err
	}
	s, err := sqlite.Open(filepath.Join(folder, "books.db"))
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(folder))
	}
	return s, func() error { return errors.Join(s.Close(), os.RemoveAll(folder)) }, nil
}
