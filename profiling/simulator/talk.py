"""The coach's manner of speaking: how it reflects, lists, asks, and sums up."""

import re
from collections.abc import Sequence

from profiling.simulator.draft import Draft
from profiling.simulator.prompt_facts import Finding, PromptFacts
from profiling.simulator.words import listed

LONGEST_REFLECTION = 26
_MIRROR = {
    "i": "you", "we": "you", "my": "your", "our": "your", "me": "you", "us": "you", "ours": "yours",
    "mine": "yours", "i'm": "you are", "we're": "you are", "i've": "you have", "we've": "you have",
    "i'd": "you would", "we'd": "you would", "am": "are", "you": "I", "your": "my",
}  # fmt: skip
STATING = listed("is are was were has have had it's takes costs stands")
_LEADS = ("So", "I hear that", "Understood:", "Thank you:")


def reflection(facts: PromptFacts) -> str:
    """Say back what the user said, from their side; nothing where it would only be noise."""
    first = re.split(r"(?<=[.!?])\s|\n", facts.user_text.strip().replace("\u2019", "'"))[0].strip(" .!")
    words = first.split()
    if not 3 <= len(words) <= LONGEST_REFLECTION or "?" in first or "[[" in first:
        return ""
    mirrored = [_mirrored(word) for word in words]
    if mirrored == words and not STATING.intersection(first.lower().split()):
        # Without a person or a statement it is an order or a slogan, and saying it back would sound like one.
        return ""
    if words[0].lower() not in _MIRROR and not words[0].isupper():
        mirrored[0] = mirrored[0][:1].lower() + mirrored[0][1:]
    lead = _LEADS[len(facts.earlier_user_texts) % len(_LEADS)]
    return f"{lead} {' '.join(mirrored)}."


def _mirrored(word: str) -> str:
    core = word.strip(",;:()\"'").lower()
    return word.lower().replace(core, _MIRROR[core]) if core in _MIRROR else word


def paragraphs(*parts: str) -> str:
    """Join what is to be said, leaving out what is empty."""
    return "\n\n".join(part for part in parts if part)


def sentences(*parts: str) -> str:
    """Join sentences into one paragraph, leaving out what is empty."""
    return " ".join(part for part in parts if part)


def numbered(items: Sequence[str]) -> str:
    """A numbered list."""
    return "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1))


def whole_okr(draft: Draft) -> str:
    """The objective and its key results, for reading."""
    objective = f"**Objective:** {draft.objective}" if draft.objective else ""
    results = [result.text for result in draft.results]
    return paragraphs(objective, "**Key results:**\n" + numbered(results) if results else "")


def library_example(facts: PromptFacts) -> str:
    """The best fitting entry of the library, when the strategy is to teach by example."""
    if facts.strategy != "example_driven" or not facts.suggestions:
        return ""
    best = facts.suggestions[0]
    text = f"An example that fits: “{best.text or best.title}”."
    return "" if asked_before(text, facts) else text


def named(finding: Finding) -> str:
    """A finding in the rubric's own words."""
    return finding.message if not finding.message or finding.message[-1] in ".!?" else f"{finding.message}."


def asked_before(question: str, facts: PromptFacts) -> bool:
    """Whether an earlier reply has asked this."""
    return any(question.casefold() in reply.casefold() for reply in facts.earlier_replies)


def capitalised(text: str) -> str:
    """The text as the start of a sentence."""
    return text[:1].upper() + text[1:]


def one_question(questions: Sequence[str], facts: PromptFacts) -> str:
    """The first question not asked before; the last one again when all were."""
    return next((question for question in questions if not asked_before(question, facts)), questions[-1])
