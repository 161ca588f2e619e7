"""Asking for suggestions over REST, and saying what became of them."""

from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from knowledge.library.shipped import shipped_items
from knowledge.library.store import load_library
from knowledge.models import FeedbackAction, SuggestionFeedback, User
from tests.builders import a_user, an_api_key

pytestmark = pytest.mark.django_db

URL = "/api/v1/knowledge/suggestions/"


@pytest.fixture
def user() -> User:
    """A person, in a database with the shipped library."""
    load_library(shipped_items())
    return a_user()


@pytest.fixture
def client(user: User) -> APIClient:
    """A client that sends the person's key."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {an_api_key(user)}")
    return client


def ask(client: APIClient, **query: str) -> list[dict[str, Any]]:
    """Give the suggestions for a query."""
    answer = client.get(URL, query)
    assert answer.status_code == 200, answer.content
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def test_it_puts_the_users_industry_first_and_says_why(client: APIClient) -> None:
    found = ask(client, text="reduce waiting times", phase="discovery", industry="hospital")

    assert found[0]["id"] == "healthcare-clinic-waiting"
    assert "waiting" in found[0]["why"]
    assert "healthcare" in found[0]["why"]
    assert set(found[0]) == {"id", "kind", "title", "text", "why", "score"}
    assert len(found) <= 5


def test_it_offers_reframings_for_what_the_rubric_notices(client: APIClient) -> None:
    found = ask(client, text="Launch the new mobile app", phase="refinement", industry="retail")

    assert "antipattern-output-as-objective" in {one["id"] for one in found}


def test_it_offers_metrics_when_key_results_are_wanted(client: APIClient) -> None:
    found = ask(client, text="customer churn", phase="kr_discovery")

    assert found[0]["kind"] == "metric"


def test_small_talk_and_no_text_get_nothing(client: APIClient) -> None:
    assert ask(client, text="thank you, great", phase="discovery", industry="retail") == []
    assert ask(client) == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"text": "x", "phase": "later"}, "query:phase"),
        ({"text": "x\x00y"}, "query:text"),
        ({"text": "x" * 5000}, "query:text"),
        ({"text": "x", "limit": "99"}, "query:limit"),
        ({"text": "x", "session": "no"}, "query:session"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(client: APIClient, query: dict[str, str], pointer: str) -> None:
    answer = client.get(URL, query)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_strangers_are_refused() -> None:
    assert APIClient().get(URL, {"text": "retention"}).status_code == 401


def test_used_is_kept_once_however_often_it_is_said(client: APIClient, user: User) -> None:
    session = str(uuid4())
    for _ in range(2):
        answer = client.post(
            f"{URL}metric-win-rate/feedback/", {"action": "used", "session": session}, format="json"
        )
        assert answer.status_code == 200

    feedback = SuggestionFeedback.objects.get()
    assert answer.json() == {"id": "metric-win-rate", "action": "used", "session": session}
    assert (feedback.action, feedback.user, feedback.organization_id, str(feedback.session_id)) == (
        FeedbackAction.USED,
        user,
        user.organization_id,
        session,
    )


def test_a_dismissed_suggestion_is_not_offered_again_in_its_session(client: APIClient) -> None:
    session = str(uuid4())
    first = ask(client, text="win rate", phase="kr_discovery")[0]["id"]

    client.post(f"{URL}{first}/feedback/", {"action": "dismissed", "session": session}, format="json")

    there = ask(client, text="win rate", phase="kr_discovery", session=session)
    elsewhere = ask(client, text="win rate", phase="kr_discovery", session=str(uuid4()))
    assert first not in {one["id"] for one in there}
    assert first in {one["id"] for one in elsewhere}


def test_a_dismissal_without_a_session_holds_for_good_but_only_for_this_user(client: APIClient) -> None:
    client.post(f"{URL}metric-win-rate/feedback/", {"action": "dismissed"}, format="json")

    other = APIClient()
    other.credentials(HTTP_AUTHORIZATION=f"Bearer {an_api_key(a_user())}")
    mine = ask(client, text="win rate", phase="kr_discovery", session=str(uuid4()))
    theirs = ask(other, text="win rate", phase="kr_discovery")
    assert "metric-win-rate" not in {one["id"] for one in mine}
    assert "metric-win-rate" in {one["id"] for one in theirs}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "shown"},
        {"action": 1},
        {"action": "used", "session": 7},
        {"action": "used", "sesion": "typo"},
        [],
    ],
)
def test_feedback_that_is_not_right_is_refused(client: APIClient, body: object) -> None:
    answer = client.post(f"{URL}metric-win-rate/feedback/", body, format="json")

    assert answer.status_code == 400
    assert not SuggestionFeedback.objects.exists()


def test_feedback_on_an_unknown_suggestion_is_not_found(client: APIClient) -> None:
    answer = client.post(f"{URL}no-such-thing/feedback/", {"action": "used"}, format="json")

    assert answer.status_code == 404
