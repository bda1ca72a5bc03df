"""The defects that a pattern finds, each with its code, severity and, where it can be mended, what stands for it in a view.

Only form is mended: markup, wrong characters, doubled marks, widths, blanks, calls to click. Words stay as they are, but
for sounds like 嗯 that carry none. Defects that need a look at the whole text are in `structure`.
"""

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

__all__ = ["RULES", "Rule", "Severity"]

Severity = Literal["high", "medium", "low"]
_HAN = "\u4e00-\u9fff"
_BLOCK = re.compile(r"</?(?:br|p|div|li|tr|h[1-6]|table|ul|ol|section|article)\b", re.IGNORECASE)
_HALF = {code: chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_HALF |= {ord("％"): "%", ord("．"): "."}
_FULL = str.maketrans(",;:?!", "，；：？！")
_DIGITS = str.maketrans("OoIl", "0011")
_BLANKS = re.compile(r"[ \u3000]+")


@dataclass(frozen=True)
class Rule:
    """One pattern; `mend` gives what a view shows for a match, or None to leave it."""

    code: str
    severity: Severity
    pattern: re.Pattern[str]
    mend: Callable[[str], str | None] | None = None


def _entity(found: str) -> str | None:
    said = html.unescape(found)
    if said == found or (not said.isprintable() and said != "\xa0"):
        return None
    return said.replace("\xa0", " ")


def _tag(found: str) -> str:
    return "\n" if _BLOCK.match(found) else ""


def _nothing(_: str) -> str:
    return ""


def _first(found: str) -> str:
    return found[0]


def _last(found: str) -> str:
    return found[-1]


def _without_blanks(found: str) -> str:
    return _BLANKS.sub("", found)


def _invisible(found: str) -> str:
    return "\n" if "\u2028" in found or "\u2029" in found or "\x0b" in found or "\x0c" in found else ""


def _radical(found: str) -> str | None:
    said = unicodedata.normalize("NFKC", found)
    return said if len(said) == len(found) and said != found else None


RULES: tuple[Rule, ...] = (
    Rule("markup", "medium", re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#[xX][0-9a-fA-F]{2,5});"), _entity),
    Rule("markup", "medium", re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,11}(?:\s[^<>=]{0,60}=[^<>]{0,300})?\s?/?>"), _tag),
    Rule(
        "markup",
        "medium",
        re.compile(r"<!--[^<>]{0,200}-->|<!--|-->|\[/?(?:img|url|b|i|quote)\b[^\]]{0,200}\]"),
        _nothing,
    ),
    Rule("markup", "medium", re.compile(r"\{(?:IMG|img):\s?\d{1,4}\}"), _nothing),
    Rule("markup", "medium", re.compile(r"!\[[^\]]{0,80}\]\(|\]\(https?://|\{\{|\}\}")),
    Rule(
        "ocr_noise",
        "high",
        re.compile(r"[\ue000-\uf8ff]+|\(cid:\d+\)|[□■◆◇▲△▼▽●○★☆]{3,}|[?？]{4,}"),
    ),
    Rule("ocr_noise", "medium", re.compile(r"(?<=\d)[OoIl](?=\d)"), lambda found: found.translate(_DIGITS)),
    Rule("ocr_noise", "medium", re.compile(r"(?<![A-Za-z0-9])[lO](?=\d[\d.%])")),
    Rule("ocr_noise", "medium", re.compile(r"[\u2f00-\u2fdf\u2e80-\u2eff]+"), _radical),
    Rule(
        "ocr_noise",
        "medium",
        re.compile(rf"(?<=[{_HAN}])(?:[ \u3000][{_HAN}]){{3,}}(?=[ \u3000]|[，。]|$)"),
        _without_blanks,
    ),
    Rule(
        "invisible",
        "low",
        re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad\x01-\x08\x0b\x0c\x0e-\x1f\x7f]+"),
        _invisible,
    ),
    Rule("punctuation", "low", re.compile(r"[，,、；;：:]{2,}|。{2,}|！{3,}|!{3,}|？{3}(?!？)|～{3,}|~{3,}"), _first),
    Rule("punctuation", "low", re.compile(r"[，、；：][。！？]"), _last),
    Rule("punctuation", "low", re.compile(r"[。！？][，、；：]"), _first),
    Rule(
        "punctuation",
        "low",
        re.compile(rf"(?<=[{_HAN}])[ \u3000]+(?=[，。；：！？、])|(?<![A-Za-z0-9_])[（(《“]\s{{0,5}}[）)》”]"),
        _nothing,
    ),
    Rule("mixed_width", "low", re.compile(r"[０-９Ａ-Ｚａ-ｚ％．]+"), lambda found: found.translate(_HALF)),
    Rule("mixed_width", "low", re.compile(rf"(?<=[{_HAN}])[,;:?!](?=[{_HAN}])"), lambda found: found.translate(_FULL)),
    Rule("mixed_width", "low", re.compile(rf"(?<=[{_HAN}])\.(?=[{_HAN}])")),
    Rule("repeated_characters", "low", re.compile(rf"([{_HAN}])\1{{4,}}"), lambda found: found[:3]),
    Rule("colloquial", "low", re.compile(r"(?:嗯|呃|哎呀|哎|诶|唉)+[，,、]"), _nothing),
    Rule(
        "colloquial",
        "low",
        re.compile(
            r"(?:嗯|呃|哎呀|哎|诶|唉)+[。！]|那个那个|这个这个|(?<!也)就是说[，,呢啊]|对吧|对不对[？?，,]|是不是[啊呀]|的话呢|咱们?|老铁|家人们|"
            r"哈哈+|呵呵+|嘻嘻+|嘿嘿+|哇塞|啥的?|干嘛|咋(?:样|办|回事|整|了)|贼(?:多|好|高|低)|给力|杠杠的|怎么说呢|你懂的|有点儿?那个|啊啊+|"
            r"忽悠|瞎(?:说|扯|搞|折腾)|扯淡|没戏|靠谱|坑爹|吐槽|神马|木有|有木有|肿么|酱紫|卧槽|我去[，！]|牛逼|牛[Bb]|傻[Bb逼]|垃圾股|割肉|妥妥的?|"
            r"(?<=[好行涨跌买卖走])(?:呗|嘛|咯|哟|喽)(?=[。！？，!?,]|$)"
        ),
    ),
    Rule(
        "broken_context",
        "medium",
        re.compile(
            r"(?:点击|查看|阅读)(?:查看|阅读)?(?:全文|更多|原文)(?:[>》]{1,3})?|（(?:未完待续|下接第?[A-Z]?\d{0,3}版?|上接第?[A-Z]?\d{0,3}版?|文章已被截断)）?|(?:下接|上接)第?[A-Z]?\d{1,3}版|\[?展开全文\]?"
        ),
        _nothing,
    ),
)
