"""From the facts of a turn to the prompt: the stable text first, what changes last."""

from conversations.prompt.blocks import USERS_WORDS, okr_facts, turn_facts, user_message
from conversations.prompt.budget import condense
from conversations.prompt.facts import PromptFacts
from conversations.prompt.wording import Wording, shipped_wording
from conversations.values import Prompt, PromptSection


def build_prompt(facts: PromptFacts, wording: Wording | None = None) -> Prompt:
    """Build the prompt of one turn; the same facts always give the same prompt, byte for byte.

    Instructions and rubric are the same for every session, so they come first and end a cached prefix;
    the phase and the OKR change with the conversation and end a second one.
    """
    wording = wording or shipped_wording()
    past = condense(facts.history)
    return Prompt(
        system=(
            PromptSection("instructions", wording.base),
            PromptSection("rubric", wording.rubric, cached=True),
            PromptSection("phase", wording.phases[facts.phase]),
            PromptSection("okr", okr_facts(facts), cached=True),
        ),
        history=past.turns,
        turn=(
            PromptSection("turn", turn_facts(facts, wording.advice[facts.strategy.name])),
            PromptSection(USERS_WORDS, user_message(facts.message)),
        ),
        version=wording.version,
        condensed=past.condensed,
    )
