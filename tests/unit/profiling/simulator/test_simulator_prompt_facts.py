"""What the simulator's coach takes from a prompt."""

import orjson

from profiling.simulator.draft import DraftResult
from profiling.simulator.messages import parse_request
from profiling.simulator.prompt_facts import PromptFacts, read_prompt

FIELDS = {"kind": "metric", "direction": "increase", "baseline": 1, "target": 2, "unit": "x"}
FINDING = {"code": "c", "severity": "low", "target": "objective", "message": "m", "question": "q"}
OKR = {
    "phase": "kr_discovery",
    "objective": {"text": "Make shops calm", "score": 80, "level": "good", "dimensions": {"clarity": 90}},
    "key_results": [
        {"text": "Shops from 1 to 2", **FIELDS},
        {"text": "Failures from 4% to 1%", "score": 70},
    ],
    "findings": [FINDING],
    "unmet": ["Two key results are needed."],
    "stalled": True,
    "context": {"team_size": 8, "industry": "retail", "function": None},
}
MESSAGE = "<user_message>Fewer &lt;failed&gt; payments &amp; calm [[sim:slow]]</user_message>"
TURN = {
    "strategy": "question_based",
    "user_messages": 4,
    "reframings": [{"technique": "t", "questions": ["Why?"]}],
}


def _read(*, system: list[str], turns: list[tuple[str, str]]) -> PromptFacts:
    body = {
        "model": "claude-haiku-5-5",
        "max_tokens": 10,
        "system": [{"type": "text", "text": text} for text in system],
        "messages": [{"role": role, "content": text} for role, text in turns],
    }
    return read_prompt(parse_request(orjson.dumps(body)))


def test_it_reads_the_facts_and_the_users_words() -> None:
    facts = _read(
        system=["You are a coach.", f"<okr_facts>{orjson.dumps(OKR).decode()}</okr_facts>"],
        turns=[
            ("user", "<user_message>We sell tills.</user_message>"),
            ("assistant", "To whom?"),
            ("user", f"<turn_facts>{orjson.dumps(TURN).decode()}</turn_facts>\n{MESSAGE}"),
        ],
    )

    assert facts.user_text == "Fewer <failed> payments & calm"
    assert (facts.phase, facts.objective, facts.stalled) == ("kr_discovery", "Make shops calm", True)
    assert facts.key_results == (
        DraftResult("Shops from 1 to 2", "metric", "increase", 1.0, 2.0, "x"),
        DraftResult("Failures from 4% to 1%", "metric", "decrease", 4.0, 1.0, "%"),
    )
    assert (facts.earlier_user_texts, facts.earlier_replies) == (("We sell tills.",), ("To whom?",))
    assert (facts.strategy, facts.user_messages, facts.questions) == ("question_based", 4, ("Why?",))
    assert facts.context == {"team_size": "8", "industry": "retail"}
    assert facts.findings[0].severity == "low"


def test_it_does_without_any_facts() -> None:
    facts = _read(system=[], turns=[("user", "I want calm shops")])

    assert facts == PromptFacts("I want calm shops")


def test_broken_facts_are_no_facts() -> None:
    facts = _read(
        system=["<okr_facts>{broken</okr_facts>"],
        turns=[("user", '<turn_facts>["list"]</turn_facts><user_message>hi there</user_message>')],
    )

    assert facts == PromptFacts("hi there")


def test_facts_of_the_wrong_types_are_passed_over() -> None:
    wrong = {
        "phase": 7,
        "objective": "text",
        "key_results": [1, {"text": None}],
        "findings": {},
        "unmet": [1],
    }

    facts = _read(
        system=[f"<okr_facts>{orjson.dumps(wrong).decode()}</okr_facts>"],
        turns=[("user", "<user_message>hi there</user_message>")],
    )

    assert facts == PromptFacts("hi there")
