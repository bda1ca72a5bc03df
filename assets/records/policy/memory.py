"""What a walk through a notice keeps: the facts found, what was said so far, and the clause being gathered."""

from dataclasses import dataclass, field

from assets.records.policy.words.issuers import Issuer
from assets.records.policy.words.moments import NOTHING, Calendar, When
from assets.records.policy.words.subjects import Scope, Subject
from assets.records.policy.words.values import Action, Figure

__all__ = ["ALL", "Clause", "Fact", "Item", "Memory"]

ALL = Scope()
#: An item of a rule with the detail that its own name brings (fee, 交割手续费).
Item = tuple[str, str | None]


@dataclass
class Fact:
    """One fact before it becomes a row; `start` and `end` are offsets into the stored text."""

    issuer: Issuer
    product: str | None
    scope: Scope
    item: str
    detail: str | None
    old: str | None
    new: str | None
    unit: str | None
    when: When
    until: When | None
    start: int
    end: int
    block: int
    is_dated: bool = False
    is_plain: bool = False


@dataclass
class Memory:
    """What the notice has said so far."""

    publisher: Issuer | None
    issuer: Issuer | None
    calendar: Calendar
    text: str = ""
    title_items: list[tuple[str, str | None]] = field(default_factory=list)
    subjects: list[Subject] = field(default_factory=list)
    items: list[tuple[str, str | None]] = field(default_factory=list)
    details: list[tuple[str, str]] = field(default_factory=list)
    when: When = NOTHING
    until: When | None = None
    lead_when: When | None = None
    lead_until: When | None = None
    months: tuple[str, ...] = ()
    exchanges: list[Issuer] = field(default_factory=list)
    is_withdrawn: bool = False
    listed: tuple[str, ...] = ()
    #: Figures of a field 调整前：…… for the field 调整后：…… after it.
    formers: list[Figure] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    #: Clauses of the view (conditions, ends) and how the stored text writes them.
    clauses: dict[str, str] = field(default_factory=dict)


@dataclass
class Clause:
    """Tokens gathered until the clause is complete."""

    subjects: list[Subject] = field(default_factory=list)
    soft: list[Subject] = field(default_factory=list)
    items: list[tuple[str, str | None]] = field(default_factory=list)
    details: list[tuple[str, str]] = field(default_factory=list)
    #: Details that stood before the first item.
    early: list[tuple[str, str]] = field(default_factory=list)
    news: list[Figure | Action] = field(default_factory=list)
    olds: list[Figure] = field(default_factory=list)
    start: int | None = None
    end: int = 0
    last_value: int = 0
    is_negated: bool = False
    is_fronted: bool = False
    absorbs_until: int = -1
    is_rest: bool = False
    last_role: str = "new"

    @property
    def is_full(self) -> bool:
        return bool(self.news or self.olds)
