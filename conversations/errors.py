"""What can go wrong in a conversation; `code` is for machines, `retryable` for the retry policy."""

from decimal import Decimal


class ConversationError(Exception):
    """The conversation could not go on."""

    code = "conversation_error"
    retryable = False
    cost_usd = Decimal(0)  #: What the call is known to have cost: the provider's own counts, no guess.

    @property
    def message(self) -> str:
        """Say what happened, in a sentence a user may read."""
        return str(self.args[0]) if self.args else (self.__doc__ or "").strip()


class ConflictError(ConversationError):
    """The state of things does not allow this."""

    code = "conflict"


class SessionBusyError(ConflictError):
    """An earlier message of this session is still being answered."""

    code = "session_busy"


class IdempotencyKeyReusedError(ConflictError):
    """This idempotency key was used before with another request."""

    code = "idempotency_key_reused"


class JobFinishedError(ConflictError):
    """The job has ended and is never overwritten."""

    code = "job_finished"


class JobNotRetryableError(ConflictError):
    """Only a failed or cancelled job can be retried."""

    code = "job_not_retryable"


class TransitionRefusedError(ConflictError):
    """The session may not enter this phase yet."""

    code = "transition_refused"

    def __init__(self, unmet: tuple[str, ...]) -> None:
        super().__init__(unmet)
        self.unmet = unmet

    @property
    def message(self) -> str:
        """Name each unmet condition."""
        return " ".join(self.unmet)


class PromptRefusedError(ConflictError):
    """This wording cannot be used."""

    code = "prompt_refused"


class PromptInUseError(ConflictError):
    """This prompt version is in use."""

    code = "prompt_in_use"


class ExperimentRefusedError(ConflictError):
    """This experiment cannot do that."""

    code = "experiment_refused"


class AttemptEndedError(ConversationError):
    """This attempt must write nothing more; the row has moved on without it."""

    code = "attempt_ended"


class LeaseLostError(AttemptEndedError):
    """Another attempt has taken this job over."""

    code = "lease_lost"


class CancelledError(AttemptEndedError):
    """The user asked to stop."""

    code = "cancelled"


class ModelError(ConversationError):
    """The model did not answer."""

    code = "model_error"
    retryable = True
    may_fall_back = False  #: Whether another model may answer what this one did not.

    def __init__(self, message: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip(), retry_after)

    @property
    def retry_after(self) -> float | None:
        """Give the wait the provider asked for, in seconds."""
        value = self.args[1] if len(self.args) > 1 else None
        return value if isinstance(value, float) else None

    def __reduce__(self) -> tuple[object, ...]:
        """Survive pickling with the keyword argument."""
        return (_rebuild, (type(self), self.args[0], self.retry_after))


def _rebuild(kind: type[ModelError], message: str, retry_after: float | None) -> ModelError:
    return kind(message, retry_after=retry_after)


class RateLimitedError(ModelError):
    """The provider limits our rate."""

    code = "rate_limited"
    may_fall_back = True


class OverloadedError(ModelError):
    """The provider is overloaded."""

    code = "overloaded"
    may_fall_back = True


class ProviderFailedError(ModelError):
    """The provider failed on its side."""

    code = "provider_failed"
    may_fall_back = True


class ConnectionLostError(ModelError):
    """The connection to the provider broke."""

    code = "connection_lost"


class ModelTimeoutError(ModelError):
    """The model took too long."""

    code = "timed_out"


class StalledError(ModelTimeoutError):
    """The model went silent in the middle of its answer."""

    code = "stalled"


class IncompleteAnswerError(ModelError):
    """The answer ended before it was complete."""

    code = "incomplete_answer"


class InvalidAnswerError(ModelError):
    """The answer is not of the agreed form."""

    code = "invalid_answer"


class RecitedInstructionsError(ModelError):
    """The answer recited the coach's own instructions and was stopped."""

    code = "recited_instructions"


class RefusedError(ModelError):
    """The model declined to answer this message."""

    code = "refused"
    retryable = False


class RequestRejectedError(ModelError):
    """The provider rejected the request."""

    code = "request_rejected"
    retryable = False


class ModelUnavailableError(RequestRejectedError):
    """The provider does not offer this model."""

    code = "model_unavailable"
    may_fall_back = True


class SpendLimitError(ModelError):
    """The provider's spending limit is reached."""

    code = "spend_limit"
    retryable = False


class CredentialsRejectedError(ModelError):
    """The provider rejected our credentials."""

    code = "credentials_rejected"
    retryable = False


class HeldBackError(ModelError):
    """The provider is being spared; no call was made, and the message waits for it."""

    code = "held_back"


class BreakerOpenError(HeldBackError):
    """The provider has failed too often and is left alone for a while; the message waits."""

    code = "breaker_open"
    may_fall_back = True


class LimitReachedError(HeldBackError):
    """As much is asked of the provider as may be; the message waits."""

    code = "limit_reached"


class RetryBudgetSpentError(HeldBackError):
    """Too many calls are being repeated; the message waits for its turn."""

    code = "retry_budget_spent"


class UnexpectedError(ConversationError):
    """The server failed unexpectedly while answering."""

    code = "unexpected"
    retryable = True


class AttemptsExhaustedError(ConversationError):
    """The workers that tried to answer died every time."""

    code = "attempts_exhausted"


class DeadlineExceededError(ConversationError):
    """Answering took longer than a job may take."""

    code = "deadline_exceeded"


class ExpiredError(ConversationError):
    """The message waited too long to be answered."""

    code = "expired"


class WaitTooLongError(ConversationError):
    """So many messages wait that this one would not be answered in good time."""

    code = "too_busy"

    def __init__(self, retry_after: float) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after

    @property
    def message(self) -> str:
        """Say what the client may do."""
        return f"{(self.__doc__ or '').strip()} Send it again in {self.retry_after:.0f} s."


class BudgetExhaustedError(ConversationError):
    """The organization has spent what it may spend on answers today."""

    code = "budget_exhausted"

    def __init__(self, retry_after: float) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after

    @property
    def message(self) -> str:
        """Say what the client may do."""
        return f"{(self.__doc__ or '').strip()} The next day begins in {self.retry_after:.0f} s."


class NotCachedError(ConversationError):
    """The request wanted a cached answer only, and there is none."""

    code = "not_cached"
