"""The unigram tokenizer of XLM-R over any part of its vocabulary."""

from collections.abc import Sequence

from tokenizers import Regex, Tokenizer
from tokenizers.decoders import Metaspace as MetaspaceDecoder
from tokenizers.models import Unigram
from tokenizers.normalizers import NFKC, Nmt, Replace, Strip
from tokenizers.normalizers import Sequence as Normalizers
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.processors import TemplateProcessing

BOS, PAD, EOS, UNK = SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
"""Special pieces in the order of their ids, as in XLM-R."""


def unigram(pieces: Sequence[tuple[str, float]]) -> Tokenizer:
    """Build the tokenizer.

    XLM-R normalises by a compiled table that is NMT (control characters and odd spaces) and
    NFKC; here both run as such, so that decomposed Hangul is composed as well.

    Args:
        pieces: piece and log probability; the first four are `SPECIALS`.

    Returns:
        A tokenizer that maps a text to `<s> ... </s>`, without truncation or padding.
    """
    tokenizer = Tokenizer(Unigram(list(pieces), unk_id=SPECIALS.index(UNK)))
    tokenizer.normalizer = Normalizers([Nmt(), NFKC(), Strip(), Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = MetaspaceDecoder(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = TemplateProcessing(
        single=f"{BOS} $A {EOS}",
        pair=f"{BOS} $A {EOS} {EOS} $B {EOS}",
        special_tokens=[(BOS, SPECIALS.index(BOS)), (EOS, SPECIALS.index(EOS))],
    )
    tokenizer.add_special_tokens(list(SPECIALS))
    return tokenizer
