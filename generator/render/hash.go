package render

import (
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"maps"
	"math"
	"reflect"
	"slices"
	"time"

	"balie/generator/site"
)

// Hash is the hash of all that a page's bytes are made from, by one Renderer: two hashes of 64
// bits, with seeds of their own. SHA-256 would take a twelfth of a clean build of 10,000 incidents.
type Hash [2]uint64

// Hash returns the hash of what a page's bytes are made from: the theme and the frames, where the
// page is, and its view.
func (r *Renderer) Hash(p *site.Page, view any) (Hash, error) {
	h, err := hashOf(r.seeds, r.frames.Look(), p.Layout, placeOf(p), view)
	if err != nil {
		return h, fmt.Errorf("hash %s: %w", p.File, err)
	}
	return h, nil
}

// hashOf returns the hash of plain values: strings, numbers, booleans, times with their zone, and
// slices, arrays, maps, pointers, interfaces and structs of them. Anything else is an error.
func hashOf(seeds [2]maphash.Seed, values ...any) (Hash, error) {
	h := hasher{make([]byte, 0, 4096)}
	for _, v := range values {
		if err := h.any(reflect.ValueOf(v)); err != nil {
			return Hash{}, err
		}
	}
	return Hash{maphash.Bytes(seeds[0], h.data), maphash.Bytes(seeds[1], h.data)}, nil
}

// hasher writes values one after the other, so that different values give different bytes.
type hasher struct{ data []byte }

func (h *hasher) number(n uint64) { h.data = binary.LittleEndian.AppendUint64(h.data, n) }

func (h *hasher) string(s string) {
	h.number(uint64(len(s)))
	h.data = append(h.data, s...)
}

func (h *hasher) bool(b bool) {
	if b {
		h.data = append(h.data, 1)
	} else {
		h.data = append(h.data, 0)
	}
}

// any writes a value with the name of its type.
func (h *hasher) any(v reflect.Value) error {
	if !v.IsValid() {
		h.string("nil")
		return nil
	}
	h.string(v.Type().String())
	return h.value(v)
}

var timeType = reflect.TypeFor[time.Time]()

func (h *hasher) value(v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		h.string(v.String())
	case reflect.Bool:
		h.bool(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		h.number(uint64(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		h.number(v.Uint())
	case reflect.Float32, reflect.Float64:
		h.number(math.Float64bits(v.Float()))
	case reflect.Slice, reflect.Array:
		return h.list(v)
	case reflect.Map:
		return h.mapping(v)
	case reflect.Pointer:
		if h.bool(!v.IsNil()); v.IsNil() {
			return nil
		}
		return h.value(v.Elem())
	case reflect.Interface:
		return h.any(v.Elem())
	case reflect.Struct:
		return h.fields(v)
	default:
		return fmt.Errorf("a view holds a %s", v.Type())
	}
	return nil
}

func (h *hasher) list(v reflect.Value) error {
	if v.Type().Elem().Kind() == reflect.Uint8 && v.Kind() == reflect.Slice {
		h.string(string(v.Bytes()))
		return nil
	}
	h.number(uint64(v.Len()))
	for i := range v.Len() {
		if err := h.value(v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func (h *hasher) mapping(v reflect.Value) error {
	if v.Type().Key().Kind() != reflect.String {
		return fmt.Errorf("a view holds a %s, whose keys are no strings", v.Type())
	}
	values := map[string]reflect.Value{}
	for entry := v.MapRange(); entry.Next(); {
		values[entry.Key().String()] = entry.Value()
	}
	h.number(uint64(len(values)))
	for _, key := range slices.Sorted(maps.Keys(values)) {
		h.string(key)
		if err := h.value(values[key]); err != nil {
			return err
		}
	}
	return nil
}

func (h *hasher) fields(v reflect.Value) error {
	if v.Type() == timeType {
		h.time(v.Interface().(time.Time))
		return nil
	}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() {
			return fmt.Errorf("a view holds a %s, whose %s nobody else can read", v.Type(), field.Name)
		}
		if err := h.value(v.Field(i)); err != nil {
			return err
		}
	}
	return nil
}

func (h *hasher) time(t time.Time) {
	name, offset := t.Zone()
	h.number(uint64(t.Unix()))
	h.number(uint64(t.Nanosecond()))
	h.number(uint64(offset))
	h.string(name)
	h.string(t.Location().String())
}
