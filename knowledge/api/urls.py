"""Routes under `/api/v1/` for OKRs and knowledge."""

from django.urls import URLPattern, URLResolver, path

from knowledge.api.assessments import AssessmentView
from knowledge.api.cycles import CarryOverView, CycleCloseView, CycleListView, CycleView
from knowledge.api.exchange import ObjectiveExportView, ObjectiveImportView
from knowledge.api.initiatives import InitiativeListView, InitiativeView
from knowledge.api.key_results import CheckInListView, CheckInView, KeyResultListView, KeyResultView
from knowledge.api.objectives import (
    ObjectiveArchiveView,
    ObjectiveCloseView,
    ObjectiveListView,
    ObjectiveView,
)
from knowledge.api.suggestions import SuggestionFeedbackView, SuggestionsView

urlpatterns: list[URLPattern | URLResolver] = [
    path("assessments/", AssessmentView.as_view(), name="assessments"),
    path("cycles/", CycleListView.as_view(), name="cycles"),
    path("cycles/<uuid:id>/", CycleView.as_view(), name="cycle"),
    path("cycles/<uuid:id>/close/", CycleCloseView.as_view(), name="cycle-close"),
    path("cycles/<uuid:id>/carry-over/", CarryOverView.as_view(), name="cycle-carry-over"),
    path("objectives/", ObjectiveListView.as_view(), name="objectives"),
    path("objectives/import/", ObjectiveImportView.as_view(), name="objectives-import"),
    path("objectives/export/", ObjectiveExportView.as_view(), name="objectives-export"),
    path("objectives/<uuid:id>/", ObjectiveView.as_view(), name="objective"),
    path("objectives/<uuid:id>/close/", ObjectiveCloseView.as_view(), name="objective-close"),
    path("objectives/<uuid:id>/archive/", ObjectiveArchiveView.as_view(), name="objective-archive"),
    path("key-results/", KeyResultListView.as_view(), name="key-results"),
    path("key-results/<uuid:id>/", KeyResultView.as_view(), name="key-result"),
    path("check-ins/", CheckInListView.as_view(), name="check-ins"),
    path("check-ins/<uuid:id>/", CheckInView.as_view(), name="check-in"),
    path("initiatives/", InitiativeListView.as_view(), name="initiatives"),
    path("initiatives/<uuid:id>/", InitiativeView.as_view(), name="initiative"),
    path("knowledge/suggestions/", SuggestionsView.as_view(), name="suggestions"),
    path(
        "knowledge/suggestions/<slug:slug>/feedback/",
        SuggestionFeedbackView.as_view(),
        name="suggestion-feedback",
    ),
]
