package message

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// OwnWords reports whether the author of a mail wrote something of his own,
// and did not only pass another mail on: nothing, a greeting, a signature, or
// "FYI, see below" is nothing of his own. A request is.
func (m *Message) OwnWords() bool {
	var lines []string
	for line := range strings.Lines(withoutNoise(m.Reply)) {
		if line = strings.TrimSpace(line); fold(line) != "" && !isMobileLine(line) {
			lines = append(lines, line)
		}
	}
	if len(lines) > 20 {
		return true
	}
	d := divider{reading: reading{from: m.From}}
	lines = lines[:signedOff(lines)]
	for i, line := range lines {
		for _, piece := range sentencePieces(line) {
			switch {
			case passedOn[fold(piece)], i == 0 && m.isGreeting(piece), d.isSender(piece):
			default:
				return true
			}
		}
	}
	return false
}

// sentencePieces divides a line where a note of two parts is divided: "FYI -
// see below.", "Jo, fyi".
func sentencePieces(line string) []string {
	pieces := strings.FieldsFunc(strings.NewReplacer(" - ", ";", " – ", ";", " — ", ";", "z.K.", "zK", "z. K.", "zK", "z.Kts.", "zKts", "z.Hd.", "zHd", "p.i.", "pi", "f.y.i.", "fyi", "F.Y.I.", "fyi", "t.k.", "tk", "t.o.", "to").Replace(line), func(r rune) bool {
		return strings.ContainsRune(".,;:!()…。，、：；！—–", r)
	})
	return slices.DeleteFunc(pieces, func(s string) bool { return fold(s) == "" })
}

// isGreeting reports whether a piece of the first line only says to whom it is:
// "Hi team", "Sehr geehrte Frau Doe", "@Sam Hill", or the name of a recipient. A
// word alone that is no known name may as well be the answer: "Approved".
func (m *Message) isGreeting(s string) bool {
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > 6 {
		return false
	}
	for n := min(2, len(words)); n > 0; n-- {
		if greetings[strings.ToLower(strings.Join(words[:n], " "))] {
			return !slices.ContainsFunc(words[n:], func(w string) bool {
				return hasDigit(w) || !unicode.IsUpper(firstRune(w)) && !greeted[strings.ToLower(w)]
			})
		}
	}
	if greeted[strings.ToLower(words[0])] && len(words) == 1 {
		return true
	}
	if strings.HasPrefix(words[0], "@") {
		words = words[1:]
		if len(words) > 0 && !hasDigit(words[0]) {
			words = words[1:] // a mention: the name of one who is told
		}
	}
	to := divider{reading: reading{from: slices.Concat(m.To, m.Cc)}}
	for _, w := range words {
		if !to.isSender(w) && !greeted[strings.ToLower(w)] && !passedOn[fold(w)] {
			return false
		}
	}
	return true
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// greetings open a mail; names follow, or one of greeted.
var greetings = setOf("hi", "hello", "hey", "dear", "good morning", "good afternoon", "good evening", "good day", "morning", "greetings", "hallo", "liebe", "lieber", "guten tag", "guten morgen", "moin", "servus", "sehr geehrte", "sehr geehrter", "bonjour", "bonsoir", "salut", "cher", "chère", "chers",
	"hola", "estimado", "estimada", "estimados", "buenos días", "buenas tardes", "ciao", "buongiorno", "salve", "gentile", "gentili", "olá", "oi", "bom dia", "boa tarde", "caro", "cara", "caros", "prezado", "prezados", "beste", "dag", "goedemorgen", "geachte",
	"hej", "hei", "kära", "kjære", "kære", "god morgon", "god morgen", "god dag", "cześć", "witam", "dzień dobry", "szanowni", "drogi", "ahoj", "dobrý den", "vážení", "zdravím", "привет", "здравствуйте", "добрый день", "уважаемые", "各位", "皆様")

// greeted are those a greeting names together, and words between names.
var greeted = setOf("all", "team", "everyone", "everybody", "folks", "guys", "gents", "both", "there", "again", "and", "&", "/", "zusammen", "alle", "kollegen", "und", "à", "tous", "toutes", "et", "a", "todos", "todas", "equipo", "y", "tutti", "e", "equipe", "pessoal", "allemaal", "collega's", "en", "alla", "och", "og", "wszystkim", "państwo", "i", "všichni", "kolegové", "всем", "коллеги", "и", "frau", "herr")

// passedOn are the notes that only pass a mail on, folded.
var passedOn = func() map[string]bool {
	set := map[string]bool{}
	for _, s := range []string{
		// English
		"FYI", "FYI only", "just FYI", "FYI below", "FYI see below", "FYI and records", "for your info", "for your information", "for your information only", "for info", "for information", "for info only", "for your records", "for your files", "for your file", "for the file", "for our records", "for the record", "for reference", "for your reference", "for your ref", "for your awareness", "for awareness", "for visibility", "for your visibility",
		"see below", "see below for info", "pls see below", "please see below", "please see the below", "see attached", "please see attached", "pls see attached", "see the attached", "please find attached", "please find below", "attached", "as attached", "below", "as below", "see email below", "see the email below", "please see email below", "please see the email below", "see message below", "see forwarded", "see fwd", "see forwarded message", "see forwarded email", "see thread below", "see chain below", "see trail below", "see following", "please see the following", "as discussed", "as requested", "per your request", "as promised", "as per below",
		"fwd", "fw", "forward", "forwarded", "forwarding", "forwarding this", "forwarding to you", "forwarding on", "forwarding along", "passing along", "passing this along", "passing this on", "sharing", "sharing this", "sharing for visibility", "begin forwarded message", "forwarded message", "forwarded email", "forwarded mail", "copying you", "looping you in", "keeping you in the loop", "to keep you in the loop", "to keep you posted", "keeping you posted", "this came in", "just came in", "from today", "from below",
		"cc", "ccing you", "bcc", "adding you", "another one", "and another", "one more", "here you go", "here it is", "thanks", "thank you", "thx", "ty", "cheers", "no action needed", "no action required",
		// German
		"zK", "zKts", "zur Kenntnis", "zur Kenntnisnahme", "zur Info", "zur Information", "zu deiner Info", "zu eurer Info", "zu Ihrer Info", "zu Ihrer Information", "zu Ihrer Kenntnis", "zu Ihrer Kenntnisnahme", "zu deiner Kenntnis", "zu eurer Kenntnis", "zHd", "z Info", "Info", "nur zur Info", "nur zur Information", "siehe unten", "s unten", "siehe Anhang", "siehe Anlage", "anbei", "wie besprochen", "weitergeleitet", "für die Akten", "für deine Akten", "für Ihre Unterlagen", "für die Ablage", "Danke", "vielen Dank", "WG", "Anfang der weitergeleiteten Nachricht", "Anfang der weitergeleiteten E-Mail", "leite ich weiter", "zum Verbleib",
		// French
		"pour info", "pour information", "pour votre information", "pour ton information", "pour votre info", "pour ton info", "PI", "à titre d'information", "à titre informatif", "pour ta gouverne", "pour dossier", "pour vos dossiers", "pour archive", "voir ci-dessous", "cf ci-dessous", "ci-dessous", "voir plus bas", "cf mail ci-dessous", "voir mail ci-dessous", "ci-joint", "voir ci-joint", "voir pièce jointe", "transféré", "je vous transfère", "je te transfère", "merci", "début du message transféré", "début du message réexpédié", "comme convenu",
		// Spanish
		"para tu información", "para su información", "para vuestra información", "para tu info", "para información", "para info", "PTI", "PSI", "a título informativo", "para tu conocimiento", "para su conocimiento", "para conocimiento", "para tus registros", "para sus registros", "para tu archivo", "para archivo", "ver abajo", "ver más abajo", "véase abajo", "ver debajo", "ver adjunto", "adjunto", "reenvío", "reenviado", "te reenvío", "les reenvío", "gracias", "inicio del mensaje reenviado", "según lo hablado",
		// Italian
		"per tua informazione", "per vostra informazione", "per sua informazione", "per informazione", "per info", "per tua info", "per conoscenza", "per vostra conoscenza", "per tua conoscenza", "PC", "a titolo informativo", "vedi sotto", "vedere sotto", "si veda sotto", "di seguito", "vedi allegato", "in allegato", "inoltro", "inoltrato", "ti inoltro", "vi inoltro", "grazie", "inizio messaggio inoltrato", "come d'accordo", "per archivio",
		// Portuguese
		"para sua informação", "para tua informação", "para vossa informação", "para informação", "para seu conhecimento", "para teu conhecimento", "para conhecimento", "para vosso conhecimento", "PSC", "ver abaixo", "veja abaixo", "vide abaixo", "segue abaixo", "abaixo", "segue anexo", "em anexo", "segue em anexo", "encaminho", "encaminhado", "reencaminho", "obrigado", "obrigada", "início da mensagem reencaminhada", "início da mensagem encaminhada", "para arquivo", "conforme combinado",
		// Dutch
		"ter info", "ter informatie", "ter kennisgeving", "ter kennisname", "ter info doorgestuurd", "TK", "ter inzage", "voor jouw info", "voor je info", "voor uw info", "voor uw informatie", "voor jouw informatie", "voor de goede orde", "voor jullie info", "ter archivering", "zie onder", "zie hieronder", "zie onderstaand", "zie onderstaande mail", "zie onderstaande", "zie bijlage", "bijgaand", "doorgestuurd", "bedankt", "dank", "begin doorgestuurd bericht", "zoals besproken",
		// Polish
		"do wiadomości", "do twojej wiadomości", "do państwa wiadomości", "dla informacji", "do informacji", "informacyjnie", "dw", "zobacz poniżej", "patrz poniżej", "poniżej", "w załączeniu", "przekazuję", "przesyłam", "przesyłam dalej", "dzięki", "dziękuję", "początek przekazywanej wiadomości",
		// Swedish, Danish, Norwegian
		"för kännedom", "FK", "för information", "för din information", "för er information", "för info", "se nedan", "se nedanstående", "se bifogat", "bifogat", "vidarebefordrar", "vidarebefordrat", "tack", "börja på vidarebefordrat brev", "vidarebefordrat brev", "till kännedom",
		"til orientering", "til din orientering", "til jeres orientering", "til info", "til information", "til din information", "se nedenfor", "se nedenstående", "se vedhæftede", "vedhæftet", "videresendt", "videresender", "tak", "start på videresendt besked", "til efterretning",
		"til informasjon", "til deres informasjon", "til din informasjon", "TO", "for ordens skyld", "se under", "se vedlagt", "se vedlegg", "vedlagt", "takk", "videresendt melding", "starten på den videresendte meldingen",
		// Czech
		"pro informaci", "pro tvou informaci", "pro vaši informaci", "na vědomí", "pro info", "viz níže", "viz dole", "viz příloha", "v příloze", "přeposílám", "přeposláno", "děkuji", "díky", "začátek přeposlané zprávy",
		// Russian
		"к сведению", "для сведения", "для информации", "для вашего сведения", "к вашему сведению", "для вашей информации", "кви", "для твоей информации", "см ниже", "см", "ниже", "смотри ниже", "смотрите ниже", "см вложение", "во вложении", "пересылаю", "переслано", "спасибо", "начало переадресованного сообщения", "начало пересылаемого сообщения",
		// Japanese, Chinese
		"ご参考まで", "ご参考までに", "ご参考", "参考まで", "ご参照ください", "以下ご参照ください", "以下の通りです", "転送します", "転送いたします", "ご連絡まで", "共有します", "共有いたします", "共有まで", "情報共有です", "取り急ぎ転送します", "下記ご確認ください", "よろしくお願いします", "よろしくお願いいたします", "お世話になっております", "お疲れ様です",
		"供参考", "供您参考", "仅供参考", "请参考", "请知悉", "请查阅", "请查收", "知悉", "见下", "见下文", "请见下文", "请看下面", "请见附件", "见附件", "转发", "转发给您", "转发给你", "供參考", "供您參考", "僅供參考", "請參考", "請知悉", "轉寄", "轉發", "請見下文", "請見附件", "谢谢", "謝謝",
	} {
		set[fold(s)] = true
	}
	return set
}()

func setOf(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}
