"""The endpoints under `/_simulator/`, by which tests steer and watch the simulator."""

from collections.abc import Callable
from urllib.parse import parse_qs

from profiling.simulator.errors import ApiError, JsonObject, invalid
from profiling.simulator.faults import Faults
from profiling.simulator.latency import PROFILES, Profile
from profiling.simulator.messages import parse_json
from profiling.simulator.stats import MAX_REQUESTS, Stats
from profiling.simulator.usage import PromptCache
from profiling.simulator.wire import HttpRequest


class Control:
    """The steering side of one simulator."""

    def __init__(self, stats: Stats, faults: Faults, cache: PromptCache, profile: Profile) -> None:
        """Steer these parts."""
        self._stats = stats
        self._faults = faults
        self._cache = cache
        self.profile = profile

    def answer(self, http: HttpRequest) -> JsonObject:
        """Answer one control request."""
        routes: dict[tuple[str, str], Callable[[HttpRequest], JsonObject]] = {
            ("GET", "stats"): self._give_stats,
            ("GET", "requests"): self._give_requests,
            ("POST", "reset"): self._reset,
            ("POST", "profile"): self._set_profile,
            ("POST", "faults"): self._add_fault,
        }
        route = routes.get((http.method, http.path.removeprefix("/_simulator/").strip("/")))
        if route is None:
            raise ApiError("not_found", f"{http.method} {http.path} is not served here")
        return route(http)

    def _give_stats(self, _: HttpRequest) -> JsonObject:
        return {**self._stats.as_json(), "profile": self.profile.name}

    def _give_requests(self, http: HttpRequest) -> JsonObject:
        last = parse_qs(http.query).get("last", [str(MAX_REQUESTS)])[0]
        if not last.isdecimal():
            raise invalid("last: Input should be a positive integer")
        requests = list(self._stats.requests)
        return {"requests": [_readable(body) for body in requests[max(0, len(requests) - int(last)) :]]}

    def _reset(self, _: HttpRequest) -> JsonObject:
        self._stats.reset()
        self._faults.clear()
        self._cache.clear()
        return {"reset": True}

    def _set_profile(self, http: HttpRequest) -> JsonObject:
        name = parse_json(http.body).get("profile")
        if not isinstance(name, str) or name not in PROFILES:
            raise invalid(f"profile: Input should be one of {', '.join(PROFILES)}")
        self.profile = PROFILES[name]
        return {"profile": name}

    def _add_fault(self, http: HttpRequest) -> JsonObject:
        if not self._faults.allowed:
            raise ApiError("forbidden", "Faults need --allow-faults.")
        rule = self._faults.add(parse_json(http.body))
        return {"kind": rule.fault.kind, "times": rule.times, "match": rule.match}


def _readable(body: bytes) -> JsonObject:
    try:
        return parse_json(body)
    except ApiError:
        return {"unreadable": body[:1_000].decode("utf-8", "replace")}
