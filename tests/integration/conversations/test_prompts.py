"""Versions of the prompt: loaded, written, published, rolled back, deleted."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from conversations.errors import PromptInUseError, PromptRefusedError
from conversations.llm.scripted import ScriptedClaude
from conversations.models import CacheFiring, Label, PromptLabel, PromptPublication, PromptVersion, ShadowPlan
from conversations.pipeline import run
from conversations.pipeline.run import run_job
from conversations.ports import Ports
from conversations.prompt.wording import shipped_templates, shipped_wording
from conversations.services.prompts import (
    delete_version,
    load_shipped_prompt,
    publish,
    roll_back,
    save_version,
)
from conversations.wordings import WordingBook
from knowledge.models import User
from tests.builders import a_job, a_user
from tests.integration.conversations.cache.conftest import shipped_rules

pytestmark = pytest.mark.django_db


def another(text: str = "Ask what should change.", **fields: object) -> PromptVersion:
    """A version that differs from the shipped one in what it says in discovery."""
    return save_version(shipped_templates() | {"discovery": text}, **fields)  # type: ignore[arg-type]  # handed through


def in_production() -> str:
    """The version users are answered with."""
    return PromptLabel.objects.get(name=Label.PRODUCTION).version.version


@pytest.fixture
def staff() -> User:
    """Somebody who may publish."""
    return a_user(is_staff=True)


def test_the_shipped_prompt_is_loaded_once_and_put_into_production() -> None:
    first, second = load_shipped_prompt(), load_shipped_prompt()

    assert first.version == second.version == first.production == shipped_wording().version
    assert (first.created, second.created) == (True, False)
    assert PromptPublication.objects.count() == 1


def test_a_prompt_that_ships_later_replaces_the_one_that_shipped_before() -> None:
    old = another("An old one.")
    PromptLabel.objects.create(name=Label.PRODUCTION, version=old)

    load_shipped_prompt()

    assert in_production() == shipped_wording().version


def test_the_loader_leaves_what_staff_published(staff: User) -> None:
    load_shipped_prompt()
    ours = another(by=staff)
    publish(ours, who=staff)

    load = load_shipped_prompt()

    assert load.production == in_production() == ours.version


def test_a_version_is_never_changed() -> None:
    version = another()

    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        PromptVersion.objects.filter(pk=version.pk).update(templates={})


def test_the_same_wording_is_the_same_version() -> None:
    assert another("Same.").pk == another("Same.  ").pk


def test_malformed_templates_are_refused_with_a_sentence() -> None:
    with pytest.raises(PromptRefusedError) as refused:
        another("Offer $discounts.")

    assert refused.value.message == "The template discovery uses unknown variables: discounts."


def test_publishing_is_recorded_and_invalidates_what_the_old_version_answered(staff: User) -> None:
    shipped_rules()
    old = load_shipped_prompt().version
    new = another()

    publish(new, who=staff, why="Shorter.")

    record = PromptPublication.objects.latest("id")
    assert (record.version, record.who, record.why) == (new, staff, "Shorter.")
    assert record.replaced == PromptVersion.objects.get(version=old)
    assert [firing.tags for firing in CacheFiring.objects.all()] == [[f"prompt:{old}"]]
    assert in_production() == new.version


def test_publishing_what_is_published_changes_nothing(staff: User) -> None:
    new = another()
    publish(new, who=staff)

    assert publish(new, who=staff) is None
    assert PromptPublication.objects.count() == 1


def test_a_version_the_program_has_outgrown_cannot_be_published(staff: User) -> None:
    version = PromptVersion.objects.create(
        version="outgrown", templates={"base": "Hello."}, token_counts={}, tokens=2
    )

    with pytest.raises(PromptRefusedError, match="cannot be used any more: These templates are missing"):
        publish(version, who=staff)


def test_rolling_back_publishes_what_was_replaced(staff: User) -> None:
    old = load_shipped_prompt().version
    publish(another(), who=staff)

    roll_back(who=staff)

    assert in_production() == old
    assert PromptPublication.objects.latest("id").why.startswith("Rolled back from ")


def test_there_is_nothing_to_roll_back_to_before_the_first_publication(staff: User) -> None:
    load_shipped_prompt()

    with pytest.raises(PromptRefusedError, match="no earlier production version"):
        roll_back(who=staff)


def test_a_version_nobody_uses_can_be_deleted() -> None:
    version = another()

    delete_version(version)

    assert not PromptVersion.objects.filter(pk=version.pk).exists()


def test_a_version_in_use_is_not_deleted(staff: User) -> None:
    load_shipped_prompt()
    published, replaced, answered = another("One."), another("Two."), another("Three.")
    publish(replaced, who=staff)
    publish(published, who=staff)
    a_job(prompt_version=answered.version)
    shadow = another("Four.")
    ShadowPlan.objects.create(name="Shorter", prompt=shadow)

    for version, sentence in [
        (published, "it is the production version"),
        (replaced, "it was published before"),
        (answered, "messages were answered with it"),
        (shadow, "shadow plan “Shorter” lets it answer"),
    ]:
        with pytest.raises(PromptInUseError, match=sentence):
            delete_version(version)


def test_a_message_is_answered_with_the_published_prompt(
    ports: Ports, claude: ScriptedClaude, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "send_next", lambda session_id: None)
    load_shipped_prompt()
    new = another("Only ever ask why.")
    publish(new, who=staff)
    job = a_job()
    claude.will_say("Why?")

    run_job(job.pk, replaced_wording(ports))

    job.refresh_from_db()
    assert job.prompt_version == new.version
    assert "Only ever ask why." in [one.text for one in claude.requests[0].prompt.system]


def test_a_published_version_that_no_longer_fits_leaves_the_shipped_one(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outgrown = PromptVersion.objects.create(
        version="outgrown", templates={"base": "Hello."}, token_counts={}, tokens=2
    )
    PromptLabel.objects.create(name=Label.PRODUCTION, version=outgrown)
    book = WordingBook()

    assert book.labelled(Label.PRODUCTION) is None
    assert "no longer fits" in caplog.text


def replaced_wording(ports: Ports) -> Ports:
    """The same ports, with the wordings of the database."""
    return replace(ports, wording_for=WordingBook().wording_for)
