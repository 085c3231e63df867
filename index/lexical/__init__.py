"""Lexical search: Kiwi morphemes, BM25 and spelling that forgives typing errors."""

from index.lexical.analyzer import Analyzer, analyzer, fingerprint
from index.lexical.bm25 import Lexical

__all__ = ["Analyzer", "Lexical", "analyzer", "fingerprint"]
