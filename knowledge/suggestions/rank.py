"""Ranks the library for a query: relevance, context, findings, then variety."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter, mul

from knowledge.library.content import AntiPattern, Example, Kind
from knowledge.suggestions.asked import Asked, asked_words
from knowledge.suggestions.index import Document, Index, Vector
from knowledge.suggestions.present import Reason, shown
from knowledge.suggestions.tuning import KindRule, Tuning
from knowledge.suggestions.values import Suggestion, SuggestionQuery


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that fits, its score and the reason."""

    document: Document
    score: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class _Asker:
    """A query with what is made of it once for all documents; likeness is the cosine of two vectors."""

    query: SuggestionQuery
    industries: frozenset[str]
    functions: frozenset[str]
    likeness_to: Callable[[Vector], float]


def rank(query: SuggestionQuery, index: Index) -> tuple[Suggestion, ...]:
    """Give at most `query.limit` suggestions, best first; none rather than a weak one."""
    rules = index.tuning.phases.get(query.phase, index.tuning.phases[""])
    words = asked_words(query.text, index)
    vector = index.embedder.embed(query.text)
    relevance = _relevance(words, index)
    asker = _Asker(
        query,
        industries=index.vocabulary.industries_of(query.industry),
        functions=index.vocabulary.functions_of(query.function),
        likeness_to=_likeness_to(vector),
    )
    answers = frozenset[int]().union(*(index.answers.get(code, ()) for code in query.finding_codes))
    candidates = [
        candidate
        for position in relevance.keys() | answers
        if (rule := rules.get((document := index.documents[position]).item.kind))
        and document.item.slug not in query.dismissed
        for candidate in _candidate(document, relevance.get(position), asker, rule, index.tuning)
    ]
    chosen = _varied(candidates, rules, index, limit=query.limit)
    return tuple(shown(one.document, one.score, one.reason, vector) for one in chosen)


def _relevance(asked: tuple[Asked, ...], index: Index) -> dict[int, tuple[float, list[str]]]:
    """Give each matching document's relevance to the words, 0 to 1, and the words that matched."""
    tuning = index.tuning
    whole = max(sum(one.importance for one in asked), tuning.least_informative_query)
    sums: dict[int, float] = {}
    matched: dict[int, list[str]] = {}
    for one in asked:
        best: dict[int, float] = {}
        for term, strength in one.terms:
            for position, held in index.postings.get(term, {}).items():
                earlier = best.get(position, 0.0)
                best[position] = max(earlier, strength * held) + tuning.both * min(earlier, strength * held)
        for position, held in best.items():
            sums[position] = sums.get(position, 0.0) + one.importance * held
            matched.setdefault(position, []).append(one.word)
    return {position: (min(lexical / whole, 1.0), matched[position]) for position, lexical in sums.items()}


def _likeness_to(vector: Vector) -> Callable[[Vector], float]:
    """Prepare to compare one vector with many; a text of a few words is zero in most places."""
    places = [place for place, value in enumerate(vector) if value]
    if len(places) < 2:
        return lambda other: sum(map(mul, vector, other), 0.0)
    pick = itemgetter(*places)
    own = pick(vector)
    return lambda other: sum(map(mul, own, pick(other)), 0.0)


@lru_cache(maxsize=20_000)
def _likeness(one: Document, other: Document) -> float:
    # The best documents of many queries are the same few, and comparing them was half of a ranking.
    return sum(map(mul, one.vector, other.vector), 0.0)


def _candidate(
    document: Document,
    relevance: tuple[float, list[str]] | None,
    asker: _Asker,
    rule: KindRule,
    tuning: Tuning,
) -> list[Candidate]:
    """Score a document in its context; an empty list when it does not fit well enough."""
    item, query = document.item, asker.query
    lexical, matched = relevance or (0.0, [])
    code = item.body.code if isinstance(item.body, AntiPattern) else ""
    answers = bool(code) and code in query.finding_codes
    # Comparing vectors is half of the work, and most documents fall short whatever it gives.
    if not answers and tuning.lexical_weight * lexical + tuning.vector_weight < tuning.threshold:
        return []
    alike = max(asker.likeness_to(document.vector), 0.0) if relevance else 0.0
    fit = tuning.lexical_weight * lexical + tuning.vector_weight * alike
    if answers:
        place = query.finding_codes.index(code)
        score = tuning.finding_score - tuning.finding_step * place + fit * tuning.finding_step
        return [Candidate(document, score, Reason(finding=code))]
    if fit < tuning.threshold:
        return []
    own_industry = item.industry in asker.industries
    own_function = bool(asker.functions & set(item.functions))
    score = fit * rule.weight
    if own_industry:
        score += tuning.own_industry_bonus
    elif asker.industries and item.industry:
        score *= tuning.other_industry_factor
    if own_function:
        score += tuning.own_function_bonus
    if isinstance(item.body, Example) and set(item.body.findings) & set(query.finding_codes):
        score += tuning.shared_finding_bonus
    reason = Reason(
        words=tuple(matched),
        industry=item.industry if own_industry else "",
        function=query.function if own_function else "",
    )
    return [Candidate(document, score, reason)]


def _varied(
    candidates: list[Candidate], rules: Mapping[Kind, KindRule], index: Index, *, limit: int
) -> list[Candidate]:
    """Choose one by one, each time the best after a deduction for likeness to those chosen.

    This is maximal marginal relevance (Carbonell and Goldstein, 1998) with a cap per kind.
    """
    left = sorted(candidates, key=lambda one: (-one.score, one.document.item.slug))[: limit * 6]
    chosen: list[Candidate] = []
    likeness = dict.fromkeys((one.document.item.slug for one in left), 0.0)
    room = {kind: rule.most for kind, rule in rules.items()}
    while left and len(chosen) < limit:
        best = max(left, key=lambda one: one.score - index.tuning.variety * likeness[one.document.item.slug])
        left.remove(best)
        if room[best.document.item.kind] == 0:
            continue
        room[best.document.item.kind] -= 1
        chosen.append(best)
        for other in left:
            slug = other.document.item.slug
            alike = _likeness(best.document, other.document)
            likeness[slug] = max(likeness[slug], alike)
    return chosen
