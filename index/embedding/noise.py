"""Typing errors as sellers make them: for training queries and for measuring."""

import random
import unicodedata

INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = "-ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
"""Letters of a syllable in the order of Unicode; `-` is no final consonant."""
KEYBOARD = ("ㅂㅈㄷㄱㅅ", "ㅁㄴㅇㄹㅎ", "ㅋㅌㅊㅍ", "ㅛㅕㅑㅐㅔ", "ㅗㅓㅏㅣ", "ㅠㅜㅡ")
"""Neighbouring keys of the Korean two-set layout, consonants and vowels apart."""
SOUNDS = (
    "ㅐㅔ",
    "ㅒㅖ",
    "ㅙㅚㅞ",
    "ㅓㅗ",
    "ㅡㅜ",
    "ㅢㅣ",
    "ㅅㅆㄷㅌㅈㅊ",
    "ㄱㄲㅋ",
    "ㅂㅃㅍ",
    "ㅎ-",
    "ㄶㄴ",
    "ㅀㄹ",
)
"""Letters that sound alike in some place of a syllable."""
FIRST, LAST = ord("가"), ord("힣")
MAX_ERRORS = 3
WORDS_AN_ERROR = 5
"""Of the evaluation: one error for each five words begun."""


def noisy(text: str, rng: random.Random) -> str:
    """The text with one to `MAX_ERRORS` errors, fewer in a short one."""
    return _spoiled(text, rng.randint(1, min(MAX_ERRORS, 1 + len(text) // 12)), rng)


def mistyped(text: str, rng: random.Random) -> str:
    """The text with one error for each five words, the noise that `evaluate` measures with."""
    return _spoiled(text, -(-len(text.split()) // WORDS_AN_ERROR), rng)


def _spoiled(text: str, errors: int, rng: random.Random) -> str:
    characters = list(unicodedata.normalize("NFC", text))
    kinds = (_spacing, _letter, _letter, _apart, _stroke)
    for _ in range(errors):
        rng.choice(kinds)(characters, rng)
    return "".join(characters)


def _apart(characters: list[str], rng: random.Random) -> None:
    """Leave a syllable as separate letters, or move its final consonant to the next vowel."""
    syllables = _syllables(characters)
    if not syllables:
        return
    number = rng.choice(syllables)
    initial, vowel, final = _letters(characters[number])
    following = number + 1
    if final and following in syllables and rng.random() < 0.5:
        next_initial, next_vowel, next_final = _letters(characters[following])
        heard = FINALS[final]
        if INITIALS[next_initial] == "ㅇ" and heard in INITIALS:
            characters[number] = _syllable(initial, vowel, 0)
            moved = INITIALS.index(heard)
            characters[following] = _syllable(moved, next_vowel, next_final)
            return
    written = INITIALS[initial] + VOWELS[vowel] + (FINALS[final] if final else "")
    characters[number] = written


def _stroke(characters: list[str], rng: random.Random) -> None:
    """Leave a character out, type it twice, or change places with the next."""
    if len(characters) < 4:
        return
    number = rng.randrange(len(characters) - 1)
    kind = rng.randrange(3)
    if kind == 0:
        del characters[number]
    elif kind == 1:
        characters.insert(number, characters[number])
    else:
        pair = characters[number : number + 2]
        characters[number : number + 2] = pair[::-1]


def _spacing(characters: list[str], rng: random.Random) -> None:
    """Drop a space, drop them all, or add one."""
    spaces = [number for number, character in enumerate(characters) if character == " "]
    if spaces and rng.random() < 0.2:
        characters[:] = [character for character in characters if character != " "]
    elif spaces and rng.random() < 0.7:
        del characters[rng.choice(spaces)]
    elif len(characters) > 2:
        characters.insert(rng.randrange(1, len(characters)), " ")


def _letter(characters: list[str], rng: random.Random) -> None:
    """Change one letter of one syllable."""
    syllables = _syllables(characters)
    if not syllables:
        return
    number = rng.choice(syllables)
    places = list(zip((INITIALS, VOWELS, FINALS), _letters(characters[number]), strict=True))
    place = rng.randrange(3)
    letters, old = places[place]
    choices = [letters.index(new) for new in _near(letters[old]) if new in letters]
    if choices:
        places[place] = (letters, rng.choice(choices))
        characters[number] = _syllable(*(letter for _, letter in places))


def _syllables(characters: list[str]) -> list[int]:
    """Places of whole syllables."""
    return [n for n, c in enumerate(characters) if len(c) == 1 and FIRST <= ord(c) <= LAST]


def _letters(syllable: str) -> tuple[int, int, int]:
    """Numbers of the initial, the vowel and the final, 0 for no final."""
    rest, final = divmod(ord(syllable) - FIRST, len(FINALS))
    return *divmod(rest, len(VOWELS)), final


def _syllable(initial: int, vowel: int, final: int) -> str:
    return chr(FIRST + (initial * len(VOWELS) + vowel) * len(FINALS) + final)


def _near(letter: str) -> list[str]:
    """Neighbours on the keyboard and letters of a similar sound."""
    near: list[str] = []
    for row in KEYBOARD:
        at = row.find(letter)
        if at >= 0:
            near += row[max(0, at - 1) : at] + row[at + 1 : at + 2]
    for group in SOUNDS:
        if letter in group:
            near += [other for other in group if other != letter]
    return near
