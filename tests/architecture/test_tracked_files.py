"""What git ignores it does not track, too: a link that was tracked once replaced every environment."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_no_ignored_file_is_tracked() -> None:
    # Outside of a repository, as in an unpacked archive, there is nothing to be tracked.
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert listed.stdout == ""
