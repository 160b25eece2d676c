package extract

import "strings"

func set(s string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		m[w] = true
	}
	return m
}

// verbs are what people on a job ask each other to do, in the base form.
var verbs = set(`
	send provide submit confirm call email e-mail forward check review order price issue update schedule sign return get let tell advise upload circulate coordinate verify
	lower raise widen shorten increase decrease reduce thicken shift rotate omit tighten double speak chase coordinate install replace repair remove fix clean complete finish move hold bring find make handle measure pick release pour stop resubmit respond reply rsvp attend meet
	prepare draft revise clarify approve quote escalate follow resolve touch adjust label patch paint seal caulk support relocate protect post notify inform contact keep
	carry proceed plan arrange book ship deliver drop pull file pay invoice credit copy add mark put take turn look give write cut close open lock pump test inspect survey
	stake demo demolish tie tape sand prime furnish rework expedite track talk ask work join include share discuss assign identify document photograph record log register cancel
	change correct reschedule resequence stage store stack sweep cover tarp secure barricade evacuate shut do ensure have instruct propose investigate determine evaluate analyze
	analyse compare compile collect gather distribute print scan mail fax text phone ring chase push process transmit deposit credit reissue redline mock reconcile obtain
	acquire procure purchase buy rent line set establish finalize finalise sort figure reach ping see show describe explain list summarize summarise calculate size design detail
	draw sketch model layout lay run rough hang frame strip form rebar brace shore excavate backfill compact grade haul dig trench dewater drain flush insulate weld grind core drill
	level align reroute re-route refer connect disconnect energize energise terminate activate start begin resume pause delay postpone bump extend reserve save pass bring acknowledge
	accept reject answer decide choose select consider help assist handle walk visit stop come swap exchange switch upgrade downgrade substitute leave unload load wrap store winterize
	heat vacuum wash wipe rinse polish buff stain finish deburr trim hem rehang realign re-rate recertify certify stamp seal notarize authorize authorise waive attach enclose
	reference incorporate modify amend edit rewrite refile fill remind warn alert advise keep maintain monitor watch nail screw anchor bolt epoxy grout mortar tuckpoint flash shingle
	reinstall remobilize mobilize demobilize communicate shoot escort badge train brief spray water mow plant stock count tally weigh label tag number sequence
	confirm double-check recheck retest reinspect resend redo resolve mitigate rectify remedy commission decommission purge reset program configure
	remit clear supply restore countersign shim skim attend observe witness regrade repaint reseal repoint recaulk rewire restake oversee organise organize nominate`)

// doubtful verbs are also nouns or adjectives that begin fragments.
var doubtful = set(`support work test order price check call mail form line grade frame paint level schedule plan update review return release list set quote file cut open close
	follow change design model draft core drain label stage water heat ship post cover store sand prime run walk visit load stock train stop start finish mark text phone stain trim tape tie answer
	weld pump bid notice delay show detail clean complete correct number survey log copy ring report lock fax patch help meet book deposit flash tag plant form screw bolt anchor
	program commission alert drop rough clear supply skim shim witness lay reserve shore sequence do have see look let make come come leave reference record track share document brief size brace trench`)

// courtesies follow "please" and ask for nothing.
var courtesies = newCues(`
	9 feel free
	9 do not hesitate
	9 don't hesitate
	9 hesitate
	9 find attached|enclosed|below|here
	9 see attached|enclosed|below
	9 note
	9 be aware|advised|informed
	9 disregard
	9 accept my|our
	9 consider the environment
	9 consider your responsibility
	9 excuse
	9 forgive
	9 pardon
	9 bear with
	9 enjoy
	9 do not reply
	9 visit our
	9 ignore
	9 delete it|this|the
	9 give me|us a call if|with|should
	9 let me|us know if ..6 questions|concerns|problem|problems|help|thoughts|anything
	9 let me|us know if you have
	9 let me|us know should
	9 contact me|us if|with|should
	9 contact ..4 with any|questions
	9 call me|us if|with any
	9 call ..4 if ..4 questions|thoughts|concerns|help
	9 call|email|e-mail|contact ..4 with any questions
	9 reach out if|with
`)

// hostile are words spoken to the reading machine, not to a person. What
// carries them is not read.
var hostile = newCues(`
	9 ai assistant|agent|model|system
	9 automated agent|assistant
	9 language model
	9 assistant reading
	9 ignore|disregard|forget all|any|your|the|previous|prior|earlier|above ..2 instructions|instruction|prompt|rules|directions
	9 ignore|disregard|forget previous|prior|earlier instructions|prompts|directions|messages
	9 previous|prior|earlier|your|system instructions|prompt are|is|were|now
	9 [ system ]
	9 [ / system ]
	9 ^ system :
	9 ^ assistant :
	9 new task :
	9 tool_call
	9 tool _ call
	9 tool call
	9 you are now a|an|in|my|acting|no ..3 assistant|ai|model|bot|mode|agent|admin|administrator|system|longer
	9 pretend you|to
	9 act as a|an|the|if
	9 output this|the|only|json
	9 action _ items
	9 key _ points
	9 action _ item
	9 when|if this ..1 message|email|mail is summarised|summarized|processed|read
	9 the summary must|should
	9 set the project
	9 this mail|email|message to project
	9 extraction finished|complete|completed|instructions
	9 system prompt
	9 developer message
	9 dear ai|bot|agent|assistant|machine
	9 { {
	9 " : [
	9 < |
	9 respond only with
	9 mark|classify|file|flag this mail|email|message as
	9 for ai|llm|bots|llms
	9 note|message|instruction|instructions to|for ..2 ai|assistant|model|llm|agent|summarizer|summariser|extractor|parser
	9 base64
	9 decode the following
`)

// advert words count toward an advertisement or a newsletter.
var adverts = newCues(`
	2 unsubscribe
	2 opt out
	2 opt - out
	2 opting out
	2 reply stop
	2 update|manage|change your ..2 preferences|subscription
	1 view ..3 in your|a browser
	1 view ..2 online
	1 view ..2 web page
	1 don't miss
	1 register by|now|today|here
	1 reserve your seat|spot|place
	1 sign up
	1 click here|below|now|above
	1 # % off
	1 promo|promotion
	1 special offer
	1 limited time
	1 free trial|shipping|gift|quote|demo|webinar
	1 new customers
	1 save up to
	1 show you how
	1 worth a chat|call|look
	1 # minutes this|next|of your time
	1 grab|have|spare # minutes
	1 quick chat|call with you
	1 webinar
	1 newsletter
	1 subscribe|subscribers
	1 sponsored
	1 advertisement
	1 follow us on
	1 all rights reserved
	1 privacy policy
	1 your subscription
	1 you received this|are receiving this
	1 to be removed
	1 remove ..4 list
	1 act now
	1 order now|today
	1 buy now
	1 money back
	1 guarantee|guaranteed
	1 100 % free
	1 discount|discounts
	1 lowest price|prices|rates
	1 no obligation
	1 mailing list
	2 this is not unsolicited|spam
	2 this ..3 newsletter
	2 to ..2 unsubscribe
	2 remove|removed ..2 from ..3 list|mailings|database
	1 toll free
	1 toll - free
	1 free access|account|quote|quotes|report|information|application|download|copy|membership|software|consultation|tour|samples|site|service|offer|!
	1 click the link
	1 visit http|www|us|our
	1 go to http|www|:
	1 please visit
	1 our web|website ..1 site|page|store
	1 special report|price|prices|savings|deal|deals
	1 financial freedom|independence
	1 earn|make|making money|$|extra|thousands
	1 work from home
	1 home based business
	1 home - based
	2 next of kin
	2 barrister
	2 united states dollars
	2 business proposal|proposition
	2 bank account ..6 transfer
	2 utmost confidence|confidentiality
	1 strictly confidential
	1 dear sir
	1 foreign partner|account
	1 million dollars
	1 late husband|father|president
	1 interest rate|rates
	1 life insurance
	1 refinance|refinancing
	1 herbal|pills|prescription|enlargement
	1 casino|lottery|jackpot|sweepstakes|prize|winner|winners
	1 debt|credit ..2 consolidation|report|repair|card|cards
	1 lose weight
	1 singles|dating|adult|xxx|porn
	1 online store|shop|shopping|pharmacy|form
	1 subscription|subscriptions
	1 subscribed|subscribing to
	1 opt - in
	1 opted in
	1 you have|were selected|chosen|approved|registered
	1 dear valued|customer|member|subscriber|homeowner|investor
	1 dear friend
	1 our readers|members|subscribers
	1 copyright 2000|2001|2002|2003
	1 cancel your subscription
	1 new products|features|releases|arrivals
	1 shopping cart
	1 best sellers|deals|prices
	1 e - newsletter
	1 email newsletter
	1 enews
	1 in this issue
	1 top stories
	1 advertise with
	1 advertising information
	1 to advertise
	1 affiliate
	1 download now|it
	1 sale ends
	1 off retail|all|every|your
	1 hurry
	1 as seen on
	1 no purchase
	1 call now|today
	1 risk free
	1 risk - free
	1 satisfaction guaranteed
	1 100 % guaranteed|satisfaction|money|tax|natural|legal|safe|pure|risk
	1 visit our ..2 website|site|store
	1 www . ..8 . com
`)

var awayCues = newCues(`
	9 out of the|my office
	9 out of office
	9 away from ..2 desk|office|email
	9 limited access to ..2 email|e-mail|mail
	9 i am|will ..2 on leave|vacation|holiday
	9 on annual|parental|maternity leave
	9 i will ..2 reply|respond when|upon
	9 automatic reply
	9 auto - reply
	9 no longer with
	9 i will be ..4 returning|back on|in
	9 will respond ..4 return
`)
