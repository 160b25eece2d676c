package projectr

import (
	"strings"
	"time"
	"unicode/utf8"
)

// SenderRule says of senders whether their mail is read. The pattern is an
// address (jo@x.example), a domain (@x.example), or * for anyone.
type SenderRule struct {
	ID        SenderID  `json:"id"`
	Pattern   string    `json:"pattern" doc:"An address, @ and a domain, or * for anyone."`
	Allow     bool      `json:"allow" doc:"False: their mail goes to quarantine whatever else speaks for it."`
	By        string    `json:"by" doc:"Who made the rule."`
	CreatedAt time.Time `json:"created_at"`
}

// ValidatePattern brings the pattern of a sender rule into its one form: lower
// case, the address as its provider knows it (NormalAddress).
func ValidatePattern(pattern string) (string, error) {
	bad := &Error{Kind: Invalid, Field: "pattern", Message: "A sender is an address such as jo@x.example, a domain such as @x.example, or * for anyone."}
	pattern = strings.ToLower(strings.TrimSpace(pattern))
	if pattern == "*" {
		return pattern, nil
	}
	local, domain, ok := cutAddress(pattern)
	if !ok || !IsLine(pattern, 320) || strings.ContainsAny(pattern, " \t<>\"(),;:\\*") || strings.Contains(domain, "..") {
		return "", bad
	}
	if local == "" {
		return "@" + domain, nil
	}
	normal, _ := NormalAddress(pattern)
	return normal, nil
}

// Fits reports whether the rule is about addr, and how closely: 3 the address
// itself, 2 its domain, 1 anyone, 0 not at all. A rule for a domain is not about
// the domains below it.
func (r SenderRule) Fits(addr string) int {
	normal, _ := NormalAddress(addr)
	_, domain, ok := cutAddress(normal)
	switch {
	case r.Pattern == "*":
		return 1
	case !ok:
		return 0
	case r.Pattern == normal:
		return 3
	case r.Pattern == "@"+domain:
		return 2
	}
	return 0
}

// cutAddress takes an addr-spec apart at its last @.
func cutAddress(addr string) (local, domain string, ok bool) {
	at := strings.LastIndexByte(addr, '@')
	if at < 0 || at == len(addr)-1 || !utf8.ValidString(addr) {
		return "", "", false
	}
	return addr[:at], strings.TrimSuffix(addr[at+1:], "."), true
}

// DomainOf returns the domain of an address in lower case; empty without one.
func DomainOf(addr string) string {
	_, domain, _ := cutAddress(strings.ToLower(strings.TrimSpace(addr)))
	return domain
}

// aliases are the mail providers that deliver several spellings to one mailbox,
// and how they do it.
var aliases = map[string]struct {
	name   string
	domain string // the domain they all belong to; empty: the same
	dots   bool   // dots before the @ do not count
	signs  string // from the first of these signs on nothing counts
}{
	"gmail.com":        {name: "Gmail", dots: true, signs: "+"},
	"googlemail.com":   {name: "Gmail", domain: "gmail.com", dots: true, signs: "+"},
	"outlook.com":      {name: "Outlook", signs: "+"},
	"hotmail.com":      {name: "Outlook", signs: "+"},
	"live.com":         {name: "Outlook", signs: "+"},
	"msn.com":          {name: "Outlook", signs: "+"},
	"icloud.com":       {name: "iCloud", signs: "+"},
	"me.com":           {name: "iCloud", domain: "icloud.com", signs: "+"},
	"mac.com":          {name: "iCloud", domain: "icloud.com", signs: "+"},
	"yahoo.com":        {name: "Yahoo", signs: "-+"},
	"ymail.com":        {name: "Yahoo", signs: "-+"},
	"fastmail.com":     {name: "Fastmail", signs: "+"},
	"fastmail.fm":      {name: "Fastmail", signs: "+"},
	"proton.me":        {name: "Proton", dots: true, signs: "+"},
	"protonmail.com":   {name: "Proton", domain: "proton.me", dots: true, signs: "+"},
	"pm.me":            {name: "Proton", domain: "proton.me", dots: true, signs: "+"},
	"zoho.com":         {name: "Zoho", signs: "+"},
	"gmx.com":          {name: "GMX", signs: "+"},
	"gmx.net":          {name: "GMX", signs: "+"},
	"gmx.de":           {name: "GMX", signs: "+"},
	"aol.com":          {name: "AOL", signs: "+"},
	"yandex.com":       {name: "Yandex", signs: "+"},
	"yandex.ru":        {name: "Yandex", domain: "yandex.com", signs: "+"},
	"mail.ru":          {name: "Mail.ru", signs: "+"},
	"qq.com":           {name: "QQ"},
	"163.com":          {name: "NetEase"},
	"126.com":          {name: "NetEase"},
	"web.de":           {name: "WEB.DE"},
	"t-online.de":      {name: "T-Online"},
	"freenet.de":       {name: "freenet"},
	"orange.fr":        {name: "Orange"},
	"wanadoo.fr":       {name: "Orange"},
	"free.fr":          {name: "Free"},
	"laposte.net":      {name: "La Poste"},
	"sfr.fr":           {name: "SFR"},
	"libero.it":        {name: "Libero"},
	"virgilio.it":      {name: "Virgilio"},
	"comcast.net":      {name: "Xfinity"},
	"verizon.net":      {name: "Verizon"},
	"att.net":          {name: "AT&T"},
	"sbcglobal.net":    {name: "AT&T"},
	"bellsouth.net":    {name: "AT&T"},
	"cox.net":          {name: "Cox"},
	"charter.net":      {name: "Spectrum"},
	"earthlink.net":    {name: "EarthLink"},
	"rocketmail.com":   {name: "Yahoo", signs: "-+"},
	"btinternet.com":   {name: "BT"},
	"sky.com":          {name: "Sky"},
	"shaw.ca":          {name: "Shaw"},
	"rogers.com":       {name: "Rogers"},
	"bigpond.com":      {name: "Telstra"},
	"hey.com":          {name: "HEY", signs: "+"},
	"tutanota.com":     {name: "Tuta"},
	"tuta.com":         {name: "Tuta"},
	"mail.com":         {name: "mail.com", signs: "+"},
	"inbox.com":        {name: "Inbox"},
	"rediffmail.com":   {name: "Rediff"},
	"terra.com.br":     {name: "Terra"},
	"uol.com.br":       {name: "UOL"},
	"bol.com.br":       {name: "BOL"},
	"seznam.cz":        {name: "Seznam"},
	"wp.pl":            {name: "WP"},
	"o2.pl":            {name: "o2"},
	"onet.pl":          {name: "Onet"},
	"naver.com":        {name: "Naver"},
	"hanmail.net":      {name: "Daum"},
	"daum.net":         {name: "Daum"},
	"sina.com":         {name: "Sina"},
	"sohu.com":         {name: "Sohu"},
	"139.com":          {name: "China Mobile"},
	"rambler.ru":       {name: "Rambler"},
	"bk.ru":            {name: "Mail.ru"},
	"inbox.ru":         {name: "Mail.ru"},
	"list.ru":          {name: "Mail.ru"},
	"ya.ru":            {name: "Yandex"},
	"ukr.net":          {name: "Ukr.net"},
	"mailbox.org":      {name: "mailbox.org"},
	"posteo.de":        {name: "Posteo"},
	"arcor.de":         {name: "Arcor"},
	"mail.de":          {name: "mail.de"},
	"tutanota.de":      {name: "Tuta"},
	"tutamail.com":     {name: "Tuta"},
	"bluewin.ch":       {name: "Bluewin"},
	"telenet.be":       {name: "Telenet"},
	"skynet.be":        {name: "Proximus"},
	"ziggo.nl":         {name: "Ziggo"},
	"kpnmail.nl":       {name: "KPN"},
	"planet.nl":        {name: "KPN"},
	"home.nl":          {name: "Ziggo"},
	"neuf.fr":          {name: "SFR"},
	"bbox.fr":          {name: "Bouygues"},
	"alice.it":         {name: "TIM"},
	"tin.it":           {name: "TIM"},
	"tiscali.it":       {name: "Tiscali"},
	"sapo.pt":          {name: "SAPO"},
	"telia.com":        {name: "Telia"},
	"interia.pl":       {name: "Interia"},
	"centrum.cz":       {name: "Centrum"},
	"email.cz":         {name: "Seznam"},
	"ntlworld.com":     {name: "Virgin Media"},
	"virginmedia.com":  {name: "Virgin Media"},
	"blueyonder.co.uk": {name: "Virgin Media"},
	"talktalk.net":     {name: "TalkTalk"},
	"optonline.net":    {name: "Optimum"},
	"frontier.com":     {name: "Frontier"},
	"frontiernet.net":  {name: "Frontier"},
	"windstream.net":   {name: "Windstream"},
	"centurylink.net":  {name: "CenturyLink"},
	"embarqmail.com":   {name: "CenturyLink"},
	"roadrunner.com":   {name: "Spectrum"},
	"pacbell.net":      {name: "AT&T"},
	"ameritech.net":    {name: "AT&T"},
	"juno.com":         {name: "Juno"},
	"netzero.net":      {name: "NetZero"},
	"mindspring.com":   {name: "EarthLink"},
	"email.com":        {name: "mail.com"},
	"usa.com":          {name: "mail.com"},
	"hushmail.com":     {name: "Hushmail"},
	"pobox.com":        {name: "Pobox"},
	"sympatico.ca":     {name: "Bell"},
	"bell.net":         {name: "Bell"},
	"telus.net":        {name: "Telus"},
	"videotron.ca":     {name: "Videotron"},
	"optusnet.com.au":  {name: "Optus"},
	"iinet.net.au":     {name: "iiNet"},
	"xtra.co.nz":       {name: "Xtra"},
	"ig.com.br":        {name: "iG"},
	"prodigy.net.mx":   {name: "Telmex"},
	"zohomail.com":     {name: "Zoho"},
}

// providerOf finds the provider of a mail domain; country editions (hotmail.co.uk,
// yahoo.fr) do as their .com does.
func providerOf(domain string) (name, to string, dots bool, signs string, ok bool) {
	p, ok := aliases[domain]
	if !ok {
		first, rest, cut := strings.Cut(domain, ".")
		country := cut && (len(rest) == 2 || strings.HasPrefix(rest, "co.") && len(rest) == 5 || strings.HasPrefix(rest, "com.") && len(rest) == 6)
		switch first {
		case "yahoo", "hotmail", "outlook", "live", "gmx", "aol":
			if country {
				p, ok = aliases[first+".com"], true
			}
		}
	}
	if p.domain == "" {
		p.domain = domain
	}
	return p.name, p.domain, p.dots, p.signs, ok
}

// PublicProvider reports whether anybody can have an address of this domain, so
// that a colleague's address there says nothing about others.
func PublicProvider(domain string) bool {
	_, _, _, _, ok := providerOf(strings.ToLower(domain))
	return ok
}

// NormalAddress brings an address into the one form under which its provider
// knows the mailbox: lower case, without what follows a plus sign (RFC 5233),
// and at some providers without dots. why says what was changed beyond case, as
// a sentence for people; empty when nothing was. An address without an @ comes
// back as it is, in lower case.
func NormalAddress(addr string) (normal, why string) {
	addr = strings.ToLower(strings.TrimSpace(addr))
	local, domain, ok := cutAddress(addr)
	if bare := strings.TrimSuffix(strings.TrimPrefix(local, "\""), "\""); ok && len(bare) == len(local)-2 && !strings.ContainsAny(bare, "\"\\ ()<>[]:;@,+\t") {
		local = bare // quotes that need not be there (RFC 5321 §4.1.2)
	}
	if !ok || local == "" || strings.HasPrefix(local, "\"") {
		return addr, ""
	}
	name, to, dots, signs, known := providerOf(domain)
	who, what := name, []string{}
	if !known {
		who, signs = "A mail server", "+"
	}
	short := local
	if i := strings.IndexAny(short, signs); i > 0 && signs != "" {
		what = append(what, "what follows \""+short[i:i+1]+"\"")
		short = short[:i]
	}
	if dots && strings.Contains(short, ".") {
		if bare := strings.ReplaceAll(short, ".", ""); bare != "" {
			what = append(what, "dots")
			short = bare
		}
	}
	normal = short + "@" + to
	switch {
	case len(what) > 0:
		why = who + " ignores " + strings.Join(what, " and ") + ": " + local + "@" + domain + " is " + normal + "."
	case to != domain:
		why = name + " delivers " + domain + " and " + to + " to the same mailbox."
	}
	return normal, why
}
