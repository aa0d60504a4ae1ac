import json

import numpy as np

from tests.isotonic_fixture import FIXTURE, cases


def test_the_fixture_says_what_scikit_learn_says() -> None:
    committed = json.loads(FIXTURE.read_text(encoding="utf-8"))["cases"]
    fresh = json.loads(json.dumps(cases()))
    assert [case["name"] for case in committed] == [case["name"] for case in fresh]
    for old, new in zip(committed, fresh, strict=True):
        assert old["margins"] == new["margins"]
        for part in ("thresholds", "levels"):
            np.testing.assert_allclose(old[part], new[part], rtol=1e-12, atol=0)
