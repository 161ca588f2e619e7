"""What a receiver is sent: one JSON document of ids and states, without anybody's words."""

from datetime import UTC, datetime
from uuid import UUID

import orjson


def message_id(delivery_id: UUID) -> str:
    """Give the id that stays the same however often the message is sent."""
    return f"msg_{delivery_id.hex}"


def body(*, event: str, occurred_at: datetime, data: dict[str, object]) -> bytes:
    """Write the document: `type`, `timestamp` and `data`."""
    moment = occurred_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return orjson.dumps({"type": event, "timestamp": moment, "data": data})
