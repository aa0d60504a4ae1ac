"""What the worker refuses, said as Assay says it: the thing, the rule it broke and the way out."""

import json


class Refusal(Exception):
    """A mistake in the job or its data. `code` is stable: programs match on it."""

    def __init__(self, code: str, thing: str, rule: str, way_out: str) -> None:
        super().__init__(f"{code}: {thing}: {rule}. {way_out}.")
        self.code = f"ASSAY_TRAINING_{code}"
        self.thing = thing
        self.rule = rule
        self.way_out = way_out

    def line(self) -> str:
        """The one line that stdout carries before exit 1."""
        error = {"code": self.code, "thing": self.thing, "rule": self.rule, "wayOut": self.way_out}
        return json.dumps({"error": error}, ensure_ascii=False)
