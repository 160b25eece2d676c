package extract

import (
	"slices"
	"testing"
)

// TestViews: a sentence is seen with its neighbours, the strongest of the others, the
// mean and their number.
func TestViews(t *testing.T) {
	o := func(v int8) (o opinion) {
		for i := range o {
			o[i] = v
		}
		return o
	}
	for name, c := range map[string]struct {
		mail []opinion
		want [][6]int8 // of each sentence: itself, before, behind, strongest other, mean, number
	}{
		"nothing":        {nil, nil},
		"one":            {[]opinion{o(9)}, [][6]int8{{9, -farthest, -farthest, -farthest, 9, 1}}},
		"three":          {[]opinion{o(5), o(-3), o(10)}, [][6]int8{{5, -farthest, -3, 10, 4, 3}, {-3, 5, 10, 10, 4, 3}, {10, -3, -farthest, 5, 4, 3}}},
		"two alike":      {[]opinion{o(7), o(7)}, [][6]int8{{7, -farthest, 7, 7, 7, 2}, {7, 7, -farthest, 7, 7, 2}}},
		"the first best": {[]opinion{o(8), o(1), o(2)}, [][6]int8{{8, -farthest, 1, 2, 3, 3}, {1, 8, 2, 8, 3, 3}, {2, 1, -farthest, 8, 3, 3}}},
	} {
		got := views(c.mail)
		if len(got) != len(c.want) {
			t.Fatalf("%s: %d views", name, len(got))
		}
		for i, v := range got {
			for part := range 5 {
				if x := v[part*opinions+opinions/2]; x != c.want[i][part] {
					t.Errorf("%s, sentence %d: part %d is %d, want %d", name, i, part, x, c.want[i][part])
				}
			}
			if v[viewSize-1] != c.want[i][5] {
				t.Errorf("%s, sentence %d: %d sentences, want %d", name, i, v[viewSize-1], c.want[i][5])
			}
		}
	}
	if n := views(make([]opinion, 1000))[0][viewSize-1]; n != 127 {
		t.Errorf("a thousand sentences count %d", n)
	}
}

// TestWaitsView: what was forwarded is another's question.
func TestWaitsView(t *testing.T) {
	var a, b, c opinion
	a[headAnswer-headTask], b[headAnswer-headTask], c[headAnswer-headTask] = 3, 20, 8
	got := waitsView([]opinion{a, b, c}, []sentenceSigns{{question: true, acts: 2}, {question: true, forwarded: true, acts: 5}, {acts: 1}}, mailSigns{words: -7, group: true, recipients: 3})
	if want := []int8{8, 3, 3, -7, 2, 1, 3, 1, 3}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if len(got) != waitsSize {
		t.Errorf("%d features", len(got))
	}
}

// TestGrow: a forest learns what no single feature tells, the same in any order of
// equal examples, and says what it was grown from after it was written and read.
func TestGrow(t *testing.T) {
	var set []seenExample
	for x := range 20 {
		for y := range 20 {
			set = append(set, seenExample{features: []int8{int8(x - 10), int8(y - 10), int8((x*7 + y*13) % 50)}, yes: (x < 12) != (y < 9), group: x*20 + y})
		}
	}
	f := growCalibrated(set, 60, true)
	right := 0
	for _, e := range set {
		sum := f.sum(e.features)
		if (sum >= f.cut) == e.yes {
			right++
		}
		if likely := f.likely(sum); likely < 0.5 == e.yes && likely != 0.5 {
			t.Fatalf("%v: likely %.2f, and it is %t", e.features, likely, e.yes)
		}
	}
	if right != len(set) {
		t.Errorf("%d of %d right", right, len(set))
	}
	back, rest, err := decodeForest(f.encode(nil), 3)
	if err != nil || len(rest) > 0 || !slices.Equal(back.trees, f.trees) || back.cut != f.cut || back.bias != f.bias {
		t.Errorf("what was read is not what was written: %v", err)
	}
	if _, _, err := decodeForest(f.encode(nil), 1); err == nil {
		t.Error("a tree that asks for a feature there is not is read")
	}
	for n := range f.encode(nil) {
		if _, _, err := decodeForest(f.encode(nil)[:n], 3); err == nil {
			t.Fatalf("a forest of %d bytes is read", n)
		}
	}
	for _, yes := range []bool{false, true} {
		one := []seenExample{{features: []int8{1}, yes: yes}, {features: []int8{2}, yes: yes, group: 1}}
		if f := grow(one, 5); f.sum([]int8{1}) > 0 != yes {
			t.Errorf("all %t: %d", yes, f.sum([]int8{1}))
		}
	}
}
