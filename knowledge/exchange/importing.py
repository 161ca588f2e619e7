"""Importing a file of objectives: all of it or nothing, and twice is once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from knowledge.errors import InvalidFieldError
from knowledge.exchange.columns import CHECK_IN, KEY_RESULT, OBJECTIVE
from knowledge.exchange.parsing import RowError, parse
from knowledge.exchange.reading import read_table
from knowledge.exchange.references import find_references
from knowledge.exchange.writing import Effect, RefusedRowError, Writer
from knowledge.models import User
from knowledge.services.history import Actor, Source, recorded
from knowledge.services.refusals import writing
from knowledge.signals import Change, announce

_PLURALS: Mapping[str, str] = {
    OBJECTIVE: "objectives",
    KEY_RESULT: "key_results",
    CHECK_IN: "check_ins",
}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did or, as a dry run, would do; with errors, nothing was written."""

    dry_run: bool
    column_map: str
    lines: int
    counts: Mapping[tuple[Effect, str], int] = field(default_factory=dict)
    errors: tuple[RowError, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give the report as it is sent."""
        return {
            "dry_run": self.dry_run,
            "column_map": self.column_map,
            "lines": self.lines,
            **{
                effect.value: {
                    plural: self.counts.get((effect, kind), 0) for kind, plural in _PLURALS.items()
                }
                for effect in Effect
            },
            "errors": [{"line": one.line, "column": one.column, "detail": one.detail} for one in self.errors],
        }


def import_objectives(content: bytes, *, user: User, dry_run: bool = False) -> ImportReport:
    """Import CSV, XLSX or our JSON into the user's organization.

    A dry run writes, counts and takes everything back. Raises UnreadableFileError when the file is no
    table at all; mistakes in rows are in the report.
    """
    parsed = parse(read_table(content))
    references = find_references(parsed, user.organization_id)
    errors = sorted([*parsed.errors, *references.refused(parsed)], key=lambda one: (one.line, one.column))
    report = ImportReport(dry_run, parsed.column_map.name, len(parsed.goals), errors=tuple(errors))
    if errors:
        return report
    writer = Writer(parsed, references, user)
    try:
        with writing(), recorded(Actor(user, Source.IMPORT)):
            counts = writer.write()
            if dry_run:
                transaction.set_rollback(True)
            else:
                _announce(writer)
    except RefusedRowError as refusal:
        return _with_errors(report, refusal.error)
    except InvalidFieldError as refusal:
        return _with_errors(report, RowError(0, parsed.heading(refusal.field), refusal.message))
    return ImportReport(dry_run, report.column_map, report.lines, Counter(counts))


def _with_errors(report: ImportReport, error: RowError) -> ImportReport:
    return ImportReport(report.dry_run, report.column_map, report.lines, errors=(error,))


def _announce(writer: Writer) -> None:
    for objective_id, is_new in writer.touched.items():
        announce(
            Change.CREATED if is_new else Change.CHANGED,
            organization_id=writer.user.organization_id,
            objective_id=objective_id,
        )
