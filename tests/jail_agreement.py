"""The same file looked at behind the walls and without them, and what came of it compared."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from counterclaim.desk.examine import findings_on
from counterclaim.desk.jail import Jail, JailEndedError, OverBudgetError
from counterclaim.desk.read import reading_on
from counterclaim.desk.walls.confine import Walls
from counterclaim.examine.examiner import Brief
from counterclaim.record.canonical import plain_of
from counterclaim.record.errors import IntegrityError, MalformedError
from counterclaim.record.finding import Declined, Failed, Outcome

CRASHES = ("ended by signal", "the process ended")


class Bare(Jail):
    """A jail that finds no walls here, and was told yes: a process of its own that may crash."""

    def walls(self) -> Walls:
        return Walls(landlock=0, seccomp=False)


def bare() -> Bare:
    return Bare(unjailed_allowed=True)


@dataclass
class OneJail:
    """A crew of one jail: in the order of the jobs, and closed by whoever made it."""

    jail: Jail

    def map(self, work: Callable, jobs: Iterable) -> list:
        return [work(self.jail, job) for job in jobs]


def read_outcome(jail: Jail, content: bytes, media_type: str | None = None) -> Outcome | dict:
    """A reading as plain values; what could not be read as the outcome it would be for an examiner."""
    try:
        return plain_of(reading_on(jail, content, media_type=media_type))
    except OverBudgetError as over:
        return Declined(reason=over.got)
    except (JailEndedError, IntegrityError, MalformedError) as ended:
        return Failed(reason=ended.got)


def kind_of(outcome: Outcome | dict) -> str:
    if isinstance(outcome, Failed) and any(words in outcome.reason for words in CRASHES):
        return "crashed"
    if isinstance(outcome, Failed) and "reached for" in outcome.reason:
        return "reached"
    return "read" if isinstance(outcome, dict) else type(outcome).__name__.lower()


@dataclass
class Tally:
    """How the outcomes fell, and where the two ways disagree."""

    kinds: Counter = field(default_factory=Counter)
    over_budget: int = 0
    disagreements: list[str] = field(default_factory=list)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            kinds=self.kinds + other.kinds,
            over_budget=self.over_budget + other.over_budget,
            disagreements=[*self.disagreements, *other.disagreements],
        )

    def count(self, what: str, jailed: Outcome | dict, unjailed: Outcome | dict) -> None:
        kind = kind_of(jailed)
        self.kinds[kind] += 1
        self.over_budget += isinstance(jailed, Declined) and "budget" in jailed.reason
        # How a process crashed is told by a signal behind the walls and by a closed pipe without them.
        if jailed != unjailed and not kind == kind_of(unjailed) == "crashed":
            self.disagreements.append(f"{what}: {str(jailed)[:300]} <> {str(unjailed)[:300]}")

    def examine(self, what: str, content: bytes, ways: Sequence[Jail], brief: Brief) -> None:
        jailed, unjailed = (findings_on(content, crew=OneJail(jail), brief=brief) for jail in ways)
        for one, other in zip(jailed, unjailed, strict=True):
            self.count(f"{what} {one.examiner}", one.outcome, other.outcome)

    def read(self, what: str, content: bytes, ways: Sequence[Jail], media_type: str | None = None) -> None:
        self.count(f"{what} read", *(read_outcome(jail, content, media_type) for jail in ways))

    def sentence(self) -> str:
        return ", ".join(f"{number} {kind}" for kind, number in sorted(self.kinds.items()))
