"""Searching the library in the database, as the admin does."""

import json

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from knowledge.library.shipped import shipped_items
from knowledge.library.store import load_library
from knowledge.models import LibraryEntry, SuggestionFeedback
from knowledge.suggestions.search import search_library
from tests.builders import a_user

pytestmark = pytest.mark.django_db

PAGE = "/admin/knowledge/libraryentry/"


@pytest.fixture(autouse=True)
def library() -> None:
    """The shipped library."""
    load_library(shipped_items())


@pytest.fixture
def admin_page() -> Client:
    """A browser signed in as an administrator."""
    client = Client()
    client.force_login(a_user(is_staff=True, is_superuser=True))
    return client


def first(text: str) -> str:
    """Give the slug of the best match."""
    return str(search_library(LibraryEntry.objects.all(), text)[0].slug)


def test_words_find_their_item_in_any_form() -> None:
    assert first("engaged employees") in {"metric-engagement-index", "template-engaged-team"}
    assert first("average deals size") == "metric-average-deal-size"


def test_a_misspelt_title_still_finds_its_item() -> None:
    assert first("avarage deel siz") == "metric-average-deal-size"


def test_signs_alone_find_nothing_and_are_no_syntax() -> None:
    assert not search_library(LibraryEntry.objects.all(), "& | ! :* ( '").exists()
    assert search_library(LibraryEntry.objects.all(), "").count() == len(shipped_items())


def test_the_list_costs_the_same_for_any_number_of_items(
    admin_page: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    admin_page.get(PAGE)

    with django_assert_max_num_queries(8):
        page = admin_page.get(PAGE, {"q": "pacients wait weks", "kind__exact": "example"})

    assert page.status_code == 200
    assert "Patients wait weeks" in page.content.decode()


def test_the_page_of_an_item_previews_what_users_see(admin_page: Client) -> None:
    entry = LibraryEntry.objects.get(slug="template-keep-customers")

    page = admin_page.get(f"{PAGE}{entry.pk}/change/").content.decode()

    assert "Make our planning tool so useful each week" in page


def test_an_edit_marks_the_item_and_raises_its_version(admin_page: Client) -> None:
    entry = LibraryEntry.objects.get(slug="metric-win-rate")

    answer = admin_page.post(f"{PAGE}{entry.pk}/change/", form_of(entry) | {"title": "Deals we win"})

    assert answer.status_code == 302, answer.content
    entry.refresh_from_db()
    assert (entry.title, entry.version, entry.edited_by_staff) == ("Deals we win", 2, True)
    assert "Deals we win" in entry.searched


def test_content_that_cannot_be_shown_is_refused_with_its_place(admin_page: Client) -> None:
    entry = LibraryEntry.objects.get(slug="metric-win-rate")

    answer = admin_page.post(f"{PAGE}{entry.pk}/change/", form_of(entry) | {"body": '{"unit": "%"}'})

    assert answer.status_code == 200
    assert "metric-win-rate lacks themes" in answer.content.decode()


def test_actions_retire_bring_back_and_restore(admin_page: Client) -> None:
    entry = LibraryEntry.objects.get(slug="metric-win-rate")

    def act(action: str) -> LibraryEntry:
        admin_page.post(PAGE, {"action": action, "_selected_action": [entry.pk]})
        return LibraryEntry.objects.get(pk=entry.pk)

    assert act("retire").retired_at is not None
    assert act("bring_back").retired_at is None
    assert act("restore").edited_by_staff is False


def test_feedback_is_listed_but_never_edited(admin_page: Client) -> None:
    user = a_user()
    feedback = SuggestionFeedback.objects.create(
        organization_id=user.organization_id,
        user=user,
        entry=LibraryEntry.objects.get(slug="metric-win-rate"),
        action="used",
    )

    assert "Win rate" in admin_page.get("/admin/knowledge/suggestionfeedback/").content.decode()
    assert admin_page.post(f"/admin/knowledge/suggestionfeedback/{feedback.pk}/change/").status_code == 403


def form_of(entry: LibraryEntry) -> dict[str, str]:
    """Give what the browser sends when nothing was changed."""
    return {
        "title": entry.title,
        "industry": entry.industry,
        "functions": ",".join(entry.functions),
        "outcome_type": entry.outcome_type,
        "body": json.dumps(entry.body),
        "retired_at_0": "",
        "retired_at_1": "",
    }


def test_staff_can_add_an_item_of_their_own(admin_page: Client) -> None:
    example = LibraryEntry.objects.get(slug="metric-win-rate")

    blank = admin_page.get(f"{PAGE}add/")
    answer = admin_page.post(
        f"{PAGE}add/", form_of(example) | {"kind": "metric", "slug": "metric-ours", "title": "Ours"}
    )

    assert blank.status_code == 200
    assert answer.status_code == 302, answer.content
    ours = LibraryEntry.objects.get(slug="metric-ours")
    assert (ours.edited_by_staff, ours.version, ours.title) == (True, 1, "Ours")
