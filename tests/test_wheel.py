"""What a user installs is whole: the wheel answers outside the checkout, model and corpus in it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from assistant.settings import Settings

REPOSITORY = Path(__file__).parents[1]
PACKAGES = ("corpus", "index", "assistant", "ui", "evals")
CODE = """
import json, assistant, ui
from ui.page import launch_options
answer = assistant.answer("톡톡상담 운영시간")
print(json.dumps({
    "file": assistant.__file__,
    "text": answer.text,
    "head": len(launch_options()["head"]),
}))
"""


def test_the_wheel_answers_outside_the_checkout(built_settings: Settings, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "installed"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(REPOSITORY / name, source)
    for name in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPOSITORY / name, source / name, ignore=ignored)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "--no-deps", "--no-build-isolation", "--target", str(target), str(source)],
        check=True,
        timeout=300,
    )
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        env={
            **os.environ,
            "PYTHONPATH": str(target),
            "ASSISTANT_DATA": str(built_settings.data),
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert Path(told["file"]).is_relative_to(target)
    assert "09:00~18:00" in told["text"]
    assert told["head"] > 1000
    encoder = target / "index" / "embedding"
    assert (encoder / "shipped.json").is_file()
    assert (target / "index" / "precomputed.npz").is_file()
    assert (target / "index" / "reranking" / "model" / "model_qint8.onnx").is_file()
    assert (target / "index" / "lexical" / "english.tsv").is_file()
    assert not (encoder / "training").exists()  # megabytes that serve training alone
