"""The API against its own description: generated requests, valid and invalid."""

from collections.abc import Iterator
from typing import Any, cast
from uuid import UUID

import pytest
import schemathesis
from django.contrib.auth.models import Permission
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, assume, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from conversations.services.webhooks import create_endpoint, ping
from conversations.values import JobStatus
from knowledge.models import User
from okrproject.wsgi import application
from tests.builders import a_job, a_session, a_user, an_api_key

EXAMPLES = 10
# The first takes our real key for a generated one (test_api_access covers what it looks for); for the
# second, a description cannot say all that is checked: bytes, blanks, null characters, cursors.
UNSUITABLE = [ignored_auth, positive_data_acceptance]

# Too large is a refusal as well; schemathesis's own list leaves 413 out and takes it for acceptance.
REFUSALS = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 429]
config = schemathesis.Config.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}}
)
described = schemathesis.openapi.from_wsgi("/api/schema/?format=json", application, config=config)
operations = [cast("Any", result).ok() for result in described.get_all_operations()]


@pytest.fixture(autouse=True)
def kept_connection() -> Iterator[None]:
    """Keep the test's transaction open where a server would give its connection back."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def aim(case: Any, person: User) -> None:
    """Let ids that are ids name things that exist; generated ones would only ever be missing."""
    session = a_session(person)
    endpoint = create_endpoint(
        organization=person.organization, url=f"https://hooks.example.com/{session.pk}", by=person
    ).endpoint
    things = {
        "session_id": session.pk,
        "job_id": a_job(session, status=JobStatus.FAILED).pk,
        "webhook_id": endpoint.pk,
        "delivery_id": ping(endpoint).pk,
    }
    for name in things.keys() & (case.path_parameters or {}).keys():
        if is_id(case.path_parameters[name]):
            case.path_parameters[name] = str(things[name])


def is_left_empty(case: Any) -> bool:
    """Say whether a filter is there without a value: forms send that, and it filters nothing."""
    return any(value == "" for value in (case.query or {}).values())


def is_id(value: object) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True


@pytest.mark.django_db
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", operations, ids=lambda operation: operation.label)
def test_the_server_keeps_its_description(operation: Any, mode: GenerationMode) -> None:
    person = a_user()
    person.user_permissions.set(Permission.objects.filter(content_type__model="webhookendpoint"))
    headers = {"Authorization": f"Bearer {an_api_key(person)}"}

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def holds(case: Any) -> None:
        assume(not is_left_empty(case))
        aim(case, person)
        case.validate_response(case.call(headers=headers), excluded_checks=UNSUITABLE)

    holds()
