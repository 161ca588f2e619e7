"""The library's items as types, and their parsing from JSON."""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from knowledge.errors import LibraryContentError
from knowledge.library.fields import Fields
from knowledge.rubric.values import FindingCode


class Kind(StrEnum):
    """What an item is."""

    EXAMPLE = "example"
    METRIC = "metric"
    TEMPLATE = "template"
    ANTIPATTERN = "antipattern"


class OutcomeType(StrEnum):
    """The side of an organisation that a metric or template moves."""

    GROWTH = "growth"
    EFFICIENCY = "efficiency"
    QUALITY = "quality"
    INNOVATION = "innovation"
    CUSTOMER = "customer"
    PEOPLE = "people"


class Timing(StrEnum):
    """Whether a metric moves before the result or with it."""

    LEADING = "leading"
    LAGGING = "lagging"


class Direction(StrEnum):
    """Where a metric should go."""

    INCREASE = "increase"
    DECREASE = "decrease"
    MAINTAIN = "maintain"


class CompanySize(StrEnum):
    """How large the organisation of an example is."""

    STARTUP = "startup"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Target(StrEnum):
    """Which part of an OKR an anti-pattern or reframing is about."""

    OBJECTIVE = "objective"
    KEY_RESULT = "key_result"
    SET = "set"
    BOTH = "both"


class Technique(StrEnum):
    """The ways of reframing a weak text."""

    FIVE_WHYS = "five_whys"
    OUTCOME_TRANSFORMATION = "outcome_transformation"
    VALUE_EXPLORATION = "value_exploration"
    QUESTION_CASCADE = "question_cascade"
    EXAMPLE_DRIVEN = "example_driven"
    SPECIFICITY = "specificity"
    FOCUS = "focus"


@dataclass(frozen=True, slots=True)
class Okr:
    """An objective with its key results."""

    objective: str
    key_results: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A poor OKR from a real kind of situation, and the better one it became."""

    size: CompanySize
    themes: tuple[str, ...]
    situation: str
    poor: Okr
    good: Okr
    why: str
    findings: tuple[FindingCode, ...]


@dataclass(frozen=True, slots=True)
class Metric:
    """Something to measure, how to measure it and what to watch beside it."""

    themes: tuple[str, ...]
    timing: Timing
    unit: str
    direction: Direction
    how_measured: str
    guard: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A gap in a template, with words that could fill it."""

    name: str
    example: str


@dataclass(frozen=True, slots=True)
class Template:
    """An OKR with gaps, written `{name}`, for the user to fill."""

    themes: tuple[str, ...]
    objective: str
    key_results: tuple[str, ...]
    slots: tuple[Slot, ...]
    why: str

    def filled(self) -> Okr:
        """Fill every gap with its example."""
        words = {slot.name: slot.example for slot in self.slots}
        return Okr(self.objective.format_map(words), tuple(one.format_map(words) for one in self.key_results))


@dataclass(frozen=True, slots=True)
class Reframing:
    """A weak text turned into a better one."""

    target: Target
    poor: str
    good: str
    why: str


@dataclass(frozen=True, slots=True)
class AntiPattern:
    """A habit that weakens OKRs: its sign, the questions that undo it, and reframings."""

    code: FindingCode
    target: Target
    technique: Technique
    sign: str
    questions: tuple[str, ...]
    exception: str
    reframings: tuple[Reframing, ...]


Body = Example | Metric | Template | AntiPattern


@dataclass(frozen=True, slots=True)
class LibraryItem:
    """One thing the coach can show; an empty industry or function means any."""

    kind: Kind
    slug: str
    title: str
    industry: str
    functions: tuple[str, ...]
    outcome_type: OutcomeType | None
    body: Body

    def body_json(self) -> dict[str, object]:
        """Give the body as JSON; `parse_body` reads it back to an equal body."""
        plain: dict[str, object] = json.loads(json.dumps(asdict(self.body)))
        return plain

    def content_hash(self) -> str:
        """Identify the content, whatever the order of its fields."""
        canonical = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


def parse_body(kind: Kind, body: Fields) -> Body:
    """Read the body of an item; raises LibraryContentError that names the field."""
    match kind:
        case Kind.EXAMPLE:
            return _example(body)
        case Kind.METRIC:
            return Metric(
                themes=body.texts("themes"),
                timing=body.choice("timing", Timing),
                unit=body.text("unit"),
                direction=body.choice("direction", Direction),
                how_measured=body.text("how_measured"),
                guard=body.text("guard"),
            )
        case Kind.TEMPLATE:
            return _template(body)
        case Kind.ANTIPATTERN:
            return _antipattern(body)


def _okr(fields: Fields) -> Okr:
    return Okr(fields.text("objective"), fields.texts("key_results"))


def _example(body: Fields) -> Example:
    return Example(
        size=body.choice("size", CompanySize),
        themes=body.texts("themes"),
        situation=body.text("situation"),
        poor=_okr(body.inner("poor")),
        good=_okr(body.inner("good")),
        why=body.text("why"),
        findings=_codes(body),
    )


def _codes(body: Fields) -> tuple[FindingCode, ...]:
    known = {code.value for code in FindingCode}
    found = body.texts("findings")
    if unknown := [code for code in found if code not in known]:
        raise LibraryContentError(f"{body.place}.findings holds an unknown code: {unknown[0]}.")
    return tuple(FindingCode(code) for code in found)


def _template(body: Fields) -> Template:
    template = Template(
        themes=body.texts("themes"),
        objective=body.text("objective"),
        key_results=body.texts("key_results"),
        slots=body.each("slots", lambda slot: Slot(slot.text("name"), slot.text("example"))),
        why=body.text("why"),
    )
    try:
        template.filled()
    except (KeyError, IndexError, ValueError) as exc:
        raise LibraryContentError(f"{body.place} has a gap without a slot: {exc}.") from exc
    return template


def _antipattern(body: Fields) -> AntiPattern:
    return AntiPattern(
        code=body.choice("code", FindingCode),
        target=body.choice("target", Target),
        technique=body.choice("technique", Technique),
        sign=body.text("sign"),
        questions=body.texts("questions"),
        exception=body.text("exception"),
        reframings=body.each("reframings", _reframing),
    )


def _reframing(fields: Fields) -> Reframing:
    return Reframing(
        target=fields.choice("target", Target),
        poor=fields.text("poor"),
        good=fields.text("good"),
        why=fields.text("why"),
    )
