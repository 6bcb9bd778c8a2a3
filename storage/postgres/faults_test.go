package postgres

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/ledgermill/ledgermill/ledger"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/ledgermill/ledgermill/posting"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/postgres/pgtest"
	"github.com/stretchr/testify/require"
)

// changes makes one document that follows on a head.
func changes(was storage.Head, seq int64) *storage.Changes {
	c := &storage.Changes{Was: was, Head: was}
	c.Head.Seq, c.Head.Version = seq, was.Version+1
	c.Insert(storage.Documents, &posting.Document{Seq: seq, Ref: fmt.Sprint("D-", seq)})
	c.Insert(storage.Counters, &ledger.Counter{Series: fmt.Sprint(seq), Version: 1})
	return c
}

func readHead(ctx context.Context, s storage.Store) (storage.Head, error) {
	page, err := s.Scan(ctx, "c", storage.Scan{Kind: storage.Heads})
	if err != nil || len(page.Rows) == 0 {
		return storage.Head{Company: "c"}, err
	}
	return *page.Rows[0].(*storage.Head), nil
}

func head(t *testing.T, s storage.Store) storage.Head {
	t.Helper()
	h, err := readHead(t.Context(), s)
	require.NoError(t, err)
	return h
}

// ask runs a query as a person would and gives its rows as texts.
func ask(t *testing.T, connection, query string) (rows []string, err error) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // also behind the test
	conn, err := pgx.Connect(ctx, connection)
	require.NoError(t, err)
	defer conn.Close(ctx)
	results, err := conn.PgConn().Exec(ctx, query).ReadAll()
	for _, r := range results {
		for _, row := range r.Rows {
			var texts []string
			for _, v := range row {
				texts = append(texts, string(v))
			}
			rows = append(rows, strings.Join(texts, " "))
		}
	}
	return rows, err
}

func told(t *testing.T, connection, query string) []string {
	t.Helper()
	rows, err := ask(t, connection, query)
	require.NoError(t, err)
	return rows
}

// whole demands that every document is there whole or not at all.
func whole(t *testing.T, connection string, seq int64) {
	t.Helper()
	require.Equal(t, []string{fmt.Sprint(seq, " ", seq, " ", seq)}, told(t, connection, "SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM number_series), (SELECT seq FROM head)"))
}

// TestKilledBackends ends the writers' connections at random moments: what was acknowledged is there, nothing is torn, and an answer that is not known is said
// to be so.
func TestKilledBackends(t *testing.T) {
	connection := pgtest.Schema(t)
	s := openAt(t, connection+"&application_name=killed")
	require.NoError(t, s.Apply(t.Context(), "c", changes(storage.Head{Company: "c"}, 1)))
	ctx, cancel := context.WithCancel(t.Context())
	var acknowledged, unknown, lost atomic.Int64
	var done sync.WaitGroup
	for range 3 {
		done.Go(func() {
			for ctx.Err() == nil {
				was, err := readHead(t.Context(), s)
				if err == nil {
					err = s.Apply(t.Context(), "c", changes(was, was.Seq+1))
				}
				switch refusal.CodeOf(err) {
				case refusal.OutcomeUnknown:
					unknown.Add(1)
				case refusal.Contention:
				default:
					if err != nil {
						lost.Add(1)
					} else {
						acknowledged.Add(1)
					}
				}
			}
		})
	}
	killed := 0
	for range 40 {
		time.Sleep(15 * time.Millisecond)
		killed += len(told(t, connection, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'killed' AND query NOT LIKE 'SELECT%' ORDER BY random() LIMIT 1"))
	}
	cancel()
	done.Wait()
	seq := head(t, s).Seq
	t.Logf("%d connections were killed: %d acknowledged, %d unknown, %d failed, %d there", killed, acknowledged.Load(), unknown.Load(), lost.Load(), seq)
	require.GreaterOrEqual(t, seq, acknowledged.Load()+1)
	require.LessOrEqual(t, seq, acknowledged.Load()+1+unknown.Load(), "what failed with certainty is not there")
	require.Greater(t, acknowledged.Load(), int64(50))
	require.Greater(t, killed, 10)
	require.LessOrEqual(t, lost.Load(), int64(5), "what was lost before it could be committed was carried out again; a connection may be lost while it is made")
	whole(t, connection, seq)
}

// TestTwoProcesses lets two processes write and kills them, many times.
func TestTwoProcesses(t *testing.T) {
	if connection := os.Getenv("LEDGERMILL_KILLED_WRITER"); connection != "" {
		killedWriter(t, connection)
		return
	}
	if testing.Short() {
		t.Skip("starts processes")
	}
	connection := pgtest.Schema(t)
	s := openAt(t, connection)
	var acknowledged atomic.Int64
	for round := range 4 {
		var done sync.WaitGroup
		for range 2 {
			cmd := exec.Command(os.Args[0], "-test.run=^TestTwoProcesses$", "-test.v")
			cmd.Env = append(os.Environ(), "LEDGERMILL_KILLED_WRITER="+connection)
			out, err := cmd.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			done.Go(func() {
				lines := bufio.NewScanner(out)
				for n := 0; lines.Scan(); {
					if lines.Text() != "ack" {
						continue
					}
					acknowledged.Add(1)
					if n++; n == 5+round*7 {
						_ = cmd.Process.Kill() // what it has still said is read
					}
				}
				_ = cmd.Wait() // it was killed
			})
		}
		done.Wait()
	}
	seq := head(t, s).Seq
	require.GreaterOrEqual(t, seq, acknowledged.Load())
	require.LessOrEqual(t, seq, acknowledged.Load()+8, "one of each killed process was under way")
	require.Greater(t, acknowledged.Load(), int64(100))
	whole(t, connection, seq)
}

func killedWriter(t *testing.T, connection string) {
	s, err := Open(t.Context(), connection)
	require.NoError(t, err)
	for {
		was := head(t, s)
		switch err := s.Apply(t.Context(), "c", changes(was, was.Seq+1)); refusal.CodeOf(err) {
		case refusal.Contention:
		default:
			require.NoError(t, err)
			fmt.Println("ack")
		}
	}
}

// cut breaks a connection once, behind a message that was sent whole or before it.
type cut struct {
	net.Conn
	when *atomic.Int32 // 1: the next message gets through, and its answer does not come back; 2: nothing gets through
	deaf atomic.Bool
}

func (c *cut) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if c.deaf.Load() {
		return 0, errors.New("cut")
	}
	return n, err
}

func (c *cut) Write(b []byte) (int, error) {
	switch c.when.Swap(0) {
	case 1:
		c.deaf.Store(true)
	case 2:
		return 0, errors.Join(errors.New("cut"), c.Close())
	}
	return c.Conn.Write(b)
}

func TestCommitThatCannotBeKnown(t *testing.T) {
	connection := pgtest.Schema(t)
	config, err := pgxpool.ParseConfig(connection)
	require.NoError(t, err)
	var when atomic.Int32
	dial := config.ConnConfig.DialFunc
	config.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		return &cut{Conn: c, when: &when}, err
	}
	s, err := open(t.Context(), config)
	require.NoError(t, err)
	defer s.Close()
	for seq := range int64(3) { // statements are prepared, so that one message is the whole transaction
		require.NoError(t, s.Apply(t.Context(), "c", changes(head(t, s), seq+1)))
	}
	was := head(t, s)
	when.Store(1)
	err = s.Apply(t.Context(), "c", changes(was, 4))
	require.Equal(t, refusal.OutcomeUnknown, refusal.CodeOf(err), "%v", err)
	require.EqualValues(t, 4, head(t, s).Seq, "it was committed")
	require.Equal(t, refusal.Contention, refusal.CodeOf(s.Apply(t.Context(), "c", changes(was, 4))), "to try again is safe")
	require.NoError(t, s.Apply(t.Context(), "c", changes(head(t, s), 5)))
	was = head(t, s)
	when.Store(2)
	require.Equal(t, refusal.OutcomeUnknown, refusal.CodeOf(s.Apply(t.Context(), "c", changes(was, 6))), "pgx does not say that nothing was sent")
	whole(t, connection, 5)
}

// TestWaitingEndsWithTheContext: a writer waits for another transaction that holds the head, for as long as its caller does.
func TestWaitingEndsWithTheContext(t *testing.T) {
	connection := pgtest.Schema(t)
	s := openAt(t, connection)
	require.NoError(t, s.Apply(t.Context(), "c", changes(storage.Head{Company: "c"}, 1)))
	was := head(t, s)
	conn, err := pgx.Connect(t.Context(), connection)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	tx, err := conn.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "SELECT FROM head FOR UPDATE")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	err = s.Apply(ctx, "c", changes(was, 2))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Empty(t, refusal.CodeOf(err), "the database said that it took it back: %v", err)
	require.Less(t, time.Since(start), 5*time.Second)
	require.Equal(t, was, head(t, s), "reading goes on meanwhile")
	require.NoError(t, tx.Rollback(t.Context()))
	require.NoError(t, s.Apply(t.Context(), "c", changes(was, 2)))
}

// TestGivesUp: what PostgreSQL gives up is tried again, and not for ever.
func TestGivesUp(t *testing.T) {
	s := openAt(t, pgtest.Schema(t))
	for code, want := range map[string]refusal.Code{"40001": refusal.Contention, "40P01": refusal.Contention} {
		for _, times := range []int{1, maxAttempts - 1, maxAttempts} {
			tried := 0
			err := s.do(t.Context(), true, func(*session) error {
				if tried++; tried <= times {
					return unanswered(t.Context(), &pgconn.PgError{Code: code, Severity: "ERROR"}, true)
				}
				return nil
			})
			if times == maxAttempts {
				require.Equal(t, want, refusal.CodeOf(err))
				require.Equal(t, maxAttempts, tried)
				continue
			}
			require.NoError(t, err)
			require.Equal(t, times+1, tried)
		}
	}
}

func TestWordsForErrors(t *testing.T) {
	server := func(code, severity string) error {
		return &pgconn.PgError{Code: code, SeverityUnlocalized: severity}
	}
	for _, c := range []struct {
		name string
		err  error
		last bool // of the statements was answered
		want refusal.Code
	}{
		{"disk full", server("53100", "ERROR"), false, refusal.StorageFull},
		{"a row is there", server("23505", "ERROR"), false, refusal.Contention},
		{"a lock was not given", server("55P03", "ERROR"), false, refusal.Contention},
		{"completion unknown", server("40003", "ERROR"), false, refusal.OutcomeUnknown},
		{"resolution unknown", server("08007", "FATAL"), false, refusal.OutcomeUnknown},
		{"shut down before the last statement", server("57P01", "FATAL"), false, ""},
		{"shut down behind the last statement", server("57P01", "FATAL"), true, refusal.OutcomeUnknown},
		{"a reference does not hold", server("23503", "ERROR"), true, ""},
		{"the connection broke", net.ErrClosed, false, refusal.OutcomeUnknown},
	} {
		err := unanswered(t.Context(), c.err, c.last)
		require.Equal(t, c.want, refusal.CodeOf(refused(err, true)), c.name)
		require.NotEqual(t, refusal.OutcomeUnknown, refusal.CodeOf(refused(err, false)), "%s: a question leaves nothing unknown", c.name)
	}
}
