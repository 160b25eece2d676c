package file

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

func hypot(a, b float64) float64 { return math.Hypot(a, b) }

// Distances in a line of text, in parts of the font's size. A space is a
// quarter wide in most fonts, and letters are moved nearer or apart by less
// than a tenth.
const (
	wordGap   = 0.16 // from here on there is a space
	cellGap   = 1.0  // from here on there is another cell or column
	baseline  = 0.35 // letters within this much height are on one line
	paragraph = 1.9  // lines farther apart have an empty line between them
	minColumn = 4    // lines that make a column
	proseLine = 22   // letters of a line on average from which a column is prose
)

// piece is letters of one line that follow each other without a wide gap.
type piece struct {
	text     strings.Builder
	x, end   float64
	y, size  float64
	letters  int
	trailing bool // ends with a space
}

// row is pieces that stand on one line.
type row struct {
	pieces  []*piece
	y, size float64
}

// layOut writes the glyphs of a page as lines of text.
func layOut(w *writer, glyphs []pdfMark) {
	for turn := range 4 {
		var rows []row
		if pieces := piecesOf(glyphs, turn); len(pieces) > 0 {
			rows = rowsOf(pieces)
		}
		for _, block := range columnsOf(rows, 0) {
			writeRows(w, block)
		}
	}
}

// piecesOf joins the glyphs that follow each other as they were drawn.
func piecesOf(glyphs []pdfMark, turn int) []*piece {
	var out []*piece
	var p *piece
	for _, g := range glyphs {
		if g.turn != turn || g.text == "" && p == nil {
			continue
		}
		if g.text == "" { // stands for nothing, but has its width
			p.end = max(p.end, g.x+g.width)
			continue
		}
		gap := 0.0
		if p != nil {
			gap = g.x - p.end
			size := max(min(p.size, g.size), 0.1)
			if abs64(g.y-p.y) > baseline*max(p.size, g.size) || gap > cellGap*size || gap < -0.6*size || p.letters > 4000 {
				p = nil
			} else if gap > wordGap*size && !p.trailing && !g.blank {
				p.text.WriteByte(' ')
			}
		}
		if p == nil {
			if g.blank {
				continue
			}
			p = &piece{x: g.x, y: g.y, size: g.size}
			out = append(out, p)
		}
		if g.blank {
			if !p.trailing {
				p.text.WriteByte(' ')
			}
		} else {
			p.text.WriteString(g.text)
			p.letters++
		}
		p.trailing = g.blank || strings.HasSuffix(g.text, " ")
		p.end = max(p.end, g.x+g.width)
		if !g.blank && g.size > p.size {
			p.size, p.y = g.size, g.y
		}
	}
	return slices.DeleteFunc(out, func(p *piece) bool { return strings.TrimSpace(p.text.String()) == "" })
}

// rowsOf gathers pieces into lines from top to bottom.
func rowsOf(pieces []*piece) []row {
	slices.SortStableFunc(pieces, func(a, b *piece) int { return cmp.Compare(b.y, a.y) })
	var rows []row
	for _, p := range pieces {
		if n := len(rows); n > 0 && rows[n-1].y-p.y <= baseline*min(rows[n-1].size, p.size) {
			rows[n-1].pieces = append(rows[n-1].pieces, p)
			continue
		}
		rows = append(rows, row{[]*piece{p}, p.y, p.size})
	}
	for i := range rows {
		r := &rows[i]
		slices.SortStableFunc(r.pieces, func(a, b *piece) int {
			switch {
			case a.x < b.x:
				return -1
			case a.x > b.x:
				return 1
			}
			return 0
		})
		r.pieces = slices.CompactFunc(r.pieces, func(a, b *piece) bool { // drawn twice to look bold
			return abs64(a.x-b.x) < 0.2*a.size && a.text.String() == b.text.String()
		})
	}
	return rows
}

// columnsOf parts lines into blocks that are read one after another: where the
// same gap runs down many lines with prose on both sides, these are columns. A
// gap in a table has little text beside it: its rows stay together.
func columnsOf(rows []row, depth int) [][]row {
	var out [][]row
	rest := 0 // the lines from here on are in no block yet
	for i := 0; i < len(rows) && depth < 4; {
		n, at := gutter(rows[i:])
		if n == 0 {
			i++
			continue
		}
		if i > rest {
			out = append(out, rows[rest:i])
		}
		var left, right []row
		for _, r := range rows[i : i+n] {
			var l, rr []*piece
			for _, p := range r.pieces {
				if p.x < at {
					l = append(l, p)
				} else {
					rr = append(rr, p)
				}
			}
			if len(l) > 0 {
				left = append(left, row{l, r.y, r.size})
			}
			if len(rr) > 0 {
				right = append(right, row{rr, r.y, r.size})
			}
		}
		out = append(out, columnsOf(left, depth+1)...)
		out = append(out, columnsOf(right, depth+1)...)
		i += n
		rest = i
	}
	if rest < len(rows) {
		out = append(out, rows[rest:])
	}
	return out
}

// gutter says how many of the lines, from the first, have the same gap between
// two columns of prose, and where it is.
func gutter(rows []row) (n int, at float64) {
	first := rows[0]
	for k := 0; k+1 < len(first.pieces); k++ {
		lo, hi := first.pieces[k].end, first.pieces[k+1].x
		var left, right, leftLetters, rightLetters int
		n = 0
		for _, r := range rows {
			l, h, crossed := lo, hi, false
			ll, rl := 0, 0
			for _, p := range r.pieces {
				switch {
				case p.end <= hi && p.end > l && p.x < lo:
					l = p.end
				case p.x >= lo && p.x < h:
					h = p.x
				}
				if p.x < lo && p.end > hi {
					crossed = true
				}
				if p.x < (lo+hi)/2 {
					ll += p.letters
				} else {
					rl += p.letters
				}
			}
			if crossed || h-l < 0.8*first.size {
				break
			}
			lo, hi = l, h
			left, right = left+one(ll > 0), right+one(rl > 0)
			leftLetters, rightLetters = leftLetters+ll, rightLetters+rl
			n++
		}
		if left >= minColumn && right >= minColumn && leftLetters/left >= proseLine && rightLetters/right >= proseLine {
			return n, (lo + hi) / 2
		}
	}
	return 0, 0
}

func writeRows(w *writer, rows []row) {
	for i, r := range rows {
		if i > 0 && rows[i-1].y-r.y > paragraph*max(rows[i-1].size, r.size) {
			w.gap()
		}
		w.fresh()
		for j, p := range r.pieces {
			if j > 0 {
				before := r.pieces[j-1]
				switch gap := p.x - before.end; {
				case gap > cellGap*min(p.size, before.size):
					w.put('\t')
				case gap > wordGap*min(p.size, before.size) && !before.trailing:
					w.write(" ")
				}
			}
			w.write(strings.TrimSpace(p.text.String()))
			if p.trailing && j+1 < len(r.pieces) && r.pieces[j+1].x-p.end <= cellGap*p.size {
				w.write(" ")
			}
		}
		w.fresh()
		if w.full {
			return
		}
	}
	w.gap()
}
