"""How good is it, against what? Batch answers over question sets, and the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evals.figures import Figures
    from evals.questions import Question, read_questions
    from evals.records import Record
    from evals.runner import Run, run

__all__ = ["Figures", "Question", "Record", "Run", "read_questions", "run"]

# Importing this package does no work: the libraries of the metrics load with the first name used.
_LAZY = {
    "Figures": "evals.figures",
    "Question": "evals.questions",
    "Record": "evals.records",
    "Run": "evals.runner",
    "read_questions": "evals.questions",
    "run": "evals.runner",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the lazy name is
    if name not in _LAZY:
        raise AttributeError(f"module 'evals' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LAZY[name]), name)
