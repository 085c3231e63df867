"""The model's answer, checked sentence by sentence; the extractive one where any of it fails."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing

from assistant.claims import Claim as Quoted
from assistant.claims import citation
from assistant.compose import compose
from assistant.llm.chat import chat_model
from assistant.llm.cite import supporting
from assistant.llm.draft import Claim, Draft
from assistant.llm.prompt import Source, messages, sources
from assistant.llm.stream import stream
from assistant.llm.unusable import UnusableError
from assistant.llm.verify import verify
from assistant.models import Citation
from assistant.settings import Settings
from assistant.written import Written
from index import Index, Retrieval
from index.lexical import analyzer


class Writer:
    """Writes answers with the model that the settings name. Safe to share between threads.

    Raises:
        SettingsError: the model cannot be made from these settings.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._model = chat_model(settings)

    def write(
        self, index: Index, question: str, retrieval: Retrieval, passages: int
    ) -> Generator[str, None, Written]:
        """Yields verified text as it comes; returns the whole answer.

        What was yielded is the beginning of the answer, unless ``fallback_reason`` is set: then
        the answer is the extractive one, and takes the place of what came before.

        Args:
            index: where the passages are.
            question: as asked.
            retrieval: what was found, at least one passage.
            passages: how many of them the answer may draw on.
        """
        text = ""
        citing = _Citing(index)
        try:
            # Closed at once when a check fails or nobody reads on: that ends the request.
            with closing(self._claims(question, retrieval, passages, citing)) as claims:
                for piece in (piece for claim in claims for piece in citing.told(claim)):
                    text += piece
                    yield piece
        except UnusableError as error:
            told, citations = compose(index, retrieval, passages)
            reason = error.told(self._settings.llm_timeout)
            return Written(told, citations, fallback_reason=reason)
        return Written(text, tuple(citing.citations), composer=self._settings.llm or "")

    def _claims(
        self, question: str, retrieval: Retrieval, passages: int, citing: _Citing
    ) -> Generator[Claim, None, None]:
        """Claims whose every sentence is verified."""
        citing.given = sources(retrieval.found, passages)
        if not citing.given:
            raise UnusableError("no_passage")
        before = retrieval.context.text if retrieval.context else ""
        asked = frozenset(analyzer().tokens(f"{before} {question}")) | frozenset(retrieval.tokens)
        turn = retrieval.context if retrieval.context and retrieval.context.earlier else None
        prompt = messages(question, turn, citing.given)
        draft = Draft()
        with closing(stream(self._model, prompt, self._settings.llm_timeout)) as pieces:
            for piece in pieces:
                yield from (citing.checked(claim, asked) for claim in draft.feed(piece))
        yield from (citing.checked(claim, asked) for claim in draft.close())


class _Citing:
    """Checks claims against their passages, and numbers the quotes behind them from 1."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._numbers: dict[tuple[str, int, int], int] = {}
        self.given: list[Source] = []
        self.citations: list[Citation] = []

    def checked(self, claim: Claim, asked: frozenset[str]) -> Claim:
        cited = self._cited(claim)
        for sentence in claim.sentences:
            verify(sentence, cited, asked)
        return claim

    def told(self, claim: Claim) -> Iterator[str]:
        """The claim's sentences as they are shown, each with the markers of its quotes."""
        before = claim.before + claim.lead
        for sentence in claim.sentences:
            quotes = [supporting(self._index, sentence, source) for source in self._cited(claim)]
            numbers = sorted({self._number(quote) for quote in quotes})
            yield f"{before}{sentence} {''.join(f'[{n}]' for n in numbers)}"
            before = " "

    def _cited(self, claim: Claim) -> list[Source]:
        if not all(1 <= number <= len(self.given) for number in claim.numbers):
            raise UnusableError("marker")
        return [self.given[number - 1] for number in claim.numbers]

    def _number(self, quote: Quoted) -> int:
        key = (quote.passage.id, quote.start, quote.end)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            self.citations.append(citation(self._numbers[key], quote))
        return self._numbers[key]
