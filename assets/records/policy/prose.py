"""The walk through the sentences of a notice: subjects, items, figures and moments become facts.

A notice is read left to right with a memory of what was said. What a clause means is settled in `clauses.py`, what a
moment governs in `timing.py`. Tables are read in `tables.py`, which shares the memory.
"""

import re
from dataclasses import replace

from assets.records.policy.memory import ALL, Memory
from assets.records.policy.pairing import attach, role
from assets.records.policy.timing import Timekeeper
from assets.records.policy.tokens import Token, lex_sentence
from assets.records.policy.words import lexicon
from assets.records.policy.words.issuers import Issuer
from assets.records.policy.words.moments import NOTHING, find_moments
from assets.records.policy.words.subjects import ALL_PRODUCTS, Scope, Subject
from assets.records.policy.words.values import Figure
from assets.records.policy.words.view import View

__all__ = ["Walker"]

_RANGE_BEHIND = re.compile(
    r"合约?(?:\(含\))?(?:起|开始)(?:正式|开始)?(?:执行|实施|施行|生效|适用)[^,;]{0,4}$|起(?:执行|实施|施行|适用)。?$"
)
#: What follows figures that stand before what they are about: 12%与9%，分别是……的新标准.
_FRONT_AHEAD = re.compile(
    r"(?:(?:、|和|与|及)[\d.]+(?:%|元/手|手))*(?:-+|,?(?:分别)?(?:这|是|即|将是|就是|成为)|(?:的)?(?:新|最新))"
)
_ADDED = re.compile("(?:加收|加征|上浮|增加)$")
#: A title that stands in the text: it names products and items, and states nothing.
_HEADING = re.compile(r"[#(（]*(?:转发:?|关于)[^。;]{4,60}(?:通知|公告|说明|通告|函|告知|公示)(?:\([^()]*\))?$")
_FORMERLY = re.compile("此前|之前|先前|原先|调整前|在此之前")
_NOTICE_NAMED = re.compile(r"(?:发布|关于|下发|印发|公布)[^,;]*(?:通知|公告|说明|安排|函)(?:中|里|所载)?$")


class Walker:
    """Walks the sentences of one block after another."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.block = 0

    def walk_block(self, view: View, block: int) -> None:
        """Read one prose block; facts go to the memory."""
        self.block = block
        for match in re.finditer(r"[^。?]+[。?]?", view.text):
            _Sentence(self.memory, self.block, view, match.start(), match.group()).walk()


class _Sentence(Timekeeper):
    """The walk through one sentence."""

    def walk(self) -> None:
        """Read the sentence, unless it denies, tells hearsay, or speaks of the past."""
        memory = self.memory
        moments = find_moments(self.text, memory.calendar, memory.when)
        for moment in moments:
            if moment.when.condition is not None:
                start, end = self.view.span(self.base + moment.start, self.base + moment.end)
                memory.clauses.setdefault(moment.when.condition, memory.text[start:end])
        if lexicon.DENIED.search(self.text):
            return
        publisher = memory.publisher
        is_firm = publisher is not None and publisher.level in ("broker", "other")
        tokens = lex_sentence(
            self._without_titles(), moments, year=memory.calendar.hint,
            last_months=memory.months, is_firm=is_firm,
            reads_issuers=publisher is None or is_firm,
        )  # fmt: skip
        self.is_new = bool(lexicon.NEW_LISTING.search(self.text))
        if memory.lead_when is not None:
            self.when, self.until = memory.lead_when, memory.lead_until
        elif (
            re.match(r"(?:\(?[一二三四五六七八九十\d]+[、.)]*)?(?:与此|此外,)?同时", self.text)
            or re.search(r"同时(?!具有|满足|符合)|同步|(?:上述|前述|以上)|^(?:其中|具体)", self.text)
            or (memory.listed and re.search("[该其]新?合约", self.text))
        ):
            self.when, self.until = memory.when, memory.until
        if _HEADING.match(self.text) or self.text.endswith("?"):
            tokens = [token for token in tokens if token.kind in ("product", "scope", "item", "issuer", "firm")]
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

    def _skip(self, _token: Token) -> None:
        """Take no notice of a token."""

    def _close(self, tokens: list[Token]) -> None:
        """Remember what the next sentences may refer to."""
        memory, clause = self.memory, self.clause
        self._name_fronted()
        self._start_range()
        if clause.subjects:
            memory.subjects = self._resolve(clause.subjects)
            if self.is_new:
                memory.listed = next((one.scope.months for one in clause.subjects if one.scope), ())
        if clause.items:
            memory.items, memory.details = clause.items, clause.details
        if self.when is not None and (self.when.date or self.when.condition is None):
            memory.when, memory.until = self.when, self.until
        memory.issuer = self.issuer
        is_lead = self.text.endswith(":") or (
            len(memory.facts) == self.first_fact
            and re.search("(?:如下|下表|下列|以下)[^,;]{0,12}。?$|[^。;]$", self.text)
        )
        if is_lead and self.when is not None and any(token.kind == "moment" for token in tokens):
            memory.lead_when, memory.lead_until = self.when, self.until

    def _start_range(self) -> None:
        """Let a contract behind the figures (……，自LU2706合约开始执行) begin the range that they apply to."""
        ranges = [one for one in self.clause.subjects if one.scope is not None and one.scope.kind == "range"]
        if len(ranges) != 1 or len(self.clause.subjects) != 1 or not _RANGE_BEHIND.search(self.text):
            return
        is_all = re.match("以上|上述|前述|本次", self.text) is not None
        for fact in self.memory.facts[0 if is_all else self.first_fact :]:
            if fact.scope == ALL and ranges[0].product in (None, fact.product):
                fact.scope = ranges[0].scope or ALL

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
            one = Subject(fact.product, fact.scope if is_contract else ALL)
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
            attach(self.clause.subjects, Subject(None, Scope("all_but", months)))

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
                if fact.scope == ALL and one.product in (None, fact.product):
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

    def _on_step(self, _token: Token) -> None:
        if self.clause.is_full:
            self._flush()

    def _on_value(self, token: Token) -> None:
        clause, figure = self.clause, token.value
        left = self.text[max(clause.last_value, self.piece_start) : token.start]
        right = self.text[token.end :]
        part = clause.last_role if re.fullmatch("、|和|及|与|以及|,", left) and clause.is_full else role(left, right)
        clause.last_role = part
        if part == "drop":
            clause.last_value = token.end
            return
        if _ADDED.search(left) and lexicon.BASIS.search(self.text[: token.start]):
            figure = replace(figure, is_relative=True)
        elif figure.is_relative:
            word = lexicon.relative_word(self.text[self.piece_start : token.start])
            if word is None and not re.search("个百分点", self.text[self.piece_start : token.start]):
                return
        if part == "new" and self._is_sum(figure, left):
            clause.news.pop()
        elif part == "new" and self._starts_anew(token):
            self._flush()
            clause = self.clause
        if not clause.is_full and not clause.subjects and not clause.items and self._is_front(token):
            clause.is_fronted = True
        self._touch(token)
        if part == "old":
            clause.olds.append(figure)
        else:
            clause.news.append(figure)
        clause.last_value = token.end

    def _is_sum(self, figure: Figure, left: str) -> bool:
        """Return whether a figure is what a change in points comes to: 上调2个百分点至12%, 加收4个百分点，即按19%."""
        last = self.clause.news[-1] if self.clause.news else None
        if not isinstance(last, Figure) or figure.is_relative:
            return False
        if left in ("至", "到") and last.unit == "%" and figure.unit != "%":
            return True
        return last.is_relative and re.search("[至到为]$|^即[^,;]{0,4}$", left) is not None

    def _starts_anew(self, token: Token) -> bool:
        """Return whether a figure after a complete clause begins another: a comma or more stands between."""
        clause = self.clause
        return (
            bool(clause.news)
            and not clause.is_fronted
            and re.search("[,;]", self.text[clause.last_value : token.start]) is not None
        )

    def _is_front(self, token: Token) -> bool:
        return token.start - self.piece_start <= 14 and _FRONT_AHEAD.match(self.text[token.end :]) is not None

    def _on_free(self, token: Token) -> None:
        clause = self.clause
        if re.search("(?:由|从)$", self.text[: token.start]):
            clause.olds.append(Figure("0", None))
            clause.last_value = token.end
            return
        self._touch(token)
        if clause.news and not clause.is_fronted:
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
        if re.search("通知|公告|措施|标准|规定|安排|文件|函|调整", self.text) and not self.clause.is_full:
            self.memory.is_withdrawn = True
            self._touch(token)
            self.clause.news.append(token.value)
            self.clause.last_value = token.end
            self._absorb(token)

    def _on_no_change(self, _token: Token) -> None:
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

    def _set_scene(self) -> None:
        """Take what the name of an earlier notice names (…关于铜、锌期货的通知中) as background only."""
        clause, memory = self.clause, self.memory
        if clause.subjects:
            memory.subjects = self._resolve(clause.subjects)
        memory.items = clause.items or memory.items
        clause.soft, clause.subjects, clause.items, clause.details = [*clause.subjects], [], [], []

    def _on_mark(self, token: Token) -> None:
        clause = self.clause
        if clause.is_negated and not clause.is_full:
            self._except(clause.subjects)
            clause.items, clause.details, clause.is_negated = [], [], False
        if (
            token.value == ","
            and not clause.is_full
            and _NOTICE_NAMED.search(self.text[self.piece_start : token.start])
        ):
            self._set_scene()
        if not _FORMERLY.fullmatch(self.text[self.piece_start : token.start]):
            self.piece_start = token.end
        if token.value == ";":
            self._flush()
            self.part_fact, self.is_part_own = len(self.memory.facts), False
