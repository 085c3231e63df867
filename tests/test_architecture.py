"""How the packages hang together: imports, public names, nothing pickled, no network."""

from __future__ import annotations
import __future__

import ast
import importlib
import os
import subprocess
import sys
import textwrap
import types
from pathlib import Path

import pytest
from importlinter.cli import lint_imports
from tiny import Tree

import corpus
from assistant.settings import Settings
from corpus.loader import ROOT

PACKAGES = ("corpus", "index", "assistant", "ui", "evals")
REPOSITORY = ROOT.parent
HEAVY = ("torch", "onnxruntime", "gradio", "kiwipiepy", "transformers", "langchain_core")


def run(code: str) -> str:
    """What a fresh process prints."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", PACKAGES)
def test_importing_a_package_loads_no_model_and_no_runtime(name: str) -> None:
    loaded = run(f"import {name}, sys; print(*sys.modules)").split()
    assert [module for module in HEAVY if module in loaded] == []


def test_packages_import_only_what_stands_to_their_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The contract stands in pyproject.toml; ``lint-imports`` checks it by hand."""
    monkeypatch.chdir(REPOSITORY)
    monkeypatch.syspath_prepend(str(REPOSITORY))
    code = lint_imports(config_filename="pyproject.toml", cache_dir=str(tmp_path), no_logo=True)
    assert code == 0, capsys.readouterr().out


@pytest.mark.parametrize("name", PACKAGES)
def test_all_names_exactly_what_a_package_exposes(name: str) -> None:
    package = importlib.import_module(name)
    exported = set(package.__all__)
    assert list(package.__all__) == sorted(exported, key=_isort_order)
    for public in exported:
        assert getattr(package, public) is not None
    own = {key for key, value in vars(package).items() if _is_ours(key, value)}
    assert own <= exported


def _isort_order(name: str) -> tuple[int, str]:
    """Constants, classes, functions: the order that ruff keeps."""
    kind = 0 if name.isupper() else 1 if name[0].isupper() else 2
    return kind, name


def _is_ours(name: str, value: object) -> bool:
    if name.startswith("_") or isinstance(value, types.ModuleType | __future__._Feature):
        return False
    home = getattr(value, "__module__", "").partition(".")[0]
    return home in PACKAGES


@pytest.mark.parametrize("name", PACKAGES)
def test_a_name_that_is_not_there_is_an_attribute_error(name: str) -> None:
    package = importlib.import_module(name)
    with pytest.raises(AttributeError, match="no_such_name"):
        package.no_such_name  # noqa: B018


def sources() -> list[Path]:
    return [file for name in PACKAGES for file in sorted((REPOSITORY / name).rglob("*.py"))]


def test_nothing_imports_pickle() -> None:
    for file in sources():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in getattr(node, "names", [])]
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if isinstance(node, ast.Import | ast.ImportFrom):
                assert not {"pickle", "cPickle", "dill", "joblib", "shelve"} & {*names}, file


def test_modules_fit_on_a_few_screens() -> None:
    long = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in sources()}
    assert {file.name: lines for file, lines in long.items() if lines > 250} == {}


def test_no_file_of_an_index_is_a_pickle(built_settings: Settings) -> None:
    import numpy as np

    files = [file for file in built_settings.index_directory.rglob("*") if file.is_file()]
    for file in files:
        if file.suffix == ".npy":
            np.load(file, allow_pickle=False)
        elif file.stat().st_size:
            assert file.read_bytes()[:1] != b"\x80", f"{file} starts like a pickle"
    assert {file.suffix for file in files} <= {".npy", ".faiss", ".json", ".jsonl", "", ".lock"}


def test_building_and_searching_need_no_network(tiny_corpus: Tree, tmp_path: Path) -> None:
    found = run(f"""
    import pathlib, socket

    def refuse(*args, **kwargs):
        raise AssertionError(f"the network was asked for: {{args}}")

    socket.socket.connect = socket.socket.connect_ex = refuse
    socket.create_connection = socket.getaddrinfo = refuse

    import corpus, index
    settings = index.IndexSettings(data=pathlib.Path({str(tmp_path / "data")!r}))
    index.build(corpus.load(pathlib.Path({str(tiny_corpus())!r})), settings, unanswered=[])
    print(index.open(settings).search("고객센터 전화번호", 1)[0].document_id)
    """)
    assert found.split() == ["support-phone"]


def test_model_that_must_be_fetched_fails_at_once_without_a_network(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    monkeypatch.delenv("https_proxy", raising=False)
    found = run(f"""
    import pathlib, socket, time

    def refuse(*args, **kwargs):
        raise OSError("network is unreachable")

    socket.socket.connect = socket.socket.connect_ex = refuse
    socket.create_connection = socket.getaddrinfo = refuse

    import corpus, index
    settings = index.IndexSettings(data=pathlib.Path({str(tmp_path)!r}), encoder="no-such/model")
    import sentence_transformers  # its seconds are not the network's
    started = time.monotonic()
    try:
        index.build([], settings)
    except corpus.EncoderError as error:
        print(error, time.monotonic() - started)
    """)
    assert "임베딩 모델 'no-such/model'" in found
    assert "인터넷" in found
    assert float(found.split()[-1]) < 40  # the hub's own retries take 79 s


def test_errors_of_the_tree_are_all_public() -> None:
    def below(kind: type[Exception]) -> set[type[Exception]]:
        return {kind}.union(*(below(one) for one in kind.__subclasses__()))

    ours = {kind for kind in below(corpus.AssistantError) if kind.__module__.startswith("corpus")}
    assert {kind.__name__ for kind in ours} <= set(corpus.__all__)
    for kind in ours - {corpus.AssistantError}:
        assert kind.__name__ in (corpus.errors.__doc__ or "")
