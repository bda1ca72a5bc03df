"""Tag profiles: which lane, which subject, which dimensions a tree has, and by which words they are known.

A profile is a file in `profiles/` or a `[profiles.NAME]` table of the configuration. How a tree is grown from one
lives in `grow.py`; how relevant a text is to a subject is computed by the embeddings stage.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from importlib.resources import files

from assets.corpora.schema import LANES
from resources.errors import SettingsError

__all__ = ["Facet", "Profile", "StopRule", "TagStyle", "load_profiles"]

#: Slices below it are left out as irrelevant, where the profile has a subject.
RELEVANCE_MIN = 0.5
#: Profiles whose levels come from the recorded policy facts.
FACT_LANE = "policies"
#: Lengths of a label; the name of a facet is one like any other.
LABEL_MIN, LABEL_MAX = 2, 12
#: A tag of so few distinct texts has none below it; a tree has so many levels at most.
FLAT, LEVELS = 2, 12
#: Shares of slices without a tag beyond which a tree is remarked, and not published.
UNASSIGNED_WARN, UNASSIGNED_BLOCK = 0.2, 0.4
KEYS = (
    "lane",
    "subject",
    "keywords",
    "facets",
    "relevance_min",
    "title_drop",
    "title_keep",
    "style",
    "stop",
    "unassigned_warn",
    "unassigned_block",
)
#: Characters of one part of the style at most: it goes into every question.
BRIEF_MAX = 60
STYLE_KEYS = ("form", "language", "domain", "shortest", "longest", "forbidden", "synonyms")


@dataclass(frozen=True)
class Facet:
    """One dimension of a profile: a root of its tree.

    `strong` and `weak` are patterns looked for in a slice's sentences, `headings` in its heading and title; `items`
    are the kinds of policy fact that stand under it.
    """

    name: str
    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    children: tuple[Facet, ...] = ()


@dataclass(frozen=True)
class TagStyle:
    """How tags are worded: what a model is told, and what any tag has to keep to.

    `synonyms` are pairs of a label and the one that stands for it; `forbidden` names are given to no tag.
    """

    form: str = "名词短语，不带标点"
    language: str = "简体中文"
    domain: str = ""
    shortest: int = LABEL_MIN
    longest: int = LABEL_MAX
    forbidden: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()

    def brief(self) -> str:
        """Return it in one line, for a prompt; it is part of the question, and so of the key of its answer."""
        parts = [f"{self.form}，{self.shortest}至{self.longest}个字，{self.language}"]
        if self.domain:
            parts.append(f"领域：{self.domain}")
        if self.forbidden:
            parts.append(f"不用：{'、'.join(self.forbidden)}")
        if self.synonyms:
            parts.append("统一用语：" + "、".join(f"{alias}→{label}" for alias, label in self.synonyms))
        return "；".join(parts)


@dataclass(frozen=True)
class StopRule:
    """When a branch ends: at so few distinct texts, or so many levels."""

    flat: int = FLAT
    levels: int = LEVELS


@dataclass(frozen=True)
class Profile:
    """What a tree is about. `subject` empty: every document is relevant; `facets` empty: free tags only.

    `unassigned_warn`, `unassigned_block`: shares of slices without any tag, beyond which a tree is remarked or not
    published.
    """

    name: str
    lane: str
    subject: str
    keywords: tuple[str, ...]
    facets: tuple[Facet, ...]
    relevance_min: float = RELEVANCE_MIN
    title_drop: tuple[str, ...] = ()
    title_keep: tuple[str, ...] = ()
    style: TagStyle = field(default_factory=TagStyle)
    stop: StopRule = field(default_factory=StopRule)
    unassigned_warn: float = UNASSIGNED_WARN
    unassigned_block: float = UNASSIGNED_BLOCK

    def as_plain(self) -> dict[str, object]:
        """Return it as plain values, for a hash of all that it says."""
        plain = asdict(self)
        if not self.title_keep:
            # A profile that does not use it says what it said before there was such a key.
            del plain["title_keep"]
        return plain

    @property
    def is_factual(self) -> bool:
        """Whether its levels are built from policy facts."""
        return self.lane == FACT_LANE and bool(self.facets)


def load_profiles(custom: Mapping[str, Mapping[str, object]]) -> dict[str, Profile]:
    """Return the shipped profiles and the configuration's own, by name.

    Args:
        custom: The configuration's `[profiles.NAME]` tables: lane, subject, keywords, facets (names, or tables as in
            the shipped files) and, where wanted, relevance_min, title_drop and title_keep. A shipped name replaces that profile.

    Raises:
        SettingsError: A table has an unknown key or a value that cannot be; the sentence names it and the remedy.
    """
    shipped: dict[str, Profile] = {}
    folder = files("assets.tags").joinpath("profiles")
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            name = entry.name.removesuffix(".toml")
            shipped[name] = _profile(name, tomllib.loads(entry.read_text(encoding="utf-8")), {})
    known = {facet.name: facet for profile in shipped.values() for facet in profile.facets}
    own = {name: _profile(name, table, known) for name, table in custom.items()}
    return {**shipped, **own}


def _profile(name: str, table: Mapping[str, object], known: Mapping[str, Facet]) -> Profile:
    where = f"profiles.{name}"
    _refuse_unknown(where, table, KEYS)
    lane = table.get("lane", "news")
    lanes = [lane for lane in LANES if lane not in ("market", "rulebooks")]
    if lane not in lanes:
        raise SettingsError(f"{where}.lane: {lane!r} has no slices; use one of {', '.join(lanes)}.")
    subject = table.get("subject", "")
    if not isinstance(subject, str):
        raise SettingsError(
            f"{where}.subject: {subject!r} is no text; give a word, or an empty one for every document."
        )
    facets = table.get("facets", [])
    if not isinstance(facets, (list, tuple)):
        raise SettingsError(
            f"{where}.facets: {facets!r} is no list; give a list of names, or an empty one for free tags only."
        )
    built = tuple(_facet(where, item, known) for item in facets)
    if len({facet.name for facet in built}) != len(built):
        raise SettingsError(f"{where}.facets: two facets have one name; rename one.")
    return Profile(
        name=name,
        lane=str(lane),
        subject=subject,
        keywords=_texts(f"{where}.keywords", table.get("keywords", [])),
        facets=built,
        relevance_min=_share(where, table, "relevance_min", RELEVANCE_MIN),
        title_drop=_patterns(f"{where}.title_drop", table.get("title_drop", [])),
        title_keep=_patterns(f"{where}.title_keep", table.get("title_keep", [])),
        style=_style(f"{where}.style", table.get("style", {})),
        stop=_stop(f"{where}.stop", table.get("stop", {})),
        unassigned_warn=_share(where, table, "unassigned_warn", UNASSIGNED_WARN),
        unassigned_block=_share(where, table, "unassigned_block", UNASSIGNED_BLOCK),
    )


def _share(where: str, table: Mapping[str, object], key: str, default: float) -> float:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise SettingsError(f"{where}.{key}: {value!r} is no number from 0 to 1; give one, {default} for instance.")
    return float(value)


def _whole(where: str, table: Mapping[str, object], key: str, default: int, bounds: tuple[int, int]) -> int:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not bounds[0] <= value <= bounds[1]:
        raise SettingsError(f"{where}.{key}: {value!r} is no whole number from {bounds[0]} to {bounds[1]}; give one.")
    return value


def _table(where: str, value: object, known: tuple[str, ...]) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise SettingsError(f"{where}: {value!r} is no table; write it as [{where}] with {', '.join(known)}.")
    _refuse_unknown(where, value, known)
    return value


def _style(where: str, value: object) -> TagStyle:
    table, usual = _table(where, value, STYLE_KEYS), TagStyle()
    words = {key: table.get(key, getattr(usual, key)) for key in ("form", "language", "domain")}
    for key, text in words.items():
        if not isinstance(text, str) or len(text) > BRIEF_MAX:
            raise SettingsError(f"{where}.{key}: {text!r} is no text of {BRIEF_MAX} characters at most; shorten it.")
    shortest = _whole(where, table, "shortest", usual.shortest, (LABEL_MIN, LABEL_MAX))
    synonyms = table.get("synonyms", {})
    if not isinstance(synonyms, Mapping):
        raise SettingsError(f'{where}.synonyms: {synonyms!r} is no table; write it as {{ "别名" = "标签" }}.')
    return TagStyle(
        form=str(words["form"]),
        language=str(words["language"]),
        domain=str(words["domain"]),
        shortest=shortest,
        longest=_whole(where, table, "longest", usual.longest, (shortest, LABEL_MAX)),
        forbidden=_texts(f"{where}.forbidden", table.get("forbidden", [])),
        synonyms=tuple(sorted((str(alias), _label(f"{where}.synonyms", name)) for alias, name in synonyms.items())),
    )


def _stop(where: str, value: object) -> StopRule:
    table = _table(where, value, ("flat", "levels"))
    flat = _whole(where, table, "flat", FLAT, (1, 1000))
    return StopRule(flat, _whole(where, table, "levels", LEVELS, (1, LEVELS)))


def _facet(where: str, item: object, known: Mapping[str, Facet]) -> Facet:
    """One facet from a name or a table; a bare name takes the cues of the shipped facet so called, else itself."""
    if isinstance(item, str):
        name = _label(f"{where}.facets", item)
        return known.get(name) or Facet(name, strong=(re.escape(name),), headings=(re.escape(name),))
    if not isinstance(item, Mapping):
        raise SettingsError(f"{where}.facets: {item!r} is neither a name nor a table; give a list of names.")
    name = _label(f"{where}.facets", item.get("name", ""))
    where = f"{where}.facets.{name}"
    _refuse_unknown(where, item, ("name", "strong", "weak", "headings", "items", "children"))
    children = item.get("children", [])
    if not isinstance(children, (list, tuple)):
        raise SettingsError(f"{where}.children: {children!r} is no list; give a list of facets.")
    return Facet(
        name=name,
        strong=_patterns(f"{where}.strong", item.get("strong", [])),
        weak=_patterns(f"{where}.weak", item.get("weak", [])),
        headings=_patterns(f"{where}.headings", item.get("headings", [])),
        items=_texts(f"{where}.items", item.get("items", [])),
        children=tuple(_facet(where, child, {}) for child in children),
    )


def _label(where: str, name: object) -> str:
    if not isinstance(name, str) or not 2 <= len(name.strip()) <= LABEL_MAX:
        raise SettingsError(f"{where}: {name!r} is no name of 2 to {LABEL_MAX} characters; give each facet one.")
    return name.strip()


def _texts(where: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise SettingsError(f'{where}: {value!r} is no list of texts; write it as ["…", "…"].')
    return tuple(value)


def _patterns(where: str, value: object) -> tuple[str, ...]:
    texts = _texts(where, value)
    for text in texts:
        try:
            re.compile(text)
        except re.error as problem:
            raise SettingsError(f"{where}: {text!r} is no pattern ({problem}); mend it.") from problem
    return texts


def _refuse_unknown(where: str, table: Mapping[str, object], known: tuple[str, ...]) -> None:
    for key in table:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}" if near else f"known are {', '.join(known)}"
            raise SettingsError(f"{where}: the key {key} is unknown; {hint}.")
