package extract

// currencies are the codes of ISO 4217 that people write beside an amount, and
// how many decimals each has. Codes that are English words ("all", "top", "try")
// are left out: a wrong amount is worse than none.
var currencies = func() map[string]int {
	m := map[string]int{}
	for decimals, codes := range map[int]string{
		0: "bif clp djf gnf isk jpy kmf krw pyg rwf ugx vnd vuv xaf xof xpf",
		2: `aed afn amd aoa ars aud awg azn bbd bdt bgn bmd bnd brl bsd btn bwp byn bzd cad cdf chf cny crc cve czk dkk dzd egp etb eur fjd fkp
			gbp gel ghs gmd gtq gyd hkd hnl htg huf idr ils inr irr jmd kes kgs khr kyd kzt lbp lkr lrd lsl mdl mga mkd mmk mnt mru mur mvr
			mwk mxn myr mzn ngn nio nok npr nzd pgk php pkr pln qar rsd rub sar sbd scr sdg sek sgd sle srd ssp svc syp szl thb tjs tmt twd ttd tzs
			uah usd uyu uzs ves wst xcd yer zar zmw`,
		3: "bhd iqd jod kwd lyd omr tnd",
	} {
		for code := range set(codes) {
			m[code] = decimals
		}
	}
	return m
}()

// currencySigns are what stands before an amount, or glued behind it.
var currencySigns = map[string]string{
	"$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR", "₾": "GEL", "₩": "KRW", "₪": "ILS", "₺": "TRY", "₽": "RUB", "₫": "VND", "₦": "NGN",
	"₱": "PHP", "฿": "THB", "₴": "UAH", "₸": "KZT", "₡": "CRC", "₵": "GHS", "﷼": "SAR",
}

// dollarsOf are the short words before a dollar sign that say whose it is. One
// letter must be glued to the sign, but for C $.
var dollarsOf = map[string]string{
	"us": "USD", "usd": "USD", "c": "CAD", "ca": "CAD", "can": "CAD", "cad": "CAD", "cdn": "CAD", "a": "AUD", "au": "AUD", "aud": "AUD", "nz": "NZD", "nzd": "NZD",
	"hk": "HKD", "s": "SGD", "sg": "SGD", "nt": "TWD", "mex": "MXN", "mx": "MXN", "r": "BRL",
}

// currencyWords are the names that mean one currency when nobody says whose.
var currencyWords = map[string]string{
	"dollar": "USD", "dollars": "USD", "bucks": "USD", "buck": "USD", "dlrs": "USD", "dolares": "USD", "dólares": "USD", "euro": "EUR", "euros": "EUR",
	"pounds": "GBP", "quid": "GBP", "sterling": "GBP", "yen": "JPY", "rupees": "INR", "rupee": "INR", "rs": "INR", "francs": "CHF",
	"yuan": "CNY", "yuans": "CNY", "renminbi": "CNY", "rmb": "CNY", "kuai": "CNY", "ringgit": "MYR", "ringgits": "MYR", "shekel": "ILS", "shekels": "ILS",
	"rand": "ZAR", "ruble": "RUB", "rubles": "RUB", "rouble": "RUB", "roubles": "RUB", "zloty": "PLN", "zlotys": "PLN", "forint": "HUF", "forints": "HUF",
	"hryvnia": "UAH", "hryvnias": "UAH", "baht": "THB", "dirham": "AED", "dirhams": "AED", "lari": "GEL", "reais": "BRL", "naira": "NGN", "tugrik": "MNT", "leva": "BGN",
	"geneh": "EGP", "genihat": "EGP",
}

// moneyNouns are the names many countries share; they need to be told whose.
var moneyNouns = set(`pound peso pesos dinar dinars riyal riyals rial rials lira liras franc krona kronor krone kroner crown crowns won real koruna lev leu lei
	dollar dollars pounds rupee rupees francs yen yuan ringgit ringgits shekel shekels rand ruble rubles zloty forint hryvnia baht dirham dirhams lari geneh`)

// moneyOf says whose money a noun means: "kuwaiti dinar", "Swiss francs".
var moneyOf = map[string]string{
	"us": "USD", "american": "USD", "canadian": "CAD", "australian": "AUD", "british": "GBP", "uk": "GBP", "english": "GBP", "japanese": "JPY", "indian": "INR", "pakistani": "PKR",
	"chinese": "CNY", "swiss": "CHF", "mexican": "MXN", "korean": "KRW", "malaysian": "MYR", "malaysia": "MYR", "israeli": "ILS", "turkish": "TRY", "kuwaiti": "KWD", "kuwait": "KWD",
	"saudi": "SAR", "qatari": "QAR", "qatar": "QAR", "omani": "OMR", "bahraini": "BHD", "jordanian": "JOD", "iraqi": "IQD", "iranian": "IRR", "tunisian": "TND", "algerian": "DZD",
	"egyptian": "EGP", "emirati": "AED", "uae": "AED", "moroccan": "MAD", "swedish": "SEK", "norwegian": "NOK", "danish": "DKK", "icelandic": "ISK", "czech": "CZK", "polish": "PLN",
	"hungarian": "HUF", "romanian": "RON", "bulgarian": "BGN", "ukrainian": "UAH", "russian": "RUB", "brazilian": "BRL", "argentine": "ARS", "argentinian": "ARS", "chilean": "CLP",
	"colombian": "COP", "philippine": "PHP", "thai": "THB", "vietnamese": "VND", "indonesian": "IDR", "singapore": "SGD", "singaporean": "SGD", "taiwan": "TWD", "taiwanese": "TWD",
	"african": "ZAR", "nigerian": "NGN", "kenyan": "KES", "georgian": "GEL", "mongolian": "MNT", "lebanese": "LBP", "libyan": "LYD", "jamaican": "JMD", "serbian": "RSD",
}

// beforeNumber are the names that may stand before their amount too.
var beforeNumber = map[string]string{"rs": "INR", "rmb": "CNY", "ringgit": "MYR", "ringgits": "MYR", "rupees": "INR", "rupee": "INR", "yuan": "CNY", "rm": "MYR"}

// cents are hundredths, and whose they are when no larger coin stands before
// them; empty when that alone is no money.
var cents = map[string]string{
	"cent": "USD", "cents": "USD", "¢": "USD", "c": "", "ct": "", "cts": "", "penny": "USD", "pennies": "USD", "pence": "GBP", "p": "", "sen": "MYR", "paise": "INR", "paisa": "INR",
	"centavos": "MXN", "kopecks": "RUB", "kopeks": "RUB", "fen": "CNY", "agorot": "ILS",
}

// decimalsOf is how many decimals a currency has.
func decimalsOf(currency string) int {
	if len(currency) == 3 {
		var low [3]byte
		for i := range low {
			low[i] = currency[i] | 0x20
		}
		if n, ok := currencies[string(low[:])]; ok {
			return n
		}
	}
	return 2
}

// codeAt is the currency whose ISO code is token i.
func codeAt(toks []token, i int) string {
	w := lowAt(toks, i)
	if len(w) != 3 || toks[i].kind != word {
		return ""
	}
	if _, ok := currencies[w]; !ok || w == "gel" && !toks[i].cap {
		return ""
	}
	return upper3(w)
}

func upper3(w string) string {
	return string([]byte{w[0] &^ 0x20, w[1] &^ 0x20, w[2] &^ 0x20})
}

// signBefore reads what says the currency before an amount: "$", "US$", "u.s. $",
// "C $", "EUR", "Rs.", "malaysian ringgit".
func signBefore(toks []token, i int) (currency string, next int) {
	if i >= len(toks) {
		return "", i
	}
	t := toks[i]
	if t.kind == mark {
		if c, ok := currencySigns[t.low]; ok {
			next = i + 1
			if codeAt(toks, next) != "" && glued(toks, next, t.low, "usd", "cad", "aud") || is(toks, next, "$") && c != "USD" {
				next++
			}
			return c, next
		}
		return "", i
	}
	if t.kind != word {
		return "", i
	}
	if c, ok := dollarsOf[t.low]; ok {
		if glued(toks, i+1, "$") || len(t.low) > 1 && is(toks, i+1, "$") || t.low == "c" && is(toks, i+1, "$") {
			return c, i + 2
		}
	}
	if t.low == "u" && glued(toks, i+1, ".") && glued(toks, i+2, "s") {
		if k := skipDot(toks, i+3); is(toks, k, "$") {
			return "USD", k + 1
		}
	}
	if c := codeAt(toks, i); c != "" {
		return c, skipSign(toks, i+1)
	}
	if c, ok := beforeNumber[t.low]; ok && (t.low != "rm" || t.cap) {
		return c, skipDot(toks, i+1)
	}
	if c, ok := moneyOf[t.low]; ok && beforeNumber[lowAt(toks, i+1)] != "" {
		return c, i + 2
	}
	return "", i
}

// skipSign skips a sign that says the same as the code before it: "CAD$ 15".
func skipSign(toks []token, i int) int {
	if glued(toks, i, "$", "£", "€") {
		return i + 1
	}
	return i
}

// currencyAfter reads what says the currency behind an amount: "dollars", "US
// dollars", "€", "EUR", "kuwaiti dinar", "$". MUSD is millions and gives 1e6.
func currencyAfter(toks []token, i int) (currency string, mult int64, next int) {
	if i >= len(toks) {
		return "", 1, i
	}
	t := toks[i]
	if t.kind == mark {
		c, ok := currencySigns[t.low]
		if !ok || t.gap && t.low != "€" && t.low != "£" || i+1 < len(toks) && toks[i+1].kind == digits && !toks[i+1].gap {
			return "", 1, i // the sign belongs to the next number
		}
		return c, 1, i + 1
	}
	if t.kind != word {
		return "", 1, i
	}
	if c, ok := currencyWords[t.low]; ok {
		if t.low == "pounds" && is(toks, i+1, "per", "of", "/") {
			return "", 1, i
		}
		return c, 1, i + 1
	}
	if c := codeAt(toks, i); c != "" {
		if i+1 < len(toks) && toks[i+1].kind == digits && t.gap && !(i+2 < len(toks) && codeAt(toks, i+2) != "") {
			if _, ok := currencySigns[lowAt(toks, i+1)]; !ok {
				return c, 1, i + 1
			}
		}
		return c, 1, i + 1
	}
	if c, ok := dollarsOf[t.low]; ok && glued(toks, i+1, "$") && (len(t.low) > 1 || !t.gap) {
		return c, 1, i + 2
	}
	if t.low == "u" && glued(toks, i+1, ".") && glued(toks, i+2, "s") {
		if k := skipDot(toks, i+3); moneyNouns[lowAt(toks, k)] {
			return "USD", 1, k + 1
		}
	}
	if c, ok := moneyOf[t.low]; ok && moneyNouns[lowAt(toks, i+1)] {
		return c, 1, i + 2
	}
	if is(toks, i, "hong", "new", "south", "saudi", "pound", "pounds") {
		switch {
		case is(toks, i+1, "kong") && is(toks, i+2, "dollars", "dollar"):
			return "HKD", 1, i + 3
		case is(toks, i+1, "zealand") && is(toks, i+2, "dollars", "dollar"):
			return "NZD", 1, i + 3
		case is(toks, i+1, "korean") && is(toks, i+2, "won"):
			return "KRW", 1, i + 3
		case is(toks, i+1, "african") && is(toks, i+2, "rand"):
			return "ZAR", 1, i + 3
		case is(toks, i+1, "arabian") && is(toks, i+2, "riyal", "riyals"):
			return "SAR", 1, i + 3
		}
	}
	if n := len(t.low); n == 4 && (t.low[0] == 'm' || t.low[0] == 'k') {
		if _, ok := currencies[t.low[1:]]; ok {
			if t.low[0] == 'k' {
				return upper3(t.low[1:]), 1e3, i + 1
			}
			return upper3(t.low[1:]), 1e6, i + 1
		}
	}
	return "", 1, i
}
