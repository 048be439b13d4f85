"""Asks a language model for proposals about a reading; refuses to send a page's words to a host that was not named.

Any server with the OpenAI-compatible route `chat/completions`, on this machine unless the rules of the installation
(`outbound.json`, `language_models`) name its host. The model proposes; a person accepts or rejects.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from counterclaim.desk.broker import Answer, Broker, over_the_network
from counterclaim.desk.outbound import ForbiddenError, OutboundPolicy, Request, request_to
from counterclaim.read.proposing import Proposed, messages_of, parts_of, proposed_in
from counterclaim.record.account import Account, Reading
from counterclaim.record.errors import MalformedError

VERSION = "1"
SECONDS_MAX = 900.0  # a small model on two cores writes some ten words a second
TOKENS_MAX = 4000
OK = 200
NAME_CHARACTERS_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageModel:
    """A server's address (up to `/v1`), the model's name there, and how a request is performed."""

    address: str
    name: str
    perform: Callable[[Request], Answer]

    @property
    def signature(self) -> str:
        """How it is named among the readers of a reading."""
        return f"language_model:{self.name[:NAME_CHARACTERS_MAX]}@{VERSION}"

    def requests(self, reading: Reading) -> list[Request]:
        """Give every request there will be, as it will be sent."""
        return [
            request_to(
                self.address.rstrip("/") + "/chat/completions",
                purpose="ask a language model",
                method="POST",
                headers=(("Content-Type", "application/json"),),
                body=json.dumps(
                    {
                        "model": self.name,
                        "temperature": 0,
                        "seed": 0,
                        "max_tokens": TOKENS_MAX,
                        "messages": messages_of(part),
                    },
                    ensure_ascii=False,
                ).encode("utf-8", "replace"),
                seconds_max=SECONDS_MAX,
            )
            for part in parts_of(reading)
        ]


def through(broker: Broker, *, case: str) -> Callable[[Request], Answer]:
    """Perform requests through the door, shown and logged. To this machine the option itself is the person's word."""

    def perform(request: Request) -> Answer:
        broker.policy.check_model(request)
        return replace(broker, send=broker.send or request.loopback).perform(request, case=case)[0]

    return perform


def unlogged(policy: OutboundPolicy) -> Callable[[Request], Answer]:
    """Perform requests where there is no vault to log them in: to this machine alone."""

    def perform(request: Request) -> Answer:
        policy.check_model(request)
        if not request.loopback:
            raise ForbiddenError(
                "a language model on this machine, for a file that is in no case",
                request.host,
                remedy="Admit the file to a case and read the case: there what is sent is logged.",
            )
        return over_the_network(request, policy)

    return perform


def with_proposals(reading: Reading, model: LanguageModel) -> Reading:
    """Add what the model proposes, part by part; a part that is not answered is counted and changes nothing else.

    Raises what `model.perform` raises for a request that may not be sent.
    """
    added: list[Account] = []
    dropped: Counter[str] = Counter()
    for part, request in zip(parts_of(reading), model.requests(reading), strict=True):
        try:
            words = words_of(model.perform(request))
        except MalformedError:
            dropped["an answer of another form"] += 1
            continue
        so_far = replace(reading, accounts=(*reading.accounts, *added))
        told: Proposed = proposed_in(words, part, so_far, model=model.name[:NAME_CHARACTERS_MAX])
        added += told.accounts
        dropped.update(told.dropped)
    first = 1 + len(reading.accounts)
    numbered = tuple(replace(one, id=f"a{number}") for number, one in enumerate(added, start=first))
    reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(dropped.items()) if count)
    name = model.name[:NAME_CHARACTERS_MAX]
    note = f"The language model {name} added {len(added)} proposals; dropped: {reasons or 'none'}."
    document = replace(reading.document, notes=(*reading.document.notes, note))
    return replace(reading, document=document, accounts=(*reading.accounts, *numbered))


def words_of(answer: Answer) -> str:
    """Give the model's words out of a server's answer. Raises MalformedError for anything else."""
    try:
        told = json.loads(answer.body)
        words = told["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise MalformedError("an OpenAI-compatible answer", type(error).__name__) from error
    if answer.status != OK or not isinstance(words, str):
        raise MalformedError("words from a language model", f"status {answer.status}")
    return words
