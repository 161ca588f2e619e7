"""The request of the Messages API: parsed once, refused with the service's words where it is wrong."""

import hashlib
from dataclasses import dataclass

import orjson

from profiling.simulator.errors import ApiError, JsonObject, invalid
from profiling.simulator.models import MODELS
from profiling.simulator.usage import (
    IMAGE_TOKENS,
    MAX_BREAKPOINTS,
    MESSAGE_FRAME_TOKENS,
    TTL_SECONDS,
    PromptBlock,
    estimated_tokens,
)

KNOWN_FIELDS = frozenset(
    {
        "model",
        "max_tokens",
        "messages",
        "system",
        "stream",
        "output_config",
        "thinking",
        "tools",
        "tool_choice",
    }
    | {"metadata", "stop_sequences", "service_tier", "cache_control", "container", "diagnostics"}
    | {"inference_geo", "speed", "user_profile_id", "workspace_id"}
)
THINKING_TYPES = ("adaptive", "disabled", "enabled")
EFFORTS = ("low", "medium", "high", "xhigh", "max")
MIN_THINKING_BUDGET = 1_024
MAX_MESSAGES = 100_000


@dataclass(frozen=True)
class Turn:
    """One message of the conversation, its text blocks joined."""

    role: str
    text: str


@dataclass(frozen=True)
class MessagesRequest:
    """A valid request."""

    model: str
    max_tokens: int
    stream: bool
    system: str
    turns: tuple[Turn, ...]
    blocks: tuple[PromptBlock, ...]
    schema: JsonObject | None
    stop_sequences: tuple[str, ...]
    request_hash: str

    @property
    def last_user_text(self) -> str:
        """The text of the last user message."""
        return next((turn.text for turn in reversed(self.turns) if turn.role == "user"), "")

    @property
    def input_tokens(self) -> int:
        """The estimated size of the whole prompt."""
        return sum(block.tokens for block in self.blocks)


def parse_json(body: bytes) -> JsonObject:
    """Parse the body, which must be a JSON object."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError as exc:
        raise invalid(f"The request body is not valid JSON: {exc}") from exc
    if not isinstance(data, dict):
        raise invalid("The request body must be a JSON object")
    return data


def parse_request(body: bytes, *, counting: bool = False) -> MessagesRequest:
    """Parse and validate a body; when only counting tokens, max_tokens is not asked for."""
    data = parse_json(body)
    for name in data:
        if name not in KNOWN_FIELDS:
            raise invalid(f"{name}: Extra inputs are not permitted")
    model = _model(data)
    max_tokens = 0 if counting else _max_tokens(data)
    _check_thinking(data, max_tokens=max_tokens, counting=counting)
    turns, message_blocks = _messages(data)
    system, system_blocks = _blocks(data.get("system", ""), where="system", role="system")
    blocks = (*_tools(data), *system_blocks, *message_blocks)
    if sum(1 for block in blocks if block.ttl) > MAX_BREAKPOINTS:
        raise invalid(f"A maximum of {MAX_BREAKPOINTS} blocks with cache_control may be provided.")
    stream = data.get("stream", False)
    if not isinstance(stream, bool):
        raise invalid("stream: Input should be a valid boolean")
    schema, stops = _schema(data), _stop_sequences(data)
    digest = hashlib.sha256(_canonical(data).encode()).hexdigest()
    return MessagesRequest(model, max_tokens, stream, system, turns, blocks, schema, stops, digest)


def _canonical(data: JsonObject) -> str:
    """The JSON with its keys in order, so that the same content always reads the same."""
    try:
        return orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError as exc:
        raise invalid("The request body is nested too deeply") from exc


def _model(data: JsonObject) -> str:
    model = data.get("model")
    if model is None:
        raise invalid("model: Field required")
    if not isinstance(model, str) or not model:
        raise invalid("model: Input should be a valid string")
    if model not in MODELS:
        raise ApiError("not_found", f"model: {model}")
    return model


def _max_tokens(data: JsonObject) -> int:
    value = data.get("max_tokens")
    if value is None:
        raise invalid("max_tokens: Field required")
    if not isinstance(value, int) or isinstance(value, bool):
        raise invalid("max_tokens: Input should be a valid integer")
    if value < 0:
        raise invalid("max_tokens: Input should be greater than or equal to 0")
    limit = MODELS[str(data["model"])].max_tokens
    if value > limit:
        raise invalid(f"max_tokens: {value} > {limit}, which is the maximum for {data['model']}")
    return value


def _check_thinking(data: JsonObject, *, max_tokens: int, counting: bool) -> None:
    thinking = data.get("thinking")
    if thinking is None:
        return
    if not isinstance(thinking, dict) or thinking.get("type") not in THINKING_TYPES:
        raise invalid(f"thinking.type: Input should be one of {', '.join(THINKING_TYPES)}")
    budget = thinking.get("budget_tokens")
    if thinking["type"] != "enabled":
        return
    if not isinstance(budget, int) or budget < MIN_THINKING_BUDGET:
        raise invalid(f"thinking.budget_tokens: Input should be at least {MIN_THINKING_BUDGET}")
    if not counting and budget >= max_tokens:
        raise invalid("max_tokens must be greater than thinking.budget_tokens")


def _messages(data: JsonObject) -> tuple[tuple[Turn, ...], list[PromptBlock]]:
    messages = data.get("messages")
    if messages is None:
        raise invalid("messages: Field required")
    if not isinstance(messages, list):
        raise invalid("messages: Input should be a valid list")
    if not messages:
        raise invalid("messages: at least one message is required")
    if len(messages) > MAX_MESSAGES:
        raise invalid(f"messages: at most {MAX_MESSAGES} messages are allowed")
    turns: list[Turn] = []
    blocks: list[PromptBlock] = []
    for index, message in enumerate(messages):
        turn, parts = _message(message, index=index)
        turns.append(turn)
        blocks += parts
    if turns[0].role != "user":
        raise invalid('messages: first message must use the "user" role')
    if turns[-1].role == "assistant":
        raise invalid("This model does not support assistant message prefill.")
    return tuple(turns), blocks


def _message(message: object, *, index: int) -> tuple[Turn, list[PromptBlock]]:
    where = f"messages.{index}"
    if not isinstance(message, dict):
        raise invalid(f"{where}: Input should be an object")
    role = message.get("role")
    if role not in ("user", "assistant", "system"):
        raise invalid(f"{where}.role: Input should be 'user' or 'assistant'")
    if "content" not in message:
        raise invalid(f"{where}.content: Field required")
    text, blocks = _blocks(message["content"], where=f"{where}.content", role=str(role))
    if not blocks:
        raise invalid(f"{where}: {role} messages must have non-empty content")
    first = blocks[0]
    framed = PromptBlock(first.identity, first.tokens + MESSAGE_FRAME_TOKENS, first.ttl)
    return Turn(str(role), text), [framed, *blocks[1:]]


def _blocks(content: object, *, where: str, role: str) -> tuple[str, list[PromptBlock]]:
    """Read content, which is a string or a list of blocks, into its text and its cacheable pieces."""
    if isinstance(content, str):
        block = PromptBlock(f"{role}\ntext\n{content}", estimated_tokens(content))
        return content, [block] if content else []
    if not isinstance(content, list):
        raise invalid(f"{where}: Input should be a valid string or list")
    texts: list[str] = []
    blocks: list[PromptBlock] = []
    for index, item in enumerate(content):
        text, block = _block(item, where=f"{where}.{index}", role=role)
        texts.append(text)
        blocks.append(block)
    return "\n".join(filter(None, texts)), blocks


def _block(item: object, *, where: str, role: str) -> tuple[str, PromptBlock]:
    if not isinstance(item, dict) or not isinstance(item.get("type"), str):
        raise invalid(f"{where}.type: Field required")
    ttl = _ttl(item, where=where)
    if item["type"] == "text":
        text = item.get("text")
        if not isinstance(text, str):
            raise invalid(f"{where}.text: Field required")
        if not text.strip():
            raise invalid(f"{where}.text: text content blocks must be non-empty")
        return text, PromptBlock(f"{role}\ntext\n{text}", estimated_tokens(text), ttl)
    bare = {name: value for name, value in item.items() if name != "cache_control"}
    identity = _canonical(bare)
    tokens = IMAGE_TOKENS if item["type"] in ("image", "document") else estimated_tokens(identity)
    return "", PromptBlock(f"{role}\n{identity}", tokens, ttl)


def _ttl(item: JsonObject, *, where: str) -> str | None:
    control = item.get("cache_control")
    if control is None:
        return None
    if not isinstance(control, dict) or control.get("type") != "ephemeral":
        raise invalid(f"{where}.cache_control.type: Input should be 'ephemeral'")
    ttl = control.get("ttl", "5m")
    if not isinstance(ttl, str) or ttl not in TTL_SECONDS:
        raise invalid(f"{where}.cache_control.ttl: Input should be '5m' or '1h'")
    return ttl


def _tools(data: JsonObject) -> list[PromptBlock]:
    tools = data.get("tools", [])
    if not isinstance(tools, list):
        raise invalid("tools: Input should be a valid list")
    blocks = []
    for index, tool in enumerate(tools):
        if not isinstance(tool, dict):
            raise invalid(f"tools.{index}: Input should be an object")
        bare = {name: value for name, value in tool.items() if name != "cache_control"}
        identity = _canonical(bare)
        ttl = _ttl(tool, where=f"tools.{index}")
        blocks.append(PromptBlock(f"tool\n{identity}", estimated_tokens(identity), ttl))
    return blocks


def _schema(data: JsonObject) -> JsonObject | None:
    config = data.get("output_config") or {}
    if not isinstance(config, dict):
        raise invalid("output_config: Input should be an object")
    if config.get("effort") not in (None, *EFFORTS):
        raise invalid(f"output_config.effort: Input should be one of {', '.join(EFFORTS)}")
    form = config.get("format")
    if form is None:
        return None
    if not isinstance(form, dict) or form.get("type") != "json_schema":
        raise invalid("output_config.format.type: Input should be 'json_schema'")
    schema = form.get("schema")
    if not isinstance(schema, dict):
        raise invalid("output_config.format.schema: Field required")
    _canonical(schema)
    if _has_open_object(schema):
        raise invalid("output_config.format.schema: 'additionalProperties' must be explicitly set to false")
    return schema


def _has_open_object(schema: object) -> bool:
    """Whether any object in the schema may have members it does not name."""
    if isinstance(schema, list):
        return any(_has_open_object(part) for part in schema)
    if not isinstance(schema, dict):
        return False
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        return True
    return any(_has_open_object(part) for part in schema.values())


def _stop_sequences(data: JsonObject) -> tuple[str, ...]:
    stops = data.get("stop_sequences") or []
    if not isinstance(stops, list) or not all(isinstance(stop, str) and stop.strip() for stop in stops):
        raise invalid("stop_sequences: each stop sequence must contain non-whitespace")
    return tuple(stops)
