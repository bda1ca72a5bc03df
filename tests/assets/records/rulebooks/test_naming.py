import pytest

from assets.records.rulebooks.naming import find_aliases, find_number, find_repeals

# fmt: off
ALIASES = {
    "根据《演示交易所交易规则》（以下简称《交易规则》）制定。": [("演示交易所交易规则", "交易规则")], "《演示结算办法》(以下简称“结算办法”)": [("演示结算办法", "结算办法")], "《演示结算办法》（以下称结算办法）": [("演示结算办法", "结算办法")],
    "《演示结算辦法》（以下簡稱「結算辦法」）": [("演示结算辦法", "結算辦法")], "《演示结算办法》（以下简称本办法）": [], "《演示结算办法》（以下简称“规则”）": [], "《演示法》第三条": [], "会员（以下简称甲方）": [],
    "《关于执行《演示法》的规定》（以下简称《执行规定》）": [("关于执行《演示法》的规定", "执行规定")],
}
REPEALS = {
    "本办法自2024年起施行。《演示旧办法》同时废止。": [("演示旧办法", None)], "2010年5月1日公布的《演示旧办法》、《演示旧细则》同时废止。": [("演示旧办法", "2010-05-01"), ("演示旧细则", None)],
    "《演示旧办法》（演发〔2010〕3号）自本办法施行之日起廢止。": [("演示旧办法", None)], "《演示旧办法(2012-03-04)》同时废止。": [("演示旧办法", "2012-03-04")], "《演示旧办法》第三条同时废止。": [], "依照《演示法》处理；其他规定废止。": [], "本办法即日施行。": [],
}
NUMBERS = {"演示所发〔2023〕12号": "演示所发〔2023〕12号", "演示发［ 2023 ］第 5 号": "演示发［2023］第5号", "演示部令第14号": "令第14号", "第十二次会议": None}
# fmt: on


@pytest.mark.parametrize(("text", "pairs"), ALIASES.items(), ids=ALIASES)
def test_find_aliases_reads_the_short_names_a_text_gives(text: str, pairs: list[tuple[str, str]]) -> None:
    assert find_aliases(text) == pairs


@pytest.mark.parametrize(("text", "wanted"), REPEALS.items(), ids=REPEALS)
def test_find_repeals_reads_the_rules_that_are_repealed_whole(text: str, wanted: list[tuple[str, str | None]]) -> None:
    assert [(one["title"], one["day"]) for one in find_repeals([text, text])] == wanted


@pytest.mark.parametrize(("head", "number"), NUMBERS.items(), ids=NUMBERS)
def test_find_number_reads_a_document_number(head: str, number: str | None) -> None:
    assert find_number(head) == number
