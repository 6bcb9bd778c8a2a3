package postingtest

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/ledgermill/ledgermill"
	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
	"go.yaml.in/yaml/v3"
)

// step is a command, a retry of one, or an expectation.
type step struct {
	line    int
	verb    string
	ref     string
	date    calendar.Date // as stated; a reversal may leave it to the document that it reverses
	command ledgermill.Command
	retry   string
	expect  *expectation
	at      string       // HH:MM: when on its day it is recorded
	code    refusal.Code // it must be refused so
	refused error        // it was, by what its figures can hold
}

func (s *step) fromNode(r reader, n *yaml.Node) error {
	if n.Kind != yaml.MappingNode || len(n.Content) != 2 {
		return r.fault(n, "a step is one verb with its fields: `- ship: {..}`")
	}
	key, value := n.Content[0], n.Content[1]
	s.line, s.verb, r.place = key.Line, key.Value, key.Value
	switch {
	case s.verb == "expect":
		s.expect = &expectation{}
		return r.decode(value, valueOf(s.expect))
	case s.verb == "retry":
		var again struct {
			Of string `json:"of"`
		}
		err := r.decode(value, valueOf(&again))
		s.retry = again.Of
		return err
	case verbs[s.verb] == nil:
		r.place = "step"
		return r.unknown(key, append(slices.Collect(maps.Keys(verbs)), "expect", "retry"))
	}
	return s.readCommand(r, value)
}

func (s *step) readCommand(r reader, n *yaml.Node) error {
	command := reflect.New(reflect.TypeOf(verbs[s.verb])).Elem()
	var refused error
	forAll := map[string]string{}
	err := r.structure(n, command, func(key, value *yaml.Node) (bool, error) {
		if key.Value == "error" {
			s.code = refusal.Code(value.Value)
			if !slices.Contains(refusal.Codes, s.code) {
				return true, r.fault(value, "unknown error code `%s`; known are: %s", value.Value, codes())
			}
			return true, nil
		}
		if key.Value == "at" {
			if _, err := calendar.ParseInstant(value.Value, calendar.NewDate(2026, 1, 1)); err != nil || len(value.Value) != len("00:00") {
				return true, r.fault(value, "`at` is an hour: HH:MM")
			}
			s.at = value.Value
			return true, nil
		}
		i := fieldOf(command.Type(), key.Value)
		if i < 0 && slices.Contains(ofLines(command.Type()), key.Value) {
			var word string
			err := r.scalar(value, valueOf(&word))
			forAll[key.Value] = word
			return true, err
		}
		if i < 0 {
			return true, r.unknown(key, slices.Concat(keysOf(command.Type()), ofLines(command.Type()), []string{"error", "at"}))
		}
		err := r.decode(value, command.Field(i))
		if refusal.CodeOf(err) != "" && refused == nil {
			refused, err = err, nil // it may be what the step expects
		}
		return true, err
	})
	if err == nil && s.code == "" {
		err = refused
	}
	s.refused = refused
	for name, word := range forAll {
		lines := command.FieldByName("Lines")
		for i := range lines.Len() {
			if f := lines.Index(i).Field(fieldOf(lines.Type().Elem(), name)); f.String() == "" {
				f.SetString(word)
			}
		}
	}
	s.command, s.date = command.Interface().(ledgermill.Command), dateOf(command)
	return err
}

// codes are the error codes, in a line.
func codes() string {
	names := make([]string, len(refusal.Codes))
	for i, c := range refusal.Codes {
		names[i] = string(c)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// ofLines are the words of place (a warehouse, a bin, a lot) that a verb has on its lines only: a step may say them once, for all lines that do not.
func ofLines(t reflect.Type) (out []string) {
	lines, there := t.FieldByName("Lines")
	for _, name := range []string{"warehouse", "bin", "lot"} {
		if there && fieldOf(t, name) < 0 && fieldOf(lines.Type.Elem(), name) >= 0 {
			out = append(out, name)
		}
	}
	return out
}

func fieldOf(t reflect.Type, name string) int {
	for i := range t.NumField() {
		if jsonName(t.Field(i)) == name {
			return i
		}
	}
	return -1
}

func dateOf(command reflect.Value) calendar.Date {
	return command.FieldByName("Date").Interface().(calendar.Date)
}

// filled gives a command the number and date that it was not given. A reversal without a date has that of the document it reverses.
func (s step) filled(ref string, date calendar.Date) step {
	if s.command == nil {
		return s
	}
	command := reflect.New(reflect.TypeOf(s.command)).Elem()
	command.Set(reflect.ValueOf(s.command))
	if id := command.FieldByName("ID"); id.String() == "" {
		id.SetString(ref)
	}
	if dateOf(command) == 0 && s.verb != "reverse" {
		command.FieldByName("Date").Set(reflect.ValueOf(date))
	}
	s.ref, s.date = command.FieldByName("ID").String(), dateOf(command)
	s.command = command.Interface().(ledgermill.Command)
	return s
}
