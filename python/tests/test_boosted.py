import hashlib
import json

import numpy as np
import pytest
import xgboost

from tests.conftest import COLUMNS, XGBOOST, Bench, portfolio


@pytest.fixture
def booster(bench: Bench) -> xgboost.Booster:
    loaded = xgboost.Booster()
    loaded.load_model(bytearray(bench.fit("model.json")))
    return loaded


def test_same_bytes_whatever_the_threads(bench: Bench) -> None:
    first = bench.fit("model.json", threads=1)
    assert bench.fit("model.json", threads=1) == first
    assert bench.fit("model.json", threads=2) == first
    assert bench.fit("model.json", seed=8) != first


def test_risk_follows_the_declared_direction(booster: xgboost.Booster) -> None:
    rng = np.random.default_rng(3)
    for column, direction in ((0, 1), (1, 1), (2, -1)):
        for _ in range(50):
            grid = np.tile([rng.poisson(1), rng.random(), rng.random(), rng.normal()], (60, 1))
            grid[:, column] = np.linspace(-1, 8, 60)
            margins = booster.predict(xgboost.DMatrix(grid, feature_names=COLUMNS), output_margin=True)
            assert (np.diff(margins) * direction >= 0).all()


def test_result_says_what_was_fitted(bench: Bench) -> None:
    artefact = bench.fit("model.json")
    result = bench.result()
    table = portfolio().to_pydict()
    fitting = [label for label, split in zip(table["label"], table["split"], strict=True) if split == "train"]
    assert result["artefact"] == {
        "file": "model.json",
        "format": "xgboost-json",
        "sha256": hashlib.sha256(artefact).hexdigest(),
    }
    assert (result["rows"], result["positives"]) == (len(fitting), sum(fitting))
    assert result["columns"] == json.loads(artefact)["learner"]["feature_names"] == COLUMNS
    assert result["libraries"]["xgboost-cpu"] == xgboost.__version__
    assert 0 <= result["fitSeconds"] <= result["seconds"]


def test_check_holds_the_margins_of_the_first_validation_rows(bench: Bench, booster: xgboost.Booster) -> None:
    table = portfolio()
    validation = np.array(table["split"].to_pylist()) == "validation"
    values = np.column_stack([table[column].to_numpy() for column in COLUMNS])[validation]
    margins = booster.predict(xgboost.DMatrix(values, feature_names=COLUMNS), output_margin=True)
    written = np.array(bench.result("check.json")["margins"])
    assert written.tolist() == margins.astype(float).tolist()


def test_a_flipped_label_turns_the_model_round(bench: Bench) -> None:
    bench.fit("model.json", family=XGBOOST | {"monotone": False}, flipLabels=True)
    table = portfolio()
    validation = np.array(table["split"].to_pylist()) == "validation"
    labels = np.array(table["label"].to_pylist())[validation]
    margins = np.array(bench.result("check.json")["margins"])
    assert margins[labels == 1].mean() < margins[labels == 0].mean() - 0.5


def test_plain_stops_where_validation_stops_improving(bench: Bench) -> None:
    bench.fit("model.json", family={"kind": "xgboost-plain"})
    assert 1 <= bench.result()["notes"]["trees"] < 100
