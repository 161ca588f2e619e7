"""Reads the fields of a JSON object, naming the place of whatever is wrong."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self, TypeVar

from knowledge.errors import LibraryContentError

Choice = TypeVar("Choice", bound=StrEnum)
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object and where it was found."""

    values: Mapping[str, object]
    place: str

    @classmethod
    def of(cls, value: object, place: str) -> Self:
        """Take a JSON value that must be an object."""
        if not isinstance(value, Mapping):
            raise LibraryContentError(f"{place} must be an object.")
        return cls(value, place)

    def value(self, name: str) -> object:
        """Give a field that must be present."""
        if name not in self.values:
            raise LibraryContentError(f"{self.place} lacks {name}.")
        return self.values[name]

    def text(self, name: str) -> str:
        """Give a text that must not be blank."""
        found = self.value(name)
        if not isinstance(found, str) or not found.strip():
            raise LibraryContentError(f"{self.place}.{name} must be a text.")
        return found

    def choice(self, name: str, choices: type[Choice]) -> Choice:
        """Give a text that must be one of a closed set."""
        found = self.text(name)
        try:
            return choices(found)
        except ValueError as exc:
            known = ", ".join(sorted(choices))
            raise LibraryContentError(f"{self.place}.{name} must be one of {known}.") from exc

    def listed(self, name: str) -> Iterator[tuple[object, str]]:
        """Give the entries of a list with the place of each."""
        found = self.value(name)
        if not isinstance(found, list | tuple):
            raise LibraryContentError(f"{self.place}.{name} must be a list.")
        for at, entry in enumerate(found):
            yield entry, f"{self.place}.{name}[{at}]"

    def texts(self, name: str) -> tuple[str, ...]:
        """Give a list of texts."""
        entries = tuple(self.listed(name))
        for entry, place in entries:
            if not isinstance(entry, str) or not entry.strip():
                raise LibraryContentError(f"{place} must be a text.")
        return tuple(str(entry) for entry, _ in entries)

    def each(self, name: str, read: Callable[["Fields"], Value]) -> tuple[Value, ...]:
        """Give a list of objects, each read by the given function."""
        return tuple(read(Fields.of(entry, place)) for entry, place in self.listed(name))

    def inner(self, name: str) -> "Fields":
        """Give a field that must be an object itself."""
        return Fields.of(self.value(name), f"{self.place}.{name}")
