"""What a user's message holds for the draft: an objective of their own, key results, an activity, a wish."""

import re
from dataclasses import dataclass

from profiling.simulator.draft import DraftResult
from profiling.simulator.quantities import FROM_TO, movement_in, parsed_result, quantities_in
from profiling.simulator.words import listed, words_of

OUTCOME_VERBS = listed(
    "grow increase improve become make build reduce delight win create be achieve deliver help"
    " raise lower cut"
    " strengthen accelerate turn give earn enable transform double triple expand attract keep maintain retain"
    " decrease boost drive ensure lead let bring establish elevate empower simplify speed"
    " shorten free inspire"
)
ACTIVITY_VERBS = listed(
    "hire spend launch run organise organize train post publish write attend hold start"
    " implement introduce install"
    " migrate develop design conduct send call schedule buy work do try ship roll redesign"
    " upgrade set plan recruit"
)
VAGUE_WORDS = listed(
    "thing things stuff better more harder good great nice a an the our my we us it all"
    " everything something and of"
    " to be do work make at in for lot very much really best improve increase faster smarter"
)
LEADING_WORDS = OUTCOME_VERBS | listed(
    "our the my we i want would like move get take go is goes should a of also"
)
SHARE_WORDS = listed("sold lost won made done kept of in on with who that")
REQUEST_OBJECTS = listed("me us")
MOST_WORDS_IN_OBJECTIVE = 22
FEWEST_CONTENT_WORDS = 2

_BULLET = re.compile(
    r"^\s*(?:[-*•–]\s+|\d+[.)]\s+|(?:kr|key result)\s*\d*\s*[:.)-]\s*)(?P<text>.+?)\s*$", re.I | re.M
)
_LABELLED = re.compile(
    r"(?:\bobjective\s*(?::|=|-|\bis(?: to)?\b|\bwould be(?: to)?\b|\bshould be(?: to)?\b"
    r"|\bwill be(?: to)?\b)|^o\s*:)"
    r"\s*:?\s*[\"“]?(?P<text>[^\n\"”]{6,200})",
    re.I | re.M,
)
_QUOTED = re.compile(
    r"\b(?:how about|what about|let's (?:use|say|go with|make it)|rather say|make it"
    r"|change it to|rephrase it (?:to|as)"
    r"|i'd say|i propose|call it|prefer|(?:use|go with))\s*[:,-]?\s*[\"“:]\s*(?P<text>[^\"”\n]{6,200})",
    re.I,
)
_KR_HEADER = re.compile(r"\bkey results?\s*(?:are|:)\s*(?P<text>.+)", re.I | re.S)
_TARGET_ONLY = re.compile(
    r"^(?!.*\b(?:is|are|was|were|has|have|we|it)\b)[a-z][\w -]{3,60}?\s(?:to|at|above|below|under|over|of)\s"
    r"[^ ]*\d\S*( \w+)?$",
    re.I,
)
_RATE = re.compile(
    r"\s+(?:(?:per|each|every|a)\s+(?:day|week|month|quarter|year|release|user|customer)|of\s+\w+"
    r"|(?!and|but|by|so|or|in|today|now|please)[a-z°]{1,8}(?=\s*(?:[,.;\n]|$|and\b)))\b",
    re.I,
)
_JUDGEMENT = re.compile(
    r"^(?:too|not|unclear|vague|ok|okay|fine|good|great|a bit|still|really|just|about)\b", re.I
)
_WISH = re.compile(
    r"\b(?:want|need|would like|'d like|like|hope|trying|aim|plan|wish"
    r"|goal is)\s+(?:to\s+)?(?:help\s+(?:us\s+)?)?"
    r"(?:improve|increase|grow|boost|raise|fix|strengthen|(?P<falling>reduce|cut|lower|decrease|shrink)"
    r"|get better at|work on|focus on"
    r"|build|have|get|accelerate|speed up|make|drive|be better at|do better (?:at|in"
    r"|with))\s+(?P<topic>[^.!?\n]{3,80})",
    re.I,
)


@dataclass(frozen=True)
class Reading:
    """What was found in one message."""

    objective: str | None = None
    results: tuple[DraftResult, ...] = ()
    activity: str | None = None
    unmeasured: str | None = None

    @property
    def has_proposal(self) -> bool:
        """Whether the user worded a part of the OKR."""
        return self.objective is not None or bool(self.results)


def read_message(
    text: str,
    *,
    has_objective: bool = False,
    wants_objective: bool = True,
    measure: str = "",
    likely_measure: str = "",
) -> Reading:
    """Read a message; `measure` names what a bare "from 60% to 75%" is about, `likely_measure` guesses it.

    Whether "Grow revenue" is an objective or a key result without its numbers depends on what is wanted now.
    """
    if text.rstrip().endswith("?") and "\n" not in text and '"' not in text and ":" not in text:
        return Reading()
    objective = _labelled_objective(text)
    results = _listed_results(text) or _movements(text, measure=measure, likely=likely_measure)
    if objective is None and results and "\n" in text:
        objective = _first_line_objective(text)
    if objective is not None or results:
        return Reading(objective, results)
    return _bare_imperative(text, has_objective=has_objective, wants_objective=wants_objective)


def topic_of(text: str) -> str | None:
    """The thing the user wishes to change: "I want to improve our onboarding" gives "our onboarding"."""
    match = _WISH.search(text.replace("\u2019", "'"))
    topic = match["topic"].strip(" ,;:") if match else ""
    topic = re.split(r"\s+(?:because|so that|since|but|by|which|in order|and we|as)\b", topic)[0].strip()
    return topic if content_words(topic) else None


def wants_less(text: str) -> bool:
    """Whether the wish is to have less of its topic."""
    match = _WISH.search(text.replace("\u2019", "'"))
    return match is not None and match["falling"] is not None


def content_words(text: str) -> list[str]:
    """The words that say something, without those that could stand in any wish."""
    return [word for word in words_of(text) if word not in VAGUE_WORDS and not word.isdigit()]


def tidy(text: str) -> str:
    """Trim a statement: no quotes or full stop at its ends, a capital at its start."""
    text = " ".join(text.split()).strip(" \"“”'").rstrip(".,;:")
    return text[:1].upper() + text[1:]


def _labelled_objective(text: str) -> str | None:
    for pattern in (_LABELLED, _QUOTED):
        for match in pattern.finditer(text):
            statement = re.split(r"\bkey results?\b|(?<=[a-z])[.!]\s", match["text"], flags=re.I)[0].strip()
            if statement.endswith("?") or _JUDGEMENT.match(statement) or len(statement.split()) < 2:
                continue
            if pattern is _QUOTED and quantities_in(statement) and movement_in(statement):
                continue
            return tidy(statement)
    return None


def _listed_results(text: str) -> tuple[DraftResult, ...]:
    lines = [match["text"] for match in _BULLET.finditer(text)]
    if not lines and (header := _KR_HEADER.search(text)):
        lines = re.split(r"[;\n]", header["text"])
    return tuple(
        parsed_result(tidy(line))
        for line in lines
        if len(line.split()) > 1 and not line.strip().endswith("?")
    )


def _first_line_objective(text: str) -> str | None:
    first = text.strip().splitlines()[0].strip()
    if _BULLET.match(first) or quantities_in(first) or not 2 < len(first.split()) <= MOST_WORDS_IN_OBJECTIVE:
        return None
    return None if first.endswith((":", "?")) else tidy(first)


def measure_name(lead: str) -> str:
    """The name of a measure in the words before "from": what is left after verbs and pronouns."""
    clause = re.split(r"[.;:!\n]|,\s|\band\b|\bbut\b|\bto\b", lead)[-1]
    words = clause.split()
    while words and words[0].lower() in LEADING_WORDS:
        words = words[1:]
    if words and words[0].istitle() and not any(word[:1].isupper() for word in words[1:]):
        words[0] = words[0].lower()
    return " ".join(words[-6:])


def _movements(text: str, *, measure: str, likely: str) -> tuple[DraftResult, ...]:
    """Key results from every "from … to …" in running text, and from "60% today, and we want 75%"."""
    matches = list(FROM_TO.finditer(text))
    if len(matches) == 1 and _is_imperative(text) and len(text.split()) <= MOST_WORDS_IN_OBJECTIVE:
        return (parsed_result(tidy(text)),)
    if not matches:
        pair = movement_in(text)
        name = measure or (_name_after_number(text) if pair else "") or likely
        return (_worded(name, pair[0].text, pair[1].text),) if pair and name else ()
    results, start = [], 0
    for match in matches:
        name = measure_name(text[start : match.start()]) or measure or likely
        rate = _RATE.match(text[match.end() :])
        start = match.end() + (rate.end() if rate else 0)
        pair = movement_in(match.group())
        if name and pair:
            results.append(_worded(name, pair[0].text, pair[1].text, rate.group() if rate else ""))
    return tuple(results)


def _worded(name: str, baseline: str, target: str, rate: str = "") -> DraftResult:
    draft = parsed_result(f"{name} from {baseline} to {target}")
    verb = "Reduce" if draft.direction == "decrease" else "Increase"
    return parsed_result(f"{verb} {name} from {baseline} to {target}{rate}")


def _name_after_number(text: str) -> str:
    """What "35% sold out today, and we want 60%" counts: the words between the figure and the time."""
    match = re.search(
        r"\d%?\s+([a-z][a-z -]{2,40}?)\s*(?:\b(?:today|now|currently|at the moment|and|but)\b|,|$)",
        text,
        re.I,
    )
    if match is None:
        return ""
    name = match[1].strip()
    return f"the share {name}" if name.split()[0] in SHARE_WORDS or name.split()[0].endswith("ed") else name


def _is_imperative(text: str) -> bool:
    words = words_of(text)
    return bool(words) and words[0] in OUTCOME_VERBS


def _bare_imperative(text: str, *, has_objective: bool, wants_objective: bool) -> Reading:
    words = words_of(text)
    if not 1 < len(words) <= MOST_WORDS_IN_OBJECTIVE or "?" in text or "\n" in text.strip():
        return Reading()
    if words[1] in REQUEST_OBJECTS:
        return Reading()
    if has_objective and not wants_objective and _TARGET_ONLY.match(text.strip()) and quantities_in(text):
        return Reading(results=(parsed_result(tidy(text)),))
    if words[0] in ACTIVITY_VERBS:
        return Reading(activity=tidy(text))
    if words[0] not in OUTCOME_VERBS or len(content_words(" ".join(words[1:]))) < FEWEST_CONTENT_WORDS:
        return Reading()
    if quantities_in(text) and has_objective:
        return Reading(results=(parsed_result(tidy(text)),))
    return Reading(objective=tidy(text)) if wants_objective else Reading(unmeasured=tidy(text))
