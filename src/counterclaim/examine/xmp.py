"""What an XMP packet states, read within bounds; refuses document types, entities and the network.

Source: ISO 16684-1 (XMP part 1), sections 7.4 to 7.9: a packet is RDF/XML and brings no document type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from counterclaim.examine.fields.tables import XMP_PREFIXES
from counterclaim.examine.wording import tidy

PACKET_BYTES_MAX = 4 * 1024 * 1024  # a packet with a preview picture has some hundred kilobytes
PROPERTIES_MAX = 400  # camera raw settings have some two hundred
VALUES_MAX = 50  # items of one list
HISTORY_MAX = 100
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML = "http://www.w3.org/XML/1998/namespace"
_EVENT = "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Xmp:
    """What a packet states: `properties` by `prefix:Name`, each a list of texts; `history` of (action, when, software).

    `fault` says why it could not be read, or nothing; `foreign` counts properties of other schemas.
    """

    properties: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    history: tuple[tuple[str, str, str], ...] = ()
    foreign: int = 0
    fault: str = ""

    def first(self, *names: str) -> str | None:
        """Give the first text of the first of these properties that is there."""
        for name in names:
            if self.properties.get(name):
                return self.properties[name][0]
        return None


def xmp_of(packet: bytes) -> Xmp:
    """Read an XMP packet (RDF/XML, any encoding XML allows). Never raises for what the bytes are."""
    if len(packet) > PACKET_BYTES_MAX:
        return Xmp(fault=f"a packet of {len(packet)} bytes; at most {PACKET_BYTES_MAX} are read")
    # UTF-16 and UTF-32 packets have zero bytes between the letters.
    if b"<!DOCTYPE" in packet.replace(b"\0", b"").upper():
        return Xmp(fault="it declares a document type, which XMP does not have; not read")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(packet.strip(b"\0 \t\r\n"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        return Xmp(fault=tidy(f"no well-formed XML: {error}"))
    if root is None or root.getroottree().docinfo.doctype:
        return Xmp(fault="it holds no element, or declares a document type")
    return _read(root)


def joined(packets: Sequence[Xmp]) -> Xmp:
    """Join what several packets of one file state: what stands first holds, the first fault is kept."""
    if len(packets) == 1:
        return packets[0]
    properties: dict[str, tuple[str, ...]] = {}
    for packet in reversed(packets):
        properties |= packet.properties
    return Xmp(
        properties=dict(list(properties.items())[:PROPERTIES_MAX]),
        history=tuple(row for packet in packets for row in packet.history)[:HISTORY_MAX],
        foreign=sum(packet.foreign for packet in packets),
        fault=next((packet.fault for packet in packets if packet.fault), ""),
    )


def _read(root: etree._Element) -> Xmp:
    properties: dict[str, tuple[str, ...]] = {}
    foreign = 0
    for description in root.iter(f"{{{_RDF}}}Description"):
        if _is_nested(description):
            continue
        stated: list[tuple[str, tuple[str, ...]]] = []
        stated += [(str(name), (str(value),)) for name, value in description.attrib.items()]
        for child in description:
            if isinstance(child.tag, str):
                stated += [(f"{child.tag}{name}", (text,)) for name, text in _members_of(child)]
                stated.append((child.tag, _texts_of(child)))
        for name, texts in stated:
            short = _short_of(name)
            if short is None:
                foreign += not name.startswith(f"{{{_RDF}}}")
            elif len(properties) < PROPERTIES_MAX:
                properties.setdefault(short, tuple(tidy(text) for text in texts))
    return Xmp(properties=properties, history=_history_of(root), foreign=foreign)


def _is_nested(description: etree._Element) -> bool:
    parent = description.getparent()
    return parent is not None and parent.tag != f"{{{_RDF}}}RDF"


def _short_of(name: str) -> str | None:
    space, _, local = name[1:].partition("}") if name.startswith("{") else ("", "", name)
    return f"{XMP_PREFIXES[space]}:{local}" if space in XMP_PREFIXES else None


def _members_of(element: etree._Element) -> list[tuple[str, str]]:
    """Name the members of a structure: attributes, or elements of a nested description. XMP part 1, section 7.6."""
    inner = element
    if len(element) and element[0].tag == f"{{{_RDF}}}Description":
        inner = element[0]
    elif len(element) and str(element[0].tag).startswith(f"{{{_RDF}}}"):
        return []
    rows = [(str(name), str(value)) for name, value in [*element.attrib.items(), *inner.attrib.items()]]
    rows += [(str(child.tag), (child.text or "").strip()) for child in inner if not len(child)]
    members = []
    for name, text in rows[:VALUES_MAX]:
        space, _, local = name[1:].partition("}")
        if text and local and space not in {_RDF, _XML}:
            members.append((local[:1].upper() + local[1:], text))
    return members


def _texts_of(element: etree._Element) -> tuple[str, ...]:
    items = list(element.iter(f"{{{_RDF}}}li"))
    texts = (
        ["".join(item.itertext()).strip() for item in items[:VALUES_MAX]] if items else [(element.text or "").strip()]
    )
    return tuple(text for text in texts if text)


def _history_of(root: etree._Element) -> tuple[tuple[str, str, str], ...]:
    """List the ResourceEvents of xmpMM:History, written as attributes or as elements. XMP part 2, section 1.2.4.8."""
    rows = []
    for item in root.iter(f"{{{_RDF}}}li"):
        inner = item[0] if len(item) and item[0].tag == f"{{{_RDF}}}Description" else item
        names = {str(name): str(value) for name, value in [*item.attrib.items(), *inner.attrib.items()]}
        names |= {str(child.tag): child.text or "" for child in inner}
        row = tuple(tidy(names.get(f"{{{_EVENT}}}{part}", "")) for part in ("action", "when", "softwareAgent"))
        if any(row):
            rows.append((row[0], row[1], row[2]))
        if len(rows) == HISTORY_MAX:
            break
    return tuple(rows)
