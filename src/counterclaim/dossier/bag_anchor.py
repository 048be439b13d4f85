"""A published bag written anew with anchors that came later; refuses to change anything else, or a bag in place."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from counterclaim.dossier import bag_form as form
from counterclaim.dossier.bag import check_free, put_in_place
from counterclaim.dossier.bag_custody import cosignatures_in
from counterclaim.record.canonical import sha256_hex
from counterclaim.record.errors import StorageError


def anchor_bag(bag: Path, into: Path, *, cosignatures: Sequence[str], tokens: Sequence[bytes]) -> None:
    """Write `bag` again as the folder `into`, with these cosignature lines and tokens in the place of its own.

    Only custody/cosignatures, custody/tokens/ and the tag manifest differ, and none of these is bound by the publish
    entry. Raises BagError (a bag of another form), UsageError where `into` exists, StorageError.
    """
    check_free(into)
    held = form.held_in(bag)
    replaced = {f"custody/tokens/{number}.tsr": token for number, token in enumerate(tokens, 1)}
    if cosignatures:
        replaced[form.COSIGNATURES] = "".join(cosignatures).encode("utf-8")
        cosignatures_in(replaced[form.COSIGNATURES])
    kept = [path for path in held.files if path not in {form.TAG_MANIFEST, form.COSIGNATURES, *held.tokens}]
    digests = {path: held.digest(path) for path in kept if not path.startswith("data/")}
    digests |= {path: sha256_hex(content) for path, content in replaced.items()}
    replaced[form.TAG_MANIFEST] = form.manifest_text(digests)
    temporary: Path | None = None
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{into.name}.", dir=into.parent))
        for path in kept:
            (temporary / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(bag / path, temporary / path)
        put_in_place(temporary, into, content=replaced)
    except OSError as error:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
        raise StorageError("room for a bag", f"{error.strerror}") from error
