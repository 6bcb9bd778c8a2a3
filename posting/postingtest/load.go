package postingtest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"go.yaml.in/yaml/v3"
)

// Scenario is one YAML document: a company, a run of business documents, and what the books must then say.
type Scenario struct {
	Title  string
	Source string // where the figures come from
	File   string
	Line   int   // where the document begins
	Err    error // why it cannot be played: an unknown word, a value that cannot be read

	setup ledgermill.Setup
	head  []step // items, BOMs, the opening: documents too
	steps []step
}

// Load reads the scenarios of a file, or of all .yaml and .yml files in and below a folder, in the order of their names. A document that cannot
// be played is in the list with its Err, so that the others still are; the error is that of a path that cannot be read.
func Load(path string) ([]*Scenario, error) {
	files := []string{path}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		files = nil
		err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
			if ext := filepath.Ext(p); err == nil && !d.IsDir() && (ext == ".yaml" || ext == ".yml") {
				files = append(files, p)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	var out []*Scenario
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			return nil, err
		}
		if info.Size() > maxFile {
			out = append(out, &Scenario{Title: file, File: file, Err: fmt.Errorf("%s: a file of %d bytes; at most %d", file, info.Size(), maxFile)})
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		out = append(out, Parse(file, text)...)
	}
	return out, nil
}

// Parse reads scenarios from text; the name stands in messages. It never fails as a whole: see Scenario.Err.
func Parse(name string, text []byte) []*Scenario {
	r := reader{file: name}
	nodes, err := r.documents(text)
	var out []*Scenario
	for _, n := range nodes {
		s := &Scenario{Title: name, File: name, Line: n.Line}
		s.Err = r.scenario(n, s)
		out = append(out, s)
	}
	if err != nil {
		out = append(out, &Scenario{Title: name, File: name, Err: err})
	}
	return out
}

// document is the top level of a scenario.
type document struct {
	Scenario   string                        `json:"scenario"`
	Source     string                        `json:"source"`
	Company    part[ledgermill.Setup]        `json:"company"`
	Warehouses []ledgermill.WarehouseBins    `json:"warehouses"`
	Items      []part[ledgermill.DefineItem] `json:"items"`
	BOMs       []part[ledgermill.DefineBOM]  `json:"boms"`
	Routings   []ledgermill.Routing          `json:"routings"`
	Centers    []ledgermill.CenterRates      `json:"centers"`
	Calendars  []ledgermill.Calendar         `json:"calendars"`
	Rates      []ledgermill.DayRate          `json:"rates"`
	Profile    map[string]string             `json:"profile"`
	Opening    part[ledgermill.Opening]      `json:"opening"`
	Steps      []step                        `json:"steps"`
}

// part is a document of the head; its number and mostly its date are given to it.
type part[C ledgermill.Command] struct {
	line    int
	command C
}

// given are the keys of a part's command that the head does not state there.
func (p *part[C]) given() []string {
	switch any(p.command).(type) {
	case ledgermill.Setup:
		return []string{"ref", "date", "warehouses", "profile", "centers", "routings", "calendars"}
	case ledgermill.Opening:
		return []string{"ref", "memo"}
	}
	return []string{"ref", "date", "memo"}
}

func (p *part[C]) fromNode(r reader, n *yaml.Node) error {
	p.line, r.place = n.Line, verbOf(p.command)
	return r.structure(n, valueOf(&p.command), func(key, _ *yaml.Node) (bool, error) {
		if fieldOf(reflect.TypeFor[C](), key.Value) >= 0 && !slices.Contains(p.given(), key.Value) {
			return false, nil
		}
		return false, r.unknown(key, slices.DeleteFunc(keysOf(reflect.TypeFor[C]()), func(name string) bool { return slices.Contains(p.given(), name) }))
	})
}

func verbOf(c ledgermill.Command) string {
	for verb, v := range verbs {
		if reflect.TypeOf(v) == reflect.TypeOf(c) {
			return verb
		}
	}
	return "company"
}

func (p part[C]) step(ref string, date calendar.Date) step {
	return step{line: p.line, verb: verbOf(p.command), command: p.command}.filled(ref, date)
}

// scenario reads one document.
func (r reader) scenario(n *yaml.Node, s *Scenario) error {
	if err := r.plain(n, 0); err != nil {
		return err
	}
	s.Title = titleOf(n, s.Title)
	var d document
	r.place = "file"
	if err := r.decode(n, valueOf(&d)); err != nil {
		return err
	}
	if d.Scenario == "" {
		return r.fault(n, "a scenario has a title: `scenario: ...`")
	}
	first := d.earliest()
	s.Source, s.setup = d.Source, d.Company.command
	s.setup.ID, s.setup.Date = "setup", first
	s.setup.Warehouses, s.setup.Profile, s.setup.Centers, s.setup.Routings, s.setup.Calendars = d.Warehouses, d.Profile, d.Centers, d.Routings, d.Calendars
	for _, p := range d.Items {
		s.head = append(s.head, p.step("item:"+p.command.Code, first))
	}
	for i, p := range d.BOMs {
		s.head = append(s.head, p.step(fmt.Sprintf("bom:%s:%d", p.command.Item, i+1), first))
	}
	if len(d.Rates) > 0 {
		s.head = append(s.head, step{line: n.Line, verb: "rates", command: ledgermill.DefineRates{Rates: d.Rates}}.filled("rates", first))
	}
	if d.Opening.line > 0 {
		s.head = append(s.head, d.Opening.step("opening", first))
	}
	s.steps = d.Steps
	date := first
	for i := range s.steps {
		st := s.steps[i].filled(fmt.Sprintf("%s-%d", s.steps[i].verb, i+1), date)
		if st.date != 0 {
			date = st.date
		}
		s.steps[i] = st
	}
	return nil
}

// titleOf finds the title before the rest is read, so that a document that cannot be read still has its name.
func titleOf(n *yaml.Node, otherwise string) string {
	for i := 0; n.Kind == yaml.MappingNode && i < len(n.Content); i += 2 {
		if n.Content[i].Value == "scenario" && n.Content[i+1].Kind == yaml.ScalarNode {
			return n.Content[i+1].Value
		}
	}
	return otherwise
}

// earliest is the first day that the file speaks of: what its head states holds from then on.
func (d document) earliest() calendar.Date {
	first := d.Opening.command.Date
	for _, st := range d.Steps {
		if st.date != 0 && (first == 0 || st.date < first) {
			first = st.date
		}
	}
	if first == 0 {
		first = calendar.NewDate(2026, 1, 1)
	}
	return first
}
