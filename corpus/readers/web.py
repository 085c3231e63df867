"""HTML pages: the main text, without what the site puts around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree, html

from corpus.errors import UnreadableFileError
from corpus.model import Document
from corpus.readers.assemble import File, from_blocks
from corpus.readers.decoding import decode_page
from corpus.readers.lists import lines_as_blocks
from corpus.readers.web_table import grid
from corpus.readers.writer import Block, Heading, Item, clean, clean_lines

# fmt: off
_NEVER = frozenset((
    "script", "style", "noscript", "template", "svg", "iframe", "object", "canvas", "audio",
    "video", "button", "select", "textarea", "input", "datalist", "map", "head",
))
_AROUND = frozenset(("nav", "footer", "aside", "header", "dialog"))
_AROUND_ROLES = frozenset((
    "navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "complementary",
    "menu", "menubar",
))
_AROUND_NAMES = frozenset((
    "cookie", "cookies", "consent", "gnb", "lnb", "snb", "breadcrumb", "breadcrumbs", "navbar",
    "nav", "navigation", "footer", "sidebar", "popup", "modal", "advertisement", "skipnav",
))
_INLINE = frozenset((
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font",
    "i", "img", "ins", "kbd", "label", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small",
    "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
))
# fmt: on
_NAME = re.compile(r"[A-Za-z]+")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_MOST_OF_PAGE = 0.5  # an element with more of the text than this is no ornament


def read_page(data: bytes, file: File) -> Document:
    """An HTML page.

    Text that a page hides at first (answers that open at a click) is read: it is content.

    Raises:
        UnreadableFileError: it is not text, nested beyond reason, or has no text.
    """
    text = decode_page(data, file.path)
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(text.encode() or b" ", parser=parser)
        root = _main(tree)
        found = list(_Walk(root).blocks())
    except (etree.ParserError, etree.XMLSyntaxError):
        found, tree = [], None
    except RecursionError as error:
        raise UnreadableFileError(
            "HTML이 너무 깊게 겹쳐 있어 읽을 수 없습니다.",
            file=file.path,
            hint="브라우저에서 열어 PDF로 저장해 추가해 주세요.",
        ) from error
    named = any(isinstance(block, Heading) and block.level == 1 for block in found)
    title = clean(tree.findtext(".//title") or "") if tree is not None and not named else ""
    return from_blocks(file, found, title=title)


def _main(tree: html.HtmlElement) -> html.HtmlElement:
    """The one element that the page marks as its main text, else the body."""
    for query in (".//main|.//*[@role='main']", ".//article"):
        found = [element for element in tree.xpath(query) if clean(element.text_content())]
        if len(found) == 1:
            return found[0]
    body = tree.find("body")
    return tree if body is None else body


@dataclass
class _List:
    number: int | None  # of the next item; None: bullets


@dataclass
class _Walk:
    """Goes through an element once, gathering inline text until a block ends."""

    root: html.HtmlElement
    inline: list[str] = field(default_factory=list)
    lists: list[_List] = field(default_factory=list)
    item: Item | None = None  # the one whose text is being gathered
    level: int = 1  # of the last heading

    def __post_init__(self) -> None:
        self.whole = max(len(clean(self.root.text_content())), 1)

    def blocks(self) -> Iterator[Block]:
        yield from self._children(self.root)
        yield from self._flush()

    def _children(self, element: html.HtmlElement) -> Iterator[Block]:
        self.inline.append(_flat(element.text))
        for child in element:
            if isinstance(child.tag, str) and not self._is_ornament(child):
                yield from self._element(child)
            self.inline.append(_flat(child.tail))

    def _element(self, element: html.HtmlElement) -> Iterator[Block]:
        tag = element.tag.lower()
        if tag == "br":
            self.inline.append("\n")
        elif tag in _INLINE:
            yield from self._children(element)
        else:
            yield from self._flush()
            yield from self._block(tag, element)
            yield from self._flush()

    def _block(self, tag: str, element: html.HtmlElement) -> Iterator[Block]:
        if tag in _HEADINGS:
            yield from self._heading(element, _HEADINGS[tag])
        elif tag == "summary" or (tag == "dt" and "?" in element.text_content()):
            yield from self._heading(element, None)
        elif tag in ("ul", "ol"):
            start = str(element.get("start", "1"))
            first = int(start) if start.isdecimal() and len(start) < 9 else 1
            self.lists.append(_List(first if tag == "ol" else None))
            yield from self._children(element)
            yield from self._flush()
            self.lists.pop()
        elif tag == "li":
            yield from self._list_item(element)
        elif tag == "table" and (table := grid(element)):
            yield table
        else:
            yield from self._children(element)

    def _heading(self, element: html.HtmlElement, level: int | None) -> Iterator[Block]:
        """A heading; one that opens at a click stands below the last real heading."""
        text = clean(element.text_content())
        if text:
            self.level = level or self.level
            yield Heading(text, level or self.level + 1)

    def _list_item(self, element: html.HtmlElement) -> Iterator[Block]:
        inside = self.lists[-1] if self.lists else _List(None)
        self.item = Item("", max(len(self.lists) - 1, 0), inside.number)
        if inside.number is not None:
            inside.number += 1
        yield from self._children(element)
        yield from self._flush()
        self.item = None

    def _flush(self) -> Iterator[Block]:
        text = clean_lines("".join(self.inline))
        self.inline.clear()
        if not text:
            return
        if self.item is not None:
            yield Item(text, self.item.depth, self.item.number)
            self.item = None
            return
        yield from lines_as_blocks(text)

    def _is_ornament(self, element: html.HtmlElement) -> bool:
        tag = element.tag.lower()
        if tag in _NEVER:
            return True
        if not (tag in _AROUND or element.get("role") in _AROUND_ROLES or _is_named(element)):
            return False
        if tag == "header" and element.xpath("ancestor::article|ancestor::main|.//h1"):
            return False
        share = len(clean(element.text_content())) / self.whole
        return share < _MOST_OF_PAGE


def _is_named(element: html.HtmlElement) -> bool:
    """Whether an id or a class says that this is something around the text."""
    names = f"{element.get('id', '')} {element.get('class', '')}"
    return any(word.lower() in _AROUND_NAMES for word in _NAME.findall(names))


def _flat(text: str | None) -> str:
    """Line ends in the source are blanks; only ``<br>`` ends a line."""
    return re.sub(r"[\r\n\t]+", " ", text or "")
