"""The load: many people talk at once, in the ways people and programs do."""

import random
import threading
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.soak.records import Gate, JsonObject, Ledger, Sent
from tests.soak.rest import ENDS, GivenUpError, Rest

MESSAGES_PER_SESSION = 5
_WORDS = (
    "We want customers to stay longer",
    "Cut the days until a new customer is live from 30 to 10",
    "Make it simpler, please",
    "Yes, that is exactly right",
    "What would a good key result look like?",
    "Our support answers too late",
)


@dataclass
class Load:
    """So many people at once, until so many messages were sent."""

    base_url: str
    key: str
    messages: int
    people: int
    seed: int
    began: float
    gate: Gate = field(default_factory=Gate)
    ledger: Ledger = field(default_factory=Ledger)
    given_up: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._numbers = iter(range(self.messages // MESSAGES_PER_SESSION))
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._talk_on, name=f"person-{number}", daemon=True)
            for number in range(self.people)
        ]

    def begin(self) -> None:
        """Let everybody begin to talk."""
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Wait until everybody has said everything."""
        for thread in self._threads:
            thread.join()

    def is_over(self) -> bool:
        """Tell whether nobody talks any more."""
        return not any(thread.is_alive() for thread in self._threads)

    def _talk_on(self) -> None:
        rest = Rest(self.base_url, self.key, self.ledger)
        while (number := self._next_session()) is not None:
            try:
                _Talk(self, rest, random.Random(self.seed * 1_000_003 + number)).hold()
            except GivenUpError as error:
                self.given_up.append(str(error))
        rest.close()

    def _next_session(self) -> int | None:
        with self._lock:
            return next(self._numbers, None)


class _Talk:
    """One session: some wait for each reply, some send three at once, some repeat themselves."""

    def __init__(self, load: Load, rest: Rest, chance: random.Random) -> None:
        self._load = load
        self._rest = rest
        self._chance = chance

    def hold(self) -> None:
        session = str(self._rest.ask("POST", "/sessions/", {}).body["id"])
        waiting: list[Sent] = []
        burst = self._chance.choice((1, 1, 1, MESSAGES_PER_SESSION))
        for number in range(MESSAGES_PER_SESSION):
            self._load.gate.enter()
            waiting.append(self._send(session, number))
            if len(waiting) >= burst:
                self._wait(waiting)
                waiting = []
        self._wait(waiting)

    def _send(self, session: str, number: int) -> Sent:
        words = self._chance.choice(_WORDS)
        slow = " [[sim:slow(20)]]" if self._chance.random() < 0.05 else ""
        sent = Sent(str(uuid.UUID(int=self._chance.getrandbits(128))), session, f"{number}: {words}{slow}")
        self._load.ledger.add(sent)
        began = time.monotonic()
        times = 2 if self._chance.random() < 0.1 else 1
        if self._chance.random() < 0.7:
            sent.control = {"Cache-Control": "no-store"}
        _posted(self._load, self._rest, sent, times)
        sent.accepted_ms = (time.monotonic() - began) * 1000
        sent.accepted_at = time.monotonic() - self._load.began
        return sent

    def _wait(self, waiting: Sequence[Sent]) -> None:
        for sent in waiting:
            if self._chance.random() < 0.25:
                self._hear(sent)
            sent.document = self._polled(sent.job)
            sent.ended_at = time.monotonic() - self._load.began
            if self._chance.random() < 0.1:
                _posted(self._load, self._rest, sent, 1)

    def _hear(self, sent: Sent) -> None:
        heard = self._rest.listen(sent.job)
        sent.streamed = True
        reply = self._polled(sent.job)["reply"]
        if len(heard.ends) != 1:
            sent.troubles.append(f"{len(heard.ends)} terminal events")
        if reply is not None and heard.text != reply["content"]:
            sent.troubles.append("the streamed text is not the reply")

    def _polled(self, job: str) -> JsonObject:
        while True:
            reply = self._rest.ask("GET", f"/jobs/{job}/?wait=10")
            if reply.status != 200:
                raise GivenUpError(f"job {job}: {reply.status}")
            if reply.body["status"] in ENDS:
                return reply.body


def _posted(load: Load, rest: Rest, sent: Sent, times: int) -> None:
    """Post once, or at once from several connections; every answer must name the same job."""
    body, path = {"content": sent.content}, f"/sessions/{sent.session}/messages/"
    headers = {"Idempotency-Key": sent.key, **sent.control}

    def post(connection: Rest) -> None:
        reply = connection.ask("POST", path, body, headers)
        if reply.status == 202:
            sent.jobs.add(str(reply.body["id"]))
        else:
            sent.troubles.append(f"POST answered {reply.status} {reply.body.get('code')}")

    others = [Rest(load.base_url, load.key, load.ledger) for _ in range(times - 1)]
    with ThreadPoolExecutor(times) as pool:
        list(pool.map(post, [rest, *others]))
    for other in others:
        other.close()
