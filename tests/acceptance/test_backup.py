"""A backup holds everything, comes back on a fresh stack, and overwrites nothing by accident."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.acceptance.stack import ROOT, RunningStack, running_stack
from tests.servers import outside_environment

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("supervisor")]


def manage(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=outside_environment() | {"OKR_DATA_DIR": str(data_dir)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def counts(stack: RunningStack) -> dict[str, int]:
    """Count the rows of every table, and what PostgreSQL itself keeps: triggers, constraints, vectors."""
    with psycopg.connect(stack.setting("DATABASE_URL")) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        found = {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()
            for (name,) in tables
            if name not in {"django_session", "django_celery_beat_periodictask", "knox_authtoken"}
        }
        kept = {
            "triggers": "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal",
            "constraints": "SELECT count(*) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
            "indexes": "SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'",
            "extensions": "SELECT count(*) FROM pg_extension",
        }
        found |= {name: connection.execute(query).fetchone() for name, query in kept.items()}
    return {name: int(row[0]) for name, row in found.items() if row}


def test_a_backup_comes_back_on_a_fresh_stack_with_all_that_was_in_it(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path / "kept.dump"
    with running_stack(tmp_path / "first") as first:
        session = first.open_session(title="To be kept")
        job = first.ended(first.send(session, "We want customers to stay longer"))
        made = manage(first.data_dir, "backup", str(file))
        assert made.returncode == 0, made.stderr
        before = counts(first)
        refused = manage(first.data_dir, "restore", str(file))
        assert "A stack is running" in refused.stderr
        said = first.transcript(session)
    assert file.stat().st_mode & 0o777 == 0o600

    fresh = tmp_path_factory.mktemp("second") / "var"
    restored = manage(fresh, "restore", str(file))
    assert restored.returncode == 0, restored.stderr
    again = manage(fresh, "restore", str(file))
    assert again.returncode == 1
    assert "not empty" in again.stderr

    with running_stack(fresh) as second:
        assert counts(second) == before
        assert second.ended(job["id"])["reply"] == job["reply"]
        assert second.transcript(session) == said
        # History and outbox are PostgreSQL's own work: they still do it.
        assert second.ended(second.send(session, "And to tell others"))["status"] == "succeeded"


def test_a_stopped_stack_is_backed_up_and_force_replaces_what_is_there(tmp_path: Path) -> None:
    file, data_dir = tmp_path / "kept.dump", tmp_path / "var"
    with running_stack(data_dir) as stack:
        stack.open_session(title="Before")

    assert manage(data_dir, "backup", str(file)).returncode == 0
    with running_stack(data_dir) as stack:
        stack.open_session(title="After")
        forced = manage(data_dir, "restore", str(file), "--force")
        assert forced.returncode == 0, forced.stderr
        titles = stack.query("SELECT string_agg(title, ',' ORDER BY title) FROM conversations_session")
        assert titles is not None
        assert "After" not in str(titles[0])
        assert "Before" in str(titles[0])
        assert stack.patiently("GET", "/sessions/").status == 200


def test_a_file_that_is_no_backup_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    file = tmp_path / "no.dump"
    file.write_text("This is no dump.")

    refused = manage(tmp_path / "var", "restore", str(file), "--force")

    assert refused.returncode == 1
    assert not (tmp_path / "var" / "postgres").exists()


def test_an_empty_folder_has_nothing_to_back_up(tmp_path: Path) -> None:
    refused = manage(tmp_path, "backup")

    assert refused.returncode == 1
    assert "There is no database" in refused.stderr
