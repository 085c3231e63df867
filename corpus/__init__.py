"""What do we know, and who says so? Documents, sources and support channels."""

from corpus.channels import channels
from corpus.check import Problem, Report, check
from corpus.errors import (
    AssistantError,
    CorpusError,
    EncoderError,
    IndexDamagedError,
    IndexMissingError,
    PortTakenError,
    QuestionError,
    QuestionFileError,
    SettingsError,
)
from corpus.loader import load, read
from corpus.model import (
    CATEGORIES,
    CATEGORY_NAMES,
    CHANNEL_IDS,
    Category,
    Channel,
    ChannelId,
    Document,
    Hours,
    Section,
    Source,
)

__all__ = [
    "CATEGORIES",
    "CATEGORY_NAMES",
    "CHANNEL_IDS",
    "AssistantError",
    "Category",
    "Channel",
    "ChannelId",
    "CorpusError",
    "Document",
    "EncoderError",
    "Hours",
    "IndexDamagedError",
    "IndexMissingError",
    "PortTakenError",
    "Problem",
    "QuestionError",
    "QuestionFileError",
    "Report",
    "Section",
    "SettingsError",
    "Source",
    "channels",
    "check",
    "load",
    "read",
]
