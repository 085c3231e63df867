"""How does the seller see it? The Gradio page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ui.page import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - Gradio loads with the first use only
    if name != "create_app":
        raise AttributeError(f"module 'ui' has no attribute {name!r}")
    from ui.page import create_app

    return create_app
