"""Work out the new list of own files from the former one and what was read: no I/O but stat."""

from __future__ import annotations

import os

from corpus import Document
from index.making import digest
from index.own.outcome import Outcome
from index.own.reading import Reading
from index.own.registry import OwnContent, OwnFile, Registry
from index.own.scan import Candidate, Problem


class Ledger:
    """The list while it is being changed; `finish` makes the new one."""

    def __init__(self, registry: Registry, now: str) -> None:
        self._now = now
        self._pending: dict[str, Reading] = {}
        self.files = {file.path: file for file in registry.files}
        self.contents = dict(registry.contents)
        self.outcome = Outcome()

    def take(self, reading: Reading) -> None:
        """Enter what came of a file."""
        known = self.files.get(str(reading.candidate.path))
        if reading.unchanged and known:
            self._found_again(known, reading.candidate)
        elif reading.key is None:
            self._not_read(reading, known)
        else:
            self._read(reading, known, reading.key)

    def remove(self, file: OwnFile) -> None:
        """Take a file from the list."""
        del self.files[file.path]
        self.outcome.removed.append(file.name)

    def finish(self) -> tuple[Registry, dict[str, list[Document]]]:
        """The new list, and the documents of contents that must be indexed, by content."""
        files = tuple(self.files.values())
        used = {file.key for file in files}
        self.contents = {key: one for key, one in self.contents.items() if key in used}
        fresh: dict[str, list[Document]] = {}
        for key, reading in self._pending.items():
            if key in used and key not in self.contents:
                fresh[key] = self._new_content(key, reading)
        self.outcome.files = len(files)
        return Registry(files=files, contents=self.contents), fresh

    def _found_again(self, known: OwnFile, candidate: Candidate) -> None:
        watched = known.watched or candidate.watched
        self.files[known.path] = known.model_copy(update={"watched": watched})
        if known.problem:
            self.outcome.problems.append(Problem(candidate.path, known.problem))
        else:
            self.outcome.unchanged += 1

    def _not_read(self, reading: Reading, known: OwnFile | None) -> None:
        path = reading.candidate.path
        assert reading.problem is not None
        self.outcome.problems.append(Problem(path, reading.problem))
        if known and known.key:
            self.outcome.kept.append(known.name)
            state = {"problem": reading.problem, "stamp": reading.stamp}
            self.files[known.path] = known.model_copy(update=state)
        else:
            self.files[str(path)] = self._file(reading, known)

    def _read(self, reading: Reading, known: OwnFile | None, key: str) -> None:
        path = str(reading.candidate.path)
        alike = [file for file in self.files.values() if file.key == key and file.path != path]
        gone = next((file for file in alike if missing(file.path)), None)
        if known is None and gone:
            del self.files[gone.path]
            file = self._file(reading, known).model_copy(update={"added": gone.added})
            self.outcome.renamed.append((gone.name, file.name))
        else:
            file = self._file(reading, known)
            self._count(file, known, alike)
        self.files[path] = file
        if reading.documents is not None:
            self._pending.setdefault(key, reading)

    def _count(self, file: OwnFile, known: OwnFile | None, alike: list[OwnFile]) -> None:
        if known and known.key == file.key:
            self.outcome.unchanged += 1
            return
        (self.outcome.changed if known and known.key else self.outcome.added).append(file.name)
        twin = next((one for one in alike if not missing(one.path)), None)
        if twin:
            self.outcome.duplicates.append((file.name, twin.name))

    def _new_content(self, key: str, reading: Reading) -> list[Document]:
        read = reading.documents or []
        file = next(file for file in self.files.values() if file.key == key)
        name = _free(file.name, {one.name for one in self.contents.values()})
        documents = [_renamed(document, reading.candidate.name, name) for document in read]
        notes = tuple(note for document in documents for note in document.notes)
        self.contents[key] = OwnContent(
            name=name,
            documents={document.id: digest(document) for document in documents},
            pages=sum(len(document.pages) for document in documents),
            sections=sum(len(document.sections) for document in documents),
            notes=notes,
        )
        self.outcome.notes += [(file.name, note) for note in notes]
        return documents

    def _file(self, reading: Reading, known: OwnFile | None) -> OwnFile:
        candidate = reading.candidate
        return OwnFile(
            path=str(candidate.path),
            name=known.name if known else self._free_name(candidate),
            root=str(candidate.root) if candidate.root else None,
            watched=candidate.watched or bool(known and known.watched),
            added=known.added if known else self._now,
            size=reading.size,
            stamp=reading.stamp,
            key=reading.key,
            problem=reading.problem,
        )

    def _free_name(self, candidate: Candidate) -> str:
        """The candidate's name, with folders before it until no other file has it."""
        taken = {file.name for file in self.files.values()}
        name, folder = candidate.name, candidate.path.parents[candidate.name.count("/")]
        while name in taken and folder.name:
            name, folder = f"{folder.name}/{name}", folder.parent
        return _free(name, taken)


def missing(path: str) -> bool:
    """Whether a file is no longer where it was."""
    return not os.path.lexists(path)


def _free(name: str, taken: set[str]) -> str:
    others = (f"{name} ({number})" for number in range(2, len(taken) + 3))
    return next(one for one in (name, *others) if one not in taken)


def _renamed(document: Document, old: str, new: str) -> Document:
    """A document that was read under one name, with the id and path of another."""
    tail = document.id.removeprefix(f"own:{old}")
    return document.model_copy(update={"id": f"own:{new}{tail}", "path": new})
