"""The cache server: scripts of the response cache, on a server that may be late or lost."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from conversations.scripts import PATIENCE_SECONDS, Argument, Reply, Script, ScriptServer, scripts_in
from conversations.scripts import ServerUnavailableError as CacheUnavailableError

__all__ = ["Argument", "CacheServer", "CacheUnavailableError", "Reply", "scripts_in"]

_OUR_SCRIPTS: Final = scripts_in(Path(__file__).with_name("lua"))


class CacheServer(ScriptServer):
    """Runs scripts, by default the response cache's; raises CacheUnavailableError without the server."""

    def __init__(
        self,
        url: str,
        *,
        patience: float = PATIENCE_SECONDS,
        scripts: Mapping[str, Script] = _OUR_SCRIPTS,
    ) -> None:
        super().__init__(url, scripts, patience=patience)
