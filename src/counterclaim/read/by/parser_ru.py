"""The tier of Russian names by natasha, where the operator asks for it; refuses to be needed, and says that it read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from counterclaim.read.layers import PageText
from counterclaim.read.parsers.russian import Tagger, joined
from counterclaim.record.account import Reading

TAGGED = "Russian names: those of the model {name} {version}, with the grammar's sure places, common nouns and groups."


@dataclass(frozen=True, slots=True)
class RussianParserReader:
    """Persons, places and organisations of Russian text as a model sees them; without one nothing is changed."""

    name: str = "parser_ru"
    method: str = "1"
    after: tuple[str, ...] = ("damage", "name")
    tagger: Tagger | None = None

    @property
    def version(self) -> str:
        """The version of the method, with the model it reads by: other model, other reading."""
        return f"{self.method}+{self.tagger.name}-{self.tagger.version}" if self.tagger else self.method

    def read(self, page: PageText, so_far: Reading) -> Reading:
        """Join the model's names with those read so far, number them anew, and note in the document that it read."""
        if page.language != "ru" or self.tagger is None:
            return so_far
        proposed = self.tagger.propose(so_far.document.dom_text)
        note = proposed.note or TAGGED.format(name=self.tagger.name, version=self.tagger.version)
        document = replace(so_far.document, notes=(*so_far.document.notes, note))
        entities = so_far.entities if proposed.note else joined(so_far, proposed)
        return replace(so_far, document=document, entities=entities)


READER = RussianParserReader()
