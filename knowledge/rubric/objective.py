"""The score of one objective, dimension by dimension, each with its evidence."""

from typing import Final

from knowledge.rubric.intent import Aim, Intent, aim_of
from knowledge.rubric.lexicon import tags
from knowledge.rubric.shape import Shape, content_words, has_purpose, shape_of
from knowledge.rubric.values import Context, Dimension
from knowledge.rubric.weights import OBJECTIVE_WEIGHTS, WORDS_IN_AN_OBJECTIVE

OUTCOME_BY_INTENT: Final = {
    Intent.OUTCOME: 88.0,
    Intent.DIRECTION: 72.0,
    Intent.RICH_OUTPUT: 78.0,
    Intent.OUTPUT: 10.0,
    Intent.ROUTINE: 20.0,
    Intent.VAGUE: 28.0,
    Intent.CROWDED: 45.0,
}
#: Where the intent is wrong, praise and ambition cannot rescue the other dimensions.
CEILING_BY_INTENT: Final = {
    Intent.OUTPUT: 60.0,
    Intent.ROUTINE: 50.0,
    Intent.VAGUE: 55.0,
    Intent.CROWDED: 60.0,
}

Scored = tuple[float, list[str]]


def _outcome(shape: Shape, aim: Aim) -> Scored:
    score, evidence = OUTCOME_BY_INTENT[aim.intent], [aim.why]
    if aim.intent is Intent.OUTCOME and shape.says(tags.PEOPLE | tags.VIVID):
        score += 8
        evidence.append("somebody would notice")
    return score, evidence


def _inspiration(shape: Shape, _: Aim) -> Scored:
    score, evidence = 48.0, []
    vivid = shape.reading.all(tags.VIVID)
    if vivid:
        score += 18 + 10 * (len(vivid) > 1)
        evidence.append(f"vivid: {vivid[0].text}")
    if shape.verb_is(tags.ASPIRE):
        score += 14
        evidence.append("names a state worth wanting")
    if shape.says(tags.PEOPLE):
        score += 8
        evidence.append("somebody benefits")
    if shape.measures:
        score -= 8
        evidence.append("a number sits in the objective; some guides want it in the key results")
    return score, evidence or ["plain wording"]


def _ambition(shape: Shape, _: Aim) -> Scored:
    score, evidence = 52.0, []
    if shape.says(tags.BIG):
        score += 26
        evidence.append("reaches far")
    if shape.verb_is(tags.CHANGE | tags.ASPIRE | tags.ATTAIN):
        score += 10
        evidence.append("asks for change")
    if shape.measures:
        score += 6
        evidence.append("says how far")
    return score, evidence or ["does not say how far"]


def _clarity(shape: Shape, aim: Aim) -> Scored:
    content = len(content_words(shape))
    score = 45.0 if content < 2 else 74.0 + min(12, 3 * (content - 2))
    evidence = [f"{content} word(s) of substance"]
    vague = [word for word in shape.reading.all(tags.VAGUE) if not word.tags & tags.VIVID]
    if vague:
        score -= 8
        evidence.append(f"open to interpretation: {vague[0].text}")
    if aim.intent in (Intent.CROWDED, Intent.VAGUE):
        score -= 30
        evidence.append("hard to say what it would look like")
    return score, evidence


def _alignment(shape: Shape, _: Aim) -> Scored:
    score, evidence = 52.0, []
    reasons = (
        (shape.says(tags.PEOPLE), 14, "says for whom"),
        (has_purpose(shape), 14, "says why"),
        (shape.says(tags.PLACE), 10, "says where"),
        (shape.says(tags.OUTCOME | tags.LAGGING), 10, "touches what the organisation lives on"),
    )
    for holds, points, reason in reasons:
        if holds:
            score += points
            evidence.append(reason)
    return score, evidence or ["says neither for whom nor why"]


def _scope(shape: Shape, aim: Aim) -> Scored:
    length = len(shape.reading.words) + sum(token.kind == "number" for token in shape.reading.tokens)
    shortest, longest = WORDS_IN_AN_OBJECTIVE
    evidence = [f"{length} words"]
    if aim.intent is Intent.CROWDED:
        return 15.0, [*evidence, "more than one objective"]
    if length < shortest:
        return (62.0 if length > 1 else 20.0), evidence
    if length <= longest:
        return 90.0, evidence
    return max(20.0, 90.0 - 3 * (length - longest)), evidence


def objective_dimensions(text: str, context: Context) -> tuple[Shape, Aim, tuple[Dimension, ...]]:
    """Score the six dimensions of an objective."""
    shape = shape_of(text)
    aim = aim_of(shape)
    field = f"{context.industry} {context.function}".lower().split()
    at_home = any(word.text in field or word.lemma in field for word in content_words(shape))
    rules = {
        "outcome": _outcome,
        "inspiration": _inspiration,
        "ambition": _ambition,
        "clarity": _clarity,
        "alignment": _alignment,
        "scope": _scope,
    }
    ceiling = CEILING_BY_INTENT.get(aim.intent, 100.0)
    dimensions = []
    for name, rule in rules.items():
        score, evidence = rule(shape, aim)
        if name == "alignment" and at_home:
            score, evidence = score + 6, [*evidence, "speaks of its author's field"]
        limit = ceiling if name in ("inspiration", "ambition", "alignment") else 100.0
        dimensions.append(
            Dimension(name, min(limit, max(0.0, score)), OBJECTIVE_WEIGHTS[name], tuple(evidence))
        )
    return shape, aim, tuple(dimensions)
