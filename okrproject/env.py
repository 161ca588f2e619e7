"""The environment: the only place where variables are read."""

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
STACK_FILE = "stack.env"
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})

_env = environ.Env()


def data_dir() -> Path:
    """Give the folder that holds the running stack's files (`OKR_DATA_DIR`, default `var`)."""
    return Path(os.environ.get("OKR_DATA_DIR") or BASE_DIR / "var").resolve()


def load_files() -> frozenset[str]:
    """Read `.env` and the running stack's addresses; what the process already has wins.

    Give the names that only the running stack set: a second stack must not take them for chosen.
    """
    environ.Env.read_env(BASE_DIR / ".env")
    chosen = frozenset(os.environ)
    environ.Env.read_env(data_dir() / STACK_FILE)
    return frozenset(os.environ) - chosen


def text(name: str, default: str = "") -> str:
    """Read a text; empty counts as absent."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """Read a yes or no."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")


def number(name: str, default: float, *, least: float = 0, most: float | None = None) -> float:
    """Read a number within bounds."""
    value = text(name)
    if not value:
        return default
    try:
        parsed = float(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, not {value!r}.") from None
    if parsed < least or (most is not None and parsed > most) or parsed != parsed:
        bounds = f"at least {least:g}" if most is None else f"between {least:g} and {most:g}"
        raise ImproperlyConfigured(f"{name} must be {bounds}, not {value}.")
    return parsed


def whole(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """Read a whole number within bounds."""
    parsed = number(name, default, least=least, most=most)
    if parsed != int(parsed):
        raise ImproperlyConfigured(f"{name} must be a whole number, not {parsed}.")
    return int(parsed)


def choice(name: str, allowed: tuple[str, ...], default: str) -> str:
    """Read one of a few words."""
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
    return value


def words(name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Read a comma-separated list."""
    value = text(name)
    return tuple(part.strip() for part in value.split(",") if part.strip()) if value else default


def url(name: str, schemes: tuple[str, ...], default: str = "") -> str:
    """Read an address whose scheme is one of those given."""
    value = text(name, default)
    if value and value.split("://", 1)[0] not in schemes:
        raise ImproperlyConfigured(f"{name} must start with {' or '.join(f'{s}://' for s in schemes)}.")
    return value


def networks(name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Read a comma-separated list of networks in CIDR notation."""
    try:
        return tuple(ip_network(part) for part in words(name))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must list networks such as 10.0.0.0/8: {error}.") from None


def debug(hosts: Iterable[str], *, https: bool) -> bool:
    """Read `DEBUG`, and refuse it where others than this machine could see its pages."""
    wanted = flag("DEBUG", default=False)
    if wanted and (https or not LOCAL_HOSTS.issuperset(hosts)):
        raise ImproperlyConfigured(
            "DEBUG shows settings and what people wrote to whoever causes an error: it is refused with HTTPS,"
            " and when ALLOWED_HOSTS names more than this machine."
        )
    return wanted


@dataclass(frozen=True, slots=True)
class Secret:
    """The signing key, and whether somebody chose it."""

    value: str
    chosen: bool


def secret_key() -> Secret:
    """Read `SECRET_KEY`; without one, keep a random one per data folder, for local use only."""
    chosen = text("SECRET_KEY")
    if chosen:
        return Secret(chosen, chosen=True)
    kept = data_dir() / "secret-key"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        draft = kept.with_name(f"secret-key.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, kept)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return Secret(kept.read_text(), chosen=False)


def database(address: str) -> dict[str, str]:
    """Turn `postgres://user:password@host:port/name` into Django's parts."""
    parts = _env.db_url_config(address)
    return {key: str(parts.get(key) or "") for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
