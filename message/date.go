package message

import (
	"strings"
	"time"
	"unicode/utf8"
)

// ParseDate reads a Date field: RFC 5322 §3.3 with its obsolete zones, asctime,
// ISO 8601, and the mixtures broken programs write. ok is false when no day can
// be made out or it is absurd.
func ParseDate(s string) (t time.Time, ok bool) {
	var d dateParts
	d.zone = noZone
	d.read(s)
	if d.day == 0 || d.month == 0 || d.year < 0 {
		return time.Time{}, false
	}
	return d.time()
}

const noZone = 1 << 30

type dateParts struct {
	year, month, day int
	hour, min, sec   int
	zone             int // seconds east, or noZone
	clock            bool
	pm, am           bool
	plain            []int // numbers whose meaning is open
	slash            bool  // they are divided by slashes
	local            bool  // months may be in any language
	first            bool  // the month stood before any number; it may be a weekday
	zoneName         string
}

func (d *dateParts) read(s string) {
	d.year = -1
	sc := scanner{s: s}
	for n := 0; n < 40; n++ {
		sc.space()
		for sc.i < len(s) && strings.IndexByte(",;.'\"", s[sc.i]) >= 0 {
			sc.i++
			sc.space()
		}
		if sc.i >= len(s) {
			break
		}
		at := sc.i
		switch c := s[at]; {
		case c >= '0' && c <= '9':
			for sc.i < len(s) && (s[sc.i] >= '0' && s[sc.i] <= '9' || s[sc.i] == ':' || (s[sc.i] == '.' && d.colonBefore(s[at:sc.i]))) {
				sc.i++
			}
			if d.local && !d.clock && (d.year > 0 || d.month > 0) && !strings.Contains(s[at:sc.i], ":") {
				if n := dottedClock(s[at:]); n > 0 { // 14.25, as Finns and Danes write
					sc.i = at + n
					d.number(&sc, strings.ReplaceAll(s[at:sc.i], ".", ":"))
					continue
				}
			}
			d.number(&sc, strings.TrimRight(s[at:sc.i], ":"))
		case (c == '+' || c == '-') && at+1 < len(s) && s[at+1] >= '0' && s[at+1] <= '9':
			sc.i++
			for sc.i < len(s) && (s[sc.i] >= '0' && s[sc.i] <= '9' || s[sc.i] == ':') {
				sc.i++
			}
			d.offset(c, s[at+1:sc.i])
		case c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= 0x80:
			for sc.i < len(s) && (s[sc.i] >= 'A' && s[sc.i] <= 'Z' || s[sc.i] >= 'a' && s[sc.i] <= 'z' || s[sc.i] >= 0x80) {
				sc.i++
			}
			d.word(s[at:sc.i])
		default:
			sc.i++
		}
	}
	d.settle()
}

func (*dateParts) colonBefore(s string) bool { return strings.Contains(s, ":") }

// dottedClock gives the length of a time such as 9.31 or 14.25.08 at the start
// of s, 0 when there is none.
func dottedClock(s string) int {
	n := 0
	for n < len(s) && (s[n] >= '0' && s[n] <= '9' || s[n] == '.') {
		n++
	}
	f := strings.Split(strings.TrimRight(s[:n], "."), ".")
	if len(f) < 2 || len(f) > 3 || len(f[0]) > 2 {
		return 0
	}
	for i, p := range f {
		if v, ok := smallNumber(p); !ok || v > 59 || i == 0 && v > 23 || i > 0 && len(p) != 2 {
			return 0
		}
	}
	return len(strings.TrimRight(s[:n], "."))
}

// number takes digits, perhaps with colons.
func (d *dateParts) number(sc *scanner, w string) {
	if strings.Contains(w, ":") {
		f := strings.Split(w, ":")
		vals := [3]int{}
		for i := 0; i < len(f) && i < 3; i++ {
			digits, _, _ := strings.Cut(f[i], ".")
			vals[i], _ = smallNumber(digits)
		}
		if !d.clock {
			d.hour, d.min, d.sec, d.clock = vals[0], vals[1], vals[2], true
		}
		return
	}
	n := 0
	for _, c := range []byte(w) {
		if n = n*10 + int(c-'0'); n > 99_999_999 {
			return
		}
	}
	s := sc.s
	// 2024-09-10, 10-Sep-2024, 9/10/2024
	if sc.i < len(s) && (s[sc.i] == '-' || s[sc.i] == '/') && len(w) == 4 && d.year < 0 && d.month == 0 {
		if y, m, day, k := isoDate(s[sc.i-4:]); k > 0 {
			d.year, d.month, d.day = y, m, day
			sc.i += k - 4
			if sc.i < len(s) && (s[sc.i] == 'T' || s[sc.i] == 't') {
				sc.i++
			}
			return
		}
	}
	switch {
	case len(w) == 4 && d.year < 0 && (d.month != 0 || n > 1900):
		d.year = n
	case len(w) == 8 && d.year < 0 && n > 19000101: // 20240910
		d.year, d.month, d.day = n/10000, n/100%100, n%100
	case len(w) <= 4:
		d.plain = append(d.plain, n)
	}
	if sc.i < len(s) && s[sc.i] == '-' && d.month == 0 {
		sc.i++ // 10-Sep-2024
	} else if sc.i < len(s) && s[sc.i] == '/' {
		d.slash = true
		sc.i++
	}
}

// isoDate reads YYYY-MM-DD and gives its length.
func isoDate(s string) (y, m, d, n int) {
	if len(s) < 8 {
		return 0, 0, 0, 0
	}
	y, ok := smallNumber(s[:4])
	if !ok {
		return 0, 0, 0, 0
	}
	sep := s[4]
	i := 5
	read := func() int {
		at := i
		for i < len(s) && i-at < 2 && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		v, _ := smallNumber(s[at:i])
		return v
	}
	m = read()
	if i >= len(s) || s[i] != sep {
		return 0, 0, 0, 0
	}
	i++
	d = read()
	if m < 1 || m > 12 || d < 1 || d > 31 {
		return 0, 0, 0, 0
	}
	return y, m, d, i
}

func (d *dateParts) offset(sign byte, w string) {
	w = strings.ReplaceAll(w, ":", "")
	if d.year < 0 && !d.clock && len(d.plain) > 0 && len(w) == 4 && d.month != 0 { // 10-Sep-2024
		d.year, _ = smallNumber(w)
		return
	}
	n, ok := smallNumber(w)
	if !ok || !d.clock && sign == '-' {
		if ok && len(w) <= 2 {
			d.plain = append(d.plain, n)
		}
		return
	}
	if len(w) <= 2 {
		n *= 100
	}
	h, m := n/100, n%100
	if h > 14 || m > 59 {
		return // no such zone
	}
	d.zone = h*3600 + m*60
	if sign == '-' {
		d.zone = -d.zone
	}
}

func (d *dateParts) word(w string) {
	low := strings.ToLower(w)
	switch {
	case low == "am":
		d.am = true
		return
	case low == "pm":
		d.pm = true
		return
	case d.local && utf8.RuneCountInString(low) >= 3:
		if m := monthOf(low); m > 0 && (d.month == 0 || d.first) {
			d.month, d.first = m, len(d.plain) == 0 && !d.clock
			return
		}
	case len(low) >= 3 && d.month == 0:
		for i, m := range [...]string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"} {
			if strings.HasPrefix(low, m) {
				d.month = i + 1
				return
			}
		}
	}
	if d.zone == noZone && d.clock {
		if z, ok := zoneOf(low); ok {
			d.zone, d.zoneName = z, strings.ToUpper(low)
		}
	}
}

// zoneOf knows the zone names of RFC 5322 §4.3 and the common ones beside.
func zoneOf(name string) (seconds int, ok bool) {
	switch name {
	case "gmt", "ut", "utc", "z", "wet":
		return 0, true
	case "est":
		return -5 * 3600, true
	case "edt":
		return -4 * 3600, true
	case "cst":
		return -6 * 3600, true
	case "cdt":
		return -5 * 3600, true
	case "mst":
		return -7 * 3600, true
	case "mdt":
		return -6 * 3600, true
	case "pst":
		return -8 * 3600, true
	case "pdt":
		return -7 * 3600, true
	case "akst":
		return -9 * 3600, true
	case "akdt":
		return -8 * 3600, true
	case "hst":
		return -10 * 3600, true
	case "ast":
		return -4 * 3600, true
	case "adt":
		return -3 * 3600, true
	case "bst", "cet", "met", "mez":
		return 3600, true
	case "cest", "mest", "eet", "mesz":
		return 2 * 3600, true
	case "eest", "msk":
		return 3 * 3600, true
	case "jst", "kst":
		return 9 * 3600, true
	}
	return 0, false
}

// settle gives the open numbers a meaning: day and year in the order of mail,
// or month, day and year of the American form.
func (d *dateParts) settle() {
	if d.month == 0 && len(d.plain) >= 2 {
		a, b := d.plain[0], d.plain[1]
		// Slashes are the American way, month first, unless that cannot be.
		if d.slash && a <= 12 && b <= 31 || b > 12 && a <= 12 {
			a, b = b, a
		}
		if d.day == 0 && a >= 1 && a <= 31 && b >= 1 && b <= 12 {
			d.day, d.month = a, b
			d.plain = d.plain[2:]
		}
	}
	for _, n := range d.plain {
		switch {
		case d.day == 0 && n >= 1 && n <= 31:
			d.day = n
		case d.year < 0:
			d.year = n
		}
	}
	if d.month != 0 && d.day == 0 && d.year >= 0 && d.year <= 31 {
		d.day, d.year = d.year, -1
	}
	switch y := d.year; { // RFC 5322 §4.3
	case y >= 0 && y < 50:
		d.year = 2000 + y
	case y >= 50 && y < 1000:
		d.year = 1900 + y
	}
}

// time checks the parts and puts them together. Mail has been dated since the
// seventies; 1970 is what a clock without a time writes.
func (d *dateParts) time() (time.Time, bool) {
	if d.pm && d.hour < 12 {
		d.hour += 12
	}
	if d.am && d.hour == 12 {
		d.hour = 0
	}
	if d.year < 1971 || d.year > 2100 || d.month > 12 || d.day > daysIn(d.month, d.year) || d.hour > 24 || d.min > 59 || d.sec > 60 {
		return time.Time{}, false
	}
	zone := time.UTC
	if d.zone != noZone && d.zone != 0 {
		zone = time.FixedZone("", d.zone)
	}
	return time.Date(d.year, time.Month(d.month), d.day, d.hour, d.min, d.sec, 0, zone), true
}

func daysIn(month, year int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
