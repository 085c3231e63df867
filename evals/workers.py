"""Questions answered by all cores, in order, a few at a time: memory does not grow with the set."""

from __future__ import annotations

import itertools
import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor

from assistant.models import Answer
from assistant.pipeline import Assistant
from assistant.settings import Settings
from corpus import QuestionError
from evals.examine import Examined
from evals.questions import Question
from evals.records import Ranked, Record
from evals.scoring import score

_GROUP = 16  # questions a task: about a fifth of a second of work
_AHEAD = 3  # tasks a worker that are waiting or done but not yet written
# The assistant of a worker process: opened once, when the process starts.
_opened: list[Examined] = []


def answered(
    questions: Iterable[Question], settings: Settings, workers: int, bot: Examined | None = None
) -> Iterator[list[str]]:
    """Records as JSON lines, in the order of ``questions``, a group at a time.

    Args:
        questions: each with its time.
        settings: of the product.
        workers: processes; with one, and with a ``bot``, this process answers.
        bot: answers instead of the product.
    """
    groups = _groups(questions)
    if bot or workers == 1:
        bot = bot or Examined(settings)
        yield from ([record(bot, question).model_dump_json() for question in g] for g in groups)
        return
    pool = ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),  # threads of native runtimes do not fork
        initializer=_open,
        initargs=(settings.model_dump(),),
    )
    waiting: deque[Future[list[str]]] = deque()
    try:
        for group in groups:
            waiting.append(pool.submit(_answer, [one.model_dump_json() for one in group]))
            if len(waiting) > workers * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def record(bot: Examined, question: Question) -> Record:
    """Answer and score one question."""
    name, words = question.id, question.question
    try:
        answer = bot.answer(words, question.history, now=question.now)
    except QuestionError as error:
        return Record(id=name, question=words, given=question, error=str(error))
    found = bot.retrieval.found if bot.retrieval else ()
    ranked = tuple(
        Ranked(
            passage_id=one.passage.id,
            document_id=one.passage.document_id,
            section=one.passage.section,
            score=round(one.score, 6),
        )
        for one in found
    )
    texts = [bot.index.passage(citation.passage_id).text for citation in answer.citations]
    places = [(one.document_id, one.section) for one in ranked]
    scores = score(question, answer, places, texts, verbatim(bot, answer))
    return Record(
        id=name, question=words, given=question, answer=answer, ranked=ranked, scores=scores
    )


def verbatim(bot: Assistant, answer: Answer) -> bool:
    """Whether every quote is what stands at its place in the document."""
    return all(
        bot.document(citation.document_id).text[citation.start : citation.end] == citation.quote
        for citation in answer.citations
    )


def _open(settings: dict[str, object]) -> None:
    _opened[:] = [Examined(Settings(**settings))]  # type: ignore[arg-type]


def _answer(group: list[str]) -> list[str]:
    bot = _opened[0]
    return [record(bot, Question.model_validate_json(one)).model_dump_json() for one in group]


def _groups(questions: Iterable[Question]) -> Iterator[list[Question]]:
    rest = iter(questions)
    while group := list(itertools.islice(rest, _GROUP)):
        yield group
