"""Writing the goals of a file down, inside the importer's transaction."""

from collections import Counter
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from django.utils import timezone

from knowledge.access import may_write
from knowledge.errors import InvalidFieldError
from knowledge.exchange.columns import CHECK_IN, KEY_RESULT, OBJECTIVE
from knowledge.exchange.parsing import Goal, Parsed, RowError
from knowledge.exchange.references import Diary, References, diary_of
from knowledge.exchange.values import direction_in, ending, present, unique_titles
from knowledge.models import CheckIn, KeyResult, Objective, User
from knowledge.quality import quality_of
from knowledge.services.fields import assign
from knowledge.services.refusals import explained

_OBJECTIVE_TEXTS = ("title", "description", "outcome", "score_reason", "learnings")
_OBJECTIVE_VALUES = ("starts_on", "due_on", "score", "context")
_RESULT_TEXTS = ("title", "unit", "data_source", "score_reason")
_RESULT_VALUES = ("baseline", "target", "band", "due_on", "score")


class Effect(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class RefusedRowError(Exception):
    """A row that cannot be written; carries the RowError."""

    @property
    def error(self) -> RowError:
        """Give what is wrong, and where."""
        return cast("RowError", self.args[0])


class Writer:
    """Writes a file's goals: objectives, then key results, then who is under whom, then check-ins."""

    def __init__(self, parsed: Parsed, references: References, user: User) -> None:
        self.parsed = parsed
        self.references = references
        self.user = user
        self.objectives: dict[str, Objective] = dict(references.objectives)
        self.key_results: dict[str, KeyResult] = dict(references.key_results)
        self.titles = unique_titles(parsed)
        self.touched: dict[UUID, bool] = {}
        self.counts: Counter[tuple[Effect, str]] = Counter()
        self.may: dict[UUID, bool] = {}
        self.diary = Diary()
        self.check_ins: list[CheckIn] = []

    def write(self) -> Mapping[tuple[Effect, str], int]:
        """Write everything and count; raises RefusedRowError at the first row that cannot be."""
        self._each(OBJECTIVE, self._objective)
        self._each(KEY_RESULT, self._key_result)
        self._each(OBJECTIVE, self._align)
        self.diary = diary_of(self.key_results.values())
        self._each(CHECK_IN, self._check_in)
        self._save_check_ins()
        self.diary = diary_of(self.key_results.values())
        self._each(KEY_RESULT, self._current_value)
        self._save_check_ins()
        self._assess()
        return self.counts

    def _each(self, kind: str, write: Callable[[Goal], None]) -> None:
        for goal in self.parsed.goals:
            if goal.kind == kind:
                try:
                    # No savepoint: the first row that is refused ends the import.
                    with explained():
                        write(goal)
                except InvalidFieldError as refusal:
                    raise self._refusal(goal, refusal.field, refusal.message) from refusal

    def _objective(self, goal: Goal) -> None:
        fields = present(goal, _OBJECTIVE_TEXTS, _OBJECTIVE_VALUES)
        fields |= self._references_of(goal, ("owner", "team", "cycle"))
        for name in ("commitment", "status"):
            if goal.text(name):
                fields[name] = goal.text(name)
        known = self.objectives.get(goal.key)
        fields |= ending(fields, known)
        if known is None:
            new = Objective(
                organization_id=self.user.organization_id,
                external_id=goal.key,
                **({"owner": self.user} | fields),
            )
            new.save(force_insert=True)
            self.objectives[goal.key] = new
            self._count(Effect.CREATED, OBJECTIVE, new, is_new=True)
        else:
            self._require_writable(goal, known)
            self._count(_saved(known, fields), OBJECTIVE, known)

    def _key_result(self, goal: Goal) -> None:
        objective = self._objective_named(goal)
        self._require_writable(goal, objective)
        fields = present(goal, _RESULT_TEXTS, _RESULT_VALUES)
        fields |= self._references_of(goal, ("owner",))
        for name in ("kind", "direction", "weight"):
            if goal.values.get(name) not in (None, ""):
                fields[name] = goal.values[name]
        known = self.key_results.get(goal.key)
        if goal.text("status") == "archived" and (known is None or known.archived_at is None):
            fields["archived_at"] = timezone.now()
        if known is None:
            new = KeyResult(
                organization_id=self.user.organization_id,
                objective=objective,
                external_id=goal.key,
                position=min(goal.line, 32_767),
                **({"direction": direction_in(fields)} | fields),
            )
            new.save(force_insert=True)
            self.key_results[goal.key] = new
            self._count(Effect.CREATED, KEY_RESULT, objective)
        elif known.objective_id != objective.pk:
            raise self._refusal(goal, "parent", "A key result never moves to another objective.")
        else:
            self._count(_saved(known, fields), KEY_RESULT, objective)

    def _align(self, goal: Goal) -> None:
        fields: dict[str, Any] = {}
        if "parent" in goal.values:
            above, result = self._parent_of(goal)
            fields |= {"parent_objective": above, "parent_key_result": result}
        if name := goal.text("carried_from"):
            fields["carried_from"] = self.objectives.get(name)
        objective = self.objectives[goal.key]
        if _saved(objective, fields) is Effect.UPDATED:
            self.touched.setdefault(objective.pk, False)

    def _check_in(self, goal: Goal) -> None:
        result = self.key_results.get(self._key_for(KEY_RESULT, goal.text("parent")))
        if result is None:
            raise self._refusal(goal, "parent", "There is no such key result.")
        self._require_writable(goal, result.objective)
        if (result.pk, goal.key) in self.diary.names:
            self._count(Effect.UNCHANGED, CHECK_IN, result.objective)
        else:
            author = self.references.people.get(goal.text("owner"))
            self._write_check_in(goal, result, author=author, key=goal.key)

    def _current_value(self, goal: Goal) -> None:
        """Check in where a key result's row tells a value or a note that is not known yet."""
        value = goal.values.get("current")
        if value is None:
            return
        result = self.key_results[goal.key]
        note = goal.text("note")
        news = note and (result.pk, note) not in self.diary.notes
        if value != self.diary.values.get(result.pk) or news:
            self._write_check_in(goal, result, author=None, key="")

    def _write_check_in(self, goal: Goal, result: KeyResult, *, author: User | None, key: str) -> None:
        told: Mapping[str, Any] = goal.values
        self.check_ins.append(
            CheckIn(
                organization_id=self.user.organization_id,
                key_result=result,
                author=author or self.user,
                value=told["current"],
                confidence=told.get("confidence"),
                note=goal.text("note"),
                external_id=key,
                checked_in_at=told.get("date") or timezone.now(),
            )
        )
        self._count(Effect.CREATED, CHECK_IN, result.objective)

    def _save_check_ins(self) -> None:
        with explained():
            CheckIn.objects.bulk_create(self.check_ins)
        self.check_ins.clear()

    def _assess(self) -> None:
        rows = Objective.objects.filter(pk__in=self.touched).prefetch_related("key_results")
        assessed = []
        for objective in rows:
            titles = [one.title for one in objective.key_results.all() if one.archived_at is None]
            if assign(objective, {"quality": quality_of(objective.title, titles, objective.context)}):
                assessed.append(objective)
        Objective.objects.bulk_update(assessed, ["quality"], batch_size=500)

    def _references_of(self, goal: Goal, columns: tuple[str, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for column in columns:
            if column not in goal.values:
                continue
            name = goal.text(column)
            if column == "owner":
                if name or goal.kind == KEY_RESULT:
                    found["owner"] = self.references.people.get(name)
            else:
                names: Mapping[str, Any] = getattr(self.references, f"{column}s")
                found[column] = names.get(name.casefold())
        return found

    def _objective_named(self, goal: Goal) -> Objective:
        found = self.objectives.get(self._key_for(OBJECTIVE, goal.text("parent")))
        if found is None:
            raise self._refusal(goal, "parent", "There is no such objective.")
        return found

    def _parent_of(self, goal: Goal) -> tuple[Objective | None, KeyResult | None]:
        name = goal.text("parent")
        if not name:
            return None, None
        above = self.objectives.get(self._key_for(OBJECTIVE, name))
        result = None if above else self.key_results.get(self._key_for(KEY_RESULT, name))
        if above is None and result is None:
            raise self._refusal(goal, "parent", "There is no such objective or key result.")
        return above, result

    def _key_for(self, kind: str, name: str) -> str:
        known = self.objectives if kind == OBJECTIVE else self.key_results
        return name if name in known else self.titles.get((kind, name.casefold()), name)

    def _require_writable(self, goal: Goal, objective: Objective) -> None:
        # What this file has just made may go on being written, whoever it was made for.
        if self.touched.get(objective.pk):
            return
        if objective.pk not in self.may:
            self.may[objective.pk] = may_write(self.user, objective)
        if not self.may[objective.pk]:
            raise self._refusal(goal, "external_id", "This belongs to somebody else.")

    def _refusal(self, goal: Goal, column: str, detail: str) -> RefusedRowError:
        return RefusedRowError(RowError(goal.line, self.parsed.heading(column), detail))

    def _count(self, effect: Effect, kind: str, objective: Objective, *, is_new: bool = False) -> None:
        self.counts[effect, kind] += 1
        if effect is not Effect.UNCHANGED:
            self.touched.setdefault(objective.pk, is_new)


def _saved(row: Objective | KeyResult, fields: Mapping[str, Any]) -> Effect:
    changed = assign(row, fields)
    if not changed:
        return Effect.UNCHANGED
    row.save(update_fields=changed)
    return Effect.UPDATED
