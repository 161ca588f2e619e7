"""Faults on request: by a rule set over the control endpoint, or by a marker in the user's message.

A marker is `[[sim:overloaded]]`, for every time the message is seen, or `[[sim:overloaded*2]]`, for the first
two times; several in one message follow one another. `slow` takes a factor: `[[sim:slow(5)]]`.
"""

import hashlib
import re
from collections import OrderedDict
from dataclasses import dataclass, field

from profiling.simulator.errors import ERRORS, JsonObject, invalid

# Answered at once with the error of the same name.
REFUSED_AT_ONCE = frozenset(ERRORS)
# Answered 200, and then something goes wrong on the way.
ON_THE_WAY = frozenset({"hang", "hang_mid_stream", "cut_mid_stream", "clean_cut", "overloaded_mid_stream"})
# Answered in full and correctly, with the wrong content.
IN_THE_ANSWER = frozenset({"truncation", "garbage_json", "schema_violation", "refusal"})
SLOW = "slow"
KINDS = REFUSED_AT_ONCE | ON_THE_WAY | IN_THE_ANSWER | {SLOW}

DEFAULT_SLOWNESS = 3.0
ALWAYS = 1_000_000_000
MAX_RULES = 1_000
MAX_SEEN = 20_000

_MARKER = re.compile(r"\[\[sim:(?P<kind>[a-z_]+)(?:\((?P<factor>\d+(?:\.\d+)?)\))?(?:\*(?P<times>\d+))?\]\]")


@dataclass(frozen=True)
class Fault:
    """What is to go wrong with one call."""

    kind: str
    factor: float = DEFAULT_SLOWNESS
    retry_after: str | None = None


@dataclass
class FaultRule:
    """A fault for the next calls, or for the next calls whose message contains some text."""

    fault: Fault
    times: int
    match: str = ""


@dataclass
class Faults:
    """Decides which calls fail."""

    allowed: bool
    _rules: list[FaultRule] = field(default_factory=list)
    _seen: OrderedDict[str, int] = field(default_factory=OrderedDict)

    def add(self, data: JsonObject) -> FaultRule:
        """Take up a rule from the control endpoint's JSON."""
        rule = _parsed_rule(data)
        if len(self._rules) >= MAX_RULES:
            raise invalid("too many fault rules")
        self._rules.append(rule)
        return rule

    def clear(self) -> None:
        """Forget all rules and sightings."""
        self._rules.clear()
        self._seen.clear()

    def for_message(self, text: str) -> Fault | None:
        """The fault for a call with this last user message; counts the call."""
        if not self.allowed:
            return None
        return self._marked(text) or self._ruled(text)

    def _ruled(self, text: str) -> Fault | None:
        for rule in self._rules:
            if rule.match in text:
                rule.times -= 1
                if rule.times <= 0:
                    self._rules.remove(rule)
                return rule.fault
        return None

    def _marked(self, text: str) -> Fault | None:
        markers = [marker for marker in _MARKER.finditer(text) if marker["kind"] in KINDS]
        if not markers:
            return None
        sighting = self._sighting(text)
        for marker in markers:
            times = int(marker["times"] or ALWAYS)
            if sighting < times:
                return Fault(marker["kind"], float(marker["factor"] or DEFAULT_SLOWNESS))
            sighting -= times
        return None

    def _sighting(self, text: str) -> int:
        """How often this text was seen before."""
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        before = self._seen.pop(digest, 0)
        self._seen[digest] = before + 1
        while len(self._seen) > MAX_SEEN:
            self._seen.popitem(last=False)
        return before


def _parsed_rule(data: JsonObject) -> FaultRule:
    kind, times, match = data.get("kind"), data.get("times", 1), data.get("match", "")
    factor, retry_after = data.get("factor", DEFAULT_SLOWNESS), data.get("retry_after")
    if not isinstance(kind, str) or kind not in KINDS:
        raise invalid(f"kind: Input should be one of {', '.join(sorted(KINDS))}")
    if not isinstance(times, int) or isinstance(times, bool) or times < 1:
        raise invalid("times: Input should be a positive integer")
    if not isinstance(match, str):
        raise invalid("match: Input should be a valid string")
    if not isinstance(factor, int | float) or not 0 <= factor <= 1_000:
        raise invalid("factor: Input should be a number from 0 to 1000")
    return FaultRule(
        Fault(kind, float(factor), None if retry_after is None else str(retry_after)), times, match
    )
