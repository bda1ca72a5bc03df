"""Numbers the sources of a report: one note per cited span, in order of first use.

What does not belong here: markup (markdown.py, html.py).
"""

from collections.abc import Mapping
from typing import Any

__all__ = ["HORIZON_NONE", "STANCE_NAMES", "STATUS_NAMES", "Notes", "label_of"]

STATUS_NAMES = {
    "draft": "草稿（未核验）",
    "incomplete": "资料不全",
    "checked": "已核验，待人工批准",
    "withheld": "已扣发",
    "approved": "已批准",
    "retracted": "已撤回",
}
STANCE_NAMES = {"bullish": "看多", "bearish": "看空", "neutral": "中性", "mixed": "多空兼有"}
HORIZON_NONE = "未说明"


def label_of(engine: str) -> str:
    """Return the label that says which engine drafted the text."""
    return "机器起草（抽取式引擎，未用模型）" if engine == "extractive" else f"机器起草（模型：{engine}）"


class Notes:
    """The numbered sources of one report."""

    def __init__(self, report: Mapping[str, Any]) -> None:
        self.items: list[Mapping[str, Any]] = []
        self._numbers: dict[tuple[str, int, int], int] = {}
        for section in report["sections"]:
            for sentence in section["sentences"]:
                for citation in sentence["citations"]:
                    self.number(citation)
        for view in report["viewpoints"]:
            for citation in view["citations"]:
                self.number(citation)

    def number(self, citation: Mapping[str, Any]) -> int:
        """Return the number of a citation, counted from 1; the same span has the same number."""
        key = (citation["doc_id"], citation["start"], citation["end"])
        if key not in self._numbers:
            self.items.append(citation)
            self._numbers[key] = len(self.items)
        return self._numbers[key]
