"""What a process that runs for long asks of its interpreter."""

import gc


def settle_in() -> None:
    """Leave what is loaded by now out of all garbage collections; call it once, when everything is.

    Django, its models and the admin are several hundred thousand objects that live as long as the process.
    Each full collection walked through all of them, a tenth of a second in which no thread ran.
    """
    gc.collect()
    gc.freeze()
