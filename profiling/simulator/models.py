"""The models the simulator answers for."""

from dataclasses import dataclass

_CREATED = "2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class ModelCard:
    """What the service tells about one model; shorter prefixes than `cached_from` tokens are not cached."""

    id: str
    display_name: str
    line: str
    cached_from: int
    max_tokens: int = 64_000
    max_input_tokens: int = 200_000

    def as_json(self) -> dict[str, object]:
        """The entry in the list of models."""
        return {
            "type": "model",
            "id": self.id,
            "display_name": self.display_name,
            "line": self.line,
            "lifecycle": "active",
            "created_at": _CREATED,
            "max_tokens": self.max_tokens,
            "max_input_tokens": self.max_input_tokens,
        }


MODELS: dict[str, ModelCard] = {
    card.id: card
    for card in (
        ModelCard("claude-opus-5-5", "Claude Opus 5.5", "opus", 512),
        ModelCard("claude-sonnet-5-5", "Claude Sonnet 5.5", "sonnet", 1_024),
        ModelCard("claude-haiku-5-5", "Claude Haiku 5.5", "haiku", 4_096),
        ModelCard("claude-opus-5", "Claude Opus 5", "opus", 512),
        ModelCard("claude-sonnet-5", "Claude Sonnet 5", "sonnet", 1_024),
        ModelCard("claude-opus-4-6", "Claude Opus 4.6", "opus", 4_096),
        ModelCard("claude-sonnet-4-6", "Claude Sonnet 4.6", "sonnet", 1_024),
        ModelCard("claude-haiku-4-5", "Claude Haiku 4.5", "haiku", 4_096),
    )
}
