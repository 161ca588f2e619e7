"""OKRs in and out: import from tables, export for people and programs."""

from knowledge.exchange.gather import records_of
from knowledge.exchange.importing import ImportReport, import_objectives
from knowledge.exchange.records import CheckInRecord, KeyResultRecord, ObjectiveRecord
from knowledge.exchange.render import Format, Rendered, render_okr, render_okrs

__all__ = [
    "CheckInRecord",
    "Format",
    "ImportReport",
    "KeyResultRecord",
    "ObjectiveRecord",
    "Rendered",
    "import_objectives",
    "records_of",
    "render_okr",
    "render_okrs",
]
