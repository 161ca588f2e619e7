"""Writes the library's rows: the shipped items, and what staff make of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from knowledge.library.content import LibraryItem
from knowledge.library.vectors import EMBEDDER, Embedder
from knowledge.library.wording import wording_of
from knowledge.models.library import LibraryEntry

_CONTENT = (
    "kind",
    "title",
    "industry",
    "functions",
    "outcome_type",
    "body",
    "content_hash",
    "searched",
    "embedding",
    "embedder",
)


@dataclass(frozen=True, slots=True)
class LoadReport:
    """How many items a load created, updated, left alone, kept as staff edited them, and retired."""

    created: int
    updated: int
    unchanged: int
    kept: int
    retired: int


@transaction.atomic
def load_library(
    items: Sequence[LibraryItem], *, force: bool = False, embedder: Embedder = EMBEDDER
) -> LoadReport:
    """Bring the rows up to date with the shipped items; a second load changes nothing.

    What staff edited or wrote stays as it is, unless forced. Items that are no longer shipped are
    retired, never deleted: sessions and feedback refer to them.
    """
    _one_at_a_time()
    rows = {row.slug: row for row in LibraryEntry.objects.all()}
    created = updated = unchanged = kept = 0
    for item in items:
        row = rows.pop(item.slug, None)
        if row is None:
            _written(LibraryEntry(slug=item.slug), item, embedder).save(force_insert=True)
            created += 1
        elif row.edited_by_staff and not force:
            kept += 1
        elif _is_current(row, item, embedder):
            unchanged += 1
        else:
            row.version += row.content_hash != item.content_hash()
            row.edited_by_staff, row.retired_at = False, None
            _written(row, item, embedder)
            row.save(update_fields=[*_CONTENT, "version", "edited_by_staff", "retired_at", "updated_at"])
            updated += 1
    retired = _retire([row.pk for row in rows.values() if not row.edited_by_staff and row.retired_at is None])
    return LoadReport(created, updated, unchanged, kept, retired)


def save_by_staff(row: LibraryEntry, *, embedder: Embedder = EMBEDDER) -> None:
    """Save an item as staff wrote it: searchable at once, and safe from the next load.

    Raises LibraryContentError when the body lacks something that is shown.
    """
    is_new = row.pk is None
    before = row.content_hash
    _written(row, row.item(), embedder)
    row.edited_by_staff = True
    if not is_new and row.content_hash != before:
        row.version += 1
    if is_new:
        row.save(force_insert=True)
        return
    row.save(update_fields=[*_CONTENT, "slug", "version", "edited_by_staff", "retired_at", "updated_at"])


@transaction.atomic
def restore_shipped(slugs: Sequence[str], items: Sequence[LibraryItem]) -> int:
    """Give shipped items back the content they came with; the number of those that have one."""
    shipped = {item.slug: item for item in items}
    restored = 0
    for row in LibraryEntry.objects.select_for_update().filter(slug__in=slugs):
        if item := shipped.get(row.slug):
            _written(row, item, EMBEDDER)
            row.edited_by_staff, row.retired_at = False, None
            row.version += 1
            row.save(update_fields=[*_CONTENT, "version", "edited_by_staff", "retired_at", "updated_at"])
            restored += 1
    return restored


def _one_at_a_time() -> None:
    # Two stacks that start together would both insert the same slugs.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('load the knowledge library'))")


def _is_current(row: LibraryEntry, item: LibraryItem, embedder: Embedder) -> bool:
    return (
        row.content_hash == item.content_hash()
        and row.searched == wording_of(item).joined()
        and row.embedder == embedder.name
        and row.retired_at is None
        and not row.edited_by_staff
    )


def _written(row: LibraryEntry, item: LibraryItem, embedder: Embedder) -> LibraryEntry:
    wording = wording_of(item)
    row.kind = item.kind.value
    row.title = item.title
    row.industry = item.industry
    row.functions = list(item.functions)
    row.outcome_type = item.outcome_type.value if item.outcome_type else ""
    row.body = item.body_json()
    row.content_hash = item.content_hash()
    row.searched = wording.joined()
    # Only what an item is about: a vector of every word would be like every other.
    row.embedding = list(embedder.embed(wording.about))
    row.embedder = embedder.name
    return row


def _retire(keys: Sequence[int]) -> int:
    if not keys:
        return 0
    now = timezone.now()
    return LibraryEntry.objects.filter(pk__in=keys).update(retired_at=now, updated_at=now)
