"""English verbs that videos are asked about, in their base form. Not a dictionary: enough to find the verb."""

from __future__ import annotations

from temadapter.descriptions.english.words import words

REGULAR = words("""
absorb accelerate accept accompany accuse ache achieve acknowledge act add adjust admire adopt advance
advertise affect aid aim allow alter amaze amplify amuse analyse announce annoy answer apologise appear
applaud apply approach argue arrange arrive ask assemble assist attach attack attempt attend attract avoid
babble bake balance bandage bark bathe beckon beg behave belong blast blink block blur blush board bob boil
bounce bow box brake brandish breathe brush bubble bump burn bury button call calm camp capture care caress
carry carve cause celebrate challenge change charge chase chat check cheer chew chop chuckle circle claim
clamp clap clasp clean clear clench click climb clip close coach collapse collect collide comb comfort
communicate compare compete complain complete compliment compose concentrate confirm confuse connect
consider console construct consume contain continue contribute control converse cook cool copy correct cough
count cover crack crash crawl create crinkle cross crouch crush cry cuddle cue cure curl cycle dab damage
dance dangle dare decelerate decide decorate deflate delay deliver demand demonstrate depart deploy descend
describe destroy detect dig dip direct disagree disappear discover discuss dislike dismantle dismount
display distract distribute disturb dodge donate drag drain dress dribble drift drill drip drizzle drool
drop drown drum dry duck dump dunk earn ease edit embrace emerge emphasise encourage end enjoy ensure enter
entertain escape escort evade examine exceed exchange excite exclaim exercise exhale exit expect experiment
explain explode explore expose express extend extinguish face facilitate fail faint fan fasten fear fetch fidget
fill film finish fire fish fit fix flail flap flash flatten flee flex flick flip float flood flow fluff
flush focus fold follow force form frown fry gain gallop gasp gather gaze gesticulate gesture giggle glance
glare glide glow gobble grab graze greet grin groom growl guard guess guide gulp gyrate hack halt hammer
hand handle happen headbang help hesitate hi-five high-five hike hint hoist honk hoop hop howl hug hump hula hum
hunt hurl hurry hurtle identify ignite ignore illustrate imagine imitate impress improve include increase
indicate inflate inform inhale injure insert inspect inspire install instruct intend interact interest
introduce invent investigate invite involve iron itch jab jam jerk jiggle jog join joke jostle juggle jump
kick kill kiss knead knit knock lack land last laugh launch lean leap learn lick lie lift light like limp
line list listen load lock look loosen lower lunge lure maintain manage maneuver manoeuvre march mark marry
mash massage match measure meditate melt merge mess mimic miss mix moan monitor mop motion mount mouth move
mow mumble munch nail name need nibble nip nod notice nudge obey observe occur offer open operate order
organise orient overlook overturn pace pack paddle paint pant parachute park participate pass paste
pat pause paw pedal peddle pee peek peel peep peer perch perform permit pet phone photograph pick pinch
place plan plant play plead please pluck plug plunge point poke polish pop ponder pose position pounce pound
pour practice practise praise prance pray prefer prepare present press pretend prevent print proceed produce
promote prop propose protect protest prove provide pucker puff pull pump punch punish purchase push question
queue race rain raise reach react read rearrange receive recite recognise record recover reduce refer
reflect refuse relax release remain remember remind remove repair repeat replace reply report request rescue
resist respond rest restart restrain retaliate retract retreat retrieve return rev reveal reverse rewind
rinse rip roam roar rock roll rotate row rub ruin rummage rush sail salute sample save saw scan scare
scatter scoop scoot scrape scratch scream screw scroll scrub scrunch search seek seem sense separate serve
sew shape share shave shelter shield shift shiver shock shoo shop shout shove shovel shrug shuffle shut
sidestep sigh sign signal sip skate skateboard sketch ski skid skip slam slap slice slip slow slump slurp
smack smash smear smell smile smirk smoke smooth snap snatch sneak sneeze sniff snore snort snow snowboard
soak sob soothe sort spank spark spill splash spot spray sprinkle sprint spy squat squeak squeeze
squint squirm squirt stab stabilise stabilize stack stagger stamp stare start stay steady steer step stir
stitch stomp stop store strap stretch stroke stroll struggle strum strut study stuff stumble stylise succeed
suck suffer suggest supervise supply support suppose surf surround swap swat sway swerve swipe swirl switch
swivel tackle talk tangle tap taste taunt tease tempt tend test thank thrash tickle tidy tie tighten tilt
tip tiptoe toast toss touch tow trace track trade train transfer transform transport trap travel treat
tremble trick trim trip trot trudge try tuck tug tumble tune turn tweak twerk twirl twist twitch type
unbutton uncover unfold unite unload unlock unpack untangle untie unwrap unzip urge use vacuum violate visit
vomit vote waddle wag wail wait walk wander want warm warn wash waste watch water wave weigh welcome whine
whip whirl whisk whisper whistle wiggle wink wipe wish witness wobble wonder work worry worship wrap wrestle
wriggle yank yawn yell yield zigzag zip zoom
abide accumulate agree alight anoint bang bobble butt capsize daydream defend determine dislodge emphasize
engage fondle generate grasp grip headbutt honour ladle lull nuzzle oppose paraglide peck pierce readjust
reassemble reposition represent restrict reward roast scold scuff snip snuggle soften submit symbolise
symbolize synchronise synchronize transition unbuckle vanish visualise visualize
abandon abuse activate adapt aim animate arm arrest assault assist attain await bellow blindfold boo bother braid bully
chain chant chug clutter coil collide combat commence compress conduct confess confront conquer consult 
cruise crumble crumple curtsy dash debate decline defeat delete deliver deny desire diffuse dine disassemble
disguise dissolve distance disrupt dunk dust eject elbow electrocute eliminate elevate empty enact endure erase erupt
evacuate evolve exfoliate extract fiddle flatter flirt flutter foam fulfil gape
 gawk glue gnaw grill grope grunt guzzle harass harvest haul headbutt heat heave hiss hitch hover
hush illuminate imply impersonate infer insult jeer jolt jot kidnap label lather lecture level limp lob lurch
massacre meow mime mine misbehave mumble muse mutter narrate navigate nestle nuzzle obscure obstruct outline overflow
paralyse pivot plait plough ponder poop portray probe proclaim
progress pronounce pry purr quarrel quiver rap rappel rattle recline recoil recycle refill relate
relocate remark retch reunite revolve rewrap roughhouse rumble salsa savour
scamper score scowl scribble seal season seduce seize shatter shoplift shred shriek shrivel
shuck sift simmer sizzle skin slack slather sled slouch smother smudge snack snarl snicker snorkel sparkle spear
spoil sponge sprawl squabble squawk squish stalk stammer startle submerge suffocate surface
swarm swish tack tango taxi thrive throttle thump tinker toboggan tolerate topple torture totter tour
trample transcribe trespass tutor twiddle twinkle unbox unclip undress unfasten unhook unlatch unroll unseal
unscrew unstack unveil uproot usher utter veer venture vibrate vlog wade wager waltz wheel wield wince wither wrinkle
yelp yodel
accomplish acquire affront analyze anticipate apologize apprehend arouse assess assure avail beautify befriend
brighten browse calculate certify circulate clarify classify commemorate comprehend compute 
criticise criticize darken deepen deprive derive detach diminish disperse dissipate distinguish diverge enclose
energise energize engulf enlarge entice entwine establish evaluate exhibit flourish hamper harden hinder huddle
hydrate immerse inhabit inhibit inject inquire intensify interrogate interrupt irrigate justify
lengthen linger lubricate marinate maximise maximize memorise memorize minimise minimize modify moisturise
moisturize notify nourish obtain optimise optimize organize prevail prioritise prioritize
prohibit purify realise realize reattach recognize regain rehearse reheat reject rejoin relieve renovate replenish
 resume retain reuse sanitise sanitize satisfy saute sharpen shorten simplify soar socialise socialize solidify
sterilise sterilize stimulate straddle straighten strengthen sustain swaddle swagger unplug utilise
utilize ventilate verify waggle weaken whimper widen
summarize summarise characterize characterise
deduce infer conclude assume discern presume frighten grate garnish persuade convince
admit adore advise afford alarm appreciate approve ban banish blame bloom boast borrow brag
brainstorm breakdance bribe bruise budge bulldoze cancel captivate cease charm cheat chirp choke chuck clothe coax
commit compile conceal condemn congratulate contemplate contend convey cope correspond cram crave creak cringe croak
cultivate dawdle decay deceive declare dedicate deem deflect depict deposit despise devote devour diagnose
dictate differ digest dismiss dispose dispute dissect distort ditch divorce doodle doubt drape dread droop edge
elaborate emit empower endanger enforce enlist enroll entangle entrust envy equip evaporate exaggerate excavate
execute exhaust exist expand exploit falter fantasize fascinate fizz flicker flinch flunk foil fracture fumble
furnish gargle glisten gloat govern graduate grant gravitate groan grumble guarantee hatch hate haunt heckle hibernate
hijack hire hobble hoot hustle idolize impose imprison improvise incline inherit initiate innovate insist insulate
interpret intimidate invade isolate lasso leak lease loiter lug lurk magnify manipulate manufacture
mend mention migrate mingle misplace mope mourn muddle multiply murmur mutilate neglect negotiate neigh oblige
obsess offend officiate outnumber overlap overwhelm owe paralyze pardon penetrate perceive persist pester
plod plummet plunk possess postpone preach precede predict prescribe preserve preside prick procrastinate prod promise
propel provoke prowl publish puke puncture qualify quench quote realign recall reckon recommend reconcile
recruit redeem reek refresh refund regard register regret regulate reinforce relive rely remodel render renew repel
reproduce require resemble resent reserve reside resign resolve resort restore resurface retire retrace revenge
review revise revive revolt rob rouse ruffle rustle sacrifice sag salivate saunter savor scoff scorch scramble scrap
sculpt scurry secure select serenade settle shun sicken simulate skim skydive slant slaughter slobber smooch snag
snooze snub solve soothe speculate spew splatter splutter spook sprout spurt squash squeal squelch stain
staple starve stiffen stifle stoop stow strangle strategize stray stutter subdue subtract sulk summon sunbathe
 surrender survive suspect suspend swallow swoop sympathize tame tattle teeter terrify thaw threaten tinker
toddle tolerate torment tramp transfix translate transmit trigger trust unleash update upgrade upload urinate vow
reference grimace pout scuffle swoon
warble warp weld whack wheeze whizz woo worsen wreck wrench yearn zap shimmy moonwalk mop forewarn reclaim reconsider
recollect rejoice remark reunite snip spar sprain swindle tiptoe unbolt unclench unlace unpin unscrew unseat
untuck upturn vacate wager whirl wiggle worship chuckle cosset eject
""")
"""Regular verbs."""

IRREGULAR = words("""
arise:arose:arisen awake:awoke:awoken be:was:been beat:beat:beaten become:became:become begin:began:begun
bend:bent:bent bet:bet:bet bite:bit:bitten bleed:bled:bled blow:blew:blown break:broke:broken
bring:brought:brought build:built:built burst:burst:burst buy:bought:bought catch:caught:caught
choose:chose:chosen cling:clung:clung come:came:come creep:crept:crept cut:cut:cut deal:dealt:dealt
dig:dug:dug dive:dived:dived do:did:done draw:drew:drawn dream:dreamt:dreamt drink:drank:drunk
drive:drove:driven eat:ate:eaten fall:fell:fallen feed:fed:fed feel:felt:felt fight:fought:fought
find:found:found fling:flung:flung flee:fled:fled fly:flew:flown forget:forgot:forgotten
forbid:forbade:forbidden forgive:forgave:forgiven freeze:froze:frozen get:got:got give:gave:given go:went:gone
grind:ground:ground grow:grew:grown hang:hung:hung have:had:had hear:heard:heard hide:hid:hidden hit:hit:hit
hold:held:held hurt:hurt:hurt keep:kept:kept kneel:knelt:knelt know:knew:known lay:laid:laid lead:led:led
leave:left:left
lend:lent:lent let:let:let lie:lay:lain lose:lost:lost make:made:made mean:meant:meant meet:met:met
overtake:overtook:overtaken put:put:put quit:quit:quit read:read:read ride:rode:ridden ring:rang:rung
rise:rose:risen run:ran:run say:said:said see:saw:seen seek:sought:sought sell:sold:sold send:sent:sent
set:set:set shake:shook:shaken shine:shone:shone shoot:shot:shot show:showed:shown shrink:shrank:shrunk shut:shut:shut
sing:sang:sung sink:sank:sunk sit:sat:sat sleep:slept:slept slide:slid:slid speak:spoke:spoken
speed:sped:sped spend:spent:spent spin:spun:spun spit:spat:spat spread:spread:spread spring:sprang:sprung
stand:stood:stood steal:stole:stolen stick:stuck:stuck sting:stung:stung stride:strode:stridden
strike:struck:struck sweep:swept:swept swim:swam:swum swing:swung:swung take:took:taken
teach:taught:taught tear:tore:torn tell:told:told think:thought:thought throw:threw:thrown
thrust:thrust:thrust undergo:underwent:undergone understand:understood:understood wake:woke:woken
wear:wore:worn weave:wove:woven weep:wept:wept win:won:won wind:wound:wound withdraw:withdrew:withdrawn
write:wrote:written
wet:wet:wet
light:lit:lit pay:paid:paid split:split:split upset:upset:upset bid:bid:bid shed:shed:shed swear:swore:sworn
leap:leapt:leapt mistake:mistook:mistaken
""")
"""Irregular verbs: base, past, participle."""

RARE = words("""
bear:bore:borne behold:beheld:beheld bind:bound:bound breed:bred:bred cast:cast:cast dwell:dwelt:dwelt
forgo:forwent:forgone forsake:forsook:forsaken rend:rent:rent rid:rid:rid saw:sawed:sawn sew:sewed:sewn
shear:sheared:shorn
sling:slung:slung slink:slunk:slunk slit:slit:slit smite:smote:smitten sow:sowed:sown stink:stank:stunk
string:strung:strung strive:strove:striven swell:swelled:swollen tread:trod:trodden wring:wrung:wrung mow:mowed:mown
befall:befell:befallen broadcast:broadcast:broadcast forecast:forecast:forecast input:input:input knit:knitted:knitted
partake:partook:partaken
slay:slew:slain hamstring:hamstrung:hamstrung crossbreed:crossbred:crossbred gainsay:gainsaid:gainsaid
waylay:waylaid:waylaid
""")
"""Irregular verbs that are spelled right but not looked for in questions: rare, or nouns first ("bear", "string")."""

PREFIXED = words("""
foresee foretell mislay mislead misread misunderstand outrun overcome overeat overhear overrun oversee overthrow
overdo outdo override rebuild redo remake repay reset resend retake retell rethink
rerun rewind rewrite undertake undo unwind uphold withhold withstand
""")
"""Verbs that are irregular as the verb behind their prefix is: "undid", "rewound"."""


COMPOUND_VERBS = words("""
air:kiss air:drum arm:wrestle baby:sit back:flip belly:dance body:slam body:surf break:dance bunny:hop crowd:surf
double:check fist:bump fist:pump gift:wrap hand:feed hand:shake head:bang head:butt high:five hula:hoop ice:skate
kick:box lip:sync moon:walk play:fight pole:dance rock:climb roller:skate shadow:box side:step skate:board sky:dive
slow:dance sun:bathe tap:dance tip:toe wind:surf
""")
"""Verbs in two words, of which the second is inflected: "rock climbs"."""

CATENATIVES = words("""
able about afraid appear attempt attempting begin beginning continue continuing decide decided expect
expected fail failing forced going have intend intending like likely manage need needed needing plan
planning prepare preparing ready refuse refusing seem start starting supposed trying try want wanted
wanting wish
""")
"""Words whose object is another verb: "trying to open", "about to turn"."""

LINKING = words("""
keep start stop begin finish continue
""")
"""Verbs that a form with -ing follows: "keeps looking"."""

NOUN_LIKE = words("""
aid answer attack bag bandage bark bat block board book bow box brake brush bubble button call camp care
change charge check circle clamp clip coach comb cook copy cover crack crash cry cue cut dance deal display
dive dress drill drink drive drop drum duck dump end exercise exit face fan fear fight film fire fish fit
flash flood fly force form frown grip guard guide hammer hand handle hike hook hop hula hum hunt iron jam joke
jump kick kiss lack last laugh lead lean leap lie lift light like line list load lock look mark march match
measure mess mount mouth move nail name need offer order pace pack paddle paint park paste pause paw pedal
phone pick pinch place plan plant play plug point polish position pose pound practice present press print
prop pump punch puff question queue race rain record release report request rest return reverse ride ring
rip rise rock roll row rub run rush sail sample saw scan scoop screw scrub search sense set shape share
shave shelter shift shine shock shop show shower shovel shuffle sign signal sip skate sketch ski slap sleep
slice slide slip slam smell smile smoke snap snow sort spark speed spin splash split spot spray spread spring
sprint squat stack stamp stand stare start stay step stick stitch stop store strap stretch stroke stroll
study stuff supply support surf swing switch swim tackle talk tap taste test throw tie tip toast touch tow
trace track trade train transport trap travel treat trick trim trip trot tube tug tune turn twist type
vacuum visit vote wait walk
arm chain dash debate distance elbow heat level mine score seal season skin surface tour wheel outline label shed spear
sponge snack taxi tango waltz sled insult shriek harvest haul lecture cast bid split light pay
 alarm ban bloom bribe bruise chirp choke ditch doubt dread edge envy fracture groan guarantee hatch hire hoot
hustle leak lease murmur prick promise quote recall regard register regret reserve resort review revenge revolt
sacrifice scramble scrap slant slaughter snag snooze spurt squash squeal stain surrender suspect swallow tame
trigger trust update upgrade vow warp whack wheeze wreck wrench blame cheat charm grant dispute deposit decay
wash waste watch water wave weave welcome whip whisk whistle wind win wish work
worry wrap zip
""")
"""Verbs that are as often nouns: "the girl in the pink dress", "the toy train"."""
