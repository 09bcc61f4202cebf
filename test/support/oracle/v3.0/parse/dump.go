package main

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// dump gives a value as JSON can hold it without losing its type: scalars are text with a letter for the type, structs
// are objects by YAML name without their zero values.
func dump(v any) any { return dumpValue(reflect.ValueOf(v)) }

func dumpValue(v reflect.Value) any {
	if !v.IsValid() {
		return "n"
	}
	switch v.Kind() {
	case reflect.Ptr, reflect.Interface:
		if v.IsNil() {
			return "n"
		}
		return dumpValue(v.Elem())
	case reflect.Struct:
		out := map[string]any{}
		dumpStruct(v, out)
		return out
	case reflect.Map:
		out := map[string]any{}
		for _, key := range v.MapKeys() {
			name := fmt.Sprint(dumpValue(key))
			if v.Type().Key().Kind() == reflect.String {
				name = key.String()
			}
			out[name] = dumpValue(v.MapIndex(key))
		}
		return out
	case reflect.Slice:
		out := []any{}
		for i := 0; i < v.Len(); i++ {
			out = append(out, dumpValue(v.Index(i)))
		}
		return out
	case reflect.String:
		return "s" + v.String()
	case reflect.Bool:
		return "b" + strconv.FormatBool(v.Bool())
	case reflect.Int, reflect.Int64:
		if v.Type() == reflect.TypeOf(time.Duration(0)) {
			return "d" + strconv.FormatInt(v.Int(), 10)
		}
		return "i" + strconv.FormatInt(v.Int(), 10)
	case reflect.Uint64:
		return "i" + strconv.FormatUint(v.Uint(), 10)
	case reflect.Float64:
		return "f" + strconv.FormatFloat(v.Float(), 'g', -1, 64)
	case reflect.Func:
		return "n"
	}
	panic("cannot dump " + v.Type().String())
}

func dumpStruct(v reflect.Value, out map[string]any) {
	for i := 0; i < v.NumField(); i++ {
		field := v.Type().Field(i)
		tag := strings.Split(field.Tag.Get("yaml"), ",")
		if len(tag) > 1 && tag[1] == "inline" {
			dumpStruct(v.Field(i), out)
			continue
		}
		name := tag[0]
		if name == "" {
			name = strings.ToLower(field.Name)
		}
		value := dumpValue(v.Field(i))
		if !isZero(value) || isSetPointer(v.Field(i)) {
			out[name] = value
		}
	}
}

// isSetPointer tells a zero duration that is set from one that is not.
func isSetPointer(v reflect.Value) bool {
	return v.Kind() == reflect.Ptr && !v.IsNil() && v.Elem().Kind() == reflect.Int64
}

func isZero(value any) bool {
	switch value := value.(type) {
	case string:
		return value == "n" || value == "s" || value == "bfalse" || value == "i0" || value == "d0"
	case map[string]any:
		return len(value) == 0
	case []any:
		return len(value) == 0
	}
	return false
}
