"""How the benchmark ends if its figures would mean nothing."""


class BenchmarkFailed(Exception):
    """A figure would leave something out, or what was measured is not what it should be; the text says what."""
