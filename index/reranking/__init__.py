"""A cross-encoder that reads question and passage together where the first stage is in doubt."""

QUESTION_TOKENS, PASSAGE_TOKENS = 64, 224
"""At which question and passage are cut, prompt and marks included."""
