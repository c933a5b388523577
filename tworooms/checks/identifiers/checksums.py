"""Numbers that can be told by a grammar and a check digit, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module

from .contact import phone_cue
from .finding import Reading

#: Form, kind, module of python-stdnum that decides, and whether a word such as "no." must stand before it.
#: A form that only this kind of number has needs no word; bare digits, of which one in eleven passes, do.
_FORMS: tuple[tuple[str, str, str, bool], ...] = (
    (r"\d{3}[ -]\d{3}[ -]\d{4}|\d{10}", "national-id", "gb.nhs", False),
    (r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D]", "national-id", "", False),
    (r"\d{7}[A-W][A-IW]?", "national-id", "ie.pps", False),
    (r"\d{8}[ -]?[A-Z]", "national-id", "es.dni", False),
    (r"[XYZ][ -]?\d{7}[ -]?[A-Z]", "national-id", "es.nie", False),
    (r"[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z]", "national-id", "it.codicefiscale", False),
    (r"[12] ?\d\d ?\d\d ?\d[\dAB] ?\d{3} ?\d{3} ?\d\d", "national-id", "fr.nir", False),
    (r"[A-Z]\d{9}(?:\d{10})?", "national-id", "", True),
    (r"\d{2} ?\d{3} ?\d{3} ?\d{3}", "national-id", "de.idnr", False),
    (r"\d{2} ?[0-3]\d[01]\d{3} ?[A-Z] ?\d{3}", "national-id", "", False),
    (r"\d{11}", "national-id", "pl.pesel", False),
    (r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}", "national-id", "be.nn", False),
    (r"756\.\d{4}\.\d{4}\.\d{2}", "national-id", "ch.ssn", False),
    (r"(?:\d\d)?\d{6}[-+]\d{4}", "national-id", "se.personnummer", False),
    (r"\d{6}-\d{4}", "national-id", "dk.cpr", False),
    (r"\d{6}[-+A-FU-Y]\d{3}[\dA-Y]", "national-id", "fi.hetu", False),
    (r"\d{6} ?\d{5}", "national-id", "no.fodselsnummer", False),
    (r"\d{6}/\d{3,4}", "national-id", "cz.rc", False),
    (r"\d{9}|\d{3}[. ]\d{2,3}[. ]\d{3,4}|\d{4}[. ]\d{2}[. ]\d{3}", "national-id", "nl.bsn", True),
    (r"\d{4} ?\d{6}", "national-id", "at.vnr", True),
    (r"\d{9}|\d{3} \d{3} \d{3}", "national-id", "pt.nif", True),
    (r"[A-Z]{2}\d\d(?: ?[\dA-Z]{4}){2,7}(?: ?[\dA-Z]{1,4})?", "account", "iban", False),
    (r"(?<!\d )\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{1,7}(?! \d\d)|3[47]\d{2}[ -]?\d{6}[ -]?\d{5}", "account", "luhn", False),
    (r"(?=[A-Z\d]*\d)(?=[A-Z\d]*[A-Z])[A-HJ-NPR-Z\d]{17}", "vehicle", "", False),
    (r"[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}", "licence", "dea", False),
    (r"[12]\d{9}", "licence", "npi", True),
    (
        r"1Z ?[A-Z\d]{3} ?[A-Z\d]{3} ?\d\d ?\d{4} ?\d{4}|[A-Z]{2} ?\d{3,4} ?\d{3,4} ?\d{1,3} ?[A-Z]{2}(?<=\d[A-Z]{2})(?<!\d{12})",
        "other",
        "s10",
        False,
    ),
    (r"\(01\) ?\d{14}(?:\s?\(\d\d\)[\w./-]+)*", "device", "", False),
    (r"\d{14}|\d{13}", "device", "ean", True),
)
_CUE = re.compile(
    r"(?:\b(?:no|nr|n°|nº|num|number|nummer|id|ident\w*|code|steuer\w*|tin|bsn|nif|svnr|sv|vsnr|versich\w*|kv\w*|npi|prescriber|gtin"
    r"|udi|di|ssn|insured|sofi\w*|utente)\b"
    r"[.:#)]*|[#:])[\s\-–]*$",
    re.IGNORECASE,
)  # fmt: skip
_DEA_WEIGHTS = (1, 2, 1, 2, 1, 2)
#: Plain social security numbers; python-stdnum refuses the ranges never issued, which a note may still hold.
_SSN = re.compile(r"(?<![\w.–-])\d{3}([- ])\d{2}\1\d{4}(?![\w–-]|\.\d)")
_CHI = re.compile(r"(?<![\w.–-])\d{6} ?\d{4}(?![\w–-]|\.\d)")


@cache
def _pattern(form: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.+/-])(?:{form})(?![\w/]|[.-]\w)")


@cache
def _valid(module: str) -> Callable[[str], bool]:
    """The deciding function of a form; an empty name accepts whatever has the form."""
    if not module:
        return lambda number: True
    if module == "s10":
        return lambda number: re.fullmatch(r"1Z[A-Z\d]{16}|[A-Z]{2}\d{9}[A-Z]{2}", re.sub(" ", "", number)) is not None
    if module == "dea":
        return _is_dea
    if module == "npi":
        luhn = import_module("stdnum.luhn").is_valid
        return lambda number: luhn("80840" + number)
    accepts = import_module(f"stdnum.{module}").is_valid
    if module == "luhn":
        return lambda number: bool(accepts(re.sub(r"\D", "", number))) and 13 <= len(re.sub(r"\D", "", number)) <= 19
    return accepts


def _is_dea(number: str) -> bool:
    """Check digit of a DEA registration: 1st + 3rd + 5th digit and twice the 2nd, 4th and 6th (21 CFR 1301; DEA practitioner's manual)."""
    digits = [int(sign) for sign in number[2:]]
    return sum(weight * digit for weight, digit in zip(_DEA_WEIGHTS, digits, strict=False)) % 10 == digits[6]


def find(reading: Reading) -> None:
    """Every number whose form and check digit agree."""
    text = reading.text
    for match in reading.matches(_SSN, digits=9):
        reading.add("national-id", *match.span())
    for form, kind, module, cued in _FORMS:
        for match in reading.matches(_pattern(form), digits=7):
            if not reading.free(*match.span()):
                continue
            if cued and not _CUE.search(text[max(0, match.start() - 24) : match.start()]):
                continue
            if module == "gb.nhs" and (match.group()[4:7] == "555" or phone_cue(text, match.start())):
                continue  # one telephone number in eleven passes as a patient's
            if _valid(module)(match.group()):
                reading.add(kind, *match.span())
            elif module == "gb.nhs" and re.search(r"\bNHS\W{0,3}(?:no\W{0,2}|number )?$", text[max(0, match.start() - 14) : match.start()]):
                reading.take(*match.span())  # fails its check: nobody's
            elif (module == "iban" and " " in match.group()) or (module == "luhn" and sum(map(str.isdigit, match.group())) == 16):
                reading.take(*match.span())  # mistyped or made up: nobody's
    for match in reading.matches(_CHI, digits=10):
        if _is_chi(re.sub(" ", "", match.group())):
            reading.add("national-id", *match.span())


def _is_chi(number: str) -> bool:
    """Scotland's Community Health Index: a birthday, four digits, the last a check modulo 11 with weights 10 to 2."""
    if not (1 <= int(number[:2]) <= 31 and 1 <= int(number[2:4]) <= 12):
        return False
    check = (11 - sum((10 - place) * int(digit) for place, digit in enumerate(number[:9])) % 11) % 11
    return check == int(number[9])
