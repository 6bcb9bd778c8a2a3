package sqlite

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/stretchr/testify/require"
	codes "modernc.org/sqlite/lib"
)

// changes makes one document that follows on a head.
func changes(was storage.Head, seq int64) *storage.Changes {
	c := &storage.Changes{Was: was, Head: was}
	c.Head.Seq, c.Head.Version = seq, was.Version+1
	c.Insert(storage.Documents, &posting.Document{Seq: seq, Ref: fmt.Sprint("D-", seq)})
	c.Insert(storage.Counters, &ledger.Counter{Series: fmt.Sprint(seq), Version: 1})
	return c
}

func head(t *testing.T, s storage.Store) storage.Head {
	t.Helper()
	page, err := s.Scan(t.Context(), "c", storage.Scan{Kind: storage.Heads})
	require.NoError(t, err)
	if len(page.Rows) == 0 {
		return storage.Head{Company: "c"}
	}
	return *page.Rows[0].(*storage.Head)
}

func TestMigrationsRunOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "odd name ?%41#ä.db")
	var done sync.WaitGroup
	for range 6 {
		done.Go(func() {
			for range 5 {
				s, err := Open(path)
				if err != nil {
					t.Errorf("two processes may open a new file at once: %v", err)
					return
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done.Wait()
	s := open(t, path)
	require.Len(t, query(t, s, "SELECT number FROM schema_migration"), len(migrations()))
	require.FileExists(t, path)
}

func TestMigrationThatFailsLeavesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "books.db")
	s := open(t, path)
	w := <-s.writer
	bad := append(migrations(), migration{"9998_good.sql", "CREATE TABLE good (a TEXT) STRICT;", "1"}, migration{"9999_bad.sql", "CREATE TABLE bad (a TEXT) STRICT; CREATE TABLE oops (", "2"})
	require.ErrorContains(t, migrate(t.Context(), w, bad), "9999_bad.sql")
	s.writer <- w
	require.Empty(t, query(t, s, "SELECT name FROM sqlite_schema WHERE name IN ('good', 'bad')"))
	open(t, path)
}

func TestOpenRefuses(t *testing.T) {
	for _, c := range []struct {
		name, sql string
		want      error
	}{
		{"a file that was changed after it was run", "UPDATE schema_migration SET sha256 = 'x' WHERE number = 1", ErrSchemaChanged},
		{"a file with another name", "UPDATE schema_migration SET name = 'x' WHERE number = 2", ErrSchemaChanged},
		{"a newer database", "INSERT INTO schema_migration (number, name, sha256) VALUES (99, '0099_later.sql', 'x')", ErrSchemaNewer},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "books.db")
			s := open(t, path)
			_, err := s.db.Exec(c.sql)
			require.NoError(t, err)
			require.NoError(t, s.Close())
			_, err = Open(path)
			require.ErrorIs(t, err, c.want)
		})
	}
	t.Run("a file that is no database", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "books.db")
		require.NoError(t, os.WriteFile(path, []byte(strings.Repeat("no database ", 100)), 0o600))
		_, err := Open(path)
		require.ErrorIs(t, err, ErrSettings)
	})
	t.Run("a folder that is not there", func(t *testing.T) {
		_, err := Open(filepath.Join(t.TempDir(), "none", "books.db"))
		require.Error(t, err)
	})
}

func TestSettingsAreChecked(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "books.db"))
	for _, set := range []string{"foreign_keys = OFF", "synchronous = NORMAL"} {
		w, err := s.connect(t.Context())
		require.NoError(t, err)
		_, err = w.exec(t.Context(), "PRAGMA "+set)
		require.NoError(t, err)
		require.ErrorIs(t, checkSettings(t.Context(), w), ErrSettings, set)
	}
	r := <-s.readers
	_, err := r.exec(t.Context(), "DELETE FROM head")
	require.Error(t, err, "a connection for reading does not write")
	s.readers <- r
}

func TestErrorsOfSQLite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "books.db")
	s := open(t, path)
	c := changes(storage.Head{Company: "c"}, 1)
	set := func(pragma string) {
		w := <-s.writer
		_, err := w.exec(t.Context(), "PRAGMA "+pragma)
		require.NoError(t, err)
		s.writer <- w
	}
	t.Run("another process holds the database", func(t *testing.T) {
		set("busy_timeout = 50")
		other := open(t, path)
		w := <-other.writer
		_, err := w.exec(t.Context(), "BEGIN IMMEDIATE")
		require.NoError(t, err)
		require.Equal(t, refusal.Contention, refusal.CodeOf(s.Apply(t.Context(), "c", c)))
		require.Zero(t, head(t, s).Seq, "reading goes on meanwhile")

		set("busy_timeout = 60000")
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		defer cancel()
		start := time.Now()
		require.ErrorIs(t, s.Apply(ctx, "c", c), context.DeadlineExceeded, "waiting for it ends with the context")
		require.Less(t, time.Since(start), 10*time.Second)
		_, err = w.exec(t.Context(), "ROLLBACK")
		require.NoError(t, err)
		other.writer <- w
	})
	t.Run("no room", func(t *testing.T) {
		pages := query(t, s, "PRAGMA page_count")[0][0]
		set("max_page_count = " + pages)
		big := changes(storage.Head{Company: "c"}, 1)
		big.Insert(storage.Documents, &posting.Document{Seq: 2, Command: strings.Repeat("x", 1<<20)})
		require.Equal(t, refusal.StorageFull, refusal.CodeOf(s.Apply(t.Context(), "c", big)))
		require.Zero(t, head(t, s).Seq)
		set("max_page_count = 1000000")
	})
	t.Run("a figure that a column cannot hold", func(t *testing.T) {
		_, err := s.Sum(t.Context(), "c", storage.Total{Kind: storage.Moves, Group: []string{"item; DROP TABLE head"}, Of: []string{"qty"}})
		require.ErrorContains(t, err, "no column")
		_, err = s.Load(t.Context(), "c", storage.Need{Keys: []storage.Key{{Kind: storage.Items, Values: []any{3.5}}}})
		require.ErrorContains(t, err, "float64")
		_, err = s.Scan(t.Context(), "c", storage.Scan{Kind: storage.Items, Cursor: "{"})
		require.ErrorContains(t, err, "cursor")
	})
	require.NoError(t, s.Apply(t.Context(), "c", c), "the store goes on working")
	require.NoError(t, s.Close())
	require.ErrorIs(t, s.Apply(t.Context(), "c", c), errClosed)
}

// TestTotalBeyondAnInteger gives the mark of a figure that did not fit, as the memory store does.
func TestTotalBeyondAnInteger(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "books.db"))
	for doc := range 2 {
		_, err := s.db.Exec("INSERT INTO layer VALUES ('c', 'A', '', '2026-01-01', ?, 1, 0, '', 9223372036854775807, 5, 1)", doc)
		require.NoError(t, err)
	}
	rows, err := s.Sum(t.Context(), "c", storage.Total{Kind: storage.Layers, Group: []string{"item"}, Of: []string{"qty", "value"}})
	require.NoError(t, err)
	require.Equal(t, []int64{-1 << 63, 10}, rows[0].Sums)
}

// TestKilledWriter kills a process that writes, many times, and finds every document that it acknowledged, and none torn.
func TestKilledWriter(t *testing.T) {
	if path := os.Getenv("LEDGERMILL_KILLED_WRITER"); path != "" {
		killedWriter(t, path)
		return
	}
	if testing.Short() {
		t.Skip("starts processes")
	}
	path := filepath.Join(t.TempDir(), "books.db")
	var acknowledged int64
	for round := range 6 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilledWriter$", "-test.v")
		cmd.Env = append(os.Environ(), "LEDGERMILL_KILLED_WRITER="+path)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for n := 0; n < 5+round*7 && lines.Scan(); {
			if _, err := fmt.Sscanf(lines.Text(), "ack %d", &acknowledged); err == nil {
				n++
			}
		}
		require.NoError(t, cmd.Process.Kill())
		for lines.Scan() { // what it had said before it died
			_, _ = fmt.Sscanf(lines.Text(), "ack %d", &acknowledged)
		}
		_ = cmd.Wait() // it was killed
		s := open(t, path)
		seq := head(t, s).Seq
		require.GreaterOrEqual(t, seq, acknowledged)
		require.Len(t, query(t, s, "SELECT seq FROM document"), int(seq), "a document is there whole or not at all")
		require.Len(t, query(t, s, "SELECT series FROM number_series"), int(seq))
		require.Equal(t, "ok", query(t, s, "PRAGMA integrity_check")[0][0])
		require.NoError(t, s.Close())
	}
	require.Greater(t, acknowledged, int64(20))
}

func killedWriter(t *testing.T, path string) {
	s, err := Open(path)
	require.NoError(t, err)
	for {
		was := head(t, s)
		require.NoError(t, s.Apply(t.Context(), "c", changes(was, was.Seq+1)))
		fmt.Println("ack", was.Seq+1)
	}
}

// host opens a file as a host does, with the pragmas given.
func host(t *testing.T, path, settings string) *sql.DB {
	db, err := sql.Open("sqlite", "file:"+path+"?"+settings)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

const good = "_txlock=immediate&_pragma=foreign_keys(1)&_pragma=synchronous(2)&_pragma=busy_timeout(50)"

func TestBind(t *testing.T) {
	path := filepath.Join(t.TempDir(), "books.db")
	s := open(t, path)
	db := host(t, path, good)
	_, err := db.Exec("CREATE TABLE shop_order (id INTEGER PRIMARY KEY) STRICT")
	require.NoError(t, err)
	order := func(finish func(*sql.Tx) error) storage.Head {
		tx, err := db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		_, err = tx.Exec("INSERT INTO shop_order DEFAULT VALUES")
		require.NoError(t, err)
		b := Bind(tx)
		was := head(t, b)
		require.NoError(t, b.Apply(t.Context(), "c", changes(was, was.Seq+1)))
		require.Equal(t, refusal.Contention, refusal.CodeOf(b.Apply(t.Context(), "c", changes(was, was.Seq+2))), "what failed leaves nothing")
		bad := changes(head(t, b), was.Seq+2)
		bad.Writes = append(bad.Writes, storage.Write{Kind: storage.Counters, New: &ledger.Counter{Series: "1"}}, storage.Write{Kind: storage.Counters, New: &ledger.Counter{Series: "1", Last: 1}})
		require.Error(t, b.Apply(t.Context(), "c", bad))
		require.Equal(t, was.Seq+1, head(t, b).Seq)
		require.NoError(t, finish(tx))
		return head(t, s)
	}
	require.Zero(t, order((*sql.Tx).Rollback).Seq, "what the host rolls back is gone")
	require.EqualValues(t, 1, order((*sql.Tx).Commit).Seq)
	require.EqualValues(t, 2, order((*sql.Tx).Commit).Seq)
	require.Len(t, query(t, s, "SELECT * FROM shop_order"), 2)
	require.Len(t, query(t, s, "SELECT * FROM document"), 2)
}

func TestBindRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "books.db")
	s := open(t, path)
	first := func(db *sql.DB, before func(tx *sql.Tx)) error {
		tx, err := db.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		defer func() { require.NoError(t, tx.Rollback()) }()
		before(tx)
		_, err = Bind(tx).Scan(t.Context(), "c", storage.Scan{Kind: storage.Heads})
		return err
	}
	nothing := func(*sql.Tx) {}
	require.NoError(t, first(host(t, path, good), nothing))
	require.ErrorIs(t, first(host(t, path, "_txlock=immediate&_pragma=synchronous(2)"), nothing), ErrSettings)
	require.ErrorIs(t, first(host(t, path, "_txlock=immediate&_pragma=foreign_keys(1)&_pragma=synchronous(1)"), nothing), ErrSettings)
	require.ErrorIs(t, first(host(t, filepath.Join(t.TempDir(), "new.db"), good+"&_pragma=journal_mode(wal)"), nothing), ErrSchemaChanged, "Open makes the tables")
	deferred := host(t, path, strings.Replace(good, "immediate", "deferred", 1))
	require.ErrorIs(t, first(deferred, func(tx *sql.Tx) {
		var n int
		require.NoError(t, tx.QueryRow("SELECT count(*) FROM head").Scan(&n))
		require.NoError(t, s.Apply(t.Context(), "c", changes(storage.Head{Company: "c"}, 1)))
	}), ErrNotWriting, "what it has read is no longer so")
	require.NoError(t, first(deferred, nothing), "nobody has written since: it gets the write lock")
}

// brokenDisk is an error as SQLite gives it.
type brokenDisk struct{}

func (brokenDisk) Error() string { return "disk I/O error" }
func (brokenDisk) Code() int     { return codes.SQLITE_IOERR_FSYNC }

func TestCommitThatCannotBeKnown(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "books.db"))
	var last error
	for n := 1; ; n++ {
		failAt(s, n, brokenDisk{})
		err := s.Apply(t.Context(), "c", changes(storage.Head{Company: "c"}, 1))
		failAt(s, 0, nil)
		if err == nil {
			break
		}
		if last != nil {
			require.Empty(t, refusal.CodeOf(last), "an error before the commit leaves no doubt")
		}
		last = err
	}
	require.Equal(t, refusal.OutcomeUnknown, refusal.CodeOf(last), "the disk failed at the commit")
}
