"""How much thought a message needs, read off its words: it chooses the model and decides nothing else.

What the user wants is for the model to say (`user_intent`); a message taken for small talk by mistake is
read by a smaller model, and no yes is ever recorded because of it. In doubt, it has substance.
"""

import re
from typing import Final

from conversations.values import MessageKind

MOST_WORDS: Final = 8
_WORDS: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_POLITE: Final = _words("thanks thank thx cheers hello hi hey bye goodbye danke merci gracias")
_AROUND_POLITE: Final = _words(
    "you so very much a lot for your the help all again good morning afternoon evening day there "
    "coach great ok okay that's thats it see soon appreciate was helpful and have nice"
)
_YES: Final = _words(
    "yes yep yeah ok okay sure perfect great good fine agreed approved approve exactly right correct "
    "works ja oui sí si"
)
_AROUND_YES: Final = _words(
    "looks look sounds is this that that's thats it it's its the one to for me us go ahead on lock in "
    "ship please i we love like do let's lets all very absolutely definitely with"
)


def kind_of(message: str) -> MessageKind:
    """Tell small talk and a plain yes from everything else."""
    words = [word.casefold().replace("’", "'") for word in _WORDS.findall(message)]
    if not words or len(words) > MOST_WORDS or "?" in message:
        return MessageKind.SUBSTANCE
    said = frozenset(words)
    if said & _POLITE and said <= _POLITE | _AROUND_POLITE:
        return MessageKind.SMALL_TALK
    if said & _YES and said <= _YES | _AROUND_YES:
        return MessageKind.PLAIN_YES
    return MessageKind.SUBSTANCE
