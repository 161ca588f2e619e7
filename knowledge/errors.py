"""What can go wrong with OKRs; `code` is for machines, `retryable` for the retry policy."""


class KnowledgeError(Exception):
    """This cannot be done with an OKR."""

    code = "knowledge_error"
    retryable = False

    @property
    def message(self) -> str:
        """Say what happened, in a sentence a user may read."""
        return str(self.args[0]) if self.args else (self.__doc__ or "").strip()


class NotYoursError(KnowledgeError):
    """Only its owner, its team or staff may change this."""

    code = "permission_denied"


class InvalidFieldError(KnowledgeError):
    """A field's value cannot be."""

    code = "invalid"

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(field, sentence)

    @property
    def field(self) -> str:
        """Name the field."""
        return str(self.args[0])

    @property
    def message(self) -> str:
        """Say what is wrong with it."""
        return str(self.args[1])


class OkrConflictError(KnowledgeError):
    """The state of this OKR does not allow this."""

    code = "conflict"


class EndedError(OkrConflictError):
    """This is closed or archived; reopen it first."""

    code = "okr_ended"


class NotReadyToCloseError(OkrConflictError):
    """Some objectives still need an outcome and scores."""

    code = "not_ready_to_close"

    def __init__(self, unmet: tuple[str, ...]) -> None:
        super().__init__(unmet)

    @property
    def unmet(self) -> tuple[str, ...]:
        """Name each thing that is missing."""
        return tuple(self.args[0])

    @property
    def message(self) -> str:
        """Name each thing that is missing, as one text."""
        return " ".join(self.unmet)


class NoNextCycleError(OkrConflictError):
    """There is no open cycle to carry over into; name one."""

    code = "no_next_cycle"


class UnreadableFileError(KnowledgeError):
    """This file cannot be read as a table of objectives."""

    code = "unreadable_file"


class LibraryContentError(KnowledgeError):
    """An item of the library lacks something that is shown."""

    code = "library_content_invalid"
