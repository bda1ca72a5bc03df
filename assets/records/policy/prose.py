"""The walk through the sentences of a notice: subjects, items, figures and moments become facts.

A notice is read left to right with a memory of what was said: a clause without a product, item or date takes the last
one where the conventions allow it. Tables are read in `tables.py`, which shares this memory.
"""

import datetime as dt
import re
from dataclasses import dataclass, field, replace

from assets.records.policy import lexicon
from assets.records.policy.issuers import Issuer, listing_exchange
from assets.records.policy.moments import NOTHING, Calendar, Moment, When, find_moments
from assets.records.policy.subjects import ALL_PRODUCTS, Scope, Subject
from assets.records.policy.tokens import Action, Token, lex_sentence
from assets.records.policy.values import Figure
from assets.records.policy.view import View

__all__ = ["Fact", "Memory", "Walker"]

_ALL = Scope()
_COMPANY = "公司标准"
_MONTH_OF_YEAR = re.compile(r"(\d{4})年(?:(\d{1,2})月)?(?![\d度])")
_RESTORED = "恢复至节前水平"


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


@dataclass
class Memory:
    """What the notice has said so far."""

    publisher: Issuer | None
    issuer: Issuer | None
    calendar: Calendar
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
    facts: list[Fact] = field(default_factory=list)


@dataclass
class _Clause:
    """Tokens gathered until the clause is complete."""

    subjects: list[Subject] = field(default_factory=list)
    soft: list[Subject] = field(default_factory=list)
    items: list[tuple[str, str | None]] = field(default_factory=list)
    details: list[tuple[str, str]] = field(default_factory=list)
    news: list[Figure | Action] = field(default_factory=list)
    olds: list[Figure] = field(default_factory=list)
    start: int | None = None
    end: int = 0
    last_value: int = 0
    is_negated: bool = False
    is_fronted: bool = False
    is_respective: bool = False
    absorbs_until: int = -1
    is_rest: bool = False
    last_role: str = "new"

    @property
    def is_full(self) -> bool:
        return bool(self.news or self.olds)


class Walker:
    """Walks the sentences of one block after another."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.block = 0

    def walk_block(self, view: View, block: int) -> None:
        """Read one prose block; facts go to the memory."""
        self.block = block
        for match in re.finditer(r"[^。?]+[。?]?", view.text):
            if not match.group().endswith("?"):
                _Sentence(self, view, match.start(), match.group()).walk()


class _Sentence:
    """The walk through one sentence."""

    def __init__(self, walker: Walker, view: View, start: int, text: str) -> None:
        self.memory = walker.memory
        self.block = walker.block
        self.view, self.base, self.text = view, start, text
        self.clause = _Clause()
        self.when: When | None = None
        self.until: When | None = None
        self.condition: str | None = None
        self.issuer = self.memory.issuer
        self.is_own = False
        self.first_fact = len(self.memory.facts)
        self.part_fact = self.first_fact
        self.piece_start = 0
        self.is_new = False

    # what a sentence is about

    def walk(self) -> None:
        """Read the sentence, unless it denies, tells hearsay, or speaks of the past."""
        memory = self.memory
        moments = find_moments(self.text, memory.calendar, memory.when)
        if lexicon.DENIED.search(self.text):
            return
        publisher = memory.publisher
        is_firm = publisher is not None and publisher.level in ("broker", "other")
        tokens = lex_sentence(
            self._without_titles(), moments, year=memory.calendar.year or (memory.calendar.published.year if memory.calendar.published else None),
            last_months=memory.months, is_firm=is_firm,
            reads_issuers=publisher is None or is_firm,
        )  # fmt: skip
        self.is_new = bool(lexicon.NEW_LISTING.search(self.text))
        if memory.lead_when is not None:
            self.when, self.until = memory.lead_when, memory.lead_until
        elif (
            re.match(r"(?:\(?[一二三四五六七八九十\d]+[、.)]*)?(?:与此|此外,)?同时", self.text)
            or re.search(r"同时(?!具有|满足|符合)|同步|(?:上述|前述|以上)", self.text)
            or (memory.listed and re.search("[该其]新?合约", self.text))
        ):
            self.when, self.until = memory.when, memory.until
        for token in tokens:
            getattr(self, f"_on_{token.kind}", self._skip)(token)
        if self.clause.is_negated and not self.clause.is_full:
            self._except(self.clause.subjects)
        self._flush()
        self._close(tokens)

    def _without_titles(self) -> str:
        """Blank the titles in 《》 out, unless the sentence withdraws or corrects what they name."""
        if lexicon.WITHDRAW.search(self.text) or re.search("更正|误", self.text):
            return self.text
        return re.sub(r"[<《][^》>]*[>》]", lambda match: "﹏" * len(match.group()), self.text)

    def _skip(self, token: Token) -> None:
        """Take no notice of a token."""

    def _close(self, tokens: list[Token]) -> None:
        """Remember what the next sentences may refer to."""
        memory, clause = self.memory, self.clause
        self._name_fronted()
        if clause.subjects:
            memory.subjects = self._resolve(clause.subjects)
            if self.is_new:
                memory.listed = next((one.scope.months for one in clause.subjects if one.scope), ())
        if clause.items:
            memory.items, memory.details = clause.items, clause.details
        if self.when is not None and (self.when.date or self.when.condition is None):
            memory.when, memory.until = self.when, self.until
        memory.issuer = self.issuer
        is_lead = self.text.endswith(":") or (len(memory.facts) == self.first_fact and re.search("(?:如下|下表|下列|以下)[^,;]{0,12}。?$|[起时]$", self.text))
        if is_lead and self.when is not None and any(token.kind == "moment" for token in tokens):
            memory.lead_when, memory.lead_until = self.when, self.until

    def _name_fronted(self) -> None:
        """Give figures that stand before their product (保证金10%——苹果期货2705合约) that product and date."""
        if not self.clause.subjects:
            return
        named = self._resolve(self.clause.subjects)
        for fact in [fact for fact in self.memory.facts[self.first_fact :] if fact.product is None]:
            fact.product, fact.scope = named[0].product, named[0].scope or _ALL
            if not fact.is_dated and self.when is not None:
                fact.when, fact.is_dated = self.when, True
            self.memory.facts.extend(replace(fact, product=one.product, scope=one.scope or _ALL) for one in named[1:])

    # tokens

    def _touch(self, token: Token) -> None:
        clause = self.clause
        if clause.start is None:
            clause.start = max(self.piece_start, 0)
        clause.end = max(clause.end, token.end)

    def _before(self, token: Token) -> None:
        """Finish the clause before a new subject, item or detail, unless it began with its figure or action."""
        clause = self.clause
        if not clause.is_full or token.start < clause.absorbs_until:
            return
        if clause.is_fronted and not (clause.subjects and clause.items and clause.olds):
            return
        self._flush()

    def _absorb(self, token: Token) -> None:
        """Let an action take what follows it in its piece: 免收焦炭期货交割手续费, 撤销关于…的通知."""
        if not self.clause.items:
            piece = re.match(r"[^,;。]*", self.text[token.end :])
            self.clause.absorbs_until = token.end + (piece.end() if piece else 0)

    def _on_issuer(self, token: Token) -> None:
        if self.clause.is_full and not self.clause.is_fronted:
            self._flush()
        found: Issuer = token.value
        if found.level == "exchange" and found not in self.memory.exchanges:
            self.memory.exchanges.append(found)
        self.issuer = found

    def _on_firm(self, token: Token) -> None:
        if self.clause.is_full and not self.clause.is_fronted:
            self._flush()
        self.issuer = self.memory.publisher

    def _on_product(self, token: Token) -> None:
        clause = self.clause
        if token.is_soft:
            clause.soft.extend(Subject(name) for name in token.value)
            return
        self._before(token)
        clause = self.clause
        self._touch(token)
        if clause.is_rest and self.memory.months:
            clause.subjects.extend(Subject(name, Scope("all_but", self.memory.months)) for name in token.value)
            clause.is_rest = False
            return
        last = clause.subjects[-1] if clause.subjects else None
        if last is not None and last.is_open and len(token.value) == 1:
            last.product = token.value[0]
            last.is_open = False
            return
        for name in token.value:
            if not any(one.product == name and one.scope is None for one in clause.subjects):
                clause.subjects.append(Subject(name))

    def _on_every(self, token: Token) -> None:
        self._before(token)
        self._touch(token)
        self.clause.subjects = [Subject(ALL_PRODUCTS, _ALL)]

    def _on_scope(self, token: Token) -> None:
        if not token.is_soft:
            self._before(token)
            self._touch(token)
        target = self.clause.soft if token.is_soft else self.clause.subjects
        for one in token.value:
            _attach(target, one)
        months = tuple(month for one in token.value if one.scope.kind == "list" for month in one.scope.months)
        if months:
            self.memory.months = months

    def _on_scope_all(self, token: Token) -> None:
        if not self.clause.subjects:
            self._before(token)
            self._touch(token)
            self.clause.subjects.append(Subject(None, _ALL))

    def _on_above(self, token: Token) -> None:
        self._before(token)
        self._touch(token)
        single = re.match("该", token.value) is not None
        if self.clause.subjects:
            return
        if single:
            self.clause.subjects = list(self.clause.soft) or [replace(one) for one in self.memory.subjects]
            return
        named: list[Subject] = []
        is_contract = token.value.endswith("合约")
        for fact in self.memory.facts:
            one = Subject(fact.product, fact.scope if is_contract else _ALL)
            if fact.product and one not in named:
                named.append(one)
        self.clause.subjects = named or [replace(one) for one in self.memory.subjects]

    def _on_others(self, token: Token) -> None:
        if token.value == "":
            self._before(token)
            self.clause.is_rest = True
            return
        if "合约" not in (token.value or "") and "月份" not in (token.value or ""):
            if self.clause.is_full:
                self._flush()
            return
        if any(one.scope is not None and one.scope.kind == "all_but" for one in self.clause.subjects):
            return
        self._before(token)
        self._touch(token)
        months = self._listed_months() or self.memory.months
        if months:
            _attach(self.clause.subjects, Subject(None, Scope("all_but", months)))

    def _listed_months(self) -> tuple[str, ...]:
        """Return the contracts of the product at hand that were given figures of their own from the same moment on."""
        products = {one.product for one in self._resolve(self.clause.subjects)}
        same = [fact for fact in self.memory.facts if fact.when == (self.when or NOTHING) and fact.product in products]
        return tuple(sorted({month for fact in same if fact.scope.kind == "list" for month in fact.scope.months}))

    def _except(self, subjects: list[Subject]) -> None:
        """Take contracts that stay as they are (但CF2705合约不作调整) out of what this sentence changed for all."""
        for one in subjects:
            if one.scope is None or one.scope.kind != "list":
                continue
            for fact in self.memory.facts[self.first_fact :]:
                if fact.scope == _ALL and one.product in (None, fact.product):
                    fact.scope = Scope("all_but", one.scope.months)

    def _on_item(self, token: Token) -> None:
        self._before(token)
        self._touch(token)
        if token.value not in self.clause.items:
            self.clause.items.append(token.value)

    def _on_detail(self, token: Token) -> None:
        clause = self.clause
        if clause.is_full and not clause.is_fronted and token.start >= clause.absorbs_until:
            self._flush()
            clause = self.clause
        elif clause.items and clause.details and not self._joined(token):
            clause.details = [one for one in clause.details if one[0] != token.value[0]]
        self._touch(token)
        if token.value not in self.clause.details:
            self.clause.details.append(token.value)

    def _joined(self, token: Token) -> bool:
        """Return whether a detail stands in a list with the one before it (投机、套保)."""
        return re.search(r"(?:、|和|及|与)$", self.text[: token.start]) is not None

    def _on_respective(self, token: Token) -> None:
        self.clause.is_respective = True

    def _on_step(self, token: Token) -> None:
        if self.clause.is_full:
            self._flush()

    def _on_value(self, token: Token) -> None:
        clause, figure = self.clause, token.value
        left = self.text[
            max(
                clause.last_value, self.piece_start if clause.last_value <= self.piece_start else clause.last_value
            ) : token.start
        ]
        right = self.text[token.end :]
        role = clause.last_role if re.fullmatch("、|和|及|与|以及|,", left) and clause.is_full else _role(left, right)
        clause.last_role = role
        if role == "drop":
            clause.last_value = token.end
            return
        if figure.is_relative:
            word = lexicon.relative_word(self.text[self.piece_start : token.start])
            if word is None and not re.search("个百分点", self.text[self.piece_start : token.start]):
                return
        if role == "new" and self._starts_anew(token):
            self._flush()
            clause = self.clause
        if not clause.is_full and not clause.subjects and not clause.items and self._is_front(token):
            clause.is_fronted = True
        self._touch(token)
        if role == "old":
            clause.olds.append(figure)
        else:
            if (
                clause.news
                and isinstance(clause.news[-1], Figure)
                and clause.news[-1].is_relative
                and not figure.is_relative
                and re.search("[至到为]$", left)
            ):
                clause.news.pop()
            clause.news.append(figure)
        clause.last_value = token.end

    def _starts_anew(self, token: Token) -> bool:
        """Return whether a figure after a complete clause begins another: a comma or more stands between."""
        clause = self.clause
        return (
            bool(clause.news)
            and not clause.is_fronted
            and re.search("[,;]", self.text[clause.last_value : token.start]) is not None
        )

    def _is_front(self, token: Token) -> bool:
        ahead = self.text[token.end : token.end + 6]
        return (
            token.start - self.piece_start <= 14
            and re.match(r"-+|,?(?:这|是|即|将是|就是|成为)|(?:的)?(?:新|最新)", ahead) is not None
        )

    def _on_free(self, token: Token) -> None:
        clause = self.clause
        self._touch(token)
        if clause.is_full and not clause.is_fronted:
            self._flush()
            clause = self.clause
            self._touch(token)
        clause.news.append(token.value)
        clause.last_value = token.end
        self._absorb(token)

    def _on_restore(self, token: Token) -> None:
        self._touch(token)
        self.clause.news.append(token.value)
        self.clause.last_value = token.end

    def _on_withdraw(self, token: Token) -> None:
        if re.search("通知|公告|措施|标准|规定|安排|文件|函|调整", self.text) and not self.clause.news:
            self.memory.is_withdrawn = True
            self._touch(token)
            self.clause.news.append(token.value)
            self.clause.last_value = token.end
            self._absorb(token)

    def _on_no_change(self, token: Token) -> None:
        piece = re.match(r"[^,;。:]*", self.text[self.piece_start :])
        whole = piece.group() if piece else ""
        if (
            (self.memory.is_withdrawn or "更正" in self.text)
            and not lexicon.NO_CHANGE_ONLY.match(whole)
            and re.search(r"\d|百分之|分之", whole)
        ):
            return
        clause = self.clause
        if clause.is_full and not lexicon.NO_CHANGE_ONLY.match(whole) and clause.last_value <= self.piece_start:
            self._flush()
            clause = self.clause
        clause.is_negated = True

    def _on_mark(self, token: Token) -> None:
        clause = self.clause
        if clause.is_negated and not clause.is_full:
            self._except(clause.subjects)
            clause.items, clause.details, clause.is_negated = [], [], False
        self.piece_start = token.end
        if token.value == ";":
            self._flush()
            self.part_fact = len(self.memory.facts)

    def _on_moment(self, token: Token) -> None:
        moment: Moment = token.value
        if moment.kind == "date":
            return
        if moment.kind == "until":
            self._on_until(moment)
            return
        if moment.kind == "condition":
            if self.clause.is_full:
                self._flush()
            if (
                self.when is not None
                and self.when.condition
                and self.part_fact == len(self.memory.facts)
                and "交易日" in (moment.when.condition or "")
            ):
                self.when = replace(self.when, point=moment.when.point or self.when.point)
                return
            base = (
                self.when
                if self.when is not None and self.part_fact == len(self.memory.facts) and self.is_own
                else NOTHING
            )
            self.when = When(base.date, moment.when.point or base.point, moment.when.condition)
            return
        if self.clause.is_full and self.clause.is_fronted:
            self.when = moment.when
            self.is_own = True
            return
        self._on_from(moment)

    def _on_until(self, moment: Moment) -> None:
        after = self.text[moment.end :]
        if self.clause.is_full:
            self.until, kept = moment.when, self.until
            self._flush()
            if re.match("[。;]|$", after):
                self.until = kept
            return
        recent = self.memory.facts[self.part_fact :]
        if recent and re.match(r",?[。;]|,?$", after):
            for fact in recent:
                fact.until = fact.until or moment.when
            return
        self.until = moment.when

    def _on_from(self, moment: Moment) -> None:
        after = self.text[moment.end :]
        self_full = self.clause.is_full
        leads = re.match(r"(?:起)?,?(?:正式|开始)?(?:执行|实施|施行)(?:新|如下|以下|下列|上述|统一)", after)
        ends = re.match(
            r"(?:起)?,?(?:正式|开始|同步)?(?:执行|实施|施行|生效|启用|适用)|[。;)]|$|,?其余|,?其他|新?(?:挂牌|上市)",
            after,
        )
        undated = [fact for fact in self.memory.facts[self.first_fact :] if not fact.is_dated]
        if self_full and ends and not leads:
            self.when = (
                moment.when
                if self.when is None or not self.when.condition
                else replace(self.when, date=moment.when.date, point=moment.when.point)
            )
            self.is_own = True
            self._flush()
            self._fill(undated, moment.when)
            return
        if self_full:
            self._flush()
        if (ends or moment.is_lead) and not leads and not self.clause.subjects:
            self._fill([fact for fact in self._governed(moment) if not fact.is_dated], moment.when)
        condition = None
        if self.when is not None and self.when.condition and moment.is_reference and moment.when.date is None:
            condition = self.when.condition
        elif (
            self.when is not None
            and self.when.condition
            and self.part_fact == len(self.memory.facts)
            and not re.search("起$|后$", self.when.condition)
        ):
            condition = self.when.condition
        self.when = replace(moment.when, condition=moment.when.condition or condition)
        self.until = None
        self.is_own = True

    def _governed(self, moment: Moment) -> list[Fact]:
        """Return the facts that a moment after them may date: those of its item, or all where it speaks of the notice."""
        facts = self.memory.facts
        if moment.is_lead or re.search(
            "本通知|本公告|以上|上述|前述|本次|本办法|新标准|新规", self.text[: moment.start + 8]
        ):
            return facts
        near = [fact for fact in facts if fact.block == self.block]
        return near or [fact for fact in facts if fact.block == self.block - 1]

    def _fill(self, facts: list[Fact], when: When) -> None:
        for fact in facts:
            if fact.when.condition is None:
                fact.when, fact.is_dated = when, True

    # facts

    def _resolve(self, subjects: list[Subject]) -> list[Subject]:
        """Give subjects without a product or scope those of the memory."""
        memory = self.memory.subjects
        if not subjects:
            return [replace(one) for one in memory]
        resolved: list[Subject] = []
        for one in subjects:
            if one.product is None:
                products: list[str | None] = list(dict.fromkeys(other.product for other in memory)) or [None]
            else:
                products = [one.product]
            resolved.extend(Subject(product, one.scope or _ALL) for product in products)
        return resolved

    def _flush(self) -> None:
        """Turn the gathered clause into facts and start another."""
        clause, memory = self.clause, self.memory
        if not clause.is_full:
            return
        self.clause = _Clause(soft=clause.soft, last_value=clause.last_value)
        if not clause.news:
            self._name_fronted_with(clause)
            self._state_old(clause.olds)
            return
        if clause.is_negated or self._is_idle(clause):
            if clause.subjects:
                memory.subjects = self._resolve(clause.subjects)
            return
        subjects = self._resolve(clause.subjects or (clause.soft if not memory.subjects else []))
        subjects = [self._as_listed(one) for one in subjects]
        if not subjects and self.issuer is not None and self.issuer.level == "regulator":
            subjects = [Subject(ALL_PRODUCTS, _ALL)]
        items, details = self._items(clause)
        memory.subjects, memory.items, memory.details = subjects, items, details
        if self.is_own or memory.lead_when is None:
            memory.when, memory.until = self.when or NOTHING, self.until
        if not items:
            return
        for subject, item, detail, new, old in _combine(clause, subjects or [Subject()], items, details):
            self._emit(clause, subject, item, detail, new, old)

    def _name_fronted_with(self, clause: _Clause) -> None:
        kept, self.clause = self.clause, clause
        self._name_fronted()
        self.clause = kept

    def _state_old(self, olds: list[Figure]) -> None:
        """Give figures that only tell what was before (此前分别为7%和9%) to the facts before them."""
        recent = [fact for fact in self.memory.facts[self.first_fact :] if fact.old is None and fact.new is not None]
        if len(olds) == len(recent):
            for fact, old in zip(recent, olds, strict=True):
                fact.old = old.number
        elif len(olds) == 1 and recent:
            recent[-1].old = olds[0].number

    def _as_listed(self, one: Subject) -> Subject:
        """Give a contract that the sentence, or the one before it, lists the scope of new contracts."""
        scope = one.scope or _ALL
        if self.is_new or (scope.kind == "list" and scope.months == self.memory.listed):
            return Subject(one.product, Scope("new_only", scope.months))
        return one

    def _is_idle(self, clause: _Clause) -> bool:
        """Return whether a clause asks, tells of the past, or speaks of prices and accounts."""
        text = self.text[clause.start or 0 : clause.end]
        piece = re.split(r"[,;:]", text)[-1]
        if lexicon.REQUEST.match(text) or lexicon.DROPPED_PIECE.search(piece):
            return True
        return lexicon.PAST.search(text) is not None or self._after_past(clause)

    def _after_past(self, clause: _Clause) -> bool:
        """Return whether a clause continues a tale of the past (2026年曾为3%；2027年降至2%)."""
        before = self.text[: clause.start or 0]
        return not self.is_own and (lexicon.PAST.search(before) is not None or self._is_former(self.text[: clause.end]))

    def _is_former(self, text: str) -> bool:
        """Return whether a text names only months or years before the publication (2024年5月，1.5元/手)."""
        published = self.memory.calendar.published
        found = _MONTH_OF_YEAR.findall(text)
        if published is None or not found:
            return False
        return all(
            (int(year), int(month or 1)) < (published.year, published.month if month else 1) for year, month in found
        )

    def _items(self, clause: _Clause) -> tuple[list[tuple[str, str | None]], list[tuple[str, str]]]:
        """Return the items and details of a clause, its own or the last ones that its figures fit."""
        memory = self.memory
        figure = next((one for one in clause.news if isinstance(one, Figure)), None)
        if clause.items:
            return clause.items, clause.details
        if clause.news[0] == Action("free"):
            return [("fee", None)], clause.details
        if clause.news[0] == Action("restore") and not clause.items:
            return self._former_items(clause), clause.details
        own = {kind for kind, _ in clause.details}
        kept = [one for one in memory.details if one[0] not in own and not (clause.details and one[0] == "day")]
        if figure is None or any(lexicon.FITTING[item].search(figure.unit or "%") for item, _ in memory.items):
            if memory.items:
                return memory.items, [
                    *clause.details,
                    *(kept if clause.details or not clause.subjects or self._same_sentence() else []),
                ]
        guess = _guess_item(figure, memory.title_items)
        return ([guess] if guess else []), clause.details

    def _same_sentence(self) -> bool:
        return len(self.memory.facts) > self.first_fact

    def _former_items(self, clause: _Clause) -> list[tuple[str, str | None]]:
        """Return the items that were set for the products of a restoration, by the same issuer."""
        level = self.issuer.level if self.issuer else None
        found = dict.fromkeys(
            (fact.item, None) for fact in self.memory.facts if level is None or fact.issuer.level == level
        )
        return list(found) or self.memory.items

    def _emit(
        self,
        clause: _Clause,
        subject: Subject,
        item: tuple[str, str | None],
        detail: tuple[str, ...],
        new: Figure | Action,
        old: Figure | None,
    ) -> None:
        name, own_detail = item
        if isinstance(new, Figure) and not lexicon.FITTING[name].search(new.unit or "%"):
            return
        issuer = self._issuer_of(subject)
        parts = [_COMPANY] if issuer.level == "broker" else []
        parts += [part for part in (own_detail, *detail) if part]
        number, unit = _written(new)
        if isinstance(new, Action):
            parts += {"restore": [_RESTORED], "withdraw": ["撤回"]}.get(new.name, [])
        elif new.is_relative:
            parts.append(self._relative(clause, new, issuer))
        start, end = self.view.span(self.base + (clause.start or 0), self.base + clause.end)
        when = self.when or NOTHING
        self.memory.facts.append(
            Fact(
                issuer, subject.product, subject.scope or _ALL, name, "；".join(parts) or None,
                old.number if old and isinstance(new, Figure) else (old.number if old else None), number, unit if number is not None else None,
                when, self.until, start, end, self.block, is_dated=when != NOTHING,
            )
        )  # fmt: skip

    def _relative(self, clause: _Clause, new: Figure, issuer: Issuer) -> str:
        """Word a change that is told in percentage points."""
        left = self.text[: clause.end]
        if issuer.level == "regulator" and re.search(r"比[^,;。]*交易所[^,;。]*标准", left):
            return f"比交易所标准{'至少' if '至少' in left else ''}高{new.number}个百分点"
        return f"{lexicon.relative_word(left) or '上调'}{new.number}个百分点"

    def _issuer_of(self, subject: Subject) -> Issuer:
        issuer, exchanges = self.issuer, self.memory.exchanges
        listing = listing_exchange(subject.product)
        if issuer is None or issuer.name is None:
            named = exchanges[0].name if exchanges else None
            if len(exchanges) != 1 and listing:
                named = listing
            return Issuer(named or listing, "exchange")
        if (
            issuer.level == "exchange"
            and self.memory.publisher is not issuer
            and len(exchanges) > 1
            and any(one.name == listing for one in exchanges)
        ):
            return Issuer(listing, "exchange")
        return issuer


def _attach(subjects: list[Subject], one: Subject) -> None:
    """Add a contract scope: to the products before it that have none, else as a subject of its own."""
    if one.product is not None:
        for other in reversed(subjects):
            if other.product == one.product and other.scope is None:
                other.scope = one.scope
                return
        bare = [other for other in subjects if other.scope is None]
        if not bare or len(bare) != len(subjects) or len(subjects) != 1:
            subjects.append(replace(one))
            return
        subjects[0].scope = one.scope
        return
    bare = [other for other in subjects if other.scope is None]
    if bare:
        for other in bare:
            other.scope = one.scope
        return
    subjects.append(Subject(subjects[-1].product if subjects else None, one.scope, is_open=one.is_open))


def _role(left: str, right: str) -> str:
    """Return what a figure is: new, old, or drop (a misprint, a threshold, the past)."""
    if lexicon.WRONG.search(left) or lexicon.WRONG_RIGHT.match(right):
        return "drop"
    if lexicon.OLD_RIGHT.match(right):
        return "old"
    if re.search(r"(?:(?<!不)(?<!不得)(?:超过|达到|达|不足|低于|高于|大于|小于|满)|少于)$", left):
        return "drop"
    if lexicon.OLD_LEFT.search(left) and not re.search(
        r"(?:调整|变更|修改|提高|上调|下调|降低|降|升|涨|改|变)[为至到成]?$", left
    ):
        return "old"
    return "new"


def _written(new: Figure | Action) -> tuple[str | None, str | None]:
    if isinstance(new, Action):
        return ("0", None) if new.name == "free" else (None, None)
    return (None, None) if new.is_relative else (new.number, new.unit)


def _guess_item(figure: Figure | None, title_items: list[tuple[str, str | None]]) -> tuple[str, str | None] | None:
    """Return the item that a figure alone implies: by its unit, else by the title."""
    unit = (figure.unit if figure else None) or ""
    fitting = [one for one in title_items if lexicon.FITTING[one[0]].search(unit or "%")]
    if len(fitting) == 1:
        return fitting[0]
    return ("fee", None) if re.search("元/手|万分之", unit) else None


def _combine(
    clause: _Clause, subjects: list[Subject], items: list[tuple[str, str | None]], details: list[tuple[str, str]]
) -> list[tuple[Subject, tuple[str, str | None], tuple[str, ...], Figure | Action, Figure | None]]:
    """Pair subjects, items and details with the figures of a clause, respectively where their numbers agree."""
    sets = _detail_sets(details)
    if len(clause.news) > 1 and len(subjects) == 1 and len(items) == 1 and len(sets) == 1:
        subjects = _split_months(subjects[0], len(clause.news))
    axes = [len(sets), len(items), len(subjects)]
    pick = _picker(clause.news, axes)
    pick_old = _picker(clause.olds, axes)
    result = []
    for at_subject, subject in enumerate(subjects):
        for at_item, item in enumerate(items):
            for at_detail, detail in enumerate(sets):
                place = (at_detail, at_item, at_subject)
                olds = pick_old(place)
                result.extend((subject, item, detail, new, olds[0] if olds else None) for new in pick(place))
    return result


def _detail_sets(details: list[tuple[str, str]]) -> list[tuple[str, ...]]:
    sets: list[tuple[str, ...]] = [()]
    for kind in dict.fromkeys(kind for kind, _ in details):
        words = [word for one, word in details if one == kind]
        sets = [(*before, word) for before in sets for word in words]
    return sets


def _split_months(subject: Subject, count: int) -> list[Subject]:
    scope = subject.scope
    if scope is None or scope.kind not in ("list", "new_only") or len(scope.months) != count:
        return [subject]
    return [Subject(subject.product, Scope(scope.kind, (month,))) for month in scope.months]


def _picker(figures: list, axes: list[int]):  # type: ignore[no-untyped-def]
    """Return a function from a place (detail, item, subject) to the figures that belong there."""
    count = len(figures)
    if count > 1:
        for axis, size in enumerate(axes):
            if size == count:
                return lambda place: [figures[place[axis]]]
        if axes[1] * axes[2] == count:
            return lambda place: [figures[place[1] * axes[2] + place[2]]]
        if axes[0] * axes[2] == count:
            return lambda place: [figures[place[2] * axes[0] + place[0]]]
    return lambda _: figures
