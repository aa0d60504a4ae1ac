import json
import math
from typing import Any

import numpy as np
import pytest

from assay_trainer.binning import Shape, bin_feature, midway
from assay_trainer.job import Direction
from assay_trainer.table import MISSING_KINDS
from tests.conftest import COLUMNS, SCORECARD, Bench, portfolio


def margin(card: dict[str, Any], values: list[float | None], kinds: list[int]) -> float:
    """The document read word for word, the slow way."""
    total: float = card["intercept"]
    for characteristic in card["characteristics"]:
        at = COLUMNS.index(characteristic["column"])
        value = values[at]
        if value is None:
            missing = characteristic["missing"]
            total += missing["byKind"].get(MISSING_KINDS[kinds[at] - 1], missing["term"])
        else:
            total += next(b["term"] for b in characteristic["bins"] if b["below"] is None or value < b["below"])
    return total


def card_of(bench: Bench, **changes: object) -> dict[str, Any]:
    card: dict[str, Any] = json.loads(bench.fit("scorecard.json", family=SCORECARD, **changes))
    return card


def test_document_agrees_with_the_library(bench: Bench) -> None:
    card = card_of(bench)
    rows = [row for row in portfolio().to_pylist() if row["split"] == "validation"]
    margins = bench.result("check.json")["margins"]
    assert len(margins) == len(rows)
    for row, expected in zip(rows, margins, strict=True):
        values, kinds = [row[c] for c in COLUMNS], [row[f"{c}__missing"] for c in COLUMNS]
        assert math.isclose(margin(card, values, kinds), expected, rel_tol=1e-12)


def test_same_bytes_whatever_the_threads(bench: Bench) -> None:
    first = bench.fit("scorecard.json", family=SCORECARD, threads=1)
    assert bench.fit("scorecard.json", family=SCORECARD, threads=2) == first


def test_terms_follow_the_declared_direction(bench: Bench) -> None:
    card = card_of(bench)
    terms = {c["column"]: [b["term"] for b in c["bins"]] for c in card["characteristics"]}
    assert (np.diff(terms["applicant.lateCount"]) > 0).all()
    assert (np.diff(terms["applicant.utilisation"]) > 0).all()
    assert (np.diff(terms["applicant.paidShare"]) < 0).all()
    assert all(len(bins) <= SCORECARD["bins"] for bins in terms.values())  # type: ignore[operator]


def test_a_kind_of_missing_has_its_own_term(bench: Bench) -> None:
    utilisation = next(c for c in card_of(bench)["characteristics"] if c["column"] == "applicant.utilisation")
    by_kind = utilisation["missing"]["byKind"]
    assert set(by_kind) == {"no history", "not applicable"}
    assert by_kind["no history"] > utilisation["missing"]["term"] > by_kind["not applicable"]


def test_against_the_declared_direction_nothing_is_left(bench: Bench) -> None:
    directed = {"columns": COLUMNS[:1], "monotone": {COLUMNS[0]: 1}}
    card = card_of(bench, flipLabels=True, **directed)
    assert card["characteristics"] == []


def test_bins_split_at_the_edge_itself() -> None:
    rng = np.random.default_rng(5)
    # Neighbouring doubles, which float32 cannot tell apart.
    base = np.array([0.1, math.nextafter(0.1, 1), 16_777_217.0, 16_777_218.0])
    values = np.repeat(base, 200)
    labels = (rng.random(800) < np.repeat([0.05, 0.35, 0.65, 0.95], 200)).astype(np.int8)
    binning = bin_feature(values, np.zeros(800, dtype=np.uint8), labels, Shape(1, 4))
    assert binning.rows.tolist() == [200, 200, 200, 200]
    rate = labels.mean()
    for value, below, count in zip(base, [*binning.below, None], range(4), strict=True):
        assert below is None or value < below <= base[count + 1]
        bads = labels[values == value].sum()
        evidence = math.log((bads + rate) / (200 - bads + 1 - rate)) - math.log(rate / (1 - rate))
        assert binning.evidence(np.array([value]), np.zeros(1, dtype=np.uint8))[0] == evidence
    edges = np.array(binning.below)
    at_edge = binning.evidence(edges, np.zeros(3, dtype=np.uint8))
    assert at_edge.tolist() == binning.woe[1:].tolist()
    just_below = binning.evidence(np.nextafter(edges, -np.inf), np.zeros(3, dtype=np.uint8))
    assert just_below.tolist() == binning.woe[:-1].tolist()


def test_midway_is_above_one_and_not_above_the_other() -> None:
    rng = np.random.default_rng(6)
    lows = np.concatenate([rng.normal(size=500) * 10.0 ** rng.integers(-300, 300, 500), [-0.0, 5e-324, -5e-324, 1e308]])
    for low in lows.tolist():
        for high in (math.nextafter(low, math.inf), low + abs(low), 1.7e308):
            if low < high:
                assert low < midway(low, high) <= high


@pytest.mark.parametrize("direction", [1, -1])
def test_bins_never_break_the_direction(direction: Direction) -> None:
    rng = np.random.default_rng(8)
    for _ in range(40):
        values = rng.integers(0, 30, 400).astype(float)
        labels = (rng.random(400) < rng.random(30)[values.astype(int)]).astype(np.int8)
        woe = bin_feature(values, np.zeros(400, dtype=np.uint8), labels, Shape(direction, 8)).woe
        assert (np.diff(woe) * direction > 0).all()


def test_a_column_without_values_weighs_nothing() -> None:
    values, kinds = np.full(400, np.nan), np.full(400, 2, dtype=np.uint8)
    binning = bin_feature(values, kinds, (np.arange(400) % 3 == 0).astype(np.int8), Shape(1, 4))
    assert (binning.below.tolist(), binning.woe.tolist(), binning.rows.tolist()) == ([], [0.0], [0])
    np.testing.assert_allclose(
        binning.evidence(np.array([1.0, np.nan]), np.array([0, 2], dtype=np.uint8)), 0, atol=1e-12
    )


def test_few_missing_rows_weigh_nothing() -> None:
    values, labels = np.arange(400.0), (np.arange(400) % 3 == 0).astype(np.int8)
    values[:3] = np.nan
    kinds = np.isnan(values).astype(np.uint8)
    binning = bin_feature(values, kinds, labels, Shape(0, 4))
    assert (binning.missing_woe, dict(binning.kind_woe)) == (0.0, {})
