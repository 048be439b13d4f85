"""A process under the shim that forks one child a journey; reads one command a line, answers one line."""

from __future__ import annotations

import ctypes
import json
import os
import random
import stat
import sys
import tempfile
import traceback
from pathlib import Path

from world.journeys import JOURNEYS, keys_of_tests

from counterclaim.record.errors import CounterclaimError
from counterclaim.vault import database, disk, objects, seal, vault

SHIM = ctypes.CDLL(None)


def mark(what: dict[str, object]) -> None:
    SHIM.world_mark(json.dumps(what).encode())


# --- mutants: what a careless programmer would leave out --------------------------------------


def without_file_flush() -> None:
    flush = disk.flush

    def careless(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            flush(descriptor)

    disk.flush = careless


def without_folder_flush() -> None:
    disk.flush_folder = lambda _: None


def with_normal_synchronous() -> None:
    database._PRAGMAS = tuple(each.replace("synchronous=FULL", "synchronous=NORMAL") for each in database._PRAGMAS)
    assert "synchronous=NORMAL" in database._PRAGMAS


# --- mutants: what this project left out until a simulated cut showed it ----------------------


def without_own_name() -> None:
    """The vault's folder is made, and its name never synced."""
    vault.make_folders = lambda folder: folder.mkdir(parents=True, exist_ok=True)


def without_settled_write_ahead() -> None:
    """The database is sealed while a cut may still bring the write-ahead file back."""
    seal._settle = lambda _: None


def without_settled_folders() -> None:
    """An object's folder that is there is taken for durable."""

    def settle(_: objects.FolderStorage, folders: set[Path]) -> None:
        for folder in folders:
            disk.make_folder(folder)

    objects.FolderStorage._settle = settle


MUTANTS = {
    one.__name__: one
    for one in (
        without_file_flush,
        without_folder_flush,
        with_normal_synchronous,
        without_own_name,
        without_settled_write_ahead,
        without_settled_folders,
    )
}


def child(command: dict[str, object]) -> None:
    """Take one journey; whatever ends it is marked."""
    root = Path(str(command["root"]))
    if mutant := command.get("mutant"):
        MUTANTS[str(mutant)]()
    assert SHIM.world_begin(str(root).encode(), str(command["trace"]).encode()) == 0
    if arm := command.get("arm"):
        SHIM.world_arm(*arm)
    try:
        keys = keys_of_tests() if command["encrypted"] else None
        JOURNEYS[str(command["journey"])](root, random.Random(command["seed"]), mark, keys)
    except CounterclaimError as error:
        mark({"error": type(error).__name__, "exit": error.exit_code, "remedy": error.remedy(), "text": str(error)})
    except BaseException:  # noqa: BLE001 (a crash is what is looked for: it is told, not hidden)
        mark({"crash": traceback.format_exc()})
    mark({"calls": SHIM.world_counted(), "fired": SHIM.world_fired()})


def warm_up() -> None:
    """Import what the command line imports late, once for all children."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "root")
        root.mkdir()
        process = os.environ.copy()
        JOURNEYS["commands"](root, random.Random(0), lambda _: None, None)
        os.environ.clear()
        os.environ.update(process)


def serve() -> None:
    """One child after another until the input ends."""
    database.LOCK_WAIT_SECONDS = 0.01  # nobody else is there to be waited for; ten seconds of that show no more
    warm = False
    for line in sys.stdin:
        if not warm and json.loads(line)["journey"] == "commands":
            warm_up()
            warm = True
        process = os.fork()
        if process == 0:
            try:
                child(json.loads(line))
            finally:
                os._exit(0)
        _, status = os.waitpid(process, 0)
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    SHIM.world_counted.restype = ctypes.c_long
    SHIM.world_arm.argtypes = [ctypes.c_long, *[ctypes.c_int] * 4]
    serve()
