package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
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

// migrate runs what has not been run yet. Several processes may do so at once: the first to get the write lock does the work.
func migrate(ctx context.Context, w *session, list []migration) error {
	if n, err := applied(ctx, w, list); err != nil || n == len(list) {
		return err
	}
	return w.within(ctx, "BEGIN IMMEDIATE", func(w *session) error {
		const table = `CREATE TABLE IF NOT EXISTS schema_migration (
			number INTEGER PRIMARY KEY,
			name TEXT NOT NULL,
			sha256 TEXT NOT NULL,
			applied TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
		) STRICT`
		if _, err := w.exec(ctx, table); err != nil {
			return err
		}
		n, err := applied(ctx, w, list)
		if err != nil {
			return err
		}
		for i, m := range list[n:] {
			if _, err := w.exec(ctx, m.text); err != nil {
				return fmt.Errorf("sqlite: migration %s: %w", m.name, err)
			}
			if _, err := w.exec(ctx, "INSERT INTO schema_migration (number, name, sha256) VALUES (?, ?, ?)", n+i+1, m.name, m.sum); err != nil {
				return err
			}
		}
		return nil
	})
}

// applied gives how many migrations of the list have been run, in order and unchanged.
func applied(ctx context.Context, w *session, list []migration) (n int, err error) {
	var tables int
	if err := w.one(ctx, "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migration'", &tables); err != nil || tables == 0 {
		return 0, err
	}
	err = w.each(ctx, "SELECT name, sha256 FROM schema_migration ORDER BY number", nil, func(r *sql.Rows) (bool, error) {
		var name, sum string
		if err := r.Scan(&name, &sum); err != nil {
			return false, err
		}
		switch {
		case n >= len(list):
			return false, fmt.Errorf("%w: it knows migration %s", ErrSchemaNewer, name)
		case list[n].name != name || list[n].sum != sum:
			return false, fmt.Errorf("%w: %s", ErrSchemaChanged, name)
		}
		n++
		return true, nil
	})
	return n, err
}
