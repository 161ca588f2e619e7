"""OKRs in and out over REST."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from knowledge.api.base import OkrView
from knowledge.api.fields import StrictInput
from knowledge.api.filters import ObjectiveFilter
from knowledge.api.problems import COMMON, problems
from knowledge.exchange import Format, ImportReport, import_objectives, records_of, render_okrs
from knowledge.exchange.reading import MAX_BYTES, MAX_LINES
from knowledge.models import Objective
from knowledge.selectors import objectives_for_export, objectives_of

MAX_EXPORTED = 5_000


class ImportInput(StrictInput):
    """A file to import."""

    file = serializers.FileField(
        max_length=255,
        help_text=f"CSV, XLSX or our JSON; at most {MAX_BYTES // 1024} KiB and {MAX_LINES} lines.",
    )
    dry_run = serializers.BooleanField(default=False, help_text="Only say what would happen.")


class RowErrorOutput(serializers.Serializer[Any]):
    """One thing wrong in a file."""

    line = serializers.IntegerField(help_text="The file's line; 1 is the header, 0 the file as a whole.")
    column = serializers.CharField(help_text="The column, as the file names it.")
    detail = serializers.CharField()


class CountsOutput(serializers.Serializer[Any]):
    """How many of each."""

    objectives = serializers.IntegerField()
    key_results = serializers.IntegerField()
    check_ins = serializers.IntegerField()


class ImportOutput(serializers.Serializer[Any]):
    """What an import did, or would do."""

    dry_run = serializers.BooleanField()
    column_map = serializers.CharField(help_text="The column map chosen by the file's header.")
    lines = serializers.IntegerField()
    created = CountsOutput()
    updated = CountsOutput()
    unchanged = CountsOutput()
    errors = RowErrorOutput(many=True)  # type: ignore[assignment]  # DRF's word too.


class ObjectiveImportView(OkrView[Objective]):
    """The way in."""

    serializer_class = ImportOutput
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="objectives_import",
        request={"multipart/form-data": ImportInput},
        parameters=COMMON,
        responses={200: ImportOutput, **problems(body=True)},
    )
    def post(self, request: Request) -> HttpResponse:
        """Import objectives, key results and check-ins: all of the file or nothing, and twice is once.

        Rows are known again by their external id. Mistakes are listed with line and column: a dry run
        answers 200 with them, an import answers 400 and has written nothing.
        """
        wanted = self.checked(ImportInput, request)
        file = wanted["file"]
        if file.size > MAX_BYTES:
            raise ValidationError({"file": [f"A file holds at most {MAX_BYTES // 1024} KiB."]})
        report = import_objectives(file.read(), user=self.person, dry_run=wanted["dry_run"])
        if report.errors and not report.dry_run:
            raise ValidationError({"file": _by_line(report)})
        return Response(report.as_json())


class AnyFormat(BaseContentNegotiation):
    """Takes `?format=` as the export's format, whatever the client says it accepts."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Give the first parser; an export has no body."""
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Give the first renderer; it writes problems only."""
        return renderers[0], renderers[0].media_type


class ObjectiveExportView(OkrView[Objective]):
    """The way out."""

    queryset = Objective.objects.all()
    serializer_class = ImportOutput
    filterset_class = ObjectiveFilter
    content_negotiation_class = AnyFormat

    @extend_schema(
        operation_id="objectives_export",
        parameters=[
            OpenApiParameter("format", OpenApiTypes.STR, enum=[one.value for one in Format], default="json"),
            *COMMON,
        ],
        responses={
            (200, "application/json"): OpenApiTypes.OBJECT,
            (200, "text/markdown"): OpenApiTypes.BINARY,
            (200, "text/csv"): OpenApiTypes.BINARY,
            (200, "application/pdf"): OpenApiTypes.BINARY,
            (200, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"): OpenApiTypes.BINARY,
            **problems(400),
        },
        filters=True,
    )
    def get(self, request: Request) -> HttpResponse:
        """Export the objectives that match the filters; JSON, CSV and XLSX can be imported again."""
        form = _format_of(request)
        ids = list(
            self.filter_queryset(objectives_of(self.person))
            .order_by()
            .values_list("pk", flat=True)[: MAX_EXPORTED + 1]
        )
        if len(ids) > MAX_EXPORTED:
            raise ValidationError(f"An export holds at most {MAX_EXPORTED} objectives; filter them.")
        file = render_okrs(records_of(objectives_for_export(Objective.objects.filter(pk__in=ids))), form)
        return HttpResponse(
            file.content,
            content_type=file.media_type,
            headers={"Content-Disposition": f'attachment; filename="{file.filename}"'},
        )


def _format_of(request: Request) -> Format:
    try:
        return Format(request.query_params.get("format", Format.JSON))
    except ValueError:
        refusal = ValidationError(f"Expected one of {', '.join(Format)}.")
        refusal.pointer = "query:format"  # type: ignore[attr-defined]  # read where problems are written.
        raise refusal from None


def _by_line(report: ImportReport) -> dict[str, dict[str, list[str]]]:
    """Order mistakes so that each pointer reads `/file/line/column`."""
    lines: dict[str, dict[str, list[str]]] = {}
    for one in report.errors:
        lines.setdefault(str(one.line), {}).setdefault(one.column, []).append(one.detail)
    return lines
