"""YAML as the corpus uses it: dates stay text, and nothing is overwritten in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from corpus.errors import CorpusError

_DATE = "tag:yaml.org,2002:timestamp"


class _Loader(yaml.SafeLoader):
    """Without three habits of PyYAML that do not help the author of a document.

    It turns dates into objects, fails on the 30th of February without a line, and lets the second
    of two equal keys win.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own name and type
        first: [(tag, pattern) for tag, pattern in resolvers if tag != _DATE]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping, unless a key stands twice."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                told = f"같은 항목이 두 번 있습니다: {key.value}"
                raise yaml.MarkedYAMLError(problem=told, problem_mark=key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def parse(text: str, file: Path, *, what: str, first_line: int = 1) -> Any:  # noqa: ANN401
    """The content of a YAML text.

    Args:
        text: the text.
        file: where it comes from, for the error.
        what: what it is, in Korean with its particle, for the error ("머리글이").
        first_line: the line of ``file`` on which ``text`` starts.

    Raises:
        CorpusError: it is not YAML, or a key stands twice.
    """
    try:
        return yaml.load(text, _Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + (mark.line if mark else 0)
        problem = getattr(error, "problem", None)
        told = f" ({problem})" if problem else ""
        raise CorpusError(f"{what} 올바른 YAML이 아닙니다{told}", file=file, line=line) from error
