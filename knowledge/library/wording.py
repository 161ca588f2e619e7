"""Which words of an item a search looks at, the telling ones apart from the rest."""

import re
from dataclasses import dataclass
from typing import Final, assert_never

from knowledge.library.content import AntiPattern, Example, LibraryItem, Metric, Template

_GAP: Final = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Wording:
    """An item's words: what it is about, how it is proved, and what it mentions in passing.

    Themes are named by the authors: guessed from the words, half of them were wrong.
    """

    about: str
    proof: str
    mentions: str
    themes: tuple[str, ...]

    def joined(self) -> str:
        """Give all the words as one text."""
        return " ".join((self.about, self.proof, self.mentions, *self.themes)).strip()


def wording_of(item: LibraryItem) -> Wording:
    """Gather an item's words; a template's gaps say nothing, so they are left out."""
    match item.body:
        case Example() as body:
            return Wording(
                about=f"{item.title} {body.good.objective}",
                proof=" ".join(body.good.key_results),
                mentions=f"{body.situation} {body.poor.objective}",
                themes=body.themes,
            )
        case Metric() as body:
            return Wording(about=item.title, proof="", mentions=body.how_measured, themes=body.themes)
        case Template() as body:
            gapless = _GAP.sub(" ", " ".join((body.objective, *body.key_results)))
            return Wording(about=item.title, proof=gapless, mentions="", themes=body.themes)
        case AntiPattern() as body:
            return Wording(
                about=f"{item.title} {body.code.replace('_', ' ')}",
                proof="",
                mentions=" ".join(reframing.poor for reframing in body.reframings),
                themes=(),
            )
        case _:
            assert_never(item.body)
