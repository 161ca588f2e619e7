"""What the caller asked of the supervisor."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """One stack: where it listens, where it keeps its files and how many processes it has."""

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8000
    worker_processes: int = 2
    worker_threads: int = 100
    demo_data: bool = True

    @property
    def base_url(self) -> str:
        """Give the address of the site for programs on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared  # nosec B104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"
