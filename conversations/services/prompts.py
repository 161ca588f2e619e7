"""Write, publish, roll back and delete versions of the prompt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import ProtectedError
from django.db.models.functions import Now

from conversations.cache.invalidate import fire
from conversations.dispatch import send_warm_up
from conversations.errors import PromptInUseError, PromptRefusedError
from conversations.models import CacheEvent, Job, Label, PromptLabel, PromptPublication, PromptVersion
from conversations.prompt.budget import template_tokens
from conversations.prompt.wording import WordingError, parse_wording, shipped_templates
from conversations.wordings import WORDINGS
from knowledge.models import User


@dataclass(frozen=True, slots=True)
class PromptLoad:
    """What loading the shipped templates did: the version, whether it is new, what is in production."""

    version: str
    created: bool
    production: str


def save_version(
    templates: Mapping[str, str],
    *,
    by: User | None = None,
    note: str = "",
    parent: PromptVersion | None = None,
) -> PromptVersion:
    """Keep a set of templates as a version; the same templates again are the version there is.

    Raises PromptRefusedError with a sentence that names what is wrong with them.
    """
    try:
        wording = parse_wording(templates)
    except WordingError as error:
        raise PromptRefusedError(str(error)) from error
    counts = template_tokens(wording)
    row, _ = PromptVersion.objects.get_or_create(
        version=wording.version,
        defaults={
            "templates": {name: text.strip() for name, text in templates.items()},
            "token_counts": counts.by_template,
            "tokens": counts.most_in_a_message,
            "note": note[:200],
            "parent": parent,
            "created_by": by,
        },
    )
    return row


@transaction.atomic
def load_shipped_prompt() -> PromptLoad:
    """Keep the shipped templates as a version, and put it into production unless staff chose another."""
    _one_at_a_time()
    before = PromptVersion.objects.count()
    row = save_version(shipped_templates(), note="Shipped with the program.")
    label = PromptLabel.objects.filter(name=Label.PRODUCTION).select_related("version").first()
    if label is None or not label.chosen_by_staff:
        _point(Label.PRODUCTION, row, who=None, why="Shipped with the program.")
    current = PromptLabel.objects.select_related("version").get(name=Label.PRODUCTION)
    return PromptLoad(
        row.version,
        created=PromptVersion.objects.count() > before,
        production=current.version.version,
    )


@transaction.atomic
def publish(
    version: PromptVersion, *, who: User, why: str = "", label: Label = Label.PRODUCTION
) -> PromptPublication | None:
    """Point a label to this version; None when it already does.

    Raises PromptRefusedError when the program can no longer use the version, and for production when
    the golden set was harmed the last time it was held with it.
    """
    if label is Label.PRODUCTION and (harm := harm_by(version)):
        raise PromptRefusedError(f"Version {version} cannot be published: {harm}")
    return _move(label, version, who=who, why=why)


def _move(label: Label, version: PromptVersion, *, who: User, why: str) -> PromptPublication | None:
    try:
        parse_wording(version.templates)
    except WordingError as error:
        raise PromptRefusedError(f"Version {version} cannot be used any more: {error}") from error
    _one_at_a_time()
    return _point(label, version, who=who, why=why)


@transaction.atomic
def roll_back(*, who: User, why: str = "", label: Label = Label.PRODUCTION) -> PromptPublication | None:
    """Publish again what the last publication replaced.

    Raises PromptRefusedError when nothing was published before it.
    """
    last = PromptPublication.objects.filter(label=label).select_related("replaced").first()
    if last is None or last.replaced is None:
        raise PromptRefusedError(f"There is no earlier {label.value} version to go back to.")
    # What has answered everybody before is no worse than itself, whatever an evaluation says of it.
    return _move(label, last.replaced, who=who, why=why or f"Rolled back from {last.version}.")


def version_named(name: str) -> PromptVersion:
    """Give the version that a label points to, or that a version's name begins like this.

    Raises PromptRefusedError with a sentence when there is none, or more than one.
    """
    if name in Label.values:
        held = PromptLabel.objects.filter(name=name).select_related("version").first()
        if held is None:
            raise PromptRefusedError(f"No version is labelled {name} yet.")
        return held.version
    found = PromptVersion.objects.filter(version__startswith=name)[:2]
    if len(found) != 1:
        raise PromptRefusedError(
            f"{'Several versions begin' if found else 'No label is called and no version begins'} “{name}”."
        )
    return found[0]


def record_evaluation(version: PromptVersion, *, went_wrong: Sequence[str]) -> None:
    """Keep with a version how the golden set fared: which conversations it went wrong in."""
    PromptVersion.objects.filter(pk=version.pk).update(evaluated_at=Now(), went_wrong=list(went_wrong))


def harm_by(version: PromptVersion) -> str:
    """Say in a sentence how a version harmed the golden set; empty when it did not, as far as is known."""
    names: list[str] = version.went_wrong or []
    if not names:
        return ""
    more = f", and {len(names) - 5} more" if len(names) > 5 else ""
    return (
        f"the golden set went wrong with it in {len(names)} conversation(s): {', '.join(names[:5])}{more}. "
        "Mend it as a new draft, or evaluate it again."
    )


def delete_version(version: PromptVersion) -> None:
    """Delete a version that nobody uses; raises PromptInUseError with a sentence that says who does."""
    if use := use_of(version):
        raise PromptInUseError(f"Version {version} cannot be deleted: {use}")
    try:
        version.delete()
    except ProtectedError as error:
        holder = next(iter(error.protected_objects))
        kind = holder._meta.verbose_name  # noqa: SLF001 - Django's public name for it
        raise PromptInUseError(f"Version {version} cannot be deleted: {kind} {holder} uses it.") from error


def use_of(version: PromptVersion) -> str:
    """Say in a sentence what a version is used for; empty when for nothing."""
    if label := version.labels.first():
        return f"it is the {label.name} version."
    if version.publications.exists():
        return "it was published before, and the record of that names it."
    if plan := version.shadow_plans.first():
        return f"shadow plan “{plan}” lets it answer."
    if variant := version.variants.first():
        return f"variant {variant} uses it."
    if Job.objects.filter(prompt_version=version.version).exists():
        return "messages were answered with it."
    return ""


def _point(label: Label, version: PromptVersion, *, who: User | None, why: str) -> PromptPublication | None:
    held = PromptLabel.objects.filter(name=label).select_related("version").first()
    replaced = held.version if held else None
    PromptLabel.objects.update_or_create(
        name=label, defaults={"version": version, "by": who, "chosen_by_staff": who is not None}
    )
    if replaced == version:
        return None
    publication = PromptPublication.objects.create(
        label=label, version=version, replaced=replaced, who=who, why=why[:200]
    )
    if replaced is not None and label is Label.PRODUCTION:
        fire(
            CacheEvent.PROMPT_PUBLISHED,
            {"version": replaced.version},
            why=f"Prompt {version} replaced {replaced}.",
            who=who,
        )
        transaction.on_commit(send_warm_up)
    transaction.on_commit(WORDINGS.forget)
    return publication


def _one_at_a_time() -> None:
    # Two stacks that start together would both move the label.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('publish a prompt'))")
