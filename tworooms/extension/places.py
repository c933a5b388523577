"""Names of places, settings and vocabularies as readers see them."""

ROOM_NAMES = {"clinic": "Clinic", "remote": "Remote", "alone": "Alone"}

PLACES = {
    "US": "United States", "CA": "Canada", "GB": "United Kingdom", "GB-ENG": "England", "IE": "Ireland",
    "AU": "Australia", "NZ": "New Zealand", "DE": "Germany", "EU": "European Union", "NL": "Netherlands",
    "HK": "Hong Kong", "SE": "Sweden", "TW": "Taiwan", "FI": "Finland", "JP": "Japan", "CN": "China",
    "CH": "Switzerland", "FR": "France", "IN": "India", "BE": "Belgium", "ES": "Spain", "DK": "Denmark",
    "PL": "Poland", "CZ": "Czechia", "SG": "Singapore", "US-TX": "Texas", "US-NY": "New York State",
    "intl": "several countries",
}  # fmt: skip

THEMES = {"clinic": "supervised treatment", "home": "treatment at home", "harms": "harms and nonmedical use",
          "ethics": "ethics, consent and law", "pharm": "pharmacology"}  # fmt: skip

SETTINGS = {
    "supervised-clinic": "clinic (supervised)",
    "remote-supervised-home": "remote (prescribed, at home)",
    "unsupervised": "alone (unsupervised)",
    "nonmedical-population": "nonmedical use in a population",
    "policy": "policy and law",
    "pharmacology": "pharmacology",
    "ethics": "ethics",
}

CHECKS = {"full-text": "in the full text", "abstract": "in the abstract", "agency-page": "on an agency's page",
          "secondary": "in a secondary report"}  # fmt: skip


def place_name(code: str) -> str:
    """A country or region by its code; a code nobody has named yet is shown as it is."""
    return PLACES.get(code, code)
