"""What is sent to the provider."""

from datetime import timedelta

from conversations.llm import wire_request
from conversations.llm.answer_schema import ANSWER_SCHEMA
from conversations.llm.client import ModelRequest
from conversations.values import Prompt, PromptSection, Role, Turn


def request(
    *system: PromptSection,
    turn: tuple[PromptSection, ...] = (),
    model: str = "claude-sonnet-5-5",
    effort: str = "",
) -> ModelRequest:
    return ModelRequest(
        prompt=Prompt(
            system=system,
            history=(Turn(Role.USER, "Hi"), Turn(Role.ASSISTANT, "Hello")),
            turn=turn or (PromptSection("message", "Help me"),),
            version="1",
        ),
        model=model,
        max_tokens=100,
        deadline=0.0,
        idle_timeout=timedelta(seconds=1),
        effort=effort,
    )


def test_the_order_is_system_history_turn() -> None:
    body = wire_request.streamed(request(PromptSection("role", "You coach.")))

    assert body["system"] == [{"type": "text", "text": "You coach."}]
    assert body["messages"] == [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"},
        {"role": "user", "content": [{"type": "text", "text": "Help me"}]},
    ]
    assert (body["model"], body["max_tokens"], body["stream"]) == ("claude-sonnet-5-5", 100, True)
    assert body["output_config"] == {"format": {"type": "json_schema", "schema": ANSWER_SCHEMA}}


def test_a_cached_section_ends_a_cached_prefix() -> None:
    body = wire_request.asked(request(PromptSection("a", "A", cached=True), PromptSection("b", "B")))

    assert body["system"] == [
        {"type": "text", "text": "A", "cache_control": {"type": "ephemeral"}},
        {"type": "text", "text": "B"},
    ]


def test_only_the_last_four_prefixes_are_marked_since_the_api_takes_no_more() -> None:
    sections = tuple(PromptSection(name, name, cached=True) for name in "abcde")

    body = wire_request.asked(request(*sections, turn=(PromptSection("t", "T", cached=True),)))

    assert str(body).count("cache_control") == 4
    assert "cache_control" not in str(body["system"]).split("'c'")[0]


def test_an_empty_section_is_left_out_since_the_api_refuses_it() -> None:
    body = wire_request.asked(request(PromptSection("a", ""), PromptSection("b", "B")))

    assert body["system"] == [{"type": "text", "text": "B"}]


def test_effort_is_sent_to_the_models_that_know_it() -> None:
    knows = wire_request.asked(request(effort="low"))
    does_not = wire_request.asked(request(effort="low", model="claude-haiku-5-5"))

    assert "'effort': 'low'" in str(knows["output_config"])
    assert "effort" not in str(does_not["output_config"])


def test_an_unknown_model_gets_no_parameters_of_its_own() -> None:
    body = wire_request.asked(request(effort="low", model="claude-next-9"))

    assert body.keys() == {"model", "system", "messages", "output_config"}
    assert "effort" not in str(body["output_config"])
