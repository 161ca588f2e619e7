"""How a client sees an event: as a server-sent event, or as one JSON object."""

from uuid import UUID

import orjson

from conversations.events.values import Told, data_of

MEDIA_TYPE = "text/event-stream"
SIGN_OF_LIFE = b": still here\n\n"


def server_sent(told: Told) -> bytes:
    """Give the event in the format of `text/event-stream`."""
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (
        str(told.id).encode(),
        told.event.name.encode(),
        data_of(told.event),
    )


def retry_hint(milliseconds: int) -> bytes:
    """Tell the client how long to wait before it connects again."""
    return b"retry: %d\n\n" % milliseconds


def object_of(told: Told, job_id: UUID) -> bytes:
    """Give the event as one JSON object: its data, and beside it `type`, `id` and `job_id`."""
    head = orjson.dumps({"type": told.event.name, "id": str(told.id), "job_id": job_id})
    data = data_of(told.event)
    return head if data == b"{}" else head[:-1] + b"," + data[1:]
