"""People by their names: capitalised words that are neither ordinary, nor public, nor declared.

No list holds every name. So a word counts for what stands around it (a title, a relation, a credential), for the lists it is in,
and, within a sentence, for being capitalised though no dictionary has it.
"""

from __future__ import annotations

import re

from . import chat
from .finding import Reading, key_of
from .lists import terms, words
from .places import institution, place_kind
from .tokens import KIN, PERSON_AFTER, RUN, SENTENCE_START, TITLES, UPPER, WORD, Token, is_foreign, is_function, ordinary, pieces

_STRONG_TITLES = {
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "herr", "frau", "mme", "mlle", "dott", "sig", "señora", "señor",
    "mevrouw", "mevr", "mw", "dhr", "heer", "meneer", "herrn", "familie", "doña", "madame", "monsieur", "dra", "sra",
}  # fmt: skip
_ROLES = {
    "practitioner", "manager", "specialist", "consultant", "in", "on", "of", "to", "who", "the", "and", "reviewed", "notified", "called",
    "note", "notes", "call", "led", "staff", "on-call",
}  # fmt: skip
_KIN_BEFORE = re.compile(rf"\b(?:{KIN})(?: (?:is|was|called|named|also called))?[,:]? ?[(\"“‘]?$", re.IGNORECASE)
_CALLED = re.compile(
    r"(?:\b(?:name(?:d|s)?(?: (?:is|was|given|as|on))?|called|calls? (?:her|him|them)self|known as|goes by|a\.?k\.?a\.?|née?|alias|my "
    r"name's|its|it's|it’s|this is|i'm|im|i am|i’m|hi|hello|hey|dear|thanks|regards|wishes|sincerely|truly|faithfully|yours|cheers"
    r"|signed|sgd|"
    r"sig|signature|patient|pt|client|re|attn|cc|att|c/o|from|for|with|spoke (?:to|with)|told|asked|by|seen by|per|d/w|witness(?:ed "
    r"by)?|prescriber|prescribed by|pharmacist|admitting rn|rn|lpn|hca|sn|"
    r"np|pa|pharmd|consultant|gp|pcp|psychiatrist|therapist|escort|driver|interpreter|emergency contact|next of kin|poa|member|resident"
    r"|caller|rp|customer|betr\.?|patientin|patiënt|patiënte|paciente|paziente|pat|pz|pac|over from|handover from|handed over (?:to|by)"
    r"|heißt|heet|se llama|s'appelle|si chiama)\b"
    r"\.?|\bref)[ ]?[:,.–-]?[ ]?[\"“‘(]?$",
    re.IGNORECASE,
)  # fmt: skip
_LABEL = re.compile(
    r"\b(?:(?:full |first |last |sur|fore|given |family |patient |pt |maiden |nach|vor)?name|patient|pt|client|nok|next of kin|signed"
    r"|attn|witness|prescriber|contact|nom|nombre|nome|naam|imię|namn|navn)\s?[:=]\s?[\"“]?$",
    re.IGNORECASE,
)
_KIN_AFTER = re.compile(rf"^['’]s (?:\w+ )?(?:{KIN}|house|flat|place|phone|car|room|bed|meds|mother's|chart|notes)\b", re.IGNORECASE)
_CREDENTIAL = re.compile(
    r"^,? ?\(?(?:RN|LPN|MD|DO|NP|PA-?C?|PharmD|RPh|MBBS|MRCPsych|FRCA|CRNA|LCSW|PhD|EMT(?:-?[BP])?|HCA|RMN|CPN|DNP|PsyD|MSW|LMFT|BSN"
    r"|APRN|FNP|GP)\b"
)
_CITATION_AFTER = re.compile(
    r"^(?:['’]s)?(?: (?:Act|Law|Amendment|Bill|Foundation|Prize|Inquiry|Commission|Ruling)\b| (?:et al\.?|and colleagues|and others|and "
    r"co-?workers|\(?(?:19|20)\d\d[a-z]?\b)|,? (?:19|20)\d\d[a-z]?\)| (?:and|&) [^\W\d_]+,? \(?(?:19|20)\d\d)"
)
_CAPITALS_FIRST = re.compile(rf"(?<![\w-])([{UPPER}][{UPPER}'’-]{{2,}}), ([{UPPER}][^\W\d_]{{2,}})(?: [{UPPER}]\b\.?)?")
_SCALE_AFTER = re.compile(
    r"^[–/][A-Z]|^(?:['’]s?)? (?:\d{1,2}\b(?! ?[ymf/])|groups?|teams?|series|cohort|protocol|paper|data|school of|scale|score|test"
    r"|index|inventory|sign|syndrome|disease|criteria|interval|bound"
    r"|method|formula|equation|rating|questionnaire|model|theorem|ratio|plot|law|rule|lecture|prize|catheter|score[sd]|effect|ulcer"
    r"|block|manoeuvre|maneuver|procedure|"
    r"position|tube|needle|cannula|clamp|forceps|scope|regression|correction|distribution|alpha|kappa|principle|test's|bar|line|unit"
    r"|tremor|dementia|lesion|bias|paradox|stages|grade|level|classification|trial|study|review|guideline|judgment|case|ruling|v\.?)\b",
)
_LABEL_LINE = re.compile(r"^ ?:")


def find(reading: Reading) -> None:
    """Runs of capitalised words, people or places, then names in lower-case writing. Streets and counties are found before."""
    text = reading.text
    lower = frozenset(re.findall(r"(?<![\w])[a-zà-öø-ÿ]{3,}\b", text)) if len(text) > 2000 else frozenset()
    foreign = is_foreign(text)
    _turned(reading)
    for run in RUN.finditer(text):
        for piece in pieces(reading, run, lower, foreign):
            _judge(reading, piece, foreign)
    chat.find(reading, foreign)


_NAMEY = {"given", "both", "surname", "unknown", "told", "common"}


def _judge(reading: Reading, piece: list[Token], foreign: bool) -> None:
    text = reading.text
    # What stands before a title belongs to no name: "Seen by Mrs Young".
    titled = None
    for index, token in enumerate(piece):
        if token.sort == "title":
            titled = index
    title = piece[titled].text.lower() if titled is not None and titled + 1 < len(piece) else ""
    if title:
        piece = piece[titled + 1 :]
    elif titled is not None and len(piece) > 1 and titled == len(piece) - 1:
        piece = piece[:-1]
    elif not title:
        before = text[max(0, piece[0].start - 12) : piece[0].start]
        found = re.search(r"(?i)\b([^\W\d_]+(?:\.ra)?)\.? $", before)
        if found and found[1].lower() in TITLES:
            title = found[1].lower()
    if not piece or all(token.sort == "title" for token in piece):
        return
    start, end = piece[0].start, piece[-1].end
    before, after = text[max(0, start - 40) : start], text[end : end + 40]
    if re.search(r"(?:^|[^\w])[a-z][\w'’-]*/$", before):
        return  # a path or a pair of words: "and/Or", "book/Index"

    if not title and institution(reading, piece, before):
        return
    after_cast = False
    while (
        piece
        and not (piece[0].sort == "told" and _CREDENTIAL.match(after))
        and piece[0].sort in ("word", "known", "told", "capitals", "particle", "and", "cast")
        and not (title and piece[0].sort == "word" and len(piece) == 1)
    ):
        if title in _STRONG_TITLES and piece[0].sort in ("word", "known", "capitals"):
            break
        title = title if piece[0].sort in ("cast", "particle") else ""
        after_cast = piece[0].sort == "cast"
        piece = piece[1:]
    while (
        piece
        and piece[-1].sort in ("word", "known", "capitals", "particle", "and")
        and not (title and len(piece) == 1)
        and not (len(piece) > 1 and piece[-2].sort in ("initial", "given", "particle") and piece[-1].sort != "and" and _joins(piece, text))
    ):
        piece = piece[:-1]
    if not piece:
        return
    start, end = piece[0].start, piece[-1].end
    if not reading.free(start, end):
        return
    before, after = text[max(0, start - 40) : start], text[end : end + 40]
    sorts = [token.sort for token in piece]
    core = [token for token in piece if token.sort not in ("initial", "particle", "and", "cast")]
    if not core:
        if "initial" in sorts and "cast" not in sorts:
            return
        return
    if title:
        first = core[0]
        if len(core) == 1 and key_of(first.text) in terms() and re.match(r"['’]s \w+", after):
            return  # "Dr Crohn's disease"
        if (len(first.text) == 1 or is_function(first.text)) and len(core) == 1:
            return
        if first.text.lower() in _ROLES or (
            first.sort in ("word", "known", "capitals", "both", "common")
            and title not in _STRONG_TITLES
            and first.sort not in ("both", "common")
        ):
            return
        if title not in _STRONG_TITLES and first.sort in ("both", "common") and not first.text[0].isupper():
            return
        if not (_citation(reading, core, before, after)):
            reading.add("name", start, end)
        return
    if _citation(reading, core, before, after) or (
        len(core) == 1 and _SCALE_AFTER.match(after) and (core[0].sort != "given" or re.search(r"\b[Tt]he $", before))
    ):
        return
    if len(core) == 1 and re.search(r"\b[Tt]he $", before) and core[0].sort != "given":
        family = core[0].text.endswith("s") and key_of(core[0].text[:-1]) in words("surnames") and not ordinary(key_of(core[0].text))
        if family:
            reading.add("name", start, end)  # "the Kowalskis"
        return
    if re.search(r"[^\W\d_]–$", before):
        return  # the second half of an eponym
    at_start = bool(SENTENCE_START.search(before)) or start == 0
    cued = bool(_KIN_BEFORE.search(before) or _LABEL.search(before) or _CREDENTIAL.match(after) or _KIN_AFTER.match(after))
    called = bool(_CALLED.search(before))
    certain = any(sort == "given" for sort in sorts)
    full = _is_full_name(piece, text, end)
    # What follows a given name is the family's, though a town be called so.
    turned = full and after.startswith(", ")
    place = None if after_cast or turned or sorts[0] == "initial" else place_kind(reading, core, before, after, certain)
    if place is not None:
        if place:
            reading.add("place", start, end)
        return
    if certain or full or (cued and any(sort in _NAMEY for sort in sorts)):
        if not certain and sorts[0] == "initial" and at_start and core[0].sort in ("common", "both"):
            return  # the letter of a list: "A. Early order"
        if certain and not (cued or called or full or after_cast) and len(core) == 1 and _names_a_city(core[0], after):
            return
        if certain and not (cued or called or full) and len(core) == 1 and _reads_as_word(core[0], foreign, at_start, after):
            return
        reading.add("name", start, end)
        return
    if len(core) == 1 and core[0].sort in ("both", "common", "word"):
        # Prose capitalises no ordinary word within a sentence; headings and labels do, beside other capitals.
        if (
            core[0].sort == "both"
            and not at_start
            and not foreign
            and re.search(r"(?:^|[\s(])[a-zà-ÿ][\w'’-]*,? [\"“‘]?$", before)
            and not re.search(r"\b(?:the|a|an|this|no|each|every|as|of|is|are|be|and|or|not|in|see|under|one|two|three|four|per) $", before)
            and not re.match(r" [A-Z]", after)
            and (called or PERSON_AFTER.match(after) or re.search(r"[a-z] $", before))
        ):
            reading.add("name", start, end)
        return
    strange = [token for token in core if token.sort in ("unknown", "surname")]
    if len(core) == 1 and len(core[0].text) < 4 and re.match(r" ?[<>=]? ?\d", after):
        return  # a value of the laboratory: "Na 138"
    if not strange or all(key_of(token.text) in reading.known.authors for token in strange):
        return
    if at_start and not (called or PERSON_AFTER.match(after) or len(core) > 1):
        return
    if foreign and not (called or PERSON_AFTER.match(after) or (len(core) > 1 and any(token.sort == "surname" for token in strange))):
        return
    if _LABEL_LINE.match(after) and not called:
        return
    reading.add("name", start, end)


def _joins(piece: list[Token], text: str) -> bool:
    return (
        piece[-1].sort in ("word", "known")
        and piece[-2].sort in ("given", "initial", "particle")
        and len(piece[-1].text) > 2
        and piece[-1].sort != "capitals"
        and not is_function(piece[-1].text)
    )


def _names_a_city(token: Token, after: str) -> bool:
    """A given name that is a large city's: "Dallas", unless somebody of that name does or is something."""
    return key_of(token.text) in words("cities") and not PERSON_AFTER.match(after)


def _reads_as_word(token: Token, foreign: bool, at_start: bool, after: str) -> bool:
    """A given name of some country that is no name here: a noun of a German sentence, an odd word that begins one."""
    return (foreign and at_start and not PERSON_AFTER.match(after)) or (len(token.text) < 3 and not PERSON_AFTER.match(after))


def _is_full_name(piece: list[Token], text: str, end: int) -> bool:
    """A given name before a family name, an initial before one, or the two turned round with a comma."""
    sorts = [token.sort for token in piece]
    if len(piece) > 1:
        if sorts[0] in ("given", "both") and sorts[-1] in ("surname", "unknown", "told", "given", "common"):
            return True
        if sorts[0] == "initial" and sorts[-1] in ("surname", "unknown", "told", "given", "common", "both"):
            return True
        if sorts[-1] == "initial" and sorts[0] in ("given", "surname", "unknown"):
            return True
    turned = re.match(rf", ({WORD})", text[end : end + 40])
    if turned and key_of(turned[1]) in words("cities"):
        return False
    before = text[max(0, piece[0].start - 14) : piece[0].start]
    listing = turned and re.search(r"(?:^|[:;/] |\b(?:of|for|re|pt|patient|name|to)[: ]+)$", before)
    charted = listing and re.search(r"\b(?:chart|notes|file|records?|folder|pt|patient|name)(?: of| for)?[: ]+$", before)
    if (
        listing
        and (sorts == ["surname"] or charted and sorts == ["unknown"])
        and not ordinary(key_of(turned[1]))
        and key_of(turned[1]) not in terms()
    ):
        return key_of(turned[1]) not in words("towns") and key_of(turned[1]) not in words("counties")
    return (
        bool(turned)
        and sorts[-1] in ("surname", "unknown", "common", "given")
        and (key_of(turned[1]) in words("given-names"))
        and not ordinary(key_of(turned[1]))
    )


def _citation(reading: Reading, core: list[Token], before: str, after: str) -> bool:
    if _CITATION_AFTER.match(after):
        return True
    if len(core) == 1 and key_of(core[0].text) in reading.known.authors:
        other = re.search(r"([^\W\d_]+) (?:and|&) $", before) or re.match(r" (?:and|&) ([^\W\d_]+)", after)
        if other and key_of(other[1]) in reading.known.authors:
            return True
    return len(core) > 1 and " ".join(key_of(token.text) for token in core) in reading.known.full_names


def _turned(reading: Reading) -> None:
    """Names as a list of patients has them: SMITH, John A."""
    for match in _CAPITALS_FIRST.finditer(reading.text):
        family, given = match[1].lower(), match[2].lower()
        if (
            given in words("given-names")
            and family not in terms()
            and family not in reading.cast
            and (len(family) > 3 or not ordinary(family))
        ):
            reading.add("name", *match.span())
