package file

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// builtinFormats are the formats that a workbook names by number alone
// (ECMA-376 part 1, 18.8.30). The dates among them follow the reader's country
// in Excel; here they are as a program elsewhere shows them.
var builtinFormats = map[int]string{
	1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
	14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
	22: "yyyy-mm-dd h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)",
	45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
	27: "yyyy-mm-dd", 28: "yyyy-mm-dd", 29: "yyyy-mm-dd", 30: "yyyy-mm-dd", 31: "yyyy-mm-dd", 36: "yyyy-mm-dd", 50: "yyyy-mm-dd",
	57: "yyyy-mm-dd",
}

// cellStyle is how numbers are shown; the zero value shows them as they are.
type cellStyle struct {
	sections []formatSection
}

type formatSection struct {
	tokens []formatToken
	date   bool
	// conditions such as [>=100]; op is empty for none.
	op    string
	bound float64
	// of a number
	percent   int
	thousands bool
	scale     int // commas after the last digit: each a thousandth
	whole     int // zeros before the point
	decimals  int // places after it
	optional  int // of these, how many are left out where they are zero
	exponent  int // digits of the exponent; 0: none
	fraction  bool
	digits    bool
	ampm      bool
}

type formatToken struct {
	kind byte // 'l' literal, '0' where the number stands, or a letter of a date
	text string
}

// maxFormat bounds a format; Excel allows 255 characters.
const maxFormat = 512

// parseFormat reads a format code (ECMA-376 part 1, 18.8.31).
func parseFormat(code string) cellStyle {
	if code == "" || len(code) > maxFormat || strings.EqualFold(code, "general") {
		return cellStyle{}
	}
	var s cellStyle
	for code != "" && len(s.sections) < 4 {
		var sec formatSection
		sec, code = parseSection(code)
		s.sections = append(s.sections, sec)
	}
	return s
}

func parseSection(code string) (formatSection, string) {
	var s formatSection
	lit := func(text string) { s.tokens = append(s.tokens, formatToken{'l', text}) }
	r := []rune(code)
	placed, point := false, false // the number has its place; its decimal point was seen
	for i := 0; i < len(r); i++ {
		c := r[i]
		run := func() int { // how often the letter stands in a row
			n := 1
			for i+n < len(r) && r[i+n]|0x20 == c|0x20 {
				n++
			}
			return n
		}
		switch {
		case c == ';':
			return finished(s), string(r[i+1:])
		case c == '"':
			j := i + 1
			for j < len(r) && r[j] != '"' {
				j++
			}
			lit(string(r[i+1 : j]))
			i = j
		case c == '\\' || c == '!':
			if i+1 < len(r) {
				lit(string(r[i+1]))
			}
			i++
		case c == '_': // the width of a character
			lit(" ")
			i++
		case c == '*': // a character that fills the cell
			i++
		case c == '[':
			j := i + 1
			for j < len(r) && r[j] != ']' {
				j++
			}
			s.bracket(string(r[i+1:j]), lit)
			i = j
		case c == '0' || c == '#' || c == '?':
			s.digits = true
			if s.exponent < 0 {
				s.exponent--
				break
			}
			if !placed {
				s.tokens = append(s.tokens, formatToken{kind: '0'})
				placed = true
			}
			switch {
			case s.fraction:
			case point:
				s.decimals++
				if c != '0' {
					s.optional++
				} else {
					s.optional = 0
				}
			case c == '0':
				s.whole++
			}
		case c == '.' && s.date:
			lit(".")
		case c == '.':
			if i+1 < len(r) && (r[i+1] == '0' || r[i+1] == '#' || r[i+1] == '?') {
				point = true
			} else if !placed {
				lit(".")
			}
		case c == ',':
			switch {
			case !placed:
				lit(",")
			case i+1 < len(r) && (r[i+1] == '0' || r[i+1] == '#' || r[i+1] == '?'):
				s.thousands = true
			case s.digits && (i+1 == len(r) || r[i+1] != ' ' || point):
				s.scale++
			default:
				s.scale++
			}
		case c == '%':
			s.percent++
			lit("%")
		case (c == 'E' || c == 'e') && placed && i+1 < len(r) && (r[i+1] == '+' || r[i+1] == '-'):
			s.exponent = -1
			i++
		case c == '/' && placed && !s.date:
			s.fraction = true
		case c == '@':
			s.tokens = append(s.tokens, formatToken{kind: '@'})
		case hasFold(r[i:], "AM/PM"):
			s.tokens = append(s.tokens, formatToken{'a', "AM/PM"})
			s.date, s.ampm = true, true
			i += 4
		case hasFold(r[i:], "A/P"):
			s.tokens = append(s.tokens, formatToken{'a', "A/P"})
			s.date, s.ampm = true, true
			i += 2
		case hasFold(r[i:], "General"):
			s.tokens = append(s.tokens, formatToken{kind: 'g'})
			i += 6
		case strings.ContainsRune("ymdhsYMDHS", c) && !placed:
			n := run()
			s.date = true
			s.tokens = append(s.tokens, formatToken{byte(c | 0x20), strings.Repeat("x", n)})
			i += n - 1
		case s.date && c == '0':
		default:
			lit(string(c))
		}
	}
	return finished(s), ""
}

// finished tells minutes from months, once the neighbours are known.
func finished(s formatSection) formatSection {
	if s.exponent < 0 {
		s.exponent = max(-s.exponent-1, 1)
	}
	if !s.date {
		return s
	}
	before := byte(0)
	for i := range s.tokens {
		t := &s.tokens[i]
		switch t.kind {
		case 'm':
			next := byte(0)
			for _, u := range s.tokens[i+1:] {
				if u.kind != 'l' {
					next = u.kind
					break
				}
			}
			if len(t.text) <= 2 && (before == 'h' || before == 'H' || next == 's' || next == 'S') {
				t.kind = 'n'
			}
			before = t.kind
		case 'l':
		default:
			before = t.kind
		}
	}
	return s
}

func (s *formatSection) bracket(in string, lit func(string)) {
	switch {
	case in == "":
	case in[0] == '$': // [$€-407]: a currency and a language
		sign, _, _ := strings.Cut(in[1:], "-")
		lit(sign)
	case in[0] == '<' || in[0] == '>' || in[0] == '=':
		n := len(in) - len(strings.TrimLeft(in, "<>="))
		if v, err := strconv.ParseFloat(strings.TrimSpace(in[n:]), 64); err == nil {
			s.op, s.bound = in[:n], v
		}
	case strings.Trim(in, "hH") == "", strings.Trim(in, "mM") == "", strings.Trim(in, "sS") == "": // time that went by
		s.date = true
		s.tokens = append(s.tokens, formatToken{in[0] &^ 0x20, in})
	}
}

func hasFold(r []rune, s string) bool {
	return len(r) >= len(s) && strings.EqualFold(string(r[:len(s)]), s)
}

// show writes a number as a cell shows it.
func (c cellStyle) show(value string, date1904 bool) string {
	v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return value
	}
	s, minus := c.section(v)
	switch {
	case s == nil:
		return general(v)
	case s.date:
		if out, ok := s.moment(v, date1904); ok {
			return out
		}
		return general(v)
	}
	out := s.number(math.Abs(v))
	if minus && v < 0 && strings.ContainsAny(out, "123456789") {
		out = "-" + out
	}
	return strings.TrimSpace(out)
}

// section returns the section of a format that is for v; nil for none. minus
// says whether the sign is to be written.
func (c cellStyle) section(v float64) (s *formatSection, minus bool) {
	n := len(c.sections)
	if n == 0 {
		return nil, false
	}
	if c.sections[0].op != "" {
		for i := range c.sections {
			if c.sections[i].fits(v) {
				return &c.sections[i], true
			}
		}
		return &c.sections[n-1], true
	}
	switch {
	case v < 0 && n > 1:
		return &c.sections[1], false
	case v == 0 && n > 2:
		return &c.sections[2], false
	}
	return &c.sections[0], true
}

func (s *formatSection) fits(v float64) bool {
	switch s.op {
	case "<":
		return v < s.bound
	case "<=":
		return v <= s.bound
	case ">":
		return v > s.bound
	case ">=":
		return v >= s.bound
	case "=":
		return v == s.bound
	case "<>":
		return v != s.bound
	}
	return true
}

// general writes a number as a cell without a format does.
func general(v float64) string {
	abs := math.Abs(v)
	if abs != 0 && (abs >= 1e15 || abs < 1e-9) {
		return strings.Replace(strconv.FormatFloat(v, 'E', -1, 64), "E+0", "E+", 1)
	}
	s := strconv.FormatFloat(v, 'g', 15, 64)
	if strings.ContainsAny(s, "eE") {
		v, _ = strconv.ParseFloat(s, 64)
		s = strconv.FormatFloat(v, 'f', -1, 64)
	}
	return s
}

// number writes v, which is not negative, in its place among the literals.
func (s *formatSection) number(v float64) string {
	var b strings.Builder
	for _, t := range s.tokens {
		switch t.kind {
		case 'l':
			b.WriteString(t.text)
		case '0':
			b.WriteString(s.figure(v))
		case 'g', '@':
			b.WriteString(general(v))
		}
	}
	return b.String()
}

func (s *formatSection) figure(v float64) string {
	if s.fraction { // halves and quarters are easier read as decimals
		return general(v)
	}
	for range s.percent {
		v *= 100
	}
	for range min(s.scale, 5) {
		v /= 1000
	}
	if s.exponent > 0 {
		out := strconv.FormatFloat(v, 'E', min(s.decimals, 15), 64)
		mantissa, exp, _ := strings.Cut(out, "E")
		sign, digits := exp[:1], strings.TrimLeft(exp[1:], "0")
		for len(digits) < s.exponent {
			digits = "0" + digits
		}
		return mantissa + "E" + sign + digits
	}
	whole, frac := rounded(v, min(s.decimals, 30))
	for n := s.optional; n > 0 && strings.HasSuffix(frac, "0"); n-- {
		frac = frac[:len(frac)-1]
	}
	if whole == "0" && s.whole == 0 {
		whole = ""
	}
	for len(whole) < s.whole {
		whole = "0" + whole
	}
	if s.thousands {
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + "," + whole[i:]
		}
	}
	if frac != "" {
		return whole + "." + frac
	}
	if whole == "" && s.decimals == 0 {
		return ""
	}
	return whole
}

// rounded writes v with a number of places, rounded half up on the 15 digits
// that a workbook shows of a number at most.
func rounded(v float64, places int) (whole, frac string) {
	mantissa, exp, _ := strings.Cut(strconv.FormatFloat(v, 'e', 14, 64), "e")
	digits := strings.Replace(mantissa, ".", "", 1)
	point, _ := strconv.Atoi(exp)
	point++ // digits before the point
	if point > 400 {
		return strconv.FormatFloat(v, 'f', 0, 64), strings.Repeat("0", places)
	}
	if point < 0 {
		digits = strings.Repeat("0", min(-point, 64)) + digits
		point = 0
	}
	keep := point + places
	if keep < len(digits) {
		up := digits[keep] >= '5'
		b := []byte("0" + digits[:keep])
		for i := len(b) - 1; up && i >= 0; i-- {
			if b[i]++; b[i] <= '9' {
				up = false
			} else {
				b[i] = '0'
			}
		}
		digits, point = string(b), point+1
		keep++
	}
	digits += strings.Repeat("0", keep-len(digits))
	whole = strings.TrimLeft(digits[:point], "0")
	if whole == "" {
		whole = "0"
	}
	return whole, digits[point:]
}

var epochs = map[bool]time.Time{
	false: time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC),
	true:  time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC),
}

// moment writes the date and time that the number v of days stands for. Days
// before March 1900 are one off in Excel, which had a 29 February in it.
func (s *formatSection) moment(v float64, date1904 bool) (string, bool) {
	if v < 0 || v >= 2958466 {
		return "", false
	}
	days := math.Floor(v)
	tenths := 0
	for i, t := range s.tokens { // tenths of seconds are shown only where a format says so
		if t.kind == '0' && i > 0 {
			tenths = 1
		}
	}
	millis := int64(math.Round((v - days) * 86400 * 1000))
	if tenths == 0 {
		millis = (millis + 500) / 1000 * 1000
	} else {
		millis = (millis + 50) / 100 * 100
	}
	shift := 0
	if v < 60 && v >= 1 && !date1904 {
		shift = 1
	}
	t := epochs[date1904].AddDate(0, 0, int(days)+shift).Add(time.Duration(millis) * time.Millisecond)
	total := int64(days)*86400 + millis/1000
	var b strings.Builder
	two := func(n, width int) {
		if width > 1 && n < 10 {
			b.WriteByte('0')
		}
		b.WriteString(strconv.Itoa(n))
	}
	for _, k := range s.tokens {
		n := len(k.text)
		switch k.kind {
		case 'l':
			b.WriteString(k.text)
		case 'y':
			if n <= 2 {
				b.WriteString(t.Format("06"))
			} else {
				b.WriteString(t.Format("2006"))
			}
		case 'm':
			switch n {
			case 1, 2:
				two(int(t.Month()), n)
			case 3:
				b.WriteString(t.Format("Jan"))
			case 5:
				b.WriteString(t.Format("Jan")[:1])
			default:
				b.WriteString(t.Format("January"))
			}
		case 'd':
			switch n {
			case 1, 2:
				two(t.Day(), n)
			case 3:
				b.WriteString(t.Format("Mon"))
			default:
				b.WriteString(t.Format("Monday"))
			}
		case 'h':
			h := t.Hour()
			if s.ampm {
				h = (h+11)%12 + 1
			}
			two(h, n)
		case 'n':
			two(t.Minute(), n)
		case 's':
			two(t.Second(), n)
		case 'H':
			b.WriteString(strconv.FormatInt(total/3600, 10))
		case 'M':
			b.WriteString(strconv.FormatInt(total/60, 10))
		case 'S':
			b.WriteString(strconv.FormatInt(total, 10))
		case 'a':
			half := t.Format("PM")
			if k.text == "A/P" {
				half = half[:1]
			}
			b.WriteString(half)
		case '0':
			b.WriteString(strconv.Itoa(t.Nanosecond() / 1e8))
		}
	}
	return strings.TrimSpace(b.String()), true
}
