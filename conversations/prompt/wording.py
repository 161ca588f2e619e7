"""The templates: read once, checked, filled with the rubric's own figures, versioned by their content."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from types import MappingProxyType
from typing import Final

from conversations.gates import Bar
from conversations.prompt.criteria import CRITERIA
from conversations.strategies import StrategyName
from conversations.values import Phase

TEMPLATES: Final = Path(__file__).parent / "templates"
NAMES: Final = ("base", "rubric", "strategies", *Phase.values)
MOST_REWRITES: Final = 3
VARIABLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "fewest_results": str(Bar.FEWEST_RESULTS),
        "most_results": str(Bar.MOST_RESULTS),
        "most_rewrites": str(MOST_REWRITES),
        **CRITERIA,
    }
)


class WordingError(ValueError):
    """A template is missing, malformed, or uses a variable nobody defines."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The filled templates: the prompt's fixed text."""

    base: str
    rubric: str
    phases: Mapping[Phase, str]
    advice: Mapping[StrategyName, str]
    version: str


def parse_wording(sources: Mapping[str, str]) -> Wording:
    """Check and fill a set of templates; raises `WordingError` with a sentence that names the fault."""
    if missing := [name for name in NAMES if not sources.get(name, "").strip()]:
        raise WordingError(f"These templates are missing or empty: {', '.join(missing)}.")
    if surplus := sorted(sources.keys() - set(NAMES)):
        raise WordingError(f"These templates belong to nothing: {', '.join(surplus)}.")
    filled = {name: _filled(name, sources[name]) for name in NAMES}
    return Wording(
        base=filled["base"],
        rubric=filled["rubric"],
        phases=MappingProxyType({phase: filled[phase.value] for phase in Phase}),
        advice=MappingProxyType(_advice(filled["strategies"])),
        version=version_of(sources),
    )


@cache
def shipped_wording() -> Wording:
    """Give the wording that ships with the program, read from the files once."""
    return parse_wording(shipped_templates())


def shipped_templates() -> dict[str, str]:
    """Read the templates that ship with the program."""
    return {path.stem: path.read_text("utf-8").strip() for path in sorted(TEMPLATES.glob("*.md"))}


def _filled(name: str, source: str) -> str:
    template = Template(source.strip())
    if not template.is_valid():
        raise WordingError(f"The template {name} has a dollar sign that starts no variable.")
    if unknown := sorted(set(template.get_identifiers()) - VARIABLES.keys()):
        raise WordingError(f"The template {name} uses unknown variables: {', '.join(unknown)}.")
    text = template.substitute(VARIABLES)
    if re.search(r"</?(okr_facts|turn_facts|user_message|earlier_conversation)\b", text):
        raise WordingError(f"The template {name} contains one of the tags that fence facts and messages.")
    return text


def _advice(text: str) -> dict[StrategyName, str]:
    parts = re.split(r"^## *(\S+)\s*$", text, flags=re.MULTILINE)
    found = dict(zip(parts[1::2], (" ".join(part.split()) for part in parts[2::2]), strict=True))
    if set(found) != set(StrategyName) or not all(found.values()):
        raise WordingError(
            "The template strategies needs one filled section for each strategy, and no other."
        )
    return {name: found[name] for name in StrategyName}


def version_of(sources: Mapping[str, str]) -> str:
    """Give the version that a set of templates has wherever it is loaded."""
    digest = hashlib.sha256()
    for name in NAMES:
        digest.update(f"{name}\0{sources[name].strip()}\0".encode())
    return digest.hexdigest()[:12]


PROMPT_VERSION: Final = shipped_wording().version
