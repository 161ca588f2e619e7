"""Loading the shipped library into the database."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from knowledge.library.shipped import shipped_items
from knowledge.library.store import load_library, restore_shipped, save_by_staff
from knowledge.models import LibraryEntry, LibraryVersion

pytestmark = pytest.mark.django_db

SLUG = "metric-win-rate"


def test_the_command_loads_everything_and_reports_the_counts() -> None:
    output = StringIO()

    call_command("load_library", stdout=output)

    assert f"{len(shipped_items())} created, 0 updated" in output.getvalue()
    assert LibraryEntry.objects.count() == len(shipped_items())


def test_a_second_load_changes_nothing_not_even_the_version() -> None:
    load_library(shipped_items())
    before = LibraryVersion.objects.get().token

    report = load_library(shipped_items())

    assert (report.created, report.updated, report.unchanged) == (0, 0, len(shipped_items()))
    assert LibraryVersion.objects.get().token == before


def test_what_staff_edited_survives_a_load_but_not_a_forced_one() -> None:
    load_library(shipped_items())
    entry = LibraryEntry.objects.get(slug=SLUG)
    entry.title = "Deals we win"
    save_by_staff(entry)

    kept = load_library(shipped_items())
    title_kept = LibraryEntry.objects.get(slug=SLUG).title
    forced = load_library(shipped_items(), force=True)

    assert (kept.kept, title_kept) == (1, "Deals we win")
    assert (forced.kept, forced.updated) == (0, 1)
    assert LibraryEntry.objects.get(slug=SLUG).title == "Win rate"


def test_a_changed_item_is_updated_with_a_new_version() -> None:
    load_library(shipped_items())
    LibraryEntry.objects.filter(slug=SLUG).update(title="Old", content_hash="0" * 64)

    report = load_library(shipped_items())

    entry = LibraryEntry.objects.get(slug=SLUG)
    assert (report.updated, entry.title, entry.version) == (1, "Win rate", 2)


def test_an_item_no_longer_shipped_is_retired_and_comes_back_when_it_returns() -> None:
    load_library(shipped_items())
    without = [item for item in shipped_items() if item.slug != SLUG]

    retired = load_library(without).retired
    gone = LibraryEntry.objects.get(slug=SLUG).retired_at
    load_library(shipped_items())

    assert retired == 1
    assert gone is not None
    assert LibraryEntry.objects.get(slug=SLUG).retired_at is None


def test_an_item_that_staff_wrote_is_never_retired() -> None:
    load_library(shipped_items())
    entry = LibraryEntry.objects.get(slug=SLUG)
    entry.pk, entry.slug = None, "metric-our-own"
    save_by_staff(entry)

    load_library(shipped_items())

    assert LibraryEntry.objects.get(slug="metric-our-own").retired_at is None


def test_staff_can_go_back_to_the_shipped_content() -> None:
    load_library(shipped_items())
    entry = LibraryEntry.objects.get(slug=SLUG)
    entry.title, entry.retired_at = "Deals we win", timezone.now()
    save_by_staff(entry)

    restored = restore_shipped([SLUG, "unknown"], shipped_items())

    back = LibraryEntry.objects.get(slug=SLUG)
    assert (restored, back.title, back.edited_by_staff) == (1, "Win rate", False)
    assert back.retired_at is None


def test_every_way_of_writing_changes_the_librarys_version() -> None:
    load_library(shipped_items())
    tokens = [LibraryVersion.objects.get().token]

    LibraryEntry.objects.filter(slug=SLUG).update(title="Changed past the loader")
    tokens.append(LibraryVersion.objects.get().token)
    LibraryEntry.objects.filter(slug=SLUG).delete()
    tokens.append(LibraryVersion.objects.get().token)

    assert len(set(tokens)) == 3
