"""Delete every view, rebuild from the log: the same rows, and byte for byte the same dossier."""

import itertools
import shutil
import sqlite3
from contextlib import closing

from counterclaim.desk.keys import salt
from counterclaim.desk.open import open_desk
from counterclaim.desk.publish import payload_of

NOT_VIEWS = {"entry", "node", "checkpoint", "history", "map_node", "object_key"}


def fixed(path, into):
    ticks = itertools.count()
    return open_desk(
        path,
        actor="Demo owner",
        clock=lambda: f"2031-05-01T00:00:{next(ticks) % 60:02d}Z",
        environment={"COUNTERCLAIM_CONFIG": str(into)},
    )


def test_views_deleted_and_rebuilt_give_a_byte_equal_dossier(demo, tmp_path) -> None:
    shutil.copytree(demo.vault.parent, tmp_path / "copy")
    vault = tmp_path / "copy" / "vault"
    before = payload_of(fixed(vault, tmp_path), case="demo", profile="internal")
    digest = open_desk(vault).vault.views_digest()
    with closing(sqlite3.connect(vault / "custody.db")) as database, database:
        names = [
            row[0]
            for row in database.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
        ]
        views = [
            name for name in names if name not in NOT_VIEWS and not name.startswith(("search_", "migration", "schema"))
        ]
        assert len(views) > 8
        for name in views:
            database.execute(f'DELETE FROM "{name}"')
    (vault / "custody.seal").unlink()  # the database was changed from outside: the seal would, rightly, refuse a writer
    assert open_desk(vault).vault.exhibits("demo") == ()
    desk = fixed(vault, tmp_path)
    with desk.vault.writer(signer=desk.signer(), salts=salt) as writer:
        writer.rebuild_views()
    assert open_desk(vault).vault.views_digest() == digest
    after = payload_of(fixed(vault, tmp_path), case="demo", profile="internal")
    assert sorted(after) == sorted(before)
    assert [name for name in before if before[name] != after[name]] == []
