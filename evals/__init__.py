"""How good is it, against what? Batch answers over question sets, and the figures."""

from evals.questions import Question, read_questions
from evals.run import Summary, run

__all__ = ["Question", "Summary", "read_questions", "run"]
