"""The score of one key result, dimension by dimension, each with its evidence."""

from typing import Final

from knowledge.rubric.effects import pairs
from knowledge.rubric.horizon import beyond_cycle
from knowledge.rubric.lexicon import tags
from knowledge.rubric.outsiders import outsider_in
from knowledge.rubric.proof import Proof, Verdict, proof_of
from knowledge.rubric.quantities import Kind
from knowledge.rubric.shape import Shape, shape_of
from knowledge.rubric.targets import is_absurd, is_timid, relative_change
from knowledge.rubric.values import Context, Dimension
from knowledge.rubric.weights import BOLD_CHANGE, KEY_RESULT_WEIGHTS

Scored = tuple[float, list[str]]

#: Nobody has ever lived on these.
PURE_VANITY: Final = frozenset(("likes", "hits", "retweets", "upvotes", "claps"))
#: A total of these flatters; that there are more of them than before may still mean something.
SEEN: Final = frozenset(("views", "page views", "pageviews", "impressions", "video views"))
OUTCOME_BY_PROOF: Final = {
    Proof.MEASURED: 90.0,
    Proof.GRADABLE: 72.0,
    Proof.SHARE_OF_WORK: 38.0,
    Proof.CLAIM: 55.0,
    Proof.OWN_WORK: 12.0,
}
QUANTITY_BY_PROOF: Final = {
    Proof.MEASURED: 80.0,
    Proof.GRADABLE: 55.0,
    Proof.SHARE_OF_WORK: 55.0,
    Proof.CLAIM: 5.0,
    Proof.OWN_WORK: 25.0,
}


def is_mere_vanity(shape: Shape) -> bool:
    """Say whether the metric is applause, or a bare total of having been seen."""
    words = {word.text for word in shape.reading.words}
    if words & PURE_VANITY:
        return True
    total = len(shape.measures) == 1 and shape.measures[0].kind is Kind.COUNT
    return bool(words & SEEN) and total and not shape.verb_is(tags.CHANGE)


def _outcome(shape: Shape, verdict: Verdict) -> Scored:
    if outsider_in(shape) is not None:
        return 30.0, ["an effect, but not the team's"]
    score = OUTCOME_BY_PROOF[verdict.proof]
    evidence = [verdict.why]
    if verdict.proof is Proof.MEASURED and shape.says(tags.METRIC):
        score += 6
        evidence.append("names a metric")
    if verdict.proof is Proof.CLAIM and not shape.says(tags.METRIC | tags.OUTCOME):
        score -= 25
        evidence.append("names no metric")
    if verdict.proof is Proof.MEASURED and is_timid(shape):
        score -= 45
        evidence.append("hardly anything would change")
    if shape.says(tags.VANITY) and not shape.says(tags.LAGGING):
        score = 10.0 if is_mere_vanity(shape) else score - 20
        evidence.append("the metric flatters more than it proves")
    return score, evidence


def _quantification(shape: Shape, verdict: Verdict) -> Scored:
    score = QUANTITY_BY_PROOF[verdict.proof]
    if verdict.proof is Proof.MEASURED and is_timid(shape):
        return score - 30, ["the numbers are there, the difference is not"]
    evidence = [f"{len(shape.measures)} measuring number(s)"]
    if verdict.proof is Proof.MEASURED and pairs(shape):
        score += 20
        evidence.append("gives a baseline and a target")
    elif any(quantity.kind in (Kind.DATE, Kind.FRAME) for quantity in shape.quantities):
        score += 5
        evidence.append("gives a time")
    return score, evidence


def _feasibility(shape: Shape, verdict: Verdict) -> Scored:
    if verdict.proof is Proof.CLAIM:
        return 40.0, ["without a target nobody can say whether it is feasible"]
    if outsider_in(shape) is not None:
        return 30.0, ["nobody in the team can bring it about"]
    if any(is_absurd(quantity) for quantity in shape.measures):
        return 15.0, ["the target is beyond belief"]
    if verdict.proof is Proof.OWN_WORK:
        return 60.0, ["the work can be done"]
    if pairs(shape):
        return 90.0, ["the baseline shows the distance to go"]
    return 78.0, ["can be reached"]


def _independence(shape: Shape, verdict: Verdict) -> Scored:
    if outsider_in(shape) is not None:
        return 10.0, ["others decide it"]
    if verdict.proof in (Proof.OWN_WORK, Proof.SHARE_OF_WORK):
        return 55.0, ["tied to one chosen piece of work"]
    return 78.0, ["leaves the way to reach it open"]


def _challenge(shape: Shape, verdict: Verdict) -> Scored:
    if verdict.proof is Proof.CLAIM:
        return 25.0, ["any change would do"]
    if verdict.proof is Proof.OWN_WORK:
        return 25.0, ["effort is not ambition"]
    if is_timid(shape):
        return 15.0, ["the target hardly differs from today"]
    if shape.verb_is(tags.ROUTINE):
        return 52.0, ["keeps a level"]
    if relative_change(shape) >= BOLD_CHANGE:
        return 88.0, ["the target is far from the baseline"]
    return 75.0, ["asks for a visible change"]


def key_result_dimensions(text: str, context: Context) -> tuple[Shape, Verdict, tuple[Dimension, ...]]:
    """Score the five dimensions of a key result."""
    shape = shape_of(text)
    verdict = proof_of(shape)
    late = beyond_cycle(shape, context) is not None
    rules = {
        "outcome": _outcome,
        "quantification": _quantification,
        "feasibility": _feasibility,
        "independence": _independence,
        "challenge": _challenge,
    }
    dimensions = []
    for name, rule in rules.items():
        score, evidence = rule(shape, verdict)
        if late and name == "feasibility":
            score, evidence = min(score, 45.0), [*evidence, "reaches beyond the cycle"]
        clamped = min(100.0, max(0.0, score))
        dimensions.append(Dimension(name, clamped, KEY_RESULT_WEIGHTS[name], tuple(evidence)))
    return shape, verdict, tuple(dimensions)
