"""Word lists written as one readable string."""


def bag(words: str) -> frozenset[str]:
    """Split a string into a set of words."""
    return frozenset(words.split())
