"""Units in Chinese market text: money, scales, and what goods and flows are measured in."""

from collections.abc import Mapping
from decimal import Decimal

__all__ = ["MONEY", "PHYSICAL", "SCALES"]

#: Currency as written, and how it is stated.
MONEY: Mapping[str, str] = {
    "元": "元",
    "元人民币": "元",
    "人民币元": "元",
    "块": "元",
    "美元": "美元",
    "美金": "美元",
    "美分": "美分",
    "港元": "港元",
    "港币": "港元",
    "欧元": "欧元",
    "英镑": "英镑",
    "日元": "日元",
    "韩元": "韩元",
    "林吉特": "林吉特",
    "令吉": "林吉特",
    "加元": "加元",
    "澳元": "澳元",
    "新元": "新元",
    "卢布": "卢布",
    "卢比": "卢比",
    "瑞郎": "瑞郎",
}

#: Multiplier of a scale word; the empty word is one.
SCALES: Mapping[str, Decimal] = {
    "": Decimal(1),
    "千": Decimal(10**3),
    "万": Decimal(10**4),
    "十万": Decimal(10**5),
    "百万": Decimal(10**6),
    "千万": Decimal(10**7),
    "亿": Decimal(10**8),
    "十亿": Decimal(10**9),
    "百亿": Decimal(10**10),
    "千亿": Decimal(10**11),
    "万亿": Decimal(10**12),
}

#: Measures of goods, positions and flows.
PHYSICAL: tuple[str, ...] = (
    "吨", "短吨", "公吨", "桶", "手", "张", "股", "盎司", "千克", "公斤", "克", "磅", "蒲式耳", "立方米", "立方英尺",
    "平方米", "公里", "海里", "千米", "千瓦时", "千瓦", "兆瓦时", "兆瓦", "吉瓦时", "吉瓦", "GWh", "MWh", "GW", "MW", "度电",
    "标准箱", "标箱", "TEU", "FEU", "头", "羽", "辆", "台", "艘", "公顷", "亩", "英亩", "户", "人", "家", "份", "套", "座",
    "口", "列", "架", "包", "件", "吨级", "载重吨", "升", "加仑", "英热单位", "百万英热单位",
)  # fmt: skip
