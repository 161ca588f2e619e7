"""Commands of the profiling app."""
