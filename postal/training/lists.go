package training

import (
	"fmt"
	"strings"
)

func lines(s string) []string {
	var out []string
	for l := range strings.Lines(s) {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, strings.ReplaceAll(l, `\n`, "\n"))
		}
	}
	return out
}

func parts(s string) []string {
	out := strings.Split(strings.Join(strings.Fields(s), " "), ";")
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return out
}

// fill fills the blanks of a sentence: day, person, surname, firm, count, time,
// amount, sheet, date, job, phone, trade.
func (g *maker) fill(s string) string {
	for _, b := range blanks {
		for strings.Contains(s, b.mark) {
			s = strings.Replace(s, b.mark, b.make(g), 1)
		}
	}
	return s
}

var blanks = []struct {
	mark string
	make func(*maker) string
}{
	{"{D}", func(g *maker) string { return pick(g, days) }},
	{"{P}", func(g *maker) string { return pick(g, people) }},
	{"{L}", func(g *maker) string { return pick(g, people) + " " + pick(g, surnames) }},
	{"{F}", func(g *maker) string { return pick(g, firms) }},
	{"{N}", func(g *maker) string { return fmt.Sprint(2 + g.IntN(400)) }},
	{"{T}", func(g *maker) string { return pick(g, times) }},
	{"{M}", func(g *maker) string {
		return pick(g, []string{fmt.Sprintf("$%d,%03d", 1+g.IntN(90), g.IntN(1000)), fmt.Sprintf("$%d", 100+g.IntN(9000)), fmt.Sprintf("%d.5k", 2+g.IntN(80)), fmt.Sprintf("€%d", 200+g.IntN(900)), fmt.Sprintf("$%d,%03d.00", 1+g.IntN(90), g.IntN(1000)), fmt.Sprintf("%d,%03d", 1+g.IntN(90), g.IntN(1000))})
	}},
	{"{S}", func(g *maker) string {
		return pick(g, []string{fmt.Sprintf("A-%d", 100+g.IntN(600)), fmt.Sprintf("S%d.%d", 1+g.IntN(5), g.IntN(9)), fmt.Sprintf("E-%d", 100+g.IntN(600)), fmt.Sprintf("SK-%02d", g.IntN(90)), fmt.Sprintf("M%d", 100+g.IntN(600))})
	}},
	{"{W}", func(g *maker) string {
		return pick(g, []string{fmt.Sprintf("%s %d", pick(g, monthNames), 1+g.IntN(28)), fmt.Sprintf("%d/%d", 1+g.IntN(12), 1+g.IntN(28)), fmt.Sprintf("%d/%d/2024", 1+g.IntN(12), 1+g.IntN(28)), fmt.Sprintf("%s %d, 2025", pick(g, monthNames), 1+g.IntN(28)), fmt.Sprintf("%d %s 2024", 1+g.IntN(28), pick(g, monthNames)), fmt.Sprintf("the %dth", 4+g.IntN(16)), fmt.Sprintf("2024-%02d-%02d", 1+g.IntN(12), 1+g.IntN(28))})
	}},
	{"{J}", func(g *maker) string {
		return pick(g, []string{fmt.Sprintf("%d-%d", 21+g.IntN(5), 100+g.IntN(90)), fmt.Sprintf("20%d-%03d", 21+g.IntN(5), 1+g.IntN(90)), fmt.Sprintf("CH9-%04d", g.IntN(900)), fmt.Sprintf("J%d", 1000+g.IntN(9000)), fmt.Sprintf("%d", 1000+g.IntN(90000))})
	}},
	{"{H}", func(g *maker) string {
		a, b, c := 201+g.IntN(700), 200+g.IntN(700), 1000+g.IntN(8999)
		return pick(g, []string{fmt.Sprintf("(%d) %d-%d", a, b, c), fmt.Sprintf("%d-%d-%d", a, b, c), fmt.Sprintf("%d.%d.%d", a, b, c), fmt.Sprintf("+1 %d %d %d", a, b, c), fmt.Sprintf("%d %d %d", a, b, c)})
	}},
	{"{Y}", func(g *maker) string { return fmt.Sprintf("%d-%d", 21+g.IntN(5), 100+g.IntN(90)) }},
	{"{U}", func(g *maker) string { return pick(g, usNames) + " " + pick(g, usKinds) }},
	{"{K}", func(g *maker) string { return pick(g, trades) }},
	{"{O}", func(g *maker) string { return pick(g, goods) }},
}

var (
	days       = parts(`Monday;Tuesday;Wednesday;Thursday;Friday;Saturday;Sunday;Mon;Fri;tomorrow;today;next week;friday;monday`)
	people     = parts(`Mike;Renata;Carla;Sam;Dana;Teresa;Kirsten;Marcus;Priya;Tom;Angela;Lee;Will;Grant;Rose;Chase;Lane;Heath;Brooks;Park;Victor;Wei;Omar;Joe;Sue;Bill;Ann;Rob;Pat;Frank;Luis;Maria`)
	surnames   = parts(`Kowalski;Delgado;Ohm;Reyes;Whitlock;Hill;Banks;Lane;Street;Park;Woods;Rivers;North;West;Singh;Nguyen;Okoro;Lund;Boyle;Fuchs;Marsh;Stone;Field;Ford;King;Washington;Lincoln;Madison`)
	firms      = parts(`Ohm Electric;Frost Footing;Lund + Okoro;Delgado Roofing Inc.;Acme Glass LLC;North Star Plumbing;Kestrel Builders;Hill & Sons;Park Place Interiors;Madison Steel;River City Concrete;A&B Supply;Summit Mechanical;Baker Brothers;the Hollis Group`)
	times      = parts(`7 am;8:30;10:00 AM;noon;2pm;3 p.m.;0700;4:45 pm;6:15am;9`)
	monthNames = parts(`January;February;March;April;May;June;July;August;September;October;November;December;Jan;Feb;Mar;Apr;Jun;Jul;Aug;Sept;Oct;Nov;Dec`)
	trades     = parts(`drywall;framing;electrical;roofing;plumbing;concrete;steel;masonry;paint;tile;HVAC;sprinkler;excavation;glazing;millwork`)
	goods      = parts(`sheets;doors;windows;boxes;pallets;beams;studs;panels;loads of gravel;yards of concrete;rolls;bags;copies;toilets;light fixtures;bolts;men;guys;RTUs;hangers;frames`)

	ukStreets = parts(`High Street;Church Road;Station Road;Victoria Road;Saffron Hill;Mill Lane;Priory Road;Egmont Road;Lottbridge Drove;Derwent Parade;King's Road;Queen Street;Park Avenue;Bow Street;Castle Street;Princes Road;Leonard St;
		Great Portland Street;London Road;Chapel Lane;Manor Close;The Crescent;Grange Gardens;St John's Road;Albert Terrace;Oxford Street;York Way;Kings Mews;Windsor Walk;Stocks Ln;Baker Street;Old Kent Road;Broad Street;West Hill;Orchard Grove`)
	ukTowns   = parts(`London;Leeds;Hull;Newbury;Bristol;Manchester;Middlesbrough;Eastbourne;South Ockendon;Hinckley;Caerphilly;Milton Keynes;Stoke-on-Trent;Edinburgh;Glasgow;Cardiff;Bath;Reading;Knutsford;Shoreditch, London;York;Tunbridge Wells;Aberdeen;Swansea;Norwich`)
	caStreets = parts(`King St W;Yonge Street;Main St;Bay Street;Granville Street;Jasper Ave;Portage Avenue;Queen Street;Dundas St;Bloor Street;Sherbrooke Street;Robson St;Maple Crescent;Lakeshore Road;Industrial Blvd;Sussex Drive;Barrington Street`)
	caTowns   = parts(`Toronto|ON;Ottawa|ON;Vancouver|BC;Calgary|AB;Montréal|QC;Halifax|NS;Winnipeg|MB;Edmonton|AB;Quebec City|QC;Regina|SK;Mississauga|Ontario;Burnaby|BC;St. John's|NL;London|Ontario`)
	deStreets = parts(`Hauptstraße;Bahnhofstraße;Berliner Straße;Triftstrasse;Goethestr.;Schillerstraße;Am Markt;Lindenweg;Gartenstraße;Friedrichstraße;Kaiserplatz;Mariahilfer Straße;Eduard-Sueß-Gasse;Landstraßer Hauptstraße;Ringstraße;Alte Gasse;
		An der Mühle;Kirchgasse;Industriestrasse;Karl-Marx-Allee;Unter den Linden;Zum Sportplatz;Bergstr.;Wiesenweg;Münchner Str.;Domplatz;Hafendamm;Neue Straße;Im Winkel;Waldallee`)
	deTowns   = parts(`Berlin;Hamburg;München;Köln;Frankfurt am Main;Wien;Zürich;Graz;Stuttgart;Bad Homburg;Leipzig;Freiburg im Breisgau;Basel;Bern;Salzburg;Kiel;Bonn;Dresden;Essen;Neustadt`)
	frStreets = parts(`rue de la Paix;Rue du Faubourg Saint-Honoré;avenue des Champs-Élysées;boulevard Haussmann;place de la République;rue Victor Hugo;quai de la Loire;chemin des Vignes;impasse du Moulin;allée des Tilleuls;cours Mirabeau;rue de l'Église;
		Avenue Jean Jaurès;Boulevard Saint-Germain;rue des Fleurs;route de Lyon;Rue Neuve;avenue Louise`)
	frTowns   = parts(`Paris;Lyon;Marseille;Toulouse;Nice;Nantes;Aix-en-Provence;Saint-Denis;Lille;Bordeaux;Bruxelles;Le Havre;La Rochelle;Paris Cedex 08;Metz`)
	esStreets = parts(`Calle Mayor;Avenida de América;Paseo de la Castellana;C. de Ruiz de Alarcón;Plaza España;Calle de Alcalá;Via Roma;Via Giuseppe Garibaldi;Viale Monza;Piazza del Duomo;Corso Buenos Aires;Rua Augusta;Avenida da Liberdade;Via dei Mille;Calle Serrano;
		Carrer de Mallorca;Av. Insurgentes Sur;Largo do Carmo;C/ Gran Vía`)
	esTowns   = parts(`Madrid;Barcelona;Sevilla;Valencia;Roma;Milano;Torino;Napoli;Firenze;Lisboa;Porto;Bilbao;Palma de Mallorca;Reggio Emilia;Mexico City;Zaragoza`)
	nlStreets = parts(`Keizersgracht;Nieuwe Binnenweg;Kerkstraat;Dorpsstraat;Prinsengracht;Stationsplein;Oude Delft;Marktplein;Hoofdstraat;Herenstraat;Molenweg;Wilhelminakade;Coolsingel;Laan van Meerdervoort;Zeedijk;Grote Markt;Julianalaan`)
	nlTowns   = parts(`Amsterdam;Rotterdam;Utrecht;Den Haag;Eindhoven;Groningen;Delft;Haarlem;Antwerpen;Gent;'s-Hertogenbosch`)
	noStreets = parts(`Storgatan;Drottninggatan;Valdemarsgade;Vesterbrogade;Karl Johans gate;Hämeenkatu;Mannerheimintie;Sveavägen;Storgata;ul. Marszałkowska;ul. Długa;Nørrebrogade;Kungsgatan;Aleje Jerozolimskie;Kirkegata;Aleksanterinkatu`)
	noTowns   = parts(`Stockholm;Göteborg;København;Aarhus;Oslo;Bergen;Helsinki;Tampere;Warszawa;Kraków;Malmö;Trondheim;Gdańsk`)

	usNames = parts(`Main;Oak;Hollis;Kestrel;Quarry Bend;Maple;Harrow;Elm;Washington;Lincoln;Mill;Park;Lake;Cedar;Pine;Church;Market;Grand;Front;River;Jefferson;Franklin;Second;Third;Fifth;Martin Luther King Jr;Saint Clair;Old Mill;Sunset;Industrial;Commerce;
		Willow Creek;Fox Run;Union;Spring;Highland;Peachtree;Jackson;Madison;Adams;Clark;State;Court;Ridge;Meadow;Prospect;Cherry;Walnut;Chestnut;Broad;Delaware;Forest Hill;Green Bay;Rock Creek;Van Buren;O'Neill;St. Clair;Harbor;Airport;Fairview;Liberty;Center;College;Dogwood`)
	usKinds = parts(`St;Street;St.;Ave;Avenue;Ave.;Rd;Road;Rd.;Dr;Drive;Blvd;Boulevard;Ln;Lane;Ct;Court;Way;Pkwy;Parkway;Pl;Place;Cir;Circle;Ter;Terrace;Trail;Pike;Loop;street;road;ave;Sq;Square;Alley;Row;Crossing;Point;Hwy`)
	usTowns = parts(`Dayton|OH;Springfield|IL;Columbus|Ohio;San Antonio|TX;St. Louis|MO;Portland|Oregon;Des Moines|IA;Boise|ID;Fort Worth|Texas;New York|NY;Los Angeles|CA;Ann Arbor|MI;Baton Rouge|LA;Cedar Rapids|IA;Salt Lake City|UT;Brooklyn|NY;Washington|DC;Reston|VA;Oak Park|IL;
		Mount Vernon|NY;North Bend|OR;Durham|North Carolina;Newark|New Jersey;Tulsa|OK;Reno|NV;Camden|NJ;Kent|WA;Lake Forest|IL;West Chester|PA;Green Bay|WI`)
)

// carriers are sentences with an address in them.
var carriers = lines(`
	Please ship the {O} to {A} by {D}.
	Please send {N} {O} to {A} before {W}.
	Deliver everything to {A}, not to our yard.
	Can you meet {P} at {A} at {T} {D}?
	We are starting {K} at {A} on {W}.
	The site is {A}.
	The site address is {A}, gate code {N}.
	Address: {A}
	Address: {A}\nJob no. {J}
	Project: {F} fit-out\n{A}\nJob {J}
	Ship to:\n{A}\n\nThanks,\n{P}
	Our office is at {A} and we close at {T}.
	Invoice for work at {A} in the amount of {M}.
	{P}, the permit for {A} came through {D}.
	{A} needs a re-inspection before {K} can start.
	{A} is ready for {K}.
	{A} - {K} starts {D}
	{A}: the owner wants {N} more {O}.
	RE: {A}
	The inspector was at {A} yesterday and failed the {K}.
	I drove past {A} this morning and nobody was there.
	{P} from {F} will be at {A} from {T} to {T}.
	Mail the check to {A} please.
	Please remit {M} to {A} within 30 days.
	Payments go to {A}. Call {H} with questions.
	The crew moves from {A} to the next job on {D}.
	Our lot next to {A} floods when it rains.
	Dumpster for {A} was dropped {W}.
	Per {S}, the {K} at {A} gets {N} {O}.
	Quote {J} covers {A} only.
	Pick up {N} {O} from {A} and bring them back by {T}.
	As discussed, {A} will be closed {D}.
	Is {A} the right place for the {O}?
	We bought {A} in {W} for {M}.
	Send the samples to {P} at {A} please.
	Please forward the closeout binder to {A}; {P} needs it.
	Delivery for {A} (job {J}) slipped to {W}.
	The building ({A}) was built in 1974.
	Take the {O} to {A}, then call {P}.
	Water is off at {A} until {T}.
	{P} lives near {A} and can check.
	{F}, {A}, has the low number at {M}.
	{L}\n{F}\n{A}\n{H}
	Regards,\n{L}\n{A}\nphone {H}
	Which {O} go to {A}?
	Do not park in front of {A}.
	Nobody answered the door at {A}.
	Both units at {A} have leaks.
	Scope for {A} includes {K} and {K}.
	Change order 4 for {A} adds {M}.
	The {K} sub says {A} has no power.
	Concrete pour at {A} {D} {T}, {N} yards.
	We will be working at {A} all week.
	{D} we pour at {A} and {P} runs the pump.
	Your order of {N} {O} ships to {A} on {W}.
	please drop the {O} at {A} thanks
	can someone swing by {A} after lunch
	hi {P}, is {A} still on for {D}?
	need {N} {O} at {A} asap
	fyi {A} failed inspection
	The city wants a new survey of {A} before they sign.
	Location: {A} Time: {T}
	Where: {A}\nWhen: {D} {T}
	Bill to {A} and copy me.
	Sprinkler drawings for {A} are attached as {S}.
	Attached are {N} photos of {A} taken {W}.
	Fire marshal visited {A} with {L} on {W}.
	Tell {P} that {A} has asbestos.
	The {O} are stored at {A}. We need them {D}.
	According to {P}, {A} was sold.
	I live at {A} now.
	We moved! Our new address is {A}, effective {W}.
	Your appointment is at {A} on {W} at {T}.
	Meet me outside {A} around {T}.
	If {A} is locked, call {H}.
	Mike {P} said {A} is where they parked the lift.
	{A} has {N} {O} left over.
	{A} will get the {O} first.
	{A} was inspected {W}.
	{A} and the yard both need {O}.
	{A} or the shop, whichever is closer.
	{A} belongs to {F}.
	The {F} office at {A} has our keys.
	Please confirm that {A} is correct.
	Please confirm {A} as the ship-to for PO {J}.
	Site visit, {A}, {D} {T}
	Between now and {D}, {A} stays locked.
	From {A} it is a ten minute drive.
	To {A} from here takes {N} minutes.
	Two trucks went to {A} instead of the plant.
	Sent {N} {O} over to {A} last {D}, did {P} get them?
	Stop at {A} on your way; {P} has the key.
	Ask {P} whether {A} needs {K}.
	We owe {F} for {A}, {M} so far.
	See attached plan for {A}
	My records show {A} as the job site.
	The tenant of {A} complained about noise.
	Closing on {A} is {W}.
	Please mobilize to {A} on {W} with {N} men.
	Our new warehouse: {A}.
	Use the rear entrance of {A}.
	Materials staged behind {A} were stolen.
	Can {F} price the {K} for {A} by {D}?
	The route from our shop to {A} is blocked.
	Owner of {A}: {L}
	Job {J}, {A}, is on hold.
	Job {J} at {A} is on hold.
	Project {J} - {A} - {K}
	The {K} crew is headed to {A} with {P}.
	Attn {P}: certificates go to {A} only.
	Please use {A} for all mail.
	Anything delivered after {T} goes to {A} instead.
	OSHA was at {A} today.
	Three {O} broke on the way to {A}, so we are short.
	Once {A} is done we start {K} elsewhere.
	The lender wants photos of {A} by {W}.
	There is no parking near {A}, so walk.
	Gas shutoff for {A} happens {W} at {T}.
	I put {A} into the GPS and ended up lost.
	Permit {J} ({A}) expires {W}.
	Final bill, {A}: {M}.
	{F}, {A}, Tel. {H}
	{F}\n{A}\nTel: {H} Fax: {H}
	{A} Ph: {H}
	{A} | {H} | office
	Office: {A} Cell: {H}
`)

// empty are sentences with no address in them, and much that looks like one.
var empty = lines(`
	Please send {N} {O} by {D}.
	The total is {M}, due {W}.
	Call me at {H} before {T}.
	See {S} and {S} for the {K} details.
	{L} called about the {K} on {W}.
	We need {N} {O} and {N} bags of grout.
	Job {J} is {N} days behind.
	The meeting moved from {T} to {T} on {D}.
	RFI {N} was answered {W}.
	{F} bid {M} for the {K}.
	Change order {N} adds {M} and {N} days.
	Submittal {N} Rev 2 is approved as noted.
	Let's plan on {W} at {T}.
	{P} and {P} will walk the site {D}.
	We poured {N} yards on {W}.
	Install {N} {O} on the 2nd floor, see sheet {S}.
	Room {N} needs paint.
	Unit 4 is missing {N} {O}.
	Building C gets {N} more {O}.
	Grid line 5 to 12 is out by 1/2 inch.
	The beam is 24 feet long and weighs {N} lbs.
	Pay app 3 is {M}; retainage is 10%.
	Thanks, {P}
	{L}\nProject Manager\n{F}\n{H}
	Sent from my iPhone on {W}
	On {W}, {L} wrote:
	Please review the attached drawings and call {P}.
	I think 3 of the {N} {O} are damaged.
	Spec section 09 29 00 calls for 5/8 type X.
	PO {J} was issued to {F} for {M}.
	The {K} crew of {N} starts {D} at {T}.
	We can do {M} if you order before {W}.
	Approx. {N} sf of {K} is left in Area B.
	2 Main panels and 3 sub panels were delivered.
	{N} North elevation windows arrived broken.
	{N} West wing doors are on backorder.
	Phase 2 of the job begins {W}.
	Level 3 East is done, Level 4 West is not.
	The 3 Park benches go back to {F}.
	Do you have {N} minutes {D} at {T}?
	They offered {M} and we said no.
	Version 2.0 is out on {W}.
	I have been there 3 times this year.
	In 2019 we had {N} people on {N} jobs.
	Court date is {W} at {T}.
	She is on the road until {D}.
	Open the drive, copy {N} files, and close it.
	The way I see it, {N} days is enough.
	Please place {N} {O} in the lot.
	What is the square footage? About {N}.
	Subject: {K} schedule {W}
	{D} {W}: rain, {N} men on site
	Lane closure {W} {T} to {T}.
	Highway noise was {N} dB.
	The street light order is {N} {O}.
	Our street crew did {N} feet today.
	Fill out form {N} and fax it to {H}.
	There are 15 of us, {P} can drive.
	Could you please call {L} at {H} about the {N} Oak doors?
	1. {K} is late\n2. {N} {O} missing\n3. {P} to call {F}
	Question 12 of the RFP asks about bonding.
	{F} will send {N} men {D} and {N} on {D}.
	Chapter 11 was filed {W}.
	See page {N} of the addendum, item 4.
	Meet in Conference Room 3 at {T}.
	The St. Clair job took {N} weeks.
	Dr. {P} Adams is out until {W}.
	We are going with Option 2 and {N} {O}.
	I will be in Chicago {D} and back {W}.
	{P}, are you in Dayton, OH next {D}?
	{F} of Columbus, Ohio got the {K} for {M}.
	Interest is 4.5% over 30 years.
	Ext. {N} or {H}.
	Message {N} of {N}
	The GPS said {N} minutes.
	He has worked with us for 12 years, {P} for 3.
	Use #5 bars at 12 inches on center.
	Type 2 Court yard pavers, {N} pallets.
	Bay 4 and 5 get {N} {O}.
	Fire drill {W} {T}, doors 1 to 6.
	Please see below and let me know what you think.
	Can you take a look at this and get back to me?
	I will get with {P} and {P} and let you know.
	The kids are fine and the weather is great.
	HTTP error {N} on the server, ticket {J}.
	The W3C meeting is {W} in Boston, MA.
	Section 3 says that {N} items may be listed.
	Flight {N} leaves at {T} from gate 12.
	Win the {N} Grand prize!
	It comes to an end in {N} days.
	That is a good starting point for the {N} {O}.
	We meet the 1st and 3rd {D} of the month.
	See you on the 13th and 14th.
	From a construction point of view the {K} is fine.
	A 4 wheel drive truck is needed.
	{F} gave an informal dinner for {N} {O}.
	Section 4.2 and Section 4.5 need an update.
	The 2012 Exec Director, {L}, will speak.
	Business Analysis and Reporting is item {N}.
	Is 1PM east coast time OK?
	Silicon Valley and the Pearl Harbor trip are both in {W}.
	My hard drive died on {W}.
	The 365 DAY offer for {N} BEST Friends!
	There is an open item from {L}.
	RE: {Y} {U} Clinic - RFI {N}
	{Y} {U} and {Y} {U} are both late with pay apps.
	{U} Clinic, {Y}, {K} schedule
	Change order {N} - {U} Clinic
	App #{N} for the {U} Apartments is {M}.
	CO {N} and PCO {N} are signed.
	They were an hour late and {N} {O} short.
`)

// nothing makes a sentence without an address.
func (g *maker) nothing() string {
	s := g.fill(pick(g, empty))
	if g.IntN(6) == 0 {
		s = strings.ToLower(s)
	}
	return s
}
