"""The rubric's version: a fingerprint of the sources that decide scores and findings."""

from hashlib import sha256
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent


def _fingerprint() -> str:
    digest = sha256()
    for source in sorted(HERE.rglob("*.py")):
        digest.update(source.relative_to(HERE).as_posix().encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


#: Any change to code or data changes it, so no cached answer outlives the rubric it was given under.
RUBRIC_VERSION: Final = _fingerprint()
