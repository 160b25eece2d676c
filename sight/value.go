package sight

import (
	"math"
	"strings"
)

// sizeOf reads a size of letters; ok is false where a value says nothing of it.
func sizeOf(val string) (l length, ok bool) {
	switch val {
	case "xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large", "initial":
		return length{n: textSize}, true
	case "smaller":
		return length{0.83, true}, true
	case "larger":
		return length{1.2, true}, true
	}
	if _, args, is := strings.Cut(val, "("); is { // calc() and the like: nothing where all of its numbers are
		if strings.Trim(args, "0123456789.") == args {
			return l, strings.ContainsAny(args, "0123456789")
		}
		for arg := range strings.FieldsFuncSeq(args, func(r rune) bool { return r != '.' && (r < '0' || r > '9') }) {
			if leading(arg) > 0 {
				return length{n: textSize}, true
			}
		}
		return l, true
	}
	if !isNumber(val) {
		return l, false
	}
	n := leading(val)
	switch unit := strings.TrimLeft(val, "0123456789."); unit {
	case "": // which older programs take for pixels
		return length{n: n}, n == 0 || n > leastSize
	case "px", "pt":
		return length{n: n}, true
	case "%":
		return length{n / 100, true}, true
	case "em":
		return length{n, true}, true
	case "ex", "ch":
		return length{n / 2, true}, true
	default:
		return length{n: pixels(n, unit)}, pixels(1, unit) != 1
	}
}

// isNumber reports a value that begins with one.
func isNumber(val string) bool {
	val = strings.TrimPrefix(val, ".")
	return val != "" && '0' <= val[0] && val[0] <= '9'
}

// isNothing reports a length of nothing.
func isNothing(val string) bool { return isNumber(val) && leading(val) == 0 }

// isSliver reports a height that shows nothing of letters whose overflow is cut off.
func isSliver(val string) bool {
	return isNothing(val) || isNumber(val) && strings.TrimLeft(val, "0123456789.") == "px" && leading(val) <= leastSize
}

// sizeOfFont is the size in a font: after style and weight, before the height of lines.
func sizeOfFont(val string) string {
	for part := range strings.FieldsSeq(val) {
		size, _, _ := strings.Cut(part, "/")
		if _, ok := sizeOf(size); !ok || strings.Trim(size, "0123456789") == "" && leading(size) > 0 {
			continue // a word, or a weight
		}
		return size
	}
	return ""
}

// pixels is about how long a length is, by letters and a window of the usual size.
func pixels(n float64, unit string) float64 {
	switch unit {
	case "pt":
		return n * 4 / 3
	case "em", "rem", "ex", "ch":
		return n * textSize
	case "%", "vw", "vh", "vmin", "vmax":
		return n * 8
	case "in":
		return n * 96
	case "pc":
		return n * 16
	case "cm":
		return n * 38
	case "mm":
		return n * 3.8
	}
	return n
}

// isFar reports a distance that takes what stands there out of the window.
func isFar(val string) bool {
	body := strings.TrimPrefix(val, "-")
	far := pixels(leading(body), strings.TrimLeft(body, "0123456789."))
	return far >= 3000 || far > 800 && body != val
}

// movesAway reports a transform that leaves nothing to see.
func movesAway(val string) bool {
	for val != "" {
		name, rest, ok := strings.Cut(val, "(")
		if !ok {
			return false
		}
		var args string
		args, val, _ = strings.Cut(rest, ")")
		name = strings.TrimSpace(name)
		for n, arg := range strings.FieldsFunc(args, isComma) {
			switch {
			case strings.HasPrefix(name, "translate") && n < 2 && isFar(arg),
				strings.HasPrefix(name, "scale") && n < 2 && strings.Trim(arg, "0.%") == "":
				return true
			}
		}
	}
	return false
}

func isComma(r rune) bool { return r == ',' || r == ' ' }

// sidesOf returns top, right, bottom and left of one to four values: what is left out is as
// the side across from it, or as all.
func sidesOf(list []string) (sides [4]string) {
	for i := range sides {
		switch {
		case i < len(list):
			sides[i] = list[i]
		case i == 3 && len(list) > 1:
			sides[i] = list[1]
		default:
			sides[i] = list[0]
		}
	}
	return sides
}

// clipsAll reports a shape that lets nothing be seen.
func clipsAll(val string) bool {
	name, rest, _ := strings.Cut(val, "(")
	args, _, _ := strings.Cut(rest, ")")
	list := strings.FieldsFunc(args, isComma)
	if len(list) == 0 {
		return false
	}
	switch name {
	case "inset":
		var sides [4]float64
		for i, arg := range sidesOf(list) {
			if n := leading(arg); strings.HasSuffix(arg, "%") {
				sides[i] = n
			} else if isFar(arg) {
				sides[i] = 100
			}
		}
		return sides[0]+sides[2] >= 99 || sides[1]+sides[3] >= 99
	case "circle", "ellipse":
		return isNothing(list[0])
	case "polygon":
		return strings.Trim(args, "0.,%px ") == ""
	}
	return false
}

// fraction is the part of a whole a value names: 0.5 or 50%.
func fraction(val string) float64 {
	n := leading(val)
	if strings.HasPrefix(strings.TrimLeft(val, "0123456789."), "%") {
		n /= 100
	}
	return n
}

// leading is the number a value begins with.
func leading(val string) float64 {
	n, scale, point := 0.0, 1.0, false
	for _, c := range []byte(val) {
		switch {
		case c == '.' && !point:
			point = true
		case c >= '0' && c <= '9' && n < 1e6:
			if n = n*10 + float64(c-'0'); point {
				scale *= 10
			}
		default:
			return n / scale
		}
	}
	return n / scale
}

// colourOf returns the colour that a value of CSS or HTML names, where it is one that is
// known, and whether it lets nearly everything through.
func colourOf(val string) (c colour, clear bool) {
	if val == "transparent" {
		return c, true
	}
	if args, ok := colourArgs(val, "rgb", "hsl"); ok {
		if len(args) == 4 && fraction(args[3]) < 0.1 {
			return c, true
		}
		if len(args) < 3 || len(args) == 4 && fraction(args[3]) < 1 {
			return c, false
		}
		if c.known = true; val[0] == 'h' {
			c.rgb = fromHSL(leading(args[0]), fraction(args[1]), fraction(args[2]))
			return c, false
		}
		for i := range c.rgb {
			if c.rgb[i] = int(leading(args[i])); strings.HasSuffix(args[i], "%") {
				c.rgb[i] = c.rgb[i] * 255 / 100
			}
		}
		return c, false
	}
	val = strings.ReplaceAll(val, " ", "")
	switch val {
	case "white":
		return white, false
	case "snow", "ivory", "ghostwhite", "floralwhite", "whitesmoke", "mintcream", "azure":
		return colour{true, [3]int{248, 248, 248}}, false // nearly
	case "black":
		return colour{known: true}, false
	}
	hex, of := strings.CutPrefix(val, "#")
	if of && (len(hex) == 4 && hex[3] <= '1' || len(hex) == 8 && hex[6] <= '1') {
		return c, true
	}
	if len(hex) == 3 || len(hex) == 4 && hex[3] == 'f' {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	if len(hex) == 8 && hex[6:] == "ff" {
		hex = hex[:6]
	}
	if len(hex) != 6 {
		return c, false
	}
	for i := range c.rgb {
		for _, d := range []byte(hex[2*i : 2*i+2]) {
			n := strings.IndexByte("0123456789abcdef", d)
			if n < 0 {
				return colour{}, false
			}
			c.rgb[i] = c.rgb[i]*16 + n
		}
	}
	c.known = true
	return c, false
}

// colourArgs returns what stands in the brackets of a colour that begins with one of the names.
func colourArgs(val string, names ...string) ([]string, bool) {
	for _, name := range names {
		if body, ok := strings.CutPrefix(val, name); ok {
			open, end := strings.IndexByte(body, '('), strings.LastIndexByte(body, ')')
			if open < 0 || end < open {
				return nil, false
			}
			return strings.FieldsFunc(body[open+1:end], func(r rune) bool { return r == '/' || isComma(r) }), true
		}
	}
	return nil, false
}

// fromHSL is the colour of a hue in degrees, a saturation and a lightness.
func fromHSL(hue, saturation, light float64) (rgb [3]int) {
	saturation, light = min(saturation, 1), min(light, 1)
	for i, from := range [3]float64{0, 8, 4} {
		k := math.Mod(from+hue/30, 12)
		rgb[i] = int(255*(light-saturation*min(light, 1-light)*max(-1, min(k-3, 9-k, 1))) + 0.5)
	}
	return rgb
}

// sameColour reports whether nobody can tell two colours apart.
func sameColour(a, b [3]int) bool {
	for i := range a {
		if d := a[i] - b[i]; d > 16 || d < -16 {
			return false
		}
	}
	return true
}
