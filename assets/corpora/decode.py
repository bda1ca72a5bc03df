"""From bytes to text: the bytes decide, whatever a page or a byte-order mark's absence declares.

A decoding is believed when its hanzi are common ones: bytes read in a wrong charset give rare characters.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from resources.errors import EncodingError

__all__ = ["Decoded", "common_share", "decode_bytes", "is_plausible"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
#: gb18030 holds gb2312 and gbk; pages that say gb2312 use characters outside it.
_ALIASES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "cp936": "gb18030",
    "big5-hkscs": "big5hkscs",
    "utf8": "utf-8",
}
#: The most frequent hanzi of running text in either script, trade words included: about half of any Chinese text.
_FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严跌涨货易所股银债券司债基"
    "為個國來時們對會發動這過種說學產經進著電裡現實當點從業開還樣與關間內數應機體線質氣條結問題無軍建設給較組見計別論運農強決區戰處隊導壓爭濟階術極聯認權證轉單風帶場車務萬達積議報斗類離華確節話況傳許記廣觀織裝眾書複兒須際驗連斷難礦準備辦習響約歷構稱維劃選標寫親廠識適屬調滿縣參紅細聽該鐵價嚴漲貨債銀"
)
_HANZI = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_NOISE = re.compile(r"[\ue000-\uf8ff\ufffd\x00-\x08\x0e-\x1f\x80-\x9f]")
_LATIN = re.compile(r"[\x80-\xffŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]")
_LATIN_RUN = re.compile(r"[\x80-\xffŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]{6,}")
_OTHER = re.compile(r"[^\x00-\x7f\u3400-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef\u2010-\u2027·°×÷±\xa0]")
#: Latin characters from which a text may be bytes in disguise, and in long runs together that make it so.
MIN_LATIN = 9
MIN_RUNS = 24
#: How often a text may have been encoded again.
MAX_LAYERS = 3
#: Share of bytes that may be damaged.
MAX_DAMAGED = 0.01
#: Below this share of frequent hanzi, and of first-level ones, a text counts as read in a wrong charset.
MIN_FREQUENT = 0.25
MIN_FIRST_LEVEL = 0.75
FEW = 8
#: Below so many pairs of bytes, UTF-16 without a mark has an even number of bytes.
CUT_PAIRS = 50
SAMPLE = 20_000
#: In bytes of one line that are valid as UTF-8: fewer may be so by chance.
SURE_UTF8 = 12
#: Share of unreadable characters up to which a line is UTF-8 with damage and not another charset.
MAX_BROKEN = 0.15
BRIEF = 100
#: Hanzi in UTF-8 one after the other: bytes of another charset are not so by chance.
_RUN = re.compile(rb"((?:[\xe3-\xe9\xef][\x80-\xbf]{2}){6}(?:[\xe3-\xe9\xef][\x80-\xbf]{2}|[\x00-\x7f])*)")
_LINES = re.compile(rb"([\n\r<>]+)")


@dataclass(frozen=True)
class Decoded:
    """A text, the charset it was in, and what a reader should know of it."""

    text: str
    encoding: str
    warnings: list[str] = field(default_factory=list)


def decode_bytes(data: bytes, source: str, *, declared: str | None = None) -> Decoded:
    """Decode the bytes of a text file, without byte-order mark and with CRLF as LF.

    Args:
        data: The file.
        source: Its path as messages show it.
        declared: Charset that the file names for itself; taken only where the bytes agree.

    Raises:
        EncodingError: they are text in no known charset.
    """
    found = (
        _by_mark(data) or _by_nul_pattern(data) or _hz(data) or _utf8(data) or _mixed(data) or _guess(data, declared)
    )
    if found is not None and _is_mojibake(found.text):
        raise EncodingError(
            source, "its characters were read in a wrong charset and saved so", "get the original again"
        )
    if found is None or not is_plausible(found.text):
        found = _lossy(data)
    if found is None or not is_plausible(found.text):
        raise EncodingError(source, "the bytes are no text in a known charset", "save it again as UTF-8")
    text = found.text.removeprefix("\ufeff").replace("\r\n", "\n")
    return Decoded(text, found.encoding, found.warnings)


def common_share(text: str) -> float:
    """Return the share of frequent characters among the hanzi of a text; 1.0 where it has hardly any."""
    hanzi = _HANZI.findall(text[:SAMPLE])
    return sum(one in _FREQUENT for one in hanzi) / len(hanzi) if len(hanzi) >= FEW else 1.0


def is_plausible(text: str) -> bool:
    """Return whether a text looks as if it was read in the right charset."""
    sample = text[:SAMPLE]
    if len(_NOISE.findall(sample.replace("\x00", ""))) > 0.05 * len(sample):
        return False
    return common_share(sample) >= MIN_FREQUENT or _first_level_share(sample) >= MIN_FIRST_LEVEL


def _is_mojibake(text: str) -> bool:
    """Tell a text of long runs of accented letters: no language writes so, bytes of hanzi taken for Latin look so."""
    sample = text[:SAMPLE]
    runs = sum(len(one) for one in _LATIN_RUN.findall(sample))
    return runs >= MIN_RUNS and runs > 4 * len(_HANZI.findall(sample))


def _first_level_share(text: str) -> float:
    """Return the share of hanzi in the first level of GB 2312 or of Big5, whichever is larger."""
    hanzi = _HANZI.findall(text)
    simple = sum(b"\xb0" <= one.encode("gb2312", "ignore")[:1] <= b"\xd7" for one in hanzi)
    classic = sum(b"\xa4" <= one.encode("big5", "ignore")[:1] <= b"\xc6" for one in hanzi)
    return float(max(simple, classic)) / max(1, len(hanzi))


def _by_mark(data: bytes) -> Decoded | None:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], name)
    return None


def _by_nul_pattern(data: bytes) -> Decoded | None:
    """Recognise UTF-16 without a mark by the NULs of its ASCII characters, all on one side."""
    head = data[: SAMPLE * 2]
    pairs = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if len(data) % 2 and pairs < CUT_PAIRS:
        # A long file may have been cut in the middle of a character; a short one of odd length is no UTF-16.
        return None
    if not pairs or max(even, odd) < 0.02 * pairs or min(even, odd) > 0.05 * max(even, odd):
        return None
    found = _strict(data[: len(data) // 2 * 2], "utf-16-le" if odd > even else "utf-16-be")
    if found is None or "\x00" in found.text:
        return None
    # A stray NUL in plain text must not turn it into rare hanzi: with few NULs the hanzi have to be common ones.
    sure = max(even, odd) > 0.5 * pairs or (
        len(_HANZI.findall(found.text[:SAMPLE])) >= FEW and common_share(found.text) >= MIN_FREQUENT
    )
    return found if sure and is_plausible(found.text) else None


def _utf8(data: bytes) -> Decoded | None:
    found = _strict(data, "utf-8")
    if found is None:
        return None
    return _encoded_twice(found.text) or found


def _encoded_twice(text: str) -> Decoded | None:
    """Undo UTF-8 or GB18030 that was taken for Latin characters and encoded again, once or more."""
    for layer in range(1, MAX_LAYERS + 1):
        sample = text[:SAMPLE]
        latin = len(_LATIN.findall(sample))
        if latin < MIN_LATIN or latin < 4 * len(_HANZI.findall(sample)):
            return None
        raw = _as_bytes(text)
        if raw is None:
            return None
        found = _strict(raw, "utf-8")
        if found is not None and _is_chinese(found.text):
            times = "twice" if layer == 1 else f"{layer + 1} times"
            return Decoded(found.text, "utf-8", [f"encoded {times} as UTF-8"])
        if found is None:
            again = _best(raw, ["gb18030", "big5"])
            if (
                again is None
                or common_share(again.text) < MIN_FREQUENT
                or len(_HANZI.findall(again.text[:SAMPLE])) < FEW
            ):
                return None
            return Decoded(again.text, again.encoding, ["encoded again as UTF-8"])
        text = found.text
    return None


def _as_bytes(text: str) -> bytes | None:
    """Return the bytes that Latin characters stand for (Windows 1252, Latin-1 where that has none); None beyond them."""
    out = bytearray()
    for one in text:
        try:
            out += one.encode("latin-1") if one <= "\xff" else one.encode("cp1252")
        except UnicodeEncodeError:
            return None
    return bytes(out)


def _is_chinese(text: str) -> bool:
    """Tell a text with common hanzi, or of few but nothing else beyond ASCII."""
    hanzi = _HANZI.findall(text[:SAMPLE])
    if len(hanzi) >= FEW:
        return common_share(text) >= MIN_FREQUENT
    return len(hanzi) >= 3 and not _OTHER.search(text)


def _hz(data: bytes) -> Decoded | None:
    """Read HZ, hanzi in seven bits between ~{ and ~}, as old mail and news groups have it."""
    if b"~{" not in data or b"~}" not in data or not data.isascii():
        return None
    found = _strict(data, "hz")
    return found if found is not None and _is_chinese(found.text) else None


def _lossy(data: bytes) -> Decoded | None:
    """Read a text with a few damaged bytes, in the charset that leaves the fewest."""
    best: Decoded | None = None
    least = MAX_DAMAGED * len(data)
    for name in ("utf-8", "gb18030", "big5hkscs"):
        text = data.decode(name, "replace")
        damaged = text.count("\ufffd")
        if damaged <= least and len(_HANZI.findall(text[:SAMPLE])) >= FEW and common_share(text) >= MIN_FREQUENT:
            best, least = Decoded(text, name, ["some bytes could not be read"]), damaged - 1
    return best


def _mixed(data: bytes) -> Decoded | None:
    """Decode line by line where some are surely UTF-8 and others are not; within a line, by runs of what is surely so."""
    pieces = _LINES.split(data)
    if not any(
        (_high(piece) >= SURE_UTF8 and _strict(piece, "utf-8") is not None) or _RUN.search(piece) for piece in pieces
    ):
        return None
    out, lossy = [], False
    for piece in pieces:
        text, whole = _piece(piece)
        lossy = lossy or not whole
        out.append(text)
    warnings = ["several charsets in one file"] + (["some bytes could not be read"] if lossy else [])
    return Decoded("".join(out), "mixed", warnings)


def _piece(piece: bytes) -> tuple[str, bool]:
    """Decode one line; also tell whether all of it could be read."""
    found = _strict(piece, "utf-8")
    if found is not None:
        return found.text, True
    nearly = piece.decode("utf-8", "replace")
    if nearly.count("\ufffd") <= MAX_BROKEN * len(nearly):
        return nearly, False
    if _RUN.search(piece):
        parts = [_piece(part) for part in _RUN.split(piece) if part]
        return "".join(text for text, _ in parts), all(whole for _, whole in parts)
    found = _best(piece, ["gb18030", "big5"]) or _lossy(piece)
    return (found.text, True) if found else (nearly, False)


def _guess(data: bytes, declared: str | None) -> Decoded | None:
    """Choose among the declared charset, what charset-normalizer says and the usual ones."""
    from charset_normalizer import from_bytes

    names = [declared] if declared else []
    # Of a few bytes statistics know nothing.
    if len(data) < BRIEF:
        names.append("gb18030")
    best = from_bytes(data[: SAMPLE * 4], cp_isolation=["utf_8", "gb18030", "utf_16", "big5"]).best()
    if best is not None:
        names.append(best.encoding)
    return _best(data, [*names, "gb18030", "big5", "big5hkscs", "utf-16-le", "utf-16-be"])


def _best(data: bytes, names: list[str]) -> Decoded | None:
    """Return the decoding with the largest share of frequent hanzi; the earlier name wins a draw."""
    best: tuple[float, Decoded] | None = None
    for name in names:
        found = _strict(data, name)
        if found is None or not _HANZI.search(found.text[:SAMPLE]):
            continue
        sample = found.text[:SAMPLE]
        hanzi = _HANZI.findall(sample)
        frequent = sum(one in _FREQUENT for one in hanzi) / len(hanzi)
        score = frequent + 0.5 * _first_level_share(sample) - len(_NOISE.findall(sample)) / len(sample)
        if best is None or score > best[0] + 0.02:
            best = (score, found)
    return best[1] if best else None


def _strict(data: bytes, name: str) -> Decoded | None:
    name = _ALIASES.get(name.strip().lower().replace("_", "-"), name.strip().lower())
    try:
        codec = codecs.lookup(name)
        text = data.decode(codec.name)
    except (LookupError, UnicodeError):
        return None
    return Decoded(text, codec.name)


def _high(piece: bytes) -> int:
    return sum(byte >= 0x80 for byte in piece[:200])
