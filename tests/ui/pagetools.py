"""What the tests of the page share: reading its HTML, answers made by hand, stand-in assistants."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from assistant import Answer, ChannelSuggestion, Citation
from corpus import Document, Source
from corpus.loader import sections

_LIST_MARK = re.compile(r"^\s*(?:\d+[.)]|[-*+])\s+", re.MULTILINE)


class Reader(HTMLParser):
    """All tags with their attributes, all text, and the text inside each quote's marks."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.quotes: dict[int, list[str]] = {}
        self._open: list[list[int]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "mark":
            self._open.append([int(n) for n in dict(attrs)["data-quote"].split()])
            for n in self._open[-1]:
                self.quotes.setdefault(n, []).append("")

    def handle_endtag(self, tag):
        if tag == "mark":
            self._open.pop()

    def handle_data(self, data):
        self.text += data
        for numbers in self._open:
            for n in numbers:
                self.quotes[n][-1] += data

    def attribute(self, name):
        """Every value of the attribute, in reading order."""
        return [attrs[name] for _, attrs in self.tags if name in attrs]


def wording(quote: str) -> str:
    """A quote's characters without list marks, table lines and spaces."""
    return "".join(_LIST_MARK.sub("", quote).replace("|", " ").split())


def document(text: str, **fields) -> Document:
    """A document of the given Markdown."""
    given = {"id": "d", "title": "제목", "category": "order", **fields}
    return Document(text=text, sections=tuple(sections(text)), **given)


def cite(n: int, cited: Document, quote: str, **fields) -> Citation:
    """Citation ``n`` of the first place where ``quote`` stands in ``cited``."""
    start = cited.text.index(quote)
    given = {
        "section": "절",
        "title": cited.title,
        "source": "도움말",
        "as_of": "2025-03",
        **fields,
    }
    return Citation(
        n=n,
        document_id=cited.id,
        passage_id=f"{cited.id}#0.0",
        category=cited.category,
        quote=quote,
        start=start,
        end=start + len(quote),
        score=0.9,
        **given,
    )


def channel(**fields) -> ChannelSuggestion:
    """A suggestion with nothing but what it must have."""
    given = {"id": "faq", "name": "도움말", "reason": "까닭", "location": "어딘가", **fields}
    return ChannelSuggestion(**given)


def answer(text: str, citations: tuple[Citation, ...] = (), **fields) -> Answer:
    """An answer made by hand."""
    given = {
        "question": "질문",
        "answered": bool(citations),
        "confidence": 0.9,
        "category": "order" if citations else None,
        "channel": channel(),
        **fields,
    }
    return Answer(text=text, citations=citations, **given)


class StandIn:
    """Answers every question the same way, or by calling what it was given.

    ``pieces`` come first, as from a language model; one that is callable is called, and waits.
    """

    def __init__(self, given, *documents: Document, pieces=()) -> None:
        self.pieces, self.streams = pieces, bool(pieces)
        self.given, self.asked = given, []
        self.documents = {document.id: document for document in documents}

    def answer(self, question, history=None, k=5, now=None):
        self.asked.append(question)
        made = self.given(question) if callable(self.given) else self.given
        return made.model_copy(update={"question": question})

    def answer_stream(self, question, history=None, k=5, now=None):
        for piece in self.pieces:
            yield piece() if callable(piece) else piece
        yield self.answer(question, history, k, now)

    def document(self, document_id):
        return self.documents[document_id]


ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;"


def hostile() -> tuple[Answer, Document]:
    """An answer that tries to run a script from every field that holds somebody's text."""
    source = document(
        f"# {ATTACK}\n\n## {ATTACK}\n\n나쁜 글 {ATTACK} 입니다. 다음 문장입니다.\n",
        id=ATTACK,
        title=ATTACK,
        sources=(Source(url=f"https://example.com/{ATTACK}", title=ATTACK, as_of=ATTACK),),
    )
    quote = f"나쁜 글 {ATTACK} 입니다."
    other = channel(name=ATTACK, reason=ATTACK)
    suggested = channel(
        name=ATTACK,
        reason=ATTACK,
        location=ATTACK,
        contact=ATTACK,
        hours=ATTACK,
        expected_reply=ATTACK,
        prepare=(ATTACK,),
        draft=ATTACK,
        alternatives=(other,),
    )
    cited = cite(1, source, quote, section=ATTACK, source=ATTACK, as_of=ATTACK)
    made = answer(f"{quote} [1]", (cited,), question=ATTACK, channel=suggested, related=(ATTACK,))
    return made, source
