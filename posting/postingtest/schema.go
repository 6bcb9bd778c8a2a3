package postingtest

import (
	"encoding"
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"github.com/ledgermill/ledgermill/ledger/calendar"
	"github.com/ledgermill/ledgermill/ledger/refusal"
)

// object is a JSON schema, or a part of one.
type object map[string]any

// defs holds the schemas of the structs that were met, by name.
type defs map[string]any

// Schema gives the JSON Schema of a scenario, for editors. It is made of the types that read scenarios.
func Schema() ([]byte, error) {
	d := defs{
		"text":   object{"type": []string{"string", "number", "boolean"}},
		"number": object{"type": []string{"number", "string"}},
	}
	top := d.structure(reflect.TypeFor[document](), nil)
	top["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	top["title"] = "Ledgermill scenario"
	top["required"] = []string{"scenario"}
	top["$defs"] = d
	return json.MarshalIndent(top, "", "  ")
}

var (
	text   = object{"$ref": "#/$defs/text"}
	number = object{"$ref": "#/$defs/number"}
)

func list(items any) object { return object{"type": "array", "items": items} }

func tuple(items ...any) object {
	return object{"type": "array", "prefixItems": items, "items": false, "minItems": len(items)}
}

func (d defs) of(t reflect.Type) any {
	if c, ok := reflect.New(t).Interface().(custom); ok {
		return c.schema(d)
	}
	switch {
	case t == reflect.TypeFor[calendar.Date]():
		return object{"type": "string", "format": "date"}
	case t.Kind() == reflect.Map:
		return object{"type": "object", "additionalProperties": d.of(t.Elem())}
	case reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return number
	}
	switch t.Kind() {
	case reflect.Pointer:
		return d.of(t.Elem())
	case reflect.Struct:
		return d.named(t.Name(), func() any { return d.structure(t, nil) })
	case reflect.Slice:
		return list(d.of(t.Elem()))
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int32:
		return object{"type": "integer"}
	}
	return text
}

// named keeps a schema under a name and refers to it.
func (d defs) named(name string, make func() any) object {
	if _, ok := d[name]; !ok {
		d[name] = nil // in case it holds itself
		d[name] = make()
	}
	return object{"$ref": "#/$defs/" + name}
}

func (d defs) structure(t reflect.Type, without []string) object {
	properties := object{}
	for i := range t.NumField() {
		if name := jsonName(t.Field(i)); name != "" && !slices.Contains(without, name) {
			properties[name] = d.of(t.Field(i).Type)
		}
	}
	return object{"type": "object", "properties": properties, "additionalProperties": false}
}

func (p *part[C]) schema(d defs) any { return d.structure(reflect.TypeFor[C](), p.given()) }

// schema of a step: one verb with its fields.
func (s *step) schema(d defs) any {
	return d.named("Step", func() any {
		properties := object{
			"expect": d.of(reflect.TypeFor[expectation]()),
			"retry":  object{"type": "object", "properties": object{"of": text}, "required": []string{"of"}, "additionalProperties": false},
		}
		for _, verb := range slices.Sorted(maps.Keys(verbs)) {
			fields := d.structure(reflect.TypeOf(verbs[verb]), nil)
			fields["properties"].(object)["error"] = object{"enum": refusal.Codes}
			for _, name := range ofLines(reflect.TypeOf(verbs[verb])) {
				fields["properties"].(object)[name] = text
			}
			fields["properties"].(object)["at"] = object{"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"}
			properties[verb] = fields
		}
		return object{"type": "object", "properties": properties, "additionalProperties": false, "minProperties": 1, "maxProperties": 1}
	})
}

func (e *entries[T]) schema(d defs) any {
	return object{"type": "object", "additionalProperties": d.of(reflect.TypeFor[T]())}
}

func (*figure) schema(defs) any            { return number }
func (*word) schema(defs) any              { return text }
func (*balanced) schema(defs) any          { return object{"const": "balanced"} }
func (*layerWanted) schema(defs) any       { return list(tuple(number, number)) }
func (*voucherLineWanted) schema(defs) any { return tuple(text, number, number) }
func (*agingWanted) schema(defs) any {
	return tuple(object{"type": "integer"}, object{"type": "integer"}, number)
}

func (*goodsWanted) schema(defs) any    { return tuple(text, text, number) }
func (*receivedWanted) schema(defs) any { return tuple(text, text, text, number) }

func (*tracesWanted) schema(d defs) any {
	one := d.of(reflect.TypeFor[traceWanted]())
	return object{"anyOf": []any{one, list(one)}}
}

func (*reconcileWanted) schema(d defs) any {
	return object{"anyOf": []any{object{"const": "clean"}, list(d.of(reflect.TypeFor[breakWanted]()))}}
}

func (*sourcesWanted) schema(d defs) any { return d.of(reflect.TypeFor[[]sourceWanted]()) }
func (*sourceWanted) schema(defs) any    { return tuple(text, number) }

func (*planWanted) schema(d defs) any { return d.of(reflect.TypeFor[[]plannedWanted]()) }
