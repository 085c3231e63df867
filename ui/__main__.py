"""``python -m ui``: the same as ``smartstore-assistant serve``."""

from assistant.cli import main

if __name__ == "__main__":
    main(["serve"])
