"""Open the page: a free port, a clear message, no calls to the network."""

from __future__ import annotations

import logging
import socket
import sys

from assistant import Assistant, PortTakenError, Settings
from ui.page import create_app, launch_options


def require_free_port(host: str, port: int) -> None:
    """Raises `PortTakenError` when ``host:port`` cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # A port that only lingers after our own last run is free for a new server.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTakenError(host, port) from error


def serve_page(settings: Settings) -> None:
    """Serve until interrupted. The index must have been built.

    Raises:
        PortTakenError: another program took the port meanwhile.
    """
    logging.getLogger("httpx").setLevel(logging.WARNING)
    bot = Assistant(settings)
    bot.warm_up()
    app = create_app(bot)
    try:
        app.launch(
            server_name=settings.host,
            server_port=settings.port,
            quiet=True,
            prevent_thread_lock=True,
            **launch_options(),
        )
    except OSError as error:
        raise PortTakenError(settings.host, settings.port) from error
    sys.stdout.write(
        f"페이지를 열었습니다: http://{settings.host}:{settings.port} (끝내려면 Ctrl+C)\n"
    )
    sys.stdout.flush()
    app.block_thread()
