"""Words about people and drugs. What a person in a case says, in quotation marks, is their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ..case import Case, all_cases
from . import Problem
from .passages import Passage, passages_around, passages_of_case

_PERSON = "person who uses ketamine, person with a ketamine use disorder"
_IN_RECOVERY = "in recovery, does not use"
_NO_RESPONSE = "did not respond to"
_NOT_A_PERSON = (
    r"(?! (?:interface|manual|guide|name|account|id|experience|testing|stor(?:y|ies)|group|groups|research|settings?"
    r"|data|input|profile|support|friendly|of (?:the|this|a|an|our|that) (?:\w+ )?(?:tool|page|book|site|form|app|"
    r"calculator|notebook|figure|software|system|command|table|screen|map|line|service|device|slider))|[-_]|'s manual)"
)
#: What not to call people and what they do: letters one of which every match holds, the pattern, what to say instead.
STIGMA = (
    ("addict", r"(?:ex-?)?addicts?\b(?! (?:behavio|in recovery))", _PERSON),
    ("junk drug head stoner tweak fiend wastrel alk wino popper alcoholic misuser", (
        r"(?:junk(?:ie|y)|junkies|druggies?|(?:crack|pot|smack|coke|meth|acid|dope|pill|k|ket|ketamine)-?heads?|stoners?"
        r"|tweakers?|dope fiends?|drug fiends?|wastrels?|alkies?|winos?|pill-?poppers?|alcoholics?(?! (?:drinks?"
        r"|beverages?|liver|hepatitis))|drug misusers?|misusers?)\b"
    ), _PERSON),
    ("abus", (
        r"(?<!child )(?<!childhood )(?<!domestic )(?<!emotional )(?<!elder )(?<!sexually )(?<!physically )(?<!emotionally )(?<!verbal )(?:drug "
        r"|ketamine |substance )?abus(?:e|er|ers|ed|es|ing)\b(?! (?:of (?:power|trust|process|position|children)"
        r"|as a (?:child|boy|girl)))"
    ), "use, unhealthy use, nonmedical use"),
    ("user", (
        r"(?<!end )(?<!end-)(?<!reader )(?<!keyboard )(?<!mouse )(?<!software )(?<!canvas )(?<!moodle )(?<!jupyter )(?<!windows )(?<!github )"
        r"(?<!wheelchair )(?<!service )(?<!registered )(?<!road )(?<!power )(?<!phone )(?:recreational "
        rf"|drug |ketamine |recreational ketamine |recreational drug )?users?\b{_NOT_A_PERSON}"
    ), _PERSON),
    ("habit", (
        r"(?:drug |ketamine |ket |k |coke |cocaine |heroin )habits?\b|(?:his|her|their|your|my|a \w+) habit (?:was|is|had|cost|grew|took)\b|(?:kick(?:s|ed|ing)?|feed(?:s|ing)?|fed|support(?:s"
        r"|ed|ing)?) (?:the|a|his|her|their|your) habits?\b"
    ), "use"),
    ("seek", r"(?:drug|medication|attention|pill|opioid|ketamine)[- ]seek(?:ing|ers?)\b", "asked for"),
    ("shopp frequent historian blocker heartsink",
     r"doctor[- ]shopp(?:ing|ers?)\b|frequent fl[iy]ers?\b|poor historian\b|bed[- ]?blockers?\b|heartsinks?\b",
     "what happened, without a name for the person"),
    ("manipulative", r"manipulative\b(?! (?:design|advert|interface|pattern|question|headline|page))", "what the person said or asked"),
    ("complian refus", r"non-?complian(?:t|ce)\b|refus(?:es|ed|ing) to (?:engage|comply|co-?operate)\b", "did not take, did not want"),
    ("clean", (
        r"(?:get|gets|got|getting|stay|stays|stayed|staying|keep|keeps|kept|be|been|being|go|gone|went|remain\w*|now|weeks"
        r"|months|years|days|living|completely) clean\b(?! (?:air|water|copy|up|needles|equipment|sheets?|and tidy|about"
        r"|of))|clean (?:and|&) sober\b|clean (?:for|since|[×x]\s?\d|from|off) ?(?:\w+ )?(?:\d|\w+ (?:days|weeks|months"
        r"|years)|ketamine|drugs|the|it|lent|then|his|her|last|monday)\w*"
    ), _IN_RECOVERY),
    ("clean dirty filthy", (
        r"(?:clean|dirty|filthy) (?:urines?|drug |tox\w* |uds )?(?:urines?|tests?|screens?|samples?|uds|tox|swabs?"
        r"|results?|specimens?)\b|(?:urines?|drug screens?|drug tests?|screens?|urine (?:tests?|samples?|screens?)"
        r"|samples?|swabs?|uds|tox\w*|specimens?)(?:'s|s)? ?(?:was|were|is|are|came (?:back|up|out)|comes back|tested|ran"
        r"|turned out|still|again|come back)? ?(?:clean|dirty)\b|(?:test|result|screen)s? came (?:back|up) (?:clean|dirty)"
    ), "tested negative, tested positive"),
    ("high", (
        r"(?:get|gets|got|getting|turn(?:s|ed)? up|c[ao]mes? in|came in|came|show(?:s|ed)? up|arriv(?:es|ed)|drove|drives"
        r"|driving|while|visibly|clearly|obviously|always|being|stay(?:s|ed)?|is|was|were|too) high (?:on (?:k|ket|ketamine|drugs|it|the|something)"
        r"|as a|again|all|every|at work|with|when|,)|(?:get|gets|got|getting) high\b(?! (?:enough|scores|marks|up))"
        r"|\ba high\b(?! (?:price|dose|level|risk|bar|number|share|rate|score|chance|proportion|degree|fever|ceiling"
        r"|school|street|desert|wind|tide|value|end|cost|count|one|and|court|wall|shelf|enough|percentage|pitch|note"
        r"|window|hill|peak))"
    ), "felt the effect"),
    ("suicid", (
        r"commit(?:s|ted|ting)? suicide\b|suicide victims?\b|complet(?:es|ed|ing) suicide\b|completed suicides?\b"
        r"|suicid(?:e|al) gestures?\b|parasuicid\w+"
    ), "died by suicide, non-fatal attempt"),
    ("attempt suicid overdose succe", (
        r"(?:failed|successful|unsuccessful|botched|incomplete|completed|aborted) (?:suicide |overdose )?attempts?\b"
        r"|(?:failed|successful|unsuccessful|botched) (?:suicides?|overdose)\b|attempts? (?:at suicide )?(?:was|were"
        r"|had been|proved|is|being|that (?:was|were)) (?:successful|unsuccessful|a failure|a success|botched)\b"
        r"|attempts? (?:that )?(?:failed|succeeded)\b|(?:succeeded|successful) in (?:killing|ending|suicide|taking (?:his"
        r"|her|their))"
    ), "non-fatal attempt, died by suicide"),
    ("fail", (
        r"(?:has|have|had|having|who|she|he|they|patients?|people) (?:\w+ )?fail(?:s|ed|ing)? (?:on "
        r"|with )?(?:\w+ )?(?:treatments?|antidepressants?|medications?|therap(?:y|ies)|drugs?|ketamine|esketamine|ssris?"
        r"|ect|trials of)\b|failed (?:treatments?|antidepressants?|medications?)\b|treatment failures\b"
    ), _NO_RESPONSE),
    ("fail", r"fail(?:ed|s|ing)? (?:two|three|four|several|many|multiple|to respond to) ", _NO_RESPONSE),
    ("den", (
        r"den(?:ies|ied|ying) (?:any |all |suicid\w+|recreational|illicit|ketamine|other drugs|substance|using|use\b|pain|drug|alcohol|cravings?|thoughts|plans?|taking|intent"
        r"|ever|current|having (?:used|taken))"
    ), "reports no"),
    ("claim admit", (
        r"(?:claims|claimed|admits|admitted) (?:to (?:be|being|have|having|using|use)|(?:that )?s?he (?:is|was|has"
        r"|had)(?:n't| not) (?:used|taken|using))\b"
    ), "says"),
    ("mental schizo psycho lunatic nutter loon nutcase basket craz depressives", (
        r"(?:the mentally ill|schizophrenics|psychos|lunatics?|nutters?|loon(?:y|ies)|mental patients?|nutcases?"
        r"|basket cases?|crazies|depressives)\b"
    ), "person with the illness"),
    ("strung wagon hooked up", r"strung out\b|(?:off|on) the wagon\b|hooked on (?:ketamine|drugs|it|k|ket|the)\b|(?:drugg|coke|k)ed up\b",
     "uses, uses again"),
)  # fmt: skip
#: What fills a line and says nothing.
FILLER = (
    ("delv", r"delv(?:e|es|ed|ing)\b", "a plainer word"),
    ("important", r"it is important to note", "the note itself"),
)
_STIGMA, _FILLER = (
    [(stems.split(), re.compile(rf"\b(?:{pattern})"), better) for stems, pattern, better in words] for words in (STIGMA, FILLER)
)

#: Names and statutes that hold such a word, each with its reason.
ALLOWED = {
    "Misuse of Drugs": "name of a British statute and of its advisory council",
    "National Institute on Drug Abuse": "name of an agency",
    "Drug Abuse Warning Network": "name of a programme",
    "Substance Abuse and Mental Health Services Administration": "name of an agency",
    "sexual abuse": "another meaning",
    "physical abuse": "another meaning",
    "abuse liability": "term of drug regulation",
    "abuse potential": "term of drug regulation",
    "potential for abuse": "term of the Controlled Substances Act",
}
_LINE = re.compile(r"[^\n\f]+")
_NAMES = re.compile("|".join(map(re.escape, ALLOWED)), re.IGNORECASE)
#: A name in capitals, as journals, agencies and scales have: "Journal of Substance Abuse Treatment", "Drug Abuse Screening Test".
_TITLE = re.compile(r"\b[A-Z][a-z]+(?: (?:(?:of|and|on|for|the|in) )*[A-Z][a-z]+)+")
_ADDRESS = re.compile(r"(?<!`)`[^`\n]+`|\]\([^)]{0,2000}\)|https?://\S+|\b[a-z]+(?:-[a-z0-9]+){2,}\b")
_QUOTED = re.compile(r"“[^”]{0,3000}”|\"[^\"\n]*\"|‘[^’\n]{12,3000}’")


def check(root: Path, cases: list[Case] | None = None) -> list[Problem]:
    """Empty phrases, over some cases, or over every case and page; words that stigmatise are the safety check's."""
    if cases is None:
        return check(root, all_cases(root)) + around(root)
    return [problem for case in cases for passage in passages_of_case(root, case) for problem in _empty(passage)]


def around(root: Path) -> list[Problem]:
    """Empty phrases, over the pages around the cases."""
    return [problem for passage in passages_around(root) for problem in _empty(passage)]


def _empty(passage: Passage) -> Iterator[Problem]:
    for start, end, better in _words(passage.prose(), _FILLER):
        yield Problem(passage.file, passage.at(start), f"'{passage.text[start:end].strip()}' stands outside a quotation", better, "language")


def stigma(text: str) -> Iterator[tuple[int, int, str]]:
    """Where words that stigmatise stand outside quotations and names: start, end, what to say instead."""
    return _words(text, _STIGMA)


def _words(text: str, words: list[tuple[list[str], re.Pattern[str], str]]) -> Iterator[tuple[int, int, str]]:
    # Addresses and what stands between backticks are names, not words.
    prose = _ADDRESS.sub(_blank, text)
    prose = _TITLE.sub(_name, _NAMES.sub(_blank, _QUOTED.sub(_blank, prose))).lower()
    for line in _LINE.finditer(prose):
        taken: list[tuple[int, int]] = []
        for stems, pattern, better in words:
            # Looking for a few letters is much faster than the pattern.
            for match in pattern.finditer(prose, *line.span()) if any(stem in line[0] for stem in stems) else ():
                if not any(start < match.end() and match.start() < end for start, end in taken):
                    taken.append(match.span())
                    yield *match.span(), better


def _name(match: re.Match[str]) -> str:
    # A sentence may begin with such a word, so the first of a name is read all the same.
    first = match.group().index(" ")
    return match.group()[:first] + " " * (len(match.group()) - first)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())
