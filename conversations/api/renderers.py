"""Responses as JSON, written by orjson."""

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

_encoder = JSONEncoder()
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


class QuickJSONRenderer(JSONRenderer):
    """Renders what `JSONRenderer` renders, in a fraction of its time; moments end in `Z`."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Give the document as UTF-8."""
        if data is None:
            return b""
        try:
            return orjson.dumps(data, default=_encoder.default, option=_OPTIONS)
        except orjson.JSONEncodeError:
            # A client's 1e29 comes back from PostgreSQL as a whole number beyond orjson's 64 bits.
            return super().render(data, accepted_media_type, renderer_context)
