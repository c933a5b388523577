"""Days of a person's own, and ages over 89."""

from __future__ import annotations

import re

from .finding import Reading
from .lists import words

_MONTHS = (
    "jan(?:uary|uar|vier|uari|uary|eiro)?|feb(?:ruary|ruar|ruari)?|févr(?:ier)?|feb(?:brero|braio)|mar(?:ch|ts|s|zo|ço|t)?|märz|maart"
    "|apr(?:il|ile)?|avr(?:il)?|abril|may|mai|mayo|maggio|maio|mei|maj|"
    "jun(?:e|i|io|ho)?|juin|giugno|jul(?:y|i|io|ho)?|juil(?:let)?|luglio|aug(?:ust|ustus|usti)?|août|agosto|sept?(?:ember|embre|iembre"
    "|tembre)?|set(?:tembre|embro)|oct(?:ober|obre|ubre)?|okt(?:ober)?|ottobre|outubro|"
    "nov(?:ember|embre|iembre|embro)?|dec(?:ember)?|déc(?:embre)?|dez(?:ember|embro)?|dic(?:iembre|embre)?|enero|gennaio|febrero"
    "|elokuuta|tammikuuta|helmikuuta|maaliskuuta|huhtikuuta|toukokuuta|kesäkuuta|heinäkuuta|"
    "syyskuuta|lokakuuta|marraskuuta|joulukuuta|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października"
    "|listopada|grudnia|ledna|února|března|dubna|května|června|července|srpna|září|října|listopadu|prosince|janeiro|fevereiro|março"
    "|junho|julho|dezembro"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?:(?:1[89]|20)\d\d|['’]\d\d)"
_ANY_YEAR = rf"(?:{_YEAR}|\d\d(?!\d|:|\.\d|%| ?(?:mg|ml|%|kg|min|am|pm|h\b|h\d|y|of|people|weeks|days|hours)))"
_IN_WORDS = re.compile(
    rf"(?<![\w.])(?:"
    rf"(?:the )?{_DAY}(?:st|nd|rd|th|er|e|\.(?! (?:January|February|March|May|June|July|October|December)\b)|º|°)?(?:[ \u00a0-](?:of "
    rf"|de |d')?)(?:{_MONTHS})\b\.?(?:[ ,-]{{1,2}}(?:de |del |of "
    rf")?{_ANY_YEAR})?"
    rf"|(?:{_MONTHS})\b\.?[ -](?:the )?{_DAY}(?:st|nd|rd|th)?\b(?!:|\.\d|%|–\d|-\d| ?(?:mg|ml|mcg|kg|%|min|am\b|pm\b|weeks|days|of"
    rf"|people|patients|and \d))(?:,? {_YEAR}|, ?{_ANY_YEAR})?"
    rf"|(?:{_MONTHS})\b\.?[ ,-]{{1,2}}(?:de |of |del )?{_YEAR}"
    rf")(?![\w])",
    re.IGNORECASE,
)
_ISO = re.compile(
    r"(?<![\w./-])(?:19|20)\d\d([-./])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?(?![\w/-]|\.\d)"
)
_NUMERIC = re.compile(r"(?<![\w.,/$£€-])(\d{1,2})([./-])(\d{1,2})\2((?:19|20)?\d\d)(?![\w/%-]|[.,]\d)")
_SHORT = re.compile(r"(?<![\w.,/$£€:-])(\d{1,2})([/.])(\d{1,2})(?![\w/%-]|\.(?!\s|$)\w|,\d)")
_WORD_DAY = re.compile(r"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|"
                       rf"twenty-\w+|thirtieth|thirty-first) (?:of )(?:{_MONTHS})\b", re.IGNORECASE)  # fmt: skip
#: Words of a person's own event; they make a date of "9/2".
_OWN = re.compile(
    r"\b(?:d\.?o\.?b\.?|born|birth\w*|b\.|geb\.?|geboren|née?|nat[oa]|nacid[oa]|født|född|ur\.|adm(?:it(?:ted|s)?|ission)?|d/?c(?:'?d)?"
    r"|disch\w*|discharged?|seen|visit\w*|appt|appointment|review(?:ed)?|clinic|died|death|dod|rip|dos|doa|doi|"
    r"lmp|edd|surgery|op|operated|transferred|referred|since|from|until|till|on|dated?|due|effective|eff|valid|issued|last|next"
    r"|fill(?:ed)?|refill(?:ed)?"
    r"|dispensed|started|stopped|signed|f/u|follow-?up|bloods|scan|mri|ct|ecg|"
    r"started|ended|onset|injur\w*|mva|fell|called|rang|shipped|delivered|ordered|collected|exp|expires|wedding|married|anniversary"
    r"|funeral|custody|court|hearing|arrest\w*|leave|entlassen|aufgenommen|vom|am|le|el|il|op|den|d\.)\b[^\n]{0,14}$",
    re.IGNORECASE,
)
#: Words of what is public: laws, guidance, versions. A date beside them is nobody's own.
_PUBLIC = re.compile(
    r"\b(?:(?:the|an|of this) act|statut\w*|laws?|regulation\w*|flexibilit\w*|federal|register|guidelines?|guides|guidance|(?-i:NICE"
    r"|FDA|DEA|EMA|MHRA|SAMHSA|CMS|WHO|TGA|SMC|CDC|HSE|ACMD|APA|BBC|EU|UK|US)|home office|ministry|government|parliament|congress"
    r"|supreme|"
    r"court of|judg(?:e?ment)|ruling|directive|in force|comes? into|into force|effective|came into|amend\w*|repeal\w*|approv(?:ed|al)"
    r"|licen[cs]ed in|authoris\w*|publi(?:shed|cation|c)|posted on|updated|retrieved|accessed|"
    r"checked against|last checked|edition|release[ds]?|press|schedul(?:ed?|ing) (?:i+|[1-5])|class b|journal|bmj|jama|lancet|consensus|"
    r"pandemic|expire[sd]?|telehealth rule|zenodo|supplement|campaign|prohibit\w*|ban(?:ned)?|controlled substances?|subsid\w+"
    r"|jurisdictions|offence|possession)\b|§",
    re.IGNORECASE,
)
#: And what is counted or studied by the month.
_COUNTED = re.compile(
    r"\b(?:trials?|stud(?:y|ies)|survey|cohort|dataset|data|deaths|adults|prices?|rates?|market|scheme|population|figures|statistics"
    r"|series|recruit\w*|enrol\w*|report|statement|label|policy|deadline|tables?|standard)\b",
    re.IGNORECASE,
)
_OWN_STRONG = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|born|birth ?da(?:y|te)|geb\.?|geboren|geburtsdatum|née?|nat[oa] (?:il|a)|nacid[oa]|født|född"
    r"|admitted|admission|discharged?|appt|appointment|seen (?:on|in|by)|visit(?:ed)?|died|death|passed away|"
    r"attended|transferred|her last|his last|my last|their last|wedding|funeral|dispensed|refilled|insured|subscriber|member id|group "
    r"no|pt|patient|mrs?|ms|she|he|her|his|my"
    r"|i)\b",
    re.IGNORECASE,
)  # fmt: skip
_MONTH_CLOSES = re.compile(r"\s*(?:$|[.,;:)\"”!?–-]|at\b|and\b|in\b|for\b|by\b|was\b|with\b|w/|pls\b|please\b|last\b|this\b|\d)")
_UNIT_AFTER = re.compile(
    r"^\s?(?:mg|ml|mcg|kg|mmHg|%|pain|for pain|weeks?|months?|days?|hours?|wk|mth|of\b|L\b|on (?:the )?(?:scale|sats)|-point)",
    re.IGNORECASE,
)
_SCORE = re.compile(
    r"(?:\b(?:pain|score\w*|scale|mood|sleep|anxiety|cravings?|power|strength|grade|bp|b/p|p\.?s\.?|gcs|for|x|every|rated?|nrs|vas|out "
    r"of|avg|average|highest|lowest|worst|best|apgar|motor|reflex\w*|pulses?|murmur|edema|lung|version|v|chapter|section|table"
    r"|fig(?:ure)?|step|level|item|bed|room|ward|of)[ :=~]{0,3}|\d\s?[×x*+→>-]+\s?)$",
    re.IGNORECASE,
)

_AGE_NUMBER = r"(?:9\d|1[01]\d)"
_AGE = re.compile(
    rf"(?<![\w.,/$£€+–-])(?:{_AGE_NUMBER}[- ]?(?:year|yr|yo[mf]?\b|y\.?/?o\.?\b|y\b)(?:s|-old|'s)?(?:[ -]olds?\b)?(?![\w-]*\s(?:ago"
    rf"|later|of "
    rf"follow|survival|before|after|apart|since))"
    rf"|{_AGE_NUMBER} ?(?:J\.|Lj\.|ans\b|años|anni|anos|Jahre\b|Jahren\b|jaar|jarige|år\b|lat\b|vuotta|let\b|éves|χρονών|-jährige\w*"
    rf"|-årige?\w*"
    rf"|-jarige\w*)(?! (?:ago|later))|{_AGE_NUMBER}-?jähr\w+|{_AGE_NUMBER}-?jarige\w*|{_AGE_NUMBER}-?årig\w*"
    rf"|{_AGE_NUMBER}(?: ?|/)(?:[mfMF]\b|male\b|female\b|M/F\b)(?![\w-])"
    rf"|(?:ag(?:ed?|es)|alter|âgée?(?: de)?|edad|età|leeftijd|ålder|alder)[: ]{{1,2}}(?:of |is |now |about |~|at "
    rf")?{_AGE_NUMBER}\b(?!\s?(?:%|weeks|days|months|min|mg|kg|ml|bpm|and over|or over|\+|or older|and older))"
    rf")",
    re.IGNORECASE,
)
_AGE_SAID = re.compile(
    rf"\b(?:he|she|they|pt|patient|who|mum|mom|dad|father|mother|gran\w*|nan|nana|client|resident|lady|gentleman|man|woman|im|i'm|i am"
    rf"|i’m|hes|shes|he's|she's|he’s|she’s)\s?(?:is|was|turn(?:s|ed|ing)|will be|now|just turned|at|,)?(?: (?:now|only|already|nearly"
    rf"|almost|just))?(?: turned| turning)? ?({_AGE_NUMBER})\b"
    rf"(?!\s?(?:[%°/:×x]|\.\d|,\d|percent|per cent|mg|kg|ml|mmhg|bpm|min|sec|hours?|hrs?|days?|weeks?|months?|years? (?:ago|later)|on "
    rf"(?:air|ra|room|o2)|points?|miles?|km|lb|pounds?|dollars?|sats?))",
    re.IGNORECASE,
)
_OF_AGE = re.compile(
    rf"\b(?:lady|man|woman|gentleman|widow(?:er)?|mother|mum|mom|father|dad|gran\w*|nan|nana|wife|husband|sister|brother|aunt(?:ie)?"
    rf"|uncle|patient|pt|resident|neighbou?r)(?:['’]s)?(?: of |, | \()({_AGE_NUMBER})\b(?=[,.;:)]|$| (?:and|who|with|from|in)\b)",
    re.IGNORECASE,
)
_SEX = re.compile(rf"(?<![\w.])(?:[MFmf]|male|female)[,:]? ({_AGE_NUMBER})(?=[,.;)]|$| y)")
_AGE_TURNED = re.compile(
    rf"\b(?:turn(?:s|ed|ing)|celebrat\w+ (?:her|his|their)|(?:her|his|their|my)) ({_AGE_NUMBER})(?:th|st|nd|rd)?\b(?= (?:birthday|in "
    rf"|last|next|this|today|on|and|soon)|[.,;!]|$)",
    re.IGNORECASE,
)
#: "His mother, Wilhelmina, is 91", when the sentence speaks of a person and of nothing measured.
_AGE_IS = re.compile(
    rf"\b(?:is|was|were|[’']s|turn(?:s|ed|ing)|nearly|almost|pushing) (?:now |only |already |nearly |about )?({_AGE_NUMBER})"
    rf"(?=[,;:)!?”\"]|\.(?!\d)|$| (?:and|but|now|next|this|or)\b)",
    re.IGNORECASE,
)
_PERSON_WORD = re.compile(
    r"\b(?:mother|mum|mom|father|dad|gran\w*|nan|nana|wife|husband|widow(?:er)?|sister|brother|aunt(?:ie)?|uncle|patient|pt|resident"
    r"|neighbou?r|lady|gentleman|m[rs]s?|mrs|who|she|he|friend|partner|cousin|carer|in-law)\b",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"\b(?:hr|heart|pulse|bp|systolic|diastolic|sats?|spo2|scor\w*|weigh\w*|wt|kg|level|glucose|count|temp\w*|rooms?|bed|rate|total|marks?"
    r"|percent\w*|number|price|cost|bill|page|line|sum|dose|of 100|test|pressure|oxygen|creatinine|sodium|egfr|answer)\b",
    re.IGNORECASE,
)
_NAMED_AGE = re.compile(rf"\b([^\W\d_]+)(?:, | \(|,? aged ?)({_AGE_NUMBER})(?=[,)]|\.(?!\d)|$)")
_VERSION_BEFORE = re.compile(r"\b(?:version|ver|v|release|build|update|python|firmware|software) ?$", re.IGNORECASE)
#: What a form is filled in with when nobody's day is known.
_FILLED_IN = {"01/01/1900", "1/1/1900", "00/00/0000", "01/01/1970", "01/01/0001", "01.01.1900"}
_AGE_IN_WORDS = re.compile(
    r"\b(?:ninety(?:-(?:one|two|three|four|five|six|seven|eight|nine))?|a hundred(?: and \w+)?|one hundred(?: and \w+)?)[- ](?:years?[- "
    r"]old|year[- ]old)\b|\b(?:aged|turned|turning|is|was|at|now|just) ninety(?:-\w+)?\b(?! (?:percent|per cent|minutes|days|seconds|mg"
    r"|feet|miles|pounds"
    r"|dollars))"
    r"|(?<=, )ninety(?:-\w+)?(?=,)|\b(?:super-?)?(?:nonagenarian|centenarian)s?\b|\bin (?:her|his|their) (?:tenth|10th|eleventh) "
    r"decade\b|\b(?:her|his|their|my) (?:ninet(?:ieth|y-\w+th|y-first|y-second|y-third)|hundredth|9\dth|9[123](?:st|nd|rd)|10\dth) "
    r"(?:birthday|year)\b|\bin (?:her|his|their) (?:(?:early|mid|late)[- ])?(?:nineties|90s)\b",
    re.IGNORECASE,
)


_FEAST = re.compile(
    r"\b(?:(?:on|until|till|since|before|after|by|died|last|this|from|every) )(?:the )?((?:St\.? [A-Z][a-z]+['’]?s|Saint "
    r"[A-Z][a-z]+['’]?s|All (?:Saints|Souls|Hallows)['’]?|Midsummer['’]?s?|Lady|May|Boxing|Christmas|New Year['’]?s?"
    r"|Mother['’]?s|Father['’]?s|Valentine['’]?s|St\.? Patrick['’]?s|Remembrance|Memorial|Labor|Independence|Veterans|Pancake|Ascension"
    r"|Thanksgiving|Shrove|Canada|Anzac|Australia) (?:Day|Eve|Tuesday|Sunday)"
    r"|(?:Good|Holy|Black) Friday|Maundy Thursday|Palm Sunday|Ash Wednesday|Easter (?:Sunday|Monday|Saturday)|Whit (?:Sunday|Monday)"
    r"|Twelfth Night|Burns Night|Bonfire Night|Guy Fawkes Night|Michaelmas|Candlemas|Lammas|Halloween|Epiphany"
    r"|Bank Holiday Monday|Heiligabend|Silvester|Karfreitag|Ostermontag|Pfingstmontag|Thanksgiving|Hogmanay|the (?:fourth|4th) of "
    r"July)\b",
    re.IGNORECASE,
)
_DAY_ALONE = re.compile(
    rf"\b(?:on|before that|since|until|till|by|from|due|and|of|le|am|den|el|il|was|for) (?:the |le |am )?({_DAY}(?:st|nd|rd|th))(?: "
    rf"(?:inst|ult|prox)\b\.?)?(?= *(?:[.,;:)\"”]|$|at\b|and\b|so\b|but\b|w/|with\b|inst|ult|prox|last\b|then\b|of (?:this|last|next"
    rf"|the|that) month))|\b({_DAY}(?:st|nd|rd|th)? (?:inst|ult|prox)\b\.?)"
)
_WEEKDAY = re.compile(
    rf"\b(?:mon|tue(?:s)?|wed(?:s|nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?,? (?:the )?({_DAY}(?:st|nd|rd|th))\b(?! (?:week|session"
    rf"|visit|dose|infusion|time|day|floor))",
    re.IGNORECASE,
)
_COMPACT = re.compile(
    r"\b(?:d\.?o\.?b\.?|born|f(?:ødt|ödd|\.)|geb\.?|n[ée]e?|admitted|discharged|collected|dated?|seen|on|dos)[: ]{1,2}((?:0[1-9]|[12]\d"
    r"|3[01])(?:0[1-9]|1[0-2])(?:19|20)?\d\d|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?![\w-])",
    re.IGNORECASE,
)
_ISO_COMPACT = re.compile(r"(?<![\w./,-])(?:19[2-9]\d|20[0-3]\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?![\w/-]|[.,]\d)")
_BORN = re.compile(
    r"\b(?:born|b\.|geb\.|geboren|née?|nat[oa]|nacid[oa]|f\.|jg\.?|jahrgang|d\.?o\.?b\.?|yob|year of birth)(?: in| en| nel| i|:)? "
    r"?((?:18\d\d|19[0-2]\d|193[0-5]))\b(?![-/.]\d)",
    re.IGNORECASE,
)
#: A law and its day, whoever else is in the sentence.
_LAW_BEFORE = re.compile(
    r"\b(?:act|order|rule|law|regulations?|directive|extension|arrêté|décret|loi|gesetz|verordnung|decreto|ley|besluit|wet|lag|statute"
    r"|ruling|judg(?:e?ment)|guid(?:ance|eline)|statement|circular|alert)\b[^.\n]{0,45}$|\b(?:year|quarter|half) (?:to|of|ending"
    r"|from)(?: the)? ?$|\b(?:as of|as at|what we read,? on|read on|retrieved|accessed|last checked|checked on|copyright|version of)[: "
    r"]*$|§\s*(?:\(|since|from|in|of|until|,)?\s*$|\b(?:fda|dea|nice|ema|mhra|arrêté du|décret du|loi du|gesetz vom|verordnung "
    r"vom)\b[^\n]{0,30}$",
    re.IGNORECASE,
)
_CITED_BEFORE = re.compile(r"\]\(https?://[^)\s]*\)\s*\($")
_LAW_AFTER = re.compile(
    r"^\s*[:,;]?\s*§|^[^.\n]{0,40}\b(?:flexibilit\w*|extension|rule|regulations?|act|order|statute|ruling|in force|into force|comes? "
    r"into|takes? effect|took effect|classe)\b",
    re.IGNORECASE,
)


def find(reading: Reading) -> None:
    """Dates finer than a year, and ages over 89."""
    text = reading.text
    for match in reading.matches(_IN_WORDS):
        if re.search(r"\b(?:may|march|mar|sat)$", match.group()) and not _MONTH_CLOSES.match(text, match.end()):
            continue
        before = text[max(0, match.start() - 24) : match.start()]
        if (re.match(r"(?:may|mar|march)\b", match.group()) and not _OWN.search(before)) or (
            re.match(r"\d+\. ", match.group()) and not text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip()
        ):
            continue
        month = re.search(r"[^\W\d_]{3,}", match.group())
        if month and month.group().lower() in reading.cast and not re.search(r"\d{4}", match.group()):
            continue  # "line 5, June" speaks of her
        if not _is_public(text, *match.span()):
            reading.add("date", *_trimmed(match))
    for match in _WORD_DAY.finditer(text):
        if not _is_public(text, *match.span()):
            reading.add("date", *match.span())
    for match in _FEAST.finditer(text):
        reading.add("date", *match.span(1))
    for match in reading.matches(_DAY_ALONE):
        reading.add("date", *match.span(1 if match[1] else 2))
    for match in reading.matches(_ISO_COMPACT):
        reading.add("date", *match.span())
    for pattern in (_WEEKDAY, _COMPACT):
        for match in reading.matches(pattern):
            reading.add("date", *match.span(1))
    for match in reading.matches(_ISO):
        if not _is_public(text, *match.span()):
            reading.add("date", *match.span())
    for match in reading.matches(_NUMERIC):
        if _VERSION_BEFORE.search(text, max(0, match.start() - 16), match.start()) or match.group() in _FILLED_IN:
            continue
        first, second = int(match[1]), int(match[3])
        if 1 <= min(first, second) <= 12 and 1 <= max(first, second) <= 31 and not _is_public(text, *match.span()):
            reading.add("date", *match.span())
    for match in reading.matches(_SHORT):
        first, second = int(match[1]), int(match[3])
        before, after = text[max(0, match.start() - 28) : match.start()], text[match.end() : match.end() + 14]
        if not (1 <= min(first, second) <= 12 and 1 <= max(first, second) <= 31) or _UNIT_AFTER.match(after) or _SCORE.search(before):
            continue
        # "24/7", "x 2/52" and "7/10" are no days; nor is a decimal, unless a full stop closes it as in "14.3.".
        if (
            match[2] == "." and not (re.match(r"\.(?:\s|$)", after) and re.search(r"\b(?:am|vom|den|bis|seit|zum|ab|d\.)\s$", before))
        ) or match.group() in ("24/7", "50/50", "1/2", "1/3", "1/4", "2/3", "3/4"):
            continue
        if second in (7, 52) and match[2] == "/" and first < 32 and not _OWN.search(before):
            continue
        if second == 12 and not _OWN.search(before):
            continue
        if (_OWN.search(before) or _follows_a_date(reading, match.start())) and not _is_public(text, *match.span()):
            reading.add("date", *match.span())
    _ages(reading)


def _follows_a_date(reading: Reading, start: int) -> bool:
    return "date" in reading.ended(start, 20)


def _trimmed(match: re.Match[str]) -> tuple[int, int]:
    written = match.group()
    return match.start(), match.start() + len(written.rstrip(" .,"))


def _is_public(text: str, start: int, end: int) -> bool:
    """Whether the sentence speaks of a law, a study or a version and of nobody."""
    if (
        _CITED_BEFORE.search(text[max(0, start - 240) : start])
        or _LAW_BEFORE.search(text, max(0, start - 60), start)
        or _LAW_AFTER.match(text[end : end + 60])
    ):
        return True
    left = max(text.rfind(mark, 0, start) for mark in (". ", "\n", "? ", "! ", "; ")) + 1
    ends = [at for mark in (". ", "\n", "? ", "! ", "; ") if (at := text.find(mark, end)) >= 0]
    sentence = text[max(left, start - 160) : min([*ends, end + 160])]
    return bool(
        _PUBLIC.search(sentence) or (not re.match(r"\D*\d{1,2}\b(?!\d)", text[start:end]) and _COUNTED.search(sentence))
    ) and not _OWN_STRONG.search(sentence)


def _ages(reading: Reading) -> None:
    text = reading.text
    for match in reading.matches(_AGE):
        if not re.search(r"\b(?:over|above|under|to|than|least|–|-)\s?$", text[max(0, match.start() - 8) : match.start()]):
            reading.add("age", *match.span())
    for match in reading.matches(_AGE_SAID):
        reading.add("age", *match.span(1))
    for match in reading.matches(_AGE_TURNED):
        reading.add("age", *match.span(1))
    for match in reading.matches(_BORN):
        reading.add("age", *match.span(1))
    for match in reading.matches(_OF_AGE):
        reading.add("age", *match.span(1))
    for match in reading.matches(_AGE_IS):
        left = max(text.rfind(mark, 0, match.start()) for mark in (". ", "\n", "; ")) + 1
        sentence = text[max(left, match.start() - 90) : match.start()]
        if _PERSON_WORD.search(sentence) and not _MEASURED.search(sentence):
            reading.add("age", *match.span(1))
    for match in reading.matches(_NAMED_AGE):
        key = match[1].lower()
        if key in reading.cast or (key in words("given-names") and key not in words("words")):
            reading.add("age", *match.span(2))
    for match in reading.matches(_SEX):
        reading.add("age", *match.span(1))
    for match in _AGE_IN_WORDS.finditer(text):
        reading.add("age", *match.span())
