package extract

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"projectr"
	"projectr/message"
)

// A mail may be written to act on whoever, or whatever, reads it. What it says to a
// machine is not read, and flagged; a person looks at the facts of a flagged mail
// before they count. The words for it are those of hostile (words.go) and these.

// commands are more words to a machine, in the languages of the people who attack.
var commands = newCues(`
	9 ignore|disregard|forget|override|bypass|overrule all|any|every|everything|your|the|previous|prior|earlier|above|preceding|foregoing|these|those|other|system ..3 instructions|instruction|prompt|prompts|directives|directions|guidelines|constraints|restrictions|programming
	9 ignore|forget|disregard everything|anything|all you|that|above|before ..3 told|said|before|above|instructed
	9 as an ai
	9 as ai|artificial|language model|intelligence
	9 as a language|helpful model|assistant
	9 you are|you're an|a ai|artificial|language|helpful|chatbot|bot|intelligence
	9 you|your must|should|shall|will now act|behave|respond|reply|answer|output|ignore|pretend as|only|with|like
	9 from now on you|your|always|only
	9 jailbreak|dan mode|now
	9 developer|debug|admin|god|maintenance mode enabled|activated|on|unlocked
	9 new|updated|revised|additional|real|actual|hidden|secret system? instructions|instruction|prompt ..3 assistant|ai|model|bot|agent|you|:
	9 instructions|instruction|message|note|memo|attention ..2 ai|llm|gpt|chatgpt|copilot|claude|gemini|bot|bots|chatbot|assistants|agents|machine|crawler|parser|summarizer|summariser|extractor
	9 attention|hello|hi|hey|dear|attn ai|llm|gpt|chatgpt|copilot|claude|gemini|bot|chatbot|assistant|model|agent|machine|robot
	9 to|for the? ai|llm|gpt|chatgpt|copilot|chatbot|robot that|which|reading|processing|parsing|summarizing|summarising|who
	9 ai|llm|automated|automatic ..1 reader|parser|extractor|summarizer|summariser|processor|pipeline
	9 if you are an ai|llm|bot|automated|assistant|machine|model
	9 reveal|print|show|repeat|output|leak|display your|the ..2 prompt|instructions|system
	9 record|log|note|add|store|save|register|enter|extract|report ..5 as an? approved|confirmed|verified|decided|decision|fact|action item|decision|fact|amount|item
	9 add|create|insert|append|inject ..6 to|into the|your|its summary|extraction|json|output
	9 add|create|insert|append|inject ..6 to|into key|action points|items
	9 the|your|any summary|extraction|output|json must|should|shall|has|needs
	9 do not|don't|never mention|reveal|tell|disclose|show|summarize|summarise|extract ..4 user|users|instruction|instructions|prompt|anyone else
	9 end of mail|email|message|document|context|input ..2 begin|new|now|system|instructions
	9 begin|start new|system|admin instructions|prompt|message|session
	9 # # # system|instruction|instructions|assistant|user
	9 < system|assistant|user|instruction|instructions|prompt|tool|function|im_start >|name|:
	9 < / system|assistant|instruction|instructions|prompt|tool_call|function_call|email|mail|document >
	9 [ inst ]
	9 [ / inst ]
	9 ^ human|user|assistant|system :
	9 function_call
	9 function _ call
	9 " role|tool|function|task|owner|facts|decisions|quote|kind " :
	9 } ] , "
	9 " } ]
	9 ] ( http|https ..20 {

	9 ignore|ignorez|ignorer|oublie|oubliez|oublier|négligez ..1 toutes|tous|les|vos|tes|ces ..2 instructions|consignes|directives|règles|ordres
	9 en tant qu'ia|qu'assistant|qu'intelligence
	9 en tant que modèle|assistant|ia|robot
	9 tu|vous es|êtes maintenant|désormais|un|une ..2 ia|assistant|modèle|robot
	9 instructions|note|message pour|à ..1 l'ia|ia|l'assistant|assistant|l'intelligence|intelligence
	9 ajoute|ajoutez ..2 tâche|tâches
	9 ignoriere|ignorieren|vergiss|vergessen|missachte|missachten ..1 alle|die|deine|ihre|sämtliche|bisherigen|vorherigen ..3 anweisungen|anweisung|instruktionen|befehle|vorgaben|regeln
	9 als ki|sprachmodell|künstliche
	9 du|sie bist|sind jetzt|nun|ab|eine|ein ..2 ki|assistent|sprachmodell|bot
	9 an|für die|den ki|assistenten|sprachmodell
	9 füge|fügen ..2 aufgabe|aufgaben hinzu
	9 ignora|ignore|ignorad|olvida|olvide|olvidad|omite ..1 todas|todos|las|los|tus|sus ..3 instrucciones|órdenes|indicaciones|reglas
	9 como ia|inteligencia|modelo|asistente ..2 de|artificial|virtual|lenguaje
	9 ahora eres
	9 eres|usted ahora|un|una ..2 ia|asistente|modelo|bot
	9 añade|agrega|agregue|añada ..2 tarea|tareas
	9 ignora|ignorate|dimentica ..1 tutte|le|tutti ..3 istruzioni
	9 ignore|esqueça ..1 todas|as|suas ..3 instruções
`)

// wantedAnswers are words that say what a machine's answer shall be like. People speak of
// what an answer says, and by when it comes.
var wantedAnswers = newCues(`
	9 modify|integrate|augment|enhance|encode|encrypt|scramble|jumble|misspell|anagram|rearrange|shuffle|reverse|capitalize|capitalise|obfuscate|rewrite|rephrase|translate|convert|render|embellish|transform|spell|garble ..8 your|the answer|answer's|response|response's|reply|reply's|replies|responses|answers|output|message|messages
	9 replace|substitute|swap|use|remove|omit|group|combine|introduce|insert|drop|double|add|separate|shift|sprinkle|mix|avoid ..3 letters|letter|vowels|vowel|consonants|typos|typo|misspellings|anagrams|anagram|spaces|punctuation|emojis|emoji|symbols|cipher|binary|hexadecimal|ascii|morse|rhymes|rhyme|slang|synonyms ..8 answer|answer's|response|response's|reply|reply's|output|message|words
	9 your answer|response|reply|output|message ..5 anagrammed|anagrams|misspellings|spaces|punctuation|substitution|cipher|encoded|encoding|code|binary|base64|morse|emojis|emoji|reverse|reversed|backwards|rhyme|rhymes|verse|haiku|uppercase|lowercase|pirate|shakespearean|latin
	9 replace|substitute|swap|change|convert ..3 vowels|vowel|consonants|consonant
	9 replace|substitute|swap|change|convert every|each|all ..2 letter|letters with|by|for|to|into
	9 every ..2 letter|word|vowel ..4 your|the answer|response|reply|output|message|its
	9 include|add|insert|integrate|append|embed|incorporate|weave|put|mention ..2 sentence|tip|statement|reminder|recommendation|headline|link|reason|appeal|quote|phrase|paragraph|slogan|joke|advertisement|ad|warning|disclaimer|call|promotion|rumor|rumour|claim ..12 your|the answer|response|reply|output
	9 include|add|insert|integrate|append|embed|incorporate " ..20 " ..12 your|the answer|response|reply|output
	9 include|add|insert|integrate|append|embed|incorporate www|http|https ..8 your|the answer|response|reply|output
	9 in your answer|response|reply|output , suggest|tease|encourage|promote|recommend|urge|persuade|invite|advertise|pretend|claim|mention|insist|warn|advise|tell ..1 users|user|readers|a|an|that|people|everyone|the
	9 your answer|response|reply|output to promote|hint|express|highlight|mention|emphasize|emphasise|encourage|suggest|advertise|persuade|stress|discourage|celebrate|criticize|criticise|praise
	9 your answer|response|reply|output by suggesting|inviting|offering|adding|encouraging|promoting|recommending|mentioning|claiming|advertising|urging|persuading
	9 your answer|response|reply|output with an|a appeal|recommendation|joke|poem|quote|story|link|emoji|advertisement|slogan|fun
	9 answer|reply|respond|write|speak|talk in|like|as ..1 pirate|rhyme|rhymes|verse|emojis|emoji|binary|morse|base64|cipher|haiku|uppercase|reverse|pig|shakespeare
`)

// errands ask for what one asks a machine that knows everything, and nobody on a job.
var errands = newCues(`
	9 write|compose|draft|create|provide|generate|give|tell|develop|produce|craft|make ..3 poem|haiku|limerick|sonnet|story|essay|song|lyrics|joke|riddle|novel|fable|tale|screenplay|speech|blog|tweet|slogan|jingle|ballad|monologue
	9 introduction|outline|conclusion|thesis for an|a essay|novel|story|blog
	9 letter to a|an|the principal|mayor|senator|editor
	9 translate ..8 to|into|in english|french|spanish|german|italian|japanese|chinese|mandarin|russian|portuguese|korean|arabic|hindi|latin|dutch
	9 english|french|spanish|german|italian|japanese|chinese|russian|portuguese|korean|arabic|hindi|latin|dutch equivalent|translation|word|phrase for|of
	9 how do|would you|i|we say ..8 in english|french|spanish|german|italian|japanese|chinese|russian|portuguese|korean|arabic|hindi|latin
	9 python|javascript|java|typescript|sql|mysql|php|html|css|ruby|rust|golang|bash|regex|c++ ..2 function|code|script|program|query|snippet|class|example|loop
	9 function|code|script|program|query|snippet|class|example ..8 python|javascript|java|typescript|sql|mysql|php|html|css|ruby|rust|golang|bash|regex
	9 what|what's|how ..8 in english|french|spanish|german|italian|japanese|chinese|russian|portuguese|korean|arabic|hindi|latin ?
	9 difference|differences|how|what|why ..16 python|javascript|java|typescript|mysql|php|css|ruby|golang
	9 what is|was|are the capital|population|currency|origin|meaning|etymology|definition|plural|synonym|antonym of
	9 who wrote|painted|composed|invented|discovered|directed|sang|founded the|a
	9 explain|describe|solve|define|teach ..8 recursion|algorithm|algorithms|photosynthesis|relativity|calculus|algebra|equations|theorem|quantum|lifecycle|mitosis|thermodynamics
	9 explain|describe|define|summarize|summarise|discuss ..6 in simple terms|words
	9 explain|describe|summarize|summarise|discuss|outline the theory|history|causes|meaning|concept|philosophy|life|rise|fall|significance of
	9 explain how|why|what ..3 works|work|happens|happen|is|are with|in an|a|simple example|examples|terms
	9 break down|summarize|summarise|analyze|analyse the plot|novel|poem|movie|film|book
`)

// newBank are words that say that payments go elsewhere from now on.
var newBank = newCues(`
	9 new|changed|updated|revised|different|amended|alternate|alternative|corrected ..1 bank|banking|remittance|wire|wiring|ach|eft|routing|beneficiary account|accounts|details|detail|information|info|instructions|instruction|coordinates|number|numbers|address
	9 new|changed|updated|revised|different|amended|alternate payment|deposit account|instructions|details|coordinates
	9 bank|banking|remittance|wire|wiring|ach|eft|routing|beneficiary|payment ..2 account|accounts|details|detail|information|info|instructions|instruction|number|numbers|address ..2 changed|has|have been|changed|updated|moved|changing|change|differ|is|are changed|updated|different|changing|new
	9 bank|banking|remittance|wire|ach|payment account|details|information|info|instructions ..1 has|have ..1 changed|moved|been
	9 changed|changing|switched|switching|moved|change|switch our|to|my|of ..2 bank|banks|banking|remittance account|accounts|details|information|institution|provider|address
	9 we|i have|are|'ve|recently changed|switched|moved|changing|switching ..1 banks|bank|banking
	9 changed|switched|switching|changing banks
	9 update|change|replace|amend|modify our|your|my|the|vendor|supplier|direct ..3 bank|banking|remittance|ach|wire|deposit|payment|account account|details|information|info|instructions|records|profile|number ..6 on|in|to|with|for|as|below|attached|file|before|immediately|asap
	9 send|make|remit|direct|redirect|wire|route|reroute|submit|deposit|pay|transfer|forward|issue ..4 payment|payments|invoice|invoices|funds|wire|wires|deposits|remittance|remittances|money ..3 to ..2 new|following|different|below|another|alternate|updated account|bank|remittance|address|details|iban
	9 do not|don't|please stop|no longer ..2 pay|send|remit|use|wire|deposit|make|sending|using ..5 old|previous|former|prior|existing|usual|closed ..1 account|bank|details|remittance
	9 old|previous|former|prior|existing|current|usual bank|account ..3 is|was|has|under|being|no ..2 closed|frozen|audit|longer|audited|blocked|suspended|review
	9 account|bank is under|currently audit|under|being audited
	9 redirect|reroute|divert ..3 payment|payments|wire|wires|funds|deposit|deposits|transfer|transfers
	9 neue|neuen|geänderte|geänderten|aktualisierte ..1 bankverbindung|kontodaten|bankdaten|kontoverbindung|iban|kontonummer
	9 bankverbindung|kontodaten|bankdaten|kontoverbindung ..3 geändert|gewechselt|neu
	9 our|my bank|banks|bankers has|have|is|are|was|were|will|just ..1 changed|changing|change|different|new|moved|moving|merged|closed
	9 our|my bank|banks changed|moved
	9 we|i ..1 bank|banking|banked ..1 with|at ..3 now
	9 now ..1 bank|banking with|at
	9 no longer ..1 bank|banking|banks with|at|there
	9 account|iban|routing|sort|swift|bank ..1 number|numbers|code|codes|details|detail|information ..8 supersede|supersedes|superseded|superseding|replace|replaces|replaced|replacing
	9 use|using the|this|that|our|following|new account|iban ..1 below|attached|enclosed|following|above ..2 instead
	9 nouvelles|nouveau|nouvelle|nouveaux ..1 coordonnées|rib|iban|compte|domiciliation bancaires|bancaire|:
	9 coordonnées bancaires ont|viennent
	9 changement de banque|rib|coordonnées
	9 nuevos|nueva|nuevo|nuevas ..1 datos|cuenta|número bancarios|bancaria|de
	9 cuenta|datos bancaria|bancarios ha|han cambiado|cambió
`)

// asksToPay are words that ask for money to be sent.
var asksToPay = newCues(`
	9 pay|payable|remit|wire|transfer|settle|deposit|überweisen|überweise|bezahlen|zahlen|virer|payer|régler|pagar|pague|transferir|transfiera|pagare|bonificare
	9 make|send|direct|submit|issue|process|release|arrange|schedule ..3 payment|payments|funds|remittance|deposit|deposits|money|balance
	9 payment|payments|funds|remittance|balance ..2 to|into|is|are|now|should|must|shall|can|may|by ..2 due|made|sent|be|go|paid|account|iban|bank|to|into
	9 please|kindly ..6 payment|payments|remittance|funds
`)

// paying are words that speak of money that is sent.
var paying = set(`pay paying payable payment payments remit remittance remittances wire wires wiring transfer transfers funds settle settlement deposit deposits ach iban routing swift bic eft`)

// changedWords are words that say that something is not what it was.
var changedWords = set(`new instead changed change changes changing different updated update another alternate alternative supersede supersedes superseded superseding replace replaces replaced replacing moved switched switching closed`)

// movesAccount reports whether a sentence says that an account that is paid to is not
// the one it was: words of change near an account, where money is spoken of.
func movesAccount(toks []token, near bool) bool {
	for i := range toks {
		if isAccount(toks, i) && changedNear(toks, i) {
			return near || speaksOfPaying(toks)
		}
	}
	return false
}

func speaksOfPaying(toks []token) bool {
	for i := range toks {
		if paying[toks[i].low] && !is(toks, i+1, "beam", "beams", "slab", "duct", "switch", "mesh", "fence", "grille", "air") {
			return true
		}
	}
	return false
}

func changedNear(toks []token, i int) bool {
	for j := max(0, i-4); j < min(len(toks), i+8); j++ {
		if changedWords[toks[j].low] || is(toks, j, "longer") && is(toks, j-1, "no") {
			return true
		}
	}
	return false
}

// isAccount reports an account at a bank, or a bank: not one of a river, nor of lifts,
// and not the verb.
func isAccount(toks []token, i int) bool {
	switch toks[i].low {
	case "iban":
		return true
	case "account", "accounts", "acct":
		return !is(toks, i+1, "manager", "managers", "executive", "executives", "rep", "reps", "representative", "team", "code", "codes", "coding", "login", "password", "for", "of") && !is(toks, i-1, "on", "to", "will", "not", "must", "should", "user", "email", "guest", "login") &&
			(!is(toks, i-1, "into") || i+1 < len(toks) && toks[i+1].kind == digits) || is(toks, i+1, "for", "of") && is(toks, i-1, "new", "our", "different", "another", "bank", "updated")
	case "bank": // ours, or one that has a name
		return is(toks, i-1, "our", "my") || i > 1 && toks[i].cap && toks[i-1].cap && !is(toks, i-1, "river", "creek", "north", "south", "east", "west", "the")
	}
	return false
}

// bankNumber reports whether a sentence has the number of an account, or of its bank.
func bankNumber(text string, s *sentence) bool {
	toks := s.toks
	for i, t := range toks {
		switch t.low {
		case "routing", "aba", "rtn", "blz", "bankleitzahl":
			if figuresAfter(toks, i, 5) >= 8 {
				return true
			}
		case "sort":
			if is(toks, i+1, "code", "codes") && figuresAfter(toks, i+1, 4) == 6 {
				return true
			}
		case "swift", "bic":
			for j := i + 1; j < min(len(toks), i+5); j++ {
				if w := text[toks[j].start:toks[j].end]; (len(w) == 8 || len(w) == 11 || len(w) == 6 && j+1 < len(toks) && !toks[j+1].gap) && w == strings.ToUpper(w) && toks[j].kind == word {
					return true
				}
			}
		case "account", "acct", "konto", "kontonummer", "compte", "cuenta":
			if figuresAfter(toks, i, 4) >= 4 && (mentions(toks, "routing", "aba", "bank", "wire", "beneficiary", "sort", "swift", "iban", "ach") || is(toks, i-1, "to", "into") && mentions(toks, "transfer", "pay", "remit", "deposit")) {
				return true
			}
		}
		if t.kind == word && len(t.low) == 2 && isCode(text[t.start:t.end]) && i+1 < len(toks) && toks[i+1].kind == digits && !toks[i+1].gap && isIBAN(text[t.start:s.end]) {
			return true
		}
	}
	return false
}

// figuresAfter is how many figures the number has that begins at most so many tokens
// after token i, with spaces and dashes in it.
func figuresAfter(toks []token, i, within int) int {
	for j := i + 1; j < len(toks) && j <= i+within; j++ {
		if toks[j].kind != digits {
			continue
		}
		n := 0
		for ; j < len(toks) && (toks[j].kind == digits || toks[j].low == "-"); j++ {
			if toks[j].kind == digits {
				n += toks[j].end - toks[j].start
			}
		}
		return n
	}
	return 0
}

// isIBAN reports whether a text begins with the number of an account as banks in most
// of the world write it, by its check digits.
func isIBAN(s string) bool {
	sum, n := 0, 0
	var head [4]byte
	add := func(c byte) {
		if c >= 'A' {
			sum = (sum*100 + int(c-'A') + 10) % 97
		} else {
			sum = (sum*10 + int(c-'0')) % 97
		}
	}
	for i := 0; i < len(s) && n < 34; i++ {
		c := s[i]
		if c == ' ' && n > 0 || c == '-' {
			continue
		}
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
		if n < 4 {
			head[n] = c
		} else {
			add(c)
		}
		if n++; n == 4 && (head[2] > '9' || head[3] > '9') {
			return false
		}
		if n >= 15 && (i+1 == len(s) || s[i+1] < '0' || s[i+1] > '9' && s[i+1] < 'A' || s[i+1] > 'Z') {
			before := sum
			for _, h := range head {
				add(h)
			}
			if sum == 1 {
				return true
			}
			sum = before
		}
	}
	return false
}

// toMachine reports whether a sentence is spoken to a machine and not to people: plainly,
// or in letters that are swapped, spaced out, hidden or encoded.
func toMachine(text string, s *sentence) bool {
	return commanded(s.toks) || disguised(s.text(text))
}

func answersIn(toks []token) bool {
	w, _, _ := wantedAnswers.find(toks)
	return w > 0
}

// errand reports whether a sentence asks for what nobody on a job does. It is not read,
// and harms nobody.
func errand(toks []token) bool {
	w, _, _ := errands.find(toks)
	return w > 0
}

func commanded(toks []token) bool {
	for _, list := range []*cues{&hostile, &commands, &wantedAnswers} {
		if w, _, _ := list.find(toks); w > 0 {
			return true
		}
	}
	return false
}

// disguised reports whether a text speaks to a machine once its letters are what they
// look like, or its code is read.
func disguised(s string) bool {
	if ordinary(s) {
		return false
	}
	if plain := plainLetters(s); plain != s && commanded(tokenise(plain, 0, len(plain))) {
		return true
	}
	for w := range strings.FieldsFuncSeq(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"'(),;:<>[]{}`, r) }) {
		if len(w) < 20 || len(w) > 8000 {
			continue
		}
		if said := decoded(w); said != "" && (commanded(tokenise(said, 0, len(said))) || len(strings.Fields(said)) >= 4) {
			return true
		}
	}
	return false
}

// ordinary reports whether a text is in plain letters, as nearly all are: then it is
// what it looks like.
func ordinary(s string) bool {
	length, letters, others, single := 0, 0, 0, 0
	for i := 0; i <= len(s); i++ {
		c := byte(' ')
		if i < len(s) {
			c = s[i]
		}
		switch {
		case c >= 0x80:
			return false
		case c == ' ' || c == '\n' || c == '\t':
			if length == 1 && letters == 1 {
				single++
			} else if length > 0 {
				single = 0
			}
			if length >= 20 || letters >= 3 && others > 0 || single >= 3 {
				return false
			}
			length, letters, others = 0, 0, 0
			continue
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			letters++
		case c >= '0' && c <= '9' || c == '@' || c == '$' || c == '!' || c == '|':
			others++
		}
		length++
	}
	return true
}

// decoded returns the text that a word is the code of, in base64 or hexadecimal;
// empty when it is none.
func decoded(w string) string {
	trimmed := strings.TrimRight(w, "=.")
	for _, decode := range []func(string) ([]byte, error){base64.RawStdEncoding.DecodeString, base64.RawURLEncoding.DecodeString, hex.DecodeString} {
		b, err := decode(trimmed)
		if err != nil || !utf8.Valid(b) {
			continue
		}
		letters := 0
		for _, r := range string(b) {
			if !unicode.IsPrint(r) && !unicode.IsSpace(r) {
				letters = -len(b)
				break
			}
			if unicode.IsLetter(r) || r == ' ' {
				letters++
			}
		}
		if letters*10 >= len(b)*8 {
			return string(b)
		}
	}
	return ""
}

// lookAlikes are letters of other scripts that look like Latin ones.
var lookAlikes = strings.NewReplacer("а", "a", "е", "e", "о", "o", "р", "p", "с", "c", "х", "x", "у", "y", "і", "i", "ѕ", "s", "ј", "j", "ԁ", "d", "ո", "n", "ν", "v", "ο", "o", "α", "a", "ι", "i", "ρ", "p", "τ", "t", "υ", "u", "κ", "k",
	"І", "I", "А", "A", "Е", "E", "О", "O", "Р", "P", "С", "C", "Т", "T", "Н", "H", "М", "M")

// leet are figures and signs that stand for letters.
var leet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i", "|", "l")

// plainLetters writes what a text looks like in plain letters: without letters that are
// not seen, with figures inside of words as the letters they stand for, and with words
// put together that are spaced out.
func plainLetters(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case widthless(r):
			return -1
		case 0xff01 <= r && r <= 0xff5e: // full width
			return r - 0xfee0
		case 0x1d400 <= r && r <= 0x1d6a3: // mathematical
			return rune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[(r-0x1d400)%52])
		}
		return r
	}, s)
	var b strings.Builder
	spaced := ""
	flush := func() {
		if len(spaced) >= 3 {
			b.WriteString(spaced + " ")
		} else {
			for _, r := range spaced {
				b.WriteString(string(r) + " ")
			}
		}
		spaced = ""
	}
	for part := range strings.SplitSeq(s, "  ") { // words that are spaced out have more between them
		for w := range strings.FieldsSeq(part) {
			if utf8.RuneCountInString(w) == 1 && unicode.IsLetter([]rune(w)[0]) {
				spaced += w
				continue
			}
			flush()
			if strings.ContainsFunc(w, unicode.IsLetter) {
				w = lookAlikes.Replace(w)
				if body := strings.TrimRight(w, "!.,;:"); strings.ContainsFunc(body, func(r rune) bool { return unicode.IsDigit(r) || strings.ContainsRune("@$!|", r) }) {
					w = leet.Replace(body) + w[len(body):]
				}
			}
			b.WriteString(w + " ")
		}
		flush()
	}
	return strings.TrimSpace(b.String())
}

// widthless reports whether a letter takes no room: nobody sees it.
func widthless(r rune) bool {
	switch {
	case r == 0xad, r == 0x34f, r == 0x61c, r == 0x180e, 0x200b <= r && r <= 0x200f, 0x202a <= r && r <= 0x202e, 0x2060 <= r && r <= 0x206f, r == 0xfeff, 0xe0000 <= r && r <= 0xe007f:
		return true
	}
	return false
}

// maxFlags bounds what is flagged of one mail.
const maxFlags = 20

// Flags says what a person should look at before trusting a mail: words spoken to a
// machine, words that people do not see, and payments that shall go elsewhere. Quoted
// history was flagged with its own mail. in is the mail in whose text m stands, where
// it came inside of one; nil else.
func Flags(m, in *message.Message) []projectr.Flag {
	f := flagger{m: m, in: cmp.Or(in, m), at: newOffsets(m.Text)}
	if toMachine(m.Subject, &sentence{end: len(m.Subject), toks: tokenise(m.Subject, 0, len(m.Subject))}) {
		f.add(projectr.Flag{Kind: "instructions", Text: "The subject talks to the machine that reads mail.", Words: cut(m.Subject)})
	}
	read := 0
	for _, s := range m.Spans {
		if s.Kind == projectr.SpanQuoted || s.Kind == projectr.SpanForwardHeader || read > maxRead {
			continue
		}
		from, to := f.at.bytes(s.Start), f.at.bytes(s.End)
		read += to - from
		f.text(from, to, s.Kind)
	}
	f.account()
	f.hidden()
	return f.flags
}

type flagger struct {
	m, in *message.Message
	at    offsets
	flags []projectr.Flag

	asked  bool   // it asks for money to be sent
	number [2]int // where the number of an account stands
}

func (f *flagger) add(g projectr.Flag) {
	if len(f.flags) < maxFlags && !slices.ContainsFunc(f.flags, func(other projectr.Flag) bool {
		return other.Kind == g.Kind && other.Start == g.Start && other.Text == g.Text
	}) {
		f.flags = append(f.flags, g)
	}
}

// text flags what stands in a span.
func (f *flagger) text(from, to int, kind projectr.SpanKind) {
	for _, p := range spokenIn(f.m.Text, from, to) {
		f.add(f.passage("instructions", "This mail talks to the machine that reads mail.", p))
	}
	if kind == projectr.SpanDisclaimer {
		return // firms warn of changed bank details there
	}
	list := sentences(f.m.Text, from, to)
	asks := make([]bool, len(list))
	for i := range list {
		asks[i] = asking(list[i].toks)
	}
	for i := range list {
		s := &list[i]
		number := bankNumber(f.m.Text, s)
		at := [2]int{s.start, s.end}
		if f.asked = f.asked || asks[i] && kind != projectr.SpanSignature; number && f.number[1] == 0 && kind != projectr.SpanSignature {
			f.number = at
		}
		w, _, _ := newBank.find(s.toks)
		beside := i > 0 && asks[i-1] || i+1 < len(list) && asks[i+1]
		if (w > 0 || movesAccount(s.toks, beside)) && (number || !warns(s.toks)) {
			f.add(f.passage("bank_details", "This mail says that payments go elsewhere. Call somebody you know there before you pay.", at))
		}
	}
}

// asking reports whether a sentence asks for money to be sent; one that says that its
// writer will send some does not.
func asking(toks []token) bool {
	w, from, _ := asksToPay.find(toks)
	return w > 0 && !is(toks, from-1, "will", "we'll", "i'll", "shall", "not")
}

// account flags the number of an account in a mail that asks to pay. Firms have theirs
// in their signature.
func (f *flagger) account() {
	if f.asked && f.number[1] > 0 && !slices.ContainsFunc(f.flags, func(g projectr.Flag) bool { return g.Kind == "bank_details" }) {
		f.add(f.passage("bank_details", "This mail asks to pay to an account it names. Compare it with the one you know before you pay.", f.number))
	}
}

// warns reports whether a sentence warns of changed bank details, as firms do.
func warns(toks []token) bool {
	return mentions(toks, "fraud", "fraudulent", "scam", "scams", "beware", "verify", "never", "phishing", "suspicious", "imposter", "impostor") && !mentions(toks, "iban", "aba", "swift")
}

func (f *flagger) passage(kind, text string, at [2]int) projectr.Flag {
	return projectr.Flag{Kind: kind, Text: text, Words: cut(f.m.Text[at[0]:at[1]]), Start: f.at.runes(at[0]), End: f.at.runes(at[1])}
}

// cut is the beginning of a passage, in one line.
func cut(s string) string {
	s = line1(s)
	return cmp.Or(s, "?")
}

// spokenIn returns the passages of text[from:to] that are spoken to a machine: each
// sentence, and the rest of its line where it begins one.
func spokenIn(text string, from, to int) [][2]int {
	return spokenAmong(text, sentences(text, from, to))
}

func spokenAmong(text string, list []sentence) [][2]int {
	var out [][2]int
	for i := range list {
		s := &list[i]
		if n := len(out); n > 0 && s.start < out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], s.end)
			continue
		}
		end := s.end
		if !toMachine(text, s) {
			// A quoted sentence within one cuts it in two.
			if i+1 == len(list) || !strings.Contains(s.text(text), `"`) || strings.Contains(text[s.start:list[i+1].start], "\n") || !answersIn(tokenise(text, s.start, list[i+1].end)) || answersIn(list[i+1].toks) {
				continue
			}
			end = list[i+1].end
		}
		if before := text[strings.LastIndexByte(text[:s.start], '\n')+1 : s.start]; strings.Trim(before, "-*>• \t") == "" {
			if end = strings.IndexByte(text[s.end:], '\n'); end < 0 {
				end = len(text)
			} else {
				end += s.end
			}
		}
		out = append(out, [2]int{s.start, end})
	}
	return out
}

// withoutSpoken leaves out what is spoken to a machine.
func (r *reading) withoutSpoken(list []sentence) []sentence {
	var spoken [][2]int
	if len(list) > 0 {
		spoken = spokenAmong(r.text, list)
	}
	return slices.DeleteFunc(list, func(s sentence) bool {
		return errand(s.toks) || slices.ContainsFunc(spoken, func(p [2]int) bool { return s.start < p[1] && p[0] < s.end })
	})
}

// hidden flags words that people do not see, where they would say something if they
// were read. Mailings hide the first line of what they show; that says nothing new.
func (f *flagger) hidden() {
	for _, h := range f.in.Hidden() {
		toks := tokenise(h.Text, 0, len(h.Text))
		if commanded(toks) || disguised(h.Text) {
			f.add(projectr.Flag{Kind: "hidden_text", Text: "This mail has words that people do not see, and they talk to the machine that reads mail: " + h.Where + "."})
			continue
		}
		if h.Remark || !f.says(h.Text) {
			continue
		}
		f.add(projectr.Flag{Kind: "hidden_text", Text: "This mail has words that people do not see: " + h.Where + "."})
	}
	if strings.ContainsAny(f.m.Text, "\u202d\u202e") && !strings.ContainsFunc(f.m.Text, func(r rune) bool { return unicode.Is(unicode.Hebrew, r) || unicode.Is(unicode.Arabic, r) }) {
		f.add(projectr.Flag{Kind: "hidden_text", Text: "This mail has marks that turn the order of its letters, so that people read something else than stands there."})
	}
}

// says reports whether hidden words would be facts if they were read, which do not
// stand in what people see.
func (f *flagger) says(hidden string) bool {
	seen := strings.Join(strings.Fields(lower(f.in.Text)), " ")
	letter := &message.Message{Date: f.m.Date, From: f.m.From, To: f.m.To, Text: hidden, Reply: hidden, Automatic: "no",
		Spans: []projectr.Span{{Kind: projectr.SpanNew, End: utf8.RuneCountInString(hidden)}}}
	r := newReading(letter, intents())
	r.readAll(r.passages())
	for _, fact := range r.facts {
		if fact.Kind != projectr.KeyPoint && fact.Confidence >= projectr.SureEnough && !strings.Contains(seen, strings.Join(strings.Fields(lower(fact.Quote)), " ")) {
			return true
		}
	}
	return false
}

// heldBelow is what the confidence of a fact that waits for a person stays under.
const heldBelow = 0.79

// Hold makes facts wait for a person where their mail is flagged, and drops those
// that stand in words to a machine, whoever read them. A mail that talks to machines
// or hides words is somebody's attempt, and nothing of it counts by itself; one about
// other bank details may be what it says, and only what stands beside that, or is
// about paying, waits. text is that of the mail.
func Hold(text string, facts []projectr.Fact, flags []projectr.Flag) []projectr.Fact {
	out := make([]projectr.Fact, 0, len(facts))
	for _, f := range facts {
		drop := false
		for _, g := range flags {
			if g.Kind == "instructions" && g.End > g.Start && f.File == 0 && f.Start < g.End && g.Start < f.End {
				drop = true
			}
			if f.Held == "" && (g.Kind != "bank_details" || f.File == 0 && beside(text, f, g) || aboutPaying(f)) {
				f.Held = g.Text
			}
		}
		if drop {
			continue
		}
		if f.Held != "" {
			f.Confidence = min(f.Confidence, heldBelow)
		}
		out = append(out, f)
	}
	return out
}

// beside reports whether a fact stands in the same paragraph as a flag.
func beside(text string, f projectr.Fact, g projectr.Flag) bool {
	from, to := min(f.End, g.End), max(f.Start, g.Start)
	if from >= to {
		return true
	}
	between, ok := projectr.Quoted(text, from, to)
	return ok && !strings.Contains(strings.ReplaceAll(between, " ", ""), "\n\n")
}

func aboutPaying(f projectr.Fact) bool {
	return mentions(tokenise(f.Quote, 0, len(f.Quote)), "pay", "payment", "payments", "wire", "remit", "remittance", "deposit", "invoice", "invoices", "bank", "account", "iban", "routing", "ach", "transfer", "funds")
}
