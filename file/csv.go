package file

import "strings"

// table reads comma-separated values (RFC 4180) and their kin with semicolons,
// tabs or bars. The separator is the one by which the first lines part most
// evenly.
func table(w *writer, contentType string, data []byte) error {
	text := decodeText(contentType, data)
	if rest, ok := strings.CutPrefix(text, "sep="); ok && len(rest) > 2 && (rest[1] == '\n' || rest[1] == '\r') {
		readCells(w, strings.TrimLeft(rest[1:], "\r\n"), rest[0])
		return nil
	}
	readCells(w, text, separator(text))
	return nil
}

// separator guesses by what cells are parted: the character that stands in most
// of the first lines, outside quotes, as often as in the line before.
func separator(text string) byte {
	best, most := byte(','), 0
	for _, c := range []byte("\t;,|") {
		score, before, n := 0, 0, 0
		for line := range lines(text[:min(len(text), 16<<10)]) {
			quoted, count := false, 0
			for i := range len(line) {
				switch {
				case line[i] == '"':
					quoted = !quoted
				case line[i] == c && !quoted:
					count++
				}
			}
			if count > 0 {
				score++
				if count == before {
					score += 2
				}
			}
			before = count
			if n++; n == 20 {
				break
			}
		}
		if score > most {
			best, most = c, score
		}
	}
	return best
}

// readCells writes a row a line. A quote that is never closed ends with its
// line, so that one stray quote does not swallow a file.
func readCells(w *writer, s string, sep byte) {
	var cells []string
	for s != "" && !w.full {
		var cell string
		cell, s = readCell(s, sep)
		if len(cells) < MaxColumns {
			cells = append(cells, cell)
		}
		switch {
		case s == "":
		case s[0] == sep:
			s = s[1:]
			if s == "" {
				break
			}
			continue
		case s[0] == '\r' && len(s) > 1 && s[1] == '\n':
			s = s[2:]
		default:
			s = s[1:]
		}
		w.row(cells)
		cells = cells[:0]
	}
	w.row(cells)
}

// maxCell bounds a quoted cell; what goes on for longer has a stray quote.
const maxCell = 64 << 10

// readCell takes one cell off s and leaves its separator or line end.
func readCell(s string, sep byte) (cell, rest string) {
	if s[0] == '"' {
		var b strings.Builder
		in := s[1:min(len(s), maxCell)]
		for {
			i := strings.IndexByte(in, '"')
			if i < 0 {
				break
			}
			b.WriteString(in[:i])
			if in = in[i+1:]; strings.HasPrefix(in, `"`) {
				b.WriteByte('"')
				in = in[1:]
				continue
			}
			after := s[min(len(s), maxCell)-len(in):]
			i = endOfCell(after, sep)
			return b.String() + after[:i], after[i:]
		}
	}
	i := endOfCell(s, sep)
	return s[:i], s[i:]
}

func endOfCell(s string, sep byte) int {
	for i := range len(s) {
		if s[i] == sep || s[i] == '\n' || s[i] == '\r' {
			return i
		}
	}
	return len(s)
}
