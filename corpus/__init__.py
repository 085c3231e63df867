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
    StorageError,
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
from corpus.negatives import Negative, negatives

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
    "Negative",
    "PortTakenError",
    "Problem",
    "QuestionError",
    "QuestionFileError",
    "Report",
    "Section",
    "SettingsError",
    "Source",
    "StorageError",
    "channels",
    "check",
    "load",
    "negatives",
    "read",
]
