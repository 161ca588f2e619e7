"""Every key of the cache: what a request is, who may share its answer, what the answer depends on.

The fingerprint is made of the request as it would go over the wire, so whatever is added to a request
is in its key without anybody remembering to put it there.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.db.models import TextChoices

from conversations.llm.catalogue import family
from conversations.llm.client import ModelRequest
from conversations.llm.discreet import OURS
from conversations.llm.wire_request import streamed
from conversations.prompt.blocks import USERS_WORDS
from conversations.prompt.wording import PROMPT_VERSION
from conversations.values import Prompt, PromptSection, Role, Turn
from knowledge.rubric import RUBRIC_VERSION

# Raise it when the same answer of the model comes to mean something else to the pipeline.
PIPELINE_VERSION: Final = "1"
PREFIX: Final = "okr:cache:"
# The user's own angle brackets are escaped, so what looks like a tag is the fence.
_AROUND_FENCE: Final = re.compile(r"\s*(<[^<>]*>)\s*")
_SHOWN_DIGITS: Final = 16


class ScopeKind(TextChoices):
    """Among whom an answer may be shared."""

    ORGANIZATION = "organization"
    USER = "user"
    GLOBAL = "global"


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose question it is."""

    organization_id: UUID
    user_id: UUID
    session_id: UUID


@dataclass(frozen=True, slots=True)
class Scope:
    """The circle within which one answer serves all."""

    kind: ScopeKind
    circle: str

    @classmethod
    def of(cls, kind: ScopeKind, asker: Asker) -> "Scope":
        """Draw the circle around the asker; every circle but the global one ends at the organization."""
        circles = {
            ScopeKind.ORGANIZATION: f"organization:{asker.organization_id}",
            ScopeKind.USER: f"user:{asker.organization_id}:{asker.user_id}",
            ScopeKind.GLOBAL: "global",
        }
        return cls(kind, circles[kind])


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What was asked, as one digest, and a short digest of each part for explanations."""

    digest: str
    components: Mapping[str, str]

    def name_in(self, scope: Scope) -> str:
        """Give the entry's name: the same question in another circle is another entry."""
        return f"{scope.circle}:{self.digest}"


def fingerprint_of(request: ModelRequest, *, library: int | None = None) -> Fingerprint:
    """Take the fingerprint of the effective request and of the versions behind it."""
    folded = replace(request, prompt=folded_prompt(request.prompt))
    body = streamed(folded)
    versions: dict[str, object] = {
        "version.prompt": request.prompt.version,
        "version.wording": PROMPT_VERSION,
        "version.rubric": RUBRIC_VERSION,
        "version.pipeline": PIPELINE_VERSION,
        "version.library": library,
    }
    whole = _digest({"body": body, **versions})
    parts = _parts(body, folded.prompt) | versions
    digests = {name: _digest(part)[:_SHOWN_DIGITS] for name, part in parts.items()}
    for section in request.prompt.system:
        digest = _digest_of_ours if section.name in OURS else _digest
        digests[f"system.{section.name}"] = digest(section.text)[:_SHOWN_DIGITS]
    return Fingerprint(whole, digests)


def folded_prompt(prompt: Prompt) -> Prompt:
    """Give the prompt with the user's words in one spelling: composed characters, single spaces."""
    return replace(
        prompt,
        history=tuple(
            Turn(one.role, folded(one.content)) if one.role is Role.USER else one for one in prompt.history
        ),
        turn=tuple(_folded_section(one) for one in prompt.turn),
    )


def folded(text: str) -> str:
    """Compose the characters (NFC) and make every stretch of white space one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _folded_section(section: PromptSection) -> PromptSection:
    if section.name != USERS_WORDS:
        return section
    return replace(section, text=_AROUND_FENCE.sub(r"\1", folded(section.text)))


def tags_of(asker: Asker, request: ModelRequest, scope: Scope) -> tuple[str, ...]:
    """Name what the answer depends on; a bump of any of these makes the entry a miss.

    An entry that an organization shares does not depend on the session it was first asked in: the
    session's context is in the prompt, so a change of it asks another question.
    """
    own = (f"session:{asker.session_id}",) if scope.kind is ScopeKind.USER else ()
    return (
        EVERYTHING,
        LIBRARY,
        f"model:{family(request.model)}",
        f"prompt:{request.prompt.version}",
        f"rubric:{RUBRIC_VERSION}",
        f"organization:{asker.organization_id}",
        okr_tag(asker.organization_id),
        user_tag(asker.user_id),
        *own,
    )


EVERYTHING: Final = "everything"
LIBRARY: Final = "library"


def okr_tag(organization_id: UUID | str) -> str:
    """Name the OKRs of an organization."""
    return f"okr:org:{organization_id}"


def user_tag(user_id: UUID | str) -> str:
    """Name the user whose words an answer was made from."""
    return f"user:{user_id}"


def _parts(body: Mapping[str, object], prompt: Prompt) -> dict[str, object]:
    parts = {name: part for name, part in body.items() if name not in ("system", "messages")}
    parts["history"] = [[one.role.value, one.content] for one in prompt.history]
    return parts | {f"turn.{one.name}": one.text for one in prompt.turn}


@lru_cache(maxsize=256)
def _digest_of_ours(text: str) -> str:
    """Take the digest of one of our own texts, which stay the same; nobody's words are remembered."""
    return _digest(text)


def _digest(part: object) -> str:
    # JSON in ASCII: half a surrogate pair in a user's text must not stop the request.
    canonical = json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
