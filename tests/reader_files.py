"""Real files for the readers: PDFs by reportlab, Pillow and pypdf, and ZIP archives."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from reportlab.lib.colors import grey  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]
from reportlab.platypus import (  # type: ignore[import-untyped]
    BaseDocTemplate,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

FONT = "HYGothic-Medium"  # one of the Korean fonts that a PDF may name without carrying it
pdfmetrics.registerFont(UnicodeCIDFont(FONT))

WIDTH, HEIGHT = A4
MARGIN = 60.0  # points
GAP = 24.0  # points between columns
BODY, LEADING = 10.0, 16.0  # points

# (name of a style, text), or what reportlab sets as it is
Part: TypeAlias = tuple[str, str] | Flowable


def _style(name: str, size: float = BODY, *, wrap: str | None = "CJK") -> ParagraphStyle:
    return ParagraphStyle(
        name,
        fontName=FONT,
        fontSize=size,
        leading=size * LEADING / BODY,
        spaceBefore=0 if size == BODY else size,
        spaceAfter=0 if size == BODY else size / 2,
        wordWrap=wrap,
    )


STYLES = {
    "title": _style("title", 20),
    "heading": _style("heading", 14),
    "body": _style("body"),  # Korean typesetting: a line may end inside a word
    "words": _style("words", wrap=None),
}


def pdf(
    path: Path, story: Sequence[Part], *, columns: int = 1, header: str = "", footer: str = ""
) -> Path:
    """A PDF that reportlab sets; ``{page}`` in ``header`` and ``footer`` is the page's number."""

    def edges(canvas: Canvas, _: BaseDocTemplate) -> None:
        canvas.setFont(FONT, 8)
        for text, y in ((header, HEIGHT - MARGIN / 2), (footer, MARGIN / 2)):
            canvas.drawCentredString(WIDTH / 2, y, text.format(page=canvas.getPageNumber()))

    width = (WIDTH - 2 * MARGIN - GAP * (columns - 1)) / columns
    frames = [
        _frame(MARGIN + n * (width + GAP), width, HEIGHT - 2 * MARGIN) for n in range(columns)
    ]
    made = BaseDocTemplate(str(path), pagesize=A4, invariant=1)
    made.addPageTemplates(PageTemplate(frames=frames, onPage=edges))
    made.build([_flowable(part) for part in story])
    return path


def _frame(x: float, width: float, height: float) -> Frame:
    return Frame(
        x, MARGIN, width, height, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0
    )


def _flowable(part: Part) -> Flowable:
    if not isinstance(part, tuple):
        return part
    style, text = part
    return Paragraph(text, STYLES[style])


def page_break() -> Flowable:
    """What follows stands on the next page."""
    return PageBreak()


def space(height: float = LEADING) -> Flowable:
    """Nothing, ``height`` points high."""
    return Spacer(1, height)


def ruled(rows: Sequence[Sequence[str]], widths: Sequence[float], *commands: object) -> Flowable:
    """A table with a line around each cell, its first row again on each page.

    Args:
        rows: the text of the cells.
        widths: of the columns, in points.
        commands: of reportlab's table style, after the ones that set font and lines.
    """
    look = [
        ("FONT", (0, 0), (-1, -1), FONT, BODY, LEADING),
        ("GRID", (0, 0), (-1, -1), 0.5, grey),
        *commands,
    ]
    return Table(list(map(list, rows)), list(widths), style=look, repeatRows=1)


def drawn(path: Path, texts: Iterable[tuple[float, float, str, float]]) -> Path:
    """A PDF of one page with texts where they are put: ``(x, y from the bottom, text, size)``."""
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    for x, y, text, size in texts:
        canvas.setFont(FONT, size)
        canvas.drawString(x, y, text)
    canvas.save()
    return path


def scan(path: Path, pages: Iterable[str | None]) -> Path:
    """A PDF with a page for each text; a None makes a scanned page, an image without text."""
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    for text in pages:
        if text is None:
            canvas.drawImage(_scanned(), 0, 0, WIDTH, HEIGHT)
        else:
            canvas.setFont(FONT, BODY)
            canvas.drawString(MARGIN, HEIGHT - 2 * MARGIN, text)
        canvas.showPage()
    canvas.save()
    return path


def _scanned() -> ImageReader:
    image = Image.new("L", (round(WIDTH), round(HEIGHT)), 250)
    pen = ImageDraw.Draw(image)
    for y in range(80, 400, 20):
        pen.line((60, y, 500, y), fill=40, width=8)
    return ImageReader(image)


def locked(file: Path, path: Path, *, user: str) -> Path:
    """``file`` encrypted at ``path``; opening it takes ``user``, and nothing where that is ""."""
    writer = PdfWriter(clone_from=PdfReader(file))
    writer.encrypt(user_password=user, owner_password="owner", algorithm="AES-256")
    writer.write(path)
    return path


def archive(path: Path, entries: Mapping[str, bytes]) -> Path:
    """A compressed ZIP archive of ``{name: data}``."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in entries.items():
            new.writestr(name, data)
    return path


def rewritten(data: bytes, entries: Mapping[str, bytes]) -> bytes:
    """The archive ``data`` with other contents in the entries named, which it must have."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        assert set(entries) <= set(old.namelist())
        for name in old.namelist():
            new.writestr(name, entries.get(name, old.read(name)))
    return made.getvalue()
