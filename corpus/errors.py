"""The tree of errors that this product raises on purpose.

::

    AssistantError              anything a user can act on; its text is Korean
    ├── CorpusError             a document, channel or question file is wrong (file, line)
    │   └── UnreadableFileError a seller's own file cannot be read (file)
    ├── QuestionError           the question cannot be answered as given (also a ValueError)
    ├── SettingsError           a setting has a value that cannot work
    ├── EncoderError            an embedding model cannot be loaded or run
    ├── IndexMissingError       no index has been built yet
    ├── IndexDamagedError       files of the index do not match their manifest
    ├── StorageError            the index cannot be written: disk full, no permission
    ├── PortTakenError          another program listens on the page's port
    └── QuestionFileError       a file of questions cannot be read

Every error carries ``hint``: the next step, in Korean, or an empty string.
"""

from __future__ import annotations

from pathlib import Path


class AssistantError(Exception):
    """The root: ``str(error)`` is one Korean sentence, ``error.hint`` says what to do next."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class CorpusError(AssistantError):
    """A corpus file is wrong; ``file`` and ``line`` (1-based) say where."""

    def __init__(self, message: str, *, file: Path, line: int = 1, hint: str = "") -> None:
        super().__init__(f"{file}:{line}: {message}", hint=hint)
        self.file = file
        self.line = line
        self.reason = message


class UnreadableFileError(CorpusError):
    """A seller's own file cannot be read; ``reason`` is one sentence without the file's name."""

    def __init__(self, message: str, *, file: Path, hint: str = "") -> None:
        AssistantError.__init__(self, f"{file}: {message}", hint=hint)
        self.file = file
        self.line = 1  # such a file is wrong as a whole
        self.reason = message


class QuestionError(AssistantError, ValueError):
    """The question is empty, too long or not text."""


class SettingsError(AssistantError, ValueError):
    """A setting has a value that cannot work; ``name`` is the setting."""

    def __init__(self, message: str, *, name: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.name = name


class EncoderError(AssistantError):
    """An embedding model is missing, damaged or does not fit the index."""


class IndexMissingError(AssistantError):
    """There is no built index under ``directory``."""

    def __init__(self, directory: Path) -> None:
        super().__init__(
            f"검색 색인이 아직 없습니다: {directory}",
            hint="`smartstore-assistant index build`를 실행해 주세요.",
        )
        self.directory = directory


class IndexDamagedError(AssistantError):
    """A file of the index differs from its manifest; ``file`` is the first such file."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(
            f"검색 색인 파일이 손상되었습니다: {file} ({reason})",
            hint="`smartstore-assistant index build`를 실행하면 다시 만들어집니다.",
        )
        self.file = file
        self.reason = reason


class StorageError(AssistantError):
    """The system refused to write under ``directory``; what stood there before is unharmed."""

    def __init__(self, directory: Path, reason: str) -> None:
        super().__init__(
            f"검색 색인을 쓸 수 없습니다: {directory} ({reason})",
            hint="디스크의 남은 공간과 폴더의 쓰기 권한을 확인한 뒤 다시 실행해 주세요. "
            "이미 만들어 둔 색인은 그대로 있습니다.",
        )
        self.directory = directory
        self.reason = reason


class PortTakenError(AssistantError):
    """Another program already listens on ``port``."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"{host}:{port} 포트를 다른 프로그램이 쓰고 있습니다.",
            hint=f"그 프로그램을 끄거나 `smartstore-assistant serve --port {port + 1}`처럼 "
            "다른 포트를 지정해 주세요.",
        )
        self.host = host
        self.port = port


class QuestionFileError(AssistantError):
    """A file of questions cannot be read; ``file`` and ``line`` (1-based) say where."""

    def __init__(self, message: str, *, file: Path, line: int | None = None) -> None:
        where = f"{file}:{line}" if line else f"{file}"
        super().__init__(f"{where}: {message}")
        self.file = file
        self.line = line
