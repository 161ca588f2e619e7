"""The embedded PostgreSQL lives in awkward folders, and comes back after any death."""

import os
import signal
import stat
from pathlib import Path

import psutil
import psycopg
import pytest

from okrproject.stack.postgres import Postgres
from okrproject.stack.postgres_home import find_home
from okrproject.stack.private import free_ports
from tests.servers import serve


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """A data folder that only its owner may enter, with a name to trip over."""
    folder = tmp_path / 'it\'s a "private" folder'
    folder.mkdir(mode=0o700)
    return folder


def a_server(data_dir: Path, *, durable: bool = False) -> Postgres:
    return Postgres(find_home(data_dir), free_ports(1)[0], "a-password", durable=durable)


def note(server: Postgres, word: str) -> None:
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (word text)")
        connection.execute("INSERT INTO note VALUES (%s)", [word])


def notes(server: Postgres) -> list[str]:
    with psycopg.connect(server.url()) as connection:
        return [row[0] for row in connection.execute("SELECT word FROM note")]


def test_a_private_folder_keeps_its_permissions_and_its_data(private: Path) -> None:
    before = [stat.S_IMODE(place.stat().st_mode) for place in (private, *private.parents)]
    first = a_server(private)
    with serve(first):
        note(first, "kept")

    second = a_server(private)
    with serve(second):
        assert notes(second) == ["kept"]

    assert second.home == first.home
    assert [stat.S_IMODE(place.stat().st_mode) for place in (private, *private.parents)] == before


def test_the_server_never_runs_as_root(private: Path) -> None:
    server = a_server(private)

    with serve(server) as process:
        assert psutil.Process(process.pid).uids().effective != 0
        assert stat.S_IMODE(server.home.cluster.stat().st_mode) == 0o700


def test_a_wrong_password_and_none_are_refused(private: Path) -> None:
    server = a_server(private)

    with serve(server):
        for url in (server.url().replace("a-password", "wrong"), server.url().replace(":a-password", "")):
            with pytest.raises(psycopg.OperationalError), psycopg.connect(url):
                pass


def test_it_comes_back_after_a_kill_of_the_server_and_all_its_children(private: Path) -> None:
    first = a_server(private, durable=True)
    with serve(first) as process:
        note(first, "kept")
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        for member in family:
            member.kill()
        psutil.wait_procs(family, timeout=10)

    second = a_server(private)
    with serve(second):
        assert notes(second) == ["kept"]


def test_a_stale_number_of_another_process_does_not_stop_it(private: Path) -> None:
    first = a_server(private)
    with serve(first) as process:
        record = first.home.cluster / "postmaster.pid"
        lines = record.read_text().split("\n")
        process.kill()
        process.wait(10)
    record.write_text("\n".join([str(os.getppid()), *lines[1:]]))

    with serve(a_server(private)) as process:
        assert process.poll() is None


def test_a_server_that_outlived_its_supervisor_is_stopped_first(private: Path) -> None:
    leftover = a_server(private)
    with serve(leftover) as process:
        note(leftover, "kept")
        successor = a_server(private)

        with serve(successor):
            assert process.poll() is not None
            assert notes(successor) == ["kept"]


def test_half_a_cluster_from_an_interrupted_start_is_made_anew(private: Path) -> None:
    server = a_server(private)
    draft = server.home.make_draft()
    (draft / "PG_VERSION").write_text("18\n")

    with serve(server):
        note(server, "written")

    assert not draft.exists()


def test_a_strict_umask_does_not_matter(private: Path) -> None:
    before = os.umask(0o077)
    try:
        server = a_server(private)
        with serve(server):
            note(server, "written")
    finally:
        os.umask(before)


def test_it_does_not_outlive_its_parent(private: Path) -> None:
    server = a_server(private)

    assert server.launch().orphaned is signal.SIGINT
    assert server.launch().stop is signal.SIGINT
