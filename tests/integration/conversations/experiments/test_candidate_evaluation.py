"""A stored wording is held against the golden set, and one that harms it cannot be published."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from conversations.errors import PromptRefusedError
from conversations.evaluation.cases import Case, Expected
from conversations.evaluation.run import evaluate
from conversations.llm.scripted import ScriptedClaude
from conversations.models import Label, PromptLabel
from conversations.prompt.wording import parse_wording
from conversations.services.prompts import publish, record_evaluation, roll_back
from knowledge.models import User
from knowledge.rubric import Context
from tests.builders import a_user
from tests.experiment_builders import a_version

pytestmark = pytest.mark.django_db
GOOD = "[[conversation]]\nname = 'one'\nabout = 'a'\nturns = [{ user = 'Hello!', phase = 'discovery' }]\n"
BAD = "[[conversation]]\nname = 'two'\nabout = 'a'\nturns = [{ user = 'Hello!', phase = 'completed' }]\n"


@pytest.fixture
def staff() -> User:
    """Somebody who may publish."""
    return a_user(is_staff=True, is_superuser=True)


def held(folder: Path, text: str, *more: str) -> None:
    """Run the command on these conversations."""
    (folder / "set.toml").write_text(text)
    call_command("evaluate", "--in-process", "--from", str(folder), *more)


def test_the_model_is_asked_in_the_candidates_words(claude: ScriptedClaude) -> None:
    version = a_version(says="Be kind.")
    claude.will_say("What would change?")

    evaluate(
        [Case("a talk", "a test", Context(), (Expected("Hello"),))],
        claude,
        wording=parse_wording(version.templates),
    )

    assert claude.requests[0].prompt.version == version.version
    assert "Be kind." in claude.requests[0].prompt.system[0].text


@pytest.mark.parametrize("named", ["candidate", "version", "beginning"])
def test_a_regression_ends_with_1_names_the_conversation_and_blocks_publishing(
    tmp_path: Path, staff: User, named: str
) -> None:
    version = a_version()
    publish(version, who=staff, label=Label.CANDIDATE)
    name = {"candidate": "candidate", "version": version.version, "beginning": version.version[:8]}[named]

    with pytest.raises(CommandError, match="The coach has become worse in two") as ended:
        held(tmp_path, GOOD + BAD, "--wording", name)

    assert ended.value.returncode == 1
    version.refresh_from_db()
    with pytest.raises(PromptRefusedError, match=r"cannot be published: the golden set went wrong .*: two\."):
        publish(version, who=staff)
    assert not PromptLabel.objects.filter(name=Label.PRODUCTION).exists()


def test_one_that_holds_can_be_published_again(
    tmp_path: Path, staff: User, capsys: pytest.CaptureFixture[str]
) -> None:
    version = a_version()
    record_evaluation(version, went_wrong=["two"])

    held(tmp_path, GOOD, "--wording", version.version)

    version.refresh_from_db()
    assert f"in the words of {version}" in capsys.readouterr().out
    assert version.evaluated_at is not None
    assert publish(version, who=staff)


def test_a_part_of_the_set_decides_nothing(tmp_path: Path) -> None:
    version = a_version()

    with pytest.raises(CommandError):
        held(tmp_path, GOOD + BAD, "two", "--wording", version.version)

    version.refresh_from_db()
    assert version.evaluated_at is None


def test_rolling_back_is_never_refused(staff: User) -> None:
    old, new = a_version(), a_version()
    publish(old, who=staff)
    publish(new, who=staff)
    record_evaluation(old, went_wrong=["two"])

    roll_back(who=staff)

    assert PromptLabel.objects.get(name=Label.PRODUCTION).version == old


def test_the_admin_says_what_went_wrong(staff: User) -> None:
    version = a_version()
    record_evaluation(version, went_wrong=["two"])
    client = Client()
    client.force_login(staff)

    page = client.get("/admin/conversations/promptversion/").content.decode()
    publishing = reverse("admin:conversations_promptversion_put_into_production", args=[version.pk])
    answer = client.post(publishing, {"why": "It is shorter."}, follow=True)

    assert "went wrong in two" in page
    assert "cannot be published: the golden set went wrong with it" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("candidate", "No version is labelled candidate yet"), ("nothing", "no version begins “nothing”")],
)
def test_a_wording_that_is_not_there_is_said_in_a_sentence(tmp_path: Path, name: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        held(tmp_path, GOOD, "--wording", name)
