"""What a fit returns, whatever the family."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Fitted:
    """The artefact as bytes, and the fitting library's own margins (log odds of bad) of the rows to check."""

    format: Literal["xgboost-json", "assay.scorecard"]
    file: str
    artefact: bytes
    check_margins: NDArray[np.floating]
    fit_seconds: float
    notes: dict[str, object]
