package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/storage"
	"github.com/ledgermill/ledgermill/storage/postgres"
	"github.com/ledgermill/ledgermill/storage/postgres/pgtest"
)

// errNoPostgres is why a bench is not run.
var errNoPostgres = errors.New("there is no PostgreSQL to run it on")

// server is the PostgreSQL that the benches share. It is found or started when the first of them asks.
type server struct {
	named string
	where *url.URL
	stop  func()
}

func (s *server) ready() (err error) {
	if s.where == nil {
		s.where, s.stop, err = pgtest.Server(s.named)
	}
	if err != nil {
		err = fmt.Errorf("%w: %w", errNoPostgres, err)
	}
	return err
}

func (s *server) close() {
	if s.stop != nil {
		s.stop()
	}
}

// schema is the connection string of a schema, which is emptied.
func (s *server) schema(name string) (string, error) {
	if err := s.execute("SET client_min_messages = warning; DROP SCHEMA IF EXISTS " + name + " CASCADE; CREATE SCHEMA " + name); err != nil {
		return "", err
	}
	return s.in(name), nil
}

// in is the connection string of a schema as it is.
func (s *server) in(name string) string {
	u := *s.where
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}

func (s *server) execute(sql string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, s.where.String())
	if err != nil {
		return err
	}
	_, err = conn.PgConn().Exec(ctx, sql).ReadAll()
	return errors.Join(err, conn.Close(ctx))
}

// books are the schemas of one replay.
type books struct {
	*server
	ours, raw string
}

func (b books) open(name string) (storage.Store, func() error, error) {
	s, err := postgres.Open(context.Background(), b.in(name))
	if err != nil {
		return nil, nil, err
	}
	return s, s.Close, nil
}

// empty opens a store in a schema that is emptied.
func (b books) empty(name string) (storage.Store, func() error, error) {
	if _, err := b.schema(name); err != nil {
		return nil, nil, err
	}
	return b.open(name)
}

// tables makes a schema in which there are the tables only.
func (b books) tables(name string) error {
	_, done, err := b.empty(name)
	if err == nil {
		err = done()
	}
	return err
}

func (b books) digests() (digests [2]string, err error) {
	for i, name := range []string{b.ours, b.raw} {
		s, done, err := b.open(name)
		if err == nil {
			digests[i], err = digest(s, done)
		}
		if err != nil {
			return digests, err
		}
	}
	return digests, nil
}

func (b books) drop() error {
	return b.execute("SET client_min_messages = warning; DROP SCHEMA IF EXISTS " + b.ours + ", " + b.raw + " CASCADE")
}

// b8 writes receipts of two lines to a PostgreSQL server.
func b8(o options) ([]work, error) {
	if err := o.server.ready(); err != nil {
		return nil, err
	}
	name := fmt.Sprintf("ledgermill_bench_%d", os.Getpid())
	b := books{o.server, name + "_ours", name + "_raw"}
	replayed := func(callers, batch int, raw func(ctx context.Context, conn *pgx.Conn) *rawStore) *replay {
		return &replay{
			docs: o.size(20_000), callers: callers, batch: batch, digests: b.digests,
			open: func() (storage.Store, func() error, error) { return b.empty(b.ours) },
			raw: func() (*rawStore, error) {
				if err := b.tables(b.raw); err != nil {
					return nil, err
				}
				return connected(b.in(b.raw), raw)
			},
		}
	}
	var out []work
	for _, callers := range []int{1, 4, 16, 32} {
		r := replayed(callers, 1, pipelined)
		w := r.work(fmt.Sprintf("callers: %d", callers), map[int]float64{1: 0.55, 16: 0.75, 32: 0.75}[callers])
		peer := &tpcb{server: o.server, schema: name + "_tpcb", clients: callers, transactions: r.docs, scale: min(callers, max(r.docs/100, 1))}
		w.prepare = peer.prepare
		w.check = func() error { return errors.Join(r.check(), peer.run()) }
		w.peer = func(took time.Duration) string { return peer.compared(float64(r.docs)/took.Seconds(), callers) }
		w.finish = func() error { return errors.Join(b.drop(), peer.drop()) }
		out = append(out, w)
	}
	r := replayed(1, 1000, copied)
	w := r.work("import, 1,000 documents a call, and COPY", 0.6)
	w.finish = b.drop
	return append(out, w, hot(replayed(16, 1, pipelined), b)), nil
}

// hot compares documents that change the same few records again and again with those that change many: the library with itself.
func hot(r *replay, b books) work {
	cool := &replay{docs: r.docs, callers: r.callers, batch: r.batch, open: func() (storage.Store, func() error, error) { return b.empty(b.raw) }}
	return work{
		name: "16 callers, 2 items; floor: 100 items", unit: "document", n: r.docs, bar: 0.6, least: true,
		before: r.before,
		ours:   func() error { return r.receive(receivedHot) },
		ready:  func() error { return errors.Join(r.closeStore(), cool.before()) },
		floor:  cool.ours,
		check: func() error {
			if h, c := r.store.last(), cool.store.last(); h != c || h != int64(r.docs)+1+shopItems {
				return fmt.Errorf("%d documents, and %d", h, c)
			}
			return cool.closeStore()
		},
		finish: b.drop,
	}
}

// receivedHot is as received, of the same two items always: they share four records, a quantity and a value of each.
func receivedHot(i int) ledgermill.Receive {
	r := received(i)
	r.Lines[0].Item, r.Lines[1].Item = shopItem(0), shopItem(1)
	return r
}

func connected(where string, raw func(context.Context, *pgx.Conn) *rawStore) (*rawStore, error) {
	ctx := context.Background()
	config, err := pgx.ParseConfig(where)
	if err != nil {
		return nil, err
	}
	config.StatementCacheCapacity = 4096
	config.RuntimeParams["enable_seqscan"] = "off" // a table that grows from nothing is not read from end to end
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	return raw(ctx, conn), nil
}

// pipelined sends the statements of a transaction in one message.
func pipelined(ctx context.Context, conn *pgx.Conn) *rawStore {
	return &rawStore{close: func() error { return conn.Close(ctx) }, write: func(c *storage.Changes) (func() error, error) {
		all := statements(c, postgresDialect)
		return func() error { return send(ctx, conn, all) }, nil
	}}
}

func send(ctx context.Context, conn *pgx.Conn, all []statement) error {
	b := &pgx.Batch{}
	for _, st := range all {
		b.Queue(st.sql, st.args...)
	}
	return conn.SendBatch(ctx, b).Close()
}

// copied writes new rows by COPY, the records that were there before by statements.
func copied(ctx context.Context, conn *pgx.Conn) *rawStore {
	return &rawStore{close: func() error { return conn.Close(ctx) }, write: func(c *storage.Changes) (func() error, error) {
		if c.Was.Seq == 0 { // the head is new too
			all := statements(c, postgresDialect)
			return func() error { return send(ctx, conn, all) }, nil
		}
		all := []statement{{sql: "BEGIN"}, update(storage.Heads, &c.Head, c.Head.Company, postgresDialect)}
		type table struct{ sql, rows string }
		var tables []table
		for k := range storage.Tables {
			all = append(all, changed(c, storage.Kind(k), postgresDialect)...)
			if sql, rows := fresh(c, storage.Kind(k)); rows != "" {
				tables = append(tables, table{sql, rows})
			}
		}
		return func() error {
			if err := send(ctx, conn, all); err != nil {
				return err
			}
			for _, t := range tables {
				if _, err := conn.PgConn().CopyFrom(ctx, strings.NewReader(t.rows), t.sql); err != nil {
					return err
				}
			}
			return send(ctx, conn, []statement{{sql: "COMMIT"}})
		}, nil
	}}
}

var copyText = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

// fresh gives the COPY of a table's new rows, with what it reads.
func fresh(c *storage.Changes, k storage.Kind) (sql, rows string) {
	var b strings.Builder
	for _, w := range c.Writes {
		if w.Kind != k || w.Old != nil {
			continue
		}
		columns, values, _ := postgresDialect.own(k, w.New)
		sql = "COPY " + storage.Tables[k].Name + " (company, " + strings.Join(columns, ", ") + ") FROM STDIN"
		b.WriteString(copyText.Replace(c.Head.Company))
		for _, v := range values {
			b.WriteString("\t" + copyText.Replace(fmt.Sprint(v)))
		}
		b.WriteString("\n")
	}
	return sql, b.String()
}

var postgresDialect = dialect{
	parameter: func(n int) string { return "$" + strconv.Itoa(n) },
	plain: func(field any) any {
		switch f := field.(type) {
		case *calendar.Date:
			if *f == 0 {
				return "-infinity"
			}
		case *calendar.Instant:
			if *f == 0 {
				return "-infinity"
			}
		}
		return plain(field)
	},
}

// tpcb is pgbench's TPC-B beside ours: as many short transactions of its own on the same server.
type tpcb struct {
	*server
	schema                       string
	clients, transactions, scale int
	program                      string
	took                         []time.Duration
}

func (p *tpcb) prepare() (err error) {
	if p.program, err = pgtest.Program("pgbench"); err != nil {
		return nil // compared says so
	}
	if _, err := p.server.schema(p.schema); err != nil {
		return err
	}
	_, err = p.pgbench("--initialize", "--quiet", "--scale="+strconv.Itoa(p.scale))
	return err
}

func (p *tpcb) pgbench(args ...string) (string, error) {
	cmd := exec.Command(p.program, append(args, p.where.String())...)
	cmd.Env = append(os.Environ(), "PGOPTIONS=-c search_path="+p.schema)
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("pgbench: %w: %s", err, out)
	}
	return string(out), err
}

var tps = regexp.MustCompile(`tps = ([0-9.]+)`)

func (p *tpcb) run() error {
	if p.program == "" {
		return nil
	}
	each := max(p.transactions/p.clients, 1)
	out, err := p.pgbench("--no-vacuum", "--protocol=prepared", "--client="+strconv.Itoa(p.clients), "--jobs="+strconv.Itoa(min(p.clients, runtime.NumCPU())), "--transactions="+strconv.Itoa(each))
	if err != nil {
		return err
	}
	found := tps.FindStringSubmatch(out)
	if found == nil {
		return errors.New("pgbench says no tps: " + out)
	}
	rate, err := strconv.ParseFloat(found[1], 64)
	p.took = append(p.took, time.Duration(float64(time.Second)/rate))
	return err
}

// compared says how many documents are written in the time of one of its transactions.
func (p *tpcb) compared(speed float64, callers int) string {
	if p.program == "" {
		return "pgbench is not installed: not compared with TPC-B"
	}
	rate := 1 / median(p.took).Seconds()
	said := fmt.Sprintf("TPC-B (pgbench -s %d) %.0f a second, ours %.0f: %.2fx", p.scale, rate, speed, speed/rate)
	if callers >= 16 {
		said += bar(speed/rate, 1.4, true)
	}
	return said
}

func (p *tpcb) drop() error {
	return p.execute("SET client_min_messages = warning; DROP SCHEMA IF EXISTS " + p.schema + " CASCADE")
}
