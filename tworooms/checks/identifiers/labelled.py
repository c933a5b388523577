"""Numbers that a word before them names: records, plans, accounts, licences, plates, devices, biometric marks, orders."""

from __future__ import annotations

import re

from .finding import Reading

#: A number as offices write it: groups of capitals and digits, the first of them with a digit.
_GROUP = r"[A-Z0-9]+(?:[./:_\-–]+[A-Za-z0-9]+)*"
_NUMBER = re.compile(
    rf"(?<![\w.,/$£€+-])#?(?=[A-Z]{{0,12}}[./:_-]?[A-Z]{{0,12}}[./:_-]?\d){_GROUP}(?: (?=[A-Z]*\d)(?!\d+ ?(?:mg|ml|min|x |h\b"
    rf"|%)){_GROUP}){{0,6}}(?: "
    rf"[A-Z](?![\w.]))?(?![\w%°]| ?(?:%|mg|ml|mcg|kg|mmHg|min\b|hours?\b))"
)
#: What may stand between the word and the number.
_JOIN = (
    r"(?:(?:\W|\b)(?:no|nr|nos|n[°º]|num(?:ber|éro|ero|mer)?s?|nummer|id|ident(?:ifier)?|code|ref(?:erence)?|reg(?:istration)?|card"
    r"|account|acct|a/c|field|is|was|as|reads?|shows?|says|ending|in|under|label|sticker|details|issued|tag|now|given|verified|"
    r"printed|scanned|s)(?=\W))*\W{0,4}"
)
_KINDS = {
    "health-plan": (
        r"insur(?:ance|er)\w*|ins\b\.?|member(?:ship)?|subscriber|policy|policies|plan|beneficiary|medicaid|medicare|mbi|hicn|group|grp"
        r"|payer|adhérent|aseguradora|sigorta|karte|versichertenkarte|supplemental|bupa|axa|aetna|cigna|vhi|laya|ehic|"
        r"tricare|blue ?cross|bcbs|humana|anthem|kaiser|mutuelle|versichertennummer|versicherten-?nr|krankenkasse|kvnr|polizza|póliza"
        r"|polis(?:nummer)?|p[oó]lisnr|medical card|gms|entitlement"
    ),
    "licence": (
        r"licen[cs]e|lic\b|dl|driver'?s?(?: number)?|driving licen[cs]e|npi|dea(?: number)?|gmc|nmc|gphc|hcpc|rn lic\w*|imc|pin"
        r"|prescriber|registration|permit|certificate|cert\b|passport|reisepass|"
        r"pasaporte|passeport|führerschein|rpps|adeli|lanr|big(?:-nummer)?|visa|badge|approbation|num\.? ?coleg\w*|colegiad[oa]|psi"
        r"|reg\.? (?:no|nr)"
    ),
    "device": (
        r"serial|s/n|sn|udi|gtin|device|asset|implant|pacemaker|monitor|pump|syringe driver|lot|imei|model no|sernr|seriennummer"
        r"|gerät\w*|n° ?de ?s[ée]rie|stimulator|icd|hearing aid|cpap|glucometer|"
        r"sensor|tablet|laptop|watch|handset|defib\w*|machine|concentrator|equipment|matricola|número de serie|serienummer|valve|stent|lead"
    ),
    "account": (
        r"account|acct|a/c|bank(?: details| account)?|sort code|iban|bic|card|visa|mastercard|amex|routing|aba|direct debit"
        r"|konto(?:nummer)?|kontonr|rekening(?:nummer)?|compte|cuenta|conto|paypal|venmo|"
        r"invoice|invoiced|rechnung(?:snummer)?|rechnungsnr|facture|customer|client|debit|payroll|loyalty"
    ),
    "record": (
        r"mrn|mr|med(?:ical)? rec(?:ord)?|records?|chart|hosp(?:ital)?(?: number)?|hospital no|unit(?: number)?|patient(?: number)?"
        r"|pt(?: id)?|fin|csn|encounter|visit|episode|file|case|spell|crn|rxr|umrn|"
        r"barcode|wristband|bracelet|accession|specimen|sample|pathology|lab|x-?ray|study|report|scan|image|ref|refs|our ref|your ref"
        r"|letter ref|reference|reg|dossier|aktenzeichen|az|fallnummer|fall-?nr|pat(?:ienten)?-?(?:nr|id)\w*|"
        r"historia|nhc|ipp|patientnummer|patiëntnummer|journal(?:nummer|nr)?|cartella|unser zeichen|zeichen|n/réf|v/réf|uk?ns|ipno"
        r"|district|hn|ur|urn|emis"
    ),
    "vehicle": (
        r"plates?|licen[cs]e plate|placard|blue badge|parking permit|tags?|number plate|vehicle|vrm|vin|reg|rego|registration|car|van"
        r"|truck|bus|taxi|cab|kennzeichen|immatricul\w*|matr[ií]cula|targa|kenteken|nummerplade|bike|scooter|motorcycle|suv|sedan|pickup"
    ),
    "biometric": (
        r"finger ?-?prints?|face ?-?(?:print|id|template|scan|match)|face|voice ?-?(?:print|id|sample)|retina(?:l)?(?: scan| id)?"
        r"|iris(?: scan| code| template| id)?|palm(?:-? ?(?:vein|print))?(?: scan| template| id)?|biometric\w*|template|thumb ?-?print|"
        r"index print|vein scan|gait(?: profile)?|gesichts\w*|stimm(?:abdruck|profil|probe)\w*|handvenen\w*|dna(?: profile| sample)?"
        r"|genome|hand geometry|empreinte|fingerabdruck"
    ),
    "other": (
        r"rx|prescription|script|order|tracking|ticket|parcel|shipment|consignment|waybill|incident|inc\b|event|job|run|cad|call(?: "
        r"sign)?|claim|auth(?:orization|orisation)?|prior auth\w*|pa\b|booking|confirmation|"
        r"receipt|transaction|trans|ref no|seal|package|pkg|delivery|return|rma|token|voucher|coupon|session|consent form|form id|datix"
        r"|ubrn|enrolled|study "
        r"id|participant|subject|enrol\w*|user|profile|room key|locker|key|student|"
        r"employee|staff|badge|payroll|docket|court|warrant|police|crime|log|pcr|epcr|prf|trip|dispatch|rezept\w*|ordonnance|receta"
        r"|ricetta|recept\w*|bestell\w*|tracking-?nr|sendung\w*|colis|envío|batch|dispense|repeat|nhi|caller|id|number|no"
    ),
}
_LABELS = [
    (
        kind,
        re.compile(
            rf"(?<![\w-])(?i:(?:{words}){'(?: (?:template|file|hash|id|sample|print|profile|match|scan))*' if kind == 'biometric' else ''}(?!\w){_JOIN})(?P<lead>[A-Z]{{1,10}}[ -])?$"
        ),
    )
    for kind, words in _KINDS.items()
]
#: How many digits a number needs before its label makes it an identifier: room 12 and form 41 are none.
_NUMBERED = re.compile(r"\b(?:no|nr|number|ref|log)\b[.:# ]*$|# ?$", re.IGNORECASE)
_LEAST = {"other": 5, "record": 4, "device": 4, "account": 4, "biometric": 2, "vehicle": 2, "licence": 4, "health-plan": 4}
_CLOCK_OR_DATE = re.compile(
    r"(?:[01]?\d|2[0-3])[:.]?[0-5]\d(?:[:.][0-5]\d)?(?: ?[ap]\.?m\.?)?|(?:19|20)\d\d(?:[–/-](?:(?:19|20)?\d\d))?"
    r"|\d{1,2}([./-])\d{1,2}\1(?:\d\d){1,2}|\d{4}([./-])\d{1,2}\2\d{1,2}|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\d{1,3}/\d{1,3}"
)
_SORT_CODE = re.compile(r"(?<![\w-])\d\d-\d\d-\d\d(?:[ ,/]+(?:a/?c(?: no\.?)?[: ]*|account(?: no\.?)?[: ]*)?\d{4} ?\d{4})?(?![\w-])")
#: Plates whose form is rare enough to stand alone: Great Britain, France, Spain, Ireland, Italy.
_PLATE = re.compile(
    r"(?<![\w-])(?:[A-HJ-PR-Y][A-Z]\d\d ?[A-HJ-PR-Z]{3}|[A-HJ-NP-TV-Z]{2}-\d{3}-[A-HJ-NP-TV-Z]{2}|\d{4} [BCDFGHJKLMNPR-TV-Z]{3}"
    r"|\d{2,3}-[A-Z]{1,2}-\d{3,6}|[A-Z]{2} \d{3} [A-Z]{2})(?![\w-])"
)
#: What a vehicle's number looks like once a word says that there is a vehicle.
_PLATE_LIKE = re.compile(
    r"(?<![\w-])(?!(?:BP|HR|RR|GCS|PHQ|BM|ECG|MADRS|BDI|HAM|GAD|BAC|ISS|ID|TP|OP|UTC|GMT|CT|MRI|EMS|MM|AM|PM)\b)(?=[A-ZÄÖÜ\d "
    r"·-]*[A-ZÄÖÜ])(?:[A-ZÄÖÜ]{1,3}[ ·-]{0,3}[A-ZÄÖÜ]{0,3}[ ·-]?\d{1,5}(?:[ -]?[A-Z]{1,3}\b(?! [a-z]{2}))?"
    r"|\d{1,4}[ -]?[A-Z]{1,3}(?:[ -]?\d{1,5})?|[A-Z]{2,3}(?: ?[A-Z]?\d[A-Z]?){2,})(?![\w-])"
)
_VANITY = re.compile(
    r"\b[Pp]lates? (?:no\.? |number |is |was |reads? |reading |said |says )?(?:[\"“‘']([A-Z0-9][A-Z0-9 -]{2,9})[\"”’']|([A-Z]{1,3} "
    r"?\d{2,4})(?![\w-]))"
)
_FACE_FILE = re.compile(
    r"\b[\w-]{0,40}(?:face|portrait|mugshot|selfie|headshot|fingerprint|retina|iris|thumbprint|voiceprint|profile)[\w-]{0,60}\.(?:jpe?g"
    r"|png|heic"
    r"|tiff?|bmp|webp|wav|mp3|m4a|mp4|mov|dat|bin)\b",
    re.IGNORECASE,
)
_PICTURED = re.compile(
    r"(?:\b(?:photo(?:graph)?s?|pictures?|pic|image|face|selfie|headshot|portrait|fingerprints?|thumb ?print|iris|retina|voice|gait"
    r"|biometric\w*|palm)\b[^.\n]{0,40}?)\b([\w-]*\d[\w-]*\.(?:jpe?g|png|heic|tiff?|bmp|webp|wav|mp3|m4a|mp4|mov|bin|dat))\b",
    re.IGNORECASE,
)
#: A mixture of letters and digits that no ordinary text holds: A00-3391-772, SL-M/004417, VPR_00417_mo, 0x5D2E.
_SHAPE = re.compile(
    r"(?<![\w./,:+$£€#@%=('\"\[-])#?(?:(?:[A-Za-z]{3,10}[_-])?0x[\dA-Fa-f]*[\dA-Z]+(?:-\w+)*|[A-Za-z0-9]+(?:[-/_:·][A-Za-z0-9]+)+"
    r"|[A-Z]+\d[A-Z\d]*|\d[A-Z\d]*[A-Z][A-Z\d]*|\d{6,})(?![\w/%°-]|[.,:]\d| ?(?:%|mg|ml|people|patients|adults))"
)
_GROUPS = re.compile(r"(?<![\w./,:+$£€#@%=-])(?:[A-Z]{2,6} )?\d{2,6}(?:[ -]\d{2,6}){2,7}(?: [A-Z](?!\w))?(?![\w/%°-]|[.,:]\d)")
_AFTER_CAPITALS = re.compile(r"(?:\b[A-Z][A-Za-z]*|\b(?:no|nr|ref|num)\.?|#) $")
#: Words that say what a number without a label of its own belongs to.
_BIOMETRIC = re.compile(
    r"\b(?:faces?|facial|face ?print|selfie|liveness|iris|retina\w*|finger\w*|thumb\w*|palm\w*|voice\w*|biometric\w*|afis|gesichts\w*"
    r"|stimm\w*|stemherkenning|reconnaissance|empreinte\w*|huella\w*|impronta|vingerafdruk|print reader"
    r"|left index|right index|vein scan|gait|dna)\b",
    re.IGNORECASE,
)
_VEHICLE = re.compile(
    r"\b(?:plates?|number plate|rego|kennzeichen|targa|kenteken|matr[ií]cula|immatricul\w*|v[ée]hicule|auto|voiture|coche|macchina"
    r"|wagen|bil|vehicle|vrm|vin|cars?|van|truck|suv|sedan|bus|minibus|coach|jeep|pick-?up|taxi|cab|minivan|wagon|"
    r"hatchback|coupe|minicab|scooter|motorbike|motorcycle|moped|bike|camper|rv|trailer|lorry|tractor|drivers?(?:['’]s)?(?! (?:num|no\b"
    r"|lic))|drives?|drove|driving|parked|kfz|pkw|lkw|fahrzeug|bilen?|samochód|carro|camión|furgon\w*|passat|tiguan|touran|sharan|clio"
    r"|megane|twingo|"
    r"panda|punto|ibiza|leon|octavia|fabia|yaris|aygo|qashqai|micra|accord|altima|sentra|malibu|explorer|ranger|f150|sprinter|berlingo"
    r"|fiesta|corsa|golf|polo|astra|focus|civic|corolla|camry|subaru|toyota|honda|ford|bmw|audi"
    r"|volvo|kia|škoda|skoda|tesla|opel|renault|peugeot|"
    r"fiat|nissan|mazda|vauxhall|chevy|seat|vw|transit|prius|tacoma|silverado|f-150|outback)\b",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"(?:barcode|sample|specimen|template|consent form|unit|no|id|ref|refs|hit|tag|code|number|reg|file|scan|subject|reference|log|user"
    r"|profile|rec|record|image|card|door|permit|key|enrol\w*|template)\b",
    re.IGNORECASE,
)
#: A plate as an American officer reads it out, the state first: "plate ID 2C 88K1".
_STATE_PLATE = re.compile(
    r"\b[Pp]lates? (?:no\.? |number |is |was |reads? )?((?:[A-Z]{2} )?(?=[A-Z\d -]*\d)[A-Z\d]{1,4}[ -]?[A-Z\d]{2,5})(?![\w-])"
)
_LOWER_WORD = re.compile(r"[a-z]{5,}")
#: A colour, as figures write it.
COLOUR = re.compile(r"#(?=[\da-fA-F]*[a-fA-F])[\da-fA-F]{6}(?:[\da-fA-F]{2})?\b|#(\d)\1{5}\b")
#: People, houses and towns of a form's example.
NOBODY = re.compile(
    r"\b(?:(?:Mrs?|Ms)\.? )?A\. ?(?:Patient|N\. ?Other)\b|\bJoe Bloggs\b|\bJ(?:ane|ohn) (?:Doe|Q\.? Public)\b|\bTest Patient\b|\bMax "
    r"Muster(?:mann)?\b"
    r"|\bErika Mustermann\b|\bMusterstr\w*\.? \d+|\bMusterstadt\b|(?:\b\d+ (?:High|Any|Main) Street, )?\bAny ?[Tt]own\b(?:,? USA)?"
)
#: Numbers of works, trials and laws.
PUBLIC_NUMBERS = re.compile(
    r"\b10\.\d{4,9}/[^\s\"<>\])]+|\b(?:NCT|ISRCTN|ACTRN|DRKS|ChiCTR|JPRN|UMIN|NTR|PACTR|CRD|PMID|PMC|PMCID|ISBN|ISSN|ORCID|arXiv"
    r"|EudraCT|EUCTR|ANZCTR)\W{0,3}(?:number |no\.? )?[\dX][\dX.-]*[\dX]"
    r"|\b(?:NDA|ANDA|BLA|IND)\s?\d{5,6}(?:/S-?\d+)?|\b\d+ (?:CFR|U\.?S\.?C\.?|FR|Fed\. Reg\.|Stat\.?)(?: (?:part|§+))? "
    r"?[\d.]+(?:\([a-z0-9]+\))*|§+ ?[\d.-]+|\b(?:SI|S\.I\.|Directive|Regulation)\s?(?:\([A-Z]+\)\s?)?\d{1,4}/\d{1,4}(?:/[A-Z]+)?"
    r"|\b(?:Rx)?BIN:? ?\d{6}\b|\b(?:No|Nr)\. ?\d{1,4}/(?:19|20)\d\d"
    r"|\b(?:ISO|IEC|BS|EN|RFC|HL7|ANSI|WCAG)[ -]?\d[\d.:-]*|\b(?:TA|NG|CG|QS|IPG|HTG|ESNM)\d{2,4}\b|\bPL \d{5}/\d{4}\b"
    r"|\bEU/\d/\d\d/\d{3,4}(?:/\d+)?|\b\d{4,5}-\d{3,4}-\d{2}\b(?= \(?NDC)|\bNDC:? \d{4,5}-\d{3,4}-\d{2}"
)


def find(reading: Reading) -> None:
    """Numbers behind a label, and shapes that only an office gives."""
    text = reading.text
    for match in _FACE_FILE.finditer(text):
        reading.add("biometric", *match.span())
    for match in _PICTURED.finditer(text):
        reading.add("biometric", *match.span(1))
    for match in reading.matches(_SORT_CODE, digits=6):
        if " " in match.group() or re.search(
            r"\bsort\b|sortcode|bank|s/c|debit|transfer|standing order", text[max(0, match.start() - 30) : match.start()], re.IGNORECASE
        ):
            reading.add("account", *match.span())
    for match in _VANITY.finditer(text):
        reading.add("vehicle", *match.span(1 if match[1] else 2))
    for match in reading.matches(_STATE_PLATE) if "late" in text else ():
        if sum(map(str.isdigit, match[1])) >= 2:
            reading.add("vehicle", *match.span(1))
    for cue in _VEHICLE.finditer(text):
        stop = min([at for mark in ".;\n" if (at := text.find(mark, cue.end())) >= 0] + [cue.end() + 45])
        match = _PLATE_LIKE.search(text, cue.end(), stop + 12)
        if (
            match
            and match.start() <= stop
            and sum(map(str.isdigit, match.group())) >= 2
            and any(map(str.isalpha, match.group()))
            and len(re.sub(r"\W", "", match.group())) >= 5
        ):
            reading.add("vehicle", *match.span())
    for match in reading.matches(_NUMBER):
        start, end = match.span()
        digits = sum(map(str.isdigit, match.group()))
        code = digits >= 2 and re.fullmatch(r"(?=.*[A-Z].*[A-Z])[A-Z\d]{6,}", match.group()) is not None
        if _is_dummy(match.group()):
            reading.take(start, end)
            continue
        if (digits < 4 and not code) or _CLOCK_OR_DATE.fullmatch(match.group()) or not reading.free(start, end):
            continue
        # The nearest word decides: "account of patient no. 12345" is a patient's number.
        labels = [(label.start(), kind, label) for kind, pattern in _LABELS if (label := pattern.search(text, max(0, start - 48), start))]
        if not labels:
            continue
        best = max(labels, key=lambda entry: entry[0])
        least = 4 if _NUMBERED.search(text, max(0, start - 10), start) else _LEAST[best[1]]
        if (digits if not code else 9) >= least:
            lead = best[2]["lead"] or ""
            kind = best[1]
            if _VAGUE.match(best[2].group()):
                kind = _near(text, start, end, label=best[2].start()) or ("other" if kind == "vehicle" else kind)
            reading.add(kind, start - len(lead), end)
    for match in reading.matches(_PLATE):
        reading.add("vehicle", *match.span())


def _is_dummy(number: str) -> bool:
    """Whether a form was filled in so for nobody: one digit over and over, or the word itself."""
    digits = re.sub(r"\D", "", number)
    return (len(digits) > 4 and len(set(digits)) == 1) or re.search(r"TEST|DUMMY|XXXX|SAMPLE", number) is not None


def _near(text: str, start: int, end: int, *, label: int | None = None) -> str:
    """Biometric or vehicle, when a word within a line's reach says so; else nothing.

    label: where a word that names the number begins; a noun between that word and an earlier mark of a body decides otherwise.
    """
    before, after = text[max(0, start - 80) : start], text[end : end + 30]
    if label is not None and re.match(r"rec(?:ord)?\b", text[label:start], re.IGNORECASE):
        before = text[max(0, label - 20) : start]
    if _BIOMETRIC.search(before) or _BIOMETRIC.search(after):
        return "biometric"
    return "vehicle" if _VEHICLE.search(before) else ""


def shapes(reading: Reading) -> None:
    """What looks like an office's number though no word says so; asked last."""
    text = reading.text
    for match in reading.matches(_SHAPE):
        value, before = match.group(), text[max(0, match.start() - 24) : match.start()]
        if _CLOCK_OR_DATE.fullmatch(value) or not any(_is_shape(value, before, biometric=biometric) for biometric in (True, False)):
            continue
        kind = _near(text, *match.span())
        if _is_shape(value, before, biometric=kind == "biometric"):
            reading.add(kind or "other", *match.span())
    for match in reading.matches(_GROUPS, digits=9):
        parts = re.findall(r"\d+", match.group())
        # Thousands as the French write them: 1 234 567.
        if sum(map(len, parts)) >= (8 if match.group()[0].isalpha() else 9) and not (set(map(len, parts[1:])) == {3} and len(parts[0]) < 3):
            reading.add(_near(text, *match.span()) or "other", *match.span())


def _is_shape(value: str, before: str, *, biometric: bool) -> bool:
    digits = sum(map(str.isdigit, value))
    bare = value.lstrip("#")
    if bare.isdigit():
        return digits >= 8 or (digits >= 6 and bool(_AFTER_CAPITALS.search(before)))
    if _LOWER_WORD.search(bare) and not biometric:
        return False
    parts = re.split(r"[-/_:·]", bare)
    # Ranges, fractions and scores: 2019-2023, 120/1345, 10-8.
    if all(part.isdigit() for part in parts) and (len(parts) == 2 and max(map(len, parts)) <= 4 or max(map(len, parts)) <= 2):
        return False
    if biometric:
        return digits >= 2 and (len(parts) > 1 or bare.startswith("0x"))
    if bare.startswith("0x"):
        return False
    if len(parts) == 1:
        return digits >= 5
    return digits >= 4 and any(char.isupper() for char in bare) or digits >= 6
