"""What was asked of an authority or a claimant, and the answer word for word; a blank is never filled."""

from __future__ import annotations

from counterclaim.desk.open import Desk
from counterclaim.dossier.casefile import Particulars


def particulars(desk: Desk, *, case: str) -> tuple[Particulars, ...]:
    """Each request of the case with the first reply of the same body after it."""
    replies = desk.vault.notes(case, "reply_received")
    asked = []
    for row in desk.vault.notes(case, "particulars_requested"):
        to = str(row.plain.get("to", "not said"))
        reply = next((one for one in replies if one.plain.get("to") == to and one.entry > row.entry), None)
        asked.append(
            Particulars(
                to=to,
                at=row.at,
                asked=str(row.plain.get("asked", "")),
                about=tuple(str(one) for one in row.plain.get("about", ())),
                reply=str(reply.plain.get("reply", "")) if reply else None,
                reply_at=reply.at if reply else None,
            )
        )
    return tuple(asked)
