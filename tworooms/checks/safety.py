"""What could help somebody hurt themselves, sell to them or shame them: a case must be teachable without it.

Six topics: doses for self-use, preparation, ways to obtain, methods of dying, words that stigmatise, names of brands and sellers.
A dose that a trial gave or a label states is a published fact about supervised use and may stand; so may harm reduction as
public-health bodies put it. Where the line runs is a matter of form: `SIGNS` lists what speaks in a sentence for a fault of a topic
and what against it, each with its points, and a sentence that reaches `ENOUGH` is one. An amount alone says nothing, nor does
"at home"; an amount that a reader is told to take at home does. The topics follow two published
guidelines: on reporting suicide, https://reportingonsuicide.org/recommendations/ (no method, no amount), and on words,
https://nida.nih.gov/research-topics/addiction-science/words-matter-preferred-language-talking-about-addiction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..case import Case, all_cases
from ..errors import TwoRoomsError
from . import Problem, language
from .passages import Passage
from .texts import BREAK, texts_around, texts_of_case

RULE = "safety"
#: Points of its signs that make a sentence a fault.
ENOUGH = 3
#: Each topic: what a message says of a fault, and what it expects instead.
TOPICS = {
    "self-dosing": ("reads as an amount, route or schedule for somebody's own use",
                    "doses only as published facts about supervised use, linked to the fact"),
    "preparation": ("reads as a way to prepare a drug", "no word on preparation"),
    "sourcing": ("reads as a way to obtain a drug", "no source, no seller, no way round a prescriber"),
    "method": ("reads as a method of dying or an amount that kills", "that somebody died, in restrained words, without method or amount"),
    "stigma": ("stands outside a quotation", "a word that does not stigmatise"),
    "brand": ("reads as the name or the address of a product or seller", "the generic name, or 'a company'"),
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """One fault in a text: its topic, where it begins and ends, the words, and what should stand there."""

    topic: str
    start: int
    end: int
    text: str
    expected: str


@dataclass(frozen=True)
class Allowance:
    """Words of a file, or of every file of a folder, that look like a fault of a topic and are none: the reason says why."""

    file: str
    topic: str
    words: str
    reason: str


_COUNT = (
    r"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?|two|three|four|five|six|seven|eight|nine"
    r"|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:a )?(?:dozen|hundred|thousand)|a few|a couple of"
    r"|several|half an?|half|double|twice"
    r"|\d[\d.,]*(?:\s?(?:-|–|to|or)\s?\d[\d.,]*)?|\[[a-z]{1,12}\])"
)
_UNIT = (
    r"(?:m?c?g|[µμ]g|mgs|mls?|cc|iu|milligrams?|micrograms?|grams?|grammes?|milliliters?|millilitres?"
    r"|lines? (?:of (?:k|ket|it|powder|ketamine|the)|each|at a time|off)|bumps?|puffs?|sprays?|squirts?|drops?"
    r"|tablets?|tabs?|lozenges?|troches?|capsules?|caps|pills?|gumm(?:y|ies)|scoops?|pinch(?:es)?"
    r"|(?:tea|table|dessert)?-?spoon(?:ful)?s?|thimble(?:ful)?s?|hits?|wraps?|vials?|ampoules?|sachets?|snorts?"
    r"|sniffs?|shots?|sips?|mouthfuls?|handfuls?|wafers?)\b"
)
#: What is counted and is no amount of a drug.
_ELSE = (
    r"(?:people|persons|patients|participants|adults|men|women|students|readers|clinicians|nurses|clients|customers"
    r"|members|volunteers|friends|others|raters|groups?|teams?|tables?|minutes|hours|days|nights|evenings|mornings"
    r"|weeks|months|years|seconds|times"
    r"|sessions|visits|points|percent|studies|trials|reports|deaths|cases|items|questions|pages|words|sentences|cards"
    r"|slips|rows|columns|steps|reasons|sides|rooms|figures|stops|facts|claims|miles|dollars|pounds|euros|crowns"
    r"|options|answers|choices|versions"
    r"|papers|places|parts|kinds|ways|things|rules|ones|views|states|countries|notes|infusions|drips|injections"
    r"|episodes|scores|calls|clinics|hands|names|voices|jobs|boxes|numbers|tasks|marks|pairs|roles|objectives|letters"
    r"|sheets|turns|rounds|looks|sizes|is|was|as|has"
    r"|its|this|his|us|plus|versus|less|across|always|perhaps|towards|besides|exposures|milliseconds|degrees|laws"
    r"|lines of|doctors|prescribers|lines?|records|downwards|confusions|abilities|fields|screens|fingers|suppositions"
    r"|antidepressants|medicines|classes|classrooms|tellers|brothers|sisters|goes|says|asks|moves|means|counts|makes"
    r"|gives|needs|seems|comes|takes|lifts|stands?|years'?)\b"
)
_AMOUNT = rf"\b{_COUNT}[\s-]?(?:more |good |big |small |heaped |level |full |light |fat |of (?:the|these|those|them) )?{_UNIT}"
_ANYTHING = (
    rf"\b{_COUNT} (?:\w+ )?(?!{_UNIT}|{_ELSE})[a-z]+s\b|\b(?:a|one|two|three|half) (?:half|quarter|third|fifth|sixth"
    r"|seventh|eighth|ninth|tenth|twelfth|part)s? of an? \w+|\ba whole (?!year|week|night|day|class|room|page|course"
    r"|on|evening|month|case)\w+|\b(?:a|one|half an?|about an?) \w+'s worth"
)
_PLACEHOLDER = r"\[(?:n|x|y|z|m|p|q|r|k|amount|dose|quantity|number|units?)\]"
_VERBS = (
    r"take|use|try|smoke|vape|drink|eat|chew|suck|pop|start|begin|stick|put|place|tuck|park|squirt|rub|dab|allow|aim"
    r"|measure|weigh|nibble|lick|sip|inhale|apply|divide|repeat|add|down|neck"
)
_CLAUSE = (
    r"(?:^\W*(?:alt=\W*|#\s*)?|[,;:(\"—–]\s?|-\s|\b(?:just|then|and|or|to|please|simply|only|always|you|you'd|you'll"
    r"|you should|you can|we|i|i'd|i'll|should|could|may|might|must|can|lol|tip|people|readers|folk|most of us|let"
    r"|people can) )"
)
_NOT_TAKE = (
    r"(?! (?:place|part|notice|turns|care|notes?|sides|stock|account|up arms|off|over|home|away|back|down|time|on"
    r"|with you|it in turn|for granted|by|class|against|to class|an? (?:card|slip|minute|look|pen|side|seat|break"
    r"|position|vote|pair|class|case|fact|name|word|place|line)\b))"
)
_GOES = r"(?:message|dm|text|ping|whatsapp|phone|nod to|wink at|whistle (?:for|to))"
_THING = (
    r"(?:powders?|tablets?|lozenges?|troches?|crystals?|vials?|ampoules?|spray|ketamine|esketamine|k|capsules?|pills?"
    r"|shards?|the drug|drugs?|the stuff|stuff|gear|gumm(?:y|ies)|stash|supply|supplies|product|batch)"
)

#: What speaks for a fault and what against it, each with its points; read in lower case, once a sentence.
SIGNS: dict[str, dict[str, tuple[int, str]]] = {
    "self-dosing": {
        "an amount of a drug": (2, rf"{_AMOUNT}|{_PLACEHOLDER}"),
        "an amount of anything": (1, _ANYTHING),
        "told to take it": (1, (
            r"\b(?:and so can you|wants?|settle at|make do with|get by on|runs? on|allow|told (?:her|him|me|us) to)\b"
            rf"|{_CLAUSE}(?:{_VERBS})\b{_NOT_TAKE}"
        )),
        "told to dose": (2, (
            rf"{_CLAUSE}(?:swallow|snort|sniff|inject|dose (?:every|again|once|up|yourself|low|high|on)|redose|re-dose"
            r"|microdose|bump|start (?:with|on|at|low)|begin (?:with|at|on)|top (?:it )?up)\b|\b(?:we|i|i'd|we'd"
            r"|they) (?:suggest|recommend|advise)\b"
        )),
        "a word of dosing": (1, (
            r"\b(?:halve|a hit|empty stomach|come-?down|lightweight|before bed|is up to|dos(?:e|es|ed|ing|age|ages)"
            r"|milligrams?|micro-?dos\w+|booster|swallow\w*|snort\w*|sniff\w*|inject\w*|nasally|sublingual\w*|rectally|orally"
            r"|takes|taking|took|titrat\w+|top(?:ping)? up|protocol|regimen|regime|amounts?|effect|syringe|scoops?|portion"
            r"|serving|measure out|measured out|gives (?:him|her)self|gave (?:him|her)self|intake)\b"
        )),
        "for oneself": (1, (
            r"\b(?:at home|home|(?:your|my|his|her|their|our|its) own|by (?:yourself|myself|himself|herself|themselves)|(?:him"
            r"|her|your|my)self|themselves|alone|solo|in bed|(?:your|my) (?:sofa|bed|bedroom|couch|bath|kitchen|flat|room|tent"
            r"|shed|car)|the (?:sofa|bath|couch|kitchen)|unsupervised|self-\w+|first[- ]tim(?:e|ers?)|beginners?|newbies?"
            r"|newcomers?|tonight|weekend|evening|lightweights?|your (?:first|second|next))\b"
        )),
        "by one's own body": (2, (
            r"\b(?:(?:your|my) (?:own )?(?:size|height|shoe size)|(?:your|his|her|their|my) (?:own )?(?:body ?)?weight"
            r"|a person (?:your|her|his) size|(?:if )?you weigh|weigh(?:s|ing)? (?:less|more|under|over)|per (?:kilo|stone"
            r"|pound)\b|heavier|lighter (?:people|person)|body weight|shoe size|someone your)\b"
        )),
        "more than the trial's": (3, (
            rf"\b(?:{_COUNT}|three|ten) (?:times )?(?:what )?the (?:trial|label|clinic|usual|licensed|study|standard"
            r"|nurse)(?:'s)? (?:dose|amount|gave|gives|uses?d?)\b|\b(?:same|dose|amount) (?:as|of) the (?:clinic|trial|nurse"
            r"|label) (?:at home|on your)|\b(?:to get|for) the (?:clinic|trial)'s effect\b"
        )),
        "with nobody by": (2, (
            r"\b(?:without (?:a|any|the|your|telling)\s?(?:doctor|clinic|nurse|prescriber|sitter|supervision|prescription"
            r"|anyone|anybody|guide)?|no (?:doctor|clinic|nurse|sitter|guide|prescriber)|nobody (?:is )?(?:there|around"
            r"|watching|home|needs to know)|no one (?:is )?(?:there|around|watching))\b"
        )),
        "advice": (1, (
            r"\b(?:recommend\w*|suggest\w*|advis\w+|likewise|so (?:can|could|should) you|suits? most|suits|most of us"
            r"|our readers|and so (?:can|should|could) you|a good week|a good night|beginner's|goes far|works? (?:a treat|best"
            r"|for me|wonders|for (?:most|everyone))|did best|do best|swears? by|sensible|ideal|just right|too many|too much"
            r"|plenty for|pass it on|the figure|no more than|used to it|compare them|i would have|optimal|perfect|the right"
            r"|the correct|correct|the usual|ought to|tips?|sweet spot|rule of thumb|careful|plenty|is enough|enough for"
            r"|should|would do|will do|does it|does the trick|trick|hack|pro ?tip|a good (?:start|amount)|best|cheat sheet"
            r"|guide|chart|lol|tbh|imo)\b"
        )),
        "until it is felt": (1, (
            r"\b(?:until|till|'til|til|once|when(?:ever)?|if|before|as soon as|unless) (?:you|i|it|she|he|they|the|your"
            r"|things?|everything|nothing|all)\b[^.;]{0,25}|\b(?:floaty|k-?hole|the hole|the big one|come[- ]?up|buzz|trip"
            r"|tripping|stronger|mellow|light|strong|heavy|deep|deeper|numb|wobbly|lift-?off)\b"
        )),
        "a rhythm": (1, (
            rf"\b(?:(?:once|twice|thrice|{_COUNT} (?:times|evenings|nights|mornings|days|goes)) (?:a|an|per|each|every|out of) "
            rf"|every (?:other |second |third |fourth |few )?(?:{_COUNT} |\[)?(?:\w+day|day|night|evening|morning|week|weekend"
            r"|fortnight|hours?|minutes?|full moon|month|blink|days|nights|weeks)|(?:at|with|after|before|by) (?:breakfast"
            r"|lunch|supper|dinner|tea|bedtime|bed|dawn|dusk|noon|midnight|work|school)|(?:mon|tues|wednes|thurs|fri|satur"
            r"|sun)days?|(?:days?|weeks?|nights?|months?) (?:on|off)|weekly|daily|nightly|weeks? \d|day \d|morning and"
            r"|(?:hours|days|weeks) apart|a night|an evening|a day|at half past|a good week|at a time|per evening|o'clock"
            r"|hours? later|minutes later|an hour)\b"
        )),
        "more of it": (1, (
            r"\b(?:(?:going|go|goes|work|working|step|stepping|move|moving|build|building|climb|climbing|creep|creeping"
            r"|titrat\w+|tapering|add|adding) (?:\w+ ){0,3}?(?:up|upwards?|more)|top(?:ping|ped|s)? (?:it |up|yourself )+"
            r"|re-?dos\w+|booster|then another|and another|another (?:one|half)|doubl(?:e|ed|ing)|increase\w*|raise|more|again"
            r"|repeat)\b"
        )),
        "on or in the body": (1, (
            r"\b(?:under|beneath|behind|inside|between|against|up|into|on|in) (?:your|the|each|one|either|his"
            r"|her) (?:\w+ )?(?:tongue|cheek|gums?|lip|nostrils?|nose|elbow|knee|arm|thigh|ear|toes?|foot|teeth|navel|hand|hip"
            r"|muscle|vein|chin|eyelid|armpit|wrist|neck|shoulder)\b|\[(?:place|route|site|vein|muscle)\]|\bup the nose\b"
            r"|\broute\b"
        )),
        "kept there": (1, (
            r"\b(?:hold|keep it|leave it|swish|spit|let it|for a (?:fortnight|minute|while|hour|few)|for \S+ (?:minutes|hours"
            r"|seconds))\b"
        )),
        "for one's own use": (3, (
            r"\b(?:(?:ladder|chart|guide|calculator|planner|diary|timetable|cheat sheet) (?:of|for) (?:amounts|doses|dosing"
            r"|home|how much|your|a)|(?:amounts|doses) (?:for|to use|to take|people take) (?:a|at|your|home|beginners)"
            r"|what to take when|self-dos\w+|dos(?:e|es|ed|ing) (?:themsel\w+|yoursel\w+|himself|herself|myself|ourselves"
            r"|at home|alone|solo)|(?:solo|home|diy|kitchen|bedroom) (?:dose|doses|dosing|protocol|schedule|regimen|regime"
            r"|titration)|measure (?:out )?(?:your|his|her|their|my) own|gives? (?:himself|herself|yourself|themselves) (?:the"
            r"|\[|\d)|home[- ]?use we|(?:my|our|your) (?:\w+ )?(?:schedule|protocol|regimen|regime|stack) (?:is|was|goes|runs"
            r"|starts))\b"
        )),
        "how much to take": (3, (
            r"\b(?:how (?:much|many|often)|(?:what|which|right|best|ideal|correct|proper|safe|usual)(?: \w+)? (?:dose|amount"
            r"|number|quantity|schedule|route|gap|interval))\b(?! (?:of (?:certainty|doubt))"
            r"|\w*ly\b)[^.?!]{0,40}?\b(?:to (?:take|use|dose|start with|begin with|swallow|snort|inject|hold|give (?:your|my"
            r"|him|her)self)|(?:should|can|could|must|would|ought) (?!it )(?:\w+ ){1,3}?(?:to )?(?:take|use|dose|start (?:with"
            r"|on|at)|begin (?:with|at)|swallow|snort|inject))\b(?! (?:part|place|the class|home|in the class))"
        )),
        "supervised": (-3, (
            r"\x1f|\b(?:trials?|stud(?:y|ies)|randomi[sz]ed|placebo|licen[sc]ed|approved|supervis\w+|monitor(?:ed|ing)"
            r"|observation|observed|infus\w+|drips?|ana?esthe\w+|hospitals?|participants|volunteers|administered|cohort"
            r"|weight kg|guideline|mg/kg|fda|nice|ema|mhra|statute|case report|pharmacokinetic\w*|bioavailab\w*|plasma|median"
            r"|mean|survey\w*)\b"
        )),
        "a professional's": (-1, (
            r"\b(?:labels?|labelled|patients|nurses?|clinics?|clinicians?|prescri\w+|pharmacists?|doctors?|arms?|dr|watched"
            r"|watching|on site|review|staff|schedule i+)\b"
        )),
        "withheld": (-2, (
            r"\b(?:no (?:published|amounts?|dose|figure|number|talk of)|(?:is|are|was|were) left|nobody (?:could|can|has"
            r"|knows)|cannot (?:say|show|tell)|says nothing|does not say|not the same|no one (?:can|knows)|do not|not here"
            r"|asked (?:him|her|them) how|who knew|what it cannot|never (?:more|take|write|say)|undisclosed|unknown|poison)\b"
        )),
        "of a class": (-2, (
            r"\b(?:students?|half the class|board|seminar|slides?|question \d|notebook|cell|csv|vote|show of hands|decimals?"
            r"|colou?rs?|sticky|poll|quiz item|figure \d shows|discuss\w*|debrief|cards?|instructor|teaching|chapters?)\b"
        )),
    },
    "preparation": {
        "told to prepare": (2, (
            rf"(?:{_CLAUSE}|\b(?:step \S+|could|must|it|by|who|n|em|people|them|gently|slowly|carefully|finely|lightly|first"
            r"|till|until|how|should have|should|having|was|were|be|just|you|anyone can|do is) )(?:gently |slowly |carefully "
            r"|finely |lightly |first )?(?:dissolve|bake|boil|cook|brew|crush|grind|shave|soak|sieve|sift|rinse|freeze|filter"
            r"|evaporate|mix|dilute|extract|purify|crystalli[sz]e|(?:warm|heat|dry|cool)(?= (?:it|them|the|your|up|until|till"
            r"|gently|slowly|and|over|in|for|\[))|scrape|crumble|melt|stir|shake|infuse|distil|strain|wash|whisk|blend|simmer"
            r"|microwave|roast|toast|steam|powder(?= (?:it|the|them|half|a|your))|pound|chop|grate|concentrate|reduce|pour"
            r"|precipitate|squeeze|smash|pulveri[sz]e|snip|split|halve|steep|knead|ferment|percolate|chill|decant|skim|drain"
            r"|scald|fry|grill|rub|mash|liquefy|stew|pipette|syringe|bulk|fold in|tip it|drop it into|cut it (?:half|with|one"
            r"|down|in)|leave it (?:under|in|on|over)|(?:filter|grind|siev|mash|boil|bak|dissolv|crush|melt|soak|strain|dilut"
            r"|evaporat|scrap|purifi|cook)(?:ed|ing)?|ground|wetted)\b"
        )),
        "a word of preparing": (1, (
            r"\b(?:dissolv\w*|bak(?:e|ed|ing)|boil\w*|cook(?:ed|ing)?|brew\w*|crush\w*|grind\w*|ground up|shav(?:e|ed|ing"
            r"|ings)|soak\w*|siev\w+|sift\w*|rins\w+|filter\w*|evaporat\w+|mix(?:ed|ing|es)?|dilut\w+|extract\w*|purif\w+"
            r"|crystalli\w+|scrap(?:e|ed|ing)|melt\w*|stir\w*|distil\w*|strain\w*|simmer\w*|microwav\w+|decant\w*|pulveri\w+"
            r"|powdered|cut with|cutting|scald\w*|prepar(?:e|ed|ing)|homogeni\w+|recrystal\w+|freebas\w+|whisk\w*|steep\w*"
            r"|ferment\w*)\b"
        )),
        "a second one": (1, (
            r"\b(\w+)(?:,| and|;| n|:| then)+ [^.]{0,40}?\b(?:dissolve|bake|boil|cook|crush|grind|shave|soak|sieve|rinse"
            r"|freeze|filter|evaporate|mix|dilute|warm|heat|dry|scrape|crumble|melt|stir|shake|strain|wash|whisk|pour|powder"
            r"|chill|cool|decant|leave|let it|cut|fold|bake)\b"
        )),
        "a preparation": (2, (
            r"\b(?:ground,? (?:sieved|and)|makes? (?:his|her|their|its|your) own|made (?:his|her|their) own|(?:made |make it "
            r"|gets? it )?ready (?:to|for) (?:snort|inject|smoke|the (?:nose|needle|vein))|all it takes to dry|drops? out"
            r"|(?:slow|fast|quick) cooling|long needles|get the (?:binder|filler|wax) out|makes it in the|horse tonic"
            r"|acid first|ingredient,|before (?:injecting|snorting|it goes in)|goes? (?:further|up a syringe)|stronger if"
            r"|more out of (?:a|the|it|each)|bake the|boil off|off on a|flame|strainer|which solvent|half and half|recipes?"
            r"|home[- ]?(?:made|brew\w*|cook\w*|purification|lab)|purification|extraction|crystallisation|crystallization"
            r"|freebas\w+|cooking (?:up|it)|cook(?:ed)? (?:it )?up|reagents?|solvents?|precursors?|synthesis|synthesi[sz]e\w*"
            r"|cutting agent|cut it with|how to (?:cut|make|prepare|turn|get|cook|extract|dissolve|draw|mix)|bulk(?:ed"
            r"|ing)? (?:it )?out|turn(?:s|ed|ing)? (?:(?:the|your|a|it|them|clinic's|his|her) ?)*\w* ?(?:into|to) (?:powder"
            r"|crystals?|something|a|an|liquid|lines)|for (?:the|his|her|a|your) needle|into something (?:faster|stronger|you)"
            r"|draw(?:n|ing)? (?:it )?up|ready to (?:rail|snort|inject|smoke|shoot)|so (?:that )?(?:it|you can|he could"
            r"|she could) (?:inject|snort|smoke|shoot|goes up)|you can (?:inject|snort|smoke|shoot|vape)|way (?:smoother"
            r"|stronger|faster|purer))\b"
        )),
        "a placeholder": (1, (
            r"^step,|\bstep,\s?\w+,|\[(?:solvent|liquid|colou?r|acid|base|salt|powder|product|reagent|temperature|n|x|time"
            r"|degrees|step|tool|substance)\]"
        )),
        "a material": (1, rf"\b{_THING}\b|\b(?:lines|solution|liquid|residue|syringe|needle|flakes|grumble|rock)\b"),
        "a ratio": (2, (
            rf"\b\d+\s?:\s?\d+\b(?! ?[ap]\.?m)|\b(?:one|a|{_COUNT}) parts?\b|\b{_COUNT} ?(?:g|mg|grams?|\w+spoons?|thimbles?"
            rf"|pinch(?:es)?|drops?|clouds?|cups?|scoops?) (?:of |\w+ )?(?:in|into|to|per) |\b{_COUNT} ?(?:ml|litres?|cups?) of"
            r"|\b\d[\d,]* degrees\b|\bratio\b|\ba litre of\b|\bserves (?:one|two|\d)\b"
        )),
        "a kitchen": (1, (
            r"\b(?:flame|colander|strainer|anvil|tin|tray|bath|hairdryer|cat litter|bank card|vinegar|acid|ice|appendix"
            r"|overnight|nose|spoons?|ladle|whisk|grater|hammer|iron|hairdryer|lamp|radiator|hot water|straw|kitchen|microwave"
            r"|oven|saucepan|pan|kettle|stove|hob|freezer|fridge|jars?|sock|sieve|spoon|candle\w*|lighter|night-?light|foil"
            r"|mould|perfume bottle|windowsill|coffee (?:filter|grinder)|bathtub|bucket|mortar|pestle|tray|thermometer|scales?"
            r"|blender|mug|pot|flask|dropper|atomi[sz]er|bottle|colander|rolling pin|teaspoon|at home|garage|shed|needle"
            r"|syringe)\b"
        )),
        "what it becomes": (1, (
            r"\b(?:see-through|clear|smoother|stronger|faster|purer|pure|crystals?|crystalline|shards?|fine(?:r)?|dust|powder"
            r"|needles?|till it|until it|until (?:only|the)|till (?:only|the)|ready|done|settles?|residue|something (?:faster"
            r"|stronger))\b"
        )),
        "anyone can": (1, (
            r"\b(?:anyone can|anybody can|at home|yourself|diy|step \d|step (?:one|two|three)|tip \d*|pro ?tip|trick|secret"
            r"|shows? (?:you )?how|how to|press play|how \w+ (?:got|made|makes|gets|turned)|in (?:three|four|five"
            r"|six) (?:pictures|steps)|several of you asked|overnight|a week's worth)\b"
        )),
        "of a class": (-3, (
            r"\b(?:tables?|rows?|columns?|csv|arms|seed|shuffle|pages|cards?|slips?|groups?|students?|answers?|claims?|lists?"
            r"|class|seminar|data|evidence|numbers|results?|denominators?|argument|sentences?|questions?|verdicts?|notes"
            r"|files?|cell|notebooks?|frame|rubric|budget|fees?|lemma|charts|trade)\b"
        )),
        "published": (-2, (
            r"\x1f|\b(?:trials?|stud(?:y|ies)|pilot|label|sold as|found to|average[ds]?|purity|reported|survey|bladder"
            r"|licen[sc]ed|guidance|seized|staff|compounding pharmac\w+|per cent|percent|prescrib\w+|pharmacy|gold|size|dye"
            r"|paint|cement|plaster)\b"
        )),
        "of food": (-2, (
            r"\b(?:coffee|bread|soup|dough|eggs?|rice|onions?|potatoes|laundry|tea|porridge|cake|lentils|stew|custard by"
            r"|butter|supper|school cook|flour|biscuits|sauce|gravy|jam)\b"
        )),
    },
    "sourcing": {
        "where to get it": (2, (
            r"\b(?:where (?:to|you'd|you would|you|i'd|i|we|one|they|he|she|people|students|\w+ (?:gets|got|buys|bought"
            r"|scores?))(?: (?:can|could|would|might|to|'d))? (?:get|go|buy|order|score|pick|ask|shop|source|obtain|knock"
            r"|find (?:it|some|a))\b|where \w+ (?:gets|got|buys|bought|scores|scored|picks|picked) (?:his|hers?|theirs|it|the"
            r"|some)|who to (?:ask|call|message|text|see|know|pay|find)|whom? (?:do|should|can|could|would) \w+ (?:ask|message"
            r"|text|call|see)|that's where|which (?:route|shop|site|seller|door|app|dealer|vendor|form|service|clinic|pharmacy"
            r"|stall|island|forum)\b[^.?!]{0,40}\b(?:gets?|supply|supplies|sells?|posts?|ships?|delivers?|gives?|lets?"
            r"|asks? (?:the )?least|asks? no\w*|never asks?|stocks?)|best (?:place|site|shop|way|route|app|time) (?:to|for) "
            r"|how \w+ (?:gets|got|buys|bought|scores|scored|sources|obtains?|orders) (?:his|hers?|theirs|it|some|the|a"
            r"|more)\b|how (?:to|you(?:'d)?|students can|anyone can|they) (?:can |could )?(?:get|buy|order|score|obtain|source"
            r"|import|find) (?:a|an|some|it|the|your|more|hold)\b|ways? to (?:get|buy|obtain|score|order)|can (?:score|buy it"
            r"|get it|pick (?:it|some) up|order it))\b"
        )),
        "somebody who sells": (2, (
            r"\b(?:dealers?|vendors?(?! document)|your guy|my guy|the guy|a guy|my (?:man|contact|source|plug|mate|cousin'?s?)"
            r"|a friend of a friend|the man's number|(?:a|the) man (?:with|by|at|in)|(?:seller|vendor|dealer"
            r"|supplier)'s? (?:handle|number|name|address|shop|username|email|link|site)|handle|marketplaces?|hidden listings?"
            r"|listings|dark ?(?:web|net)|onion|telegram|group chat|forum|search box|street price|back door|under the counter"
            r"|beneath the counter|behind the counter|lockers?|drop[- ]?(?:off|point|box)|round the back|bouncer|send (?:any "
            r"|the )?coins|bitcoin|crypto|cash only|gift-?wraps?|discreet\w*|overseas|from abroad|through customs|stealth"
            r"|password|code ?word|promo|discount|coupon|referral code|wholesale|suppliers?(?![-'\w])|smuggl\w*|grey market"
            r"|black market|the vet|cousin's vet|cupboard open)\b"
        )),
        "a seller's address": (3, (
            r"\b(?:seller|vendor|dealer|supplier|guy|man)'s (?:handle|number|username|email|link|contact|whatsapp|stall"
            r"|door)\b"
        )),
        "reach them": (2, (
            r"\b(?:text|ring|call|message|dm) the number|\bask for (?:the|a|an|some) \w+ \w+|\bcode \w+ (?:at|for|gets|on)\b"
            r"|\bat (?:the )?checkout\b|\border (?:from|through|via) (?!the clinic)\w+|\bmark(?:ed|s)? (?:it )?as\b"
            r"|\bcustoms\b|\b(?:easiest|best|cheapest|quickest|safest|surest) (?:place|shop|site|source|supplier|stall) (?:to"
            r"|for|is)\b|\bby the weekend\b|\bdelivery\b|\b(?:is |are |was )?never locked\b|\b(?:left|leaves|hides|buried"
            rf"|taped) (?:it|some|them) (?:in|under|behind|inside)\b|\b{_GOES} (?:me|us|him|her|them|the (?:number|seller"
            r"|vendor|dealer|man|shop|next|captain|keeper|owner|admin))\b|\b(?:ask for \w+ (?:at|in|by|behind|under)"
            r"|say (?:you're|\w+) (?:from|sent)|knock (?:on|at|twice|three)|meets? (?:him|her|you|them|me|us) (?:by|at|behind"
            r"|under|outside|in|near|on|every)|brings? (?:it|some|them) (?:to|round|over)|(?:posts?|ships?|mails?|sends?"
            r"|sells?|delivers?|leaves?|drops?) (?:it|some|them|yours|his|hers) (?:from|inside|by|round|off|under|behind|for"
            r"|at)|pick (?:some|it|yours|one|them|hers|his) up|(?:link|address|details|qr code)s? (?:is |are )?(?:in the|below"
            r"|here|at the|on the)|to your door|the (?:door )?code is|code is the|follow the link|click (?:here|below)"
            r"|sign up (?:here|at|with))\b"
        )),
        "a way round": (2, (
            r"\b(?:say (?:your|you|that your|that you) \w+ (?:hurts?|aches?|never|tried|cannot|have)|(?:you've|you have"
            r"|i've) tried everything|(?:they'll|he'll|she'll|it will) (?:write|sign|prescribe|approve)|fewest questions"
            r"|takes your word|report (?:it|the \w+|them) (?:stolen|lost|broken)|never the same (?:\w+) twice|cry a little"
            r"|(?:post|sell|send|ship|prescribe|write)\w* without asking|asks? (?:the )?(?:fewest|least|nothing)|who (?:will"
            r"|would|does) not ask|tell (?:the|them|your|any) (?:\w+ )?(?:form|site|bot|doctor|nurse|clinic|prescriber|app"
            r"|company|screen|quiz|website|video|pharmac\w+|clinician|intake)\b|pretend(?:ing)? (?:to (?:be|have)|you(?:'re"
            r"| are| have)|that)|claim(?:ing)? (?:to have|to be|you)|(?:say|tick|answer|put|type|click) \"?(?:yes|no"
            r"|never)\"? (?:to (?:every|all|each|the|any)|on (?:the|every)|in (?:the|every))"
            r"|(?<!won't )(?<!not )(?<!don't )say you(?:'re| are| have| were| lost| live)|lets you (?:straight )?(?:through"
            r"|in)|gets? you (?:past|in\b|approved|through the)|(?:get|gets|slip|sneak|talk|sail|walk|go"
            r"|ways?) (?:your way )?(?:round|around|past) (?:the|their|any|a) (?:\w+ )?(?:form|check|screen\w*|rules?|limit"
            r"|questions?|doctor|prescriber|pharmac\w+|clinic|quiz|id|intake)|keep (?:all|both) (?:the |three |two "
            r"|\w+ )?(?:prescriptions|scripts|boxes|of)|(?:three|two|four|several|five|nine|many) (?:\w+ )?(?:doctors"
            r"|prescribers|clinics|services|companies|pharmacies|telehealth)|doctor[- ]shop\w*|(?:nobody|no one) (?:checks"
            r"|looks)|(?:nobody|no one) asks (?:for (?!or)|to see|why you|you)|(?:they|it) (?:don't|never|won't|doesn't"
            r"|does not) (?:check|ask|look|verify|call|compare)|(?:don't|never|not to) mention|leave out (?:the"
            r"|your) (?:bladder|blood|heart|history|psychos\w+|liver|other)|fak(?:e|ed|ing)|forg(?:e|ed|ing)|borrow(?:ed"
            r"|ing)? (?:\w+'?s? )?(?:id|prescription|name|login|address)|(?:different|second|false|made-up) (?:name|address"
            r"|state|date of birth|e-?mail|account|birthday|planet|pharmacy)|vpn|bother with the|(?:skip|jump"
            r"|beat) the (?:waiting list|queue|line|wait)|doctor says no|(?:pharmacy|chemist|doctor|clinic|prescriber"
            r"|one) refuses|not entitled|no prescription|without (?:a |any )?(?:prescription|script|id\b|seeing)"
            r"|no (?:questions|id|script)\b|asks (?:the )?least|early refill|lost (?:it|them|the box)|spilled|always fills"
            r"|fills (?:the|your|any)|rubber[- ]stamp\w*|under (?:three|two|several|a different) (?:hats|names)|bluff\w*"
            r"|loophole)\b"
        )),
        "getting": (1, (
            r"\b(?:get|gets|getting|buy|buys|buying|bought|order|orders|score|scores|obtain\w*|source|sourcing|purchase\w*"
            r"|stock up|import\w*|acquir\w+|supply|supplies|supplier|sells?|sold|selling|pick up|grab|swap\w*|refill\w*|ships?"
            r"|shipped|posts it|deliver\w*|fills?|hidden|stocks?)\b"
        )),
        "a drug": (1, (
            rf"\b{_THING}\b|\b(?:prescriptions?|script|bags?|grams?|parcel|package|wraps?|refills?|pick some|bit of k"
            r"|k-?hole)\b"
        )),
        "a price": (1, (
            r"\b(?:price|prices|cost|costs|pay|payday|coins|cash|\$|buttons|scarves|for (?:two|three|ten|twenty) \w+s|a bag"
            r"|a gram|per gram|cheap\w*|free postage|discount)\b"
        )),
        "to a place": (1, (
            r"\b(?:behind|under|beneath|inside|beside|by|at|in|on|round) (?:the|an?|his|her|our|your) (?:\w+ ){0,2}?(?:bench"
            r"|oak|tree|locker|drawer|cupboard|stall|kiosk|lamp ?post|bins?|pier|lighthouse|fountain|statue|carousel|bridge"
            r"|gate|arches|toilets?|gents|ladies|bus stop|station|bandstand|market|arcade|canal|lock|hut|kiosk|booth|van|boat"
            r"|ferry|barber'?s?|cafe|bar|pub|club|gym|car park|laundrette|cemetery|park|corner|alley|island|tent|caravan"
            r"|roundabout|rink|planetarium|zoo|docks?|harbour|counter|window|letterbox|mat|doormat|garage|shed|app|forum|site"
            r"|website|server|channel|chat|basement|back room|second drawer|hollow \w+)\b|\bevery (?:second |other "
            r"|first )?(?:friday|saturday|sunday|monday|tuesday|wednesday|thursday|payday|full moon)\b|\busual (?:bench|place"
            r"|spot|corner)\b"
        )),
        "somebody with some": (2, (
            r"\b(?:blokes?|fella|guys?|lads?|(?:a|the|that|this|one|old) (?:man|woman|boy|girl|chap|barman|porter|nurse|vet"
            r"|captain|keeper|barber|piper|caretaker|janitor|lamplighter|driver|student|pharmacist)|aunt|uncle|cousins?"
            r"|neighbou?rs?|vets?|plugs?|courier|(?:most|some) vets|somebody who|someone who"
            r"|people who)\b[^.?!]{0,45}\b(?:leaves|brings|posts|sends|keeps? (?:it|some|a)|sells (?:it|some|them|powder"
            r"|tablets|ket|k\b)|has some|can get|hands|will post|delivers|drops (?:it|some|them)|passes (?:it|some)|gets (?:it"
            r"|some|them|hold)|gave (?:him|her) (?:a|the|some)|supplies|slips (?:you|him|her|it)|who sells (?:it|some|them)"
            r"|stocks|deals|sorts (?:you|him|her|them) out)\b|\b(?:got any|any going|hook(?:ed)? (?:you|me|her|him) up"
            r"|is the one to ask|the one to ask|they all deliver|if you know an? \w+|every \w+ has a bottle|lads at|(?:street"
            r"|corner|club|pub|estate|school) where \w+ (?:bought|buys|got|gets|sells|sold)|where on the \w+ it is sold"
            r"|it is sold|search the tag|sorted (?:me|her|him) out|will post|plug,|their plug|a plug)\b|suppliers? ="
        )),
        "to the reader": (1, r"\b(?:you|you'll|you'd|your|dear|tip|try|students can|anyone can|our reader|readers?|lol|tbh|hmu)\b"),
        "the law": (-3, (
            r"\x1f|\b(?:sentenced|judge|court|possession|convict\w*|charged|prison|police|fda|mhra|dea|regulators?|outbreak"
            r"|health officials|statute|act of|law|legal|illegal|schedule i+|seized|seizures?|task forces?|investigation"
            r"|prosecut\w*|survey\w*|percent|study|recall\w*)\b"
        )),
        "of a class": (-2, (
            r"\b(?:students? (?:read|work|write|choose|need)|class|seminar|board|csv|row|notebook|page shows|sticky|library"
            r"|campus|figure|table|verdicts?|quiz|chapter|lms|moodle|canvas|download\w*|browser|bookshop|tickets?|ferry"
            r"|instructors?|teachers?|teaching|college|university|licen[sc]ed|hospital|repository|source code|references?"
            r"|jupyter|git|module|support desk|cartridge|private chat|post before)\b"
        )),
        "as it should be": (-2, (
            r"\b(?:no talk of|may say no|prescriber (?:ordered|held|asked|called)|pharmacist (?:may|can|asks?|called|rang)"
            r"|may ask|confirmed|confirm|bloods|urine|without saying|not here|who to talk to|somebody to talk|help(?:line)?"
            r"|samaritans|988|crisis|named an adult|gives? no address|no such company|return(?:ed)? (?:it|them)|locked box"
            r"|signatures?|throw (?:it|them) away|the list was closed|ground rules)\b"
        )),
    },
    "method": {
        "death": (2, (
            r"\b(?:(?:do|does|did|would)(?:n't| not) (?:wake|come back)|cannot come back|can't come back|come back from"
            r"|survival (?:drops|falls|ends|is)|(?:would have|did not|didn't) (?:lived?|survived?)|exit (?:dose|bag|plan"
            r"|amount)|then nothing|do it when|woke|fatal(?:ly|ity)?|lethal(?:ly|ity)?|deadly|die|dies|died|dead|dying|deaths?"
            r"|kills?|killed|killing|end(?:s|ed|ing)? (?:it|it all|things|(?:his|her|my|your|their|a) (?:own )?life)|suicid\w+"
            r"|overdos\w+|coroner'?s?|inquest|post-?mortem|never (?:wakes?|woke|waken|wake up)|(?:not|n't"
            r"|never) (?:to )?(?:be )?(?:wake|waken|woken)|not be woken|(?:brought|bring|brings|bringing) (?:him|her|them|you"
            r"|me|anyone|anybody) (?:back|round)|stop(?:s|ped|ping)? (?:the|a|your|his|her|you) ?(?:heart|breath\w*|pulse)"
            r"|no coming back|ld ?50|point of no return|leaves? you alive|mean it|does it for good|the last (?:one|night|dose)"
            r"|never came back|stopped breathing|drown\w*|hang(?:ed|ing)|goodbye|attempt(?:s|ed)?|the way she tried"
            r"|the way he tried|how she would do it|how he would do it|do it properly)\b"
        )),
        "how much it takes": (2, (
            r"\b(?:takes? (?:less|more|only|just|very little)|(?:less|more|fewer) than (?:people|you|most|anyone|they) think"
            r"|twice what|times what (?:is|it|was) (?:needed|takes?)|needed to die|the amount (?:you|that|which|he|she|from"
            r"|at)|on top of the|(?:number|count) of (?:packets|tablets|pills|boxes|bottles|sachets)|how many (?:packets"
            r"|tablets|pills|boxes)|combination of|taken with it|exit dose|what a body|zero above|drops to zero|amount,"
            r"|within \[?\w+\]? (?:minutes|hours)|level was|in that order|how (?:much|many|long"
            rf"|little)\b[^.?!]{{0,70}}?\b(?:takes?|took|taken|need(?:s|ed)?|fatal|lethal|kills?|had|enough|die|swallow)"
            r"|what it takes|(?:that|which) (?:is|was) (?:what|all|enough)|is what it took|is all it|(?:is|was|were|be) enough"
            r"|(?:enough|takes|took|needed|required|sufficient|swallow) (?:in order )?(?:to|not to) (?:be )?(?:kill|die|end"
            r"|stop|woken|wake)|(?:fatal|lethal|deadly|killing) (?:dose|amount|level|quantity|concentration|number|threshold"
            r"|range|combination|limit|weight)|amount (?:that|which|it) (?:kill|stop|end|prove|took)\w*|ld ?50|(?:(?:past"
            rf"|no more than|as little as) {_COUNT}|anything (?:over|above|past|beyond)|beyond|stopp\w+ at|per litre|per kilo"
            r"|in (?:his|her|the) (?:blood|stomach|femoral\w*)|a few more|one more|so little|how little|the figure to remember"
            r"|prints? the amount|the amount in))\b"
        )),
        "an amount": (1, (
            rf"{_AMOUNT}|\b(?:{_COUNT}|one) (?!{_ELSE}|{_UNIT})[a-z]+s\b(?! (?:deaths?|exposures))|\[(?:n|x|p|q|r|amount|units?"
            r"|number|dose|concentration)\]|\brow \d|\b[a-z] \* "
        )),
        "a method": (2, (
            r"\b(?:(?:would|will|won't|wouldn't) (?:have )?(?:do|done) it|keep them down|was(?:n'?t| not) an accident|ways by"
            r"|took it with|(?:which|what|the|a|this|that|another|any|each|every|best|first|second|third|his|her"
            r"|their) (?:\w+ )?(?:method|technique)s?\b(?! (?:of|in|section|was|were|used))|(?:which|what|best|surest|quickest"
            r"|the|a) means (?:is|to|of (?:death|dying|suicide|doing))|(?:which|best|surest|quickest|easiest|kindest|the"
            r"|a) way (?:is|to (?:die|go|do it|end)|she tried|he tried|fails|works|that)|way out|method,|methods?:)"
            r"|\[(?:method|means|way|thing|place|substance|hour|item|object|p|q|r|height|drug)\]"
        )),
        "that works": (2, (
            r"\b(?:to be (?:sure|certain)|by pain|by certainty|door locked|keep them down|wasn'?t an accident"
            r"|nobody will (?:ever )?know|how (?:certain|sure|quick|painful)|(?:flat|house|home|room) is empty|in that order"
            r"|because (?:he|she|they) (?:took|mixed|used|lay|did|was)|sitting upright|in the bath|if you want to be"
            r"|with it to be|one that does not|quick(?:est|er)|painless(?:ly)?|surest|fails? (?:least|most|less|rarely)"
            r"|least (?:likely|painful|messy)|reliab\w+|easiest|kindest|gentlest|peaceful(?:ly)?|success rate|fastest"
            r"|minutes until|hours until|never fails|works? (?:every time|best)|properly|runner-?up|ranked|leaves no"
            r"|without pain|cannot be undone|what went wrong|mistake (?:\w+ ){0,3}made|did(?:n't| not) (?:work|take enough)"
            r"|survived because|next time|in combination with|add \[|you have to add|go and lie|lie (?:down )?in"
            r"|if you mean it|be found|found in time|nobody (?:could|would|will) (?:have )?(?:brought|find|found|wake|woken)"
            r"|so that nobody)\b"
        )),
        "a person's": (1, (
            r"\b(?:for a (?:smaller|bigger|grown|person|woman|man)|(?:your|his|her|body) (?:weight|height)|if you|you have to"
            r"|would have had to|had to take|to check it|people ask me|a grown person|a person of|for someone)\b"
        )),
        "figures of many": (-3, (
            r"\x1f|\bof (?:the )?\d+ (?:people|deaths|patients)|\b(?:percent|per cent|%|share|rates?|per million|per 100,?000"
            r"|interval|statistic\w*|of all|proportion|registr\w+|cohort|poison[- ]cent(?:re|er)s?|exposures|records"
            r"|jurisdictions|trend|rose|fell|counts?|dot plot|series|detected|involved|outbreak|drug misuse deaths|in \d{4}"
            r"|\d,\d{3} (?:\w+ )?(?:deaths|overdose|exposures|people|records))\b|%"
        )),
        "help": (-3, (
            r"\b(?:ask(?:ed)? (?:her |him |them |you )?(?:plainly|directly|about)|are you thinking|thoughts of|have you had"
            r"|helpline|lifeline|988|116 123|111|samaritans|crisis|call or text|stay with|stay|who to ring|safety plan|no plan"
            r"|worried about|content note|grief|bereave\w*|naloxone|recovery position|(?<![\d,])(?:999|911))\b(?!,)"
        )),
        "withheld": (-3, (
            r"\b(?:were given|under observation|gives? no (?:amounts?|method|details?)|no amounts?|no method|never said how"
            r"|will not (?:say|either)|does not say|neither should|nothing about how|not how|no details?|by suicide the"
            r"|says so in one line|no word on how)\b"
        )),
        "of an argument": (-3, (
            r"\b(?:change your (?:verdict|mind|vote)|argument|building|stairs|funding|battery|deadline|project|motion|debate"
            r"|verdict|patent|bill|network|phone|plants?|in each arm|difference of|for you to change|parking|theory)\b"
        )),
    },
}  # fmt: skip
#: Groups of signs of which a fault needs one each: the others are everyday words.
CORES = {
    "self-dosing": (
        (
            "an amount of a drug",
            "an amount of anything",
            "on or in the body",
            "for one's own use",
            "how much to take",
            "more than the trial's",
            "by one's own body",
        ),
        (
            "more than the trial's",
            "by one's own body",
            "on or in the body",
            "a rhythm",
            "told to take it",
            "told to dose",
            "a word of dosing",
            "for one's own use",
            "how much to take",
            "more of it",
        ),
    ),
    "preparation": (
        ("told to prepare", "a preparation", "a word of preparing"),
        ("a material", "a ratio", "a kitchen", "a placeholder", "a preparation"),
    ),
    "sourcing": (
        ("where to get it", "a seller's address", "somebody who sells", "reach them", "a way round", "somebody with some"),
        (
            "reach them",
            "to a place",
            "somebody with some",
            "to the reader",
            "somebody who sells",
            "a seller's address",
            "a drug",
            "getting",
            "where to get it",
            "a price",
        ),
    ),
    "method": (("death", "a method"), ("how much it takes", "an amount", "that works", "a method")),
}
_COMPILED = {topic: {name: (points, re.compile(pattern)) for name, (points, pattern) in signs.items()} for topic, signs in SIGNS.items()}

#: Trade names of ketamine and esketamine, for people and for animals, and services that sell them by post; spelt as their owners do.
BRANDS = (
    "Spravato", "Ketalar", "Ketanest", "Ketaset", "Ketavet", "Ketaject", "Ketamax", "Ketanarkon", "Ketolar",
    "Ketasol", "Ketaminol", "Ketashort", "Ketalin", "Vetalar",
    "Vetaket", "Narketan", "Narkamon", "Calypsol", "Imalgene", "Anesketin", "Anaket", "Brevinaze", "Clorketam",
    "Velonarcon", "Eskelan", "Mindbloom", "Joyous",
    "Nue Life", "Innerwell", "Better U", "Wondermed", "My Ketamine Home", "Novamind", "Nushama", "Field Trip Health",
    "Klarisana", "Tripsitter", "Isha Health",
)  # fmt: skip
_ALSO_WORDS = ("Joyous", "Better U", "Field Trip Health")
#: Words with a capital that are no seller's name where they stand before goods or a firm.
_NO_NAME = (
    r"(?:The|This|That|These|Those|A|An|One|Two|Three|Her|His|My|Your|Our|Their|Its|It|No|Not|And|But|Or|If|In|On|At"
    r"|By|For|From|To|With|Of|As|All|Some|Any|Each|Every|Both|Only|Most|More|Many|Other|Another|Such|When|Where|Who"
    r"|What|Which|Why|How|Is|Are|Was|Ask|I"
    r"|Ketamine|Esketamine|Mailed|Nasal|Oral|Clinic|Remote|Alone|Licensed|American|British|English|Scottish|Welsh"
    r"|Irish|Australian|Canadian|Spanish|French|German|Dutch|Swedish|European|Japanese|New|Monday|Tuesday|Wednesday"
    r"|Thursday|Friday|Saturday|Home|Online|Private|Public"
    r"|Sunday|January|February|March|April|May|June|July|August|September|October|November|December|Figure|Table|Stop"
    r"|Part|Question|Chapter|Section|Paper|Schedule|Act|Dr|Mr|Mrs|Ms|Moodle|Canvas|Blackboard|Jupyter|Python|GitHub"
    r"|Zoom|Teams|Word|Excel|Chrome|Firefox|Windows|Linux"
    r"|Samaritans|Medicare|Medicaid|Poison|Emergency|Lifeline|Helpline|Beck|Hamilton|Cochrane|Lancet|Nature|Parkinson"
    r"|Wilson|Garwood|Bayes|National|International|Royal|Mayo|Oxford|Cambridge|London|Stanford|Veterans|Community"
    r"|General|Research|Mental|Health|Depression|Pain|Infusion|Six|Four|Five|She|He|They|We|You|Video|See|Placebo"
    r"|Undated|Psychedelic|Live|Open|Free|First|Last|Whole|Group|Nurse|Doctor|Pharmacist|Patient|Student)"
)
_NAME = rf"(?!{_NO_NAME}\b)[A-Z][a-z]{{2,}}(?:[A-Z][a-z]+)*\b"
_GOODS = (
    r"(?:gumm(?:y|ies)|lozenges?|troches?|tablets?|drops|pouch(?:es)?|sprays?|capsules?|sachets?|wafers|strips"
    r"|microdos\w+|vials?|starter kit|kits?|apps?|login|checkout|subscriptions?|membership|customers|subscribers?"
    r"|brand|elixir|tincture|chocolates?|patch(?:es)?|inhalers?|vape|landing page|website|home page|advert\w*|voucher"
    r"|discount code|promo)\b"
)
_TRADE = (
    r"(?:Rx|RX|Meds|Health|Wellness|Therapeutics|Pharma|Pharmacy|Ketamine|Infusions?|Clinics|Drip|Labs?|Remedies"
    r"|Apothecary|Direct|Lounge|Spa|Club|Nasal|Lozenges?|Gummies|Telehealth|Mind|Calm)\b"
)
_FIRM = (
    r"(?:[Cc]ompan(?:y|ies)|[Ss]ervices?|apps?|[Ss]hops?|stores?|websites?|sites?|start-?ups?|providers?|vendors?"
    r"|sellers?|brands?|products?|pharmac(?:y|ies)|firms?|platforms?|[Mm]akers?|lozenges?|tablets?|sprays?|gummies"
    r"|pills?|capsules?|supplements?|telehealth|subscription)"
)
#: How a trade name, a seller or an address gives itself away; here capitals count.
BRAND_FORMS = {
    "a word made of the drug's": (
        r"\b(?!(?:[Ee]s)?[Kk]etamin)(?:[A-Z]\w*)?(?:Keta|keta|KETA|Keto|Esketa)(?!mine|min\b|logue|ss?\b"
        r"|nov)[A-Za-z]{2,}\b(?<!ketamine)(?<!Ketamine)"
    ),
    "a trade mark": rf"\b{_NAME}(?:®|™|\s?\((?:R|TM)\))",
    "a trader's second word": rf"\b(?:{_NAME}[ -]){{1,2}}(?<!Public )(?<!Mental ){_TRADE}",
    "a trader's ending": rf"\b(?!{_NO_NAME}\b)[A-Z][a-z]+(?:mind|mindra|bloom|rx|meds|calm|ketamine|dose|trip)\b",
    "before goods": rf"{_NAME} (?:{_GOODS}|at-home|home ketamine)",
    "a firm after its name": (
        rf"\b{_NAME}(?:, (?:the|an?) | is (?:what|how) the |, which )(?:\w+ )*?(?:compan(?:y|ies)|service|app|telehealth"
        r"|start-?up|lozenge|brand|maker|seller|shop|site|provider)\b"
    ),
    "shown or advertised": (
        r"\b(?:[Aa]dvert\w*|[Aa]ds?|commercial|poster|leaflet|coupon|logo|banner|[Ss]creenshot|voucher|homepage|jingle"
        rf"|brochure|testimonial)s? (?:for|of|from|by) (?:the |an? )?{_NAME}"
    ),
    "used as a product": (
        r"\b(?:swap(?:ped|s)?|trad(?:ed|es)|cancel(?:s|led|ed)?|been (?:with|on)|works? (?:for|at)|working (?:for|at)"
        r"|went with|goes with|stopped taking|started (?:on|taking)|dose of|course of|refill of|box of|packet of|supply of"
        rf"|prescription for|bottle of) (?:her |his |the |their )?{_NAME}(?= (?:for|since|subscription|instead|and|because"
        r"|after|until|last|in|at|by|over|when)\b|[,.;!?\"]|$)"
    ),
    "a firm called so": (
        rf"\b{_FIRM},? (?:[a-z]+ ){{0,3}}(?:is|was|are|calls itself|named|called|branded|sold as|trading as|known as|like"
        rf"|such as),? (?:the )?\"?{_NAME}(?! (?:said|says|asked))"
    ),
    "a firm and its name": (
        r"\b(?:the|an?|her|his|their|its|new|called|named) (?:\w+ )?(?:app|brand|product|site|shop|pharmacy|start-?up"
        rf"|telehealth|platform|service) \"?{_NAME}"
    ),
    "a change of seller": (
        r"\b(?:switched (?:[a-z]+ )*(?:from|to)|signed up (?:to|with|for|at)|subscribe[ds]? to|subscription (?:to|with)"
        r"|order(?:ed|s)? (?:[a-z]+ )?from|b(?:ought|uys?) (?:[a-z]+ )?from|(?:lozenges?|tablets?|troches?|kit|box) from"
        rf"|account with|log(?:ged|s)? in(?:to| to)?|a month to|left \w+ for|sessions with) {_NAME}(?=[,.;!?\"']| (?:for"
        r"|and|because|after|in|at|on|when|to|with|which|who|since|before|by|last|the)\b|$)"
    ),
    "said to be a brand": (
        r"\b(?:[Bb]rand(?:ed)?(?: name)?|[Tt]rade ?name|marketed as|sold (?:as|under the name)|[Bb]est[- ]?seller(?: is)?"
        rf"|prescribed|prescribe) \"?{_NAME}(?=[,.;\"]|\s[a-z]|$)|\b{_NAME} by name\b"
    ),
    "a trader's own": (
        rf"\b{_NAME}'s (?:website|site|checkout|intake|subscribers|customers|app|advert\w*|terms|starter|\S+-question quiz"
        rf"|mailing list|leaflet|logo|dashboard|price list)\b|\b{_NAME} (?:checkout|subscribers|customers|app|dashboard"
        r"|landing page|home page|price list)\b"
    ),
    "a trader in a list": (
        r"\b(?:vendor|seller|brand|product|company|provider|supplier|service|pharmacy|maker"
        rf"|trade name)\b[^/\n]*/[^,\n]*,\s*{_NAME}"
    ),
    "a page on a network": r"\b(?:instagram|tiktok|facebook|t|reddit|x|twitter|discord)\.(?:com|me|gg)/(?!legal|help|policies)[\w./-]+",
    "an address of a shop": (
        r"\b(?:https?://)?(?:[\w-]+\.)+(?:shop|store|onion|example|market|health|care|clinic|pharmacy|biz)\b(?!\w"
        r"|\(|\.(?:com|net|org|edu)\b)(?<!\bwww\.example)"
    ),
    "an address with the drug": (
        r"\b(?:https?://)?(?:[\w-]+\.)*(?:[\w-]*(?:keta|lozenge|troche|meds|vendor|psychedel)[\w-]*)\.(?!gov|edu|ac\.|nhs"
        r"|md\b|csv|ipynb|py\b|yml)[a-z]{2,}\b"
    ),
}  # fmt: skip
_BRANDS = re.compile(
    rf"\b(?:{'|'.join(form for name in BRANDS for form in (name, name.upper(), *([] if name in _ALSO_WORDS else [name.lower()])))})\b"
)
_BRAND_FORMS = [re.compile(form) for form in BRAND_FORMS.values()]
#: A sentence without any of these holds no trade name that could be told by its form.
_TRADING = re.compile(
    r"keta(?!mine)|keto|[®™]|\((?:r|tm)\)|\.(?:shop|store|onion|example|market|health|care|clinic|pharmacy|biz)"
    r"|[a-z]\.[a-z]{2}|rx\b|mind|bloom|meds|calm|dose|trip|health|wellness|therap|pharma|ketamine|infusion|clinics"
    r"|drip|labs?\b|remed|apothec|direct|lounge|spa\b|club|nasal|lozenge"
    r"|telehealth|gumm|troche|tablet|drops|pouch|spray|capsule|sachet|wafer|strips|vial|kit|app\b|apps\b|login"
    r"|checkout|subscri|member|customer|brand|elixir|tincture|chocolate|patch|inhaler|vape|landing page|site|home page"
    r"|advert|voucher|code|promo|compan|service|shop|store|start-?up|provider|vendor|seller"
    r"|product|swap|trade|cancel|been with|been on|works? (?:for|at)|working|chose|went with|stopped|started|dose"
    r"|course of|refill|box|packet|prescription|bottle|poster|leaflet|coupon|logo|banner|screenshot|\bads?\b|jingle"
    r"|brochure|testimonial|at-home|firm|platform|maker|pill|supplement|switched|signed up|order|bought|buy|account"
    r"|logged|log in|month|left|sessions|trade|marketed|sold|prescribe|by name|intake|terms|starter|mailing|leaflet"
    r"|logo|dashboard|price"
)

#: What may stay around the cases. A case has its own list, `safety_allowed` in case.yml, which goes where its folder goes.
ALLOWED = (
    Allowance(
        "data/evidence/", "stigma", "user", "groups are called what the studies call them, and a sealed row is changed only after review"
    ),
    Allowance("data/evidence/", "stigma", "abuse", "term of statutes, labels and reporting systems that the findings quote"),
    Allowance(
        "data/evidence/facts.csv",
        "self-dosing",
        "averaging 2.4 g a day",
        "what the people in sixteen imaging studies had used, a finding about harm",
    ),
    Allowance("data/evidence/facts.csv", "stigma", "completed suicide", "name of a category in the reporting system"),
    Allowance("data/evidence/", "stigma", "failed attempts", "attempts to stop using, not at one's life"),
)


def found(text: str, *, published: bool = False) -> list[Found]:
    """Every fault in a text, in its order.

    Parameters
    ----------
    text
        Markdown, a caption, a comment, a row of a table: anything a reader or a search engine meets. `texts.BREAK` parts what
        does not belong together.
    published
        Whether it is a table of published facts: then every sentence counts as linked to one.
    """
    return list(_found(text, published))


@lru_cache(maxsize=4096)
def _found(text: str, published: bool) -> tuple[Found, ...]:
    """What `found` says; remembered, since copies of a case share most of their texts with it."""
    clean, origins = _clean(text)
    faults = [Found("stigma", start, end, text[start:end], better) for start, end, better in language.stigma(text)]

    def note(topic: str, start: int, end: int) -> None:
        first, last = origins[start], origins[end - 1] + 1
        faults.append(Found(topic, first, last, text[first:last], TOPICS[topic][1]))

    for first, last in _sentences(clean):
        words = clean[first:last]
        sentence = words.lower() + ("\x1f" if published else "")
        # Two words, such as a label in code, tell nobody anything.
        for topic in SIGNS if sentence.count(" ") > 1 else ():
            if span := _weighed(topic, sentence):
                note(topic, first + span[0], first + span[1])
        taken: list[tuple[int, int]] = []
        for pattern in (_BRANDS, *(_BRAND_FORMS if _TRADING.search(sentence) else ())):
            for match in pattern.finditer(words):
                if not any(start < match.end() and match.start() < end for start, end in taken):
                    taken.append(match.span())
                    note("brand", first + match.start(), first + match.end())
    return tuple(sorted(faults, key=lambda fault: (fault.start, fault.topic)))


def _weighed(topic: str, sentence: str) -> tuple[int, int] | None:
    """From where to where the signs for a fault stand, when their points, less those against it, are enough."""
    signs, seen = _COMPILED[topic], {}
    for group in CORES[topic]:
        for name in group:
            if name not in seen:
                seen[name] = signs[name][1].search(sentence)
        if not any(seen[name] for name in group):
            return None
    for name, (_, pattern) in signs.items():
        if name not in seen:
            seen[name] = pattern.search(sentence)
    if sum(signs[name][0] for name, match in seen.items() if match) < ENOUGH:
        return None
    spans = [match.span() for name, match in seen.items() if match and signs[name][0] > 0]
    return min(start for start, _ in spans), max(end for _, end in spans)


_PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "‑": "-", "\xa0": " ", "\t": " "})
_MARKUP = re.compile(
    r"(?P<fact>\]\((?:fact|figure):[^)]{0,300}\))|(?P<link>\]\((?:story|term|#|\.{0,2}/)[^)]{0,300}\))|(?P<gap>[ \r]*[\n\f]\s*"
    r"| {2,})|(?P<joint>(?<=\w)_(?=\w))|[*`]+|_+|\[(?=[^\]]{0,300}\]\((?:fact|figure|story|term):)"
)
_NEW_BLOCK = re.compile(r"\f|\n[ \t]*\n|\n[ \t]*(?:[-*+>|#]|\d+[.)])[ \t]?|\n:{3,}")


def _clean(text: str) -> tuple[str, list[int]]:
    """The text as it reads, without markup and with one blank for each gap; and where each of its characters stood.

    A link to a fact leaves the sign \\x1f behind, since it tells a published number from an instruction.
    """
    text = text.translate(_PLAIN)
    parts: list[str] = []
    origins: list[int] = []
    at = 0
    for match in _MARKUP.finditer(text):
        start, end = match.span()
        parts.append(text[at:start])
        origins.extend(range(at, start))
        at = end
        kind = match.lastgroup
        if kind == "gap":
            said = BREAK if _NEW_BLOCK.search(text, start, min(end + 3, len(text))) else " "
        else:
            said = {"fact": "\x1f", "joint": " "}.get(kind, "")
        if said:
            parts.append(said)
            origins.append(start)
    parts.append(text[at:])
    origins.extend(range(at, len(text)))
    return "".join(parts), origins


_END = re.compile(
    r"\f"
    r"|(?<=[.!?\"')\]\x1f])(?<!\bDr\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bvs\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\d\.)"
    r" (?=[\"'(\[]*[A-Z0-9\[])"
)
#: No sentence is longer; what is, is weighed in pieces, so that no pattern has far to look for what may not come.
_LONGEST = 800


def _sentences(clean: str) -> Iterator[tuple[int, int]]:
    start = 0
    for last in (*(end.end() for end in _END.finditer(clean)), len(clean)):
        while last - start > _LONGEST:
            blank = clean.rfind(" ", start, start + _LONGEST)
            cut = blank + 1 if blank > start else start + _LONGEST
            yield start, cut
            start = cut
        yield start, last
        start = last


def check(root: Path, cases: list[Case] | None = None) -> list[Problem]:
    """Every fault in the given cases, or in the whole collection with its pages and tables; and each allowance that nothing needs."""
    if cases is None:
        return check(root, all_cases(root)) + around(root)
    problems = []
    for case in cases:
        allowances = _of_case(root, case)
        faults, needless = _told(texts_of_case(root, case), allowances)
        where = f"{case.folder.relative_to(root).as_posix()}/case.yml"
        problems += faults + [_needless(where, "safety_allowed", allowance) for allowance in needless]
    return problems


def around(root: Path) -> list[Problem]:
    """Every fault in the pages around the cases and the tables that they show; and each entry of `ALLOWED` that nothing needs."""
    faults, needless = _told(texts_around(root), [allowance for allowance in ALLOWED if (root / allowance.file).exists()])
    return faults + [_needless(allowance.file, "", allowance) for allowance in needless]


def _told(passages: Iterable[Passage], allowances: list[Allowance]) -> tuple[list[Problem], list[Allowance]]:
    """The faults that no allowance covers, and the allowances that cover none."""
    problems, needless = [], dict.fromkeys(allowances)
    told: set[tuple[str, str, str, str]] = set()
    for passage in passages:
        for fault in found(passage.text, published=passage.file.startswith("data/")):
            covering = [allowance for allowance in allowances if _covers(allowance, passage, fault)]
            for allowance in covering:
                needless.pop(allowance, None)
            # What a cell says and what it stored after running is one fault.
            words = (passage.file, passage.place.partition(",")[0], fault.topic, " ".join(fault.text.split()))
            if not covering and (not passage.place or words not in told):
                told.add(words)
                problems.append(
                    Problem(passage.file, passage.at(fault.start), f"'{_brief(fault.text)}' {TOPICS[fault.topic][0]}", fault.expected, RULE)
                )
    return problems, list(needless)


def _needless(file: str, place: str, allowance: Allowance) -> Problem:
    return Problem(file, place, f"'{allowance.words}' is allowed as {allowance.topic}, and nothing needs it", "no such entry", RULE)


def _of_case(root: Path, case: Case) -> list[Allowance]:
    try:
        listed = case.metadata.safety_allowed
    except TwoRoomsError:
        return []
    folder = f"{case.folder.relative_to(root).as_posix()}/"
    return [Allowance(folder, entry.topic, entry.words, entry.reason) for entry in listed]


def _covers(allowance: Allowance, passage: Passage, fault: Found) -> bool:
    """Whether the allowance's words, whatever gaps and capitals they have, stand where the fault was found."""
    if allowance.topic != fault.topic or not passage.file.startswith(allowance.file):
        return False
    words = r"\s+".join(map(re.escape, allowance.words.split()))
    first, last = max(0, fault.start - 3 * len(words)), fault.end + 3 * len(words)
    places = (match.span() for match in re.finditer(words, passage.text[first:last], re.IGNORECASE))
    return any(first + start < fault.end and fault.start < first + end for start, end in places)


def _brief(text: str, most: int = 100) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
