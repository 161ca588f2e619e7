"""Pages that show settings and people's words are for a desk: off unless asked for, refused elsewhere."""

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from okrproject import env
from okrproject.env import LOCAL_HOSTS


def test_they_are_off_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEBUG", raising=False)

    assert env.debug(LOCAL_HOSTS, https=False) is False
    assert settings.DEBUG is False


def test_they_can_be_had_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "true")

    assert env.debug(["localhost", "127.0.0.1"], https=False) is True


@pytest.mark.parametrize(
    ("hosts", "https"), [(["okr.example.com"], False), (["localhost", "*"], False), (["localhost"], True)]
)
def test_they_are_refused_with_a_sentence_where_others_could_see_them(
    monkeypatch: pytest.MonkeyPatch, hosts: list[str], https: bool
) -> None:
    monkeypatch.setenv("DEBUG", "true")

    with pytest.raises(ImproperlyConfigured, match="DEBUG shows settings and what people wrote"):
        env.debug(hosts, https=https)
