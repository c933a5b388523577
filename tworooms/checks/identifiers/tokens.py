"""Words as names are told by them: which sort each is, and how a run of capitalised words falls apart."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from .finding import Reading, key_of
from .lists import terms, words

UPPER = "".join(chr(code) for code in range(0x250) if chr(code).isupper())
_PARTICLE = (
    r"(?:van|von|vom|der|den|de|del|della|di|da|dos|das|du|la|le|bin|binti|bint|ibn|al|el|zu|zur|zum|ter|ten|[’']t|y|av|af|mac|nic|ní|ó)"
)
WORD = rf"(?:[{UPPER}]['’])?[{UPPER}][^\W\d_]+(?:['’-][^\W\d_]+)*"
RUN = re.compile(
    rf"(?<![\w@#\\.])(?<![^a-zß-ÿ]/)(?:(?:[{UPPER}]\.[ -]?){{1,5}}(?:{_PARTICLE} ){{0,3}})?{WORD}(?:(?: |(?<=[^\W\d_])-)(?:{_PARTICLE} "
    rf"){{0,2}}(?:[{UPPER}]\. ?)*{WORD}| & {WORD})*(?: [{UPPER}]\.(?!\w))?"
)
#: Words of the longest name; a longer run of capitals is cut, or a table of them would take minutes.
_LONGEST = 14
_TOKEN = re.compile(rf"[{UPPER}]\.|[^\W\d_]+(?:['’-][^\W\d_]+)*|&")
#: Titles after which a capitalised word is a person.
TITLES = {
    "mr", "mrs", "ms", "miss", "mx", "dr", "drs", "prof", "professor", "doctor", "sir", "dame", "rev", "revd", "father", "fr", "sr",
    "sra", "srta", "herr", "frau", "hr", "fru", "mme", "madame", "mlle",
    "monsieur", "dott", "dottoressa", "dottore", "sig", "sig.ra", "signora", "signor", "señor", "señora", "don", "doña", "dhr", "mevr",
    "mevrouw", "meneer", "mw", "heer", "herrn", "familie", "pfr", "pr", "ing", "suora", "hno", "sra.", "pan", "pani", "senhor",
    "senhora", "dra", "med",
    "sister", "nurse", "matron", "aunt", "auntie", "uncle", "nana", "gran", "granny", "grandma", "grandpa", "nan", "coach", "officer",
    "sgt", "sergeant", "pc", "deputy", "judge", "rabbi", "imam", "pastor", "capt", "captain",
    "lt", "paramedic", "emt", "midwife", "social worker", "pharmacist", "cllr", "canon", "tante", "oom", "onkel", "opa", "oma", "abuela",
    "tía", "tío", "lady", "lord", "pfleger", "schwester",
}  # fmt: skip
#: Who is spoken of by their relation.
KIN = (
    "nabo|nachbar(?:in)?|voisine?|vecin[oa]|vicin[oa]|buurman|buurvrouw|granne|kollege|kollegin|freund(?:in)?|collègue|ami|amie"
    "|amig[oa]|amic[oa]|vriend(?:in)?|wife|husband|spouse|partner|son|sons|daughter|daughters|mother|father|mum|mom|mam|dad|brother"
    "|sister|sibling|nephew|niece|aunt"
    "|auntie|uncle|cousin|grandson|granddaughter|grandmother|grandfather|gran|nan|"
    "stepson|stepdaughter|stepfather|stepmother|step-?mum|step-?dad|boyfriend|girlfriend|bf|gf|fiancé|fiancée|fiance|fiancee|ex|ex-wife"
    "|ex-husband|flatmate|roommate|housemate|neighbou?r|friend|mate|carer|caregiver|"
    "landlord|landlady|boss|employer|manager|supervisor|guardian|poa|nok|sponsor|twin|baby|child|kid|boy|girl|dog|cat|"
    "frau|mann|sohn|tochter|schwester|bruder|mutter|vater|mari|femme|fils|fille|frère|soeur|sœur|mère|père|esposa|esposo|marido|hijo"
    "|hija|hermano|hermana|madre|padre|moglie|marito|figlio|figlia|fratello|sorella|"
    "echtgenoot|echtgenote|zoon|dochter|broer|zus|moeder|vader|hustru|søn|datter|make|dotter|mor|far|żona|mąż|syn|córka"
)  # fmt: skip
PERSON_AFTER = re.compile(
    r"^['’]?s?,? ?\(?(?:\d{1,3} ?(?:y|f\b|m\b|yo|yr|/|-year)|(?:aged|age|born|dob|d\.o\.b|geb|née?|né)\b)"
    r"|^ (?:says?|said|tells?|told|asks?|asked|rang|rings|phoned|called|calls|texted|texts|reports?|reported|states?|stated|denies"
    r"|denied|attends?|attended|came|comes|went|arrived|arrives|left|leaves|wants?|wanted|thinks?|feels?|felt|"
    r"has|had|is|was|lives|lived|works|worked|remains|slept|walked|spoke|speaks|brought|brings|picked|collected|collects|missed|misses"
    r"|joined|wept|cried|cries|laughed|agreed|signed|drove|drives|sat|sits|took|takes|will|would|woke|settled|declined|"
    r"presented|presents|who|and (?:her|his|their)|kept|keeps|gave|gives|hopes|smiled|stayed|stays|wrote|writes|knows|knew|found|heard"
    r"|saw|promised|refused|requested|accepted)\b",
    re.IGNORECASE,
)  # fmt: skip
#: Words that may stand before a name and be no part of it.
_FUNCTION_WORDS = {
    "a", "address", "an", "and", "any", "at", "by", "each", "every", "for", "from", "her", "his", "home", "in", "lived", "lives",
    "my", "near", "no", "of", "old", "on", "one", "our", "see", "some", "that", "the", "their", "this", "to", "what", "which",
    "whole", "your",
}  # fmt: skip
#: Function words of other languages, where names cannot be told by what is capitalised or unknown.
_FOREIGN = re.compile(
    r"\b(?:der|die|das|und|ist|nicht|mit|nach|bei|wurde|eine?r?|den|dem|im|am|zur|zum|seit|auf|für|sich|hat|wird|les|une|est|dans|avec"
    r"|pour|qui|sur|pas|aux|el|los|las|una|con|por|para|che|della|nel|gli|la|le|du|au|en|het|een|niet|voor|og|ikke|och|inte|att|ei|ja"
    r"|jest|nie|się"
    r"|oraz|kam|ging)\b"
)
_ENGLISH = re.compile(
    r"\b(?:the|and|of|to|was|is|with|for|her|his|she|he|they|by|from|that|this|has|had|not|it|pt|who|which|at|as|we|i)\b",
    re.IGNORECASE,
)
FOREIGN_WORDS = frozenset(
    "der die das und ist nicht mit nach bei wurde eine einer ein den dem im am zur zum seit auf für sich hat wird sie er es ich wir ihr "
    "les une est dans avec pour qui sur pas aux elle lui nous vous sans mais dit son sa ses leur tout bien "
    "el los las una con por para che della nel gli lei loro sono del dal alla het een niet voor van aan ook maar zij hij wel dag mij og "
    "ikke har til af som jeg hun han och inte att som hon han ja ei on se hän ovat jest nie się oraz kam ging ali ada bis mai an "
    "aber alle amma mann frau kind alma luz sol paz dia ana rai che mal des dis sam sat mon tue wed thu fri sun jan feb mar apr jun jul "
    "tage ende art rat wochen zimmer kopf ze hij zij aug sep oct nov dec hb wt tab caps tbsp amp sub".split()
)
MONTHS_AND_DAYS = frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday thursday friday "
    "saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun".split()
)
SENTENCE_START = re.compile(r"(?:^|[.!?:;…•|>\]*_#)\n\t—]|[–-] | - )\s*[\"“‘'(*_\[\]]*$|[.!?,:][\"”’]? [\"“‘]$|[.!?][\"”’)] $|· $")


@dataclass(frozen=True)
class Token:
    """A word, and what the lists say of it.

    sort: initial, particle, and; cast: declared; day: of a month or week; title; known: public; capitals: an abbreviation; told: in
    the tables; word: ordinary; given, surname: in those lists only; both, common: ordinary, and a given or a family name as well;
    unknown: in no list.
    """

    start: int
    end: int
    text: str
    sort: str


@cache
def ordinary(word: str) -> bool:
    """Whether a lower-case word is in the dictionary, in American or British spelling, or with a suffix or a hyphen."""
    dictionary = words("words")
    if word in dictionary:
        return True
    if "-" in word:
        return all(part in dictionary or part in terms() or len(part) < 3 or ordinary(part) for part in word.split("-"))
    american = (
        word.replace("ae", "e")
        .replace("oe", "e")
        .replace("isa", "iza")
        .replace("ise", "ize")
        .replace("ising", "izing")
        .replace("our", "or")
        .replace("yse", "yze")
        .replace("lling", "ling")
        .replace("lled", "led")
    )
    if american in dictionary or re.sub(r"re(s?)$", r"er\1", word) in dictionary:
        return True
    return any(
        word.endswith(end) and (word.removesuffix(end) in dictionary or word.removesuffix(end) + "e" in dictionary)
        for end in ("n't", "'s", "'d", "'m", "'ll", "'re", "'ve", "s'", "s", "es", "ed", "ing", "ly", "er", "ers")
        if len(word) - len(end) > 3 or "'" in end or end in ("s", "es")
    )


@cache
def listed(word: str, *lists: str) -> bool:
    """Whether a lower-case word is in one of the lists, or is but for its accents."""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign))
    return any(word in words(name) or plain in words(name) for name in lists)


def is_foreign(text: str) -> bool:
    """Whether the text is in another language: by its function words, or because no English dictionary has most of its words."""
    if len(_FOREIGN.findall(text)) > len(_ENGLISH.findall(text)):
        return True
    plain = re.findall(r"\b[a-zß-öø-ÿ]{4,}\b", text[:2000])
    if len(plain) > 2 and sum(not ordinary(word) for word in plain) > len(plain) / 2:
        return True
    every = [word.lower() for word in re.findall(r"\b[^\W\d_]{4,}\b", text[:600])]
    return 2 * sum(is_foreign_word(word) for word in every) > max(2, sum(ordinary(word) for word in every))


@cache
def is_foreign_word(word: str) -> bool:
    """Whether a lower-case word is frequent in another language, or a German compound whose last part is."""
    frequent = words("foreign")
    if word in frequent:
        return True
    return (
        any(word[at:] in frequent and (word[:at] in frequent or word[:at].rstrip("s") in frequent) for at in range(4, len(word) - 3))
        or re.search(
            r"(?:ung|heit|keit|schaft|tät|ungen|keiten|tion|ismus|nisse?|zeit|stoff|wert|blatt|spray|gerät|termin|plan|mittel)$", word
        )
        is not None
    )


def is_function(word: str) -> bool:
    """Whether a word may stand before a name and be no part of it."""
    return word.lower() in _FUNCTION_WORDS or word.lower() in MONTHS_AND_DAYS


def _sort_of(token: str, reading: Reading, lower: frozenset[str], foreign: bool) -> str:
    """The sort of a word, as `Token` lists them. lower: words that the same text writes small. foreign: it is in another language."""
    if re.fullmatch(r"[^\W\d_]\.", token):
        return "initial"
    key = key_of(token)
    if (
        key in reading.cast
        or key.removesuffix("s") in reading.cast
        or ("-" in key and all(part in reading.cast for part in key.split("-")))
    ):
        return "cast"
    if key in MONTHS_AND_DAYS:
        return "day"
    if key.rstrip(".") in TITLES:
        return "title"
    given = listed(key, "given-names") or ("-" in key and all(listed(part, "given-names") for part in key.split("-")))
    plain = ordinary(key) or key in lower or (foreign and not given and not listed(key, "surnames", "towns") and is_foreign_word(key))
    if key in terms() or key in FOREIGN_WORDS:
        return "known"
    if token.isupper() and len(token) > 1 and not (len(token) > 3 and (given or listed(key, "surnames")) and not plain):
        return "capitals"
    if len(key) == 1 or re.fullmatch(r"[A-Z]{2,}(?:s|['’]\w+)", token):
        return "word"
    if (
        "-" in token
        and any(part.isupper() or part.islower() for part in token.split("-"))
        and not all(part.lower() in words("given-names") or part in ("al", "el") for part in token.split("-"))
    ):
        return "known"  # FDA-approved, Jane-style
    if plain:
        return "both" if given else "common" if listed(key, "surnames") else "word"
    if re.search(r"[a-z][A-Z]", token) and not re.match(r"(?:Mc|Mac|O'|De|Di|La|Le|Van|Fitz|D'|N'|M')", token):
        return "known"  # MacBook, MyChart: a product's writing
    if given:
        return "given"
    if key in reading.known.words:
        return "told"  # stands in a table, which does not make it nobody's
    if listed(key, "surnames"):
        return "surname"
    return "unknown"


def pieces(reading: Reading, run: re.Match[str], lower: frozenset[str], foreign: bool) -> list[list[Token]]:
    """The run's words, cut where a word cannot be part of a name."""
    pieces: list[list[Token]] = [[]]
    for match in _TOKEN.finditer(run.group()):
        start, end = run.start() + match.start(), run.start() + match.end()
        word = match.group()
        if word == "&":
            pieces[-1].append(Token(start, end, word, "and"))
            continue
        clean = re.sub(r"['’]s$", "", word)
        if not reading.free(start, start + len(clean)):
            pieces.append([])
            continue
        token = Token(start, start + len(clean), clean, _sort_of(clean, reading, lower, foreign) if clean[0].isupper() else "particle")
        if token.sort == "day" and not (pieces[-1] and pieces[-1][-1].sort in ("given", "title")):
            pieces.append([])
            continue
        pieces[-1].append(token)
        if clean != word or len(pieces[-1]) == _LONGEST:
            pieces.append([])
    return [piece for piece in pieces if piece]
