"""The admin's pages about the prompt."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from conversations.models import Label, PromptLabel, PromptPublication, PromptVersion
from conversations.prompt.wording import shipped_templates
from conversations.services.prompts import load_shipped_prompt, publish, save_version
from knowledge.models import User
from tests.builders import a_job, a_user

pytestmark = pytest.mark.django_db
LIST = "admin:conversations_promptversion_changelist"


@pytest.fixture
def staff() -> User:
    """Somebody who may do everything."""
    return a_user(is_staff=True, is_superuser=True)


@pytest.fixture
def browser(client: Client, staff: User) -> Client:
    """A browser signed in as staff."""
    client.force_login(staff)
    return client


@pytest.fixture
def shipped() -> PromptVersion:
    """The shipped version, in production."""
    return PromptVersion.objects.get(version=load_shipped_prompt().version)


@pytest.fixture
def draft(shipped: PromptVersion) -> PromptVersion:
    """A version that nobody uses."""
    return save_version(
        shipped_templates() | {"completed": "# Phase: completed\nSay goodbye."}, note="Kinder."
    )


def page(name: str, version: PromptVersion) -> str:
    """The address of one of a version's pages."""
    return reverse(f"admin:conversations_promptversion_{name}", args=[version.pk])


def in_production() -> str:
    return PromptLabel.objects.get(name=Label.PRODUCTION).version.version


def the_form(**changed: str) -> dict[str, str]:
    return shipped_templates() | {"note": "Shorter."} | changed


def test_the_list_shows_what_is_used_and_what_each_costs(
    browser: Client, shipped: PromptVersion, draft: PromptVersion
) -> None:
    shown = browser.get(reverse(LIST)).content.decode()

    assert shipped.version in shown
    assert "Kinder." in shown
    assert "production" in shown


def test_a_version_is_read_and_not_changed(browser: Client, draft: PromptVersion) -> None:
    shown = browser.get(page("change", draft)).content.decode()

    assert "Say goodbye." in shown
    assert 'name="_save"' not in shown


def test_two_versions_are_compared_line_by_line(
    browser: Client, shipped: PromptVersion, draft: PromptVersion
) -> None:
    shown = browser.get(page("compare", draft), {"with": shipped.version}).content.decode()

    assert "+ Say goodbye." in shown
    assert "− The OKR is approved and closed; return it unchanged." in shown
    assert "tokens" in shown


def test_a_draft_is_written_from_another_version(
    browser: Client, shipped: PromptVersion, staff: User
) -> None:
    browser.post(page("write_anew", shipped), the_form(completed="Say goodbye.\r\nAsk nothing."))

    written = PromptVersion.objects.latest("id")
    assert (written.parent, written.created_by, written.note) == (shipped, staff, "Shorter.")
    assert written.templates["completed"] == "Say goodbye.\nAsk nothing."
    assert in_production() == shipped.version


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"base": "Hello $nobody."}, "The template base uses unknown variables: nobody."),
        ({"base": "It costs $5."}, "The template base has a dollar sign that starts no variable."),
        ({"strategies": "## poetry\nRoses."}, "needs one filled section for each strategy"),
        ({}, "These are the words of version"),
    ],
)
def test_a_faulty_draft_is_refused_with_a_sentence(
    browser: Client, shipped: PromptVersion, changed: dict[str, str], sentence: str
) -> None:
    answer = browser.post(page("write_anew", shipped), the_form(**changed))

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert PromptVersion.objects.count() == 1


def test_publishing_shows_the_difference_and_asks_why(
    browser: Client, shipped: PromptVersion, draft: PromptVersion, staff: User
) -> None:
    asked = browser.get(page("put_into_production", draft)).content.decode()
    unexplained = browser.post(page("put_into_production", draft), {"why": ""})
    unmoved = in_production()
    browser.post(page("put_into_production", draft), {"why": "It is kinder."})

    assert "+ Say goodbye." in asked
    assert unexplained.status_code == 200
    assert unmoved == shipped.version
    record = PromptPublication.objects.latest("id")
    assert (record.version, record.replaced, record.who, record.why) == (
        draft,
        shipped,
        staff,
        "It is kinder.",
    )


def test_a_candidate_leaves_production_alone(
    browser: Client, shipped: PromptVersion, draft: PromptVersion
) -> None:
    browser.post(page("make_candidate", draft), {"why": "To try."})

    assert PromptLabel.objects.get(name=Label.CANDIDATE).version == draft
    assert in_production() == shipped.version


def test_rolling_back_puts_back_what_was_replaced(
    browser: Client, shipped: PromptVersion, draft: PromptVersion, staff: User
) -> None:
    publish(draft, who=staff)

    browser.post(reverse("admin:conversations_promptversion_take_back"), {"why": "Worse."})

    assert in_production() == shipped.version


def test_only_who_may_publish_can(client: Client, shipped: PromptVersion, draft: PromptVersion) -> None:
    reader = a_user(is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_promptversion"))
    client.force_login(reader)

    assert client.get(page("compare", draft)).status_code == 200
    assert client.post(page("put_into_production", draft), {"why": "!"}).status_code == 403
    assert client.post(page("make_candidate", draft), {"why": "!"}).status_code == 403
    assert client.post(page("write_anew", draft), the_form()).status_code == 403
    assert client.post(reverse("admin:conversations_promptversion_take_back"), {}).status_code == 403
    assert in_production() == shipped.version


def test_a_version_in_use_is_not_deleted_and_the_page_says_why(
    browser: Client, shipped: PromptVersion, draft: PromptVersion
) -> None:
    a_job(prompt_version=draft.version)

    for version, sentence in [(shipped, "it is the production version"), (draft, "messages were answered")]:
        answer = browser.post(page("delete", version), {"post": "yes"}, follow=True)

        assert sentence in answer.content.decode()
        assert PromptVersion.objects.filter(pk=version.pk).exists()


def test_a_draft_nobody_used_is_deleted(browser: Client, draft: PromptVersion) -> None:
    browser.post(page("delete", draft), {"post": "yes"})

    assert not PromptVersion.objects.filter(pk=draft.pk).exists()


def test_adding_begins_with_the_words_in_production(browser: Client, shipped: PromptVersion) -> None:
    answer = browser.get(reverse("admin:conversations_promptversion_add"))

    assert answer["Location"] == page("write_anew", shipped)


def test_a_route_to_an_unknown_model_is_refused_with_a_sentence(browser: Client) -> None:
    sent = {"name": "New", "position": 1, "model": "gpt", "fallbacks": "fast, fast", "enabled": "on"}

    shown = browser.post(reverse("admin:conversations_routerule_add"), sent).content.decode()

    assert "Nothing is known of the model “gpt”." in shown
    assert "Each fallback can be named only once." in shown


def test_the_routes_are_listed_with_their_models_in_full(browser: Client) -> None:
    shown = browser.get(reverse("admin:conversations_routerule_changelist")).content.decode()

    assert "fast (claude-haiku-5-5) → strong (claude-sonnet-5-5)" in shown
