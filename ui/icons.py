"""Line icons of the page, drawn for it: 24 by 24, one stroke."""

from __future__ import annotations

from typing import Final

from corpus import Category

_SVG: Final = (
    '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" '
    'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>'
)
_PATHS: Final[dict[Category, str]] = {
    "support": '<path d="M4 5h16v11H10l-4 4v-4H4z"/>',
    "opening": (
        '<path d="M4 9.5 5.5 4h13L20 9.5M5 12v8h14v-8M10 20v-5h4v5"/>'
        '<path d="M4 9.5a2.6 2.6 0 0 0 5.3 0 2.7 2.7 0 0 0 5.4 0 2.6 2.6 0 0 0 5.3 0z"/>'
    ),
    "product": '<path d="M3.5 12.5V4h8.5l8.5 8.5-8 8z"/><circle cx="8" cy="8.4" r="1.3"/>',
    "order": (
        '<path d="M2.5 6h11v10.5h-11zM13.5 10h4.2l3.8 3.5v3h-8z"/>'
        '<circle cx="7" cy="18" r="1.9"/><circle cx="17" cy="18" r="1.9"/>'
    ),
    "settlement": (
        '<circle cx="12" cy="12" r="8.5"/><path d="m7.5 9 2 6.5L12 9l2.5 6.5 2-6.5M6.8 12.2h10.4"/>'
    ),
    "marketing": '<path d="M4 9.5v5h3.5L17 19V5L7.5 9.5zM8 14.5l1.5 5h2.5M20 10v4"/>',
    "policy": '<path d="M12 3 4.5 6v5.5c0 4.5 3.2 7.8 7.5 9.5 4.3-1.7 7.5-5 7.5-9.5V6z"/>'
    '<path d="m8.8 11.8 2.3 2.3 4.2-4.4"/>',
}


def icon(category: Category) -> str:
    """The icon of a category, in the colour of the text around it."""
    return _SVG.format(_PATHS[category])
