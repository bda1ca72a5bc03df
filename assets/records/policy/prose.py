"""The walk through the sentences of a notice: subjects, items, figures and moments become facts.

A notice is read left to right with a memory of what was said. What a clause means is settled in `clauses.py`, what a
moment governs in `timing.py`. Tables are read in `tables.py`, which shares the memory.
"""

import re
from dataclasses import replace

from assets.records.policy.memory import Memory
from assets.records.policy.naming import Namer
from assets.records.policy.pairing import role
from assets.records.policy.words import lexicon
from assets.records.policy.words.issuers import ISSUER
from assets.records.policy.words.moments import find_moments
from assets.records.policy.words.tokens import Token, lex_sentence
from assets.records.policy.words.values import Figure
from assets.records.policy.words.view import View

__all__ = ["Walker"]

#: What follows figures that stand before what they are about: 12%与9%，分别是……的新标准.
_FRONT_AHEAD = re.compile(
    r"(?:(?:、|和|与|及)[\d.]+(?:%|元/手|手))*(?:-+|,?(?:分别)?(?:这|是|即|将是|就是|成为)|(?:的)?(?:新|最新)|的(?:交易)?(?:保证金|涨跌停|手续费)[^,;。]{0,4}(?:、|和|,))"
)
_ADDED = re.compile("(?:加收|加征|上浮|增加)$")
#: A title that stands in the text: it names products and items, and states nothing.
_HEADING = re.compile(r"[#(（]*(?:转发:?|关于)[^。;]{4,60}(?:通知|公告|说明|通告|函|告知|公示)(?:\([^()]*\))?$")
_FORMERLY = re.compile(
    "此前|之前|先前|原先|在此之前|(?:调整前|变更前|修改前|修订前|原标准|原比例|现行标准|旧标准)(?:标准|数值|比例|水平|为|是)?"
)
#: Rules that end because new ones begin: no withdrawal.
_OLD_RULES = re.compile("(?:此前|原(?!油|木|料)有?|旧)[^,;。]{0,10}(?:标准|规定|通知|办法|措施)[^,;。]{0,6}$")
_COLLECTED = re.compile("的(?:比例|标准)(?:向[^,;。]{1,10})?(?:收取|加收)")
#: A sentence; what is longer than any that people write is cut, so that a page without a stop takes its time and no more.
_SENTENCE = re.compile(r"[^。?]{1,1200}[。?]?")
_FIELD_BEFORE = re.compile("[^,;。:]{0,8}:")
_ANNOUNCED = re.compile("(?:如下|调整|安排|规定|标准|通知|公告)$")
_NOTICE_NAMED = re.compile(r"(?:发布|关于|下发|印发|公布)[^,;]*(?:通知|公告|说明|安排|函)(?:中|里|所载)?$")


def _blank_title(match: re.Match[str]) -> str:
    """Blank a title out; who issued the notice that it names stays."""
    title = match.group()
    issuer = ISSUER.match(title, 1) if re.search("(?:通知|公告|通告|函)[>》]$", title) else None
    kept = issuer.group() if issuer else ""
    return "﹏" + kept + "﹏" * (len(title) - 1 - len(kept))


class Walker:
    """Walks the sentences of one block after another."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.block = 0

    def walk_block(self, view: View, block: int) -> None:
        """Read one prose block; facts go to the memory."""
        self.block = block
        for match in _SENTENCE.finditer(view.text):
            _Sentence(self.memory, self.block, view, match.start(), match.group()).walk()


class _Sentence(Namer):
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
            last_months=memory.months, firm=(publisher.name or "") if is_firm and publisher else None,
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
            self._except(self.clause.subjects, self.clause.items)
        self._flush()
        self._close(tokens)

    def _without_titles(self) -> str:
        """Blank the titles in 《》 out, unless the sentence withdraws or corrects what they name."""
        if lexicon.WITHDRAW.search(self.text) or re.search("更正|误", self.text):
            return self.text
        return re.sub(r"[<《][^》>]*[>》]", _blank_title, self.text)

    def _skip(self, _token: Token) -> None:
        """Take no notice of a token."""

    def _close(self, tokens: list[Token]) -> None:
        """Remember what the next sentences may refer to."""
        memory, clause = self.memory, self.clause
        if not _FIELD_BEFORE.match(self.text):
            memory.formers = []
        self._name_fronted()
        self._start_range()
        self._exclude_behind()
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

    def _on_item(self, token: Token) -> None:
        is_behind = self.clause.is_full and not self.clause.items and self._follows_figure(token)
        if not is_behind:
            self._before(token)
        self._touch(token)
        clause, (item, detail) = self.clause, token.value
        if clause.items and (item != clause.items[-1][0] or len(clause.items) > 1):
            self._bind_details()
            own = [word for _, word in clause.details]
            clause.details = []
            clause.items.append((item, "；".join([*([detail] if detail else []), *own]) or None))
        elif token.value not in clause.items:
            clause.items.append(token.value)

    def _follows_figure(self, token: Token) -> bool:
        """Return whether an item stands right behind its figure: 5个百分点保证金, 3元/手的手续费."""
        return re.fullmatch("的?", self.text[self.clause.last_value : token.start]) is not None

    def _bind_details(self) -> None:
        """Give the first item of a list the details before it: 投机保证金、套保保证金和涨跌停板."""
        clause = self.clause
        before = [one for one in clause.details if one in clause.early]
        clause.details = [one for one in clause.details if one not in clause.early]
        if before and len(clause.items) == 1:
            item, detail = clause.items[0]
            clause.items = [(item, detail or word) for _, word in before]
        clause.early = []

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
            if not self.clause.items:
                self.clause.early.append(token.value)

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
        same = clause.olds if part == "old" else clause.news
        last = same[-1] if same else None
        if figure.unit == "元" and isinstance(last, Figure) and re.match("元/", last.unit or ""):
            figure = replace(figure, unit=last.unit)
        same.append(figure)
        if not clause.items and _COLLECTED.match(right):
            self._absorb(token)
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
        if _OLD_RULES.search(self.text[self.piece_start : token.start]):
            return
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
        clause, memory = self.clause, self.memory
        if clause.is_negated and not clause.is_full:
            self._except(clause.subjects, clause.items)
            clause.items, clause.details, clause.is_negated = [], [], False
            if clause.subjects:
                memory.subjects, clause.subjects = self._resolve(clause.subjects), []
        if (
            token.value == ","
            and not clause.is_full
            and _NOTICE_NAMED.search(self.text[self.piece_start : token.start])
        ):
            self._set_scene()
        if (
            token.value == ":"
            and not clause.is_full
            and clause.items
            and max(len(clause.items), len(clause.subjects)) > 1
            and _ANNOUNCED.search(self.text[: token.start])
        ):
            if clause.subjects:
                memory.subjects = self._resolve(clause.subjects)
            memory.items, memory.details = clause.items, clause.details
            clause.subjects, clause.items, clause.details = [], [], []
        if not _FORMERLY.fullmatch(self.text[self.piece_start : token.start]):
            self.piece_start = token.end
        if token.value == ";":
            self._flush()
            if self.clause.subjects and self.clause.items:
                memory.subjects = self._resolve(self.clause.subjects)
                self.clause.subjects, self.clause.items, self.clause.details = [], [], []
            self.part_fact, self.is_part_own = len(self.memory.facts), False
