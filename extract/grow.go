package extract

import (
	"math"
	"slices"
)

// How a forest is grown: gradient boosting with logistic loss over histograms (Friedman,
// "Greedy Function Approximation", 2001; Chen and Guestrin, "XGBoost", 2016). Gradients
// are rounded to integers before they are added, so that the order of adding and the
// machine do not matter.
const (
	treesOfSentences = 60
	treesOfMails     = 40
	learned          = 0.1 // how much of what a tree would say is taken
	fewest           = 20  // examples that a leaf holds at least
	ridge            = 1.0 // how little a leaf of few examples says
	likeliness       = 1 << 16
	bins             = 256
)

// seenExample is one example to grow a forest from.
type seenExample struct {
	features []int8
	yes      bool
	group    int
	headless bool // grown from, but not judged by
}

// growCalibrated grows a forest from a set, after it has found slope, offset and cut in
// four rounds in which the trees come from the other three quarters. The cut is where F1
// is best or, when half, where the curve says one half.
func growCalibrated(set []seenExample, trees int, half bool) forest {
	sums := heldOut(set, func(e *seenExample) int { return e.group }, func(rest []seenExample) func(*seenExample) int32 {
		f := grow(rest, trees)
		return func(e *seenExample) int32 { return f.sum(e.features) }
	})
	plain := make([]example, len(set))
	for i := range set {
		plain[i] = example{yes: set[i].yes, headless: set[i].headless}
	}
	sums, plain = withLabel(sums, plain)
	f := grow(set, trees)
	f.slope, f.offset = logistic(sums, plain)
	if half {
		f.cut = f.middle()
	} else {
		f.cut = bestCut(sums, plain)
	}
	return f
}

// grow grows a forest.
func grow(set []seenExample, trees int) forest {
	var f forest
	yes := 0
	for i := range set {
		yes += int(flag(set[i].yes))
	}
	switch yes { // nothing tells them apart
	case 0:
		f.bias = -10 * leafUnit
		return f
	case len(set):
		f.bias = 10 * leafUnit
		return f
	}
	f.bias = int32(math.Round(math.Log(float64(yes)/float64(len(set)-yes)) * leafUnit))
	g := newGrower(set)
	sums := slices.Repeat([]int32{f.bias}, len(set))
	for range trees {
		for i := range set {
			p := int64(math.Round(likeliness / (1 + math.Exp(-float64(sums[i])/leafUnit))))
			g.gradient[i] = -p
			if set[i].yes {
				g.gradient[i] += likeliness
			}
			g.weight[i] = p * (likeliness - p) / likeliness
		}
		t := g.tree()
		f.trees = append(f.trees, t)
		for i := range set {
			sums[i] += int32(t.leaf[t.way(set[i].features)])
		}
	}
	return f
}

// grower holds what the growing of one tree after the other needs.
type grower struct {
	features         int
	table            []uint8 // an example after the other, see seen
	gradient, weight []int64 // in units of 1/likeliness
	rows             []int32 // the examples, those of one fork side by side
	room             []int32
}

func newGrower(set []seenExample) *grower {
	g := &grower{features: len(set[0].features), gradient: make([]int64, len(set)), weight: make([]int64, len(set)), rows: make([]int32, len(set)), room: make([]int32, len(set))}
	g.table = make([]uint8, 0, len(set)*g.features)
	for i := range set {
		for _, v := range set[i].features {
			g.table = append(g.table, uint8(int(v)+128))
		}
	}
	return g
}

// pile is what the examples of a bin or a fork come to.
type pile struct{ n, gradient, weight int64 }

func (p pile) add(q pile) pile {
	return pile{p.n + q.n, p.gradient + q.gradient, p.weight + q.weight}
}
func (p pile) less(q pile) pile {
	return pile{p.n - q.n, p.gradient - q.gradient, p.weight - q.weight}
}

// worth is how much a leaf of these examples lessens the loss.
func (p pile) worth() float64 {
	return float64(p.gradient) * float64(p.gradient) / (float64(p.weight) + ridge*likeliness)
}

// tree grows one tree.
func (g *grower) tree() tree {
	for i := range g.rows {
		g.rows[i] = int32(i)
	}
	var t tree
	var piles [forks + forks + 1]*[][bins]pile
	var from, to [forks + forks + 1]int
	to[0] = len(g.rows)
	piles[0] = g.sort(g.rows)
	for at := range forks {
		rows := g.rows[from[at]:to[at]]
		feature, most, ok := split(piles[at])
		left, right := 2*at+1, 2*at+2
		if !ok { // all go the first way
			t.feature[at], t.most[at] = 0, math.MaxInt8
			from[left], to[left], from[right], to[right] = from[at], to[at], to[at], to[at]
		} else {
			t.feature[at], t.most[at] = uint8(feature), int8(most-128)
			n := g.part(rows, feature, most)
			from[left], to[left], from[right], to[right] = from[at], from[at]+n, from[at]+n, to[at]
		}
		if left >= forks { // its ways end in leaves
			piles[at] = nil
			continue
		}
		// The smaller part is counted, and the other is the difference.
		small, large := left, right
		if to[left]-from[left] > to[right]-from[right] {
			small, large = right, left
		}
		piles[small] = g.sort(g.rows[from[small]:to[small]])
		rest := piles[at]
		for k := range *rest {
			for b := range (*rest)[k] {
				(*rest)[k][b] = (*rest)[k][b].less((*piles[small])[k][b])
			}
		}
		piles[large], piles[at] = rest, nil
	}
	for i := range t.leaf {
		var all pile
		for _, row := range g.rows[from[forks+i]:to[forks+i]] {
			all = all.add(pile{1, g.gradient[row], g.weight[row]})
		}
		t.leaf[i] = int16(math.Round(learned * leafUnit * float64(all.gradient) / (float64(all.weight) + ridge*likeliness)))
	}
	return t
}

// sort counts examples by feature and bin.
func (g *grower) sort(rows []int32) *[][bins]pile {
	out := make([][bins]pile, g.features)
	for _, row := range rows {
		one := pile{1, g.gradient[row], g.weight[row]}
		for k, bin := range g.seen(row) {
			p := &out[k][bin]
			p.n += one.n
			p.gradient += one.gradient
			p.weight += one.weight
		}
	}
	return &out
}

// seen is what an example is, by feature, plus 128.
func (g *grower) seen(row int32) []uint8 {
	from := int(row) * g.features
	return g.table[from : from+g.features]
}

// split finds the question that helps most, and the bin that goes the first way last.
func split(piles *[][bins]pile) (feature, most int, ok bool) {
	best := 0.0
	for k := range *piles {
		var all, left pile
		for _, p := range (*piles)[k] {
			all = all.add(p)
		}
		whole := all.worth()
		for b, p := range (*piles)[k] {
			if p.n == 0 {
				continue
			}
			if left = left.add(p); left.n < fewest {
				continue
			}
			right := all.less(left)
			if right.n < fewest {
				break
			}
			if gain := left.worth() + right.worth() - whole; gain > best {
				best, feature, most, ok = gain, k, b, true
			}
		}
	}
	return feature, most, ok
}

// part puts those that go the first way first, in their order, and returns how many.
func (g *grower) part(rows []int32, feature, most int) int {
	n, rest := 0, g.room[:0]
	for _, row := range rows {
		if int(g.seen(row)[feature]) <= most {
			rows[n] = row
			n++
		} else {
			rest = append(rest, row)
		}
	}
	copy(rows[n:], rest)
	return n
}
