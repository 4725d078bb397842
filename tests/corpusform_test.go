// Forms of unions, as examples of the description take them.

package tests

import (
	"reflect"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// formOfUnion is the type of a union that holds the values of a form, or nil if no or several types could.
func formOfUnion(union reflect.Type, form *openapi3.Schema) (only reflect.Type) {
	kinds := map[string]reflect.Kind{"array": reflect.Slice, "object": reflect.Struct}
	for _, typ := range unionForms()[union] {
		if !slices.ContainsFunc(form.Type.Slice(), func(name string) bool { return kinds[name] == typ.Kind() }) {
			continue
		}
		if only != nil {
			return nil
		}
		only = typ
	}
	return only
}

func noteForms(v reflect.Value, all map[reflect.Type][]reflect.Type) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			noteForms(v.Elem(), all)
		}
	case reflect.Slice:
		for i := range v.Len() {
			noteForms(v.Index(i), all)
		}
	case reflect.Struct:
		if form, isUnion := formOf(v); isUnion {
			f := reflect.ValueOf(form)
			if form != nil && f.Type().Name() != "RawMessage" && !slices.Contains(all[v.Type()], f.Type()) {
				all[v.Type()] = append(all[v.Type()], f.Type())
			}
			noteForms(f, all)
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && v.Type().PkgPath() == genPackage {
				noteForms(v.Field(i), all)
			}
		}
	}
}
