"""Lexical search: Kiwi morphemes, BM25 and spelling that forgives typing errors."""

from index.lexical.analyzer import Analyzer, analyzer, fingerprint
from index.lexical.bm25 import Lexical, LexicalUnion
from index.lexical.english import in_korean

__all__ = ["Analyzer", "Lexical", "LexicalUnion", "analyzer", "fingerprint", "in_korean"]
