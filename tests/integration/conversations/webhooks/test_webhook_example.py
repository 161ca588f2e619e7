"""The receiver that docs/webhooks.md shows takes what the server sends, and nothing else."""

import re
import threading
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from conversations.models import WebhookDelivery
from conversations.services.webhooks import create_endpoint, ping, redeliver
from conversations.webhooks.deliver import deliver_due
from okrproject.stack.private import free_ports
from tests.builders import an_organization

pytestmark = pytest.mark.django_db
DOCUMENT = Path(__file__).parents[4] / "docs" / "webhooks.md"


def example(secret: str) -> dict[str, Any]:
    """Run the page's only Python block as a module, with a secret that was shown."""
    (source,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), flags=re.S)
    names: dict[str, Any] = {"__name__": "example"}
    exec(source.replace("whsec_…", secret), names)
    return names


def test_the_documented_receiver_verifies_and_knows_repetitions(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    port = free_ports(1)[0]
    made = create_endpoint(organization=an_organization(), url=f"http://127.0.0.1:{port}/okr", by=None)
    with HTTPServer(("127.0.0.1", port), example(made.secret)["Receiver"]) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            ping(made.endpoint)
            deliver_due(made.endpoint.pk)
            redeliver(WebhookDelivery.objects.get())
            deliver_due(made.endpoint.pk)
        finally:
            server.shutdown()
            thread.join(5)

    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, [one["status"] for one in delivery.tries]) == ("delivered", [204, 204])
    assert capsys.readouterr().out.count("webhook.ping") == 1
