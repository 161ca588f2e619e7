"""What is described is what is sent."""

from collections.abc import Mapping

import pytest
from rest_framework.serializers import ListSerializer, Serializer

from conversations.api.outputs import JobOutput, MessageOutput, OkrOutput, SessionOutput
from conversations.api.render import job_json, message_json, okr_json, session_json
from conversations.values import JobStatus
from tests.builders import a_job, a_session

pytestmark = pytest.mark.django_db
DRAFT = {
    "objective": "Customers stay",
    "key_results": [
        {"text": "x", "kind": "metric", "direction": "increase", "baseline": 1.0, "target": 2.0, "unit": ""}
    ],
}


def assert_matches(description: object, document: object) -> None:
    """Compare the names on every level that the description spells out."""
    if isinstance(description, ListSerializer):
        assert isinstance(document, list)
        for one in document:
            assert_matches(description.child, one)
    elif isinstance(description, Serializer) and document is not None:
        assert isinstance(document, Mapping)
        assert set(document) == set(description.fields)
        for name, field in description.fields.items():
            if isinstance(field, Serializer | ListSerializer):
                assert_matches(field, document[name])


def test_a_session_is_as_described() -> None:
    session = a_session(draft=DRAFT, quality={"score": 1})

    assert_matches(SessionOutput(), session_json(session))
    assert_matches(OkrOutput(), okr_json(session))


@pytest.mark.parametrize("status", list(JobStatus))
def test_a_job_and_its_messages_are_as_described(status: JobStatus) -> None:
    job = a_job(status=status, cache={"status": "miss", "reason": "new", "age_seconds": None})

    assert_matches(JobOutput(), job_json(job))
    assert_matches(MessageOutput(), message_json(job.message))
