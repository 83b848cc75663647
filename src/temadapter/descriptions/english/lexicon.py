"""Words that the rules for any question know, by what they do in a sentence (verbs: `english.verbs`)."""

from __future__ import annotations

from temadapter.descriptions.english.words import words

NOT_GERUNDS = words("""
morning evening building crossing parking king ring thing something nothing anything everything clothing
ceiling string wing spring railing marking lighting setting painting sibling during
wedding pudding bedding earring meeting stocking duckling
""")
"""Nouns and others that only look like the -ing form of a verb."""

NOT_PARTICIPLES = words("""
red bed shed weed speed seed need feed steed coloured colored bearded sacred kid
""")
"""Words that only look like participles."""

PREPOSITIONS = words("""
about above across after against ahead along among amongst around as at atop because before behind below
beneath beside between beyond by despite down during except for from if in inside into like near next of off
on onto opposite out outside over past since so than through throughout to toward towards under underneath
until up upon using via when while whilst with within without
""")
"""Prepositions, and the conjunctions that begin a clause of time or condition."""

SUBORDINATORS = words("""
when while whilst as after before until once since during if because throughout although though unless whenever
""")
"""Words that begin a statement of time, condition or reason behind the main one."""

PARTICLES = words("""
up down out off away back forward forwards backward backwards along apart aside together
""")
"""Small words that belong to the verb before them: "pick up", "walk away"."""

DETERMINERS = words("""
a an the this that these those my your his her its our their any some no all both each every another one
two three four five six seven eight nine ten most many several few either neither
""")
"""Words that begin a noun phrase."""

NUMERALS = words("""
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen twenty
""")
"""Numbers in words."""

PRONOUNS = words("""
it they he she you we i there this that these those someone anyone everyone everybody nobody somebody
something everything nothing
""")
"""Words that are a noun phrase by themselves."""

ADJECTIVES = words("""
male female neutral blank visible silent striped wavy curly asian wooden metallic plaid alert normal irritated occupied
invisible american ancient angular anticlockwise arrogant artificial athletic attractive bald barefoot beautiful bent
blind bold boring brave brief bumpy careless chinese chubby classic clever clockwise clumsy coherent colorless
complex complicated conscious continuous convenient cooperative counterclockwise creative crisp cruel dated
dazzling decent delicate delicious dense desperate determined different digital dim dull durable edible
effective efficient elastic elegant emotional enormous entire equal essential exact excellent expensive
experienced familiar fancy fierce firm flexible fluffy fluent foreign formal fragile fragrant frozen furry
futuristic generous glad golden graceful greasy handmade handsome harmful harmless harmonious healthy helpful
hollow honest horizontal hostile hot-tempered humid hurried identical illegal immature important impossible
impressive independent innocent intact intelligent international japanese juicy left-handed legal loose lovely
loving magical married massive mature melted messy mild modern muscular mysterious naked nasty necessary neat
needed obese obvious optimistic ordinary overcast overweight pale perfect persistent pleasant plump powerful
precious precise pregnant previous primary proper pure random rapid rare raw regular reliable repeated
right-handed ripe risky romantic rotten rough rusty scary secondary selfish shallow shaky shaggy silky simple
single skilful skilled skillful skinny sleek slender slight slim sloppy smelly sophisticated sour spacious
spotless standard stiff strict stubborn successful suitable suspicious synchronized tasty temporary
tender thorough tough toxic traditional transparent tricky triangular true typical unconscious uneven unfamiliar
unique unsafe unsteady unusual upright valuable various vertical violent vivid vulnerable wealthy weird
well-dressed wooden wrinkled youthful
multicolored multicoloured
colored coloured patterned floral sleeveless stunned dotted
able accomplished affectionate afraid aggressive ahead alive alone amazed amused angry annoyed anxious ashamed asleep
attentive available awake aware awkward bad bare better big black blonde blue bored breathless bright broad broken
brown busy calm careful carefree cautious cheerful clean clear closed cloudy cold colourful colorful comfortable
concerned confident confused congested content contented cool crowded curious curved cute damp dangerous dark dead deep
delighted difficult dirty disappointed disgusted distracted disturbed dizzy drunk dry eager easier easy elated
embarrassed empty energetic engaged engrossed enthusiastic excited exhausted famous fast fat fearful flat focused foggy
free fresh friendly frightened frustrated full fun funny gentle glad good gray great green grey happy hard heavy high
hot huge hungry hurt icy ill impatient injured intense interested intrigued itchy jealous joyful burnt large late lazy
likely little lonely long loud low lucky mad muddy narrow natural naughty near nervous new nice noisy old open orange
overjoyed painful passionate peaceful playful pleased polite poor popular possible present professional proficient
protective proud purple quiet rainy ready red relaxed reluctant responsible restless rich rough round rude rural sad
safe sandy satisfied scared serious sharp shiny shirtless shocked short shy sick silly similar sleepy slippery slow
small smart smooth snowy soft sore sorry steep sticky still straight strange stressed strong stuck stunned sunny
surprised sweaty sweet tall tense terrified thick thin thirsty thoughtful thrilled tight tiny tired ugly unable
uncertain unclear uncomfortable unhappy unhurt unstable unsure upset urban useful visible warm weak wet white wide wild
windy wise worried wrong yellow young younger older bigger smaller taller shorter faster slower
""")
"""Adjectives that streets, people and videos are described with."""

ADVERBS = words("""
not still already also about currently really only all both probably likely so very too quite just then ever
never always often usually suddenly initially mainly mostly constantly continuously repeatedly slowly quickly
""")
"""Adverbs that begin a predicate."""

COLOURS = words("""
black beige blonde blue brown checkered plaid
gold gray green grey navy orange pink purple red silver stripes white yellow
""")
"""Colours, which also stand for clothes: "the man in white"."""

MASS = words("""
air applause attention badminton ballet baseball softball golf cricket homework parkour basketball beer
blood boxing bread cash chess chocolate cloth coffee concrete confetti cream damage darkness dirt dust
electricity energy entertainment equipment exercise fire flour fog food football footwear fruit fun
furniture fuss gas gear glass grass gravity gymnastics hair hay heat help hockey ice information ink jazz
judo jewellery juice karate laughter leather lightning lipstick litter love luggage vegetation greenery foliage
shrubbery scenery graffiti makeup metal milk money
mud music noise oil paint paper pasta plastic play powder protection rain rice rubber rubbish rugby safety
salt sand sauce shade skiing smoke snow soap soccer soil soup space sports sunlight sunscreen support tape
tea tennis traffic trash volleyball war water weather weight wind wine wood wool work yoga thumbs smoothly
cycling cheese meat beef pork bacon butter honey jam ketchup mayonnaise corn garlic ginger dough batter
pepper sugar spaghetti sushi tofu yogurt lemonade champagne whisky vodka cement clay gravel mist lava hail
sleet thunder sunshine cotton silk denim velvet steel copper marble bamboo shampoo toothpaste lotion mascara
medicine poison petrol gasoline oxygen archery billiards darts polo lacrosse advice research news evidence
knowledge behaviour behavior progress freedom happiness sadness anger joy excitement confusion curiosity
hunger thirst boredom frustration disgust embarrassment pride shame fear bubblegum cutlery machinery scenery
stuff mail jewelry popcorn cardboard tissue seafood wax foam congestion visibility dancing singing itself
himself herself themselves myself yourself everyone everybody anything north south east west left right
straight winter summer spring autumn
""")
"""Words that take no "a"."""

MALE = words("man men boy boys guy guys male gentleman father dad son brother king priest groom waiter uncle")
"""Nouns that are spoken of as "he"."""

FEMALE = words(
    "woman women lady ladies girl girls female mother mom mum daughter sister bride queen waitress aunt"
)
"""Nouns that are spoken of as "she"."""

PEOPLE = words("""
doctor contestant competitor gymnast wrestler
actor actress boxer clown cowboy customer defender fireman fisherman gardener goalkeeper hairdresser juggler lawyer
magician mechanic nurse painter photographer presenter racer reporter runner sailor shopkeeper tourist
adult artist athlete audience baby band biker cameraman chef child children coach cook couple crowd cyclist
dancer diver driver drummer family friend guitarist group infant instructor judge kid kids musician officer
parent passenger pedestrian people performer person persons pianist pilot player policeman referee rider
singer skater skier soldier student surfer swimmer teacher teenager toddler trainer worker
""")
"""Nouns for people of whom neither "he" nor "she" can be said."""

ANIMALS = words("""
animal bear bird bull camel cat chick chicken cow crab deer dog dolphin donkey duck elephant ferret fish goat horse
kitten leopard lion monkey mouse panda parrot penguin pig puppy rabbit rat sheep snake squirrel tiger turtle
animals bears birds cats cows dogs ducks elephants goats horses kittens monkeys pandas penguins puppies rabbits
""")
"""Animals, which can be the subject of a short statement without an article: "dog bites it"."""

ON = words("""
podium beach balcony bed bench boat bridge carpet chair cliff coast couch deck floor grass ground highway hill ice
island lap lawn mat pavement pier platform porch staircase road roof rooftop runway seat sidewalk slope snow
sofa stage stairs street table track shelf counter countertop plate tray desk windowsill stove ladder bicycle
bike motorcycle motorbike scooter skateboard trampoline swing
""")
"""Places that one is on: "on a stage"."""

AT = words("home school work night noon midnight sunset sunrise dawn dusk beginning end start lunch dinner")
"""Places and times that one is at."""

IN_THE = words("morning afternoon evening daytime daylight nighttime middle past future")
"""Times that need "in the"."""

ADVERBS_OF_PLACE = words("""
left right straight here there nowhere outside inside indoors outdoors outdoor indoor upstairs downstairs
everywhere north south east west forward forwards backward backwards abroad away up down underwater
""")
"""Places and directions that need no preposition."""

ATTRIBUTES = words("""
hairstyle pattern posture prize principle role brand effect function benefit advantage gesture score hobby logo
activity age animal brand breed cause color colour condition direction emotion event expression game gender
identity job kind length limit location material mood motive name nationality nature number occasion occupation
outcome position profession purpose race reason relation relationship result role season shape size speed
sport state status style surface temperature terrain theme time title type use weather width
""")
"""Nouns for what something is: after "what is the colour of ..." the option is always that colour."""

NOT_MANNER = words("family fly belly jelly bully supply")
"""Nouns that end like adverbs."""

NOUN_FIRST = words("""
water fire rain snow wind hand shop fish phone store camp form face box bag coach duck fan drum cook iron milk
mouth nail plant race sail shock signal track train bow bat sort skate ski stain alarm
""")
"""Words that are verbs only with an object: "water the plants", but "water bottle"."""

WISHES = words("want need like love hate prefer own enjoy think know feel believe have lose forget")
"""Verbs that are a reason themselves: "because he wants food", not "to want food"."""

MADE_FOR = words("""
area bag board boat cart centre center chair class club court ground hall lot machine mat pan place pool pot range
rink room site station stick street table toy
""")
"""Nouns that a form with -ing may stand before: "a swimming pool"."""

NEED_AN_OBJECT = words("""
accompanied amazed amused asked attached attracted carried caught caused chased connected controlled covered secured
dragged encouraged entertained fixed forced frightened given hired inspired invited kept kicked led lifted made
moved placed prevented provided pulled punished pushed scared surrounded taken taught thrown tied told trained
trapped used wrapped
""")
"""Participles of verbs that want an object: without one, something is done to the subject ("attracted to it")."""

DEEDS = words("""
action activity act backflip ballet bang cartwheel celebration ceremony check choreography chore chores dance deed
discussion dishes drill duet duty exam exercise experiment flip gesture gymnastics hair handshake handstand headstand
homework housework interview job judo jump karate laundry lesson magic makeup massage move movement nails nothing
parkour party performance pirouette pose pottery practice presentation prank push-up push-ups research ritual routine
same show sign sit-ups somersault something somewhat speech split sport squat stretch stunt sums surgery talk task test
thing trick turn twist ups wedding wheelie work workout yoga anything everything aerobics badminton baseball basketball
boxing cricket football golf hockey rugby soccer softball tennis volleyball
""")
"""What one "does": behind "does" any other noun makes no sense."""

COUNTED_DEEDS = words("""
backflip cartwheel flip handshake handstand headstand pirouette somersault stunt trick wheelie
""")
"""Deeds that take "a" behind "does"."""

LIGHT_VERBS = {"reaction": "show", "emotion": "show", "contact": "make", "attention": "pay"}
"""Nouns of deeds that have another verb than "do": "shows no reaction"."""

COUNTRIES_AND_CITIES = words("""
france canada london barbados paris india china america mexico italy spain japan germany england boston chicago vegas
texas california hawaii florida brazil russia australia africa europe asia korea egypt greece turkey ireland scotland
portugal sweden norway denmark holland belgium austria switzerland poland argentina chile peru cuba jamaica philadelphia
miami seattle detroit houston dallas atlanta brooklyn manhattan hollywood rome madrid berlin moscow tokyo beijing
shanghai sydney toronto montreal vancouver dublin amsterdam vienna tulsa nebraska alaska ohio michigan nevada arizona
colorado pennsylvania virginia
""")
"""Names of places that answer "where": they take no article."""
