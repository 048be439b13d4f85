"""Whether words tell what the one who speaks suffered or saw; refuses what names neither who did it nor to whom."""

from __future__ import annotations

from counterclaim.read.lexicon import lexicon_of

SEEN_CHARACTERS = 120  # between `saw` and the wound
CAPTOR_CHARACTERS = 40  # `the guards had then twice`
KIN_CHARACTERS = 30
SUFFERER_CHARACTERS = 60  # `over the back of my head`


def saw_it(content: str) -> bool:
    """Whether somebody tells what they saw or heard of it: `I saw the burns`, `she heard him scream`."""
    lexicon = lexicon_of("en")
    harm = lexicon.pattern("seen_harm")
    return any(
        harm.search(content, hit.end(), hit.end() + SEEN_CHARACTERS)
        for hit in lexicon.pattern("perceiving").finditer(content)
    )


def _kin_follows(content: str, at: int) -> bool:
    """Whether a relative's word follows: `set a dog on his cousin` is not what the one who tells suffered."""
    words = content[at : at + KIN_CHARACTERS].split()[:1]
    return bool(words) and words[0].lower().strip(".,;’'") in lexicon_of("en").words("advocate_words")


def suffered(content: str) -> bool:
    """Whether words tell what was done to the one who tells: `they put a bag over my head`, `he was forced to undress`.

    `They` and a captor's word count with a verb of doing harm and a pronoun for who suffers it; so does its passive.
    """
    lexicon = lexicon_of("en")
    for hit in lexicon.pattern("captors").finditer(content):
        done = lexicon.pattern("done_by_captors").search(content, hit.end(), hit.end() + CAPTOR_CHARACTERS)
        whom = done and lexicon.pattern("sufferer_pronouns").search(
            content, done.end(), done.end() + SUFFERER_CHARACTERS
        )
        if whom and not _kin_follows(content, whom.end()):
            return True
    return lexicon.pattern("done_to_sufferer").search(content) is not None


def is_own_experience(content: str) -> bool:
    """Whether words tell of what is done to a person, in the first or third person."""
    lexicon = lexicon_of("en")
    return bool(lexicon.pattern("experience").search(content) and lexicon.pattern("self_words").search(content))
