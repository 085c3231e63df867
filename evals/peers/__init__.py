"""The pipelines that a developer would otherwise use, in an environment of their own.

``python -m evals.peers SET --environment FOLDER`` makes that environment (its pinned
requirements stand in ``requirements.txt``), runs every peer in it, and keeps what they found.
"""
