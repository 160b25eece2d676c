package extract

import "strings"

// lexeme is what the lexicon knows of a word: its class, and the form it stands in.
type lexeme struct {
	class uint8 // its place in lexicon and 1; 0 when the word is not known
	form  uint8
}

// The forms of a word. What is a verb and a noun alike has the base form.
const (
	baseForm uint8 = iota
	sForm
	pastForm
	ingForm
)

// lexicon is words of the trade by what they mean, so that what is learned of one
// word counts for all of its class. The first word of a line says whether they bend
// as verbs, nouns or not at all; of a word in two lines the first counts.
var lexicon = strings.Split(strings.TrimSpace(`
verb slip delay postpone reschedule defer lag overrun
verb push slide bump shift drag creep
verb extend prolong stretch
verb accelerate advance expedite
verb wait await idle
verb hold pause suspend halt stop stall
verb approve accept ratify okay bless concur endorse
verb reject decline deny refuse disapprove veto
verb authorize authorise direct instruct order
verb decide agree settle resolve conclude determine elect opt
verb choose pick select prefer favor favour
verb award grant waive
verb sign execute countersign initial
verb proceed release
verb add include incorporate insert
verb delete remove omit drop eliminate cancel skip descope scrap forgo nix strike
verb change swap switch substitute replace convert revise modify alter amend redesign
verb relocate move rotate reroute flip mirror reverse raise lower
verb enlarge widen expand increase lengthen thicken upgrade upsize double
verb reduce shrink narrow shorten decrease downsize cut trim downgrade
verb keep stay remain retain stick
verb deliver ship arrive land receive unload
verb send forward email mail fax upload post submit transmit issue furnish provide share return resubmit circulate
verb tell inform notify advise alert remind warn update
verb ask request require demand
verb confirm verify check review inspect examine look evaluate compare
verb call phone text ring ping contact reach chase follow
verb answer reply respond rsvp
verb price quote estimate bid cost
verb pay bill invoice charge backcharge fund reimburse refund owe
verb schedule plan book arrange set coordinate slot
verb start begin commence mobilize resume launch kick
verb finish complete wrap close conclude
verb pour place form strip frame erect install hang mount anchor bolt weld brace
verb dig excavate trench backfill grade compact haul grub clear shore dewater
verb paint prime stain tape sand mud plaster texture skim caulk seal tile grout carpet
verb roof shingle flash insulate wrap drywall sheath side
verb wire rough plumb pipe pull terminate energize commission
verb demo demolish tear gut rip abate
verb fix repair patch rework redo correct remedy rectify touch mend
verb clean sweep mop wash vacuum
verb protect cover tarp secure barricade fence lock
verb test sample scan probe survey measure
verb leak drip seep weep pond puddle flood soak drain spill
verb crack chip scratch dent gouge split spall bow warp cup bend buckle deflect
verb sag settle heave sink subside lean
verb fail break collapse fall burst trip short blow
verb rust corrode rot mold deteriorate fade peel blister
verb freeze thaw
verb damage hit nick puncture burn
verb injure hurt
verb lose miss forget overlook
verb conflict clash interfere collide block obstruct
verb worry fear doubt dread
verb threaten jeopardize jeopardise endanger risk expose
verb affect impact disrupt
verb cause result lead trigger
verb expire lapse
verb void violate breach
verb claim dispute sue reserve
verb recommend suggest propose
verb need
verb want wish like love
verb think believe feel guess suspect assume expect hope
verb know understand
verb find discover notice uncover encounter spot
verb see watch show
verb say mention note state report indicate
verb discuss talk meet walk visit attend
verb get grab bring fetch buy purchase procure acquire rent
verb give hand
verb take carry
verb make do
verb use
verb help assist support
verb work
verb go come
verb try attempt aim intend
verb attach enclose append
verb thank appreciate
noun delay slippage setback holdup postponement
noun lead backlog backorder
noun float slack cushion buffer
noun schedule timeline lookahead sequence program programme
noun milestone completion deadline turnover handover closeout occupancy
noun day week month hour year quarter weekend
noun inspection walkthrough meeting hearing
noun delivery shipment load truckload
noun slot
noun decision direction approval authorization authorisation consent signoff
noun option alternate alternative choice selection scheme
noun scope extra addition addendum allowance deduct
noun asi bulletin ccd pr rfp directive revision sketch
noun co pco cor vo variation
noun rfi submittal transmittal drawing print sheet detail spec specification section shop
noun report log minutes memo letter list checklist spreadsheet
noun permit license certificate cert coi waiver affidavit insurance bond
noun invoice payment draw retainage retention deposit requisition application
noun pricing proposal rate budget contingency markup premium fee surcharge credit money fund total
noun contract agreement subcontract
noun lien penalty damages ld dispute lawsuit lawyer attorney
noun problem issue concern trouble mess headache snag hiccup surprise
noun error mistake discrepancy omission mismatch
noun defect deficiency honeycomb hole
noun mold mould rot asbestos radon contamination termite rodent vermin rat
noun water moisture humidity condensation puddle groundwater seepage
noun rain snow wind storm hurricane ice frost heat cold weather thunderstorm lightning blizzard forecast
noun rock ledge boulder peat muck clay soil sinkhole
noun injury accident incident hospital osha hazard harness
noun shortage embargo tariff
noun risk chance danger threat exposure likelihood possibility
noun warranty guarantee
noun owner client tenant landlord lender bank district board committee council city county state university church hoa association homeowner customer
noun architect engineer designer consultant surveyor geotech
noun inspector official marshal reviewer utility ahj
noun gc contractor builder superintendent super pm foreman
noun sub subcontractor electrician plumber framer roofer mason painter carpenter drywaller tiler welder glazier ironworker laborer installer crew guy man men worker people labor
noun vendor supplier manufacturer fabricator factory mill yard dealer rep
noun crane lift hoist excavator forklift truck dumpster scaffold scaffolding boom generator compressor dozer telehandler
noun concrete rebar slab footing foundation mortar cement screed topping
noun steel beam column joist girder decking embed plate angle truss
noun wall partition stud framing drywall sheetrock gypsum plywood osb sheathing lumber wood blocking
noun membrane flashing gutter downspout parapet coping skylight
noun window door storefront curtainwall glass glazing hardware lockset hinge threshold
noun floor flooring lvt vct lvp epoxy terrazzo hardwood baseboard
noun ceiling soffit grid acoustical cloud bulkhead
noun color colour primer wallpaper coating
noun cabinet countertop vanity millwork casework shelf shelving island backsplash
noun duct ahu rtu vav hvac diffuser chiller boiler furnace fan damper condenser
noun valve sewer waterline toilet faucet shower tub heater fixture plumbing hydrant
noun panel breaker conduit outlet receptacle light lighting circuit transformer switchgear feeder wiring cable
noun sprinkler alarm firestopping firestop smoke standpipe elevator escalator
noun brick cmu stone veneer masonry precast
noun manhole curb sidewalk asphalt paving pavement grading driveway culvert stormwater
noun gate railing handrail guardrail stair step landing ramp deck porch patio pool
noun tree landscaping sod irrigation mulch shrub
noun room office corridor hallway lobby kitchen bathroom bath bedroom basement garage attic closet classroom lab
noun area level phase building unit suite wing bay gridline elevation side
noun material piece pallet box part
noun key badge access parking street traffic neighbor neighbour noise dust
noun electricity gas outage shutdown
noun sample mockup
fixed might may could maybe perhaps possibly probably potentially
fixed likely unlikely
fixed worried concerned nervous afraid uneasy uncomfortable anxious leery wary
fixed can't cannot couldn't unable won't wouldn't impossible
fixed not never n't without neither nor isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't shouldn't ain't
fixed no none nobody nothing
fixed if unless otherwise
fixed until till
fixed late behind overdue tardy backordered stuck
fixed early ahead sooner
fixed later longer
fixed instead rather
fixed extra additional another more new
fixed wrong incorrect bad faulty defective poor
fixed short missing insufficient understaffed shorthanded
fixed broken cracked damaged torn bent loose rotten rusty wet soaked muddy soft hollow uneven undersized oversized failed weak
fixed unsafe dangerous hazardous critical serious severe urgent
fixed okay ok fine good great happy comfortable acceptable satisfied
fixed approved accepted agreed authorized executed
fixed final official formal written
fixed yes yep yeah yup
fixed original originally planned previously earlier
fixed now currently still already
fixed today tonight tomorrow yesterday eod cob asap
fixed please pls plz kindly
fixed thanks thank thx ty cheers
fixed free sale deal offer discount webinar newsletter subscribe unsubscribe exclusive savings promo
fixed per
fixed because due since
fixed only just
fixed two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen eighteen twenty thirty forty fifty sixty hundred dozen half couple
fixed morning afternoon evening night midnight noon midday
noun inch foot ft feet mm cm metre meter mil lb pound ton tonne kg gallon gal psi psf percent degree amp volt kw watt ea sf lf sy cy cfm square
fixed north south east west northeast northwest southeast southwest
fixed white black gray grey blue green red navy beige tan ivory cream charcoal brown yellow clear dark light satin matte eggshell gloss
noun oak maple walnut cherry pine cedar mahogany hickory birch ash redwood porcelain marble granite quartz soapstone slate bluestone limestone travertine laminate linoleum cork bronze brass stainless galvanized chrome nickel copper aluminum aluminium vinyl composite pewter
noun fridge refrigerator range oven hood dishwasher washer dryer microwave disposal appliance cooktop
noun bench niche locker desk seat bleacher chair table furniture mirror bookcase drawer pantry shelves screen blind curtain rack
noun fence pergola canopy awning hedge trellis arbor barn shed gazebo fountain playground mailbox
noun pile pier caisson shoring lagging sheeting underpinning tieback raker cofferdam headwall abutment
noun tank pump pit sump interceptor separator lateral main hose spigot bibb riser stack
noun rail ladder barricade guard bollard hatch
noun vent flue chimney exhaust louver grille diffuser register intake
noun outlet switch dimmer sconce pendant chandelier receptacle keypad camera speaker sensor detector strobe
noun trailer dock yard lot warehouse garage hoarding compound
noun wife husband mother father son daughter kid child family dog cat partner sister brother
fixed bigger smaller larger wider taller deeper heavier thinner shorter lighter higher narrower
fixed fewer
fixed permanent temporary interim
fixed dead discontinued unavailable obsolete rusted racked punky crooked unlevel hollow
fixed anymore altogether entirely completely outright
fixed else
verb become grow gain turn flip
verb vote carry motion
verb withdraw rescind revoke abandon quit desert
verb drill core saw chip grind chisel jackhammer blast
verb shim level plumb straighten
verb leave
verb promise guarantee assure pledge swear
verb hire retain engage
verb lower hoist rig fly pick
verb shut lock tag
verb sit stand lie lean rest
verb slump sink
noun overtime manpower shift crew headcount
noun bidder tenderer applicant
noun insulation firesafing fireproofing drywall vapor barrier
noun niche ledge sill jamb casing trim molding moulding mullion
`), "\n")

// irregular are the bent forms of verbs that no rule gives.
var irregular = strings.Fields(`slid:slide held:hold found:find hit:hit lost:lose broke:break fell:fall froze:freeze sent:send told:tell chose:choose went:go came:come got:get took:take gave:give made:make said:say saw:see
	put:place cut:cut kept:keep paid:pay met:meet began:begin bought:buy brought:bring dug:dig tore:tear thought:think struck:strike stuck:stick understood:understand knew:know felt:feel forgot:forget blew:blow bent:bend hung:hang
	gone:go done:do did:do taken:take given:give broken:break frozen:freeze chosen:choose fallen:fall torn:tear shown:show seen:see gotten:get known:know forgotten:forget sank:sink sunk:sink swept:sweep ran:use shrank:shrink shrunk:shrink`)

// lexemes is the lexicon with all forms of its words.
var lexemes = newLexemes()

func newLexemes() map[string]lexeme {
	out := map[string]lexeme{}
	add := func(w string, l lexeme) {
		if _, known := out[w]; !known {
			out[w] = l
		}
	}
	for pass := range 3 { // what is written there counts before what is bent, and nouns before verbs
		for i, line := range lexicon {
			kind, words, _ := strings.Cut(line, " ")
			for w := range strings.FieldsSeq(words) {
				class := uint8(i + 1)
				if pass < 2 {
					if (kind == "verb") == (pass == 1) {
						add(w, lexeme{class, baseForm})
					}
					continue
				}
				if kind == "fixed" {
					continue
				}
				add(plural(w), lexeme{class, sForm})
				if kind == "verb" {
					add(bent(w, "ed"), lexeme{class, pastForm})
					add(bent(w, "ing"), lexeme{class, ingForm})
				}
			}
		}
	}
	for _, pair := range irregular {
		form, base, _ := strings.Cut(pair, ":")
		out[form] = lexeme{out[base].class, pastForm}
	}
	return out
}

func plural(w string) string {
	n := len(w)
	switch {
	case w[n-1] == 'y' && n > 1 && !vowel(w[n-2]):
		return w[:n-1] + "ies"
	case w[n-1] == 's' || w[n-1] == 'x' || strings.HasSuffix(w, "ch") || strings.HasSuffix(w, "sh"):
		return w + "es"
	}
	return w + "s"
}

// bent puts -ed or -ing behind a verb.
func bent(w, end string) string {
	n := len(w)
	switch {
	case w[n-1] == 'e' && n > 2 && w[n-2] != 'e':
		return w[:n-1] + end
	case w[n-1] == 'y' && end == "ed" && !vowel(w[n-2]):
		return w[:n-1] + "ied"
	case n > 2 && !vowel(w[n-1]) && vowel(w[n-2]) && !vowel(w[n-3]) && w[n-1] != 'w' && w[n-1] != 'x' && w[n-1] != 'y' && (n <= 4 || strings.HasSuffix(w, "mit") || strings.HasSuffix(w, "fer")):
		return w + w[n-1:] + end
	}
	return w + end
}

func vowel(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }
