package postingtest

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/ledgermill/ledgermill/storage/memory"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func TestScenarios(t *testing.T) { Run(t, memory.New(), "testdata/scenarios") }

// A month that is closed goods by goods, each in a transaction of its own, has the figures of one that is closed at once.
func TestScenariosClosedInSteps(t *testing.T) {
	for _, file := range []string{"monthly_average", "monthly_loops", "monthly_afterwards", "periods"} {
		RunWith(t, memory.New(), Options{CheckTieOuts: true, CloseEntries: 1}, "testdata/scenarios/"+file+".yaml")
	}
}

// Every figure of every scenario counts: moved by one in its last decimal it must fail, on the line where it stands.
func TestEveryFigureIsCompared(t *testing.T) {
	scenarios, err := Load("testdata/scenarios")
	require.NoError(t, err)
	checked := 0
	for _, s := range scenarios {
		p := s.player(t.Context(), Options{})
		require.NoError(t, p.found(memory.New()), s.Title)
		for _, st := range append(s.head[:len(s.head):len(s.head)], s.steps...) {
			if st.expect != nil {
				for _, f := range figuresIn(reflect.ValueOf(st.expect).Elem()) {
					was := *f
					f.value = f.value.Add(decimal.New(1, -f.places))
					p.check(st)
					require.Len(t, p.result.Failures, 1, "%s:%d: %s", s.File, f.line, f.text)
					require.True(t, strings.HasPrefix(p.result.Failures[0], fmt.Sprintf("%s:%d: ", s.File, f.line)), "%s: line %d", p.result.Failures[0], f.line)
					*f, p.result.Failures = was, nil
					checked++
				}
			}
			require.True(t, p.play(st) && p.result.OK(), "%s: %v", s.Title, p.result.Failures)
		}
	}
	require.Greater(t, checked, 300)
}

// figuresIn finds the figures of an expectation. Those behind unexported fields cannot be reached by reflection, so they are named here.
func figuresIn(v reflect.Value) (out []*figure) {
	switch w := v.Addr().Interface().(type) {
	case *figure:
		return []*figure{w}
	case *voucherLineWanted:
		return []*figure{&w.debit}
	case *agingWanted:
		return []*figure{&w.amount}
	case *sourcesWanted:
		for i := range w.sources {
			out = append(out, &w.sources[i].value)
		}
		return out
	case *layerWanted:
		for i := range w.pairs {
			out = append(out, &w.pairs[i][0], &w.pairs[i][1])
		}
		return out
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			out = figuresIn(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = append(out, figuresIn(v.Index(i))...)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out = append(out, figuresIn(v.Field(i))...)
			}
		}
	}
	return out
}

const head = "scenario: s\nitems: [{code: P}]\nsteps:\n" +
	"  - receive: {date: 2026-01-02, ref: R1, supplier: V, lines: [{item: P, qty: 3, price: 10}]}\n"

// What a person reads when a scenario does not hold.
func TestFailures(t *testing.T) {
	for step, want := range map[string]string{
		"expect: {stock: {P: {qty: 4}}}":                                   "f.yaml:5: quantity of P: expected 4, the books say 3",
		"expect: {stock: {P: {unit_cost: 9.99}}}":                          "f.yaml:5: unit cost of P: expected 9.99, the books say 10",
		"expect: {stock: {P: {layers: [[1, 10.00], [2, 20.00]]}}}":         "f.yaml:5: layers of P: expected [[1, 10.00] [2, 20.00]], the books say [[3, 30.00]]",
		"expect: {stock: {P@MAIN: {value: 30.00}}}":                        "f.yaml:5: value of P@MAIN: the books value the item as a whole and tell only quantities apart here",
		"expect: {stock: {Q: {qty: 4}}}":                                   `f.yaml:5: stock of Q: unknown_item: "Q"`,
		"expect: {balances: {nothing: 4}}":                                 `f.yaml:5: balance of nothing: expected 4, but unknown_account: "nothing"`,
		"expect: {voucher: {of: R1, lines: [[stock_goods, 30, 0]]}}":       "f.yaml:5: voucher of R1, 220202: expected nothing, the books say credit 30",
		"expect: {voucher: {of: X, lines: []}}":                            `f.yaml:5: voucher of X: not_found: "X"`,
		"expect: {cost_of: {of: X}}":                                       `f.yaml:5: cost of X: not_found: "X"`,
		"expect: {cost_of: {of: R1, by_element: {labor: 1}}}":              "f.yaml:5: labor of R1: expected 1, the books say 0",
		"expect: {cost_of: {of: R1, by_element: {gold: 1}}}":               "f.yaml:5: there is no element of cost gold",
		"expect: {cost_of: {of: R1, by_source: [[R2, 30]]}}":               "f.yaml:5: cost of R1 from R2: expected 30, the books say 0",
		"expect: {cost_of: {of: R1, by_source: []}}":                       "f.yaml:5: cost of R1 from R1: expected nothing, the books say 30",
		"expect: {work_orders: {X: {status: closed}}}":                     "f.yaml:5: work order X: not_found:",
		"expect: {work_orders: {R1: {status: closed}}}":                    "f.yaml:5: work order R1: not_found:",
		"expect: {accrued: {}}":                                            "f.yaml:5: accrued of R1: expected nothing, the books say 30",
		"expect: {open_items: {V: 1}}":                                     "f.yaml:5: open items of V: expected 1, the books say 0",
		"expect: {reconcile: [{check: x, difference: 1}]}":                 "f.yaml:5: reconcile: expected x  to differ by 1, the books have no such break",
		"expect: {as_of: 2026-01-01, stock: {P: {qty: 1}}}":                "f.yaml:5: quantity of P: expected 1, the books say 0",
		"expect: {as_of: 2026-01-01, stock: {P: {reserved: 0}}}":           "f.yaml:5: stock of P: what was available or reserved is told of now only",
		"expect: {as_of: 2026-01-01, reconcile: clean}":                    "f.yaml:5: cost_of, voucher and reconcile speak of all that is booked, not of a moment",
		"expect: {recorded_by: X, balances: {cogs: 0}}":                    `f.yaml:5: recorded_by: no step was accepted under the number "X"`,
		"ship: {customer: C, lines: [{item: P, qty: 4}]}":                  "f.yaml:5: ship ship-2: insufficient_stock:",
		"ship: {lines: [{item: P, qty: 1}], error: closed_period}":         "f.yaml:5: ship ship-2: expected the refusal closed_period, the books say",
		"ship: {customer: C, lines: [{item: P, qty: 1}], error: conflict}": "f.yaml:5: ship ship-2: expected the refusal conflict, the books say it was accepted",
		"retry: {of: X}": `f.yaml:5: retry: no step was accepted under the number "X"`,
	} {
		scenarios := Parse("f.yaml", []byte(head+"  - "+step+"\n"))
		require.Len(t, scenarios, 1)
		failures := scenarios[0].Play(t.Context(), memory.New(), Options{}).Failures
		require.NotEmpty(t, failures, step)
		require.True(t, strings.HasPrefix(failures[0], want), "%s\n%s", want, failures[0])
	}
}

// A figure that cannot even be held is a refusal that a step may expect.
func TestRefusedFigure(t *testing.T) {
	text := head + "  - ship: {customer: C, lines: [{item: P, qty: 0.0000001}], error: invalid_quantity}\n  - expect: {stock: {P: {qty: 3}}}\n"
	require.Empty(t, Parse("f.yaml", []byte(text))[0].Play(t.Context(), memory.New(), Options{CheckTieOuts: true}).Failures)
}

// Numbers keep their zeros and digits, and dates and numbers that a step leaves out are filled in.
func TestDefaults(t *testing.T) {
	s := Parse("f.yaml", []byte("scenario: s\nitems: [{code: 0156}]\nsteps:\n  - expect: {}\n"+
		"  - voucher: {date: 2026-02-03, lines: []}\n  - voucher: {lines: []}\n  - voucher: {date: 2026-01-31, lines: []}\n  - reverse: {of: voucher-2}\n  - voucher: {lines: []}\n"))[0]
	require.NoError(t, s.Err)
	var got []string
	for _, st := range append(s.head, s.steps...) {
		got = append(got, st.ref+" "+st.date.String())
	}
	require.Equal(t, []string{
		"item:0156 2026-01-31", " ", "voucher-2 2026-02-03", "voucher-3 2026-02-03", "voucher-4 2026-01-31", "reverse-5 ", "voucher-6 2026-01-31",
	}, got)
	require.Equal(t, "2026-01-31", s.setup.Date.String())
}

func TestVerbose(t *testing.T) {
	var out strings.Builder
	require.True(t, Parse("f.yaml", []byte(head))[0].Play(t.Context(), memory.New(), Options{Verbose: &out}).OK())
	for _, part := range []string{"f.yaml:4: receive R1 of 2026-01-02", "记账凭证 Voucher 记-1  2026-01-02", "220202", "stock P", "closing"} {
		require.Contains(t, out.String(), part)
	}
}

func TestLoadFolderAndFile(t *testing.T) {
	_, err := Load("testdata/none.yaml")
	require.ErrorIs(t, err, os.ErrNotExist)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(dir+"/b.yml", []byte(head+"---\n"+head+"---\n{"), 0o600))
	require.NoError(t, os.WriteFile(dir+"/a.yaml", make([]byte, maxFile+1), 0o600))
	require.NoError(t, os.WriteFile(dir+"/c.txt", []byte("no"), 0o600))
	scenarios, err := Load(dir)
	require.NoError(t, err)
	var wrong []bool
	for _, s := range scenarios {
		wrong = append(wrong, s.Err != nil)
	}
	require.Equal(t, []bool{true, false, false, true}, wrong)
}

// The same scenario twice in one store is two companies.
func TestAgainInOneStore(t *testing.T) {
	store := memory.New()
	s := Parse("f.yaml", []byte(head+"  - expect: {stock: {P: {qty: 3}}}\n"))[0]
	for range 3 {
		require.Empty(t, s.Play(t.Context(), store, Options{}).Failures)
	}
}
