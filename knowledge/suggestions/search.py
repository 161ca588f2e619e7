"""Searches the library in the database: full text and vectors in one query."""

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, FloatField, Q, QuerySet, Value
from django.db.models.expressions import CombinedExpression
from pgvector.django import CosineDistance

from knowledge.library.text import words
from knowledge.library.vectors import EMBEDDER
from knowledge.models.library import LibraryEntry

_TEXT_WEIGHT = 0.7
_VECTOR_WEIGHT = 0.3
# Cosine distance: misspelt titles measured 0.57 to 0.75, other themes 0.76 and more.
_FARTHEST = 0.76


def search_library(rows: QuerySet[LibraryEntry], text: str) -> QuerySet[LibraryEntry]:
    """Keep the rows that match any word of a text or resemble it, best first.

    The staff's search: every row as it stands in the database, retired ones too. Suggestions rank in
    memory, see `knowledge.suggestions.cache`.
    """
    found = words(text)
    if not found:
        return rows.none() if text.strip() else rows
    asked = SearchQuery(" | ".join(found), search_type="raw", config="english")
    distance = CosineDistance("embedding", list(EMBEDDER.embed(text)))
    rank = SearchRank(F("search"), asked, normalization=Value(32))
    score = CombinedExpression(
        CombinedExpression(rank, "*", Value(_TEXT_WEIGHT), output_field=FloatField()),
        "-",
        CombinedExpression(distance, "*", Value(_VECTOR_WEIGHT), output_field=FloatField()),
        output_field=FloatField(),
    )
    return (
        rows.annotate(distance=distance, match=score)
        .filter(Q(search=asked) | Q(distance__lt=_FARTHEST))
        .order_by("-match", "slug")
    )
