package postingtest

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// What a person reads when a scenario cannot be read.
func TestLoadErrors(t *testing.T) {
	for text, want := range map[string]string{
		"scenario: s\nitem: []":                                                         "f.yaml:2: unknown word `item`",
		"scenario: s\nrules: []":                                                        "f.yaml:2: `rules` is not built yet",
		"scenario: s\nitems:\n  - {code: P,\n     colour: red}":                         "f.yaml:4: unknown word `colour`; known are: calendar, category, code, kind,",
		"scenario: s\nitems: [{code: P, date: 2026-01-01}]":                             "f.yaml:2: unknown word `date`",
		"scenario: s\ncompany: {chart: cas, warehouses: []}":                            "f.yaml:2: unknown word `warehouses`; known are: aging_by, chart, cogs_at, cost_scope, currency, decimals,",
		"scenario: s\nsteps:\n - equivalent_units: {}":                                  "f.yaml:3: `equivalent_units` is not built yet",
		"scenario: s\nsteps:\n - explode: {}":                                           "f.yaml:3: unknown word `explode`; known are: allocate, bom,",
		"scenario: s\nsteps:\n - ship: {}\n   pay: {}":                                  "f.yaml:3: a step is one verb with its fields: `- ship: {..}`",
		"scenario: s\nsteps:\n - pay: {amount: 1e3}":                                    `f.yaml:3: invalid_amount:`,
		"scenario: s\nsteps:\n - pay: {amount: [1]}":                                    "f.yaml:3: one value is wanted here",
		"scenario: s\nsteps:\n - pay: {error: no_money}":                                "f.yaml:3: unknown error code `no_money`; known are: closed_period, conflict,",
		"scenario: s\nsteps:\n - invoice_in: {tax_rate: 1e9}":                           `f.yaml:3: invalid_amount: "1e9": not a plain number`,
		"scenario: s\nsteps:\n - ship: {date: 2026-02-30}":                              "f.yaml:3: invalid_date:",
		"scenario: s\nsteps:\n - complete: {backflush: yes}":                            "f.yaml:3: true or false is wanted here, not yes",
		"scenario: s\nsteps:\n - item: {lead_time: 1.5}":                                "f.yaml:3: a whole number is wanted here, not 1.5",
		"scenario: s\nsteps:\n - ship: {lines: {item: P}}":                              "f.yaml:3: a list is wanted here: [..]",
		"scenario: s\nsteps:\n - ship: [1]":                                             "f.yaml:3: keys with values are wanted here: {key: value}",
		"scenario: s\nsteps:\n - ship: {lines: [{item: P, qty: 1}, {item: P, qty: x}]}": "f.yaml:3: invalid_quantity:",
		"scenario: s\nsteps:\n - expect: {cost_of: {of: X, by_source: [[GR-1]]}}":       "f.yaml:3: a source is [document, value]",
		"scenario: s\nsteps:\n - expect: {trace: {item: A, forward: [[B, L1]]}}":        "f.yaml:3: goods are [item, lot, quantity]",
		"scenario: s\nsteps:\n - expect: {stock: {P: {qty: 1 box}}}":                    `f.yaml:3: invalid_amount: "1 box": not a plain number`,
		"scenario: s\nsteps:\n - expect: {stock: {P: {layers: [[1]]}}}":                 "f.yaml:3: a list of 2 is wanted here, not of 1",
		"scenario: s\nsteps:\n - expect: {trial_balance: even}":                         "f.yaml:3: the word `balanced` is wanted here, not even",
		"scenario: s\nsteps:\n - expect: {reconcile: dirty}":                            "f.yaml:3: `clean` or a list",
		"scenario: s\nsource: a\nsource: b":                                             "f.yaml:3: `source` stands here twice",
		"scenario: s\nsource: &a b":                                                     "f.yaml:2: anchors and aliases are not read",
		"scenario: s\nsource: !!str b":                                                  "f.yaml:2: tags are not read: !!str",
		"scenario: s\nsource:":                                                          "f.yaml:2: a value is missing",
		"source: s":                                                                     "f.yaml:1: a scenario has a title: `scenario: ...`",
		"- a":                                                                           "f.yaml:1: keys with values are wanted here: {key: value}",
		"{? [a] : b}":                                                                   "f.yaml:1: a key is a single word",
		"scenario: " + strings.Repeat("[", 40) + strings.Repeat("]", 40):                "f.yaml:1: nested more than 32 deep",
		"scenario: s\n\tx":                                                              "f.yaml: line 2:",
		strings.Repeat("#", maxFile+1):                                                  "f.yaml: a file of 1048577 bytes; at most 1048576",
	} {
		scenarios := Parse("f.yaml", []byte(text))
		require.Len(t, scenarios, 1, "%.80s", text)
		require.Error(t, scenarios[0].Err, "%.80s", text)
		require.True(t, strings.HasPrefix(scenarios[0].Err.Error(), want), "%.80s\n%s\n%s", text, want, scenarios[0].Err)
		require.Equal(t, []string{scenarios[0].Err.Error()}, scenarios[0].Play(t.Context(), nil, Options{}).Failures)
	}
}

// A word that has been built must leave the table of those that are not.
func TestLaterWordsAreNotBuilt(t *testing.T) {
	types := map[string]reflect.Type{"file": reflect.TypeFor[document](), "expect": reflect.TypeFor[expectation]()}
	for verb, command := range verbs {
		types[verb] = reflect.TypeOf(command)
	}
	for place, words := range later {
		for _, w := range strings.Fields(words) {
			if place == "step" {
				require.Nil(t, verbs[w], w)
			} else {
				require.Negative(t, fieldOf(types[place], w), "%s.%s", place, w)
			}
		}
	}
}

func TestSchema(t *testing.T) {
	const file = "scenario.schema.json"
	got, err := Schema()
	require.NoError(t, err)
	got = append(got, '\n')
	require.True(t, json.Valid(got))
	if *update {
		require.NoError(t, os.WriteFile(file, got, 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "go test -update writes it anew")
}

// Whatever the text is, it is read or refused with the place where it is wrong.
func FuzzLoad(f *testing.F) {
	files, err := filepath.Glob("testdata/scenarios/*.yaml")
	require.NoError(f, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(text)
	}
	for _, s := range []string{"", "---\n---", "{", "a: &a [*a]", "scenario: s\nsteps: [{ship: {lines: [{qty: 3 box}]}}]", "scenario: |\n  x\n", "<<: {a: b}", "\xff\xfe"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, s := range Parse("f.yaml", text) {
			if s.Err != nil {
				require.True(t, strings.HasPrefix(s.Err.Error(), "f.yaml:"), s.Err)
			}
		}
	})
}
