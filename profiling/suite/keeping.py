"""Keep what was measured while a run goes on."""

import json
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from profiling.files import write_text
from profiling.suite.document import document_of
from profiling.suite.runner import Measured

# A long run's file takes long to write: the writing may take a twentieth of the run, not more.
_SHARE = 20


class ResultsFile:
    """The results file of one run, written anew as often as that is cheap, and at the end."""

    def __init__(self, path: Path, environment: Mapping[str, str], *, at: datetime) -> None:
        self._path = path
        self._environment = environment
        self._at = at
        self._due = 0.0

    def keep(self, measured: Measured) -> None:
        """Write what there is, unless writing was expensive a short while ago."""
        if time.monotonic() >= self._due:
            began = time.monotonic()
            self.write(measured, complete=False)
            ended = time.monotonic()
            self._due = ended + (ended - began) * _SHARE

    def write(self, measured: Measured, *, complete: bool) -> None:
        """Write the whole file; raises ProfilingError where that cannot be."""
        document = document_of(measured, self._environment, at=self._at, complete=complete)
        write_text(self._path, json.dumps(document, indent=1) + "\n")
