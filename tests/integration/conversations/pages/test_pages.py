"""The pages: who sees them, what they show, and what they never let through."""

import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from conversations.models import Job, Session
from conversations.values import DraftJson, JobStatus, Phase
from knowledge.models import LibraryEntry, User
from knowledge.rubric import Context, as_json, assess_okr
from knowledge.rubric.wire import AssessmentJson
from tests.builders import a_job, a_message, a_reply, a_session, a_user

pytestmark = pytest.mark.django_db

DRAFT: DraftJson = {
    "objective": "Become the product that new customers trust",
    "key_results": [
        {
            "text": "Raise activation to 60%",
            "kind": "metric",
            "direction": "increase",
            "baseline": 40.0,
            "target": 60.0,
            "unit": "%",
        }
    ],
}


def _assessed() -> AssessmentJson:
    texts = tuple(one["text"] for one in DRAFT["key_results"])
    return as_json(assess_okr(DRAFT["objective"], texts, Context()))


def test_a_stranger_is_sent_to_sign_in_and_back() -> None:
    for address in ("/", f"/sessions/{a_session().pk}/"):
        answer = Client().get(address)

        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/?next=/")


def test_a_fragment_sends_a_signed_out_page_to_sign_in_as_a_whole() -> None:
    answer = Client().get(
        f"/turns/{a_job().pk}/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/"}
    )

    assert answer["HX-Redirect"] == "http://testserver/"


def test_other_peoples_conversations_are_not_found(browser: Client) -> None:
    theirs = a_job()

    for address in (
        f"/sessions/{theirs.session_id}/",
        f"/sessions/{theirs.session_id}/turns/",
        f"/sessions/{theirs.session_id}/okr/",
        f"/turns/{theirs.pk}/",
    ):
        assert browser.get(address).status_code == 404, address


def test_the_start_lists_own_conversations_only(browser: Client, person: User) -> None:
    a_session(person, title="Mine and no other")
    a_session(title="Somebody else's")

    page = browser.get("/").content.decode()

    assert "Mine and no other" in page
    assert "Somebody else" not in page


def test_the_list_keeps_up_and_marks_what_is_shown(browser: Client, person: User) -> None:
    shown = a_session(person, title="This one", phase=Phase.KR_DISCOVERY)
    a_session(person, title="")

    page = browser.get(f"/sessions/?current={shown.pk}").content.decode()

    assert page.count('aria-current="page"') == 1
    assert "Key results · just now" in page
    assert "Untitled" in page
    assert page.index("Untitled") < page.index("This one")


def test_starting_opens_a_session_with_its_first_message(browser: Client, person: User) -> None:
    answer = browser.post("/", {"message": "Customers leave too early.", "industry": "B2B", "team_size": "7"})

    session = Session.objects.get(user=person)
    assert answer["Location"] == f"/sessions/{session.pk}/"
    assert session.title == "Customers leave too early."
    assert session.context == {"industry": "B2B", "team_size": 7}
    assert Job.objects.get(session=session).message.content == "Customers leave too early."


@pytest.mark.parametrize("message", ["", "   ", "a\x00b", "é" * 20_000])
def test_a_start_that_cannot_be_is_explained(browser: Client, person: User, message: str) -> None:
    answer = browser.post("/", {"message": message})

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not Session.objects.exists()


def test_a_start_without_the_csrf_token_is_refused(person: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)

    assert client.post("/", {"message": "Hello"}).status_code == 403


def test_the_browser_may_run_this_sites_scripts_alone(browser: Client, person: User) -> None:
    for address in ("/", f"/sessions/{a_session(person).pk}/"):
        answer = browser.get(address)
        page = answer.content.decode()

        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert " style=" not in page
        assert " onclick=" not in page
        assert page.count("<script") == page.count("<script src=")
        assert answer["Cache-Control"].startswith("max-age=0")


def test_a_simulator_is_named_and_claude_is_not(browser: Client, settings: Settings) -> None:
    settings.CLAUDE_MODE = "simulator"
    assert "Simulator." in browser.get("/").content.decode()

    settings.CLAUDE_MODE = "live"
    assert "Simulator." not in browser.get("/").content.decode()


def test_staff_alone_find_the_way_to_the_admin(browser: Client, person: User) -> None:
    before = browser.get("/").content.decode()
    User.objects.filter(pk=person.pk).update(is_staff=True)

    assert 'href="/admin/"' not in before
    assert 'href="/admin/"' in browser.get("/").content.decode()


def test_what_was_said_stands_in_the_order_in_which_it_was_answered(browser: Client, person: User) -> None:
    session = a_session(person)
    for text in ("the first", "the second", "the third"):
        a_job(session, status=JobStatus.SUCCEEDED, message=a_message(session, content=text))

    page = browser.get(f"/sessions/{session.pk}/turns/").content.decode()

    assert page.index("the first") < page.index("the second") < page.index("the third")


def test_a_long_conversation_shows_its_end_first(browser: Client, person: User) -> None:
    session = a_session(person)
    for number in range(52):
        a_job(session, status=JobStatus.SUCCEEDED, message=a_message(session, content=f"message <{number}>"))

    end = browser.get(f"/sessions/{session.pk}/turns/").content.decode()
    whole = browser.get(f"/sessions/{session.pk}/turns/?all=1").content.decode()

    assert "message &lt;51&gt;" in end
    assert "message &lt;1&gt;" not in end
    assert "message &lt;0&gt;" in whole
    assert "Show the whole conversation" in end
    assert "Show the whole conversation" not in whole


def test_the_number_of_queries_does_not_grow_with_the_conversation(
    browser: Client, person: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    session = a_session(person)
    for _ in range(12):
        a_job(session, status=JobStatus.SUCCEEDED)

    with django_assert_max_num_queries(8):
        browser.get(f"/sessions/{session.pk}/")


def test_a_reply_is_shown_as_sanitised_markdown_and_a_message_as_text(browser: Client, person: User) -> None:
    message = a_message(a_session(person), content="<b>bold</b> & **stars**")
    reply = a_reply(message, content="**Strong** <script>alert(1)</script>")
    job = a_job(status=JobStatus.SUCCEEDED, message=message, reply=reply)

    page = browser.get(f"/turns/{job.pk}/").content.decode()

    assert "&lt;b&gt;bold&lt;/b&gt; &amp; **stars**" in page
    assert "<strong>Strong</strong>" in page
    assert "<script" not in page


def test_an_open_turn_can_be_followed_and_stopped(browser: Client, person: User) -> None:
    ahead = a_job(a_session(person))
    job = a_job(a_session(person))

    page = browser.get(f"/turns/{job.pk}/").content.decode()

    assert 'data-status="queued"' in page
    assert "Waiting: 1 ahead of you" in page
    assert 'data-do="cancel"' in page
    assert str(ahead.pk) not in page


@pytest.mark.parametrize(
    ("status", "facts", "words"),
    [
        (JobStatus.FAILED, {}, "The provider is overloaded."),
        (JobStatus.CANCELLED, {"partial_text": "Half a *rep"}, "This is what had been written."),
        (JobStatus.CANCELLED, {}, "Nothing had been written."),
        (JobStatus.SUPERSEDED, {}, "Replaced by a later message."),
    ],
)
def test_an_answer_that_did_not_come_says_why(
    browser: Client, person: User, status: JobStatus, facts: dict[str, Any], words: str
) -> None:
    job = a_job(a_session(person), status=status, **facts)

    page = browser.get(f"/turns/{job.pk}/").content.decode()

    assert words in page
    assert ('data-do="retry"' in page) is (status is not JobStatus.SUPERSEDED)
    assert "data-reply" not in page


def test_badges_tell_of_cache_and_time(browser: Client, person: User) -> None:
    job = a_job(
        a_session(person),
        status=JobStatus.SUCCEEDED,
        cache={"status": "hit", "reason": "Asked before.", "age_seconds": 12.2},
        timings={
            "queued": 3.0,
            "first_token": 20.0,
            "conversation_processing_total": 1234.0,
            "steps": {"step_7_claude_api_call": 1000.0, "step_6_5_response_cache_lookup": 4.0},
        },
    )

    page = browser.get(f"/turns/{job.pk}/").content.decode()

    assert "from cache, 12 s old" in page
    assert "took 1.2 s" in page
    assert page.index("response cache lookup") < page.index("claude api call")


def test_the_draft_stands_with_phases_scores_and_findings(browser: Client, person: User) -> None:
    session = a_session(person, phase=Phase.VALIDATION, draft=DRAFT, draft_version=2, quality=_assessed())

    page = browser.get(f"/sessions/{session.pk}/okr/").content.decode()

    assert "Become the product that new customers trust" in page
    assert "40 → 60%" in page
    assert '<li class="current" aria-current="step">' in page
    assert page.count('<li class="done">') == 3
    assert "Approve this OKR" in page
    assert "export/?format=xlsx" in page
    for dimension in ("inspiration", "ambition", "quantification", "coherence"):
        assert dimension in page
    assert 'class="finding' in page


def test_every_export_link_gives_a_file(browser: Client, person: User) -> None:
    session = a_session(person, draft=DRAFT, draft_version=1)
    page = browser.get(f"/sessions/{session.pk}/okr/").content.decode()

    links = re.findall(r'href="(/api/v1/[^"]+)" download', page)

    assert len(links) == 5
    for link in links:
        answer = browser.get(link)
        assert answer.status_code == 200, link
        assert answer["Content-Disposition"].startswith("attachment; filename=")


def test_a_draft_that_was_not_assessed_has_no_score(browser: Client, person: User) -> None:
    session = a_session(person, draft=DRAFT)

    page = browser.get(f"/sessions/{session.pk}/okr/").content.decode()

    assert "Raise activation to 60%" in page
    assert "of 100" not in page


def test_a_dismissed_suggestion_is_gone_after_a_reload(browser: Client, person: User) -> None:
    call_command("load_library", verbosity=0)
    entry = LibraryEntry.objects.first()
    assert entry is not None
    session = a_session(person)
    shown = {"id": entry.slug, "kind": "metric", "title": "A <title>", "text": "t", "why": "w", "score": 1}
    a_job(session, status=JobStatus.SUCCEEDED, suggestions=[shown])
    before = browser.get(f"/sessions/{session.pk}/okr/").content.decode()

    answer = browser.post(
        f"/api/v1/knowledge/suggestions/{entry.slug}/feedback/",
        {"action": "dismissed", "session": str(session.pk)},
        content_type="application/json",
    )

    assert answer.status_code == 200, answer.content
    assert "A &lt;title&gt;" in before
    assert "A &lt;title&gt;" not in browser.get(f"/sessions/{session.pk}/okr/").content.decode()


def test_signing_out_ends_the_session(browser: Client) -> None:
    browser.post("/leave/")

    assert browser.get("/").status_code == 302


def test_deleted_conversations_are_gone(browser: Client, person: User) -> None:
    session = a_session(person)
    browser.delete(f"/api/v1/sessions/{session.pk}/")

    assert browser.get(f"/sessions/{session.pk}/").status_code == 404


def test_a_person_of_the_same_organization_is_still_another_person(person: User) -> None:
    session = a_session(person)
    colleague = Client()
    colleague.force_login(a_user(organization=person.organization))

    assert colleague.get(f"/sessions/{session.pk}/").status_code == 404
