package sqlite

import (
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
	"math"

	"projectr"
)

// mark is the place of a row in a list's order: the values it is sorted by, at
// most two numbers and two texts. It is made for every row, so it holds no slice.
type mark struct {
	nums [2]int64
	strs [2]string
}

var errCursor = &projectr.Error{Kind: projectr.Invalid, Field: "after", Message: "This is not a place in this list: begin again without it."}

// after reads where the page begins. Without a cursor it is before the first row
// of a list that is sorted downwards; a list that is sorted upwards looks at
// first. A cursor of another list or another organisation is no cursor.
func (l *list[T]) after(cursor string) (place, error) {
	if cursor == "" {
		return place{first: true}, nil
	}
	m, ok := decodeMark(cursor, l.org, l.name, l.nums, l.strs)
	if !ok {
		return place{}, errCursor
	}
	return place{mark: m}, nil
}

type place struct {
	mark
	first bool
}

// num returns the i-th number, or one above all.
func (p place) num(i int) int64 {
	if p.first {
		return math.MaxInt64
	}
	return p.nums[i]
}

// str returns the i-th text, or one above all that are ids.
func (p place) str(i int) string {
	if p.first {
		return "\U0010FFFF"
	}
	return p.strs[i]
}

// The form: 4 bytes of check, then each number as a varint, each text after its
// length. The check keeps a cursor to its list and organisation and tells
// garbage; it is no secret, and a forged cursor is only another place in one's
// own list.
func encodeMark(m mark, org int64, list string, nums, strs int) string {
	b := make([]byte, 4, 64)
	for _, n := range m.nums[:nums] {
		b = binary.AppendVarint(b, n)
	}
	for _, s := range m.strs[:strs] {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	binary.BigEndian.PutUint32(b, markCheck(b[4:], org, list))
	return base64.RawURLEncoding.EncodeToString(b)
}

func decodeMark(s string, org int64, list string, nums, strs int) (mark, bool) {
	var m mark
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) < 4 || binary.BigEndian.Uint32(b) != markCheck(b[4:], org, list) {
		return m, false
	}
	b = b[4:]
	for i := range nums {
		n, used := binary.Varint(b)
		if used <= 0 {
			return m, false
		}
		m.nums[i], b = n, b[used:]
	}
	for i := range strs {
		n, used := binary.Uvarint(b)
		if used <= 0 || n > uint64(len(b)-used) {
			return m, false
		}
		m.strs[i], b = string(b[used:used+int(n)]), b[used+int(n):]
	}
	return m, len(b) == 0
}

func markCheck(b []byte, org int64, list string) uint32 {
	h := fnv.New32a()
	h.Write(b)
	h.Write(binary.BigEndian.AppendUint64([]byte(list), uint64(org)))
	return h.Sum32()
}

// list gathers one page: one row more than was asked for tells whether there is
// a next one.
type list[T any] struct {
	items []T
	last  mark
	limit int
	more  bool
	org   int64
	name  string
	nums  int // of its marks
	strs  int
}

func listOf[T any](v view, name string, p projectr.Page, nums, strs int) list[T] {
	return list[T]{items: make([]T, 0, p.Limit), limit: p.Limit, org: v.org, name: name, nums: nums, strs: strs}
}

func (l *list[T]) add(x T, m mark) {
	if len(l.items) == l.limit {
		l.more = true
		return
	}
	l.items, l.last = append(l.items, x), m
}

func (l *list[T]) done() projectr.List[T] {
	out := projectr.List[T]{Items: l.items}
	if out.Items == nil {
		out.Items = []T{}
	}
	if l.more {
		out.Next = encodeMark(l.last, l.org, l.name, l.nums, l.strs)
	}
	return out
}
