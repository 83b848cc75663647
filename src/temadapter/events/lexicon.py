"""The words that the rules for any question know. Not a dictionary: enough for questions about videos."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


REGULAR = _words("""
accelerate act add adjust aim allow appear approach arrive ask attach attempt avoid balance bark block
board bob bounce brake call carry cause celebrate change chase check chew clap clean climb close collide
communicate continue control cook correct cover crash cross cry cycle dance decelerate decorate
demonstrate describe direct disappear dress drop end enjoy enter exceed exercise exit expect explain face
film finish fix flip float follow gallop gesture grab greet guide happen help honk hop hug improve
increase indicate injure interact introduce involve join jump kick kiss knock land laugh lean learn lick
lift line listen load look lower manage merge mix move need nod obey observe occur open operate overturn
paint park pass pat pause paw pay pedal perform pet photograph pick place play point poke pose pour
practice prepare press pretend prevent protect pull push race rain raise reach react receive remain remove
respond rest return reverse roll rotate rub scare scratch seem share shout show signal skate ski skid slam
slap slip slow smile sniff snow stare start stay steer step stop stretch strum suggest support sway swerve
switch talk tap taste test touch track travel trip try turn twist unwrap use violate wag wait walk want
warn wash watch wave wipe work wrap yawn yield zoom
""")
"""Regular verbs in their base form."""

IRREGULAR = _words("""
be:was:been become:became:become begin:began:begun bend:bent:bent bite:bit:bitten blow:blew:blown
break:broke:broken bring:brought:brought build:built:built buy:bought:bought catch:caught:caught
choose:chose:chosen come:came:come cut:cut:cut dive:dived:dived do:did:done draw:drew:drawn
drink:drank:drunk drive:drove:driven eat:ate:eaten fall:fell:fallen feed:fed:fed feel:felt:felt
fight:fought:fought find:found:found fly:flew:flown get:got:got give:gave:given go:went:gone
hang:hung:hung have:had:had hear:heard:heard hide:hid:hidden hit:hit:hit hold:held:held hurt:hurt:hurt
keep:kept:kept kneel:knelt:knelt know:knew:known lead:led:led leave:left:left let:let:let lie:lay:lain
lose:lost:lost make:made:made meet:met:met overtake:overtook:overtaken put:put:put read:read:read
ride:rode:ridden ring:rang:rung rise:rose:risen run:ran:run say:said:said see:saw:seen send:sent:sent
set:set:set shake:shook:shaken shoot:shot:shot sing:sang:sung sit:sat:sat sleep:slept:slept
slide:slid:slid speak:spoke:spoken speed:sped:sped spend:spent:spent spin:spun:spun stand:stood:stood
steal:stole:stolen stick:stuck:stuck strike:struck:struck sweep:swept:swept swim:swam:swum
swing:swung:swung take:took:taken teach:taught:taught tear:tore:torn tell:told:told think:thought:thought
throw:threw:thrown wake:woke:woken wear:wore:worn win:won:won write:wrote:written
""")
"""Irregular verbs: base, past, participle."""

DOUBLED = _words("""
clap drop flip grab hop hug nod pat pet rub skid slam slap slip step stop strum tap trip wag wrap
""")
"""Verbs that double their last letter: "stopped"."""

NOT_GERUNDS = _words("""
morning evening building crossing parking king ring thing something nothing anything everything clothing
ceiling string wing spring railing marking lighting setting painting sibling during following
""")
"""Nouns and others that only look like the -ing form of a verb."""

NOT_PARTICIPLES = _words("""
red bed shed weed speed seed need feed steed coloured colored bearded sacred kid
""")
"""Words that only look like participles."""

PREPOSITIONS = _words("""
about above across after against ahead along among around as at because before behind below beside between
by during for from if in inside into like near next of off on onto out outside over past since through to
toward towards under until up upon using via when while with within without
""")
"""Prepositions, and the conjunctions that begin a clause of time or condition."""

DETERMINERS = _words("""
a an the this that these those my your his her its our their any some no all both each every another one
two three four five six most many several few
""")
"""Words that begin a noun phrase."""

PRONOUNS = _words("""
it they he she you we i there this that these those someone anyone everyone
""")
"""Words that are a noun phrase by themselves."""

ADJECTIVES = _words("""
able ahead alone available awake bad big black blue bright broad brown busy calm clear closed cloudy cold
congested crowded curved dangerous dark deep dirty dry empty fast flat foggy free full good gray green
grey happy heavy hot icy large light likely long moving narrow near new old open orange possible present
purple rainy ready red responsible rough rural safe sandy short slippery slow small smooth snowy still
straight sunny tall unhurt urban visible warm wet white wide windy yellow young
""")
"""Adjectives that streets and videos are described with."""

ADVERBS = _words("""
not still already also about currently really only all both probably likely so very too quite just
""")
"""Adverbs that begin a predicate."""

COLOURS = _words("""
black blue brown gray green grey orange pink purple red white yellow
""")
"""Colours, which also stand for clothes: "the man in white"."""
