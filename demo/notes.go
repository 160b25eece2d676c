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
}
