"""A process that runs for long."""

import gc

from okrproject.interpreter import settle_in


def test_what_is_loaded_is_left_out_of_garbage_collections() -> None:
    loaded = [{"model": number} for number in range(1_000)]
    try:
        settle_in()

        assert not any(one is loaded[0] for one in gc.get_objects())
        assert gc.get_freeze_count() > len(loaded)
    finally:
        gc.unfreeze()
