package message

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file is the vocabulary of mail programs: the words they write around a
// quoted or forwarded mail, in many languages. Words are in lower case.

// label is a field of the header block above a quoted or forwarded mail.
type label int

const (
	noLabel label = iota
	lFrom
	lTo
	lCc
	lDate
	lSubject
	lOther
)

// labels maps what stands before the colon to the field it names. The same
// word never names two fields in the languages here.
var labels = map[string]label{
	// English, and what programs write untranslated
	"from": lFrom, "to": lTo, "cc": lCc, "date": lDate, "sent": lDate, "subject": lSubject,
	"reply-to": lOther, "bcc": lOther, "importance": lOther, "attachments": lOther, "priority": lOther, "organization": lOther,
	"sent on": lDate, "sent at": lDate, "sender": lOther, "when": lOther, "where": lOther, "on behalf of": lOther, "copy": lCc, "resent-from": lOther, "message-id": lOther,
	// German
	"von": lFrom, "an": lTo, "kopie": lCc, "kopie (cc)": lCc, "datum": lDate, "gesendet": lDate, "gesendet am": lDate, "betreff": lSubject, "antwort an": lOther, "wichtigkeit": lOther, "anlagen": lOther,
	// French
	"de": lFrom, "à": lTo, "a": lTo, "copie": lCc, "copie à": lCc, "envoyé": lDate, "envoyé le": lDate, "envoyé par": lOther, "message du": lDate, "date d'envoi": lDate, "objet": lSubject, "sujet": lSubject, "répondre à": lOther, "pièces jointes": lOther, "expéditeur": lFrom, "destinataire": lTo, "pour": lTo,
	// Spanish
	"para": lTo, "fecha": lDate, "enviado": lDate, "enviado el": lDate, "enviada": lDate, "enviado em": lDate, "enviada em": lDate, "asunto": lSubject, "con copia": lCc, "responder a": lOther, "datos adjuntos": lOther, "remitente": lFrom,
	// Italian
	"da": lFrom, "mittente": lFrom, "data": lDate, "inviato": lDate, "oggetto": lSubject, "risposta": lOther, "rispondi a": lOther, "destinatario": lTo, "per": lTo, "per conoscenza": lCc, "copia": lCc,
	// Portuguese
	"assunto": lSubject, "cópia": lCc, "com cópia": lCc, "data de envio": lDate,
	// Dutch
	"van": lFrom, "aan": lTo, "verzonden": lDate, "verzonden op": lDate, "onderwerp": lSubject,
	// Swedish, Danish, Norwegian
	"från": lFrom, "till": lTo, "kopia": lCc, "skickat": lDate, "skickat den": lDate, "ämne": lSubject,
	"fra": lFrom, "til": lTo, "kopi": lCc, "dato": lDate, "sendt": lDate, "sendt den": lDate, "emne": lSubject,
	// Finnish
	"lähettäjä": lFrom, "vastaanottaja": lTo, "kopio": lCc, "päivämäärä": lDate, "päiväys": lDate, "lähetetty": lDate, "aihe": lSubject, "otsikko": lSubject,
	// Polish
	"od": lFrom, "nadawca": lFrom, "do": lTo, "adresat": lTo, "dw": lCc, "do wiadomości": lCc, "wysłano": lDate, "wysłane": lDate, "temat": lSubject,
	// Czech, Slovak
	"komu": lTo, "odesláno": lDate, "odoslané": lDate, "dátum": lDate, "předmět": lSubject, "predmet": lSubject, "kópia": lCc, "pre": lTo, "odesílatel": lFrom, "příjemce": lTo,
	// Hungarian
	"feladó": lFrom, "címzett": lTo, "másolat": lCc, "másolatot kap": lCc, "elküldve": lDate, "küldve": lDate, "tárgy": lSubject,
	// Croatian, Slovene, Serbian
	"šalje": lFrom, "prima": lTo, "poslano": lDate, "zadeva": lSubject, "pošiljatelj": lFrom, "za": lTo, "kp": lCc, "шаље": lFrom, "прима": lTo,
	// Romanian
	"expeditor": lFrom, "expeditorul": lFrom, "de la": lFrom, "către": lTo, "destinatarul": lTo, "catre": lTo, "trimis": lDate, "dată": lDate, "subiect": lSubject, "subiectul": lSubject,
	// Estonian, Latvian, Lithuanian
	"saatja": lFrom, "adressaat": lTo, "kellele": lTo, "koopia": lCc, "kuupäev": lDate, "saadetud": lDate, "teema": lSubject,
	"kam": lTo, "datums": lDate, "temats": lSubject, "nuo": lFrom, "išsiųsta": lDate, "tema": lSubject,
	// Turkish
	"gönderen": lFrom, "kimden": lFrom, "kime": lTo, "alıcı": lTo, "bilgi": lCc, "tarih": lDate, "gönderilen": lDate, "gönderildi": lDate, "gönderme tarihi": lDate, "konu": lSubject,
	// Russian, Ukrainian, Bulgarian
	"от": lFrom, "от кого": lFrom, "отправитель": lFrom, "кому": lTo, "получатель": lTo, "копия": lCc, "дата": lDate, "отправлено": lDate, "тема": lSubject,
	"від": lFrom, "від кого": lFrom, "копія": lCc, "надіслано": lDate, "відправлено": lDate, "до": lTo, "относно": lSubject, "изпратено": lDate,
	// Greek
	"από": lFrom, "προς": lTo, "κοιν.": lCc, "ημερομηνία": lDate, "στάλθηκε": lDate, "θέμα": lSubject,
	// Chinese, Japanese, Korean
	"发件人": lFrom, "寄件者": lFrom, "寄件人": lFrom, "收件人": lTo, "收件者": lTo, "抄送": lCc, "副本": lCc, "日期": lDate, "发送时间": lDate, "发送日期": lDate, "寄件日期": lDate, "時間": lDate, "时间": lDate, "主题": lSubject, "主旨": lSubject, "主題": lSubject,
	"差出人": lFrom, "送信者": lFrom, "宛先": lTo, "送信日時": lDate, "日時": lDate, "日付": lDate, "件名": lSubject,
	"보낸 사람": lFrom, "보낸사람": lFrom, "받는 사람": lTo, "받는사람": lTo, "참조": lCc, "보낸 날짜": lDate, "날짜": lDate, "제목": lSubject,
	// Hebrew, Arabic
	"מאת": lFrom, "אל": lTo, "תאריך": lDate, "נשלח": lDate, "נושא": lSubject, "עותק": lCc,
	"من": lFrom, "إلى": lTo, "التاريخ": lDate, "الموضوع": lSubject, "نسخة": lCc,
}

// longestLabel bounds the search for a colon, in bytes.
const longestLabel = 40

// forwardStems are parts of words that say "forwarded" in the line above a
// forwarded mail.
var forwardStems = []string{"forward", "fwd", "weitergeleitet", "transféré", "transmis", "réexpédi", "reenvi", "inoltrat", "encaminhad", "reencaminhad", "doorgestuurd", "doorgezonden",
	"videresend", "vidarebefordra", "välitet", "edelleenlähet", "przekaz", "przesłan", "přepos", "prepos", "preposl", "továbbít", "redirec", "proslijeđ", "proslje", "posredovan", "edasta",
	"пересыл", "пересла", "переадрес", "перенаправ", "пересил", "препрат", "iletil", "yönlendir", "προώθ", "προωθ", "转发", "轉寄", "轉發", "転送", "전달", "הועבר", "מועבר", "إعادة توجيه", "redirigid", "reexp", "pārsūt", "persiųst"}

// originalPhrases stand between hyphens above a mail that is answered, and by
// some programs above one that is forwarded.
var originalPhrases = []string{"original message", "original appointment", "originalnachricht", "ursprüngliche nachricht", "ursprungsnachricht", "message d'origine", "message d’origine", "message original", "message initial", "mensaje original", "messaggio originale",
	"mensagem original", "oorspronkelijk bericht", "origineel bericht", "oprindelig meddelelse", "opprinnelig melding", "ursprungligt meddelande", "originalmeddelande", "alkuperäinen viesti",
	"oryginalna wiadomość", "wiadomość oryginalna", "wiadomość pierwotna", "původní zpráva", "pôvodná správa", "eredeti üzenet", "mesaj original", "mesajul original", "izvorna poruka", "izvorno sporočilo", "algne kiri",
	"исходное сообщение", "оригинальное сообщение", "первоначальное сообщение", "вихідне повідомлення", "orijinal mesaj", "özgün ileti", "orijinal ileti", "αρχικό μήνυμα", "原始邮件", "原始郵件", "原邮件", "元のメッセージ", "オリジナル メッセージ", "원본 메시지", "הודעה מקורית", "الرسالة الأصلية",
	"reply message", "reply separator", "antwort nachricht"}

// wroteVerbs end or stand in the line that introduces a quotation.
var wroteVerbs = []string{"wrote", "writes", "a écrit", "schrieb", "geschrieben", "escribió", "escribio", "ha scritto", "scrisse", "escreveu", "schreef", "geschreven", "skrev", "følgende", "följande",
	"napsal", "napísal", "napisał", "pisze", "írta", "kirjoitti", "yazdı", "написал", "пишет", "писал", "пише", "написав", "писав", "a scris", "napisao", "je napisala", "piše", "je pisal", "έγραψε", "kirjutas", "rakstīja", "rašė",
	"写道", "寫道", "のメッセージ", "書きました", "작성", "כתב", "כתבה", "كتب", "va escriure", "skrifaði"}

// dateOpeners begin the line that introduces a quotation.
var dateOpeners = []string{"on ", "le ", "am ", "el ", "il ", "em ", "op ", "den ", "dne ", "dňa ", "w dniu ", "dnia ", "in data ", "på ", "în ", "la ", "a ", "no dia ", "u ", "dana ", "στις ", "在", "於", "ב-", "at ", "vào "}

// forwardPrefixes and replyPrefixes begin a subject, before a colon.
var forwardPrefixes = map[string]bool{"fw": true, "fwd": true, "wg": true, "tr": true, "rv": true, "enc": true, "i": true, "vs": true, "vb": true, "vl": true, "doorst": true, "pd": true,
	"videresend": true, "vidarebefordra": true, "redir": true, "redir.": true, "ilt": true, "i̇lt": true, "továbbítás": true, "továbbítva": true, "fs": true, "rvd": true, "tovább": true, "trs": true, "weitergeleitet": true, "reenviado": true,
	"转发": true, "轉寄": true, "転送": true, "전달": true, "πρθ": true, "пересл": true, "пересл.": true, "переслать": true, "encaminhado": true, "inoltra": true, "dž": true}

var replyPrefixes = map[string]bool{"re": true, "aw": true, "sv": true, "antw": true, "ant": true, "res": true, "rif": true, "r": true, "ref": true, "odp": true, "od": true, "ynt": true, "yanıt": true, "vá": true, "válasz": true,
	"atb": true, "απ": true, "отв": true, "ответ": true, "答复": true, "回复": true, "回覆": true, "返信": true, "답장": true, "bls": true, "ad": true, "antwort": true, "svar": true, "rép": true, "rep": true, "réf": true, "resp": true, "rsp": true, "vast": true}

// mobileOpeners begin the line a phone or a mail program signs with.
var mobileOpeners = []string{"sent from my", "sent from ", "sent via ", "sent with ", "sent using ", "sent by ", "sent on ", "from my iphone", "from my ipad", "from my mobile", "from my phone", "from my android", "from my samsung",
	"get outlook for", "get [outlook for", "sending from my", "sent securely", "typed on my", "tapped on", "dictated", "this message was sent from", "this email was sent from my",
	"von meinem", "von unterwegs", "gesendet von", "gesendet mit", "gesendet über", "gesendet aus", "diese nachricht wurde von", "diese e-mail wurde von meinem", "outlook für", "holen sie sich outlook",
	"envoyé de", "envoyé depuis", "envoyé avec", "envoyé à partir", "envoyé à l'aide", "télécharger outlook", "obtenir outlook", "provenance : courrier", "provenance :",
	"enviado desde", "enviado con", "enviado do", "enviado da", "enviado via", "enviado pelo", "enviado a partir", "enviada do", "obtener outlook", "obtenga outlook", "obter o outlook",
	"inviato da", "inviato dal", "inviata da", "inviato con", "ottieni outlook", "scarica outlook",
	"verzonden met", "verzonden vanaf", "verzonden via", "verstuurd vanaf", "verstuurd met", "outlook downloaden", "outlook voor",
	"skickat från", "skickades från", "sendt fra", "sendt via", "sendt med", "hent outlook", "skaffa outlook", "hämta outlook", "lähetetty ", "hanki outlook",
	"wysłane z", "wysłano z", "wysłane przy", "pobierz outlook", "odesláno z", "odoslané z", "odesláno ", "získat outlook", "elküldve", "küldve ", "trimis de pe", "trimis din", "poslano iz", "poslano s", "poslano z", "saadetud ",
	"отправлено с", "отправлено из", "отправлено через", "надіслано з", "надіслано із", "отримати outlook", "изпратено от",
	"从我的", "從我的", "发自我的", "發自我的", "来自我的", "取得 outlook", "获取", "iphoneから送信", "ipadから送信", "私の", "나의 iphone", "내 iphone", "στάλθηκε από", "iphone'umdan", "ipad'imden", "gönderildi:"}

// mobileEndings end such a line in languages that put the verb last.
var mobileEndings = []string{" gesendet", " gesendet.", " gönderildi", " gönderildi.", "から送信", "에서 보냄", "发送", "傳送", " from mobile", " lähetetty"}

// signOffWords are lines that close a letter.
var signOffWords = []string{"best regards", "kind regards", "warm regards", "warmest regards", "kindest regards", "regards", "best wishes", "best", "all the best", "cheers", "thanks", "thank you", "many thanks", "thanks again", "thanks in advance", "thank you in advance",
	"thx", "tnx", "sincerely", "yours sincerely", "sincerely yours", "yours faithfully", "yours truly", "yours", "respectfully", "respectfully submitted", "cordially", "take care", "v/r", "rgds", "br", "kr", "talk soon", "thank you so much", "thank you very much", "thanks so much", "thanks very much", "with regards", "with best regards", "with kind regards", "very truly yours",
	"mit freundlichen grüßen", "mit freundlichen gruessen", "mit freundlichem gruß", "freundliche grüße", "freundlichen gruß", "mit besten grüßen", "beste grüße", "viele grüße", "viele gruesse", "liebe grüße", "schöne grüße", "herzliche grüße", "grüße", "gruß", "lg", "vg", "mfg", "danke", "vielen dank", "besten dank", "hochachtungsvoll", "freundliche grüsse",
	"cordialement", "bien cordialement", "très cordialement", "bien à vous", "bien à toi", "salutations", "meilleures salutations", "sincères salutations", "salutations distinguées", "amicalement", "cdlt", "cdt", "merci", "merci d'avance", "bonne journée", "sincèrement",
	"saludos", "saludos cordiales", "un saludo", "un cordial saludo", "cordiales saludos", "atentamente", "muy atentamente", "cordialmente", "gracias", "muchas gracias", "un abrazo", "abrazos", "saludos y gracias",
	"cordiali saluti", "distinti saluti", "saluti", "un saluto", "grazie", "grazie mille", "a presto", "cari saluti", "buona giornata",
	"atenciosamente", "att", "abraço", "abraços", "um abraço", "obrigado", "obrigada", "muito obrigado", "cumprimentos", "melhores cumprimentos", "com os melhores cumprimentos", "grato", "grata", "saudações",
	"met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groet", "vriendelijke groeten", "hartelijke groet", "groet", "groeten", "groetjes", "mvg", "bedankt", "dank", "alvast bedankt",
	"med vänliga hälsningar", "vänliga hälsningar", "med vänlig hälsning", "vänligen", "hälsningar", "mvh", "tack", "tack på förhand", "med venlig hilsen", "venlig hilsen", "de bedste hilsner", "hilsen", "tak", "med vennlig hilsen", "vennlig hilsen", "takk",
	"ystävällisin terveisin", "terveisin", "parhain terveisin", "kiitos", "pozdrawiam", "z poważaniem", "z wyrazami szacunku", "dziękuję", "serdecznie pozdrawiam", "s pozdravem", "se srdečným pozdravem", "děkuji", "s pozdravom", "ďakujem",
	"üdvözlettel", "tisztelettel", "köszönöm", "cu stimă", "cu respect", "mulțumesc", "saygılarımla", "teşekkürler", "iyi çalışmalar", "lep pozdrav", "srdačan pozdrav", "с уважением", "спасибо", "з повагою", "дякую", "με εκτίμηση", "此致", "谢谢", "顺祝商祺", "よろしくお願いいたします", "よろしくお願いします", "감사합니다"}

// deviceWords are what mail is sent from. A line such as "Sent with ..." is a
// signature only with one of them.
var deviceWords = []string{"iphone", "ipad", "ipod", "android", "samsung", "galaxy", "blackberry", "mobile", "mobil", "phone", "outlook", "mail", "yahoo", "aol", "device", "tablet", "windows", "airmail", "typeapp", "htc", "huawei", "nokia", "pixel", "xperia", "motorola",
	"verizon", "t-mobile", "gmail", "proton", "sparrow", "superhuman", "thunderbird", "nine", "newton", "missive", "front", "handy", "gerät", "téléphone", "móvil", "teléfono", "dispositivo", "cellulare", "celular", "telefon", "telefoon", "smartphone", "puhelin", "app", "courrier", "correo", "posta"}

// disclaimerPhrases make a paragraph legal boilerplate, or a notice that a mail
// server put there. disclaimerHints do so when three come together.
var disclaimerPhrases = []string{"intended recipient", "intended solely for", "intended only for", "for the sole use of", "confidentiality notice", "confidentiality note", "legally privileged", "privileged and confidential", "confidential and privileged", "confidential and may be",
	"may contain confidential", "contains confidential information", "contain privileged", "received this email in error", "received this e-mail in error", "received this message in error", "received this communication in error", "received it in error", "not the addressee",
	"consider the environment before", "think before you print", "think before printing", "consider the trees", "save a tree", "before printing this e", "think green before", "need to print this", "consider the environment",
	"originated from outside", "originated outside", "is from an external sender", "came from outside", "sender is outside your organization", "do not click links or open", "do not click on links or open", "don't often get email from",
	"do not reply to this", "this is an automated", "this is an automatically generated", "this email was automatically generated", "this message was automatically generated", "diese e-mail wurde automatisch", "automatisch generiert", "ne pas répondre à ce", "no responda a este",
	"virus-free. www", "has been scanned for viruses", "has been scanned by", "scanned for spam and viruses", "scanned by mimecast", "traditional owners", "traditional custodians", "is a public record", "are public records", "subject to public disclosure", "notify the sender and destroy", "notify the sender and delete", "please do not reply", "has been checked for viruses",
	"vertrauliche informationen", "nicht der richtige adressat", "nicht der beabsichtigte", "irrtümlich erhalten", "denken sie an die umwelt", "bevor sie diese e-mail ausdrucken", "rechtlich geschützte informationen",
	"informations confidentielles", "destinataire prévu", "pas le destinataire", "reçu ce message par erreur", "pensez à l'environnement", "pensez à l’environnement", "avant d'imprimer ce",
	"información confidencial", "si usted no es el destinatario", "si ha recibido este correo", "si ha recibido este mensaje", "piense en el medio ambiente", "aviso de confidencialidad", "antes de imprimir este",
	"informazioni riservate", "qualora non foste", "se avete ricevuto questo messaggio", "prima di stampare", "informações confidenciais", "se você recebeu esta mensagem", "vertrouwelijke informatie", "uitsluitend bestemd voor", "denk aan het milieu",
	"konfidentiell information", "fortrolige oplysninger", "tänk på miljön", "informacje poufne", "konfidenzielle", "конфиденциальную информацию"}

var disclaimerHints = []string{"confidential", "disclaimer", "privileged", "recipient", "this e-mail", "this email", "this message", "prohibited", "disclosure", "dissemination", "attachments", "delete", "notify the sender", "liability", "views expressed", "opinions expressed", "viruses", "registered in", "registered office", "company number", "virus-free", "unsubscribe",
	"diese e-mail", "vertraulich", "empfänger", "haftung", "amtsgericht", "geschäftsführer", "handelsregister", "ust-id", "unbefugte", "ce message", "confidentiel", "destinataire", "este mensaje", "este correo", "confidencial", "destinatario", "prohibid"}

// cutLabel reads the label a line begins with: "From: x", "*Von:* x", "De : x".
func cutLabel(s string) (l label, value string) {
	s = strings.TrimLeft(s, " \t*\u00a0\u200e\u200f\ufeff")
	i := strings.IndexByte(s[:min(len(s), longestLabel)], ':')
	n := 1
	if j := strings.Index(s[:min(len(s), longestLabel)], "："); j >= 0 && (i < 0 || j < i) {
		i, n = j, len("：")
	}
	if i <= 0 {
		return noLabel, ""
	}
	name := strings.Trim(s[:i], " \t*\u00a0\u200e\u200f")
	if name == "" {
		return noLabel, ""
	}
	l = labels[strings.ToLower(name)]
	if l == noLabel {
		return noLabel, ""
	}
	return l, strings.Trim(s[i+n:], " \t*\u00a0\u200e\u200f")
}

// containsAny reports whether s, in lower case, has one of the words in it.
func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// hasWord reports whether one of the words stands in s as a word of its own.
func hasWord(s string, words []string) bool {
	for _, w := range words {
		for at := 0; ; {
			i := strings.Index(s[at:], w)
			if i < 0 {
				break
			}
			i += at
			before, _ := utf8.DecodeLastRuneInString(s[:i])
			after, _ := utf8.DecodeRuneInString(s[i+len(w):])
			if (i == 0 || !unicode.IsLetter(before) || before > 0x2e80) && (i+len(w) == len(s) || !unicode.IsLetter(after) || after > 0x2e80) {
				return true
			}
			at = i + len(w)
		}
	}
	return false
}

// subjectKind says what the outermost prefix of a subject means, and gives the
// subject without it.
func subjectKind(subject string) (forward, reply bool, rest string) {
	s := strings.TrimSpace(subject)
	for n := 0; n < 3; n++ { // [EXTERNAL], [list name]
		if !strings.HasPrefix(s, "[") {
			break
		}
		i := strings.IndexByte(s, ']')
		if i < 0 || i > 40 {
			break
		}
		s = strings.TrimSpace(s[i+1:])
	}
	i := strings.IndexAny(s, ":：")
	if i <= 0 || i > 20 {
		return false, false, s
	}
	p := strings.ToLower(strings.TrimSpace(s[:i]))
	if j := strings.IndexAny(p, "[("); j > 0 { // Re[2]:
		p = strings.TrimSpace(p[:j])
	}
	_, size := utf8.DecodeRuneInString(s[i:])
	rest = strings.TrimSpace(s[i+size:])
	switch {
	case forwardPrefixes[p]:
		return true, false, rest
	case replyPrefixes[p]:
		return false, true, rest
	}
	return false, false, s
}
