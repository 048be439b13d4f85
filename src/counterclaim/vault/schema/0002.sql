-- Format 2: which entries are about which exhibit, and the map over these histories (docs/SPEC-custody-log.md).
-- They are part of the log, not views: an erased payload no longer says which exhibit it was about.
CREATE TABLE history (
    tag BLOB NOT NULL CHECK (length(tag) = 32),
    nth INTEGER NOT NULL CHECK (nth >= 0),
    idx INTEGER NOT NULL CHECK (idx >= 0),
    exhibit INTEGER NOT NULL,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    PRIMARY KEY (tag, nth)
) STRICT, WITHOUT ROWID;
CREATE TABLE map_node (
    way TEXT PRIMARY KEY,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    key BLOB CHECK (length(key) = 32)
) STRICT, WITHOUT ROWID;
-- The keys of encrypted objects, wrapped for their recipients. No entry holds one: a key that is erased is gone.
CREATE TABLE object_key (
    object TEXT PRIMARY KEY CHECK (length(object) = 32),
    wrapped BLOB NOT NULL
) STRICT, WITHOUT ROWID;
