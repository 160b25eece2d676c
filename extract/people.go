package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"projectr"
)

// person is somebody, or some firm, that a mail's header or text names.
type person struct {
	name    string // for people: "Carla Reyes"; the address when no name is known
	address string // lower case, may be empty
	words   []string
}

// personOf makes a person of a header address: "Reyes, Carla" is turned round,
// and a name is read out of carla.reyes@ when none is written.
func personOf(a projectr.MailAddress) person {
	name := strings.Join(strings.Fields(strings.Trim(a.Name, "\"' ")), " ")
	if last, first, ok := strings.Cut(name, ","); ok && !strings.Contains(first, ",") {
		first, last = strings.TrimSpace(first), strings.TrimSpace(last)
		if first != "" && last != "" && len(strings.Fields(first)) <= 3 && len(strings.Fields(last)) <= 3 && !companySuffix[lower(strings.Trim(first, "."))] && !titles[lower(strings.Trim(first, "."))] {
			name = first + " " + last
		}
	}
	if i := strings.IndexAny(name, "<@/"); i > 0 && strings.Contains(name, "@") {
		name = strings.TrimSpace(name[:i])
	}
	if name == "" || strings.Contains(name, "@") {
		name = nameOfLocal(a.Address)
	}
	p := person{name: name, address: strings.ToLower(a.Address)}
	if p.name == "" {
		p.name = p.address
	} else {
		p.words = nameWords(p.name)
	}
	return p
}

// persons makes people of a header list. "Reyes, Carla <c@x.example>" without
// quotes reads as two addresses, the first without one: they are one person.
func persons(list []projectr.MailAddress) []person {
	out := make([]person, 0, len(list))
	for i := 0; i < len(list); i++ {
		a := list[i]
		if a.Address == "" && i+1 < len(list) && list[i+1].Name != "" && list[i+1].Address != "" && !strings.Contains(a.Name, " ") {
			i++
			a = projectr.MailAddress{Name: list[i].Name + " " + a.Name, Address: list[i].Address}
		}
		out = append(out, personOf(a))
	}
	return out
}

// firstOf returns the first of a list, or nobody.
func firstOf(list []projectr.MailAddress) person {
	if p := persons(list); len(p) > 0 {
		return p[0]
	}
	return person{}
}

var companySuffix = map[string]bool{"inc": true, "llc": true, "ltd": true, "corp": true, "co": true, "gmbh": true, "llp": true, "pc": true, "plc": true}
var titles = map[string]bool{"aia": true, "pe": true, "jr": true, "sr": true, "ii": true, "iii": true, "phd": true, "md": true, "esq": true, "ra": true, "leed ap": true, "p.e": true}

// nameOfLocal reads "Carla Reyes" out of carla.reyes@; a local part of one word
// tells no name.
func nameOfLocal(address string) string {
	local, _, _ := strings.Cut(address, "@")
	parts := strings.FieldsFunc(local, func(r rune) bool { return r == '.' || r == '_' })
	if len(parts) < 2 || len(parts) > 3 || len(parts[0]) < 2 {
		return ""
	}
	for i, p := range parts {
		if strings.ContainsFunc(p, func(r rune) bool { return !isLetter(r) && r != '-' && r != '\'' }) || p == "" {
			return ""
		}
		r, n := utf8.DecodeRuneInString(p)
		parts[i] = string(unicode.ToUpper(r)) + p[n:]
	}
	return strings.Join(parts, " ")
}

// nameWords returns the words of a name in lower case, without dots.
func nameWords(name string) []string {
	return strings.FieldsFunc(lower(name), func(r rune) bool { return !isLetter(r) && r != '\'' && r != '-' })
}

// first and last return the outer words of the name.
func (p person) first() string {
	if len(p.words) == 0 {
		return ""
	}
	return p.words[0]
}

func (p person) last() string {
	if len(p.words) < 2 {
		return ""
	}
	return p.words[len(p.words)-1]
}

// shortly reports whether a word is a short form of the first name: Steve, Tunde, Yesi.
func (p person) shortly(w string) bool {
	f := p.first()
	return len(f) > len(w) && (len(w) >= 4 && (strings.HasPrefix(f, w) || strings.HasSuffix(f, w)) || slices.Contains(nicknames[w], f))
}

// hasInitials reports whether letters are those the words of the name begin with.
func (p person) hasInitials(letters string) bool {
	if len(p.words) != len(letters) {
		return false
	}
	for i, w := range p.words {
		if w[0] != letters[i] {
			return false
		}
	}
	return true
}

// maxPeople bounds the directory, so that a mail of nothing but names is read in
// fair time.
const maxPeople = 500

// directory is who a mail knows: its header and the full names in its text.
type directory struct {
	people []person
}

func (d *directory) add(p person) {
	if len(d.people) >= maxPeople {
		return
	}
	for _, q := range d.people {
		if q.name == p.name || p.address != "" && q.address == p.address && len(q.words) > 0 {
			return
		}
	}
	d.people = append(d.people, p)
}

// resolve says who is meant by a name as the mail writes it: "Renata", "Mike K",
// "Delgado", "Mr Boyle", "Ohm". Of two who could be meant, the one among near
// (the addressees) is taken; if that does not tell, sure is false and the name
// stays as written.
func (d *directory) resolve(written string, near []person) (name string, sure, known bool) {
	words := nameWords(written)
	if len(words) > 0 && (words[0] == "mr" || words[0] == "mrs" || words[0] == "ms" || words[0] == "dr" || words[0] == "principal") {
		words = words[1:]
		if len(words) == 1 {
			if p, ok := onlyOne(d.people, func(p person) bool { return p.last() == words[0] }); ok {
				return p.name, true, true
			}
		}
		return tidyName(written), true, false
	}
	if len(words) == 0 {
		return written, false, false
	}
	fits := func(p person) bool {
		switch {
		case len(p.words) == 0:
			return false
		case len(words) == 1:
			return p.first() == words[0] || p.last() == words[0]
		case len([]rune(words[1])) == 1:
			return p.first() == words[0] && strings.HasPrefix(p.last(), words[1])
		case len([]rune(words[0])) == 1:
			return p.last() == words[len(words)-1] && strings.HasPrefix(p.first(), words[0])
		}
		return p.first() == words[0] && p.last() == words[len(words)-1]
	}
	if p, ok := onlyOne(near, fits); ok {
		return p.name, true, true
	}
	if p, ok := onlyOne(d.people, fits); ok {
		return p.name, true, true
	}
	for _, p := range d.people {
		if fits(p) { // more than one
			return tidyName(written), false, true
		}
	}
	// A firm: "Ohm" of Ohm Electric, "Frost Footing" of frostfoot-exc.example.
	squeezed := strings.Join(words, "")
	if p, ok := onlyOne(d.people, func(p person) bool {
		return len(p.words) > len(words) && strings.Join(p.words[:len(words)], "") == squeezed
	}); ok {
		return p.name, true, true
	}
	if len(squeezed) >= 6 {
		for _, p := range d.people {
			_, domain, _ := strings.Cut(p.address, "@")
			domain = strings.ReplaceAll(domain, "-", "")
			if n := commonPrefix(squeezed, domain); n >= 6 && n*10 >= len(squeezed)*6 {
				return tidyName(written), true, true
			}
		}
	}
	return tidyName(written), true, false
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func onlyOne(people []person, fits func(person) bool) (person, bool) {
	var found person
	n := 0
	for _, p := range people {
		if fits(p) && (n == 0 || p.name != found.name) {
			found = p
			n++
		}
	}
	return found, n == 1
}

// tidyName writes a name as it would stand in a list: "marcy" becomes Marcy.
func tidyName(s string) string {
	s = strings.Join(strings.Fields(strings.Trim(s, " ,.:;-–—")), " ")
	r, n := utf8.DecodeRuneInString(s)
	if unicode.IsLower(r) && !strings.Contains(s, " ") {
		return string(unicode.ToUpper(r)) + s[n:]
	}
	return s
}

// notNames are capitalised words that begin sentences or name things, so a pair
// with one of them is not a person.
var notNames = map[string]bool{
	"the": true, "this": true, "that": true, "please": true, "thanks": true, "thank": true, "hi": true, "hey": true, "hello": true, "dear": true, "regards": true, "best": true, "kind": true, "sent": true, "from": true,
	"project": true, "manager": true, "street": true, "road": true, "st": true, "rd": true, "ave": true, "avenue": true, "lane": true, "drive": true, "school": true, "elementary": true, "building": true,
	"bldg": true, "point": true, "pt": true, "place": true, "inc": true, "llc": true, "ltd": true, "construction": true, "builders": true, "contractors": true, "architects": true, "engineering": true,
	"structural": true, "electric": true, "steel": true, "glass": true, "roofing": true, "plumbing": true, "supply": true, "group": true, "company": true, "services": true, "insurance": true,
	"meeting": true, "change": true, "order": true, "request": true, "option": true, "contract": true, "work": true, "daily": true, "report": true, "week": true, "day": true, "north": true, "south": true,
	"east": true, "west": true, "county": true, "city": true, "state": true, "highway": true, "hwy": true, "notice": true, "formal": true, "article": true, "clause": true, "section": true, "submittal": true,
	"shop": true, "drawings": true, "owner": true, "monday": true, "tuesday": true, "wednesday": true, "thursday": true, "friday": true, "saturday": true, "sunday": true, "we": true, "i": true, "you": true, "it": true, "he": true, "she": true, "they": true, "there": true,
	"no": true, "yes": true, "if": true, "when": true, "our": true, "your": true, "my": true, "also": true, "and": true, "but": true, "so": true, "as": true, "in": true, "on": true, "at": true, "per": true, "for": true, "to": true,
	"office": true, "department": true, "team": true, "all": true, "site": true, "agent": true, "engineer": true, "superintendent": true, "super": true, "foreman": true, "president": true, "principal": true,
	"clinic": true, "garage": true, "warehouse": true, "lobby": true, "residence": true, "station": true, "pumping": true, "apartments": true, "gym": true, "addition": true, "phase": true, "harbor": true,
	"exchange": true, "union": true, "energy": true, "market": true, "committee": true, "surveillance": true, "daily news": true, "court": true, "ball": true, "allowance": true, "river": true, "lake": true, "park": true,
}

// fullNames finds pairs of capitalised words that look like a person's name.
func fullNames(toks []token, text string) []string {
	var out []string
	for i := 0; i+1 < len(toks); i++ {
		a, b := toks[i], toks[i+1]
		if a.kind != word || !a.cap || !b.gap {
			continue
		}
		j := i + 1
		if utf8.RuneCountInString(a.low) == 1 || a.low == "mr" || a.low == "mrs" || a.low == "ms" {
			if is(toks, j, ".") && !toks[j].gap {
				j++
			} else if utf8.RuneCountInString(a.low) == 1 {
				continue
			}
		}
		if j >= len(toks) || toks[j].kind != word || !toks[j].cap || !toks[j].gap {
			continue
		}
		b = toks[j]
		if strings.Count(text[a.end:b.start], "\n") > 1 {
			continue
		}
		if !nameShaped(text[b.start:b.end]) || a.end-a.start > 2 && !nameShaped(text[a.start:a.end]) || notNames[a.low] || notNames[b.low] || verbs[a.low] || isCalendarWord(a.low) || isCalendarWord(b.low) {
			continue
		}
		if j+1 < len(toks) && toks[j+1].kind == word && toks[j+1].cap && toks[j+1].gap { // three capitals: a firm or a place more often
			i = j + 1
			continue
		}
		if i > 0 && toks[i-1].kind == word && toks[i-1].cap && a.gap {
			continue
		}
		if is(toks, i-1, "\"", "“", "'") || is(toks, j+1, "\"", "”") {
			continue // a colour, a product
		}
		if j+1 < len(toks) && is(toks, j+1, "&", "+") {
			continue
		}
		out = append(out, strings.Join(strings.Fields(text[a.start:b.end]), " "))
		i = j
	}
	return out
}

// givenNames are common given names: a capitalised word that is none of them is
// more often a firm or a place than a person.
var givenNames = set(`
	aaron abby abdul abigail adam adrian ahmed aidan aisha alan albert alejandro alex alexander alexandra alexis alfred ali alice alicia alison allen allison alyssa amanda amber amir amit amy ana andre andrea
	andres andrew andy angel angela angelo anita ann anna anne annie anthony antonio april ari arjun art arthur ashley audrey austin barbara barry beatrice becky ben benjamin bernard beth betty beverly bill billy
	blake bob bobby bonnie brad bradley brandon brenda brendan brent brett brian bridget brooke bruce bryan caleb calvin cameron carl carla carlos carmen carol caroline carolyn carrie catherine cathy cecilia chad
	charles charlie charlotte chelsea cheryl chidi chris christian christina christine christopher chuck cindy claire clara clarence claudia clay cliff clint cody colin colleen connie connor corey courtney craig
	cristina crystal curtis cynthia daisy dale damon dan dana daniel danielle danny darlene darrell darren darryl dave david dawn dean deborah debra debbie denise dennis derek desmond diana diane diego dominic
	don donald donna doris dorothy doug douglas drew duane dustin dwight dylan earl ed eddie edgar edith eduardo edward edwin eileen elaine eleanor elena eli elijah elizabeth ellen emily emma eric erica erik
	erin ernest esther ethan eugene eva evan evelyn faith fatima felix fernando fiona florence frances francis francisco frank fred frederick gabriel gail gareth gary gavin gene george gerald gerard gilbert gina
	giovanni gladys glen glenn gloria gordon grace graham grant greg gregory gretchen gus guy gwen hannah hans harold harry harvey hassan heather hector heidi helen henry herbert holly hope howard hugh hugo ian
	ibrahim igor ingrid irene iris isaac isabel ivan jack jackie jackson jacob jacqueline jaime jake james jamie jan jane janet janice jared jasmine jason javier jay jean jeff jeffrey jen jenna jennifer jenny
	jeremy jerome jerry jesse jessica jesus jill jim jimmy jo joan joanne joaquin jodi joe joel john johnny jon jonathan jordan jorge jose josé joseph josh joshua joy joyce juan juanita judith judy julia julian
	julie julio june justin kara karen karl kate katherine kathleen kathy katie kayla keith kelly ken kendra kenneth kent kerry kevin kim kimberly kirk kirsten kirsty krista kristen kristin kristina kurt kyle lance
	larry laura lauren laurie lawrence leah lee lena leo leon leonard leroy leslie lewis liam lillian linda lindsay lisa lloyd logan lois lonnie lori lorraine louis louise lucas lucia lucy luis luke lydia lynn
	mackenzie madison maggie mai malcolm mandy manuel marc marcia marco marcus marcy margaret maria marian marie marilyn mario marion marjorie mark marlene martha martin marvin mary mason mateo matt matthew
	maureen maurice max maya megan mei melanie melinda melissa melvin mercedes meredith mia michael michele michelle miguel mike mildred miles minh miriam mitch mitchell mohamed mohammed moira molly monica morgan
	muhammad nadia nancy naomi natalie nate nathan neal neil nelson ngozi nicholas nick nicolas nicole nikhil nina noah noel nora norma norman olga oliver olivia omar oscar owen paige pam pamela pat patricia
	patrick paul paula pauline pedro peggy penny perry pete peter phil philip phillip phyllis pierre piotr pooja preston priscilla priya rachel rafael raj ralph ramon randall randy raul ravi ray raymond rebecca
	reggie regina renata rene renee ricardo richard rick ricky rita rob robert roberto robin rod rodney roger roland ron ronald ronnie rosa rose rosemary ross roy ruben russell ruth ryan sabrina sally sam
	samantha samuel sandra sandy sanjay sara sarah saul scott sean sergio seth shane shannon sharon shaun shawn sheila shelby shelly sherri sherry shirley sidney simon siobhan sofia sonia sonya sophia spencer
	stacey stacy stan stanley stella stephanie stephen steve steven stewart stuart sue summer susan suzanne sylvia tamara tammy tanya tara tasha ted teresa terrance terri terry theodore theresa thomas tiffany tim
	timothy tina todd tom tommy toni tony tonya tracey tracy travis trevor tricia tristan troy tyler valerie vanessa vera vernon veronica vicki vickie victor victoria vince vincent violet virginia vivian wade
	wallace walt walter wanda ward warren wayne wendy wesley whitney will willard william willie winston wyatt xavier yolanda yusuf yvonne zach zachary zoe`)

// wordNames are given names that are words too.
var wordNames = set("april art bill chad clay cliff dale dawn dean drew earl faith frank gene grace grant guy hope jack jay jean jo josh joy june lance lee mark may miles norm pat penny ray rob rod rose ross sandy sue summer ward wade will max jan dan")

// nameShaped reports whether a word is written as names are: one capital first,
// the rest small (McDonald and O'Neil too).
func nameShaped(s string) bool {
	upper, n := 0, 0
	for i, r := range s {
		if unicode.IsUpper(r) {
			upper++
			if i == 0 {
				continue
			}
		}
		n++
	}
	return n >= 1 && upper >= 1 && upper <= 2 && n > upper-1 && utf8.RuneCountInString(s) >= 2 && strings.ToUpper(s) != s
}

func isCalendarWord(s string) bool {
	_, m := months[s]
	_, d := weekdays[s]
	return m || d
}
