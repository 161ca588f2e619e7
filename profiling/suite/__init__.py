"""The profiling suite: conversations held with a running stack, and measured."""
