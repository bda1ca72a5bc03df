"""Look-ups made from made rulebooks: answerable ones in every way people write them, and ones that must be refused."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from assets.records.clauses.paragraphs import cut_items, cut_paragraphs
from assets.records.clauses.split import split_clauses
from assets.text.numerals import to_chinese
from tests.measure.memory import MemoryReader
from tests.measure.rulebook_maker import Made, make_rulebook
from tests.measure.rulebooks import reader_of

__all__ = ["Asked", "make_asked", "make_corpus"]

_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_TRADITIONAL = str.maketrans(
    "条章节编规则会员应当报告结算证券协议为时间资讯务单实际风险监办细项款标准权仓库",
    "條章節編規則會員應當報告結算證券協議為時間資訊務單實際風險監辦細項款標準權倉庫",
)
_PLACES = ("东海", "南岭", "西川", "北原", "中州", "临江", "平湖", "青城", "白石", "云台")
_KINDS = ("管理办法", "实施细则", "业务规则", "管理规定", "指引")
_SUBJECTS = ("结算", "交割", "会员", "持仓", "风险控制", "做市商", "信息披露", "异常交易", "仓单", "适当性")
#: Kinds that a title is changed to, and must then be unknown.
_OTHERS = ("管理条例", "暂行办法", "实施办法", "业务指南", "管理准则")
_TITLES = (
    "{t}",
    "《{t}》",
    "〈{t}〉",
    "「{t}」",
    "『{t}』",
    "<{t}>",
    "“{t}”",
    "【{t}】",
    "《 {t} 》",
    "{wide}",
    "{trad}",
    "《{trad}》",
    "{spaced}",
)
_QUESTIONS = (
    "{t}{l}", "{t}{l}是什么", "请问{t}{l}的内容是什么？", "{t}{l}怎么规定的", "麻烦查一下{t}{l}", "{t}里{l}写的什么呀", "想看看{t}{l}原文", "{t}的{l}具体说了什么", "根据{t}{l}，该怎么处理？", "帮我找一下{t} {l}的内容",
    "{t}，{l}？", "按照{t}{l}的规定，应该怎么做", "能不能告诉我{t}{l}讲了啥", "把{t}{l}发我看看", "我记得{t}{l}有规定，具体内容是？", "{t}{l}的全文", "请把{t}{l}念一遍", "{l}是什么，{t}", "{t}中{l}規定了什麼", "{t}當中{l}是怎樣寫的？",
    "违反{t}{l}会怎么样", "查{t}{l}", "请教一下，{t}{l}如何理解", "{t}之{l}", "依据{t}{l}，需要报告吗？", "老师好，{t}{l}是怎么说的", "现在有效的{t}{l}内容", "麻烦您给我看下{t}{l}，谢谢", "{t}{l}有什么要求吗", "关于{t}{l}，内容是啥",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One look-up: title and locator as written, and what must come: the exact text, or the reason of a refusal."""

    kind: str
    title: str
    locator: str
    text: str | None
    reason: str | None = None
    question: str | None = None


def make_corpus(size: int) -> tuple[MemoryReader, list[tuple[str, Made]]]:
    """Make rulebooks with titles that differ in one word, two of them with an older version and an alias each."""
    texts: dict[str, tuple[str, str]] = {}
    metas: dict[str, dict[str, list[str]]] = {}
    made: list[tuple[str, Made]] = []
    for n in range(size):
        book = make_rulebook(10_000 + n, ("statute", "decimal")[n % 4 == 3], one_line=False)
        title = f"{_PLACES[n % 10]}交易所{_SUBJECTS[(n // 10) % 10]}{_KINDS[(n + n // 10) % 5]}"
        text = book.text.replace(book.title, title)
        path = f"rulebooks/{n:04d}.txt"
        texts[path] = (title if n % 7 else f"{title}(2024-01-15)", text)
        if n % 7 == 0:
            texts[f"rulebooks/{n:04d}-old.txt"] = (
                f"{title}(2019-05-01)",
                f"{title}\n第一条 旧版第一条{n}。\n第二条 旧版第二条{n}。\n",
            )
        if n % 5 == 1:
            metas[path] = {"aliases": [f"{_PLACES[n % 10]}{_SUBJECTS[(n // 10) % 10]}{n}号规矩"]}
        made.append((title, Made(book.kind, title, text, book.gold)))
    return reader_of(texts, metas), made


def make_asked(seed: int, reader: MemoryReader, made: list[tuple[str, Made]], count: int) -> Iterator[Asked]:
    """Draw look-ups; equal seeds draw equal ones."""
    rng = random.Random(seed)
    cut = {title: _clauses(book) for title, book in made}
    titles = {title for title, _ in made}
    for n in range(count):
        title, book = made[rng.randrange(len(made))]
        rows = cut[title]
        if not rows:
            continue
        asked = _refused(rng, title, book, rows, titles) if n % 3 == 2 else _found(rng, title, book, rows)
        if asked is not None:
            template = rng.choice(_QUESTIONS)
            yield Asked(
                asked.kind,
                asked.title,
                asked.locator,
                asked.text,
                asked.reason,
                template.format(t=asked.title, l=asked.locator),
            )


def _clauses(book: Made) -> list[dict[str, object]]:
    rows = [
        row
        for row in split_clauses(book.text, doc_id="d", title=book.title)
        if row["zone"] == "body" and row["article"]
    ]
    numbers = [(row["article_number"], row["article_sub"], row["article"]) for row in rows]
    return [row for row, number in zip(rows, numbers, strict=True) if numbers.count(number) == 1]


def _written(rng: random.Random, title: str) -> str:
    return rng.choice(_TITLES).format(
        t=title, wide=title.translate(_WIDE), trad=title.translate(_TRADITIONAL), spaced=" ".join(title)
    )


def _number(rng: random.Random, number: int, sub: int = 0) -> str:
    """第N条 in one of its spellings."""
    written = rng.choice(
        (to_chinese(number), str(number), str(number).translate(_WIDE), f" {to_chinese(number)} ", f" {number} ")
    )
    return f"第{written}{rng.choice('条条条條')}" + (f"之{to_chinese(sub)}" if sub else "")


def _found(rng: random.Random, title: str, book: Made, rows: list[dict[str, object]]) -> Asked | None:
    row = rng.choice(rows)
    text = str(row["text"])
    if row["article_number"] is None:
        label = str(row["article"])
        return Asked("label", _written(rng, title), rng.choice((label, f"第{label}条", f"{label}条")), text)
    locator = _number(rng, int(str(row["article_number"])), int(str(row["article_sub"])))
    chance = rng.random()
    if chance < 0.25 and row["chapter"] is not None:
        place = "".join(str(row[name]).split(" ")[0] for name in ("part", "chapter") if row[name])
        return Asked("chapter", _written(rng, title), place + rng.choice(("", "的", "之", " ")) + locator, text)
    paragraphs = cut_paragraphs(text, 0, len(text))
    if chance < 0.4 and len(paragraphs) > 1:
        n = rng.randrange(len(paragraphs))
        spelled = rng.choice((f"第{to_chinese(n + 1)}款", f"第{n + 1}款", f"的第{to_chinese(n + 1)}款"))
        return Asked("paragraph", _written(rng, title), locator + spelled, text[slice(*paragraphs[n])])
    items = cut_items(text, 0, len(text))
    if chance < 0.6 and items:
        item = rng.choice(items)
        han = to_chinese(item.number)
        spelled = rng.choice(
            (f"第（{han}）项", f"第{han}项", f"第({item.number})项", f"（{han}）项", f"第{item.number}项")
        )
        return Asked("item", _written(rng, title), locator + spelled, text[item.content : item.end])
    return Asked("article", _written(rng, title), locator, text)


def _refused(
    rng: random.Random, title: str, book: Made, rows: list[dict[str, object]], titles: set[str]
) -> Asked | None:
    row = rng.choice(rows)
    number = row["article_number"]
    locator = (
        _number(rng, int(str(number)), int(str(row["article_sub"]))) if number is not None else str(row["article"])
    )
    kind = rng.choice(("beyond_last", "wrong_chapter", "near_title", "near_title", "no_paragraph", "no_version"))
    if kind == "near_title":
        near = _near(rng, title)
        # what does not end as a title does is none before 3.2.7
        unclear = number is None and near == title[:-1]
        return (
            None if near in titles or unclear else Asked(kind, _written(rng, near), locator, None, "document_unknown")
        )
    if kind == "no_version":
        return Asked(kind, f"{title}(2007-03-04)", locator, None, "document_unknown")
    if number is None:
        return Asked("beyond_last", _written(rng, title), "98.7.6", None, "article_unknown")
    if kind == "wrong_chapter":
        wrong = f"第{to_chinese(rng.randrange(40, 60))}章"
        return Asked(kind, _written(rng, title), wrong + locator, None, "chapter_mismatch")
    if kind == "no_paragraph":
        return Asked(kind, _written(rng, title), f"{locator}第二十八款", None, "paragraph_unknown")
    return Asked(kind, _written(rng, title), _number(rng, rng.randrange(400, 900)), None, "article_unknown")


def _near(rng: random.Random, title: str) -> str:
    """A title one word away that no document has."""
    kind = next(kind for kind in _KINDS if title.endswith(kind))
    bare = title.removesuffix(kind)
    return rng.choice(
        (bare + rng.choice(_OTHERS), bare + kind + "（试行）", bare + "业务" + kind, title[:-1], "新" + title, bare.replace("交易所", "交易中心") + kind, title + "实施细则")
    )  # fmt: skip
