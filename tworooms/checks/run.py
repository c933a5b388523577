"""Runs every rule family."""

from __future__ import annotations

from pathlib import Path

from . import Problem, evidence, language, notebooks, numbers, structure, wholeness

FAMILIES = {
    "evidence": evidence.check,
    "structure": structure.check,
    "notebooks": notebooks.check,
    "numbers": numbers.check,
    "language": language.check,
    "wholeness": wholeness.check,
}


def check(root: Path) -> list[Problem]:
    """Problems of the whole collection, in the order of the rule families.

    When the evidence tables are at fault nothing that reads them is tried: one fault would be told many times.
    """
    problems = FAMILIES["evidence"](root)
    if any(problem.rule != "evidence-seal" for problem in problems):
        return problems
    for name, family in FAMILIES.items():
        if name != "evidence":
            problems += family(root)
    return problems
