package query

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// schema is a JSON schema: those keywords of it that docs/query.schema.json uses.
type schema struct{ root map[string]any }

func readSchema(t *testing.T) schema {
	t.Helper()
	text, err := os.ReadFile("../../docs/query.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var s schema
	if err := json.Unmarshal(text, &s.root); err != nil {
		t.Fatal(err)
	}
	return s
}

// valid reports whether a value is what a schema says. A keyword that it does not know makes nothing valid.
func (s schema) valid(rule map[string]any, v any) bool {
	for word, arg := range rule {
		if !s.keyword(rule, word, arg, v) {
			return false
		}
	}
	return true
}

func (s schema) keyword(rule map[string]any, word string, arg, v any) bool {
	object, isObject := v.(map[string]any)
	list, isList := v.([]any)
	matching := func() (n int) {
		for _, r := range arg.([]any) {
			if s.valid(r.(map[string]any), v) {
				n++
			}
		}
		return n
	}
	switch word {
	case "$schema", "title", "$defs":
		return true
	case "$ref":
		name := strings.TrimPrefix(arg.(string), "#/$defs/")
		return s.valid(s.root["$defs"].(map[string]any)[name].(map[string]any), v)
	case "const":
		return reflect.DeepEqual(arg, v)
	case "enum":
		return slices.ContainsFunc(arg.([]any), func(a any) bool { return reflect.DeepEqual(a, v) })
	case "minimum":
		return v.(float64) >= arg.(float64)
	case "oneOf":
		return matching() == 1
	case "anyOf":
		return matching() > 0
	case "type":
		types, ok := arg.([]any)
		if !ok {
			types = []any{arg}
		}
		return slices.Contains(types, any(typeOf(v)))
	case "items":
		return !isList || !slices.ContainsFunc(list, func(x any) bool { return !s.valid(arg.(map[string]any), x) })
	case "required":
		return !isObject || !slices.ContainsFunc(arg.([]any), func(n any) bool { _, ok := object[n.(string)]; return !ok })
	case "properties":
		for name, r := range arg.(map[string]any) {
			if x, ok := object[name]; ok && !s.valid(r.(map[string]any), x) {
				return false
			}
		}
		return true
	case "additionalProperties":
		for name := range object {
			if _, ok := rule["properties"].(map[string]any)[name]; !ok {
				return false
			}
		}
		return arg == false
	}
	return false
}

func typeOf(v any) string {
	switch x := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case float64:
		if x == float64(int64(x)) {
			return "integer"
		}
		return "number"
	case []any:
		return "array"
	}
	return "object"
}

// TestSchema: the schema refuses what is not as it says.
func TestSchema(t *testing.T) {
	s := readSchema(t)
	for text, want := range map[string]bool{
		`{"v":1,"query":"goals","goals":["a"]}`:      true,
		`{"v":2,"query":"goals","goals":["a"]}`:      false,
		`{"v":1,"query":"goals","goals":[1]}`:        false,
		`{"v":1,"query":"goals"}`:                    false,
		`{"v":1,"query":"goals","goals":[],"x":1}`:   false,
		`{"v":1,"query":"link-order","goals":["a"]}`: false,
	} {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		if got := s.valid(s.root, v); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
