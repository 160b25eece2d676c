package accounttest

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func TestMannWhitney(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	draw := func(shift time.Duration) (out []time.Duration) {
		for range 400 {
			out = append(out, shift+time.Duration(1000+r.NormFloat64()*100))
		}
		return out
	}
	if p := MannWhitney(draw(0), draw(0)); p < 0.05 {
		t.Errorf("of one distribution: p = %v", p)
	}
	if p := MannWhitney(draw(0), draw(40)); p > 0.001 {
		t.Errorf("of two: p = %v", p)
	}
	// A sample and its expected answer, by hand: U = 0 of 16, sigma = sqrt(12).
	if p, want := MannWhitney([]time.Duration{1, 2, 3, 4}, []time.Duration{5, 6, 7, 8}), math.Erfc(8/math.Sqrt(12)/math.Sqrt2); math.Abs(p-want) > 1e-9 {
		t.Errorf("p = %v, want %v", p, want)
	}
}
