"""What can go wrong when time is measured."""


class ProfilingError(Exception):
    """Profiling cannot go on; the message says what to do."""


class ResultsError(ProfilingError):
    """A results file is not what it should be; the message names the place."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(where, problem)
        self.where = where
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}"
