"""Writes `src/training/fixtures/isotonic-sklearn.json`: what scikit-learn's IsotonicRegression makes of small samples.

Run by hand from `python/`: `python -m tests.isotonic_fixture`. Assay's own fit is tested against it, and pytest checks
that the file still says what scikit-learn says.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.isotonic import IsotonicRegression

FIXTURE = Path(__file__).parent.parent.parent / "src" / "training" / "fixtures" / "isotonic-sklearn.json"


def case(name: str, margins: list[float], labels: list[int], weights: list[float] | None) -> dict[str, object]:
    """One sample and its fit."""
    fit = IsotonicRegression(out_of_bounds="clip").fit(margins, labels, sample_weight=weights)
    return {
        "name": name,
        "margins": margins,
        "labels": labels,
        "weights": weights,
        "thresholds": fit.X_thresholds_.tolist(),
        "levels": fit.y_thresholds_.tolist(),
    }


def cases() -> list[dict[str, object]]:
    """Smooth, tied, weighted, reversed and separated samples."""
    rng = np.random.default_rng(20051003)
    margins = np.round(rng.normal(-1.2, 1.1, 300), 6)
    labels = (rng.random(300) < 1 / (1 + np.exp(-1.3 * margins))).astype(int)
    tied = np.round(margins * 2) / 2
    weights = np.round(rng.uniform(0.25, 4, 300), 2)
    small = [-2.0, -1.0, 0.0, 1.0]
    return [
        case("smooth", margins.tolist(), labels.tolist(), None),
        case("tied", tied.tolist(), labels.tolist(), None),
        case("weighted", margins.tolist(), labels.tolist(), weights.tolist()),
        case("tied and weighted", tied.tolist(), labels.tolist(), weights.tolist()),
        case("reversed", small, [1, 1, 0, 0], None),
        case("separated", small, [0, 0, 1, 1], None),
        case("one margin", [0.5, 0.5, 0.5], [0, 1, 0], None),
    ]


if __name__ == "__main__":
    FIXTURE.write_text(json.dumps({"version": 1, "cases": cases()}) + "\n", encoding="utf-8")
