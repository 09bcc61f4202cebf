package main

import (
	"reflect"
	"strings"
	"time"

	"github.com/docker/distribution/configuration"
)

// schema lists every key the release's structs know: path, Go field name in upper case, and type.
func schema() [][3]string {
	var keys [][3]string
	walk(reflect.TypeOf(configuration.Configuration{}), "", &keys)
	return keys
}

func walk(t reflect.Type, path string, keys *[][3]string) {
	for i := 0; i < t.NumField(); i++ {
		field := t.Field(i)
		tag := strings.Split(field.Tag.Get("yaml"), ",")
		if len(tag) > 1 && tag[1] == "inline" {
			walk(field.Type, path, keys)
			continue
		}
		name := tag[0]
		if name == "" {
			name = strings.ToLower(field.Name)
		}
		here := strings.TrimPrefix(path+"."+name, ".")
		*keys = append(*keys, [3]string{here, strings.ToUpper(field.Name), typeName(field.Type)})
		descend(field.Type, here, keys)
	}
}

func descend(t reflect.Type, path string, keys *[][3]string) {
	switch t.Kind() {
	case reflect.Struct:
		walk(t, path, keys)
	case reflect.Slice, reflect.Ptr:
		descend(t.Elem(), path, keys)
	case reflect.Map:
		if t.Elem().Kind() == reflect.Slice && t.Elem().Elem().Kind() == reflect.Struct {
			descend(t.Elem(), path+".*", keys)
		}
	}
}

func typeName(t reflect.Type) string {
	if t == reflect.TypeOf(time.Duration(0)) {
		return "duration"
	}
	switch t.Kind() {
	case reflect.Ptr:
		return typeName(t.Elem())
	case reflect.Slice:
		return "list " + typeName(t.Elem())
	case reflect.Map:
		return "map " + typeName(t.Elem())
	case reflect.Interface:
		return "any"
	}
	return t.Kind().String()
}
