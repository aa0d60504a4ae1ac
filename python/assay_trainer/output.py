"""Writes what a run leaves behind. Each file appears whole or not at all, and result.json appears last."""

import hashlib
import json
import os
import platform
import tempfile
from importlib.metadata import version
from pathlib import Path

from assay_trainer.fitted import Fitted
from assay_trainer.job import VERSION, Job
from assay_trainer.progress import stop
from assay_trainer.refusal import Refusal
from assay_trainer.table import Rows

LIBRARIES = ("numpy", "pyarrow", "scikit-learn", "scipy", "xgboost-cpu")


def write_result(job: Job, fitted: Fitted, fitting: Rows, seconds: float) -> None:
    """Writes the artefact, the check margins and result.json into the job's folder."""
    check = json.dumps({"version": VERSION, "margins": [float(margin) for margin in fitted.check_margins]})
    result = {
        "version": VERSION,
        "artefact": {
            "file": fitted.file,
            "format": fitted.format,
            "sha256": hashlib.sha256(fitted.artefact).hexdigest(),
        },
        "columns": list(job.columns),
        "rows": len(fitting.labels),
        "positives": fitting.positives,
        "seconds": seconds,
        "fitSeconds": fitted.fit_seconds,
        "libraries": {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES},
        "check": {"file": "check.json", "rows": len(fitted.check_margins)},
        "notes": fitted.notes,
    }
    try:
        job.out.mkdir(parents=True, exist_ok=True)
        _write(job.out / fitted.file, fitted.artefact)
        _write(job.out / "check.json", check.encode())
        _write(job.out / "result.json", json.dumps(result, allow_nan=False).encode())
    except OSError as error:
        raise Refusal(
            "NOT_WRITTEN",
            str(job.out),
            f"a run writes its result here ({error.strerror})",
            "Make room or give it another folder",
        ) from error


def _write(path: Path, content: bytes) -> None:
    stop.checkpoint()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
