"""XGBoost's own predictor on the same model and rows: margins, and microseconds for a row and for all at once."""

import json
import sys
import time
from pathlib import Path

import numpy as np
import xgboost as xgb

folder = Path(sys.argv[1])
booster = xgb.Booster(model_file=str(folder / "model.json"))
booster.set_param({"nthread": 1})
rows = np.fromfile(folder / "rows.f64").reshape(-1, int(sys.argv[2]))
booster.feature_names = None

single = []
for row in rows[:500]:
    began = time.perf_counter()
    booster.inplace_predict(row.reshape(1, -1), predict_type="margin")
    single.append((time.perf_counter() - began) * 1e6)
began = time.perf_counter()
margins = booster.inplace_predict(rows, predict_type="margin")
batch = (time.perf_counter() - began) * 1e6 / len(rows)
print(json.dumps({"single": float(np.median(single)), "batch": batch, "margins": margins.tolist()}))
