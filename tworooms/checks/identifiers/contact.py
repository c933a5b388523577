"""Ways to reach a person: e-mail, web addresses and handles, network addresses, telephone and fax."""

from __future__ import annotations

import re

from .finding import Reading

_EMAIL = re.compile(r"(?<![\w.+'-])[\w.+'-]{1,64}(?:@|\s?(?:\(at\)|\[at\])\s?| at )[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b", re.IGNORECASE)
#: Last labels of a host: enough to tell an address from a file's name or from the end of a sentence.
_TLD = (
    "com|org|net|edu|gov|int|mil|info|biz|io|co|me|app|dev|health|care|clinic|online|site|xyz|link|page|tv|ly|gg|example|test|invalid"
    "|local|eu|uk|us|ie|"
    "au|nz|ca|de|at|ch|fr|be|nl|lu|es|pt|it|se|no|dk|fi|pl|cz|sk|hu|ro|gr|hr|si|is|ee|lv|lt|scot|wales|cymru"
)
_URL = re.compile(
    r"\b(?:https?|ftp)://[^\s<>\"'`\])}]+"
    rf"|(?<![\w@.:/-])(?:[a-z0-9-]+\.)+(?:{_TLD})(?:(?::\d+)?/[^\s<>\"'`\])}}]*|(?![\w.-]*[\w(=]))",
    re.IGNORECASE,
)
#: Sites that speak for a public body or a work, never for one person.
_PUBLIC = re.compile(
    r"(?:^|\.)(?:gov|mil|int|edu|gov\.[a-z]{2}|nhs\.uk|ac\.uk|europa\.eu|doi\.org|creativecommons\.org|python\.org|jupyter\.org|w3\.org)$"
)
_HANDLE = re.compile(r"(?<![\w.@/])@(?!\d+(?:\.\d+)?(?:\s|$))[a-z0-9_][\w.-]+\w|\bu/[\w-]{3,}", re.IGNORECASE)
_HANDLE_CUE = re.compile(
    r"\b(?:user ?name|handle|screen ?name|insta(?:gram)?|snap(?:chat)?|tik ?tok|twitter|telegram|discord|skype|ig|login|profile "
    r"name)\b\s*(?:is|was|:|=|-|–)?\s*[\"'“‘]?"
    r"(@?[a-z0-9](?=[\w.-]*[\d_.])[\w.-]*\w)",
    re.IGNORECASE,
)
_DISCORD = re.compile(r"(?<![\w#&])[A-Za-z][\w.]{2,30}#\d{4}(?!\w)")
_IPV4 = re.compile(r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)")
_IPV6 = re.compile(
    r"(?<![\w:])(?=[\da-f:]*::|(?:[\da-f]{1,4}:){7})(?=[\da-f:]*[\da-f]{2})[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}(?![\w:])",
    re.IGNORECASE,
)
_MAC = re.compile(
    r"(?<![\w:-])(?:[\da-f]{2}([:-]))(?:[\da-f]{2}\1){4}[\da-f]{2}(?![\w:-])|(?<![\w.])(?:[\da-f]{4}\.){2}[\da-f]{4}(?![\w.])",
    re.IGNORECASE,
)
#: The folder of a person's account on a computer, as a warning or a path stored in a notebook shows it.
_HOME = re.compile(r"(?:/Users/|/home/|[A-Z]:\\{1,2}Users\\{1,2})(?!Shared\b|Public\b|runner\b|jovyan\b|user\b)([\w.-]+)")

_DIGITS = r"(?:\(\d{1,5}\)[ .-]?)?\d[\d ().\u00a0/–-]{4,20}\d"
_CANDIDATE = re.compile(rf"(?<![\w.,/@#%$£€-])(?:\+|00(?=[1-9]))?{_DIGITS}(?:\s?(?:ext\.?|x)\s?\d{{1,5}})?(?![\w%]|[.,-]\d)")
_PHONE_CUE = re.compile(
    r"\b(?:call ?back|tel(?:e(?:ph|f)\w*)?|tlf|tél|ph(?:one)?|puh|mob(?:ile|il)?|móvil|cell|call(?:s|ed|back|ing)?|ring|rang|text(?:ed"
    r"|s)?|sms|whatsapp|land ?line|number|contact|"
    r"pager|beep(?:er)?|bleep|dial|handy|fon|reached?|voicemail|switchboard|desk|c/b|cb)\b[^\n\d]{0,18}$",
    re.IGNORECASE,
)
_FAX_CUE = re.compile(r"\b(?:e?-?fax(?:ed)?|telefax|f(?!/))\b[^\n\d]{0,34}$", re.IGNORECASE)
_NOT_A_PHONE_CUE = re.compile(
    r"\b(?:nhs|chi|ssn|mrn|account|acct|iban|card|order|rx|ref(?:erence)?|serial|sort code|h&c|hcn|medicare|medicaid|policy|member"
    r"|insurance|isbn|pmid|doi)\b[^\n\d]{0,14}$",
    re.IGNORECASE,
)
#: National forms, so that only digits grouped as a telephone number is written are asked about.
_FORMS = (
    ("US", re.compile(r"(?:1[ .-]?)?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])[2-9]\d\d[ .-]\d{4}")),
    ("GB", re.compile(r"\(?0(?:[1-35789]\d{1,4})\)?[ -]\d{3,4}[ -]?\d{3,6}(?:[ -]\d{3,4})?|0[127]\d{9}")),
    ("IE", re.compile(r"\(?0\d{1,2}\)?[ -]\d{3,4}[ -]?\d{3,4}")),
    ("FR", re.compile(r"0[1-9](?:[ .]\d\d){4}")),
    ("DE", re.compile(r"\(?0[1-9]\d{1,4}\)?[ /-]+\d[\d ]{4,9}\d")),
    ("AU", re.compile(r"\(?0[2-478]\)? ?\d{4} \d{4}|04\d\d \d{3} \d{3}")),
    ("NL", re.compile(r"0\d{1,3}[ -]\d[\d ]{5,8}\d")),
    ("IT", re.compile(r"0\d{1,3}[ /-]\d{5,8}|3\d\d[ .]\d{3}[ .]?\d{4}")),
    ("ES", re.compile(r"[679]\d\d[ .]\d{3}[ .]\d{3}|[69]\d\d \d\d \d\d \d\d")),
    ("SE", re.compile(r"0\d{1,3}-\d{2,3}(?: ?\d\d){2}")),
)  # fmt: skip
#: Forms that no office's number has.
_UNMISTAKABLE = re.compile(r"07\d{3} ?\d{6}|07\d{3} \d{3} \d{3}|(?:1[ -])?\([2-9]\d\d\) ?[2-9]\d\d[ -]\d{4}|1-[2-9]\d\d-[2-9]\d\d-\d{4}")
#: Numbers of public services, the same for everybody.
_SERVICE = {
    "116123",
    "18002221222",
    "18006624357",
    "18006564673",
    "131114",
    "112",
    "111",
    "999",
    "911",
    "988",
    "8002221222",
    "18002738255",
    "8002738255",
}


def find(reading: Reading) -> None:
    """E-mail and web addresses, handles and network addresses."""
    text = reading.text
    if "@" in text or "(at)" in text or "[at]" in text or "u/" in text:
        for match in _EMAIL.finditer(text):
            reading.add("email", *match.span())
        for match in _HANDLE.finditer(text):
            # Python writes decorators and matrix products with the same sign.
            if text[max(0, match.start() - 1) : match.start()] in (
                "",
                " ",
                "(",
                ":",
                "“",
                '"',
                "'",
                ",",
                "\t",
                ";",
                "/",
            ) and not _decorator(text, match.start()):
                reading.add("url", *match.span())
    for match in _URL.finditer(text) if "." in text else ():
        host = re.sub(r"^\w+://(?:[^@/]*@)?", "", match.group()).split("/")[0].split(":")[0].lower()
        end = match.end() - len(match.group()) + len(match.group().rstrip(".,;:!?*_"))
        if _PUBLIC.search(host) or host.removeprefix("www.") in reading.known.hosts:
            reading.take(match.start(), end)
        else:
            reading.add("url", match.start(), end)
    for match in _HANDLE_CUE.finditer(text):
        reading.add("url", *match.span(1))
    for match in reading.matches(_DISCORD):
        reading.add("url", *match.span())
    for match in _HOME.finditer(text):
        reading.add("name", *match.span(1))
    for pattern in (_IPV4, _IPV6, _MAC):
        for match in reading.matches(pattern):
            if not re.search(
                r"\b(?:version|v|release|update[ds]?(?: to)?)\s?$", text[max(0, match.start() - 12) : match.start()], re.IGNORECASE
            ):
                reading.add("ip", *match.span())


def _decorator(text: str, at: int) -> bool:
    line = text.rfind("\n", 0, at) + 1
    return (
        not text[line:at].strip()
        and text.count("\n", at) > 0
        and re.match(r"@[\w.]+(?:\([^\n]*\))?\s*\n\s*(?:def|class|@|async)\b", text[at:]) is not None
    )


def phones(reading: Reading, *, named: bool = False) -> None:
    """Telephone and fax numbers: digits in a national form or behind a word such as "tel", that phonenumbers holds possible.

    named: only those that a word before them names or that begin with a plus sign.
    """
    text = reading.text
    for match in reading.matches(_CANDIDATE, digits=7):
        start, end = match.span()
        digits = re.sub(r"\D", "", match.group())
        if not reading.free(start, end):
            continue
        if digits in _SERVICE or digits in reading.known.phones or digits.removeprefix("44") in _SERVICE:
            reading.take(start, end)
            continue
        if not 7 <= len(digits) <= 15:
            continue
        before = text[max(0, start - 40) : start]
        fax = _FAX_CUE.search(before)
        if not fax and _NOT_A_PHONE_CUE.search(before):
            continue
        cued = bool(fax or _PHONE_CUE.search(before))
        if not cued and re.search(r"\b(?!TEL|MOB|PH|FAX|NOK|PT|GP|RP|CB|HOME|WORK|CELL|MUM|DAD|RN|DR|POA)[A-Z]{2,6}:? $", before):
            continue  # an office's letters: CUP 0417 2200 9918
        if named and not cued and not match.group().startswith("+") and not _UNMISTAKABLE.fullmatch(match.group()):
            continue
        if _is_phone(match.group(), digits, cued=cued):
            reading.add("fax" if fax else "phone", start, end)


def phone_cue(text: str, start: int) -> bool:
    """Whether the words before a number call it a telephone or fax number."""
    before = text[max(0, start - 40) : start]
    return bool(_PHONE_CUE.search(before) or _FAX_CUE.search(before))


def _is_phone(written: str, digits: str, *, cued: bool) -> bool:
    written = re.sub(r"\s?(?:ext\.?|x)\s?\d+$", "", written.strip())
    if re.match(r"\d{1,2}([./-])\d{1,2}\1(?:19|20)\d\d(?!\d)|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$", written) or set(digits) == {"0"}:
        return False
    import phonenumbers

    def possible(region: str | None) -> bool:
        try:
            return phonenumbers.is_possible_number(phonenumbers.parse(written, region))
        except phonenumbers.NumberParseException:
            return False

    if written.startswith(("+", "00")):
        return possible("GB")
    for region, form in _FORMS:
        if form.fullmatch(written) and (region != "GB" or len(digits) in (10, 11)) and possible(region):
            return True
    # Fiction's own range, written without an area; or any number that is called one.
    return bool(re.fullmatch(r"555[ .-]?01\d\d", written)) or (
        cued and len(digits) >= 7 and any(possible(region) for region in ("US", "GB", "IE", "DE"))
    )
