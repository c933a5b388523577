"""Postcodes: British and Irish ones stand alone, others need a place or a word beside them."""

from __future__ import annotations

import re

from .finding import Reading
from .lists import words

#: https://www.gov.uk/government/publications/bulk-data-transfer-for-sponsors-xml-schema, form of a full postcode; upper case only, or after a cue.
_BRITISH = re.compile(
    r"(?<![\w-])(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d|[A-HK-Y]\d\d|\d[A-HJKPS-UW]|[A-HK-Y]\d[ABEHMNPRV-Y]) "
    r"?\d[ABD-HJLNP-UW-Z]{2})(?![\w-])"
)
_BRITISH_LOWER = re.compile(r"(?<![\w-])(?:[a-pr-uwyz](?:\d{1,2}|[a-hk-y]\d{1,2}) \d[abd-hjlnp-uw-z]{2})(?![\w-])")
_IRISH = re.compile(r"(?<![\w-])(?:[AC-FHKNPRTV-Y]\d\d|D6W) ?[\dAC-FHKNPRTV-Y]{4}(?![\w-])")
_CANADIAN = re.compile(r"(?<![\w-])[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d(?![\w-])")
_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN"
    "|TX|UT|VT|VA|WA|WV|WI|WY|PR|"
    "Ala\\.|Ariz\\.|Calif\\.|Colo\\.|Conn\\.|Fla\\.|Ill\\.|Mass\\.|Mich\\.|Minn\\.|Ore\\.|Penn\\.|Tenn\\.|Tex\\.|Wash\\.|Wis\\.|Vermont"
    "|Ohio|Iowa|Oregon|Texas|Maine|Montana|Kansas|Idaho|Utah|Nevada|Alaska|Washington|Minnesota|Wisconsin|Michigan|"
    "Nebraska|Wyoming|Colorado|Kentucky|Tennessee|Virginia|Georgia|Florida|California|Arizona|New (?:York|Mexico|Jersey|Hampshire)"
    "|Dakota|Carolina|Oklahoma|Arkansas|Missouri|Mississippi|Alabama|Louisiana|Illinois|Indiana|Pennsylvania|Delaware|Maryland"
    "|Connecticut|Massachusetts"
)
_AMERICAN = re.compile(rf"(?<![\w-])(?:{_STATES}),? (\d{{5}}(?:-\d{{4}})?)(?![\w-]|\.\d|,\d)", re.IGNORECASE)
_CUED = re.compile(
    r"\b(?:zip(?: ?code)?|post ?-?code|postal code|p/c|pc|plz|postleitzahl|code postal|cp|cap|c\.p\.|código postal|codigo postal"
    r"|postnr\.?|postnummer|eircode|kod pocztowy|psč|irányítószám)\s?(?:is|was|now|:|=|#|-|–)?\s?"
    r"((?=[\w-]*\d)[A-Z\d]{2,5}(?:[- ](?=[A-Z\d]*\d)[A-Z\d]{2,4}|[- ][A-Z]{2}\b)?(?:\.\.|xx)?)(?![\w])",
    re.IGNORECASE,
)
_AUSTRALIAN = re.compile(
    r"(?<![\w-])(?:(?:NSW|VIC|QLD|TAS|ACT|SA|WA|NT),? (?P<after>\d{4})|(?P<before>\d{4}),? (?:NSW|VIC|QLD|TAS|ACT))(?![\w-])"
)
_UPPER = "".join(chr(code) for code in range(0x250) if chr(code).isupper())
#: Continental order: the code stands before the town.
_BEFORE_TOWN = re.compile(
    rf"(?<![\w.,€$£/-])(?<!\d )((?:(?:[A-Z]{{1,2}}|LT|LV|EE)-)?\d{{5}}|(?:[A-Z]{{1,2}}-)?\d{{4}}(?: ?[A-Z]{{2}}(?= ))?"
    rf"|(?:[A-Z]{{1,2}}-)?\d{{3}} \d{{2}}|\d{{2}}-\d{{3}}|\d{{4}}-\d{{3}})(?:,? )(?![A-Z]{{2,5}}\b)(?=[{_UPPER}][^\W\d_]{{2,}})"
)
_DUTCH = re.compile(r"(?<![\w-])[1-9]\d{3} (?!SA|SD|SS|AM|PM|MG|ML|BC|AD|CE|UK|US|EU|NHS|PM)[A-Z]{2}(?![\w-])")
_AFTER_TOWN = re.compile(
    r"(?<=[a-zß-ÿ]),? (\d{5}(?:-\d{4})?)(?![\w-]|[.,]\d| ?(?:people|patients|adults|deaths|participants|mg|ng|steps|times|dollars"
    r"|pounds|euros|%))"
)
_AFTER_PLACE = re.compile(r"(?:,? \w{1,3}[º°ª.]? ?\w?)?,? \(?(\d{5}(?:-\d{4})?)(?![\w-]|[.,]\d| [a-z])")
#: A parcel's or a letter's last line: "O. Featheringill, 97321."
_AFTER_NAME = re.compile(
    rf"(?<![\w-])[{_UPPER}][\w'’-]{{1,30}}(?:, | \()(\d{{5}}(?:-\d{{4}})?)(?=[).;,]?(?:\s|$))(?! ?(?:people|patients))"
)
_ADDRESS_NEAR = re.compile(
    r"(?:wohnhaft|str\.|straße|strasse|weg|gasse|platz|allee|rue|avenue|boulevard|via|calle|c/|piazza|ul\.|straat|laan|vej|gade|gatan"
    r"|vägen|katu|tie|street|road|lane|adresse|address|anschrift|domicil|résid|resid|habit|wohn|woon|bor |lives|home|ship|\d[a-z]?, ?$"
    r"|, ?$)",
    re.IGNORECASE,
)


def after_state(reading: Reading) -> None:
    """Codes behind a town and its state, before a label such as "ID" claims what stands in Idaho."""
    for match in reading.matches(_AMERICAN):
        if re.search(r"[a-z.],? ?$", reading.text[max(0, match.start() - 3) : match.start()]) and match.group()[:2].isupper():
            reading.add("postcode", *match.span(1))


def after_place(reading: Reading) -> None:
    """Codes behind a street or a town that has been found: "c/ Olmo 7, 3º B, 28012", "Guebwiller (68500)"."""
    for finding in [found for found in reading.findings if found.kind == "place"]:
        match = _AFTER_PLACE.match(reading.text, finding.end)
        if match:
            reading.add("postcode", *match.span(1))


def find(reading: Reading) -> None:
    """Every postcode."""
    text = reading.text
    for pattern in (_CUED, _AMERICAN):
        for match in reading.matches(pattern):
            reading.add("postcode", *match.span(1))
    for match in reading.matches(_AUSTRALIAN):
        reading.add("postcode", *match.span("after" if match["after"] else "before"))
    for pattern in (_BRITISH, _IRISH, _CANADIAN, _DUTCH):
        for match in reading.matches(pattern):
            reading.add("postcode", *match.span())
    for match in reading.matches(_BRITISH_LOWER):
        reading.add("postcode", *match.span())
    for match in reading.matches(_BEFORE_TOWN):
        if set(match[1]) == {"0"}:
            continue
        code, before = match[1], text[max(0, match.start() - 40) : match.start()]
        year = code.isdigit() and len(code) == 4
        town = re.match(r",? ?([^\W\d_]+)", text[match.end(1) :])
        listed = (
            town is not None
            and (town[1].lower() in words("cities") or town[1].lower() in words("towns"))
            and not re.match(r"(?:19|20)\d\d$", code)
        )
        if listed or (not year or _ADDRESS_NEAR.search(before)) and (len(code) >= 5 or _ADDRESS_NEAR.search(before)):
            reading.add("postcode", *match.span(1))
    for match in reading.matches(_AFTER_NAME):
        reading.add("postcode", *match.span(1))
    for match in reading.matches(_AFTER_TOWN):
        if _ADDRESS_NEAR.search(text[max(0, match.start() - 60) : match.start()]):
            reading.add("postcode", *match.span(1))
