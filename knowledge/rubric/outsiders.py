"""Finding those who decide a result without asking the team."""

from knowledge.rubric.lexicon import tags
from knowledge.rubric.reading import Token
from knowledge.rubric.shape import Shape


def outsider_in(shape: Shape) -> Token | None:
    """Find somebody outside who decides: as the one who acts, or as a figure nobody here sets."""
    words = shape.reading.words
    for word in shape.reading.all(tags.OUTSIDE):
        if " " in word.text or word.text == "weather":
            return word
        before = [other for other in words if other.end <= word.start]
        leads = not before or (before[0].tags & tags.STOP and len(before) <= 2)
        if shape.verb is None and leads:
            return word
        if "'s" in shape.reading.text[word.start : word.end].replace("’", "'"):
            return word
    return None
