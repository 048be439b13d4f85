"""One field a file states: group, name, value and place; refuses a field without a place."""

from __future__ import annotations

from dataclasses import dataclass

from counterclaim.examine.fields.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field as it stands in the file.

    `group` and `name` are those under which the field's most used reader prints it (`ExifIFD`, `ExposureTime`);
    `tag` is the number or key within the group; `offset` is the byte of the file where the value stands, -1 where
    the value stands in a part that was unpacked.
    """

    group: str
    name: str
    value: Value
    tag: str
    offset: int

    @property
    def key(self) -> str:
        """`ExifIFD:ExposureTime`."""
        return f"{self.group}:{self.name}"
