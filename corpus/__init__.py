"""What do we know, and who says so? Documents, sources and support channels."""

from corpus.channels import channels
from corpus.check import Report, check
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
    UnreadableFileError,
)
from corpus.loader import load
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
from corpus.problems import Problem
from corpus.readers import READABLE, Limits, read

__all__ = [
    "CATEGORIES",
    "CATEGORY_NAMES",
    "CHANNEL_IDS",
    "READABLE",
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
    "Limits",
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
    "UnreadableFileError",
    "channels",
    "check",
    "load",
    "negatives",
    "read",
]
