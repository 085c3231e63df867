"""A virtual environment of its own for a library that is only compared with."""

import subprocess
import sys
from pathlib import Path

from index.embedding.files import write_text


def environment(folder: Path, requirements: Path) -> Path:
    """The interpreter of an environment with what a requirements file names.

    It is made on the first call, and filled again when the file changes. Nothing of the caller's
    packages is seen in it.
    """
    python, stamp = folder / "bin" / "python", folder / "installed.txt"
    wanted = requirements.read_text(encoding="utf-8")
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [str(python), "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--requirement", str(requirements)], check=True)
        write_text(stamp, wanted)
    return python
