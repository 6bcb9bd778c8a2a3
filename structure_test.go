package ledgermill_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/ledgermill/ledgermill"

// rank gives a package's height: each rank imports downwards only.
func rank(pkg string) int {
	switch {
	case pkg == "internal/fixed" || pkg == "ledger/refusal":
		return -1
	case pkg == "ledger/money" || pkg == "ledger/calendar" || pkg == "inventory/uom":
		return 0
	case pkg == "inventory" || pkg == "ledger":
		return 1
	case pkg == "mrp" || pkg == "costing":
		return 2
	case pkg == "posting":
		return 3
	case pkg == "costing/costingtest": // a kit: it makes things up, and sees what costing sees
		return 6
	case pkg == "posting/tieout" || pkg == "posting/flow" || pkg == "posting/trace" || pkg == "posting/explain":
		return 3
	case pkg == "storage":
		return 4
	case pkg == "" || pkg == "storage/memory" || pkg == "storage/sqlite" || pkg == "storage/postgres":
		return 5
	}
	return 6 // examples, posting/postingtest, storage/storagetest
}

// sources gives the Go files of the repository, by package, without tests.
func sources(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	require.NoError(t, filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		pkg := filepath.ToSlash(filepath.Dir(path))
		if pkg == "." {
			pkg = ""
		}
		out[pkg] = append(out[pkg], path)
		return nil
	}))
	return out
}

func imports(t *testing.T, path string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	require.NoError(t, err)
	var out []string
	for _, i := range f.Imports {
		name, err := strconv.Unquote(i.Path.Value)
		require.NoError(t, err)
		out = append(out, name)
	}
	return out
}

func TestImportsPointDownwards(t *testing.T) {
	allowedSameRank := map[string]string{"posting/tieout": "posting", "posting/flow": "posting", "posting/trace": "posting", "posting/explain": "posting", "internal/fixed": "ledger/refusal"}
	for pkg, files := range sources(t) {
		for _, path := range files {
			for _, name := range imports(t, path) {
				to, ours := strings.CutPrefix(name, module)
				if !ours {
					continue
				}
				to = strings.TrimPrefix(to, "/")
				if pkg == "costing/costingtest" {
					require.True(t, to == "costing" || rank(to) <= 0, "%s imports %s", path, name)
				}
				if rank(pkg) == 6 || allowedSameRank[pkg] == to && to != "" {
					continue
				}
				require.Less(t, rank(to), rank(pkg), "%s imports %s", path, name)
				if pkg == "costing" {
					require.LessOrEqual(t, rank(to), 0, "costing sees rank 0 only: %s imports %s", path, name)
				}
			}
		}
	}
}

func TestKernelsArePure(t *testing.T) {
	banned := []string{"context", "time", "os", "net", "net/http", "database/sql", "log", "log/slog", "math/rand", "math/rand/v2", "github.com/google/uuid"}
	for pkg, files := range sources(t) {
		if rank(pkg) > 3 || pkg == "ledger/calendar" {
			continue
		}
		for _, path := range files {
			for _, name := range imports(t, path) {
				require.NotContains(t, banned, name, path)
			}
		}
	}
}

// The facade calls kernels in a straight line: it adds, multiplies and rounds nothing.
func TestNoArithmeticInTheFacade(t *testing.T) {
	banned := map[string]bool{"Add": true, "Sub": true, "Mul": true, "MulDiv": true, "Div": true, "DivRound": true, "QuoRem": true, "Share": true, "Extend": true, "Split": true, "Round": true, "Shift": true}
	for _, path := range sources(t)[""] {
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, path, nil, 0)
		require.NoError(t, err)
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if s, ok := call.Fun.(*ast.SelectorExpr); ok && banned[s.Sel.Name] {
					t.Errorf("%s: arithmetic (%s) belongs in a kernel", set.Position(n.Pos()), s.Sel.Name)
				}
			}
			return true
		})
	}
}

func TestThreeDirectRequirements(t *testing.T) {
	text, err := os.ReadFile("go.mod")
	require.NoError(t, err)
	var direct []string
	for _, line := range strings.Split(string(text), "\n") {
		f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(f) >= 2 && strings.Contains(f[0], "/") && strings.HasPrefix(f[1], "v") && !strings.Contains(line, "// indirect") {
			direct = append(direct, f[0])
		}
	}
	require.ElementsMatch(t, []string{"github.com/shopspring/decimal", "github.com/google/uuid", "github.com/stretchr/testify"}, direct)
}

func TestNoFloatsInShippedCode(t *testing.T) {
	for pkg, files := range sources(t) {
		if rank(pkg) > 5 {
			continue
		}
		for _, path := range files {
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			require.NoError(t, err)
			ast.Inspect(f, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && (id.Name == "float64" || id.Name == "float32" || id.Name == "NewFromFloat") {
					t.Errorf("%s: a binary float", path)
				}
				return true
			})
		}
	}
}
