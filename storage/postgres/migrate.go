package postgres

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
)

//go:embed migrations/*.sql
var files embed.FS

// migration is a file of SQL that is run once. Files are numbered by their place in the order of their names; new ones come at the end
// and old ones never change.
type migration struct {
	name, text, sum string
}

func migrations() []migration {
	names, _ := fs.Glob(files, "migrations/*.sql") // sorted; the pattern is good
	list := make([]migration, len(names))
	for i, name := range names {
		text, _ := files.ReadFile(name) // it is in the program
		sum := sha256.Sum256(text)
		list[i] = migration{name[len("migrations/"):], string(text), hex.EncodeToString(sum[:])}
	}
	return list
}

// migrate runs what has not been run yet, in one transaction. Several processes may do so at once: the first to get the lock does the work. A role that
// may not make tables opens a schema that is up to date.
func migrate(ctx context.Context, conn *pgx.Conn, list []migration) error {
	if n, err := applied(ctx, conn, list); err != nil || n == len(list) {
		return err
	}
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		const lock = "SELECT pg_advisory_xact_lock(hashtextextended('ledgermill:' || current_schema(), 0))"
		const table = `CREATE TABLE IF NOT EXISTS schema_migration (
			number integer PRIMARY KEY,
			name text NOT NULL,
			sha256 text NOT NULL,
			applied timestamptz NOT NULL DEFAULT now()
		)`
		for _, text := range []string{lock, table} {
			if _, err := tx.Exec(ctx, text); err != nil {
				return err
			}
		}
		n, err := applied(ctx, conn, list)
		if err != nil {
			return err
		}
		for i, m := range list[n:] {
			if _, err := conn.PgConn().Exec(ctx, m.text).ReadAll(); err != nil {
				return fmt.Errorf("postgres: migration %s: %w", m.name, err)
			}
			if _, err := tx.Exec(ctx, "INSERT INTO schema_migration (number, name, sha256) VALUES ($1, $2, $3)", n+i+1, m.name, m.sum); err != nil {
				return err
			}
		}
		return nil
	})
}

// applied gives how many migrations of the list have been run, in order and unchanged.
func applied(ctx context.Context, conn *pgx.Conn, list []migration) (n int, err error) {
	var there bool
	const find = "SELECT EXISTS (SELECT FROM pg_catalog.pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_migration')"
	if err := conn.QueryRow(ctx, find).Scan(&there); err != nil || !there {
		return 0, err
	}
	rows, err := conn.Query(ctx, "SELECT name, sha256 FROM schema_migration ORDER BY number")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var name, sum string
		if err := rows.Scan(&name, &sum); err != nil {
			return 0, err
		}
		switch {
		case n >= len(list):
			return 0, fmt.Errorf("%w: it knows migration %s", ErrSchemaNewer, name)
		case list[n].name != name || list[n].sum != sum:
			return 0, fmt.Errorf("%w: %s", ErrSchemaChanged, name)
		}
		n++
	}
	return n, rows.Err()
}
