"""The JSON Schema of results.json, for other tools: made from the records, kept beside this module in results.schema.json.

python -m grader.scores.results_schema      writes that file; run it when a record has changed
"""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import msgspec

from grader.scores.atomic import replace_file
from grader.scores.record_text import may_be_absent, records_in
from grader.scores.results import SCHEMA_VERSION, ResultsFile

FILE = Path(__file__).with_name("results.schema.json")


def schema_text() -> str:
    """Return the schema as the file holds it: what ``grader score`` writes, to which fields may be added."""
    (root,), kinds = msgspec.json.schema_components([ResultsFile], ref_template="#/$defs/{name}")
    for kind in records_in(ResultsFile):
        described = kinds[kind.__name__]
        described["description"] = inspect.cleandoc(described["description"])  # msgspec 0.22 keeps the indentation
        described["required"] = [name for name in described["properties"] if name not in may_be_absent(kind)]
        for value in described["properties"].values():
            value.pop("default", None)  # it is the record's, and no promise about the file
    kinds["ResultsFile"]["properties"]["schema_version"] = {"const": SCHEMA_VERSION}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "results.json of grader score"}
    return json.dumps(head | root | {"$defs": kinds}, indent=1) + "\n"


if __name__ == "__main__":
    replace_file(FILE, schema_text())
