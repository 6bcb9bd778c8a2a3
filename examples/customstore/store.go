// Package customstore is an example of a store of one's own: the books in a log, one file on disk.
//
// Nouns: a record is one transaction, a line of the file with its checksum; the log is all of them; the rows are what they add up to, held in memory
// by the type that package storage offers for that. Writing appends a record and syncs it; opening reads the log again.
//
// It is short because a store never meets a business rule: it answers with rows, and it takes changes or refuses them. For its tests it has the
// conformance suite of package storagetest. One process may open a log at a time.
package customstore

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/storage"
)

// ErrDamaged says that a record in the midst of the log is not what was written.
var ErrDamaged = errors.New("customstore: the log is damaged")

// Store is an open log. It is safe for concurrent use.
type Store struct {
	mu    sync.Mutex
	file  *os.File
	size  int64 // of the records that were acknowledged
	stuck error // the log's end is in doubt: nothing more is written
	books map[string]*storage.Books
	fault func() error // tests make a step fail with it
}

var _ storage.Store = (*Store)(nil)

// record is one transaction of one company.
type record struct {
	Company string
	Head    storage.Head
	Writes  []write
}

// write is a storage.Write as text. Tables go by name, so that the log outlives their order in a program.
type write struct {
	Table string
	Old   json.RawMessage `json:",omitempty"`
	New   json.RawMessage `json:",omitempty"`
}

// Open opens a log, and makes it if there is none. A last record that was not written to its end was never acknowledged: it is cut off.
func Open(path string) (*Store, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	s := &Store{file: f, books: map[string]*storage.Books{}}
	if err := errors.Join(s.replay(), syncFolder(path)); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return s, nil
}

// syncFolder makes sure that the file's name is on the disk too.
func syncFolder(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func (s *Store) replay() error {
	r := bufio.NewReader(s.file)
	for {
		line, err := r.ReadBytes('\n')
		if err == io.EOF {
			return s.cut()
		}
		if err != nil {
			return err
		}
		company, c, err := decode(line)
		if err != nil {
			if _, more := r.Peek(1); more == io.EOF {
				return s.cut() // torn by a crash
			}
			return fmt.Errorf("%w at byte %d: %w", ErrDamaged, s.size, err)
		}
		s.of(company).Commit(c)
		s.size += int64(len(line))
	}
}

// cut takes away what lies behind the last good record.
func (s *Store) cut() error {
	if err := s.file.Truncate(s.size); err != nil {
		return err
	}
	if _, err := s.file.Seek(s.size, io.SeekStart); err != nil {
		return err
	}
	return s.file.Sync()
}

// encode makes a line: the checksum in hex, a blank, the record.
func encode(company string, c *storage.Changes) ([]byte, error) {
	rec := record{Company: company, Head: c.Head}
	for _, w := range c.Writes {
		out := write{Table: storage.Tables[w.Kind].Name}
		var err, errNew error
		if w.Old != nil {
			out.Old, err = json.Marshal(w.Old)
		}
		if w.New != nil {
			out.New, errNew = json.Marshal(w.New)
		}
		if err := errors.Join(err, errNew); err != nil {
			return nil, err
		}
		rec.Writes = append(rec.Writes, out)
	}
	text, err := json.Marshal(rec)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "%08x %s\n", crc32.Checksum(text, castagnoli), text), nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const sumWidth = len("01234567 ")

func decode(line []byte) (string, *storage.Changes, error) {
	if len(line) < sumWidth+1 {
		return "", nil, errors.New("a record without a checksum")
	}
	text := line[sumWidth : len(line)-1]
	if fmt.Sprintf("%08x ", crc32.Checksum(text, castagnoli)) != string(line[:sumWidth]) {
		return "", nil, errors.New("the checksum does not fit")
	}
	var rec record
	if err := json.Unmarshal(text, &rec); err != nil {
		return "", nil, err
	}
	c := &storage.Changes{Head: rec.Head}
	for _, w := range rec.Writes {
		t := tableOf(w.Table)
		if t == nil {
			return "", nil, fmt.Errorf("this program has no table %q", w.Table)
		}
		was, errOld := row(t, w.Old)
		is, errNew := row(t, w.New)
		if err := errors.Join(errOld, errNew); err != nil {
			return "", nil, err
		}
		c.Writes = append(c.Writes, storage.Write{Kind: t.Kind, Old: was, New: is})
	}
	return rec.Company, c, nil
}

func tableOf(name string) *storage.Table {
	for k := range storage.Tables {
		if t := &storage.Tables[k]; t.Name == name {
			return t
		}
	}
	return nil
}

func row(t *storage.Table, text json.RawMessage) (any, error) {
	if text == nil {
		return nil, nil
	}
	row := t.New()
	return row, json.Unmarshal(text, row)
}

// Close closes the log.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.file.Close()
}

func (s *Store) of(company string) *storage.Books {
	r := s.books[company]
	if r == nil {
		r = storage.NewBooks()
		s.books[company] = r
	}
	return r
}

// Apply appends a record.
func (s *Store) Apply(ctx context.Context, company string, c *storage.Changes) error {
	line, err := encode(company, c)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := errors.Join(ctx.Err(), s.stuck); err != nil {
		return err
	}
	rows := s.of(company)
	if !rows.Matches(company, c) {
		return refusal.New(refusal.Contention, company, "somebody else has written since these changes were decided")
	}
	if err := s.append(line); err != nil {
		return err
	}
	rows.Commit(c)
	return nil
}

// append writes a line and syncs it. If that fails the line is taken back; if that fails too, nobody knows what the disk holds.
func (s *Store) append(line []byte) error {
	err := s.step(func() error { _, err := s.file.Write(line); return err })
	if err == nil {
		err = s.step(s.file.Sync)
	}
	if err == nil {
		s.size += int64(len(line))
		return nil
	}
	if s.stuck = s.cut(); s.stuck != nil {
		return refusal.New(refusal.OutcomeUnknown, "log", "the disk failed while the transaction was written")
	}
	if errors.Is(err, syscall.ENOSPC) {
		return refusal.New(refusal.StorageFull, "log", "there is no room for more")
	}
	return err
}

func (s *Store) step(do func() error) error {
	if s.fault != nil {
		if err := s.fault(); err != nil {
			return err
		}
	}
	return do()
}

// Load answers a need.
func (s *Store) Load(ctx context.Context, company string, n storage.Need) (*storage.Rows, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.of(company).Load(n), ctx.Err()
}

// Scan gives a page of rows.
func (s *Store) Scan(ctx context.Context, company string, q storage.Scan) (storage.Page, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.of(company).Scan(q), ctx.Err()
}

// Sum gives sums.
func (s *Store) Sum(ctx context.Context, company string, t storage.Total) ([]storage.TotalRow, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return storage.SumRows(t, s.of(company).All(t.Kind)), ctx.Err()
}
