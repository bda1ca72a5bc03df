"""A sentence of a notice as a list of tokens for the walker in `prose.py`."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from assets.records.policy.words import lexicon
from assets.records.policy.words.issuers import FIRM_WORDS, ISSUER, Issuer, find_issuer
from assets.records.policy.words.moments import Moment
from assets.records.policy.words.subjects import Scope, Subject, code_product, find_contracts, find_products
from assets.records.policy.words.values import FREE, VALUE, Action, read_value

__all__ = ["Token", "lex_sentence"]

_EXCEPT = re.compile(r"除(?:了|去)?(?P<body>[^,;。:]{1,80}?)(?:合约|品种|期货)?(?:之|以)?外(?:的)?,?")
_EXCEPT_AFTER = re.compile(
    r"\(?(?:其中)?(?P<body>[^,;。:()]{2,60}?)(?:合约)?除外\)?|\((?:不含|不包括|除)(?P<body2>[^()]{2,60}?)(?:合约)?(?:外)?\)"
)
#: What a figure comes to, in brackets: no figure of its own.
_ASIDE = re.compile(r"\((?:大?约|相当于|折合|折算|换算|测算|参考|按[^()]{0,20}(?:测算|计算|折算))[^()]{0,60}\)")
#: A freedom from charge that ends: no figure of its own.
_FREE_ENDED = re.compile(
    "(?:取消|停止|结束|终止)[^,;。]{0,24}?(?P<what>(?:免收?|减免)[^,;。]{0,8}?(?:优惠|政策|措施|安排))"
)
_BROKER = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2,4}?期货)(?=(?:股份)?(?:有限)?公司|(?:也|则|随后|随即|同步|昨日|今日)?(?:发布|公告|通知|宣布|决定|表示|将其|对客户|客户))"
)


@dataclass(frozen=True)
class Token:
    """One word of the grammar: kind, span in the view of the sentence, and what it means."""

    kind: str
    start: int
    end: int
    value: Any = None
    is_soft: bool = False


class _Lexer:
    """Collects tokens; each place of the sentence is read once, by the first reader that wants it."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        self.free = [True] * len(sentence)
        self.tokens: list[Token] = []

    def take(self, kind: str, start: int, end: int, value: Any = None, *, is_soft: bool = False) -> bool:
        """Add a token unless its place is taken."""
        if start >= end or not all(self.free[start:end]):
            return False
        self.free[start:end] = [False] * (end - start)
        self.tokens.append(Token(kind, start, end, value, is_soft))
        return True

    def take_all(
        self, kind: str, pattern: re.Pattern[str], value: Callable[[re.Match[str]], Any] | None = None
    ) -> None:
        """Add a token for each match whose place is free."""
        at = 0
        while (match := pattern.search(self.sentence, at)) is not None:
            taken = self.take(kind, match.start(), match.end(), value(match) if value else match.group())
            at = match.end() if taken and match.end() > match.start() else match.start() + 1


def lex_sentence(
    sentence: str,
    moments: Iterable[Moment],
    *,
    year: int | None,
    last_months: tuple[str, ...],
    firm: str | None,
    reads_issuers: bool,
) -> list[Token]:
    """Read a sentence (view text) into tokens, in order.

    Args:
        sentence: One sentence.
        moments: Its phrases about time.
        year: Year that decides the decade of contracts with three figures.
        last_months: Contracts named last, for 除上述合约外.
        firm: Name of the firm whose notice it is, so that 公司 and 我司 name it; None for others.
        reads_issuers: The issuer can change inside the notice (a firm's or a medium's).
    """
    lexer = _Lexer(sentence)
    soft: list[tuple[int, int]] = []
    for moment in moments:
        if moment.kind == "condition":
            soft.append((moment.start, moment.end))
            lexer.tokens.append(Token("moment", moment.start, moment.start, moment))
        else:
            lexer.take("moment", moment.start, moment.end, moment)
    lexer.take_all("skip", _ASIDE)
    _take_exceptions(lexer, year, last_months)
    basis = [(match.start(), match.end()) for match in lexicon.BASIS.finditer(sentence)]
    if reads_issuers:
        _take_issuers(lexer, basis, firm)
    for match in lexicon.EVERY_PRODUCT.finditer(sentence):
        if not _inside(soft, match.start(), match.end()):
            lexer.take("every", match.start(), match.end())
    _take_subjects(lexer, year, soft)
    for start, end in soft:
        lexer.free[start:end] = [False] * (end - start)
    for match in _FREE_ENDED.finditer(sentence):
        lexer.take("skip", match.start("what"), match.end("what"))
    lexer.take_all("step", lexicon.STEP)
    lexer.take_all("restore", lexicon.RESTORE, lambda _: Action("restore"))
    lexer.take_all("withdraw", lexicon.WITHDRAW, lambda _: Action("withdraw"))
    for item, detail, pattern in lexicon.ITEMS:
        lexer.take_all("item", pattern, partial(_read_item, item, detail))
    for kind, detail, pattern in lexicon.DETAILS:
        lexer.take_all("detail", pattern, partial(_read_detail, kind, detail))
    lexer.take_all("above", lexicon.ABOVE)
    lexer.take_all("scope_all", lexicon.ALL_CONTRACTS)
    lexer.take_all("others", lexicon.OTHERS, lambda match: "" if match["rest"] is not None else match["what"] or "其他")
    for match in VALUE.finditer(sentence):
        figure = read_value(match)
        if figure is not None and not _inside(basis, match.start(), match.end()):
            lexer.take("value", match.start(), match.end(), figure)
    lexer.take_all("free", FREE, lambda _: Action("free"))
    lexer.take_all("no_change", lexicon.NO_CHANGE)
    lexer.take_all("mark", re.compile("[,;:。]|-{2,}"))
    return sorted(lexer.tokens, key=lambda token: (token.start, token.end))


def _read_item(item: str, detail: str | None, match: re.Match[str]) -> tuple[str, str | None]:
    """Return an item with its detail; a premium or discount (升贴水) names its region."""
    if detail != "升贴水":
        return item, detail
    region = match.groupdict().get("region") or ""
    word = re.search("升贴水|贴水|升水", match.group())
    return item, region + (word.group() if word else detail)


def _read_detail(kind: str, detail: str, match: re.Match[str]) -> tuple[str, str]:
    return kind, detail or re.sub(r"^合约|^自(?=挂牌|上市)", "", match.group())


def _inside(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(left <= start and end <= right for left, right in spans)


def _take_exceptions(lexer: _Lexer, year: int | None, last_months: tuple[str, ...]) -> None:
    for pattern in (_EXCEPT, _EXCEPT_AFTER):
        for match in pattern.finditer(lexer.sentence):
            body = match["body"] or match.groupdict().get("body2") or ""
            runs = find_contracts(body + "合约", year)
            named = [pair for run in runs for pair in run.named]
            months = tuple(month for _, month in named)
            if not months and re.search("上述|前述|以上|该", body) and "合约" in match.group():
                months = last_months
            if months:
                product = next((code_product(code) for code, _ in named if code), None)
                products = find_products(body)
                name = products[0][2][0] if products else product
                lexer.take(
                    "scope",
                    match.start(),
                    match.end(),
                    [Subject(name, Scope("all_but", months), is_open=pattern is _EXCEPT)],
                )
            elif pattern is _EXCEPT and not VALUE.search(body):
                lexer.take("skip", match.start(), match.end())


def _take_issuers(lexer: _Lexer, basis: list[tuple[int, int]], firm: str | None) -> None:
    for match in ISSUER.finditer(lexer.sentence):
        found = find_issuer(match.group())
        if found is not None and not _inside(basis, match.start(), match.end()):
            size = len(found.name or "") if match.group().endswith(found.name or "") else len(match.group())
            lexer.take("issuer", match.end() - size, match.end(), found)
    if firm is not None:
        lexer.take_all("firm", re.compile(re.escape(firm) + "(?:股份|有限|责任)*(?:公司)?"))
        for match in re.finditer("交易所", lexer.sentence):
            if lexer.free[match.start()] and not _inside(basis, match.start(), match.end()):
                lexer.take("issuer", match.start(), match.end(), Issuer(None, "exchange"))
        lexer.take_all("firm", FIRM_WORDS)
        return
    for match in _BROKER.finditer(lexer.sentence):
        if not find_products(match["name"]):
            lexer.take("issuer", match.start(), match.end(), Issuer(match["name"], "broker"))


def _take_subjects(lexer: _Lexer, year: int | None, soft: list[tuple[int, int]]) -> None:
    for start, end, names in find_products(lexer.sentence):
        lexer.take("product", start, end, names, is_soft=_inside(soft, start, end))
    for run in find_contracts(lexer.sentence, year):
        start, end = run.start, run.end
        if _inside(soft, start, end) and run.kind == "range":
            continue
        if run.kind == "range":
            code = run.named[0][0]
            months = tuple(month for _, month in run.named)
            before = lexer.sentence[start - 1 : start]
            is_open = len(months) == 1
            subjects = [
                Subject(
                    code_product(code) if code else None,
                    Scope("range", months),
                    is_open=is_open and before in ("自", "从"),
                )
            ]
        else:
            subjects = _list_subjects(run.named)
        lexer.take("scope", start, end, subjects, is_soft=_inside(soft, start, end))


def _list_subjects(named: Iterable[tuple[str | None, str]]) -> list[Subject]:
    """One subject for each run of one product: CU2506、CU2507 and AL2506 are two."""
    groups: list[tuple[str | None, list[str]]] = []
    for code, month in named:
        product = code_product(code) if code else (groups[-1][0] if groups else None)
        if not groups or groups[-1][0] != product:
            groups.append((product, []))
        groups[-1][1].append(month)
    return [Subject(product, Scope("list", tuple(months))) for product, months in groups]
