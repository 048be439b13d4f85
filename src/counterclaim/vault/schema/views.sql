-- The views: folded from the log by views.py, dropped and folded anew by rebuild(); no fact stands here alone.
CREATE TABLE "case" (
    name TEXT PRIMARY KEY, plain TEXT NOT NULL, entry INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE role (
    "case" TEXT NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL, entry INTEGER NOT NULL,
    PRIMARY KEY ("case", actor)
) STRICT, WITHOUT ROWID;
CREATE TABLE exhibit (
    "case" TEXT NOT NULL, number INTEGER NOT NULL, sha256 TEXT NOT NULL, kind TEXT NOT NULL,
    media_type TEXT NOT NULL, size_bytes INTEGER NOT NULL, name TEXT NOT NULL, admitted_at TEXT NOT NULL,
    object TEXT NOT NULL, source TEXT, note TEXT NOT NULL, entry INTEGER NOT NULL,
    PRIMARY KEY ("case", number), UNIQUE ("case", sha256)
) STRICT, WITHOUT ROWID;
CREATE TABLE finding (
    "case" TEXT NOT NULL, id TEXT NOT NULL, exhibit INTEGER NOT NULL, exhibit_sha256 TEXT NOT NULL,
    examiner TEXT NOT NULL, version TEXT NOT NULL, brief_sha256 TEXT NOT NULL, outcome TEXT NOT NULL,
    plain TEXT NOT NULL, status TEXT NOT NULL, "by" TEXT NOT NULL, at TEXT NOT NULL, entry INTEGER NOT NULL,
    PRIMARY KEY ("case", id), UNIQUE ("case", exhibit_sha256, examiner, version, brief_sha256)
) STRICT, WITHOUT ROWID;
CREATE TABLE code (
    "case" TEXT NOT NULL, exhibit INTEGER NOT NULL, code TEXT NOT NULL, entry INTEGER NOT NULL,
    PRIMARY KEY ("case", exhibit, code)
) STRICT, WITHOUT ROWID;
CREATE TABLE reading (
    entry INTEGER PRIMARY KEY, "case" TEXT NOT NULL, exhibit INTEGER NOT NULL, readers TEXT NOT NULL,
    plain TEXT NOT NULL
) STRICT;
CREATE INDEX reading_of_exhibit ON reading ("case", exhibit);
CREATE TABLE suggestion (
    "case" TEXT NOT NULL, id TEXT NOT NULL, exhibit INTEGER NOT NULL, kind TEXT NOT NULL, plain TEXT NOT NULL,
    status TEXT NOT NULL, "by" TEXT NOT NULL, at TEXT NOT NULL, entry INTEGER NOT NULL,
    PRIMARY KEY ("case", id)
) STRICT, WITHOUT ROWID;
CREATE TABLE question (
    "case" TEXT NOT NULL, id TEXT NOT NULL, late INTEGER NOT NULL, plain TEXT NOT NULL, entry INTEGER NOT NULL,
    PRIMARY KEY ("case", id)
) STRICT, WITHOUT ROWID;
CREATE TABLE assessment (
    "case" TEXT NOT NULL, id TEXT NOT NULL, question TEXT NOT NULL, plain TEXT NOT NULL, entry INTEGER NOT NULL,
    PRIMARY KEY ("case", id)
) STRICT, WITHOUT ROWID;
CREATE TABLE weight (
    "case" TEXT NOT NULL, question TEXT NOT NULL, plain TEXT NOT NULL, entry INTEGER NOT NULL,
    PRIMARY KEY ("case", question)
) STRICT, WITHOUT ROWID;
CREATE TABLE token (
    entry INTEGER PRIMARY KEY, size INTEGER NOT NULL, token TEXT NOT NULL, authority TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE TABLE cosignature (
    entry INTEGER PRIMARY KEY, size INTEGER NOT NULL, line TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE TABLE not_used (
    "case" TEXT NOT NULL, exhibit INTEGER NOT NULL, why TEXT NOT NULL, entry INTEGER NOT NULL,
    PRIMARY KEY ("case", exhibit)
) STRICT, WITHOUT ROWID;
CREATE TABLE publication (
    entry INTEGER PRIMARY KEY, "case" TEXT NOT NULL, profile TEXT NOT NULL, plain TEXT NOT NULL
) STRICT;
CREATE TABLE note (
    entry INTEGER PRIMARY KEY, "case" TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL, actor TEXT NOT NULL,
    plain TEXT NOT NULL
) STRICT;
CREATE TABLE activity (
    entry INTEGER PRIMARY KEY, "case" TEXT NOT NULL, kind TEXT NOT NULL, class TEXT NOT NULL, at TEXT NOT NULL,
    actor TEXT NOT NULL
) STRICT;
CREATE INDEX activity_of_case ON activity ("case", entry);
CREATE TABLE activity_exhibit (
    "case" TEXT NOT NULL, exhibit INTEGER NOT NULL, entry INTEGER NOT NULL,
    PRIMARY KEY ("case", exhibit, entry)
) STRICT, WITHOUT ROWID;
CREATE TABLE erased (
    entry INTEGER PRIMARY KEY
) STRICT;
CREATE TABLE searchable (
    id INTEGER PRIMARY KEY, "case" TEXT NOT NULL, exhibit INTEGER NOT NULL, kind TEXT NOT NULL, ref TEXT NOT NULL,
    text TEXT NOT NULL, entry INTEGER NOT NULL, UNIQUE ("case", kind, ref)
) STRICT;
CREATE VIRTUAL TABLE search_index USING fts5 (
    text, content = 'searchable', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
