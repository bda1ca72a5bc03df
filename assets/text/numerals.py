"""Numbers as Chinese texts write them: 一百二十八, 二〇二四, 廿三, １２８, 3,000, 3.5万.

What is ambiguous is not guessed: 一百五 may mean 105 or 150 and is no number here. Units of measure, fractions and
percentages do not belong here.
"""

import re
from decimal import Decimal
from functools import lru_cache

__all__ = ["DIGITS", "UNITS", "parse_decimal", "parse_integer", "to_chinese"]

#: Every way a digit is written, full width and the forms of cheques included.
DIGITS = {
    **{c: v for v, c in enumerate("0123456789")},
    **{c: v for v, c in enumerate("０１２３４５６７８９")},
    **{c: v for v, c in enumerate("〇一二三四五六七八九")},
    **{c: v for v, c in enumerate("零壹贰叁肆伍陆柒捌玖")},
    **{c: v for v, c in zip((0, 0, 1, 1, 2, 2, 2, 2, 3, 6), "○Ｏ弌幺两兩貳弍參陸", strict=True)},
}
#: Powers of ten inside a group of four digits.
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_GROUPS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_TENS = str.maketrans({"廿": "二十", "卅": "三十", "卌": "四十"})
_WIDTH = str.maketrans(
    {"，": ",", "．": ".", "－": "-", "−": "-", "＋": "+", "点": ".", "點": ".", "负": "-", "負": "-"}
)
_BLANKS = re.compile(r"[\s\u200b\ufeff]+")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?\Z")
#: Longer texts are no numbers that a person wrote.
_LONGEST = 100
_PLAIN = re.compile(r"[0-9]+\Z")


@lru_cache(maxsize=65536)
def parse_integer(text: str) -> int | None:
    """Return the whole number, not negative, that the text writes, or null where it writes none or leaves it open."""
    if len(text) > _LONGEST:
        return None
    if _PLAIN.match(text):
        return int(text)
    text = _BLANKS.sub("", text).translate(_TENS).replace("，", ",")
    if "," in text:
        text = "".join(str(DIGITS[c]) if c in DIGITS else c for c in text)
        return int(text.replace(",", "")) if _THOUSANDS.match(text) and "." not in text and text[0].isdigit() else None
    return _whole(text) if text else None


def parse_decimal(text: str) -> Decimal | None:
    """Return the exact value of 3.5, 3,000, -0.25, 3万, 1.2亿 or 十二点五; null for anything else (千分之一, 5%)."""
    if len(text) > _LONGEST:
        return None
    text = _BLANKS.sub("", text).translate(_TENS).translate(_WIDTH)
    sign = -1 if text[:1] == "-" else 1
    text = text[1:] if text[:1] in ("-", "+") else text
    if not text or text[0] in "+-":
        return None
    value = _figure(text)
    if value is None:
        body = text.rstrip("万萬亿億")
        scale = Decimal(1)
        for group in text[len(body) :]:
            scale *= _GROUPS[group]
        value = None if any(c in _GROUPS for c in body) else _figure(body)
        value = None if value is None else value * scale
    return None if value is None else sign * value


def to_chinese(n: int) -> str:
    """Write a whole number as statutes number their articles: 10 is 十, 128 一百二十八, 1008 一千零八.

    Raises:
        ValueError: the number is negative or has more than twelve digits.
    """
    if not 0 <= n < 10**12:
        raise ValueError(f"{n} cannot be written: only 0 to 999,999,999,999")
    if n == 0:
        return "零"
    out = ""
    for size, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        group, n = divmod(n, size)
        if group:
            out += ("零" if out and group < 1000 else "") + _four(group) + name
    return out.removeprefix("一") if out.startswith("一十") else out


def _figure(text: str) -> Decimal | None:
    """Value of an unsigned figure."""
    if "," in text:
        text = "".join(str(DIGITS[c]) if c in DIGITS else c for c in text)
        return Decimal(text.replace(",", "")) if _THOUSANDS.match(text) else None
    whole, point, fraction = text.partition(".")
    value = _whole(whole)
    if value is None or (point and (not fraction or any(c not in DIGITS for c in fraction))):
        return None
    return Decimal(f"{value}.{''.join(str(DIGITS[c]) for c in fraction)}") if point else Decimal(value)


def _whole(text: str) -> int | None:
    """Whole number without blanks, marks or sign."""
    if not text:
        return None
    for name, size in (("亿億", 10**8), ("万萬", 10**4)):
        at = max(text.rfind(c) for c in name)
        if at >= 0:
            left, right = _whole(text[:at]), _low(text[at + 1 :], size)
            return None if left is None or right is None else left * size + right
    if all(c in DIGITS for c in text):
        return int("".join(str(DIGITS[c]) for c in text)) if text else None
    return _group(text)


def _low(text: str, size: int) -> int | None:
    """What follows 万 or 亿: nothing, or a number below it; a bare digit (一万五) is ambiguous."""
    if not text:
        return 0
    bare = text.lstrip("零〇")
    if bare == text and len(text) == 1 and text in DIGITS:
        return None
    value = _whole(bare)
    return value if value is not None and value < size else None


def _group(text: str) -> int | None:
    """A group of four: digits and 千百十, units falling, a last digit only after 十 or 零."""
    total, digit, last, zero = 0, "", 10**4, False
    for char in text:
        if char in UNITS:
            unit = UNITS[char]
            # 十 alone means 一十; any other unit needs its digit
            if unit >= last or (not digit and unit != 10):
                return None
            total += int(digit or 1) * unit
            digit, last, zero = "", unit, False
        elif char not in DIGITS:
            return None
        elif DIGITS[char] == 0 and last < 10**4 and not digit:
            zero = True
        elif digit:
            return None
        else:
            digit = str(DIGITS[char])
    if not digit:
        return None if zero else total
    if last > 10 and not zero:
        return None
    return total + int(digit)


def _four(n: int) -> str:
    """One to four digits with their units, 零 for gaps."""
    out = ""
    for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, n = divmod(n, size)
        if digit:
            out += "〇一二三四五六七八九"[digit] + name
            continue
        if out and n and not out.endswith("零"):
            out += "零"
    return out
