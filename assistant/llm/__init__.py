"""Answers written by a language model from the found passages, each sentence checked.

``chat``    the model that the settings name
``stream``  its text as it comes, within a time limit
``prompt``  what it is asked, and the passages that it may use
``draft``   its text cut into claims with their markers
``figures`` numbers, times and amounts in one notation
``verify``  whether a claim stands in the passages that it names
``cite``    the exact sentences behind a claim
``writer``  all of it, and the extractive answer where any of it fails
"""

from assistant.llm.writer import Writer

__all__ = ["Writer"]
