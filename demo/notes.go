package demo

// note is a small mail with gaps that Trickle fills.
type note struct {
	firm, name, from, to, toAddress string
	subject, body                   string
}

const (
	tran = "mtran@corvallen.example"
	sam  = "sadeyemi@tolland-gc.example"
)

var notes = []note{
	{"corvallen", "Dana Whitlock", "dwhitlock@brightline-arch.example", "Mike Tran", tran,
		"24-117 Hollis St Clinic - RFI {{printf \"%03d\" .N}} answered",
		`Mike,

RFI {{printf "%03d" .N}}: use the {{.Floor}}-hour rated assembly at the corridor wall, no other change to A-601. We decided to keep the door frames as drawn.

Please send us the revised shop drawing by {{.Day 4}}.

Dana Whitlock, AIA
Brightline Architects`},
	{"tolland", "Nora Feeney", "nfeeney@merrimackroof.example", "Sam Adeyemi", sam,
		"24-142 Bridge St - CO {{.N}} pricing",
		`Sam,

Price for the added roof drains on {{.Qty}} bays is {{.Money}}, material and labor. It is not in our base contract.

I need your signature by {{.Day 5}} or we lose the crew to another job.

Nora`},
	{"corvallen", "Beth Haugen", "bhaugen@northprairie.example", "Luis Ortega", "lortega@northprairie.example",
		"23-089 Maple Grove Gym - flooring delivery",
		`Luis,

The wood flooring delivery moves from {{.Short 9}} to {{.Short 14}}, the mill is behind. The bleacher crew cannot start before that.

Can you confirm by {{.Day 2}} that the floor sealer stays on the truck?

beth`},
	{"tolland", "Ngozi Okafor", "ngozi.okafor@mailbox.example", "Pete", "pete@ridgeandrafter.example",
		"Okafor Residence, the kitchen",
		`Hi Pete,

We talked it over and we are going with the matte tile from the second showroom. It is about {{.Money}} over the allowance, I know.

Could you send me the new total by {{.Day 6}}?

Ngozi`},
	{"corvallen", "Mike Kowalski", "mkowalski@harborcrest.example", "Jo Pemberton", "jpemberton@harborcrest.example",
		"2024-031 Kestrel Point C - pour {{.N}}",
		`Jo,

Pour {{.N}} on level {{.Floor}} is set for {{.Day 3}}, {{.Qty}} yards. The pump truck is booked.

If the rain comes in as forecast we could lose the slot and the next one is two weeks out.

Please order the embed plates for level {{.Floor}} by tomorrow noon.

Mike K`},
	{"tolland", "Siobhan Keane", "s.keane@lagancivils.example", "Tom Arkwright", "t.arkwright@estuarywater.example",
		"C-2207 Wexford Road PS - sheet piles",
		`Dear Tom,

The sheet piles on the north side are complete. We have agreed with your supervisor to leave the last {{.Qty}} piles at the tender level.

Would you please confirm the dewatering rates before {{.Day 7}}?

Siobhan Keane
Site Agent
Lagan Civils Ltd.`},
	{"corvallen", "Carla Reyes", "creyes@miamivalleyhealth.example", "Mike Tran", tran,
		"Hollis Street Clinic COR {{.N}}",
		`ok to proceed on COR {{.N}}, not to exceed {{.Money}}. send me the paperwork by {{.Day 3}} pls

carla

Sent from my iPhone`},
	{"tolland", "Darrell Fontaine", "dfontaine@tricounty-civil.example", "Gus Halvorsen", "ghalvorsen@tricounty-civil.example",
		"CH9-0045 culvert, wing wall",
		`Gus,

County wants the wing wall {{.Qty}} inches longer on the east side. That is extra work, I told them we will price it.

Get me the rebar count by {{.Day 2}}. I am worried about frost if we pour after {{.Short 10}}.

Darrell`},
	{"corvallen", "Anders Lindqvist", "anders.lindqvist@sounderect.example", "Mike Delgado", "mdelgado@harborcrest.example",
		"Kestrel Point Bldg C - steel sequence {{.Rev}}",
		`Mike,

Sequence {{.Rev}} leaves the shop on {{.Day 6}}, two days later than the schedule shows. Erection holds.

The added moment connections at grid D come to {{.Money}}. Please approve by {{.Day 4}}.

Anders Lindqvist
Sound Erectors Inc.`},
	{"tolland", "Ellen Marsh", "emarsh@tolland-gc.example", "Sam Adeyemi", sam,
		"24-150 Canal Place Lobby, stone",
		`Sam,

The stone cleared the port, finish date holds at {{.Day 21}}. The tenant approved the honed finish.

Please get the lift permit to the building office by {{.Day 3}}.

Ellen`},
	{"corvallen", "Chidi Okoro", "chidi@lundokoro.example", "Beth Haugen", "bhaugen@northprairie.example",
		"Submittal 09 64 66-0{{.Rev}}",
		`Beth,

Submittal 09 64 66-0{{.Rev}} is approved as noted. Ventilating base is required at all walls.

Please resubmit the sleeper calc by {{.Day 8}}.

Chidi Okoro
Lund + Okoro Architects`},
	{"tolland", "Hanlon Insurance", "certs@hanlon-insurance.example", "Sam Adeyemi", sam,
		"Builders risk certificate",
		`Sam,

The certificate for your new job is ready. The premium is {{.Money}} for the year.

Tell us by {{.Day 5}} which address to put on it.

Rita Hanlon`},
	{"corvallen", "Renata Fuchs", "rfuchs@fuchsstructural.example", "Jo Pemberton", "jpemberton@harborcrest.example",
		"Kestrel Point Bldg C - temporary bracing at grid {{.Rev}}",
		`Jo,

The temporary bracing at grid {{.Rev}} works as built, no change needed. I approve the shop drawing rev {{.Rev}}.

One worry: the anchor bolts at the stair are {{.Qty}} mm off and the stair may not fit.

Renata Fuchs, SE
Fuchs Structural`},
	{"tolland", "Rob Tasker", "office@lowellglass.example", "Ellen Marsh", "emarsh@tolland-gc.example",
		"24-150 Canal Place Lobby - storefront",
		`Ellen,

The storefront frames ship on {{.Day 8}}. The low-iron glass is an add of {{.Money}} that was not in our bid.

Please tell us by {{.Day 4}} whether to order it.

Rob`},
	{"corvallen", "Estimating", "bids@daytonconcrete.example", "Mike Tran", tran,
		"24-171 Hollis Street Parking Garage - concrete number",
		`Mike,

Our number for the Hollis Street Parking Garage is {{.Money}} for the level {{.Floor}} slab, good for 30 days. Winter heat is excluded.

Bids are due {{.Day 9}} at 2 PM. Can you send us addendum {{.Rev}}?

Dayton Concrete`},
	{"tolland", "Priscilla Vance", "pvance@tolland-gc.example", "Sam Adeyemi", sam,
		"24-155 Pawtucket Blvd - demo",
		`Sam,

Demo starts on {{.Day 4}} instead of {{.Day 2}}, the abatement crew needs two more days. The city wants a dust plan on file before then.

I'll send the dust plan to the inspector tomorrow.

Priscilla`},
	{"corvallen", "Luis Ortega", "lortega@northprairie.example", "Beth Haugen", "bhaugen@northprairie.example",
		"23-089 Maple Grove Gym - wall pads",
		`Beth,

The district decided on navy for the wall pads, not royal. The supplier wants {{.Money}} for the change.

Can you get their approval in writing by {{.Day 3}}?

Luis`},
	{"tolland", "Pete", "pete@ridgeandrafter.example", "Marcy Lunde", "office@ridgeandrafter.example",
		"R-311 framing",
		`marcy

framers are back, dry in holds for {{.Short 5}}. call the window place, {{.Rev}} units still missing, need an answer by friday

- P`},
	{"corvallen", "Beth Haugen", "bhaugen@northprairie.example", "Mai Vang", "mvang@isd-sample.example",
		"23-098 Maple Grove Middle School Roof - walk",
		`Mai,

The roof walk at Maple Grove Middle School is confirmed for {{.Day 6}} at 3:30 PM, after dismissal.

Please have the custodian unlock the hatch. The core samples cost {{.Money}}, we carry that.

beth`},
	{"tolland", "Tom Arkwright", "t.arkwright@estuarywater.example", "Siobhan Keane", "s.keane@lagancivils.example",
		"C-2207 Wexford Road PS - PMI {{.N}}",
		`Siobhan

PMI {{.N}} instructs the additional {{.Qty}} m of rising main. Please submit your quotation within two weeks.

The access road stays closed until {{.Day 10}}, which puts the crane delivery at risk.

Tom`},
	{"corvallen", "Mike Delgado", "mdelgado@harborcrest.example", "Jo Pemberton", "jpemberton@harborcrest.example",
		"2024-030 Kestrel Point Bldg B - closeout",
		`Jo,

The owner accepted the last {{.Rev}} punch items on Building B. Retention of {{.Money}} is released on {{.Day 12}}.

Please send the warranty letters by {{.Day 6}}.

Mike D`},
	{"tolland", "Leah Nakamura", "leah.nakamura@usace.example", "Gus Halvorsen", "ghalvorsen@tricounty-civil.example",
		"CH9-0045 in-stream window",
		`Mr. Halvorsen,

The in-stream work window for County Highway 9 closes on {{.Short 11}}. We cannot extend it.

Please submit the turbidity readings of station {{.Qty}} by {{.Day 4}}.

Leah Nakamura`},
	{"corvallen", "Ohm Electric", "service@ohmelec.example", "Priya Nair", "pnair@corvallen.example",
		"24-117 Hollis St Clinic - panel LP-{{.Rev}}",
		`Priya,

Panel LP-{{.Rev}} is energized. The lead time for the transfer switch slipped to {{.Qty}} weeks, that could hold the inspection.

We need the updated panel schedule from you by {{.Day 3}}.

Dee, Ohm Electric`},
}
