"""Places smaller than a state or region: streets, counties, named institutions, and towns by what stands around them."""

from __future__ import annotations

import re

from .finding import Reading, key_of
from .lists import terms, words
from .place_words import CITY_ENDS, GENERIC, INSTITUTION, SMALL_END, SOFT_ENDS, STREET, STUDY, TOPONYM, TRADES
from .tokens import MONTHS_AND_DAYS, PERSON_AFTER, SENTENCE_START, TITLES, UPPER, Token, is_function, listed, ordinary

_HOUSE = r"(?:(?:flat|apt\.?|apartment|unit|suite|ste|no\.?|#|room|bldg) ?\w{1,4},? )?\d{1,5}[a-z]?(?:[-–/]\d{1,4}[a-z]?)?,? "
_ADDRESS = re.compile(
    rf"(?<![\w.$£€:/-]){_HOUSE}(?:[NSEW]{{1,2}}\.? |(?:North|South|East|West|Old|Upper|Lower|Great|Little|The) )?"
    rf"(?:(?:[{UPPER}][\w’'-]*|\d{{1,3}}(?:st|nd|rd|th)|of|the|na|an|y) ){{1,4}}(?:(?i:{STREET}))\b(?:\.(?= [a-z,])|(?: "
    rf"[NSEW]{{1,2}})\b)?",
)
_ADDRESS_LOWER = re.compile(
    r"(?<![\w.$£€:/-])\d{1,5}[a-z]? (?:[a-z’'-]+ ){1,3}(?:street|st|road|rd|lane|ln|avenue|ave|drive|close|court|ct|terrace|crescent"
    r"|cres|blvd|boulevard|way)\b",
    re.IGNORECASE,
)
_PLAIN_STREET = re.compile(
    rf"(?<![\w-])(?:(?:[{UPPER}][\w’'-]+) ){{1,3}}(?:Street|Road|Lane|Avenue|Terrace|Crescent|Close|Drive|Mews|Boulevard|Rd|Ave|Blvd"
    rf"|Ln|Highway|Parade|Grove|Gardens)\b(?!-| (?:hold|side))|(?<![\w-])(?:[{UPPER}][\w’'-]+ ){{1,2}}(?:St|Dr|Ct|Pl|Hwy"
    rf"|Pkwy)(?=[.,;)]|$| (?:&|and|at|near) )"
)
_FOREIGN_STREET = re.compile(
    rf"(?<![\w-])(?:"
    rf"[{UPPER}][\w-]*(?:straße|strasse|str\.|weg|gasse|allee|platz|damm|ufer|ring|steig|straat|laan|gracht|plein|kade|dijk|dreef"
    rf"|singel|gatan|vägen|gata|vej|gade|allé|stræde|veien|gaten|katu|tie|kuja|út|utca|utcája)\b\.? ?\d{{0,4}} ?[a-z]?\b"
    rf"|[{UPPER}]\w+(?:[ -][{UPPER}]\w+){{0,3}}[ -](?:Straße|Strasse|Str\.|Allee|Weg|Platz|gatan|väg) ?\d{{1,4}} ?[a-z]?"
    rf"|(?:\d{{1,4}}(?: ?(?:bis|ter))?,? )?(?i:rue|avenue|av\.|boulevard|bd|place|chemin|allée|impasse|quai|route|cours|via|viale"
    rf"|piazza|corso|vicolo|largo|calle|c/|avda\.?|avenida|plaza|paseo|carrer|camino|rúa|ulica|ul\.|aleja|al\.|strada|str\.|ulice|rua"
    rf"|travessa|praça|bulevar)"
    rf" (?:(?:de|du|des|de la|de las|de los|del|della|dei|degli|delle|da|do|dos|das|d'|l'|la|le|les|el|los|di|san|santa|santo)[ "
    rf"]?)*[{UPPER}][\w’'-]+(?: (?:[{UPPER}][\w’'-]+|(?:de|du|di|la|of|y|e)(?= [{UPPER}])))*(?:,? ?(?:n\.?º? ?)?\d{{1,4}}(?: "
    rf"?[a-z]\b)?)?"
    rf")"
)
#: A house without a street's word: "at 14b Pottergate", "Skovbrynet 22, DK-9990".
_HOUSE_FIRST = re.compile(rf"\b(?:at|to|from|of|outside|near|address:?) (\d{{1,4}}[a-z]? ([{UPPER}][\w’'-]+)(?: [{UPPER}][\w’'-]+)*)")
_HOUSE_LAST = re.compile(rf"(?<![\w-])([{UPPER}][\w’'-]+ \d{{1,4}} ?[a-zA-Z]?)(?=,? (?:[A-Z]{{1,2}}-)?\d{{4,5}} ?[{UPPER}])")
_DEDICATED = re.compile(
    rf"\b(?:Our Lady|Church|Chapel|Sisters|Daughters|Brothers|Society) of (?:the )?[{UPPER}][\w’'-]+(?: [{UPPER}][\w’'-]+)*"
    rf"|\bAll (?:Saints|Hallows|Souls)\b(?![’']? (?:Day|Eve))"
    rf"|(?<![\w-])(?:Isle|Île|Bay|Lac|Baie|Pointe|Pont|Mont|Val|Bayou|Lake|Loch|Lough|Glen|Ben|Mount|Fort|Camp|Cape|Strath) "
    rf"(?:au|aux|de|du|des|la|le|of|an|na) [{UPPER}][\w’'-]+"
    rf"|(?<![\w-])(?:Lôn|Heol|Ffordd|Stryd|Maes|Rhes|Bóthar|Sráid|Ascaill) [{UPPER}y][\w’'-]+(?: [{UPPER}][\w’'-]+)*"
    rf"|\b(?:Sacred Heart|Holy (?:Cross|Family|Trinity|Rosary|Name)|Christ the King)\b"
    rf"|\b(?:St|Saint)\.? [{UPPER}][\w’'-]+(?: [{UPPER}][\w’'-]+){{0,4}},? (?i:parish|church|primary|school|hospice|hospital|priory|abbey"
    rf"|infirmary|r\.?c\.?)\b"
    rf"|\b(?i:clinique|hôpital|pharmacie|école|lycée|collège|foyer|cabinet|clínica|farmacia|colegio|escuela|residencia|ospedale|scuola"
    rf"|clinica|kliniek|ziekenhuis|huisartsenpraktijk|apotheek|verpleeghuis|klinik|praxis|apotheke|schule|pflegeheim|gasthof|plejehjem"
    rf"|vårdcentralen|apoteket|przychodnia)"
    rf" (?:(?:de la|de los|des|du|de|del|della|di|am|an der|im|zum|zur|in|van|van de|aan de|ved|i) |d['’])?[{UPPER}][\w’'-]{{3,}}(?: "
    rf"[{UPPER}][\w’'-]+)*"
)
#: A house, a shop or an inn by its owner: "Teller's Hardware", "the Ferryman's Arms".
_OWNED = re.compile(
    rf"(?<![\w-])((?!Women|Men|Children|Patient|Veteran|Worker|Today|What|Let|It|That)[{UPPER}][\w-]+(?:['’]s|s['’]) (?:[{UPPER}][\w-]+ "
    rf")?([{UPPER}][a-z]+))\b"
)
#: A strange word before a small noun: "Shawclough depot".
_SMALL_NOUN = re.compile(
    rf"(?<![\w-])([{UPPER}][a-zß-ÿ]{{3,}}(?: [{UPPER}][a-zß-ÿ]{{3,}})? (?:depot|surgery|clinic|pharmacy|school|primary|station|farm"
    rf"|church|library|hospital"
    r"|care home|nursing home|post office|health centre|bus stop|market|bakery|chapel|quarry|colliery|harbou?r|ferry|allotments))\b"
)
_SENT_TO = re.compile(
    r"\b(?:send|sent|nothing|post(?:ed)?|mail(?:ed)?|drove|driven|go|went|going|gone|back|travel(?:s|led)?|move[ds]?|moving"
    r"|transfer(?:red)?|home|bus|train|road|ship(?:ped)?) to $",
    re.IGNORECASE,
)
#: What stands before a place or a postcode and a comma, and is the house or the village.
_BEFORE_PLACE = re.compile(rf"(?:^|[ “\"(])([{UPPER}][\w’'-]+(?: [{UPPER}][\w’'-]+){{0,3}}),? $")
_CORNER = re.compile(
    rf"\b(?:[Cc]orner of|[Cc]nr|[Jj]unction of|[Ii]ntersection of|[Cc]rossing of) ((?:[{UPPER}][\w’'-]+|\d{{1,3}}(?:st|nd|rd|th))(?: "
    rf"[{UPPER}][\w’'-]+)* (?:&|and|/) (?:[{UPPER}][\w’'-]+|\d{{1,3}}(?:st|nd|rd|th))(?: [{UPPER}][\w’'-]+)*)"
)
_TOWN_OF_STATE = re.compile(rf"(?:^|[ “\"(])([{UPPER}][\w’'-]+(?: [{UPPER}][\w’'-]+){{0,2}}), [A-Z]{{2}},? $")
#: "above the bakery in Settle,": a town that is a word as well; "mail at New Iberia".
_IN_TOWN = re.compile(rf"(?<=[a-z] )(?:in|near|outside) ([{UPPER}][a-z]+)(?=[.,;)]|$)")
_LONG_TOWN = re.compile(rf"\b(?:in|at|from|near|outside|to|of) ([{UPPER}][\w’'-]+(?: [{UPPER}][\w’'-]+){{1,2}})")
#: A street in one word, without a number: "on Marktstraat".
_STREET_WORD = re.compile(
    rf"[{UPPER}][a-zß-ÿ]{{3,}}(?:straße|strasse|gasse|allee|straat|laan|gracht|plein|gatan|vägen|stræde|veien|gaten|katu|utca)"
)
_OWNED_TOWN = re.compile(rf"(?<![\w-])[{UPPER}][a-z]+['’]s [{UPPER}][a-z]+(?: [{UPPER}][a-z]+)?")
_CALLED_PLACE = re.compile(
    rf"\b(?:bar|pub|caf[eé]|restaurant|diner|club|nightclub|shop|house|farm|boat|hotel|hostel|school|nursery|clinic|village|town|hamlet"
    rf"|island|estate|street|road|ward|pharmacy|church|company|firm|yard|place) (?:called|named|known as) [\"“‘]?((?:[Tt]he "
    rf")?[{UPPER}][\w’'-]+(?: (?:[{UPPER}][\w’'-]+|of|the|and|&)(?= |[.,;:)\"”’]|$))*)"
)
_PO_BOX = re.compile(
    r"\bP\.? ?O\.? Box \d+\b|\b(?:RR|HC|Rural Route|Star Route|Highway Contract) ?#?\d+,? Box \d+[a-z]?\b|\b(?:mile ?(?:marker|post)|MM"
    r"|MP|km) \d+(?:\.\d)?,? (?:of |on )?(?:the )?(?:Hwy|Highway|I|US|SR|CR|Route|Rte|[AB])[- ]?\d+\b",
    re.IGNORECASE,
)
_COUNTY = re.compile(
    rf"(?<![\w-])(?:(?:[{UPPER}][\w’']{{1,24}}[ -]){{1,3}}(?:County|Parish|Borough|Township|Twp|Dist\.|Co\.)(?![\w’'-])(?! (?:Council"
    rf"|Court)\b)"
    rf"|(?:County|Co\.) [{UPPER}][\w’'-]+|(?:[Vv]illage|[Tt]ownship|[Hh]amlet|[Pp]arish|[Ii]sle|[Tt]own|[Bb]orough) of "
    rf"[{UPPER}][\w’'-]+(?: [{UPPER}][\w’'-]+)*)"
)
_LEADING_INSTITUTION = re.compile(
    r"^(?:Klinik|Klinikum|Krankenhaus|Praxis|Clinique|Hôpital|Pharmacie|Farmacia|Ospedale|Hospital|Escuela|Colegio|École|Lycée|Apotheke"
    r"|Clínica|Clinica|Centro|Université|Schule|Collège|CHU|CHR|Isle|Mount|Loch|Lough|Lake|Fort|Glen|Port|Camp|St|Saint|Sankt|San"
    r"|Santa)$"
)
_PLACE_BEFORE = re.compile(
    r"\b(?:in|from|near|outside|to|at|around|via|towards?|of|by|wohnhaft(?: in)?|aus|nach|bei|à|près de|habite|demeurant à|residente "
    r"(?:in|en|a)|vive (?:en|a|in)|abita a|uit|te|woont in|wonende te|bor (?:i|på)|från|fra|i|mieszka w|z|w|asuu|à|en)[ ]$",
    re.IGNORECASE,
)
_HOME_BEFORE = re.compile(
    r"\b(?:liv(?:es?|ed|ing) (?:in|near|outside|at|on|by|over in|up in|down in)|moved (?:to|from|here from)|born in|grew up in|raised "
    r"in|home(?:town)?(?: is)?(?: in)?|resid(?:es?|ing|ent) (?:in|of|at)|native of|staying in|commut\w+ from|drove (?:in )?from"
    r"|travel(?:s|led|ed)? (?:in )?from|"
    r"moved from [^\W\d_]+ to|wohnhaft in|wohnt in|habite à|residente (?:in|a|en)|vive en|woont in|woonachtig te|bor i|bosatt i|based "
    r"in|transferred from|comes from|came from|bus from|train from|visiting from|postmarked|works in|teaches in|address:?|town:?|city:?"
    r"|village:?|lieu:?|ort:?)[ ]$",
    re.IGNORECASE,
)
#: "Newfane VT", "Galena, zip 61036", "Cahersiveen, Co. Kerry".
_STATE_AFTER = re.compile(
    r"^,? (?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]|zip"
    r"|Zip|ZIP|Co\.|County|Eircode|postcode)\b"
)


def find(reading: Reading) -> None:
    """Streets, corners, counties and dedicated houses: places that their own words tell."""
    text = reading.text
    for matches in (reading.matches(_ADDRESS), _FOREIGN_STREET.finditer(text), reading.matches(_PO_BOX)):
        for match in matches:
            if SMALL_END.search(match.group()):
                continue
            if _STREET_WORD.fullmatch(match.group().strip()) and key_of(match.group().strip()) not in reading.known.words:
                reading.add("place", match.start(), match.start() + len(match.group().rstrip(" ,")))
                continue
            if re.search(rf"[{UPPER}]", match.group()) and re.search(r"\d", match.group()) or not _all_public(match.group(), reading):
                reading.add("place", match.start(), match.start() + len(match.group().rstrip(" ,")))
    for match in reading.matches(_HOUSE_FIRST):
        if (
            not ordinary(match[2].lower())
            and match[2].lower() not in terms()
            and match[2].lower() not in MONTHS_AND_DAYS
            and key_of(match[2]) not in reading.cast
        ):
            reading.add("place", *match.span(1))
    for match in reading.matches(_HOUSE_LAST):
        reading.add("place", *match.span(1))
    for match in _IN_TOWN.finditer(text):
        town = match[1].lower()
        if (
            listed(town, "towns")
            and town not in terms()
            and town not in MONTHS_AND_DAYS
            and town not in reading.cast
            and town not in reading.known.words
            and not STUDY.search(text, max(0, match.start() - 70), match.end() + 70)
        ):
            reading.add("place", *match.span(1))
    for match in _LONG_TOWN.finditer(text):
        for phrase in (match[1], match[1].rpartition(" ")[0]):
            if " " in phrase and listed(phrase.lower(), "towns"):
                reading.add("place", match.start(1), match.start(1) + len(phrase))
    owned = "'s" in text or "’s" in text or "s'" in text or "s’" in text
    for match in _OWNED_TOWN.finditer(text) if owned else ():
        if match.group().replace("’", "'").lower() in words("towns"):
            reading.add("place", *match.span())
    for match in _OWNED.finditer(text) if owned else ():
        if match[2].lower() in INSTITUTION - SOFT_ENDS and not _all_public(match[1], reading):
            reading.add("place", *match.span(1))
    for match in _SMALL_NOUN.finditer(text):
        first = match[1].split()[0].lower()
        if not ordinary(first) and first not in terms() and first not in reading.cast and not listed(first, "given-names", "cities"):
            reading.add("place", *match.span(1))
    for pattern in (_CORNER, _CALLED_PLACE):
        for match in pattern.finditer(text):
            reading.add("place", *match.span(1))
    for match in _DEDICATED.finditer(text):
        reading.add("place", *match.span())
    for match in reading.matches(_ADDRESS_LOWER):
        middle = match.group().split()[1:-1]
        if not all(ordinary(word.lower()) for word in middle) and not re.search(r"\b(?:of|the|on|in|at|for|a|to)\b", " ".join(middle)):
            reading.add("place", *match.span())
    for pattern in (_PLAIN_STREET, _COUNTY):
        for match in pattern.finditer(text):
            words_ = [word for word in WORD_ONLY.findall(match.group()) if word[0].isupper()]
            while words_ and is_function(words_[0]):
                words_.pop(0)
            if len(words_) > 1 and key_of(words_[0]) not in TITLES and not _all_public(" ".join(words_), reading):
                start = text.index(words_[0], match.start())
                reading.add("place", start, match.end())


def before_places(reading: Reading) -> None:
    """The house and the village before a place or a postcode that has been found: "Maes-y-Coed, Pontrhydfendigaid, SY25 0ZZ"."""
    for finding in [found for found in reading.findings if found.kind in ("place", "postcode")]:
        start = finding.start
        town = finding.kind == "postcode" and _TOWN_OF_STATE.search(reading.text[max(0, start - 60) : start])
        if town and key_of(town[1]) not in reading.cast:
            begin = max(0, start - 60) + town.start(1)
            reading.add("place", begin, begin + len(town[1]))
            continue
        for _ in range(2):
            match = _BEFORE_PLACE.search(reading.text[max(0, start - 60) : start])
            if not match:
                break
            if re.search(
                rf"(?:\b(?:Mr|Mrs|Ms|Dr|Frau|Herrn?|Mme|M|Sig|Sra?|[{UPPER}])\.?|[,;] [{UPPER}][\w-]+) ?$",
                reading.text[max(0, start - 60) : max(0, start - 60) + match.start(1)],
            ):
                break  # whose letter it is
            parts = [part for word in WORD_ONLY.findall(match[1]) for part in (key_of(word), *key_of(word).split("-"))]
            if match[1].isupper() or parts[0] in TITLES or any(listed(part, "surnames") for part in parts[1:]):
                break
            if all(
                ordinary(part) or part in terms() or part in reading.cast or is_function(part) or part in MONTHS_AND_DAYS for part in parts
            ):
                break
            begin = max(0, start - 60) + match.start(1)
            if listed(parts[0], "given-names") or not reading.add("place", begin, begin + len(match[1])):
                break
            start = begin


WORD_ONLY = re.compile(r"[^\W\d_][\w’'-]*")


def _all_public(phrase: str, reading: Reading) -> bool:
    inside = [key_of(word) for word in WORD_ONLY.findall(phrase) if word[0].isupper()][:-1]
    return all(
        word in terms() or word in reading.cast or word in GENERIC or is_function(word) or word in reading.known.words for word in inside
    )


def institution(reading: Reading, piece: list[Token], before: str) -> bool:
    """Take the piece as a named institution or landscape; True when it was one, public or not."""
    text = reading.text
    last = piece[-1].text.lower()
    own = [token for token in piece if token.sort not in ("cast", "particle", "and", "initial")]
    has_and = any(token.sort == "and" for token in piece)
    ends = last in INSTITUTION and len(piece) > 1
    leads = _LEADING_INSTITUTION.match(piece[0].text) is not None and len(piece) > 1
    if not (ends or leads or (has_and and len(piece) > 2)):
        return False
    while own and (
        is_function(own[0].text)
        or (
            own[0].sort == "word"
            and own[0].text.lower()
            in ("see", "then", "saw", "pt", "patient", "referred", "seen", "discharged", "transferred", "call", "called")
        )
    ):
        own.pop(0)
    if not own:
        return False
    if re.match(r"['’]?s? wort\b", reading.text[piece[-1].end : piece[-1].end + 8]):
        return False
    telling = [token for token in (own[1:] if leads and not ends else own[:-1]) if token.text.lower() not in GENERIC]
    strange = [token for token in telling if token.sort in ("unknown", "surname", "given", "both", "common", "word")]
    if not strange or all(token.sort in ("known", "capitals") or key_of(token.text) in reading.known.words for token in telling):
        if last in TRADES and len(own) > 1 and re.search(r"\b(?:at|from|near|outside|behind|opposite) $", before):
            return reading.add("place", own[0].start, piece[-1].end)
        return ends and all(token.sort in ("known", "capitals", "word", "title") for token in own) or False
    if (
        all(token.sort == "word" for token in strange)
        and (
            SENTENCE_START.search(text[max(0, own[0].start - 40) : own[0].start])
            or len(own) < 2
            or "\n#" in text[max(0, own[0].start - 60) : own[0].start]
        )
        and not has_and
    ):
        return False
    if (
        all(token.sort in ("word", "both", "common") for token in strange)
        and last in SOFT_ENDS
        and not _PLACE_BEFORE.search(before)
        and len(strange) < 2
    ):
        return False
    reading.add("place", own[0].start, piece[-1].end)
    return True


def place_kind(reading: Reading, core: list[Token], before: str, after: str, certain: bool) -> bool | None:
    """True: a place to hide. False: a place large or public enough. None: no place."""
    if re.match(r"(?:Saint|Sainte|Sankt|Bad|Villa|Mont|Pont|Château)-[A-ZÀ-Þ]", core[0].text):
        return True
    phrase = " ".join(token.text for token in core).replace("’", "'").lower()
    beside = reading.ended(core[0].start - 1, 1)
    if (
        not certain
        and ({"place", "postcode"} & beside or (beside and re.match(r"\.?$|\. |;", after)))
        and core[0].sort in ("unknown", "surname", "common")
    ):
        return True
    at_home = bool(_HOME_BEFORE.search(before)) or _STATE_AFTER.match(after) is not None
    if len(core) > 1 and phrase in words("cities") and not at_home:
        return False
    large = phrase in words("cities")
    if (
        phrase.split(" ")[-1] in CITY_ENDS
        and re.search(r"\b(?:New|San|Hong|Los|Las|Salt Lake|St\.?|El|Tel|Kuala|Buenos|Rio de|Cape|Fort|Santa|Den|The) ?$", before)
    ) and not at_home:
        return False
    town = listed(phrase, "towns", "counties")
    where = core[0].start
    if (town or large) and not at_home and STUDY.search(reading.text, max(0, where - 70), where + 70):
        return False
    if (
        not certain
        and TOPONYM.search(phrase)
        and len(core) == 1
        and core[0].sort == "unknown"
        and (_SENT_TO.search(before) or re.search(r"\b(?:in|at|near|from|outside|of) $", before))
    ):
        return True
    if at_home and not (len(core) == 1 and core[0].sort in ("word",)):
        return True
    if large and not certain:
        return False
    if large and not PERSON_AFTER.match(after) and re.search(r"\b(?:in|from|at|near|to|of|and|or|the|,) ?$", before):
        return False
    if all(token.sort in ("known", "told", "word", "common", "both", "capitals") for token in core):
        return None
    if _PLACE_BEFORE.search(before) and (town or not certain):
        if re.search(r"\b(?:by|of|to|from|via)[ ]$", before) and not town:
            return True if re.search(r"\b(?:from|via)[ ]$", before) and not PERSON_AFTER.match(after) and not certain else None
        return True
    if town and len(core) > 1 and not certain:
        return True
    if town and not certain and core[0].sort == "unknown":
        return True
    return None
