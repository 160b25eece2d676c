package extract

// The tables below say which words speak for a kind of fact, and how strongly
// (in tenths). What stands in a sentence is judged together: a question decides
// nothing, and "until approved" is no approval.

var decisionCues = newCues(`
	9 agreed to|that|on
	9 it ..1 was|is ..1 agreed|decided|resolved
	9 was agreed|decided
	9 all|everyone|we|both|team|owner|parties agreed
	9 decided to|on|that|against|not
	9 has|have decided
	9 going|go|went with ..5
	8 we|i chose|picked|selected
	9 instructed|directed us|you|contractor to
	9 owner|client|architect|engineer|they|district|city|committee|board|tenant selected|chose|picked|approved|accepted|rejected|declined|decided|wants|confirmed
	9 ok|okay|good|clear|approved to proceed|go|pour|start|order|release|ship|fabricate
	9 you ..3 proceed with
	8 proceed with
	8 go ahead
	8 going ahead
	8 green light
	9 is|are|was|were|been|hereby approved|rejected|denied|accepted|granted|authorized|authorised|awarded|deleted|waived|withdrawn|rescinded|cancelled|canceled|void
	9 approved as noted|submitted|is|-
	8 approved
	9 not approved
	8 rejected
	9 revise and resubmit
	9 no exceptions taken
	9 make corrections noted
	9 accepted|accept as ..1 is
	9 status : approved|rejected|revise|accepted|closed|denied|failed|passed
	9 result : failed|passed|fail|pass|approved|denied
	8 waive it|the
	8 we're|are|is not relocating|moving|changing|doing|using|going|adding|paying|proceeding|pursuing|accepting|taking
	8 stays|stay where|at|as|in
	8 to|will remain as|at|in|where
	8 shut down
	8 stop work
	8 effective immediately
	8 i|we signed|approved|accepted|rejected|awarded it|the|this|your|that|their
	9 yes|no to
	8 directed to|us|you
	8 is|are|was directed
	8 settled on
	8 final answer
	8 decision :|is|was
	8 decided
	7 off the table
	8 let's|lets go with|stay|stick|skip|use|keep|do|proceed
	8 stick|sticking with
	8 will|we'll use ..6 instead
	8 instead of
	7 looks|look good
	7 sounds good
	7 works for us|me
	7 fine with us|me|you
	7 that's|thats fine
	6 ^ no saturday|sunday|weekend|overtime|night|more work
	8 confirmed that|we|as|the
	8 award|awarded ..6 to
	7 will be used
	7 no change|changes to
	8 is|are|be selected as
	8 hold off on
`)

// undecided words make a decision of something else: it is asked, awaited or
// only possible.
var undecided = newCues(`
	9 until|once|when|if|whether|unless|after|before|pending ..5 approved|approves|approve|accepted|decided|decides|agreed|signed|selected
	9 to|must|should|get|need|needs|needed be? approved|accepted|decided|signed
	9 not|yet|to ..2 decide|decided
	9 awaiting|await|waiting|pending
	9 for your|their|owner|architect approval
	9 would|could|might|may have|be
	9 have|has|did you|we|they|he|she decided|agreed|approved|picked
	9 can|could|should|shall|will you|we|i|u
	9 approval of|is|process|from
	9 need|needs ..3 decision|approval
	9 if approved|accepted|you
	9 we will need|want
`)

var scopeCues = newCues(`
	9 asked|asking|requested|requesting|wants|want|wanted|would like for|to? ..3 add|additional|extra|more|another|change|new
	9 owner|client|architect|district|tenant|city|they|engineer|customer asked|requested|wants|want|directed for|to|us|that|a|an|the
	9 isn't|is|wasn't|not|was not? ..2 in|on|part|included|shown in|on|of? ..2 bid|contract|original|drawings|plans|documents|scope
	9 not in ..2 contract|bid|scope
	9 added|adding|add to ..2 scope|contract
	9 out|outside of? ..2 scope
	8 extra|additional work
	8 change in|of scope
	8 scope change|reduction|addition|gap|creep|increase
	8 asi #
	8 asi no
	8 bulletin #
	8 bulletin no
	7 ccd #
	8 turn|convert|change ..5 into|to a|an
	8 conversion
	8 relocate|relocated|relocating|relocation
	8 additional #
	8 # additional|extra|more
	7 upgrade|upgraded|upgrading to|from|the
	8 substitute|substitution
	8 delete|deleted|deleting|omit|omitted|omission the|all|item|from|of
	8 no longer need|needed|required|want|part
	7 descope|de-scope|descoped
	8 waive|waived it|the
	8 demo|remove all of|the
	8 revised to include|show|add
	8 design change|revision
	8 swap|swapped|switch|switching ..4 for|to|from
	7 also want|wants|wanted|add
	8 enlarge|widen|lengthen|shorten|expanded|expand the
	8 in addition to the contract|scope|base
	7 value engineering|engineered
	7 unforeseen
	8 field order|directive
	8 construction change
	8 add|adding a|an|another|two|three|new
	8 change|changed from ..8 to
`)

var timelineCues = newCues(`
	9 slip|slips|slipped|slipping|move|moves|moved|moving|push|pushed|pushing|pushes|shift|shifts|shifted|shifting|change|changes|changed|go|goes|went|extend|extended|delayed|revised ..6 from ..8 to
	9 add|adds|added|adding ..3 # ..1 day|days|week|weeks|month|months|wks|wk
	9 # ..1 day|days|week|weeks|wks|month|months ..1 late|delay|behind|delayed|extension|slip|longer|early|ahead|impact|later
	9 # ..1 working|calendar|business day|days|week impact|delay|extension|slip|slippage
	8 lost # hrs|hours|hr|days|day|week|weeks
	9 could|would|will|may|might|to move|slip|shift|push by|to|out|back
	9 delay|delayed|delays ..5 #
	8 delayed until|till|to|by|because|due
	9 push|pushed|pushing|pushes|bump|bumped|bumping|kick|kicked|moved|move|moving|slid|slide ..5 back|out|up|till|until|to
	9 postpone|postponed|postponing|reschedule|rescheduled|rescheduling
	9 slips|slipped|slipping|slip to|by|a|another|until
	7 hold|holding|held ..6 till|until
	8 can't|cannot|can not|couldn't|won't|not start|begin|resume|mobilize|deliver|pour|ship|finish before|until|till
	8 more and # weeks|days
	8 would|will take # weeks|days|months
	8 probably|about|another|additional # days|weeks|more
	8 behind|ahead of? schedule
	9 new completion|finish|start|delivery|ship|target|inspection date
	9 completion|finish|start|delivery|ship|milestone date ..3 now|moves|moved|goes|is now|slips|slipped|changed
	8 extension of time
	8 time extension
	8 weeks|days out instead
	8 now ..4 instead of
	8 instead of ..3 monday|tuesday|wednesday|thursday|friday
	9 no longer ..6 monday|tuesday|wednesday|thursday|friday
	8 lead time ..6 from ..6 to
	8 critical path
	8 # weeks|days late
	7 running late|behind
	8 pulled|pull in|ahead
	8 earlier than planned|expected|scheduled
	8 later than planned|expected|scheduled
	8 instead of january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec
	8 moved to monday|tuesday|wednesday|thursday|friday|next|the|january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec
	8 rescheduled|rescheduling to|for|from
	8 we|i|they|crew lost a|one|two|three ..1 day|days|week|shift
`)

var riskCues = newCues(`
	8 risk of|that|to|is|here
	8 a|real|high|big|biggest|major|serious|significant|schedule|safety|cost risk
	8 we|i|you|they|would|could|may|will risk
	8 risks delaying|losing|missing|being|a|the
	8 risky to
	8 at risk
	8 concern|concerns|concerned|worried|worry|worries
	8 danger|dangerous|hazard|hazardous|unsafe
	9 won't|will not|wouldn't|doesn't|does not|don't|cannot|can't meet|fit|clear|work|hold|pass|make
	8 chance|possibility that|the|of|we|it
	9 threatening|threatens|threatened
	8 expire|expires
	9 if we|you|they|the|that|it|this ..8 miss|lose|won't|can't|fail|fails|slip|slips|slip|late|delayed|shut|stop|freeze|freezes|leak|leaks
	9 if|unless|until|otherwise ..12 lose|miss|flag|stop|shut|reject|delay|delayed|backcharge|penalty|lds|won't
	8 if ..8 charge|charged|fine|fined|overrun
	8 runs|run out on|in|before
	8 never showed|came|arrived
	8 didn't|did not show|arrive
	8 rained in
	8 is|are|was|got wet|soaked|flooded|flooding
	8 short|down # guys|men|people|hands|workers|electricians|carpenters
	8 short|down a man|guy|crew
	8 backcharge|backcharging|back - charge
	8 we|we'll|will lose|miss
	8 still|is|are|was leaking|leaks|drips|dripping|cracked|cracking|settling|sagging|failing
	8 mold|mould|asbestos|hydrocarbons|contaminated|contamination|sinkhole
	7 water intrusion|infiltration|damage|leak
	7 leak|leaks|leaking|leaked
	8 gonna|going|will to? get wet|frozen|damaged|delayed
	9 no show|shows
	9 no - show
	8 stuck in|at|on
	8 is|are|was|were wrong|incorrect|missing|damaged|short|defective|undersized|cracked|broken|busted|backordered|unavailable
	8 short # ea|pcs|pieces|each|of
	8 shortage|backorder|backordered|back - ordered
	8 near miss
	8 shifted when|while|under
	8 collapse|collapsed|collapsing|cave - in|fell
	8 injury|injuries|injured|hurt
	8 or he|she|they goes|go|will|won't|leaves|leave|walks|pulls
	8 may|might|could have to
	8 may|might|could not be|meet|make|pass|arrive|hold|finish
	8 could|may|might delay|impact|affect|cause|push|cost|jeopardize|damage|shut|hold|fail|miss|slip
	9 jeopardy|jeopardize|jeopardise|jeopardizes
	8 conflict|conflicts|clash|clashes with
	8 shall|must|may|can|will not be ..6 until
	8 no later than ..6 to hold|keep|make|meet
	8 hyd|hydraulic|fuel|oil|gas|diesel leak|spill
	8 spill|spilled
	8 failed inspection
	8 fail|failed|failing ..2 test|inspection|compaction|slump
	8 penalty|penalties|liquidated
	8 threat|strike|lawsuit|lien|claim against|on
	8 unforeseen|unknown|rock|unsuitable soil|soils|conditions|material
	8 weather ..4 delay|impact|problem
	8 running out of
	8 not enough
	8 understaffed|shorthanded|short - handed
	8 failed to
	8 we ..3 reserve|reserving our|all rights
	7 caution
	7 watch out
	8 no root cause
	8 out of tolerance|plumb|spec
	8 doesn't|does|do|don't not? match
	8 bankrupt|bankruptcy|insolvent
`)

var factual = newCues(`
	7 fyi
	8 next meeting
	7 attached is|are
	7 lead time
	8 notice to proceed
	8 substantial completion
	8 formal notice
	8 early warning
	8 in accordance with
	7 per article|section|clause|spec
	8 # % done|complete|completed
	8 roof|work|job|project is # %
	7 arrive|arrives|arriving|delivered|delivery|received|shipped|landed
	8 got|received|have|pulled the|our ..2 permit
	7 permit|inspection passed|issued|received|approved|expires
	8 passed inspection
	7 required|must be|have
	7 poured|completed|finished|installed|set|erected|tested|placed|stripped|framed|topped
	7 will be on|at ..2 site
	7 start demo|work|on|date
	7 is scheduled|set for
	7 scheduled for
	7 walk is|:
	7 busted|broken
	8 rfi #
	7 disregard my
	7 supersedes|replaces
	7 starts|starting|begins|beginning on
	8 ground rules
	7 owner walk
	8 only ..8 thru|through|to
	7 conferences|closed are|is|on
	7 no deliveries|parking|access|work before|after|between|on|until
	7 not more than
	7 certificate of
`)

// indirect are words that ask without a question: what the writer would like to know,
// and from whom.
var indirect = newCues(`
	8 wondering|wonder|curious|unsure if|whether|how|what|who|when|why|about|where|which
	8 i|we would|'d love|like|want|need|appreciate|be ..3 hear|know|see|find|understand|get
	8 i'd|we'd love|like|appreciate|be ..3 hear|know|see|find|understand|get
	8 i|we need|want|have to hear|know|find
	8 looking|hoping for|to ..4 input|feedback|direction|guidance|advice|answer|response|word|comments|confirmation|clarification|hear
	8 seeking|soliciting|requesting|welcome|awaiting|await ..5 input|feedback|direction|guidance|advice|answer|response|word|comments|opinion|opinions|thoughts|suggestions|confirmation|clarification|instruction|instructions|approval
	8 your|any|for thoughts|opinion|opinions|input|feedback|advice|suggestions|preference|preferences|take on|about|as|from|?|.|would|are|is
	8 my|our|the|one|another|quick question is|are|:|,|about|on|for
	8 question|questions for you|everyone|all|the|anyone|:
	8 not|isn't|wasn't sure|clear if|whether|how|what|who|when|why|which|where
	8 don't|doesn't|didn't know|understand|see if|whether|how|what|who|when|why|which|where
	8 tell|remind|enlighten|advise|inform me|us if|whether|how|what|who|when|why|which|where|of|about
	8 anyone|anybody|somebody|someone know|knows|have|has|heard|seen|got|able|aware|explain
	8 can't|cannot tell|figure|work out|if|whether|how|what|who|when|why|which|where
	8 if you|anyone|someone|somebody could|can|would|have|has|know|knows
	8 would|should be great|good|nice|helpful|useful|beneficial|best|better if|to|for
	8 let me|us|him|her|them|everyone know
	8 please|pls|kindly respond|reply|advise|confirm|comment|clarify|answer|indicate|explain|check|note
	8 get|come back to|with me|us
	8 up in the air
`)
