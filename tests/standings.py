"""OKRs with the scores a test wants: the rubric's verdict is given, not worked out."""

from collections.abc import Sequence

from conversations.phases import PhaseFacts, Standing
from conversations.values import Draft, Intent, KeyResultDraft, Phase
from knowledge.rubric import (
    Assessment,
    Dimension,
    Finding,
    FindingCode,
    Severity,
    TextAssessment,
)
from knowledge.rubric.values import level_of

OBJECTIVE = "Customers stay because they love what we do"


def a_finding(
    code: FindingCode = FindingCode.VAGUE_OUTCOME,
    severity: Severity = Severity.MEDIUM,
    *,
    confidence: float = 0.8,
    message: str = "It says little yet.",
) -> Finding:
    """Make a finding."""
    return Finding(code, severity, message, None, confidence, "What would change?", "Say what changes.")


def a_verdict(
    text: str, score: float, findings: tuple[Finding, ...] = (), **dimensions: float
) -> TextAssessment:
    """Make the verdict on a text; dimensions not named are good."""
    values = {"outcome": 90.0, "clarity": 90.0, "inspiration": 90.0} | dimensions
    parts = tuple(Dimension(name, value, 1 / len(values), ()) for name, value in values.items())
    return TextAssessment(text, score, level_of(score), parts, findings)


def a_standing(
    objective: str | None = OBJECTIVE,
    results: Sequence[float] = (),
    *,
    score: float = 85,
    version: int = 3,
    findings: tuple[Finding, ...] = (),
    **dimensions: float,
) -> Standing:
    """Make an OKR whose key results have these scores."""
    texts = [f"Result {place} from 10 to {20 + place}" for place, _ in enumerate(results, start=1)]
    return Standing(
        draft=Draft(objective, tuple(KeyResultDraft(text) for text in texts)),
        version=version,
        assessment=Assessment(
            a_verdict(objective, score, findings, **dimensions) if objective else None,
            tuple(a_verdict(text, value) for text, value in zip(texts, results, strict=True)),
            None,
        ),
    )


def the_facts(
    phase: Phase,
    now: Standing,
    *,
    seen: Standing | None = None,
    intent: Intent | None = None,
    user_messages: int = 5,
    approved_version: int | None = None,
    approved_texts: frozenset[str] = frozenset(),
    messages_since_progress: int = 0,
) -> PhaseFacts:
    """Gather facts; unless told otherwise the turn changed nothing."""
    return PhaseFacts(
        phase=phase,
        now=now,
        seen=seen or now,
        user_messages=user_messages,
        intent=intent,
        approved_version=approved_version,
        approved_texts=approved_texts,
        messages_since_progress=messages_since_progress,
    )
