"""Crashes builders of a tiny index on purpose and reports what the next process finds.

    python crash_lab.py exits|powercuts|kills|updates CORPUS DATA [COUNT]

Runs in its own process, so that it can load Kiwi and the encoder once and then fork a builder
for every trial. Prints a JSON list of trials: what was crashed, where, what a fresh process reads
(``old``, ``new`` or ``missing``), and whether the build after it succeeds.
"""

from __future__ import annotations

import builtins
import gc
import io
import json
import os
import random
import shutil
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"  # a thread pool does not survive a fork

from tqdm import tqdm

import corpus
from index import IndexSettings, build, sync
from index.opening import open_index
from index.storage import read_manifest

# tqdm's own lock is shared by forked processes: a child killed while it held it left all others
# waiting for ever. Nor may its monitor thread hold the new one at the moment of a fork.
tqdm.set_lock(threading.RLock())
tqdm.monitor_interval = 0

CRASHED, OLD, NEW, MISSING, BROKEN = 9, 10, 11, 12, 13
NAMES = {OLD: "old", NEW: "new", MISSING: "missing"}
FIGURE = {"old": "1588-3819", "new": "1588-0000"}
REBUILD = 5  # the build after the crash is tried in every fifth trial
LAST_STEPS = 12  # from the manifest to the end of pruning
QUESTION = "고객센터 전화번호"


def settings_of(data: Path) -> IndexSettings:
    return IndexSettings(data=data, build_threads=1)


def documents(root: Path, state: str) -> list[corpus.Document]:
    """The tiny corpus; the new state has another phone number of the same length."""
    found = []
    for document in corpus.load(root):
        text = document.text.replace(FIGURE["old"], FIGURE[state])
        found.append(document.model_copy(update={"text": text}))
    return found


def update(root: Path, data: Path, state: str) -> None:
    """Follow a folder of own files: in the new state one has changed, one is gone, one is new."""
    folder = root / "files"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    phone = f"# 우리 전화\n\n## 직통 번호\n\n우리 가게 직통 번호는 {FIGURE[state]}입니다.\n"
    (folder / "phone.md").write_text(phone, encoding="utf-8")
    other = f"# 창고\n\n## 창고 {state}\n\n창고 열쇠는 {state} 상자에 있습니다.\n"
    (folder / f"{state}.md").write_text(other, encoding="utf-8")
    sync(IndexSettings(data=data, build_threads=1, documents=folder))


def look_at_own(data: Path) -> int:
    """What a fresh process finds of the own files: all of the old or all of the new ones."""
    warnings.simplefilter("ignore")
    index = open_index(settings_of(data))
    assert index.search("고객센터 전화번호", 5)
    own = {name: one for name, one in index.documents.items() if one.own}
    states = {code for code, name in NAMES.items() if f"own:{name}.md" in own}
    [state] = states
    assert own.keys() == {"own:phone.md", f"own:{NAMES[state]}.md"}
    assert FIGURE[NAMES[state]] in own["own:phone.md"].text
    texts = [hit.text for hit in index.search("우리 가게 직통 번호", 20)]
    assert any(FIGURE[NAMES[state]] in text for text in texts)
    assert not any(FIGURE[NAMES[OLD + NEW - state]] in text for text in texts if "직통" in text)
    return state


def update_again(root: Path, data: Path) -> int:
    """The update after the crash ends with the new files and without leftovers."""
    update(root, data, "new")
    state = look_at_own(data)
    update(root, data, "old")  # after a crash at the very end there was nothing left to write
    directory = settings_of(data).index_directory
    kept = list(directory.glob("gen-*"))
    named = {entry.name for path in kept for entry in read_manifest(path).segments}
    assert len(kept) <= 2, kept
    assert {path.name for path in (directory / "segments").iterdir()} == named
    return state


def in_child(work: Callable[[], int]) -> int:
    """The exit status of ``work`` in a forked process; minus the signal that ended it."""
    child = os.fork()
    if child == 0:
        code = BROKEN
        try:
            code = work()
        except BaseException:  # noqa: BLE001 - printed, and the trial counts as broken
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def look(data: Path) -> int:
    """What a fresh process finds: a whole old or new index that answers, or none."""
    warnings.simplefilter("ignore")  # falling back warns, and is what is being tested
    try:
        index = open_index(settings_of(data))
    except corpus.IndexMissingError:
        return MISSING
    [hit] = index.search(QUESTION, 1)
    assert index.documents[hit.document_id].text[hit.start : hit.end] == hit.text
    states = {code for code, name in NAMES.items() if FIGURE.get(name, "?") in hit.text}
    [state] = states
    return state


def rebuild(root: Path, data: Path) -> int:
    """The build after the crash must end with the new index and without leftovers."""
    build(documents(root, "new"), settings_of(data), unanswered=[])
    directory = settings_of(data).index_directory
    kept = sorted(path.name for path in directory.glob("gen-*"))
    assert len(kept) <= 2, kept
    assert len(list((directory / "segments").iterdir())) <= 2
    assert not list(directory.rglob("*.part"))
    return look(data)


class Saboteur:
    """Counts what a build does to the disk below ``directory`` and exits at the ``nth`` step.

    Keeps what a power cut could take away: files written and not flushed, names entered into a
    folder that was not flushed, and renames with what the target held before.
    """

    def __init__(self, directory: Path, nth: int, report: Path) -> None:
        self.directory, self.nth, self.report = directory, nth, report
        self.steps = 0
        self.unflushed: set[str] = set()
        self.entered: dict[str, str] = {}
        self.renamed: dict[str, str | None] = {}

    def step(self, partial: Callable[[], object] = lambda: None) -> None:
        self.steps += 1
        if self.steps == self.nth:
            partial()
            self.tell()
            os._exit(CRASHED)

    def tell(self) -> None:
        state = {
            "steps": self.steps,
            "unflushed": sorted(self.unflushed),
            "entered": list(self.entered),
            "renamed": self.renamed,
        }
        descriptor = os.open(self.report, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
        os.write(descriptor, json.dumps(state).encode())
        os.close(descriptor)

    def ours(self, path: object) -> bool:
        return isinstance(path, str | Path) and Path(path).is_relative_to(self.directory)

    def install(self) -> None:
        self._watch_open()
        self._watch_flush()
        self._watch_names()
        for name in ("unlink", "rmdir"):
            self._count(name)

    def _watch_open(self) -> None:
        really_open = io.open

        def open_(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            if not self.ours(file) or not set(mode) & set("wax+"):
                return really_open(file, mode, *args, **kwargs)
            self.step()
            self.unflushed.add(str(file))
            self.entered[str(file)] = str(Path(file).parent)
            return _Torn(really_open(file, mode, *args, **kwargs), self)

        builtins.open = io.open = open_  # type: ignore[assignment]

    def _watch_flush(self) -> None:
        fsync = os.fsync

        def fsync_(descriptor: int) -> None:
            path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
            if self.ours(path) or Path(path) == self.directory.parent:
                self.step()
                self.unflushed.discard(path)
                self.entered = {n: f for n, f in self.entered.items() if f != path}
                self.renamed = {
                    n: old for n, old in self.renamed.items() if str(Path(n).parent) != path
                }
            fsync(descriptor)

        os.fsync = fsync_  # type: ignore[assignment]

    def _watch_names(self) -> None:
        replace, mkdir = os.replace, os.mkdir

        def replace_(source: Any, target: Any, **kwargs: Any) -> None:
            if self.ours(target):
                self.step()
                name, held = str(target), Path(target)
                self.renamed.setdefault(name, held.read_text() if held.exists() else None)
                self.entered.pop(str(source), None)
                if str(source) in self.unflushed:
                    self.unflushed = {*self.unflushed - {str(source)}, name}
            replace(source, target, **kwargs)

        def mkdir_(path: Any, *args: Any, **kwargs: Any) -> None:
            if self.ours(path):
                self.step()
            mkdir(path, *args, **kwargs)
            if self.ours(path):
                self.entered[str(path)] = str(Path(path).parent)

        os.replace, os.mkdir = replace_, mkdir_  # type: ignore[assignment]

    def _count(self, name: str) -> None:
        really = getattr(os, name)

        def counted(path: Any, *args: Any, **kwargs: Any) -> None:
            if self.ours(path) or kwargs.get("dir_fd") is not None:
                self.step()
            really(path, *args, **kwargs)

        setattr(os, name, counted)


class _Torn:
    """A file whose write may be cut in the middle."""

    def __init__(self, file: Any, saboteur: Saboteur) -> None:
        self._file, self._saboteur, self._torn = file, saboteur, False

    def write(self, content: Any) -> Any:
        if self._torn:  # one cut in the middle of a file stands for all others
            return self._file.write(content)
        self._torn = True

        def half() -> None:
            self._file.write(content[: len(content) // 2])
            self._file.flush()

        self._saboteur.step(half)
        return self._file.write(content)

    def __enter__(self) -> _Torn:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def cut_power(state: dict[str, Any], draw: int, luck: random.Random) -> None:
    """Take away what was not flushed: first two bad cases, then each thing or not.

    Draw 0 keeps the renames and loses the newest name, draw 1 keeps all names and damages every
    unflushed file; the others are as Lucene's mock directory does it.
    """
    renames, names, files = ((0, 0, 0), (0, 0, 1))[draw] if draw < 2 else (0.5, 0.5, 0.8)
    for name, old in state["renamed"].items():
        if luck.random() < renames:
            Path(name).unlink(missing_ok=True)
            if old is not None:
                Path(name).write_text(old)
    for name in state["unflushed"]:
        if luck.random() < files:
            _damage(Path(name), luck)
    lost = state["entered"][-1:] if draw == 0 else state["entered"]
    for name in lost:
        if draw == 0 or luck.random() < names:
            path = Path(name)
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _damage(file: Path, luck: random.Random) -> None:
    if not file.exists():
        return
    content = bytearray(file.read_bytes())
    how = luck.choice(["delete", "zero", "halve", "flip", "empty"])
    if how == "delete":
        file.unlink()
    elif how == "flip" and content:
        content[luck.randrange(len(content))] ^= 1 << luck.randrange(8)
        file.write_bytes(content)
    else:
        cuts = {"zero": bytes(len(content)), "halve": content[: len(content) // 2]}
        file.write_bytes(cuts.get(how, b""))


class Lab:
    """Trials start from an index of the old documents (``old``) or from none (``missing``)."""

    def __init__(self, root: Path, data: Path) -> None:
        self.root, self.data, self.trials = root, data, 0
        self.start = {"old": data / "start-old", "missing": data / "start-missing"}
        # Vectors of both states are in every trial's cache: a trial is about files, not encoding.
        build(documents(root, "new"), settings_of(data / "both"), unanswered=[])
        build(documents(root, "old"), settings_of(data / "both"), unanswered=[])
        shutil.copytree(data / "both", self.start["missing"], ignore=_index)
        shutil.copytree(self.start["missing"], self.start["old"])
        build(documents(root, "old"), settings_of(self.start["old"]), unanswered=[])
        look(self.start["old"])  # loads what every child needs
        gc.freeze()  # or each child copies all of it when its collector looks at it

    def fresh(self, start: str) -> Path:
        trial = self.data / "trial"
        shutil.rmtree(trial, ignore_errors=True)
        shutil.copytree(self.start[start], trial)
        return trial

    def result(self, start: str, at: object, code: int, trial: Path) -> dict[str, Any]:
        self.trials += 1
        found = in_child(lambda: look(trial))
        again = NEW if self.trials % REBUILD else in_child(lambda: rebuild(self.root, trial))
        return {
            "start": start,
            "at": at,
            "exit": code,
            "found": NAMES.get(found, str(found)),
            "rebuilt": NAMES.get(again, str(again)),
        }

    def crash(self, start: str, nth: int) -> tuple[Path, int, dict[str, Any]]:
        trial, report = self.fresh(start), self.data / "report.json"

        def work() -> int:
            saboteur = Saboteur(settings_of(trial).index_directory, nth, report)
            saboteur.install()
            build(documents(self.root, "new"), settings_of(trial), unanswered=[])
            saboteur.tell()
            return 0

        code = in_child(work)
        return trial, code, json.loads(report.read_text())

    def exits(self, every: int) -> list[dict[str, Any]]:
        """A builder over an old index that exits at every step, or, over none, at every fifth."""
        trials = []
        for start, stride in (("old", every), ("missing", 5 * every)):
            nth, code = 1, CRASHED
            while code == CRASHED:
                trial, code, _ = self.crash(start, nth)
                trials.append(self.result(start, nth, code, trial))
                nth += stride
        return trials

    def updates(self, every: int) -> list[dict[str, Any]]:
        """An update of own files over an old list that exits at every ``every``-th step."""
        for state in ("new", "old"):  # vectors of both are cached
            update(self.root, self.start["old"], state)
        trials, nth, code = [], 1, CRASHED
        report = self.data / "report.json"
        while code == CRASHED:
            trial, at = self.fresh("old"), nth

            def work(trial: Path = trial, at: int = at) -> int:
                saboteur = Saboteur(settings_of(trial).index_directory, at, report)
                saboteur.install()
                update(self.root, trial, "new")
                return 0

            code = in_child(work)
            found = in_child(lambda trial=trial: look_at_own(trial))
            again = in_child(lambda trial=trial: update_again(self.root, trial))
            names = [NAMES.get(state, str(state)) for state in (found, again)]
            trials.append(
                {"start": "old", "at": nth, "exit": code, "found": names[0], "rebuilt": names[1]}
            )
            nth += every
        return trials

    def powercuts(self, draws: int) -> list[dict[str, Any]]:
        """The builder exits at one of its last steps and what it did not flush is at risk.

        Before these, nothing that a reader follows has changed yet.
        """
        trials, luck = [], random.Random(11)
        for start in self.start:
            _, _, whole = self.crash(start, 0)
            for nth in range(whole["steps"] - LAST_STEPS, whole["steps"] + 1):
                for draw in range(draws):
                    trial, code, state = self.crash(start, nth)
                    cut_power(state, draw, luck)
                    trials.append(self.result(start, nth, code, trial))
        return trials

    def kills(self, count: int) -> list[dict[str, Any]]:
        """A builder that embeds everything itself, killed at a random moment."""
        luck = random.Random(13)
        whole = min(self._whole() for _ in range(3))  # of a machine that may be busy
        trials = []
        for number in range(count):
            start, after = ("old", "missing")[number % 2], luck.uniform(0, 1.1 * whole)
            trial, code = self._killed(start, after)
            trials.append(self.result(start, round(after, 4), code, trial))
        return trials

    def _whole(self) -> float:
        """Seconds that a whole build takes."""
        started = time.monotonic()
        self._killed("missing", None)
        return time.monotonic() - started

    def _killed(self, start: str, after: float | None) -> tuple[Path, int]:
        trial = self.fresh(start)
        shutil.rmtree(settings_of(trial).cache_file.parent)
        child = os.fork()
        if child == 0:
            build(documents(self.root, "new"), settings_of(trial), unanswered=[])
            os._exit(0)
        if after is not None:
            time.sleep(after)
            os.kill(child, signal.SIGKILL)
        return trial, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _index(_folder: str, names: list[str]) -> set[str]:
    return {"index"} & set(names)


def main() -> None:
    mode, root, data = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    lab = Lab(root, data)
    count = int(sys.argv[4])
    runs = {
        "exits": lab.exits,
        "powercuts": lab.powercuts,
        "kills": lab.kills,
        "updates": lab.updates,
    }
    sys.stdout.write(json.dumps(runs[mode](count)))


if __name__ == "__main__":
    main()
