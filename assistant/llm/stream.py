"""A model's text as it comes, within a time limit, whatever its server does.

The model runs in one event loop on a thread of its own: only there can a request be ended at any
moment, also while a server trickles one byte at a time. The thread and all that it starts are
daemons, so that a server that hangs never keeps the program from ending.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from assistant.llm.unusable import UnusableError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

PAUSES_SECONDS = (0.5, 1.5, 3.0)  # before each further attempt
GRACE_SECONDS = 0.5  # for the loop's thread to tell that time is over
_UNREACHABLE = frozenset({"OSError", "TransportError", "APIConnectionError"})
_ENDS = ("finish_reason", "done_reason", "stop_reason")
_CUT = frozenset({"length", "max_tokens", "model_context_window_exceeded"})
_WITHHELD = frozenset({"content_filter", "safety", "refusal", "recitation", "blocklist"})
_LOCK = Lock()
_LOG = logging.getLogger(__name__)

_Item = str | UnusableError | None


def stream(
    model: BaseChatModel, messages: list[BaseMessage], seconds: float
) -> Generator[str, None, None]:
    """The pieces of the model's text.

    Args:
        model: answers ``messages``.
        messages: the whole prompt.
        seconds: for everything, attempts and pauses between them included.

    Raises:
        UnusableError: no whole text came in time; what came before is not to be trusted as whole.
    """
    arrived: SimpleQueue[_Item] = SimpleQueue()
    until = time.monotonic() + seconds + GRACE_SECONDS
    with _LOCK:
        loop = _loop()
    job = asyncio.run_coroutine_threadsafe(_fill(arrived.put, model, messages, seconds), loop)
    try:
        while (item := _next(arrived, until)) is not None:
            if isinstance(item, UnusableError):
                raise item
            yield item
    finally:
        job.cancel()


def _next(arrived: SimpleQueue[_Item], until: float) -> _Item:
    try:
        return arrived.get(timeout=max(0.0, until - time.monotonic()))
    except Empty:  # something blocks the loop itself
        raise UnusableError("slow") from None


async def _fill(
    put: Callable[[_Item], None],
    model: BaseChatModel,
    messages: list[BaseMessage],
    seconds: float,
) -> None:
    """Put every piece, then None; or the reason why there is no whole text."""
    try:
        async with asyncio.timeout(seconds):
            await _attempts(put, model, messages)
        put(None)
    except UnusableError as error:
        put(error)
    except Exception as error:  # noqa: BLE001 - told as fallback_reason, and logged
        # Only the kind: a provider's text may repeat the key or the question.
        _LOG.warning("the language model failed: %s", type(error).__name__)
        put(UnusableError(reason_of(error)))


async def _attempts(
    put: Callable[[_Item], None], model: BaseChatModel, messages: list[BaseMessage]
) -> None:
    """Read the text, starting again after a passing failure for as long as none has come."""
    for pause in (*PAUSES_SECONDS, None):
        came = False
        ended = ""
        try:
            async for chunk in model.astream(messages):
                ended = next((str(v) for v in map(chunk.response_metadata.get, _ENDS) if v), ended)
                if chunk.text:
                    came = True
                    put(str(chunk.text))
            _require_whole(ended)
        except Exception as error:
            if came or pause is None or not _passing(error):
                raise
            await asyncio.sleep(_wanted_pause(error) or pause)
        else:
            return


def _require_whole(ended: str) -> None:
    """A text whose end the server has not announced was cut off on the way."""
    kind = ended.lower()
    if not kind:
        raise UnusableError("broken")
    if kind in _CUT:
        raise UnusableError("cut")
    if kind in _WITHHELD:
        raise UnusableError("refused")


def reason_of(error: BaseException) -> str:
    """The key in `texts.FALLBACK` for what a provider's client raised."""
    status = _status(error)
    if status == 429:
        return "busy"
    if status in (401, 403):
        return "key"
    if status:
        return "server" if status >= 500 else "refused"
    if isinstance(error, TimeoutError):
        return "slow"
    return "unreachable" if _is_unreachable(error) else "broken"


def _passing(error: Exception) -> bool:
    if isinstance(error, UnusableError):
        return error.reason == "broken"
    if getattr(error, "is_retryable", False):  # LangChain's own errors say so
        return True
    status = _status(error)
    return status in (408, 409, 429) or status >= 500 or (not status and _is_unreachable(error))


def _status(error: BaseException) -> int:
    """The HTTP status that a provider's error carries; 0 where there is none."""
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else 0


def _is_unreachable(error: BaseException) -> bool:
    # By name: each provider brings its own HTTP client.
    return bool(_UNREACHABLE & {kind.__name__ for kind in type(error).__mro__})


def _wanted_pause(error: Exception) -> float | None:
    """The seconds that a server asks to wait, where it says so."""
    headers: Any = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:  # a date, or nothing: our own pause does
        return None


class _DaemonExecutor(ThreadPoolExecutor):
    """One daemon thread for each job.

    Name look-ups, and models that can only wait, run in an executor; Python waits at its end for
    the threads of an ordinary one.
    """

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401
        job: Future[Any] = Future()

        def run() -> None:
            if not job.set_running_or_notify_cancel():
                return
            try:
                job.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 - raised where the result is awaited
                job.set_exception(error)

        Thread(target=run, name="llm-wait", daemon=True).start()
        return job


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The one loop: the HTTP clients of models keep their connections in it."""
    loop = asyncio.new_event_loop()
    loop.set_default_executor(_DaemonExecutor())
    Thread(target=loop.run_forever, name="llm", daemon=True).start()
    return loop
