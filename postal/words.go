package postal

import "strings"

func set(lists ...string) map[string]bool {
	m := map[string]bool{}
	for _, l := range lists {
		for w := range strings.FieldsSeq(l) {
			m[w] = true
		}
	}
	return m
}

// pairs reads "long short long short".
func pairs(s string) map[string]string {
	m := map[string]string{}
	f := strings.Fields(s)
	for i := 0; i+1 < len(f); i += 2 {
		m[f[i]] = f[i+1]
	}
	return m
}

// streetKinds are the words that end the name of a street, and the form all
// spellings of one share (USPS Publication 28, appendix C1, and what mail makes
// of it).
var streetKinds = pairs(`
	alley aly aly aly avenue ave ave ave av ave aven ave avenu ave bend bnd bnd bnd bluff blf boulevard blvd blvd blvd boul blvd bvd blvd bypass byp causeway cswy cswy cswy
	center ctr centre ctr ctr ctr circle cir cir cir circ cir crcl cir close close common cmn commons cmns corner cor cor cor court ct ct ct courts cts cove cv cv cv creek crk crescent cres cres cres cresc cres crossing xing xing xing cutoff ctof
	drive dr dr dr drv dr drives drs estate est estates ests expressway expy expy expy expwy expy extension ext ext ext freeway fwy fwy fwy gardens gdns gdns gdns garden gdn gate gate glen gln green grn grove grv
	harbor hbr heights hts hts hts highway hwy hwy hwy hgwy hwy hiway hwy highways hwy hwys hwy hill hl hills hls hollow holw isle isle junction jct jct jct knoll knl landing lndg lane ln ln ln loop loop lp loop
	manor mnr meadows mdws mews mews mill ml motorway mtwy parade parade park park parkway pkwy pkwy pkwy parkwy pkwy pky pkwy pkway pkwy pass pass path path pike pike pk pike place pl pl pl plaza plz plz plz plza plz point pt pt pt
	promenade prom quay quay ridge rdg rdg rdg road rd rd rd rds rds roads rds route rte rte rte rt rte row row run run shore shr shores shrs spur spur square sq sq sq station sta street st st st str st streets sts sts sts
	terrace ter ter ter terr ter trace trce trail trl trl trl trailer trlr trafficway trfy turnpike tpke tpke tpke tpk tpke tunnel tunl valley vly view vw village vlg vista vis walk walk way way wy way wynd wynd drove drove
	concourse concourse esplanade esp arcade arc bridge brg crest crst plateau plat mall mall circus circus concession conc sideroad sdrd`)

// highwayKinds stand before the number or letter of a road.
var highwayKinds = set(`highway hwy hwys highways route rte rt rts routes interstate i us sr cr fm rm sh cth sth usr county co state farm ranch junction jct old loop business spur th ih`)

// directions are the points of the compass and their short form.
var directions = pairs(`north n south s east e west w n n s s e e w w northeast ne northwest nw southeast se southwest sw ne ne nw nw se se sw sw no n so s`)

var units = set(`suite ste apt apartment unit room rm floor fl flr level lvl bldg building blg bld dept department lot space spc trlr trailer tower wing pmb lobby penthouse ph bsmt basement hangar pier slip stop lockbox
	flat studio office ofc bay door gate warehouse block phase attn bin drawer mailbox mailstop msc file lower upper rear front side #`)

var boxes = set(`box pobox pob bx po post office rr hc rural rmb drawer caller bag psc hcr star gpo postfach bp`)

// states are the short forms of the states of the USA and the provinces of
// Canada.
var states = set(`al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy dc pr
	ab bc mb nb nl ns nt nu on pe qc sk yt`)

// stateNames are the long forms, and their short ones. Those of two words are
// written with a hyphen.
var stateNames = pairs(`alabama al alaska ak arizona az arkansas ar california ca colorado co connecticut ct delaware de florida fl georgia ga hawaii hi idaho id illinois il indiana in iowa ia kansas ks kentucky ky louisiana la
	maine me maryland md massachusetts ma michigan mi minnesota mn mississippi ms missouri mo montana mt nebraska ne nevada nv new-hampshire nh new-jersey nj new-mexico nm new-york ny north-carolina nc north-dakota nd ohio oh
	oklahoma ok oregon or pennsylvania pa rhode-island ri south-carolina sc south-dakota sd tennessee tn texas tx utah ut vermont vt virginia va washington wa west-virginia wv wisconsin wi wyoming wy
	ontario on quebec qc québec qc alberta ab manitoba mb saskatchewan sk british-columbia bc nova-scotia ns new-brunswick nb calif ca penn pa mass ma conn ct`)

var countries = set(`usa us u.s.a u.s united states america canada uk u.k kingdom england scotland wales ireland germany deutschland france austria österreich switzerland schweiz suisse spain españa italy italia netherlands nederland belgium belgië belgique denmark danmark
	sweden sverige norway norge finland poland polska portugal mexico australia`)

// function are words of sentences that hold no address together.
var function = set(`a an the this that these those there here it its is are was were be been being am i you he she we they them us me him her my your our their his who whom which what when where why how
	and or but nor so yet if then than as of in on at to from for with by about into over under after before between during until till since through against without within near behind beside across around past off up down out along toward towards
	has have had having do does did done doing will would shall should can could may might must not no yes please thanks thank hi hello dear all any each every some both only also just still even now today tomorrow yesterday tonight soon
	again because while although though unless once per via plus versus regarding re vs not's don't can't won't didn't isn't wasn't it's that's we're i'm i'll we'll you'll they're let's
	send sent sends deliver delivered delivers delivery ship shipped ships shipping mail mailed drop dropped pick picked bring brought meet met meets meeting call called see saw visit visited stop stopped go goes went gone come comes came get got take took takes
	park parked work works worked working start starts started begin begins began finish finished close closed open opened opens need needs needed want wants wanted know knows knew check checked confirm confirmed look looks looked
	said says say told tell asked ask asks wrote write writes find found use used make made put keep kept leave left return returned returns schedule scheduled inspect inspected inspection install installed order ordered orders
	job project site crew truck trucks trailer materials invoice bill quote quoted permit address location located lives live moved move owner tenant client customer contractor sub subs foreman super superintendent inspector office
	morning afternoon evening noon week weeks day days month months year years hour hours minutes am pm mr mrs ms dr monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri
	january february march april june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec`)

var months = set(`january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun`)

// measures follow a figure that counts something.
var measures = set(`sheets sheet pcs pieces lbs lb tons ton yards yds yd feet foot inches inch ft sf sqft lf cy kg mm cm km miles percent hours hrs days weeks months minutes am pm people men guys workers units doors windows boxes pallets loads bags gallons rolls
	copies pages drawings rfis submittals items panels beams columns joists studs bricks blocks mails emails messages percent dollars bucks k euros pounds`)

var ordinals = set(`first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth`)

var ordinalFigures = pairs(`first 1st second 2nd third 3rd fourth 4th fifth 5th sixth 6th seventh 7th eighth 8th ninth 9th tenth 10th eleventh 11th twelfth 12th thirteenth 13th fourteenth 14th fifteenth 15th`)

var numberWords = set(`one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty seventy eighty ninety hundred`)

// roads are what streets are called elsewhere, before their name.
var roads = set(`rue avenue av boulevard bd place quai chemin impasse allée allee cours route via viale piazza corso largo vicolo calle c/ avenida avda paseo plaza carrer rua praça praca travessa ul ulica aleja aleje al am an der dem den zur zum im unter alte alter neue
	cra carrera calzada c camino`)

// roadEnds end the name of a street that is one word: Hauptstraße, Keizersgracht.
var roadEnds = strings.Fields(`straße strasse str gasse weg platz allee damm chaussee markt graben straat gracht plein singel dijk gatan vägen gade katu`)

// towns are places that many addresses name; those of more words are written with
// a hyphen. They help where no comma and no kind of street divides street and
// town.
var towns = set(`new-york brooklyn queens bronx manhattan los-angeles chicago houston phoenix philadelphia san-antonio san-diego dallas san-jose austin jacksonville fort-worth columbus charlotte san-francisco indianapolis seattle denver washington
	boston el-paso nashville detroit oklahoma-city portland las-vegas memphis louisville baltimore milwaukee albuquerque tucson fresno sacramento kansas-city mesa atlanta omaha colorado-springs raleigh miami long-beach virginia-beach oakland
	minneapolis tulsa tampa arlington new-orleans wichita cleveland bakersfield aurora anaheim honolulu santa-ana riverside corpus-christi lexington henderson stockton saint-paul st-paul cincinnati st-louis saint-louis pittsburgh greensboro lincoln anchorage
	plano orlando irvine newark durham chula-vista toledo fort-wayne st-petersburg laredo jersey-city chandler madison lubbock scottsdale reno buffalo gilbert glendale north-las-vegas winston-salem chesapeake norfolk fremont garland irving hialeah richmond
	boise spokane baton-rouge tacoma san-bernardino modesto fontana des-moines moreno-valley santa-clarita fayetteville birmingham oxnard rochester port-st-lucie grand-rapids huntsville salt-lake-city frisco yonkers amarillo glendale huntington-beach mckinney
	montgomery augusta aurora akron little-rock tempe overland-park grand-prairie tallahassee cape-coral mobile knoxville shreveport worcester ontario vancouver sioux-falls chattanooga brownsville fort-lauderdale providence newport-news rancho-cucamonga santa-rosa
	peoria oceanside elk-grove salem pembroke-pines eugene garden-grove cary fort-collins corona springfield jackson alexandria hayward clarksville lakewood lancaster salinas palmdale hollywood macon kansas sunnyvale pomona escondido pasadena joliet naperville
	rockford torrance bridgeport savannah bellevue syracuse surprise denton roseville thornton mcallen dayton columbia new-haven hartford stamford waterbury norwalk danbury evanston skokie oak-park schaumburg elgin cicero champaign bloomington decatur aurora
	cedar-rapids davenport iowa-city ames lansing ann-arbor flint dearborn livonia troy warren sterling-heights toledo canton youngstown akron mansfield newport charleston wilmington dover annapolis rockville bethesda frederick reston fairfax mclean vienna
	trenton camden princeton hoboken paterson elizabeth albany white-plains ithaca poughkeepsie utica erie scranton harrisburg allentown reading lancaster york cambridge somerville quincy lowell springfield manchester nashua concord burlington montpelier bangor
	boca-raton west-palm-beach palm-beach naples sarasota clearwater gainesville ocala lakeland pensacola daytona-beach kissimmee fort-myers marietta roswell alpharetta kennesaw athens columbus smyrna duluth suwanee norcross franklin murfreesboro
	asheville high-point gastonia concord chapel-hill hickory greenville spartanburg rock-hill myrtle-beach biloxi gulfport hattiesburg lafayette lake-charles monroe beaumont galveston pasadena sugar-land katy round-rock waco tyler abilene midland odessa
	norman edmond lawton broken-arrow topeka lawrence olathe lenexa springfield columbia jefferson-city independence st-charles bellevue grand-island fargo bismarck grand-forks rapid-city billings missoula helena bozeman cheyenne casper boulder pueblo
	greeley provo ogden sandy orem logan santa-fe las-cruces flagstaff yuma sparks carson-city boise meridian nampa eugene bend medford spokane everett kent renton olympia bellingham yakima berkeley san-mateo palo-alto mountain-view santa-clara
	toronto montreal montréal vancouver calgary edmonton ottawa winnipeg hamilton halifax victoria mississauga brampton quebec london kitchener regina saskatoon
	london manchester birmingham leeds glasgow edinburgh liverpool bristol sheffield cardiff belfast oxford cambridge dublin berlin hamburg münchen munich köln cologne frankfurt stuttgart düsseldorf leipzig dresden hannover wien vienna zürich zurich basel bern graz
	paris lyon marseille toulouse nice nantes bordeaux lille madrid barcelona valencia sevilla roma rome milano torino napoli amsterdam rotterdam utrecht den-haag bruxelles brussel antwerpen københavn stockholm göteborg oslo helsinki warszawa kraków lisboa porto`)
