"""A server on loopback that speaks the OpenAI chat protocol, and misbehaves as it is told."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers each request with the next behaviour of its server; the last one stays."""

    server: LlmServer
    protocol_version = "HTTP/1.1"
    asked: dict[str, Any]

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        self.asked = json.loads(self.rfile.read(size))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append((headers, self.asked))
        behaviours = self.server.behaviours
        behaviour = behaviours.pop(0) if len(behaviours) > 1 else behaviours[0]
        try:
            behaviour(self)
        except (BrokenPipeError, ConnectionResetError):
            self.server.left.set()

    def start(self, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def event(self, content: str, finish: str | None = None) -> None:
        delta = {"content": content} if finish is None else {}
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        body = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "test"}
        data = json.dumps({**body, "choices": [choice]}, ensure_ascii=False)
        self.chunk(f"data: {data}\n\n".encode())

    def end(self, reason: str | None = "stop") -> None:
        if reason:
            self.event("", reason)
        self.chunk(b"data: [DONE]\n\n")
        self.chunk(b"")

    def whole(self, text: str) -> None:
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        self.json(
            200, {"id": "1", "object": "chat.completion", "model": "test", "choices": [choice]}
        )

    def json(self, status: int, body: dict[str, Any], **headers: str) -> None:
        data = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        pass


class LlmServer(ThreadingHTTPServer):
    """Records what it is asked; ``left`` is set when a client went away before the end."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviours: list[Behaviour] = [says("")]
        self.requests: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.left = threading.Event()
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def prompt(self, number: int = -1) -> str:
        """Everything that the model was told in one request."""
        return "\n".join(message["content"] for message in self.requests[number][1]["messages"])


@contextmanager
def serving() -> Iterator[LlmServer]:
    """A running server."""
    server = LlmServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def says(text: str, size: int = 3, finish: str | None = "stop") -> Behaviour:
    """``text`` in pieces of ``size`` characters, or at once where no stream is asked for."""

    def behave(handler: Handler) -> None:
        if not handler.asked.get("stream"):
            handler.whole(text)
            return
        handler.start("text/event-stream")
        for at in range(0, len(text), size):
            handler.event(text[at : at + size])
        handler.end(finish)

    return behave


def calls(tool: str, **arguments: str) -> Behaviour:
    """Asks for a tool to be called."""
    function = {"name": tool, "arguments": json.dumps(arguments, ensure_ascii=False)}
    call = {"id": "call-1", "type": "function", "function": function}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    body = {"id": "1", "object": "chat.completion", "model": "test", "choices": [choice]}
    return lambda handler: handler.json(200, body)


def fails(status: int, **headers: str) -> Behaviour:
    """An HTTP error."""
    return lambda handler: handler.json(
        status, {"error": {"message": "no, sk-secret", "type": "error", "code": "error"}}, **headers
    )


def cuts_off(text: str) -> Behaviour:
    """``text``, and then the connection is closed in the middle of the stream."""

    def behave(handler: Handler) -> None:
        handler.start("text/event-stream")
        if text:
            handler.event(text)
        handler.close_connection = True
        handler.connection.shutdown(socket.SHUT_RDWR)

    return behave


def is_silent(handler: Handler) -> None:
    """Takes the request and never answers."""
    handler.server.released.wait(60)
    handler.close_connection = True


def trickles(text: str = "", pause: float = 0.05) -> Behaviour:
    """``text``, and then one byte after another that never becomes an event."""

    def behave(handler: Handler) -> None:
        handler.start("text/event-stream")
        if text:
            handler.event(text)
        while not handler.server.released.is_set():
            handler.chunk(b":")
            time.sleep(pause)
        handler.close_connection = True

    return behave
