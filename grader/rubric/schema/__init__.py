"""The JSON Schema of rubrics, by which editors complete and check them.

In:   the models.
Out:  one text, the same for the same models.
Pure: no files, no kernels. `python -m grader.rubric.schema` writes the file.
"""

import json

from grader.model.rubric import Rubric

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> str:
    """The schema as sorted, indented JSON with a newline at its end."""
    content = Rubric.model_json_schema(by_alias=True)
    content |= {"$schema": DIALECT, "title": "A rubric of the grader"}
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
