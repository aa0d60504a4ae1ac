"""JSON lines of progress on stdout, and the places where a run may stop.

A line says `{"stage", "done", "total", "unit"}`; the parent takes silence for a hang, so each stage reports as it goes.
Stopping is asked for by a signal; the handler raises where Python can, and `checkpoint` catches what native code
swallowed.
"""

import json
import os
import signal
import sys
from types import FrameType

TERMINATED = 128 + signal.SIGTERM
INTERRUPTED = 128 + signal.SIGINT


class Stopped(SystemExit):
    """Raised by a signal; leaves with 143 or 130 and nothing half-written."""


class Stop:
    """Remembers that a signal asked this process to stop, and whose child it was."""

    def __init__(self) -> None:
        self.code: int | None = None
        self.parent = os.getppid()

    def listen(self) -> None:
        """Takes SIGTERM and SIGINT from here on."""
        signal.signal(signal.SIGTERM, self._heard)
        signal.signal(signal.SIGINT, self._heard)

    def checkpoint(self) -> None:
        """Leaves if a signal was heard, or if the parent died: an orphan's work is wanted by nobody."""
        if self.code is None and os.getppid() != self.parent:
            self.code = TERMINATED
        if self.code is not None:
            raise Stopped(self.code)

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        self.code = 128 + number
        raise Stopped(self.code)


stop = Stop()


def report(stage: str, done: int, total: int, unit: str) -> None:
    """Writes one line of progress; also a place to stop."""
    stop.checkpoint()
    say({"stage": stage, "done": done, "total": total, "unit": unit})


def say(line: dict[str, object]) -> None:
    """Writes one JSON line to stdout, at once."""
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()
