// Package pgtest gives tests a PostgreSQL to work on: the one that LEDGERMILL_POSTGRES names by a connection string, or else a private server, which is
// started from an installed PostgreSQL in a temporary folder and ends with the tests.
//
// A package's TestMain calls [Main]; a test calls [Schema]. Where there is no PostgreSQL the test is skipped; where CI=true, it fails. A program that is no test
// calls [Server].
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

var (
	once    sync.Once
	where   *url.URL // of the server
	failed  error    // why there is none
	stop    func()
	schemas atomic.Int64
)

// Main runs the tests of a package and stops the server that they started. TestMain ends with os.Exit(pgtest.Main(m)).
func Main(m *testing.M) int {
	defer func() {
		if stop != nil {
			stop()
		}
	}()
	return m.Run()
}

// Schema makes an empty schema, which is dropped when the test ends, and gives the connection string of a store in it.
func Schema(t testing.TB) string {
	t.Helper()
	once.Do(func() { where, stop, failed = Server(os.Getenv("LEDGERMILL_POSTGRES")) })
	if failed != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no PostgreSQL to test on: %v", failed)
		}
		t.Skipf("NOT TESTED: no PostgreSQL to test on: %v", failed)
	}
	name := fmt.Sprintf("ledgermill_%d_%d", os.Getpid(), schemas.Add(1))
	execute(t, "CREATE SCHEMA "+name)
	t.Cleanup(func() { execute(t, "SET client_min_messages = warning; DROP SCHEMA "+name+" CASCADE") })
	u := *where
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}

func execute(t testing.TB, sql string) {
	t.Helper()
	ctx := context.Background() // also behind the test's own
	conn, err := pgx.Connect(ctx, where.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.PgConn().Exec(ctx, sql).ReadAll(); err != nil {
		t.Fatal(err)
	}
}

// Server gives the server that is named by a connection string (postgres://…), or else starts a private one, which runs until it is stopped or the program ends.
func Server(named string) (where *url.URL, stop func(), err error) {
	if named != "" {
		u, err := url.Parse(named)
		if err != nil || u.Scheme == "" {
			return nil, nil, errors.New("this is no postgres://… connection string")
		}
		return u, func() {}, nil
	}
	initdb, err := Program("initdb")
	if err != nil {
		return nil, nil, fmt.Errorf("%w, and no server is named", err)
	}
	bin := filepath.Dir(initdb)
	folder, err := os.MkdirTemp("", "pgtest")
	if err != nil {
		return nil, nil, err
	}
	u, halt, err := start(bin, folder)
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(folder))
	}
	return u, func() {
		halt()
		_ = os.RemoveAll(folder) // a temporary folder
	}, nil
}

// Program finds a program of PostgreSQL's.
func Program(name string) (string, error) {
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is good
	slices.Reverse(folders)
	if named := os.Getenv("PG_BIN"); named != "" {
		folders = []string{named}
	} else if path, err := exec.LookPath(name); err == nil {
		folders = append(folders, filepath.Dir(path))
	}
	for _, f := range folders {
		if path, err := exec.LookPath(filepath.Join(f, name)); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s is not in PG_BIN, /usr/lib/postgresql/*/bin or PATH", name)
}

// start makes a database and runs a server that listens on a socket in the folder only. PostgreSQL refuses to run as root: it then runs as user postgres.
func start(bin, folder string) (*url.URL, func(), error) {
	as := &syscall.SysProcAttr{}
	if os.Getuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			return nil, nil, fmt.Errorf("PostgreSQL does not run as root: %w", err)
		}
		uid, _ := strconv.Atoi(u.Uid) // numbers, on a system with setuid
		gid, _ := strconv.Atoi(u.Gid)
		as.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(folder, uid, gid); err != nil {
			return nil, nil, err
		}
	}
	data := filepath.Join(folder, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = as, folder
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	// The shell stops the server when the pipe from this process closes, however this process ends.
	const script = `"$1" -D "$2" -k "$3" -c listen_addresses= -c max_connections=200 >"$3/log" 2>&1 & pid=$!; read -r _; kill -INT $pid; wait $pid`
	sh := exec.Command("/bin/sh", "-c", script, "sh", filepath.Join(bin, "postgres"), data, folder)
	sh.SysProcAttr, sh.Dir = as, folder
	pipe, err := sh.StdinPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := sh.Start(); err != nil {
		return nil, nil, err
	}
	halt := func() {
		_ = pipe.Close()
		_ = sh.Wait() // it was told to end
	}
	u := &url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/postgres", RawQuery: url.Values{"host": {folder}}.Encode()}
	if err := answers(u); err != nil {
		halt()
		return nil, nil, errors.Join(err, said(filepath.Join(folder, "log")))
	}
	return u, halt, nil
}

// answers waits until the server does.
func answers(u *url.URL) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for ctx.Err() == nil {
		var conn *pgx.Conn
		if conn, err = pgx.Connect(ctx, u.String()); err == nil {
			return conn.Close(ctx)
		}
		time.Sleep(20 * time.Millisecond)
	}
	return err
}

// said gives what the server wrote before it ended.
func said(log string) error {
	f, err := os.Open(log)
	if err != nil {
		return err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 4096))
	return errors.Join(errors.New(string(text)), err)
}
