package extract

// currencies are the codes of ISO 4217 that people write beside an amount, and
// how many decimals each has. "All", "top", "cup" and "sos" are left out: a wrong
// amount is worse than none.
var currencies = func() map[string]int {
	m := map[string]int{}
	for decimals, codes := range map[int]string{
		0: "bif clp djf gnf isk jpy kmf krw pyg rwf ugx vnd vuv xaf xof xpf",
		2: `aed afn amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd btn bwp byn bzd cad cdf chf cny cop crc cve czk dkk dop dzd
			egp ern etb eur fjd fkp gbp gel ghs gip gmd gtq gyd hkd hnl htg huf idr ils inr irr jmd kes kgs khr kpw kyd kzt lak lbp lkr lrd
			lsl mad mdl mga mkd mmk mnt mop mru mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar
			sbd scr sdg sek sgd shp sle srd ssp stn svc syp szl thb tjs tmt try ttd twd tzs uah usd uyu uzs ves wst xcd yer zar zmw`,
		3: "bhd iqd jod kwd lyd omr tnd",
	} {
		for code := range set(codes) {
			m[code] = decimals
		}
	}
	return m
}()

// wordyCodes are codes that are words or names too: they count in capitals only,
// and those that are verbs and nouns only behind their amount.
var wordyCodes, behindOnly = set("amd ang ars bam bif bob cad cop cve gel gip lak mad mop mur pen ron shp stn try"), set("bam bob cop gip mad mop pen ron try")

// currencySigns are what stands before an amount, or glued behind it.
var currencySigns = map[string]string{
	"$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR", "₾": "GEL", "₩": "KRW", "₪": "ILS", "₺": "TRY", "₽": "RUB", "₫": "VND", "₦": "NGN",
	"₱": "PHP", "฿": "THB", "₴": "UAH", "₸": "KZT", "₡": "CRC", "₵": "GHS", "﷼": "SAR", "֏": "AMD", "₮": "MNT", "₲": "PYG", "₭": "LAK", "₼": "AZN", "₨": "INR", "৳": "BDT", "៛": "KHR", "＄": "USD", "￡": "GBP", "￥": "JPY", "￦": "KRW",
}

// dollarsOf are the short words before a dollar sign that say whose it is. One
// letter must be glued to the sign, but for C $.
var dollarsOf = map[string]string{
	"us": "USD", "usd": "USD", "c": "CAD", "ca": "CAD", "can": "CAD", "cad": "CAD", "cdn": "CAD", "a": "AUD", "au": "AUD", "aud": "AUD", "nz": "NZD", "nzd": "NZD",
	"hk": "HKD", "s": "SGD", "sg": "SGD", "nt": "TWD", "mex": "MXN", "mx": "MXN", "r": "BRL", "rd": "DOP", "tt": "TTD", "j": "JMD", "ja": "JMD", "bz": "BZD", "bds": "BBD", "ec": "XCD", "fj": "FJD", "gy": "GYD", "n": "NAD",
}

// currencyWords are the names that mean one currency when nobody says whose.
var currencyWords = map[string]string{
	"dollar": "USD", "dollars": "USD", "bucks": "USD", "buck": "USD", "dlrs": "USD", "dolares": "USD", "dólares": "USD", "euro": "EUR", "euros": "EUR",
	"pounds": "GBP", "quid": "GBP", "sterling": "GBP", "yen": "JPY", "rupees": "INR", "rupee": "INR", "rs": "INR", "francs": "CHF",
	"yuan": "CNY", "yuans": "CNY", "renminbi": "CNY", "rmb": "CNY", "kuai": "CNY", "ringgit": "MYR", "ringgits": "MYR", "shekel": "ILS", "shekels": "ILS",
	"rand": "ZAR", "ruble": "RUB", "rubles": "RUB", "rouble": "RUB", "roubles": "RUB", "zloty": "PLN", "zlotys": "PLN", "forint": "HUF", "forints": "HUF",
	"hryvnia": "UAH", "hryvnias": "UAH", "baht": "THB", "dirham": "AED", "dirhams": "AED", "lari": "GEL", "reais": "BRL", "naira": "NGN", "tugrik": "MNT", "leva": "BGN", "lei": "RON", "lev": "BGN", "levs": "BGN", "colones": "CRC", "tugriks": "MNT", "rupiah": "IDR", "rupiahs": "IDR", "dong": "VND", "taka": "BDT", "kyat": "MMK", "kyats": "MMK", "pula": "BWP", "quetzal": "GTQ", "quetzals": "GTQ", "quetzales": "GTQ",
	"lempira": "HNL", "lempiras": "HNL", "gourde": "HTG", "gourdes": "HTG", "kwanza": "AOA", "kwanzas": "AOA", "dalasi": "GMD", "riel": "KHR", "riels": "KHR", "pataca": "MOP", "patacas": "MOP", "guaranis": "PYG", "tenge": "KZT",
	"birr": "ETB", "cedi": "GHS", "cedis": "GHS", "nairas": "NGN", "laris": "GEL", "nis": "ILS", "ksh": "KES",
	"geneh": "EGP", "genihat": "EGP", "rm": "MYR", "лв": "BGN", "сом": "KGS", "ден": "MKD", "дин": "RSD", "ரூ": "LKR", "日元": "JPY", "美元": "USD", "欧元": "EUR", "港币": "HKD", "元": "CNY", "圆": "CNY", "人民币": "CNY", "円": "JPY", "원": "KRW", "руб": "RUB", "грн": "UAH", "zł": "PLN", "kč": "CZK",
}

// moneyNouns are the names many countries share; they need to be told whose.
var moneyNouns = set(`pound peso pesos dinar dinars riyal riyals rial rials lira liras franc krona kronor krone kroner crown crowns won real koruna lev leu lei
	dollar dollars pounds rupee rupees francs yen yuan ringgit ringgits shekel shekels rand ruble rubles zloty forint hryvnia baht dirham dirhams lari geneh
	markka mark marks peseta pesetas guilder guilders escudo escudos schillings drachma drachmas colon colón colones shilling shillings taka birr tenge dram manat cedi cedis kwacha sol soles boliviano bolivianos lek denar leke afghani
	reals rials rupiah rupiahs dong dongs tugrik tugriks kyat kyats kip pula pulas quetzal quetzals quetzales lempira lempiras gourde gourdes kwanza kwanzas dalasi dalasis riel riels pataca patacas guarani guaranis
	cordoba cordobas bolivar bolivars som somoni manats drams laris kronur kroons ariary metical meticals rufiyaa ngultrum nakfa florin balboa balboas vatu tala paanga kina renminbi reais naira nairas birrs tenges hryvnias lempira zlotys forints euro euros`)

// twoWords are the countries of two words, by the first.
var twoWords = map[string][]struct{ second, code string }{
	"hong": {{"kong", "HKD"}}, "new": {{"zealand", "NZD"}, {"taiwan", "TWD"}, {"israeli", "ILS"}, {"shekel", "ILS"}, {"shekels", "ILS"}}, "south": {{"african", "ZAR"}, {"korean", "KRW"}},
	"saudi": {{"arabian", "SAR"}}, "sri": {{"lankan", "LKR"}, {"lanka", "LKR"}}, "costa": {{"rican", "CRC"}, {"rica", "CRC"}}, "papua": {{"guinean", "PGK"}}, "el": {{"salvadoran", "SVC"}}, "cape": {{"verdean", "CVE"}}, "solomon": {{"islands", "SBD"}}, "sierra": {{"leonean", "SLE"}}, "united": {{"states", "USD"}}, "uae": {{"emirates", "AED"}},
	"great": {{"british", "GBP"}}, "west": {{"african", "XOF"}}, "east": {{"caribbean", "XCD"}}, "central": {{"african", "XAF"}},
}

// countryMoney reads "canadian dollars", "Hong Kong dollar", "sri lankan rupees".
func countryMoney(toks []token, i int) (currency string, next int) {
	w := lowAt(toks, i)
	if c, ok := moneyOf[w]; ok && moneyNouns[lowAt(toks, i+1)] {
		return c, i + 2
	}
	for _, t := range twoWords[w] {
		if is(toks, i+1, t.second) && moneyNouns[lowAt(toks, i+2)] {
			return t.code, i + 3
		}
		if is(toks, i+1, t.second) && moneyNouns[t.second] {
			return t.code, i + 2
		}
	}
	return "", i
}

// moneyOf says whose money a noun means: "kuwaiti dinar", "Swiss francs".
var moneyOf = map[string]string{
	"us": "USD", "american": "USD", "aussie": "AUD", "kiwi": "NZD", "fijian": "FJD", "fiji": "FJD", "bahamian": "BSD", "barbadian": "BBD", "barbados": "BBD", "bermudian": "BMD", "bermuda": "BMD", "brunei": "BND", "bruneian": "BND",
	"namibian": "NAD", "namibia": "NAD", "guyanese": "GYD", "guyana": "GYD", "belizean": "BZD", "belize": "BZD", "liberian": "LRD", "surinamese": "SRD", "cayman": "KYD", "tobago": "TTD", "trinidadian": "TTD", "trinidad": "TTD",
	"macanese": "MOP", "macau": "MOP", "cambodian": "KHR", "lao": "LAK", "laotian": "LAK", "burmese": "MMK", "myanmar": "MMK", "bhutanese": "BTN", "maldivian": "MVR", "mauritian": "MUR", "mauritius": "MUR", "seychellois": "SCR",
	"angolan": "AOA", "angola": "AOA", "botswana": "BWP", "gambian": "GMD", "malawian": "MWK", "malagasy": "MGA", "mozambican": "MZN", "rwandan": "RWF", "burundian": "BIF", "congolese": "CDF", "guinean": "GNF", "djiboutian": "DJF", "eritrean": "ERN",
	"somali": "SOS", "swazi": "SZL", "comorian": "KMF", "mauritanian": "MRU", "nicaraguan": "NIO", "honduran": "HNL", "guatemalan": "GTQ", "paraguayan": "PYG", "venezuelan": "VES", "haitian": "HTG", "haiti": "HTG", "aruban": "AWG", "panamanian": "PAB",
	"uzbek": "UZS", "uzbekistani": "UZS", "kazakhstan": "KZT", "kyrgyz": "KGS", "kyrgyzstani": "KGS", "tajik": "TJS", "tajikistani": "TJS", "turkmen": "TMT", "bosnian": "BAM", "samoan": "WST", "tongan": "TOP", "vanuatu": "VUV", "papuan": "PGK", "gibraltar": "GIP",
	"japan": "JPY", "china": "CNY", "india": "INR", "pakistan": "PKR", "russia": "RUB", "mexico": "MXN", "thailand": "THB", "thailandese": "THB", "vietnam": "VND", "indonesia": "IDR", "philippines": "PHP", "filipino": "PHP", "israel": "ILS", "turkey": "TRY", "brazil": "BRL",
	"argentina": "ARS", "chile": "CLP", "colombia": "COP", "peru": "PEN", "egypt": "EGP", "lebanon": "LBP", "jordan": "JOD", "iraq": "IQD", "iran": "IRR", "bahrain": "BHD", "oman": "OMR", "morocco": "MAD", "tunisia": "TND", "algeria": "DZD", "libya": "LYD",
	"nigeria": "NGN", "kenya": "KES", "ghana": "GHS", "ethiopia": "ETB", "uganda": "UGX", "tanzania": "TZS", "zambia": "ZMW", "sweden": "SEK", "norway": "NOK", "denmark": "DKK", "iceland": "ISK", "poland": "PLN", "hungary": "HUF", "romania": "RON", "bulgaria": "BGN",
	"ukraine": "UAH", "georgia": "GEL", "nepal": "NPR", "nepali": "NPR", "bangladesh": "BDT", "australia": "AUD", "emirates": "AED", "mongolia": "MNT", "serbia": "RSD", "armenia": "AMD", "cuba": "CUP", "syria": "SYP", "yemen": "YER", "canadian": "CAD", "australian": "AUD", "british": "GBP", "uk": "GBP", "english": "GBP", "japanese": "JPY", "indian": "INR", "pakistani": "PKR",
	"chinese": "CNY", "swiss": "CHF", "mexican": "MXN", "korean": "KRW", "malaysian": "MYR", "malaysia": "MYR", "israeli": "ILS", "turkish": "TRY", "canada": "CAD", "peruvian": "PEN", "bolivian": "BOB", "uruguayan": "UYU", "dominican": "DOP", "jamaica": "JMD", "armenian": "AMD", "albanian": "ALL",
	"kazakh": "KZT", "kazakhstani": "KZT", "nepalese": "NPR", "bangladeshi": "BDT", "ethiopian": "ETB", "ghanaian": "GHS", "tanzanian": "TZS", "ugandan": "UGX", "zambian": "ZMW",
	"cuban": "CUP", "yemeni": "YER", "syrian": "SYP", "sudanese": "SDG", "macedonian": "MKD", "moldovan": "MDL", "belarusian": "BYN", "azerbaijani": "AZN", "afghan": "AFN", "kuwaiti": "KWD", "kuwait": "KWD",
	"saudi": "SAR", "qatari": "QAR", "qatar": "QAR", "omani": "OMR", "bahraini": "BHD", "jordanian": "JOD", "iraqi": "IQD", "iranian": "IRR", "tunisian": "TND", "algerian": "DZD",
	"egyptian": "EGP", "emirati": "AED", "uae": "AED", "moroccan": "MAD", "swedish": "SEK", "norwegian": "NOK", "danish": "DKK", "icelandic": "ISK", "czech": "CZK", "polish": "PLN",
	"hungarian": "HUF", "romanian": "RON", "bulgarian": "BGN", "ukrainian": "UAH", "russian": "RUB", "brazilian": "BRL", "argentine": "ARS", "argentinian": "ARS", "chilean": "CLP",
	"colombian": "COP", "philippine": "PHP", "thai": "THB", "vietnamese": "VND", "indonesian": "IDR", "singapore": "SGD", "singaporean": "SGD", "taiwan": "TWD", "taiwanese": "TWD",
	"african": "ZAR", "nigerian": "NGN", "kenyan": "KES", "georgian": "GEL", "mongolian": "MNT", "lebanese": "LBP", "libyan": "LYD", "jamaican": "JMD", "serbian": "RSD",
}

// ringgit reports whether rm at token i is money and no room: "RM50", "RM 1,200" and not
// "Rm 905: stained tile".
func ringgit(toks []token, i int) bool {
	return toks[i].caps && i+1 < len(toks) && (i > 0 || !toks[i+1].gap || !is(toks, i+2, ":", "-", "–", "|"))
}

// beforeNumber are the names that may stand before their amount too.
var beforeNumber = map[string]string{"rs": "INR", "rmb": "CNY", "ringgit": "MYR", "ringgits": "MYR", "rupees": "INR", "rupee": "INR", "yuan": "CNY", "rm": "MYR", "euro": "EUR", "euros": "EUR", "renminbi": "CNY",
	"nis": "ILS", "ksh": "KES", "kshs": "KES", "sfr": "CHF", "dkr": "DKK", "nkr": "NOK", "skr": "SEK"}

// signBehind reports whether the number before token i has its sign behind it, as
// in "10 $ 30 $".
func signBehind(toks []token, i int) bool {
	return (is(toks, i, "$", "€", "£") || is(toks, i, "cent", "cents")) && !(i+1 < len(toks) && toks[i+1].kind == digits)
}

// tenths are coins of ten cents.
var tenths = map[string]string{"mao": "CNY", "jiao": "CNY"}

// cents are hundredths, and whose they are when no larger coin stands before
// them; empty when that alone is no money.
var cents = map[string]string{
	"cent": "USD", "cents": "USD", "¢": "USD", "c": "", "ct": "", "cts": "", "penny": "USD", "pennies": "USD", "pence": "GBP", "p": "", "sen": "MYR", "paise": "INR", "paisa": "INR",
	"eurocent": "EUR", "eurocents": "EUR", "centavos": "MXN", "kopecks": "RUB", "kopeks": "RUB", "fen": "CNY", "agorot": "ILS",
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

// weighs reports whether what stands before the pounds at token i speaks of a load.
func weighs(toks []token, i int) bool {
	for k := max(0, i-6); k < i; k++ {
		if is(toks, k, "weigh", "weighs", "weighed", "weight", "adds", "lift", "lifts", "load", "loads", "loaded", "capacity", "rated", "holds", "carries", "heavier", "lighter", "axle", "psi", "pressure") {
			return true
		}
	}
	return false
}

// codeAt is the currency whose ISO code is token i.
func codeAt(toks []token, i int) string {
	w := lowAt(toks, i)
	if len(w) != 3 || toks[i].kind != word {
		return ""
	}
	if _, ok := currencies[w]; !ok || !toks[i].caps && wordyCodes[w] && !glued(toks, i+1, "$") {
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
			if d, ok := dollarsOf[lowAt(toks, next)]; ok && len(lowAt(toks, next)) > 1 && t.low == "$" && glued(toks, next, toks[next].low) { // $US 5
				return d, next + 1
			}
			if is(toks, next, "$") && c != "USD" {
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
	if c := codeAt(toks, i); c != "" && !behindOnly[t.low] {
		return c, skipSign(toks, i+1)
	}
	if c, ok := beforeNumber[t.low]; ok && (t.low != "rm" || ringgit(toks, i)) {
		return c, skipSign(toks, skipDot(toks, i+1))
	}
	if t.low == "r" && t.cap && rand(toks, i+1) {
		return "ZAR", i + 1
	}
	if is(toks, i, "cn") && glued(toks, i+1, "¥") {
		return "CNY", i + 2
	}
	if c, ok := moneyOf[t.low]; ok && is(toks, i+1, "$") { // Canadian $
		return c, i + 2
	}
	if c, next := countryMoney(toks, i); c != "" && next < len(toks) && toks[next].kind == digits && !(i > 0 && toks[i-1].kind == digits) {
		return c, next
	}
	return "", i
}

// rand reports whether an R before token i is the South African rand's, which only
// thousands show: "R4,200", "R 38 500", and not R60 or R 12.
func rand(toks []token, i int) bool {
	_, w, ok := number(toks, i)
	if !ok || w > 3 {
		return false
	}
	_, w, ok = number(toks, i+2)
	if glued(toks, i+1, ",") && ok && !toks[i+2].gap {
		return w == 3
	}
	_, w, ok = number(toks, i+1)
	return ok && w == 3 && toks[i+1].gap
}

// skipSign skips a sign that says the same as the code before it: "CAD$ 15".
func skipSign(toks []token, i int) int {
	if glued(toks, i, "$", "£", "€", "¥") {
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
		if !ok || i+1 < len(toks) && toks[i+1].kind == digits && (!toks[i+1].gap || t.gap) && !signBehind(toks, i+2) {
			return "", 1, i // the sign belongs to the next number
		}
		return c, 1, i + 1
	}
	if t.kind != word {
		return "", 1, i
	}
	if is(toks, i, "pound") && is(toks, i+1, "sterling") {
		return "GBP", 1, i + 2
	}
	if c, ok := currencyWords[t.low]; ok {
		if t.low == "pounds" && (is(toks, i+1, "per", "of", "/", "lighter", "heavier") || weighs(toks, i)) || t.low == "rm" && (t.gap || !t.cap) {
			return "", 1, i
		}
		return c, 1, i + 1
	}
	if c := codeAt(toks, i); c != "" {
		if c == "CAD" && !endsAmount(toks, i+1) {
			return "", 1, i // 2 CAD drawings
		}
		if m := scales[lowAt(toks, i+1)]; m >= 1000 { // 75 USD million
			return c, m, i + 2
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
	if c, next := countryMoney(toks, i); c != "" {
		return c, 1, next
	}
	if t.low == "l" && glued(toks, i+1, ".") && glued(toks, i+2, "e") { // livre égyptienne
		return "EGP", 1, skipDot(toks, i+3)
	}
	for k := len(t.low) - 3; k >= 4 && len(t.low) < 20; k-- { // run together: "egyptianpound"
		if c, ok := moneyOf[t.low[:k]]; ok && moneyNouns[t.low[k:]] {
			return c, 1, i + 1
		}
	}
	if n := len(t.low); n == 4 && t.low != "mils" && (t.low[0] == 'm' || t.low[0] == 'k') {
		if _, ok := currencies[t.low[1:]]; ok {
			if t.low[0] == 'k' {
				return upper3(t.low[1:]), 1e3, i + 1
			}
			return upper3(t.low[1:]), 1e6, i + 1
		}
	}
	return "", 1, i
}
