package postingtest

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/ledgermill/ledgermill/ledger/refusal"
	"github.com/shopspring/decimal"
	"go.yaml.in/yaml/v3"
)

// Bounds of what is read: a scenario is written by a person, but a file may come from anywhere.
const (
	maxFile   = 1 << 20
	maxDepth  = 32
	maxNumber = 64
)

// reader turns YAML nodes into Go values. Every scalar is taken as the text that is written, so that numbers stay exact and 0156 stays
// 0156; every complaint begins with file:line.
type reader struct {
	file  string
	place string // the verb or part under way, for words that are known there but not built
}

func (r reader) fault(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", r.file, n.Line, fmt.Errorf(format, args...))
}

// documents gives the top node of each YAML document. What cannot be read ends the list with an error.
func (r reader) documents(text []byte) ([]*yaml.Node, error) {
	if len(text) > maxFile {
		return nil, fmt.Errorf("%s: a file of %d bytes; at most %d", r.file, len(text), maxFile)
	}
	var out []*yaml.Node
	for decoder := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var n yaml.Node
		err := decoder.Decode(&n)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, fmt.Errorf("%s: %s", r.file, strings.TrimPrefix(err.Error(), "yaml: "))
		}
		if len(n.Content) == 1 {
			out = append(out, n.Content[0])
		}
	}
}

// plain refuses what makes YAML mean more than it shows: anchors, aliases, tags, two values for one key, empty values.
func (r reader) plain(n *yaml.Node, depth int) error {
	switch {
	case depth > maxDepth:
		return r.fault(n, "nested more than %d deep", maxDepth)
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return r.fault(n, "anchors and aliases are not read")
	case n.Style&yaml.TaggedStyle != 0:
		return r.fault(n, "tags are not read: %s", n.Tag)
	case n.Kind == yaml.ScalarNode && n.Value == "" && n.Style == 0:
		return r.fault(n, "a value is missing")
	}
	seen := map[string]bool{}
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			if child.Kind != yaml.ScalarNode {
				return r.fault(child, "a key is a single word")
			}
			if seen[child.Value] {
				return r.fault(child, "`%s` stands here twice", child.Value)
			}
			seen[child.Value] = true
		}
		if err := r.plain(child, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// custom is a type that reads itself, and knows its JSON schema.
type custom interface {
	fromNode(r reader, n *yaml.Node) error
	schema(d defs) any
}

// decode reads n into a value by the JSON tags of its type. Keys that the type does not have are errors.
func (r reader) decode(n *yaml.Node, to reflect.Value) error {
	if c, ok := to.Addr().Interface().(custom); ok {
		return c.fromNode(r, n)
	}
	if text, ok := to.Addr().Interface().(encoding.TextUnmarshaler); ok && to.Kind() != reflect.Map {
		return r.text(n, text)
	}
	switch to.Kind() {
	case reflect.Pointer:
		to.Set(reflect.New(to.Type().Elem()))
		return r.decode(n, to.Elem())
	case reflect.Struct:
		return r.structure(n, to, nil)
	case reflect.Slice, reflect.Array:
		return r.sequence(n, to)
	case reflect.Map:
		return r.mapping(n, to)
	}
	return r.scalar(n, to)
}

// text reads a scalar by its type's own rules.
func (r reader) text(n *yaml.Node, to encoding.TextUnmarshaler) error {
	if n.Kind != yaml.ScalarNode {
		return r.fault(n, "one value is wanted here")
	}
	switch to.(type) {
	case *decimal.Decimal, *decimal.NullDecimal:
		if !isNumber(n.Value) {
			return r.fault(n, "%w", refusal.New(refusal.InvalidAmount, n.Value, "not a plain number"))
		}
	}
	if err := to.UnmarshalText([]byte(n.Value)); err != nil {
		return r.fault(n, "%w", err)
	}
	return nil
}

// isNumber accepts a plain decimal: no exponent, so that a short text is never a huge number.
func isNumber(s string) bool {
	whole, part, point := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	return len(s) <= maxNumber && digits(whole) && (!point || digits(part))
}

func (r reader) scalar(n *yaml.Node, to reflect.Value) error {
	if n.Kind != yaml.ScalarNode {
		return r.fault(n, "one value is wanted here")
	}
	switch to.Kind() {
	case reflect.Bool:
		if n.Value != "true" && n.Value != "false" {
			return r.fault(n, "true or false is wanted here, not %s", n.Value)
		}
		to.SetBool(n.Value == "true")
	case reflect.Int32:
		i, err := strconv.ParseInt(n.Value, 10, 32)
		if err != nil {
			return r.fault(n, "a whole number is wanted here, not %s", n.Value)
		}
		to.SetInt(i)
	default:
		to.SetString(n.Value)
	}
	return nil
}

// structure reads a mapping; extra is asked first for each key, and says whether it took it.
func (r reader) structure(n *yaml.Node, to reflect.Value, extra func(key, value *yaml.Node) (bool, error)) error {
	return r.pairs(n, func(key, value *yaml.Node) error {
		if extra != nil {
			if took, err := extra(key, value); took || err != nil {
				return err
			}
		}
		i := fieldOf(to.Type(), key.Value)
		if i < 0 {
			return r.unknown(key, keysOf(to.Type()))
		}
		return r.decode(value, to.Field(i))
	})
}

// jsonName is the key of a field; fields without a tag have none.
func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// keysOf are the words that a structure is read from.
func keysOf(t reflect.Type) (names []string) {
	for i := range t.NumField() {
		if name := jsonName(t.Field(i)); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// unknown refuses a word, and names those that may stand there.
func (r reader) unknown(key *yaml.Node, known []string) error {
	if r.notBuilt(key.Value) {
		return r.fault(key, "`%s` is not built yet", key.Value)
	}
	return r.fault(key, "unknown word `%s`; known are: %s", key.Value, strings.Join(slices.Sorted(slices.Values(known)), ", "))
}

func (r reader) pairs(n *yaml.Node, do func(key, value *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return r.fault(n, "keys with values are wanted here: {key: value}")
	}
	for i := 0; i < len(n.Content); i += 2 {
		if err := do(n.Content[i], n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

func (r reader) mapping(n *yaml.Node, to reflect.Value) error {
	to.Set(reflect.MakeMap(to.Type()))
	return r.pairs(n, func(key, value *yaml.Node) error {
		v := reflect.New(to.Type().Elem()).Elem()
		if err := r.decode(value, v); err != nil {
			return err
		}
		to.SetMapIndex(reflect.ValueOf(key.Value), v)
		return nil
	})
}

func (r reader) sequence(n *yaml.Node, to reflect.Value) error {
	if n.Kind != yaml.SequenceNode {
		return r.fault(n, "a list is wanted here: [..]")
	}
	if to.Kind() == reflect.Slice {
		to.Set(reflect.MakeSlice(to.Type(), len(n.Content), len(n.Content)))
	}
	if len(n.Content) != to.Len() {
		return r.fault(n, "a list of %d is wanted here, not of %d", to.Len(), len(n.Content))
	}
	for i, child := range n.Content {
		if err := r.decode(child, to.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

// valueOf is what a pointer points at, for decode.
func valueOf(to any) reflect.Value { return reflect.ValueOf(to).Elem() }
