package file

import (
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// glyphNames are the names of glyphs that are neither letters nor letters with
// an accent (Adobe's glyph list, as far as Latin and Greek text needs it).
var glyphNames = map[string]rune{
	"space": ' ', "nbspace": ' ', "exclam": '!', "quotedbl": '"', "numbersign": '#', "dollar": '$', "percent": '%', "ampersand": '&',
	"quotesingle": '\'', "parenleft": '(', "parenright": ')', "asterisk": '*', "plus": '+', "comma": ',', "hyphen": '-', "period": '.',
	"slash": '/', "zero": '0', "one": '1', "two": '2', "three": '3', "four": '4', "five": '5', "six": '6', "seven": '7', "eight": '8',
	"nine": '9', "colon": ':', "semicolon": ';', "less": '<', "equal": '=', "greater": '>', "question": '?', "at": '@',
	"bracketleft": '[', "backslash": '\\', "bracketright": ']', "asciicircum": '^', "underscore": '_', "grave": '`', "braceleft": '{',
	"bar": '|', "braceright": '}', "asciitilde": '~', "exclamdown": '¡', "cent": '¢', "sterling": '£', "currency": '¤', "yen": '¥',
	"brokenbar": '¦', "section": '§', "dieresis": '¨', "copyright": '©', "ordfeminine": 'ª', "guillemotleft": '«', "logicalnot": '¬',
	"sfthyphen": '-', "softhyphen": '-', "minus": '−', "registered": '®', "macron": '¯', "degree": '°', "plusminus": '±',
	"twosuperior": '²', "threesuperior": '³', "onesuperior": '¹', "acute": '´', "mu": 'µ', "paragraph": '¶', "periodcentered": '·',
	"middot": '·', "cedilla": '¸', "ordmasculine": 'º', "guillemotright": '»', "onequarter": '¼', "onehalf": '½', "threequarters": '¾',
	"questiondown": '¿', "multiply": '×', "divide": '÷', "AE": 'Æ', "ae": 'æ', "Oslash": 'Ø', "oslash": 'ø', "Eth": 'Ð', "eth": 'ð',
	"Thorn": 'Þ', "thorn": 'þ', "germandbls": 'ß', "OE": 'Œ', "oe": 'œ', "Lslash": 'Ł', "lslash": 'ł', "dotlessi": 'ı', "Dcroat": 'Đ',
	"dcroat": 'đ', "Hbar": 'Ħ', "hbar": 'ħ', "florin": 'ƒ', "circumflex": 'ˆ', "caron": 'ˇ', "breve": '˘', "dotaccent": '˙', "ring": '˚',
	"ogonek": '˛', "tilde": '˜', "hungarumlaut": '˝', "endash": '–', "emdash": '—', "quoteleft": '‘', "quoteright": '’',
	"quotesinglbase": '‚', "quotedblleft": '“', "quotedblright": '”', "quotedblbase": '„', "dagger": '†', "daggerdbl": '‡', "bullet": '•',
	"ellipsis": '…', "perthousand": '‰', "guilsinglleft": '‹', "guilsinglright": '›', "fraction": '⁄', "Euro": '€', "euro": '€',
	"trademark": '™', "ff": 'ﬀ', "fi": 'ﬁ', "fl": 'ﬂ', "ffi": 'ﬃ', "ffl": 'ﬄ', "onethird": '⅓', "twothirds": '⅔', "oneeighth": '⅛',
	"threeeighths": '⅜', "fiveeighths": '⅝', "seveneighths": '⅞', "arrowleft": '←', "arrowup": '↑', "arrowright": '→', "arrowdown": '↓',
	"summation": '∑', "product": '∏', "radical": '√', "infinity": '∞', "integral": '∫', "approxequal": '≈', "notequal": '≠',
	"lessequal": '≤', "greaterequal": '≥', "partialdiff": '∂', "lozenge": '◊', "Omega": 'Ω', "Delta": '∆', "pi": 'π', "zerosuperior": '⁰',
	"foursuperior": '⁴', "numero": '№', "checkmark": '✓', "square": '□', "filledbox": '■', "diameter": '⌀', "emptyset": '∅',
	"Alpha": 'Α', "Beta": 'Β', "Gamma": 'Γ', "Epsilon": 'Ε', "Zeta": 'Ζ', "Eta": 'Η', "Theta": 'Θ', "Iota": 'Ι', "Kappa": 'Κ',
	"Lambda": 'Λ', "Mu": 'Μ', "Nu": 'Ν', "Xi": 'Ξ', "Omicron": 'Ο', "Pi": 'Π', "Rho": 'Ρ', "Sigma": 'Σ', "Tau": 'Τ', "Upsilon": 'Υ',
	"Phi": 'Φ', "Chi": 'Χ', "Psi": 'Ψ', "alpha": 'α', "beta": 'β', "gamma": 'γ', "delta": 'δ', "epsilon": 'ε', "zeta": 'ζ', "eta": 'η',
	"theta": 'θ', "iota": 'ι', "kappa": 'κ', "lambda": 'λ', "nu": 'ν', "xi": 'ξ', "omicron": 'ο', "rho": 'ρ', "sigma1": 'ς',
	"sigma": 'σ', "tau": 'τ', "upsilon": 'υ', "phi": 'φ', "chi": 'χ', "psi": 'ψ', "omega": 'ω',
}

// accents are the ends of names of letters with an accent, as marks that
// combine.
var accents = map[string]rune{
	"grave": 0x300, "acute": 0x301, "circumflex": 0x302, "tilde": 0x303, "macron": 0x304, "breve": 0x306, "dotaccent": 0x307,
	"dieresis": 0x308, "ring": 0x30a, "hungarumlaut": 0x30b, "caron": 0x30c, "cedilla": 0x327, "commaaccent": 0x326, "ogonek": 0x328,
}

// composed puts an accent on a letter. A comma below is a cedilla on most
// letters of Unicode.
func composed(letter string, mark rune) string {
	s := norm.NFC.String(letter + string(mark))
	if mark == 0x326 && utf8.RuneCountInString(s) > 1 {
		s = norm.NFC.String(letter + "\u0327")
	}
	return s
}

// cyrillic gives the letter of a name such as afii10017, which count through
// the Russian alphabet with Ё in its place.
func cyrillic(number string) string {
	n, err := strconv.Atoi(number)
	if err != nil {
		return ""
	}
	letter := func(i int, first, yo rune) string {
		switch {
		case i < 6:
			return string(first + rune(i))
		case i == 6:
			return string(yo)
		}
		return string(first + rune(i-1))
	}
	switch {
	case n >= 10017 && n <= 10049:
		return letter(n-10017, 'А', 'Ё')
	case n >= 10065 && n <= 10097:
		return letter(n-10065, 'а', 'ё')
	case n == 61352:
		return "№"
	}
	return ""
}
