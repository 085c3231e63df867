"""How good is it, against what? Batch answers over question sets, and the figures."""

from evals.metrics import Summary
from evals.questions import Question, read_questions
from evals.run import run

__all__ = ["Question", "Summary", "read_questions", "run"]
