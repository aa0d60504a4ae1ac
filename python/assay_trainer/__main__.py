"""`python -m assay_trainer job.json`: exit 0 done, 1 refused or failed, 2 usage, 130 or 143 stopped."""

import sys
from pathlib import Path

from assay_trainer.progress import stop
from assay_trainer.refusal import Refusal


def main(arguments: list[str]) -> int:
    """Runs one job file."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m assay_trainer job.json\n")
        return 2
    # Signals are taken first, heavy libraries loaded after: they take seconds.
    from assay_trainer.job import read_job  # noqa: PLC0415
    from assay_trainer.train import train  # noqa: PLC0415

    try:
        train(read_job(Path(arguments[0])))
    except Refusal as refusal:
        sys.stdout.write(refusal.line() + "\n")
        return 1
    return 0


if __name__ == "__main__":
    stop.listen()
    sys.exit(main(sys.argv[1:]))
