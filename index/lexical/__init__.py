"""Lexical search: Kiwi morphemes, BM25 and spelling that forgives typing errors."""

from index.lexical.analyzer import Analyzer, analyzer, fingerprint
from index.lexical.bm25 import Lexical, LexicalUnion

__all__ = ["Analyzer", "Lexical", "LexicalUnion", "analyzer", "fingerprint"]
