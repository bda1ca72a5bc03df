"""What the phrases about time of a sentence govern: facts after them, before them, or the whole notice."""

import re
from dataclasses import replace

from assets.records.policy.clauses import ClauseWriter
from assets.records.policy.memory import Fact
from assets.records.policy.words.moments import NOTHING, Moment, When
from assets.records.policy.words.tokens import Token
from assets.records.policy.words.values import VALUE

__all__ = ["Timekeeper"]


class Timekeeper(ClauseWriter):
    """Applies moments, ends and conditions to the clauses of one sentence."""

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
                if self.when is not None and self.part_fact == len(self.memory.facts) and self.is_part_own
                else NOTHING
            )
            self.when = When(base.date, moment.when.point or base.point, moment.when.condition)
            if re.match("到期|期满|届满", moment.when.condition or ""):
                self.until = None
            return
        if self.clause.is_full and self.clause.is_fronted:
            self.when = moment.when
            self.is_own = self.is_part_own = True
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
        if not self.clause.news and re.match("的", self.text[self.clause.last_value :]):
            self_full = False
        leads = re.match(r"(?:起)?,?(?:正式|开始)?(?:执行|实施|施行)(?:新|如下|以下|下列|上述|统一)", after)
        ends = re.match(
            r"(?:起)?,?(?:正式|开始|同步)?(?:执行|实施|施行|实行|生效|启用|适用)|[。;)]|$|,?其余|,?其他|新?(?:挂牌|上市)",
            after,
        )
        if ends is None:
            ends = re.match(",?(?:至|到|直至)[^,;。]{4,30}(?:[。;]|$)", after)
        if ends is None and re.search("(?:有效期限?|期限|执行期间?|实施期间?)[为是:]?$", self.text[: moment.start]):
            ends = re.match("", after)
        if ends is None and not VALUE.search(after):
            ends = re.match("以上|上述|前述|本通知|本公告", self.text)
        undated = [fact for fact in self.memory.facts[self.first_fact :] if not fact.is_dated]
        if self_full and ends and not leads:
            self.when = (
                moment.when
                if self.when is None or not self.when.condition
                else replace(self.when, date=moment.when.date, point=moment.when.point)
            )
            self.is_own = self.is_part_own = True
            self._flush()
            self._fill(undated, moment.when)
            return
        if self_full:
            self._flush()
        if (ends or moment.is_lead) and not leads and not self.clause.subjects:
            self._fill([fact for fact in self._governed(moment) if not fact.is_dated], moment.when)
        condition = None
        if (self.when is not None and self.when.condition and moment.is_reference and moment.when.date is None) or (
            self.when is not None
            and self.when.condition
            and self.part_fact == len(self.memory.facts)
            and not re.search("起$|后$", self.when.condition)
        ):
            condition = self.when.condition
        self.when = replace(moment.when, condition=moment.when.condition or condition)
        self.until = None
        self.is_own = self.is_part_own = True

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
