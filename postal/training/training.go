// Package training makes the lessons that package postal's weights are learned
// from. It is for tests and for the tool that writes the weights.
//
// A lesson is an address put into a sentence as people on jobs write them, or a
// sentence that has figures and capitals and no address. The addresses come from
// rows whose parts are known, and from lists of streets and towns of other
// countries that are put together here.
package training

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"

	"projectr/postal"
)

// Row is an address whose words are tagged, as datamade/usaddress publishes them.
type Row struct {
	Text   string      `json:"text"`
	Tokens [][2]string `json:"tokens"`
}

// Read reads rows, one JSON object a line.
func Read(raw []byte) ([]Row, error) {
	var rows []Row
	for line := range bytes.Lines(raw) {
		var r Row
		if err := json.Unmarshal(line, &r); err != nil {
			return nil, fmt.Errorf("addresses: %w", err)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// Half says to which half of the rows one belongs, by a hash of its text.
func (r Row) Half() int { return int(Hash(r.Text) % 2) }

// Hash is a hash of s that is the same everywhere.
func Hash(s string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s))
	return h.Sum32()
}

// tagOf maps the names of usaddress to ours.
var tagOf = map[string]postal.Tag{
	"AddressNumber": postal.Number, "AddressNumberPrefix": postal.Number, "AddressNumberSuffix": postal.Number,
	"StreetNamePreDirectional": postal.Before, "StreetNamePreType": postal.RoadBefore,
	"StreetName": postal.Name, "StreetNamePreModifier": postal.Name, "StreetNamePostModifier": postal.Name,
	"StreetNamePostType": postal.Kind, "suffix": postal.After, "StreetNamePostDirectional": postal.After,
	"OccupancyType": postal.Unit, "OccupancyIdentifier": postal.Unit, "SubaddressType": postal.Unit, "SubaddressIdentifier": postal.Unit,
	"USPSBoxType": postal.Box, "USPSBoxID": postal.Box, "USPSBoxGroupType": postal.Box, "USPSBoxGroupID": postal.Box,
	"PlaceName": postal.City, "StateName": postal.State, "ZipCode": postal.Postcode, "ZipPlus4": postal.Postcode, "CountryName": postal.Country,
	"Recipient": postal.Who, "BuildingName": postal.Who, "LandmarkName": postal.Who, "NotAddress": postal.Who,
	"IntersectionSeparator": postal.Crossing, "CornerOf": postal.Crossing,
}

// Labels says what the words of the row are, in bytes of its text.
func (r Row) Labels() []postal.Label {
	var out []postal.Label
	at := 0
	for _, t := range r.Tokens {
		i := strings.Index(r.Text[at:], t[0])
		if i < 0 {
			return nil
		}
		out = append(out, postal.Label{Start: at + i, End: at + i + len(t[0]), Tag: tagOf[t[1]]})
		at += i + len(t[0])
	}
	return out
}

// Put puts an address into a carrier, a sentence with "{A}" in it, and returns the
// whole text and where the address begins in it, in bytes.
func Put(carrier, address string) (string, int) {
	i := strings.Index(carrier, "{A}")
	return carrier[:i] + address + carrier[i+3:], i
}

// Lessons makes the lessons of rows and those that need no rows.
func Lessons(rows []Row, seed uint64) []postal.Lesson {
	g := &maker{rand.New(rand.NewPCG(seed, 2))}
	var out []postal.Lesson
	for _, r := range rows {
		whole := r.Labels()
		if whole == nil {
			continue
		}
		for range 4 {
			out = append(out, g.in(r.Text, whole))
		}
		out = append(out, postal.Lesson{Text: r.Text, Labels: whole})
		if text, labels, ok := g.begin(r.Text, whole); ok {
			out = append(out, g.in(text, labels))
		}
		for range 2 {
			text, labels := g.rewrite(r.Text, whole)
			out = append(out, g.in(text, labels))
		}
	}
	for range 2500 {
		text, labels := g.abroad()
		out = append(out, g.in(text, labels))
	}
	for range 1200 {
		text, labels := g.plain()
		out = append(out, g.in(text, labels))
	}
	for range 3000 {
		out = append(out, postal.Lesson{Text: g.nothing()})
	}
	return out
}

// maker makes lessons by chance.
type maker struct{ *rand.Rand }

func pick[T any](g *maker, list []T) T { return list[g.IntN(len(list))] }

// in puts an address into a sentence.
func (g *maker) in(address string, labels []postal.Label) postal.Lesson {
	carrier := g.fill(pick(g, carriers))
	if g.IntN(5) == 0 {
		carrier = g.nothing() + " " + carrier
	}
	if g.IntN(5) == 0 {
		carrier += " " + g.nothing()
	}
	text, at := Put(carrier, address)
	l := postal.Lesson{Text: text}
	for _, b := range labels {
		l.Labels = append(l.Labels, postal.Label{Start: b.Start + at, End: b.End + at, Tag: b.Tag})
	}
	return l
}

// begin cuts an address off behind its street, unit or town: mails seldom write
// the whole of it.
func (g *maker) begin(text string, labels []postal.Label) (string, []postal.Label, bool) {
	var ends []int
	for i := 1; i < len(labels); i++ {
		if labels[i].Tag == labels[i-1].Tag {
			continue
		}
		switch labels[i-1].Tag {
		case postal.Name, postal.Kind, postal.After, postal.City, postal.Unit:
			if labels[0].Tag == postal.Number && labels[i].Tag != postal.Kind && labels[i].Tag != postal.After {
				ends = append(ends, i)
			}
		}
	}
	if len(ends) == 0 {
		return "", nil, false
	}
	n := pick(g, ends)
	return strings.TrimRight(text[:labels[n-1].End], ",;:- "), labels[:n], true
}

// rewrite writes an address in another way: without commas, in small letters, in
// capitals, each word with a capital, over two lines.
func (g *maker) rewrite(text string, labels []postal.Label) (string, []postal.Label) {
	var b strings.Builder
	var out []postal.Label
	way, commas := g.IntN(5), g.IntN(3) > 0
	for i, l := range labels {
		w := text[l.Start:l.End]
		switch way {
		case 0:
			w = strings.ToLower(w)
		case 1:
			w = strings.ToUpper(w)
		case 2, 3:
			if l.Tag != postal.State {
				w = title(w)
			} else if len(strings.Trim(w, ".,")) == 2 {
				w = strings.ToUpper(w)
			}
		}
		if !commas {
			w = strings.TrimRight(w, ",")
		}
		if i > 0 {
			sep := " "
			if l.Tag == postal.City && labels[i-1].Tag != postal.City && g.IntN(4) == 0 {
				sep = "\n"
			}
			b.WriteString(sep)
		}
		out = append(out, postal.Label{Start: b.Len(), End: b.Len() + len(w), Tag: l.Tag})
		b.WriteString(w)
	}
	return b.String(), out
}

func title(w string) string {
	r := []rune(strings.ToLower(w))
	for i := range r {
		if i == 0 || r[i-1] == '-' {
			r[i] = []rune(strings.ToUpper(string(r[i])))[0]
		}
	}
	return string(r)
}

// put builds an address of parts; part is text and tag in turns.
type built struct {
	b      strings.Builder
	labels []postal.Label
}

// add adds the words of s; glue is what stands before them.
func (p *built) add(glue, s string, tag postal.Tag) {
	p.b.WriteString(glue)
	for i, w := range strings.Fields(s) {
		if i > 0 {
			p.b.WriteString(" ")
		}
		p.labels = append(p.labels, postal.Label{Start: p.b.Len(), End: p.b.Len() + len(w), Tag: tag})
		p.b.WriteString(w)
	}
}

func (g *maker) houseNumber() string {
	switch g.IntN(8) {
	case 0:
		return fmt.Sprintf("%d-%d", 2+g.IntN(90), 100+g.IntN(20))
	case 1:
		return fmt.Sprintf("%d%c", 1+g.IntN(200), 'A'+g.IntN(4))
	case 2:
		n := 1 + g.IntN(150)
		return fmt.Sprintf("%d-%d", n, n+2+2*g.IntN(3))
	}
	return fmt.Sprint(1 + g.IntN(300))
}

// abroad makes an address of Canada, the United Kingdom or the mainland.
func (g *maker) abroad() (string, []postal.Label) {
	var p built
	sep := pick(g, []string{", ", ", ", ", ", " ", "\n"})
	n := g.houseNumber()
	town := g.IntN(5) > 0
	switch g.IntN(9) {
	case 0, 1: // United Kingdom
		if g.IntN(6) == 0 {
			p.add("", pick(g, []string{"Flat", "Unit", "Suite", "Office"})+" "+fmt.Sprint(1+g.IntN(40)), postal.Unit)
			p.b.WriteString(", ")
		}
		if g.IntN(6) > 0 {
			p.add("", n, postal.Number)
			p.b.WriteString(" ")
		}
		g.street(&p, pick(g, ukStreets))
		if town {
			p.add(sep, pick(g, ukTowns), postal.City)
			if g.IntN(4) > 0 {
				p.add(pick(g, []string{" ", ", "}), g.code("A99 9AA", "AA9 9AA", "A9 9AA", "AA99 9AA", "AA9A 9AA"), postal.Postcode)
			}
			if g.IntN(4) == 0 {
				p.add(", ", pick(g, []string{"United Kingdom", "UK", "England", "Scotland"}), postal.Country)
			}
		}
	case 2: // Canada
		p.add("", n, postal.Number)
		p.b.WriteString(" ")
		g.street(&p, pick(g, caStreets))
		if town {
			c := strings.Split(pick(g, caTowns), "|")
			p.add(sep, c[0], postal.City)
			p.add(pick(g, []string{", ", " "}), c[1], postal.State)
			if g.IntN(4) > 0 {
				p.add(pick(g, []string{" ", ", "}), g.code("A9A 9A9"), postal.Postcode)
			}
		}
	case 3, 4: // Germany, Austria, Switzerland
		p.add("", pick(g, deStreets), postal.Name)
		p.add(" ", strings.Replace(strings.ToLower(n), " ", "", -1), postal.Number)
		if town {
			p.add(sep, pick(g, []string{"", "", "", "D-", "A-", "CH-"})+g.code(pick(g, []string{"99999", "99999", "9999"})), postal.Postcode)
			p.add(" ", pick(g, deTowns), postal.City)
			if g.IntN(5) == 0 {
				p.add(", ", pick(g, []string{"Deutschland", "Germany", "Austria", "Österreich"}), postal.Country)
			}
		}
	case 5: // France, Belgium
		p.add("", n, postal.Number)
		p.b.WriteString(pick(g, []string{" ", ", "}))
		s := strings.SplitN(pick(g, frStreets), " ", 2)
		p.add("", s[0], postal.RoadBefore)
		p.add(" ", s[1], postal.Name)
		if town {
			p.add(sep, g.code("99999"), postal.Postcode)
			p.add(" ", pick(g, frTowns), postal.City)
			if g.IntN(5) == 0 {
				p.add(", ", "France", postal.Country)
			}
		}
	case 6: // Spain, Italy, Portugal, Latin America
		s := strings.SplitN(pick(g, esStreets), " ", 2)
		p.add("", s[0], postal.RoadBefore)
		p.add(" ", s[1], postal.Name)
		p.add(pick(g, []string{", ", " "}), n, postal.Number)
		if town {
			p.add(sep, g.code("99999"), postal.Postcode)
			p.add(" ", pick(g, esTowns), postal.City)
			if g.IntN(4) == 0 {
				p.add(", ", pick(g, []string{"España", "Spain", "Italia", "Italy", "Portugal", "Mexico"}), postal.Country)
			}
		}
	case 7: // Netherlands
		p.add("", pick(g, nlStreets), postal.Name)
		p.add(" ", n, postal.Number)
		if town {
			if g.IntN(4) > 0 {
				p.add(sep, g.code("9999 AA", "9999AA"), postal.Postcode)
				sep = " "
			}
			p.add(sep, pick(g, nlTowns), postal.City)
		}
	default: // the North and the East
		p.add("", pick(g, noStreets), postal.Name)
		p.add(" ", n, postal.Number)
		if town {
			p.add(sep, g.code("99999", "9999", "999 99", "99-999"), postal.Postcode)
			p.add(" ", pick(g, noTowns), postal.City)
			if g.IntN(4) == 0 {
				p.add(", ", pick(g, []string{"Sweden", "Norway", "Denmark", "Danmark", "Finland", "Poland", "Polska"}), postal.Country)
			}
		}
	}
	return p.b.String(), p.labels
}

// street adds a street whose last word is its kind.
func (g *maker) street(p *built, s string) {
	i := strings.LastIndexByte(s, ' ')
	p.add("", s[:i], postal.Name)
	p.add(" ", s[i+1:], postal.Kind)
}

// code makes a postcode of one of the forms: 9 is a figure, A a letter.
func (g *maker) code(forms ...string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '9':
			return '1' + rune(g.IntN(9))
		case 'A':
			return rune("ABCDEGHJKLMNPRSTWXY"[g.IntN(19)])
		}
		return r
	}, pick(g, forms))
}

// plain makes the short addresses of the United States that mails are full of.
func (g *maker) plain() (string, []postal.Label) {
	var p built
	dir := func(glue string, odds int) {
		if g.IntN(odds) == 0 {
			p.add(glue, pick(g, []string{"N", "S", "E", "W", "North", "South", "East", "West", "N.", "W."}), postal.Before)
			p.b.WriteString(" ")
		}
	}
	name := func() string {
		if g.IntN(5) == 0 {
			return fmt.Sprintf("%d%s", 4+g.IntN(17), "th")
		}
		return pick(g, usNames)
	}
	kind := func() string { return pick(g, usKinds) }
	place := func() {
		if g.IntN(2) == 0 {
			return
		}
		c := strings.Split(pick(g, usTowns), "|")
		p.add(pick(g, []string{", ", ", ", " ", "\n"}), c[0], postal.City)
		p.add(pick(g, []string{", ", " "}), c[1], postal.State)
		if g.IntN(2) == 0 {
			p.add(" ", g.code("99999"), postal.Postcode)
		}
	}
	switch g.IntN(8) {
	case 0: // a corner
		if g.IntN(2) == 0 {
			p.add("", pick(g, []string{"corner of", "intersection of", "Corner of", "junction of"}), postal.Crossing)
			p.b.WriteString(" ")
		}
		p.add("", name(), postal.Name)
		full := g.IntN(2) == 0
		if full {
			p.add(" ", kind(), postal.Kind)
		}
		p.add(" ", pick(g, []string{"and", "&", "and", "at"}), postal.Crossing)
		p.add(" ", name(), postal.Name)
		if full || g.IntN(3) == 0 {
			p.add(" ", kind(), postal.Kind)
		}
	case 1: // a highway
		if g.IntN(3) > 0 {
			p.add("", fmt.Sprint(100+g.IntN(9900)), postal.Number)
			p.b.WriteString(" ")
		}
		dir("", 4)
		p.add("", pick(g, []string{"County Highway", "County Road", "State Route", "US Highway", "Highway", "Hwy", "State Highway", "Route", "CR", "SR", "FM", "US", "County Rd", "Rural Route"}), postal.RoadBefore)
		p.add(" ", pick(g, []string{"9", "31", "66", "101", "N", "PP", "20", "441", "12", "7", "690"}), postal.Name)
		if p.labels[0].Tag == postal.Number {
			place()
		}
	case 2: // a box
		p.add("", pick(g, []string{"PO Box", "P.O. Box", "P. O. Box", "Post Office Box", "PO BOX", "Box"})+" "+fmt.Sprint(10+g.IntN(9000)), postal.Box)
		place()
	default:
		if g.IntN(10) == 0 {
			what := pick(g, []string{"Clinic", "Elementary School", "Apartments", "Tower", "Library", "Fire Station 4", "Parking Garage", "Residence", "Warehouse", "Medical Center"})
			p.add("", pick(g, usNames)+" "+pick(g, []string{"", "Street ", "Ave "})+what, postal.Who)
			p.b.WriteString(", ")
		}
		n := fmt.Sprint(1 + g.IntN(9999))
		switch g.IntN(7) {
		case 0:
			a := 10 + g.IntN(900)
			n = fmt.Sprintf("%d%s%d", a, pick(g, []string{"-", "–"}), a+2)
		case 1:
			n += pick(g, []string{"A", "B", "½", " 1/2"})
		}
		p.add("", n, postal.Number)
		p.b.WriteString(" ")
		dir("", 4)
		p.add("", name(), postal.Name)
		if g.IntN(12) > 0 {
			p.add(" ", kind(), postal.Kind)
		}
		if g.IntN(8) == 0 {
			p.add(" ", pick(g, []string{"NW", "SE", "N", "S.W.", "East"}), postal.After)
		}
		if g.IntN(4) == 0 {
			p.add(pick(g, []string{", ", " "}), pick(g, []string{"Suite 200", "Ste 4", "Unit 3B", "#12", "2nd Floor", "Apt 7", "Bldg C", "Floor 3", "Ste. 110", "Room 12"}), postal.Unit)
		}
		place()
	}
	return p.b.String(), p.labels
}

// Rounds and Seed are those of the weights that are part of package postal.
const (
	Rounds = 5
	Seed   = 1
)
