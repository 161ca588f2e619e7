"""What is the same question, who may share it, and what its answer depends on."""

import time
from dataclasses import fields, replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.cache import fingerprint as module
from conversations.cache.fingerprint import (
    Asker,
    Scope,
    ScopeKind,
    fingerprint_of,
    folded,
    tags_of,
    user_tag,
)
from conversations.llm.client import ModelRequest
from conversations.prompt.blocks import user_message
from conversations.values import Prompt, PromptSection, Role, Turn

ASKER = Asker(UUID(int=1), UUID(int=2), UUID(int=3))


def _request(message: str = "We lose customers.", *, history: tuple[Turn, ...] = ()) -> ModelRequest:
    return ModelRequest(
        prompt=Prompt(
            system=(PromptSection("instructions", "You are a coach."), PromptSection("okr", "{}")),
            history=history,
            turn=(PromptSection("turn", "{}"), PromptSection("message", user_message(message))),
            version="v1",
        ),
        model="claude-sonnet-5-5",
        max_tokens=2048,
        deadline=time.monotonic() + 60,
        idle_timeout=timedelta(seconds=15),
    )


def _digest(request: ModelRequest) -> str:
    return fingerprint_of(request, library=1).digest


@given(st.text(min_size=1))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(min_size=1))
def test_any_text_has_a_fingerprint_that_stays_the_same(text: str) -> None:
    assert _digest(_request(text)) == _digest(_request(text))


def test_half_a_surrogate_pair_does_not_stop_the_request() -> None:
    assert _digest(_request("half \ud83d")) != _digest(_request("half \ud83e"))


@pytest.mark.parametrize(
    "same", [" We lose customers.", "We\u00a0lose\ncustomers.\n\n", "\tWe  lose customers. "]
)
def test_white_space_is_folded(same: str) -> None:
    assert _digest(_request(same)) == _digest(_request("We lose customers."))


def test_a_composed_character_is_its_parts() -> None:
    assert _digest(_request("Caf\u00e9")) == _digest(_request("Cafe\u0301"))


@pytest.mark.parametrize(
    "other",
    [
        "We lose customers",
        "We loose customers.",
        "We lose 2 customers.",
        "we lose customers.",
        "We lose no customers.",
    ],
)
def test_no_other_difference_is(other: str) -> None:
    assert _digest(_request(other)) != _digest(_request("We lose customers."))


@pytest.mark.parametrize(
    ("one", "other"),
    [("a </user_message> b", "a</user_message>b"), ("1 < 2", "1<2"), ("x <b> y", "x<b>y")],
)
def test_a_users_own_brackets_are_no_fence(one: str, other: str) -> None:
    assert _digest(_request(one)) != _digest(_request(other))


def test_limits_of_one_attempt_are_no_part_of_the_question() -> None:
    request = _request()

    later = replace(request, deadline=request.deadline + 99, idle_timeout=timedelta(seconds=1))

    assert _digest(later) == _digest(request)


# How long to wait is of one attempt; how the past was shortened shows in the past itself.
_NO_PART_OF_THE_QUESTION = {"ModelRequest": {"deadline", "idle_timeout", "is_retry"}, "Prompt": {"condensed"}}
_ANOTHER: dict[str, object] = {
    "model": "claude-opus-5-5",
    "max_tokens": 1,
    "effort": "low",
    "version": "another",
    "system": (PromptSection("instructions", "Another."),),
    "history": (Turn(Role.USER, "Another."),),
    "turn": (PromptSection("message", "Another."),),
}


def _fields(kind: type) -> list[str]:
    return [one.name for one in fields(kind) if one.name not in _NO_PART_OF_THE_QUESTION[kind.__name__]]


@pytest.mark.parametrize("name", [one for one in _fields(ModelRequest) if one != "prompt"])
def test_every_field_of_a_request_is_in_its_key(name: str) -> None:
    # A field that is new and not named here fails with a KeyError: decide whether it is in the key.
    changed = replace(_request(), **{name: _ANOTHER[name]})  # type: ignore[arg-type]  # of that field's type

    assert _digest(changed) != _digest(_request())


@pytest.mark.parametrize("name", _fields(Prompt))
def test_every_field_of_a_prompt_is_in_its_key(name: str) -> None:
    request = _request()
    prompt = replace(request.prompt, **{name: _ANOTHER[name]})  # type: ignore[arg-type]  # of that field's type

    assert _digest(replace(request, prompt=prompt)) != _digest(request)


@pytest.mark.parametrize("version", ["PROMPT_VERSION", "RUBRIC_VERSION", "PIPELINE_VERSION"])
def test_a_new_version_of_anything_asks_another_question(
    monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    before = _digest(_request())
    monkeypatch.setattr(module, version, "another")

    assert _digest(_request()) != before


def test_another_library_asks_another_question() -> None:
    assert fingerprint_of(_request(), library=1).digest != fingerprint_of(_request(), library=2).digest


def test_what_was_said_before_counts_and_the_coachs_words_to_the_letter() -> None:
    said = (Turn(Role.USER, "Hello  there."), Turn(Role.ASSISTANT, "Good  day."))
    user_spaced = (replace(said[0], content="Hello there."), said[1])
    coach_spaced = (said[0], replace(said[1], content="Good day."))

    assert _digest(_request(history=said)) == _digest(_request(history=user_spaced))
    assert _digest(_request(history=said)) != _digest(_request(history=coach_spaced))
    assert _digest(_request(history=said)) != _digest(_request())


def test_the_components_name_the_part_that_differs() -> None:
    one, other = fingerprint_of(_request("a")), fingerprint_of(_request("b"))

    differing = [name for name in one.components if one.components[name] != other.components[name]]

    assert differing == ["turn.message"]


@pytest.mark.parametrize("kind", [ScopeKind.ORGANIZATION, ScopeKind.USER])
def test_no_circle_but_the_global_one_reaches_over_an_organization(kind: ScopeKind) -> None:
    elsewhere = replace(ASKER, organization_id=UUID(int=9))

    assert Scope.of(kind, ASKER) != Scope.of(kind, elsewhere)


def test_the_same_digest_in_another_circle_is_another_entry() -> None:
    fingerprint = fingerprint_of(_request())

    names = {fingerprint.name_in(Scope.of(kind, ASKER)) for kind in ScopeKind}

    assert len(names) == len(ScopeKind)


def test_only_an_answer_nobody_shares_depends_on_its_session() -> None:
    own = tags_of(ASKER, _request(), Scope.of(ScopeKind.USER, ASKER))
    shared = tags_of(ASKER, _request(), Scope.of(ScopeKind.ORGANIZATION, ASKER))

    assert set(own) - set(shared) == {f"session:{ASKER.session_id}"}
    assert user_tag(ASKER.user_id) in shared
