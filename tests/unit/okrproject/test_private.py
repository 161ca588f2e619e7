"""Secrets stay the same and private; ports are free and out of the kernel's way."""

import socket
from pathlib import Path

from okrproject.stack.private import free_ports, is_free, kept_secret, obstacle, write_private


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "secret"

    first, second = kept_secret(path), kept_secret(path)

    assert first == second
    assert len(first) >= 32
    assert path.stat().st_mode & 0o777 == 0o600


def test_writing_replaces_whatever_was_there(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("readable by all")
    path.chmod(0o644)

    write_private(path, "new")

    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_free_ports_are_different_free_and_below_those_of_outgoing_connections() -> None:
    ports = free_ports(3)

    assert len(set(ports)) == 3
    assert all(is_free("127.0.0.1", port) and port < 32768 for port in ports)


def test_a_port_in_use_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        sentence = obstacle("127.0.0.1", port)

    assert sentence == f"Port {port} on 127.0.0.1 is taken; choose another with --port."


def test_an_address_that_is_not_ours_is_another_sentence() -> None:
    assert "No server can listen on 192.0.2.1" in (obstacle("192.0.2.1", 8000) or "")
