"""Typing errors as sellers make them, for training queries."""

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


def noisy(text: str, rng: random.Random) -> str:
    """The text with one to `MAX_ERRORS` errors, fewer in a short one."""
    characters = list(unicodedata.normalize("NFC", text))
    for _ in range(rng.randint(1, min(MAX_ERRORS, 1 + len(characters) // 12))):
        _spacing(characters, rng) if rng.random() < 0.5 else _letter(characters, rng)
    return "".join(characters)


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
    syllables = [n for n, character in enumerate(characters) if FIRST <= ord(character) <= LAST]
    if not syllables:
        return
    number = rng.choice(syllables)
    rest, final = divmod(ord(characters[number]) - FIRST, len(FINALS))
    initial, vowel = divmod(rest, len(VOWELS))
    places = [(INITIALS, initial), (VOWELS, vowel), (FINALS, final)]
    place = rng.randrange(3)
    letters, old = places[place]
    choices = [letters.index(new) for new in _near(letters[old]) if new in letters]
    if not choices:
        return
    places[place] = (letters, rng.choice(choices))
    (_, initial), (_, vowel), (_, final) = places
    code = FIRST + (initial * len(VOWELS) + vowel) * len(FINALS) + final
    characters[number] = chr(code)


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
