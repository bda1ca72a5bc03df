"""Clauses become facts: what a clause leaves out comes from what was said before, as far as the conventions allow."""

import re
from dataclasses import replace

from assets.records.policy.memory import ALL, Clause, Fact, Item, Memory
from assets.records.policy.pairing import combine, guess_item, written
from assets.records.policy.words import lexicon
from assets.records.policy.words.issuers import Issuer, listing_exchange
from assets.records.policy.words.moments import NOTHING, When
from assets.records.policy.words.subjects import ALL_PRODUCTS, Scope, Subject
from assets.records.policy.words.values import Action, Figure
from assets.records.policy.words.view import View

__all__ = ["ClauseWriter"]

_COMPANY = "公司标准"
_RESTORED = "恢复至节前水平"
_BACK = re.compile("恢复|回调|调回|降回|回到")
_TODAY = re.compile("(?:^|[,;:])(?:目前|当前|现阶段|截至)[,一-鿿]")
#: Words without which an undated figure only tells how things are.
_CHANGING = re.compile(
    "调|提高|降|升|扩大|缩小|增加|减少|改|变|恢复|设|定为|执行|收取|新|放宽|收紧|涨(?!跌)|加|应为|免"
)
_FIELD = r"(?:标准|数值|比例|水平|为|是)?\)?:"
_FORMER_FIELD = re.compile(rf"\(?(?:调整前|变更前|修改前|修订前|原标准|原比例|现行标准|旧标准){_FIELD}")
_CHANGED_TO = re.compile("(?:改|调整?|变更?|提高|降低?|升|涨)[为至到]")
_NEW_FIELD = re.compile(rf"\(?(?:调整后|变更后|修改后|修订后|新标准|新比例){_FIELD}")
_MONTH_OF_YEAR = re.compile(r"(\d{4})年(?:(\d{1,2})月)?(?!\d{1,2}[日号](?!胶)|度|\d月)")


class ClauseWriter:
    """State of one sentence, and the step that turns its gathered clause into facts."""

    def __init__(self, memory: Memory, block: int, view: View, start: int, text: str) -> None:
        self.memory = memory
        self.block = block
        self.view, self.base, self.text = view, start, text
        self.clause = Clause()
        self.when: When | None = None
        self.until: When | None = None
        self.issuer = self.memory.issuer
        self.is_own = self.is_part_own = False
        self.first_fact = len(self.memory.facts)
        self.part_fact = self.first_fact
        self.piece_start = 0
        self.is_new = False

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
            resolved.extend(Subject(product, one.scope or ALL) for product in products)
        return resolved

    def _flush(self) -> None:
        """Turn the gathered clause into facts and start another."""
        clause, memory = self.clause, self.memory
        if not clause.is_full:
            return
        self.clause = Clause(soft=clause.soft, last_value=clause.last_value)
        if not clause.news:
            self._keep_olds(clause)
            return
        if memory.formers and not clause.olds and (_NEW_FIELD.match(self.text) or _CHANGED_TO.search(self.text)):
            clause.olds = memory.formers
        memory.formers = []
        if clause.is_negated or self._is_idle(clause):
            if clause.is_negated:
                self._except(clause.subjects, clause.items)
            if clause.subjects:
                memory.subjects = self._resolve(clause.subjects)
            return
        subjects = self._subjects(clause)
        items, details = self._items(clause)
        memory.subjects, memory.items, memory.details = subjects, items, details
        if self.is_own or memory.lead_when is None:
            memory.when, memory.until = self.when or NOTHING, self.until
        if not items:
            return
        for subject, item, detail, new, old in combine(clause, subjects or [Subject()], items, details):
            self._emit(clause, subject, item, detail, new, old)

    def _keep_olds(self, clause: Clause) -> None:
        """Give figures that only tell what was before to the facts that they belong to, or keep them for the next."""
        memory = self.memory
        self._name_fronted_with(clause)
        memory.items = clause.items or memory.items
        if _FORMER_FIELD.match(self.text):
            memory.formers = clause.olds
        elif not re.search("维持|保持|仍|继续|不变", self.text[clause.start or 0 : clause.end]):
            memory.formers = [] if self._state_old(clause) else clause.olds
        if clause.subjects:
            memory.subjects = self._resolve(clause.subjects)

    def _subjects(self, clause: Clause) -> list[Subject]:
        """Return what a clause is about: its own subjects, those of a restoration's raise, or the last ones."""
        subjects = self._resolve(clause.subjects or (clause.soft if not self.memory.subjects else []))
        if clause.news[0] == Action("restore") and not clause.subjects and not clause.soft:
            subjects = self._former_subjects() or subjects
        if not subjects and self.issuer is not None and self.issuer.level == "regulator":
            return [Subject(ALL_PRODUCTS, ALL)]
        return [self._as_listed(one) for one in subjects]

    def _name_fronted_with(self, clause: Clause) -> None:
        kept, self.clause = self.clause, clause
        self._name_fronted()
        self.clause = kept

    def _state_old(self, clause: Clause) -> bool:
        """Give figures that only tell what was before (此前分别为7%和9%) to the facts before them, if there are any."""
        olds = clause.olds
        items = {item for item, _ in clause.items}
        products = {one.product for one in clause.subjects if one.product}
        near = [fact for fact in self.memory.facts if fact.block == self.block]
        own = self.memory.facts[self.first_fact :] or near[-len(olds) :]
        recent = [
            fact
            for fact in own
            if fact.old is None
            and fact.new is not None
            and (not items or fact.item in items)
            and (not products or fact.product in products)
        ]
        if len(olds) == len(recent):
            for fact, old in zip(recent, olds, strict=True):
                fact.old = old.number
        elif len(olds) == 1 and recent:
            recent[-1].old = olds[0].number
        return bool(recent)

    def _as_listed(self, one: Subject) -> Subject:
        """Give a contract that the sentence, or the one before it, lists the scope of new contracts."""
        scope = one.scope or ALL
        if self.is_new or (scope.kind == "list" and scope.months == self.memory.listed):
            return Subject(one.product, Scope("new_only", scope.months))
        return one

    def _is_idle(self, clause: Clause) -> bool:
        """Return whether a clause asks, tells of the past, or speaks of prices and accounts."""
        text = self.text[clause.start or 0 : clause.end]
        piece = re.split(r"[,;:]", text)[-1]
        if not self.is_own and self.when is None and _TODAY.search(self.text[: clause.end]):
            return True
        if lexicon.REQUEST.match(text) or lexicon.DROPPED_PIECE.search(piece):
            return True
        return lexicon.PAST.search(text) is not None or self._after_past(clause)

    def _after_past(self, clause: Clause) -> bool:
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

    def _items(self, clause: Clause) -> tuple[list[Item], list[tuple[str, str]]]:
        """Return the items and details of a clause, its own or the last ones that its figures fit."""
        memory = self.memory
        figure = next((one for one in clause.news if isinstance(one, Figure)), None)
        if clause.items:
            return clause.items, clause.details
        if clause.news[0] == Action("free"):
            return [("fee", None)], clause.details
        if clause.news[0] == Action("restore"):
            return self._former_items(), clause.details
        if len(clause.news) > 1 and _BACK.search(self.text[clause.start or 0 : clause.end]):
            recent = list(dict.fromkeys((fact.item, None) for fact in memory.facts[self.first_fact :]))
            if len(clause.news) in (len(recent), len(recent) * len(memory.subjects)) and len(recent) > 1:
                return [*recent], clause.details
        own = {kind for kind, _ in clause.details}
        kept = [one for one in memory.details if one[0] not in own and not (clause.details and one[0] == "day")]
        fits = figure is None or any(lexicon.FITTING[item].search(figure.unit or "%") for item, _ in memory.items)
        if fits and memory.items:
            goes_on = bool(clause.details) or not clause.subjects or len(memory.facts) > self.first_fact
            return memory.items, [*clause.details, *(kept if goes_on else [])]
        guess = guess_item(figure, memory.title_items)
        return ([guess] if guess else []), clause.details

    def _former_subjects(self) -> list[Subject]:
        """Return what the issuer set before: each product once, with all its contracts where that was said."""
        level = self.issuer.level if self.issuer else None
        found: dict[str, Scope] = {}
        for fact in self.memory.facts:
            if fact.product and (level is None or fact.issuer.level == level):
                found[fact.product] = fact.scope if found.get(fact.product) != ALL else ALL
        return [Subject(product, scope) for product, scope in found.items()]

    def _former_items(self) -> list[Item]:
        """Return the items that were set for the products of a restoration, by the same issuer."""
        level = self.issuer.level if self.issuer else None
        found = dict.fromkeys(
            (fact.item, None) for fact in self.memory.facts if level is None or fact.issuer.level == level
        )
        return list(found) or self.memory.items

    def _emit(
        self,
        clause: Clause,
        subject: Subject,
        item: Item,
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
        number, unit = written(new)
        if isinstance(new, Action):
            parts += {"restore": [_RESTORED], "withdraw": ["撤回"]}.get(new.name, [])
        elif new.is_relative:
            parts.append(self._relative(clause, new, issuer))
        start, end = self.view.span(self.base + (clause.start or 0), self.base + clause.end)
        when = self.when or NOTHING
        is_bare = when == NOTHING and self.until is None and old is None and isinstance(new, Figure)
        is_plain = (
            is_bare
            and not _CHANGING.search(lexicon.NO_CHANGE.sub("", self.text))
            and (subject.scope or ALL).kind in ("all", "list")
        )
        self.memory.facts.append(
            Fact(
                issuer, subject.product, subject.scope or ALL, name, "；".join(parts) or None,
                old.number if old else None, number, unit if number is not None else None,
                when, self.until, start, end, self.block, is_dated=when != NOTHING, is_plain=is_plain,
            )
        )  # fmt: skip

    def _relative(self, clause: Clause, new: Figure, issuer: Issuer) -> str:
        """Word a change that is told in percentage points."""
        left = self.text[: clause.end]
        if issuer.level == "regulator" and re.search(r"比[^,;。]*交易所[^,;。]*标准", left):
            return f"比交易所标准{'至少' if '至少' in left else ''}高{new.number}个百分点"
        return f"{lexicon.relative_word(left) or '上调'}{new.number}{new.unit}"

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

    def _except(self, subjects: list[Subject], items: list[Item]) -> None:
        """Take contracts that stay as they are (但CF2705合约不作调整) out of what this sentence changed for all."""
        named = {item for item, _ in items}
        for one in subjects:
            if one.scope is None or one.scope.kind != "list":
                continue
            for fact in self.memory.facts[self.first_fact :]:
                if fact.scope == ALL and one.product in (None, fact.product) and (not named or fact.item in named):
                    fact.scope = Scope("all_but", one.scope.months)

    def _name_fronted(self) -> None:
        """Give figures that stand before their product (保证金10%——苹果期货2705合约) that product and date."""
        if not self.clause.subjects:
            return
        named = self._resolve(self.clause.subjects)
        named = [self._as_listed(one) for one in named]
        for fact in [fact for fact in self.memory.facts if fact.product is None]:
            fact.product, fact.scope = named[0].product, named[0].scope or ALL
            if not fact.is_dated and self.when is not None and self.is_own:
                fact.when, fact.is_dated = self.when, True
            self.memory.facts.extend(replace(fact, product=one.product, scope=one.scope or ALL) for one in named[1:])
