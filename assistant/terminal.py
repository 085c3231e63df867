"""An answer as a terminal shows it."""

from __future__ import annotations

import unicodedata

from assistant.models import Answer, ChannelSuggestion, Citation

_OPEN = {True: "지금 상담 중", False: "지금은 쉼", None: ""}


def render(answer: Answer) -> str:
    """The answer, its sources and the channel as plain text."""
    parts = [_safe(answer.text)]
    if answer.fallback_reason:
        parts.append(f"알림: {answer.fallback_reason}")
    if answer.citations:
        parts.append("출처\n" + "\n".join(map(_source, answer.citations)))
    parts.append(_channel(answer.channel))
    if answer.related:
        parts.append("이어서 물어볼 만한 질문\n" + "\n".join(f"  · {q}" for q in answer.related))
    return "\n\n".join(parts)


def _source(citation: Citation) -> str:
    page = f" {citation.page}쪽" if citation.page else ""
    if citation.own:
        return (
            f"  [{citation.n}] {_safe(citation.title)} > {_safe(citation.section)}"
            f" (내 문서, {_safe(citation.source)}{page})"
        )
    return (
        f"  [{citation.n}] {citation.title} > {citation.section}{page}"
        f" ({_safe(citation.source)}, {citation.as_of} 기준)"
    )


def _channel(channel: ChannelSuggestion) -> str:
    state = _OPEN[channel.open_now]
    lines = [f"다음 지원 채널: {channel.name}" + (f" ({state})" if state else "")]
    lines.append(f"  {channel.reason}")
    lines.append(f"  위치: {channel.location}")
    for name, value in (
        ("연락처", channel.contact),
        ("운영시간", channel.hours),
        ("예상 답변", channel.expected_reply),
    ):
        if value:
            lines.append(f"  {name}: {value}")
    if channel.prepare:
        lines.append(f"  준비할 것: {' / '.join(channel.prepare)}")
    others = ", ".join(other.name for other in channel.alternatives)
    if others:
        lines.append(f"  다른 방법: {others}")
    return "\n".join(lines)


def _safe(text: str) -> str:
    """Terminal control characters never come through."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) != "Cc")
