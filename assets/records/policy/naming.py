"""Who and what a sentence is about: issuers, products, contract scopes, and words that refer to those named before."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assets.records.policy.memory import ALL
from assets.records.policy.pairing import attach
from assets.records.policy.timing import Timekeeper
from assets.records.policy.words.issuers import Issuer
from assets.records.policy.words.moments import NOTHING
from assets.records.policy.words.subjects import ALL_PRODUCTS, Scope, Subject
from assets.records.policy.words.tokens import Token

__all__ = ["Namer"]

_RANGE_BEHIND = re.compile(
    r"合约?(?:\(含\))?(?:起|开始)(?:正式|开始)?(?:执行|实施|施行|生效|适用)[^,;]{0,4}$|起(?:执行|实施|施行|适用)。?$"
)


class Namer(Timekeeper):
    """Gathers the subjects of one sentence."""

    def _start_range(self) -> None:
        """Let a contract behind the figures (……，自LU2706合约开始执行) begin the range that they apply to."""
        ranges = [one for one in self.clause.subjects if one.scope is not None and one.scope.kind == "range"]
        if len(ranges) != 1 or len(self.clause.subjects) != 1 or not _RANGE_BEHIND.search(self.text):
            return
        is_all = re.match("以上|上述|前述|本次", self.text) is not None
        for fact in self.memory.facts[0 if is_all else self.first_fact :]:
            if fact.scope == ALL and ranges[0].product in (None, fact.product):
                fact.scope = ranges[0].scope or ALL

    def _exclude_behind(self) -> None:
        """Let contracts excepted behind the figures (调整为9%,SC2406合约除外) be excepted from what was set for all."""
        if self.clause.is_full:
            return
        for one in self.clause.subjects:
            if one.scope is None or one.scope.kind != "all_but":
                continue
            for fact in self.memory.facts[self.first_fact :]:
                if fact.scope == ALL and one.product in (None, fact.product):
                    fact.scope = one.scope

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
        if not clause.news and re.search("(?:修改|修订|变更|调整|改)为$", self.text[: token.start]):
            return
        if not clause.news and re.match("的[^,;。]*$", self.text[clause.last_value : token.start]):
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

    def _on_firm(self, _token: Token) -> None:
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
            for name in token.value:
                months = self._listed_months([name]) or self.memory.months
                clause.subjects.append(Subject(name, Scope("all_but", months)))
            clause.is_rest = False
            return
        last = clause.subjects[-1] if clause.subjects else None
        if last is not None and last.is_open and len(token.value) == 1:
            last.product = token.value[0]
            last.is_open = False
            return
        if (
            last is not None
            and [last.product] == token.value
            and last.scope
            and last.scope.kind in ("all_but", "range")
        ):
            return
        for name in token.value:
            if not any(one.product == name and one.scope is None for one in clause.subjects):
                clause.subjects.append(Subject(name))

    def _on_every(self, token: Token) -> None:
        self._before(token)
        self._touch(token)
        self.clause.subjects = [Subject(ALL_PRODUCTS, ALL)]

    def _on_scope(self, token: Token) -> None:
        if not token.is_soft:
            self._before(token)
            self._touch(token)
        target = self.clause.soft if token.is_soft else self.clause.subjects
        for one in token.value:
            attach(target, one)
        months = tuple(month for one in token.value if one.scope.kind == "list" for month in one.scope.months)
        if months:
            self.memory.months = months

    def _on_scope_all(self, token: Token) -> None:
        if not self.clause.subjects:
            self._before(token)
            self._touch(token)
            self.clause.subjects.append(Subject(None, ALL))

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
            scope = Scope("list", fact.scope.months) if fact.scope.kind == "all_but" else fact.scope
            one = Subject(fact.product, scope if is_contract else ALL)
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
        products = [one.product for one in self._resolve(self.clause.subjects)]
        months = self._listed_months(products) or self.memory.months
        if months:
            attach(self.clause.subjects, Subject(None, Scope("all_but", months)))

    def _listed_months(self, products: Sequence[str | None]) -> tuple[str, ...]:
        """Return the contracts of products that were given figures of their own from the same moment on."""
        same = [fact for fact in self.memory.facts if fact.when == (self.when or NOTHING) and fact.product in products]
        return tuple(sorted({month for fact in same if fact.scope.kind == "list" for month in fact.scope.months}))
