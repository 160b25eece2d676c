package extract

import (
	"slices"
	"strings"
)

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
			sbd scr sdg sek sgd shp sle srd ssp stn svc syp szl thb tjs tmt try ttd twd tzs uah usd uyu uzs ves wst xcd xcg yer zar zmw zwg`,
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
	"₱": "PHP", "฿": "THB", "₴": "UAH", "₸": "KZT", "₡": "CRC", "₵": "GHS", "﷼": "SAR", "֏": "AMD", "₮": "MNT", "₤": "GBP", "₲": "PYG", "₭": "LAK", "₼": "AZN", "₨": "INR", "৳": "BDT", "៛": "KHR", "＄": "USD", "￡": "GBP", "￥": "JPY", "￦": "KRW",
}

// dollarsOf are the short words before a dollar sign that say whose it is. One
// letter must be glued to the sign, but for C $.
var dollarsOf = map[string]string{
	"us": "USD", "usd": "USD", "c": "CAD", "ca": "CAD", "can": "CAD", "cad": "CAD", "cdn": "CAD", "a": "AUD", "au": "AUD", "aud": "AUD", "nz": "NZD", "nzd": "NZD",
	"hk": "HKD", "s": "SGD", "sg": "SGD", "nt": "TWD", "mex": "MXN", "mx": "MXN", "r": "BRL", "rd": "DOP", "tt": "TTD", "j": "JMD", "ja": "JMD", "bz": "BZD", "bds": "BBD", "ec": "XCD", "fj": "FJD", "gy": "GYD", "n": "NAD",
	"ws": "WST", "si": "SBD", "ci": "KYD", "z": "ZWL", "l": "LRD", "g": "GYD",
}

// currencyWords are the names that mean one currency when nobody says whose.
var currencyWords = map[string]string{
	"dollar": "USD", "dollars": "USD", "bucks": "USD", "buck": "USD", "dlrs": "USD", "dolares": "USD", "dólares": "USD", "euro": "EUR", "euros": "EUR",
	"pounds": "GBP", "quid": "GBP", "sterling": "GBP", "yen": "JPY", "rupees": "INR", "rupee": "INR", "rs": "INR", "francs": "CHF",
	"yuan": "CNY", "yuans": "CNY", "renminbi": "CNY", "rmb": "CNY", "kuai": "CNY", "ringgit": "MYR", "ringgits": "MYR", "shekel": "ILS", "shekels": "ILS",
	"rand": "ZAR", "rands": "ZAR", "ruble": "RUB", "rubles": "RUB", "rouble": "RUB", "roubles": "RUB", "zloty": "PLN", "zlotys": "PLN", "forint": "HUF", "forints": "HUF",
	"hryvnia": "UAH", "hryvnias": "UAH", "baht": "THB", "dirham": "AED", "dirhams": "AED", "lari": "GEL", "reais": "BRL", "naira": "NGN", "tugrik": "MNT", "leva": "BGN", "lei": "RON", "lev": "BGN", "levs": "BGN", "colones": "CRC", "tugriks": "MNT", "rupiah": "IDR", "rupiahs": "IDR", "dong": "VND", "taka": "BDT", "kyat": "MMK", "kyats": "MMK", "pula": "BWP", "quetzal": "GTQ", "quetzals": "GTQ", "quetzales": "GTQ",
	"lempira": "HNL", "lempiras": "HNL", "gourde": "HTG", "gourdes": "HTG", "kwanza": "AOA", "kwanzas": "AOA", "dalasi": "GMD", "riel": "KHR", "riels": "KHR", "pataca": "MOP", "patacas": "MOP", "guaranis": "PYG", "tenge": "KZT",
	"birr": "ETB", "cedi": "GHS", "cedis": "GHS", "nairas": "NGN", "laris": "GEL", "nis": "ILS", "ksh": "KES",
	"złoty": "PLN", "złote": "PLN", "złotych": "PLN", "zlotych": "PLN", "koruna": "CZK", "korun": "CZK", "koruny": "CZK", "deutschmark": "DEM", "deutschmarks": "DEM", "deutschemark": "DEM", "deutschemarks": "DEM",
	"bolivianos": "BOB", "balboas": "PAB", "cordobas": "NIO", "córdobas": "NIO", "ariary": "MGA", "meticals": "MZN", "meticais": "MZN", "nakfa": "ERN", "vatu": "VUV", "paanga": "TOP", "pa'anga": "TOP", "paʻanga": "TOP", "ngultrum": "BTN", "ngultrums": "BTN",
	"rufiyaa": "MVR", "rufiyaas": "MVR", "afghani": "AFN", "afghanis": "AFN", "somoni": "TJS", "somonis": "TJS", "denar": "MKD", "denars": "MKD", "denari": "MKD", "dobras": "STN", "leones": "SLE", "lilangeni": "SZL", "emalangeni": "SZL", "maloti": "LSL",
	"ouguiya": "MRU", "ouguiyas": "MRU", "tögrög": "MNT", "tögrögs": "MNT", "togrog": "MNT", "togrogs": "MNT", "kuna": "HRK", "kunas": "HRK", "bolivares": "VES", "bolívares": "VES", "bahts": "THB", "takas": "BDT", "tenges": "KZT", "birrs": "ETB", "dhs": "AED", "rp": "IDR",
	"geneh": "EGP", "genihat": "EGP", "rm": "MYR", "лв": "BGN", "сом": "KGS", "ден": "MKD", "дин": "RSD", "ரூ": "LKR", "日元": "JPY", "美元": "USD", "欧元": "EUR", "港币": "HKD", "元": "CNY", "圆": "CNY", "人民币": "CNY", "円": "JPY", "원": "KRW", "руб": "RUB", "грн": "UAH", "zł": "PLN", "kč": "CZK",
}

// moneyNouns are the names many countries share; they need to be told whose.
var moneyNouns = set(`pound peso pesos dinar dinars riyal riyals rial rials lira liras franc krona kronor krone kroner crown crowns won real koruna lev leu lei
	dollar dollars pounds rupee rupees francs yen yuan ringgit ringgits shekel shekels rand ruble rubles zloty forint hryvnia baht dirham dirhams lari geneh
	markka mark marks peseta pesetas guilder guilders escudo escudos schillings drachma drachmas colon colón colones shilling shillings taka birr tenge dram manat cedi cedis kwacha sol soles boliviano bolivianos lek denar leke afghani
	reals rials rupiah rupiahs dong dongs tugrik tugriks kyat kyats kip pula pulas quetzal quetzals quetzales lempira lempiras gourde gourdes kwanza kwanzas dalasi dalasis riel riels pataca patacas guarani guaranis
	cordoba cordobas bolivar bolivars som somoni manats drams laris kronur kroons ariary metical meticals rufiyaa ngultrum nakfa florin balboa balboas vatu tala paanga kina renminbi reais naira nairas birrs tenges hryvnias lempira zlotys forints euro euros
	buck bucks markkas lire kroon kroons kuna kunas colóns colons córdoba córdobas bolívar bolívars bolivares bolívares piso pisos soms somonis denars denari koruny korun króna krónur ouguiya ouguiyas
	lilangeni emalangeni loti maloti dobra dobras leone leones roubles rouble rubel złoty złotych zlotych złote paanga pa'anga paʻanga tögrög tögrögs togrog togrogs afghanis nakfas ngultrums rufiyaas balboa rands bahts takas
	renminbis yuans sterling talas kinas guaraní guaranís`)

// twoWords are the countries of two words and more, by the first.
var twoWords = func() map[string][]countryName {
	m := map[string][]countryName{}
	for line := range strings.SplitSeq(`HKD hong kong, NZD new zealand, TWD new taiwan, ILS new israeli, ZAR south african, ZAR south africa, KRW south korean, KRW south korea, KPW north korean, KPW north korea, DEM west german, SAR saudi arabian, SAR saudi arabia,
		LKR sri lankan, LKR sri lanka, CRC costa rican, CRC costa rica, PGK papua new guinean, PGK papua new guinea, PGK papua guinean, SVC el salvadoran, SVC el salvador, CVE cape verdean, CVE cape verde, SBD solomon islands, SBD solomon island,
		SLE sierra leonean, SLE sierra leone, USD united states, AED united arab emirates, AED united arab emirati, AED uae emirates, GBP great british, XOF west african, XOF west african cfa, XAF central african, XAF central african cfa, XCD east caribbean, XCD eastern caribbean,
		TTD trinidad and tobago, TTD trinidad & tobago, FKP falkland islands, FKP falkland island, SHP saint helena, SHP st helena, SHP st . helena, SSP south sudanese, SSP south sudan, KYD cayman islands, KYD cayman island, ANG netherlands antillean, ANG dutch antillean, ANG netherlands antilles,
		BAM bosnian convertible, BAM bosnia herzegovina convertible, BAM bosnia - herzegovina convertible, BAM bosnia and herzegovina convertible, BAM bosnia and herzegovina, CUC cuban convertible, PEN peruvian nuevo, PEN peruvian nuevos,
		STN são tomé and príncipe, STN são tomé & príncipe, STN sao tome and principe, STN são tomé, STN sao tome, DOP dominican republic, BND brunei darussalam, TRY new turkish, CNY chinese yuan`, ",") {
		code, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		words := strings.Fields(name)
		m[words[0]] = append(m[words[0]], countryName{words[1:], code})
	}
	m["new"] = append(m["new"], countryName{[]string{"shekel"}, "ILS"}, countryName{[]string{"shekels"}, "ILS"})
	for _, list := range m { // the longer first: "west african cfa francs"
		slices.SortStableFunc(list, func(a, b countryName) int { return len(b.rest) - len(a.rest) })
	}
	return m
}()

// countryName is what stands behind the first word of a name of more, and whose money it tells.
type countryName struct {
	rest []string
	code string
}

// countryMoney reads "canadian dollars", "Hong Kong dollar", "sri lankan rupees".
func countryMoney(toks []token, i int) (currency string, next int) {
	w := lowAt(toks, i)
	if c := pairs[w][lowAt(toks, i+1)]; c != "" {
		return c, i + 2
	}
	if c, ok := moneyOf[w]; ok {
		k := i + 1
		if glued(toks, k, "-") && k+1 < len(toks) && !toks[k+1].gap { // US-dollars
			k++
		}
		if moneyNouns[lowAt(toks, k)] {
			return c, k + 1
		}
	}
names:
	for _, t := range twoWords[w] {
		k := i + 1
		for _, r := range t.rest {
			if !is(toks, k, r) {
				continue names
			}
			k++
		}
		if moneyNouns[lowAt(toks, k)] {
			return t.code, k + 1
		}
		if len(t.rest) > 0 && moneyNouns[t.rest[len(t.rest)-1]] {
			return t.code, k
		}
	}
	return "", i
}

// pairs are names of two words that mean one currency by both of them: those that went up in
// the euro (ISO 4217, list three), and nouns that are too common by themselves. Their codes
// are not read: ATS, SIT and PTE are more often something else.
var pairs = func() map[string]map[string]string {
	m := map[string]map[string]string{}
	for line := range strings.SplitSeq(`FIM finnish: mark marks markka markkas, DEM german: mark marks, DEM deutsche: mark marks, DEM deutsch: mark marks, FRF french: franc francs, BEF belgian: franc francs, LUF luxembourg: franc francs, LUF luxembourgish: franc francs,
		ITL italian: lira liras lire, ESP spanish: peseta pesetas, IEP irish: pound pounds punt punts, NLG dutch: guilder guilders, ATS austrian: schilling schillings, PTE portuguese: escudo escudos, GRD greek: drachma drachmas drachmae, SKK slovak: koruna korunas koruny,
		EEK estonian: kroon kroons krooni, LVL latvian: lat lats lati, LTL lithuanian: lita litas litai, SIT slovenian: tolar tolars, HRK croatian: kuna kunas kune, CYP cypriot: pound pounds, MTL maltese: lira liri,
		BAM convertible: mark marks, XPF cfp: franc francs, UZS uzbekistani: sum sums, UZS uzbek: sum sums, UZS uzbekistan: sum sums, PEN nuevo: sol soles, PEN nuevos: soles, CNY yuan: renminbi, XCG caribbean: guilder guilders, ZWG zimbabwe: gold, ANG antillean: guilder guilders,
		GBP pound: sterling, GBP pounds: sterling, WST samoan: tala talas`, ",") {
		code, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		first, seconds, _ := strings.Cut(rest, ":")
		for second := range strings.FieldsSeq(seconds) {
			if m[first] == nil {
				m[first] = map[string]string{}
			}
			m[first][second] = code
		}
	}
	return m
}()

// moneyOf says whose money a noun means: "kuwaiti dinar", "Swiss francs".
var moneyOf = map[string]string{
	"zimbabwean": "ZWL", "zimbabwe": "ZWL", "lesotho": "LSL", "basotho": "LSL", "bermudan": "BMD", "seychelles": "SCR", "congo": "CDF", "guinea": "GNF", "antillean": "ANG", "salvadoran": "SVC", "salvadorean": "SVC", "falklands": "FKP", "hongkong": "HKD",
	"uzbekistan": "UZS", "turkmenistan": "TMT", "turkmenistani": "TMT", "kyrgyzstan": "KGS", "kyrgystani": "KGS", "tajikistan": "TJS", "azerbaijan": "AZN", "azeri": "AZN", "belarus": "BYN", "belorussian": "BYN", "burma": "MMK", "afghanistan": "AFN", "albania": "ALL",
	"mauritania": "MRU", "eritrea": "ERN", "djibouti": "DJF", "comoros": "KMF", "burundi": "BIF", "rwanda": "RWF", "malawi": "MWK", "mozambique": "MZN", "madagascar": "MGA", "gambia": "GMD", "nicaragua": "NIO", "honduras": "HNL", "guatemala": "GTQ", "paraguay": "PYG",
	"venezuela": "VES", "bolivia": "BOB", "uruguay": "UYU", "panama": "PAB", "aruba": "AWG", "suriname": "SRD", "liberia": "LRD", "tonga": "TOP", "samoa": "WST", "macedonia": "MKD", "moldova": "MDL", "bosnia": "BAM", "cambodia": "KHR", "laos": "LAK", "bhutan": "BTN", "maldives": "MVR",
	"swaziland": "SZL", "eswatini": "SZL", "somalia": "SOS", "sudan": "SDG", "czechia": "CZK", "switzerland": "CHF", "britain": "GBP", "england": "GBP", "korea": "KRW", "argentinean": "ARS", "motswana": "BWP",
	"us": "USD", "american": "USD", "cdn": "CAD", "aussie": "AUD", "kiwi": "NZD", "fijian": "FJD", "fiji": "FJD", "bahamian": "BSD", "barbadian": "BBD", "barbados": "BBD", "bermudian": "BMD", "bermuda": "BMD", "brunei": "BND", "bruneian": "BND",
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
var beforeNumber = map[string]string{"rp": "IDR", "tk": "BDT", "tsh": "TZS", "ush": "UGX", "dhs": "AED", "dlrs": "USD", "rs": "INR", "rmb": "CNY", "ringgit": "MYR", "ringgits": "MYR", "rupees": "INR", "rupee": "INR", "yuan": "CNY", "rm": "MYR", "euro": "EUR", "euros": "EUR", "renminbi": "CNY",
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
	"cent": "USD", "cents": "USD", "¢": "USD", "c": "", "ct": "", "cts": "", "penny": "USD", "pennies": "USD", "pence": "GBP", "p": "", "sen": "MYR", "paise": "INR", "paisa": "INR", "paisas": "INR", "paisay": "INR",
	"eurocent": "EUR", "eurocents": "EUR", "centavos": "MXN", "centavo": "MXN", "kopecks": "RUB", "kopeks": "RUB", "kopeck": "RUB", "kopek": "RUB", "fen": "CNY", "agorot": "ILS", "agora": "ILS", "agoras": "ILS",
	"satang": "THB", "satangs": "THB", "tetri": "GEL", "stotinki": "BGN", "stotinka": "BGN", "stotinkas": "BGN", "groszy": "PLN", "grosze": "PLN", "grosz": "PLN", "halalas": "SAR", "halala": "SAR", "rappen": "CHF", "kopiykas": "UAH", "kopiyka": "UAH", "kopiyky": "UAH", "kopiyok": "UAH",
	"pesewas": "GHS", "pesewa": "GHS", "kobo": "NGN", "poisha": "BDT", "ngwee": "ZMW", "thebe": "BWP", "toea": "PGK", "bani": "RON", "lipa": "HRK", "jiao": "CNY", "dimes": "USD", "nickels": "USD",
	"centimes": "", "centime": "", "centimos": "", "céntimos": "", "centimo": "", "céntimo": "", "öre": "", "øre": "", "ore": "", "aurar": "", "haleru": "", "haléřů": "", "halers": "", "filler": "", "fillér": "", "ban": "", "para": "", "fils": "", "piastres": "", "piasters": "", "qirsh": "", "kurus": "", "kuruş": "",
	"tiyn": "", "tiyin": "", "qepik": "", "luma": "", "tambala": "", "butut": "", "bututs": "", "santim": "", "laari": "", "sene": "", "seniti": "", "pyas": "", "lisente": "", "dirhams": "", "deni": "", "diram": "",
}

// coinsOf are the currencies that have a coin; a coin that is not named here goes with any.
var coinsOf = map[string]string{
	"jiao": "CNY", "fen": "CNY", "satang": "THB", "sen": "MYR IDR BND KHR", "centimes": "CHF XOF XAF XPF MAD DZD HTG CDF FRF BEF", "centime": "CHF XOF XAF XPF MAD DZD HTG CDF FRF BEF",
	"öre": "SEK", "øre": "DKK NOK", "ore": "SEK DKK NOK", "aurar": "ISK", "haleru": "CZK", "haléřů": "CZK", "halers": "CZK", "filler": "HUF", "fillér": "HUF", "ban": "RON MDL", "para": "RSD", "fils": "AED YER", "piastres": "EGP LBP SYP SDG", "piasters": "EGP LBP SYP SDG", "qirsh": "EGP SAR",
	"kurus": "TRY", "kuruş": "TRY", "tiyn": "KZT", "tiyin": "KGS UZS", "qepik": "AZN", "luma": "AMD", "tambala": "MWK", "butut": "GMD", "bututs": "GMD", "santim": "ETB", "laari": "MVR", "sene": "WST", "seniti": "TOP", "pyas": "MMK", "lisente": "LSL", "dirhams": "QAR", "deni": "MKD", "diram": "TJS",
	"lipa": "HRK", "bani": "RON MDL", "thebe": "BWP", "toea": "PGK", "dimes": "USD CAD", "nickels": "USD CAD", "centavos": "MXN BRL ARS CLP COP CUP DOP PHP UYU GTQ HNL NIO BOB MZN CVE PTE", "centimos": "PEN CRC PYG VES ESP", "céntimos": "PEN CRC PYG VES ESP", "centimo": "PEN CRC PYG VES ESP", "céntimo": "PEN CRC PYG VES ESP",
}

// thousandths are the coins of the currencies with three decimals.
var thousandths = map[string]string{"fils": "KWD BHD IQD JOD", "baisa": "OMR", "baizas": "OMR", "millimes": "TND", "millime": "TND", "dirhams": "LYD"}

// coinsEach is how many hundredths a coin is that is no hundredth.
var coinsEach = map[string]figure{"jiao": 10, "dimes": 10, "nickels": 5}

// coinOf reports whether the coin named w belongs to a currency.
func coinOf(w, currency string) bool {
	if _, ok := cents[w]; !ok {
		return false
	}
	whose, ok := coinsOf[w]
	return !ok || strings.Contains(whose, currency)
}

// decimalsOf is how many decimals a currency has.
func decimalsOf(currency string) int {
	if currency == "ITL" || currency == "ESP" {
		return 0
	}
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
			if t.low == "£" && glued(toks, next, "e") && next+1 < len(toks) && toks[next+1].kind == digits { // £E 5
				return "EGP", next + 1
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
	if c, ok := beforeNumber[t.low]; ok && (t.low != "rm" || ringgit(toks, i)) && (len(t.low) != 2 || t.low[0] == 'r' && t.low[1] != 'p' || t.cap && !t.caps) { // Rp 500, and not RP 5 or 2 tk
		return c, skipSign(toks, skipDot(toks, i+1))
	}
	if t.low == "r" && t.cap && rand(toks, i+1) {
		return "ZAR", i + 1
	}
	if is(toks, i, "s") && glued(toks, i+1, "/") && glued(toks, i+2, ".") && i+3 < len(toks) && toks[i+3].kind == digits { // S/. 50
		return "PEN", i + 3
	}
	if is(toks, i, "gh") && glued(toks, i+1, "₵", "¢") {
		return "GHS", i + 2
	}
	if is(toks, i, "e", "le") && glued(toks, i+1, "£") {
		return "EGP", i + 2
	}
	if is(toks, i, "ir") && glued(toks, i+1, "£") {
		return "IEP", i + 2
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
		if t.low == "pounds" && (is(toks, i+2, "ounces", "ounce", "oz") || is(toks, i+1, "per", "of", "/", "lighter", "heavier") || weighs(toks, i)) || t.low == "rm" && (t.gap || !t.cap) {
			return "", 1, i
		}
		return c, 1, i + 1
	}
	if t.low == "won" && i >= 2 && endsAmount(toks, i+1) && len(toks[i-1].low) == 3 && glued(toks, i-2, ",") { // 50,000 won, and not "24 won"
		return "KRW", 1, i + 1
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
	if c, ok := dollarsOf[t.low]; ok && glued(toks, i+1, "$") && (len(t.low) > 1 || !t.gap || i+2 >= len(toks) || toks[i+2].kind != digits) {
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
