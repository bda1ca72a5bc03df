import pytest

from assets.corpora.dates import find_name_date, find_stated_date, parse_moment


@pytest.mark.parametrize(
    ("given", "published", "day"),
    [
        ("2024-04-18", "2024-04-18", "2024-04-18"),
        ("20240418", "2024-04-18", "2024-04-18"),
        ("2024-04-18T09:00:00", "2024-04-18T09:00:00+08:00", "2024-04-18"),
        (" 2024-04-18 09:00 ", "2024-04-18T09:00:00+08:00", "2024-04-18"),
        ("2024-04-18T20:00:00Z", "2024-04-18T20:00:00Z", "2024-04-19"),
        ("2024-04-18 20:00:00-05:00", "2024-04-18T20:00:00-05:00", "2024-04-19"),
        ("2024/4/8", "2024-04-08", "2024-04-08"),
        ("2024年4月18日 15:30", "2024-04-18T15:30:00+08:00", "2024-04-18"),
        ("2024.04.18 9：05", "2024-04-18T09:05:00+08:00", "2024-04-18"),
    ],
)
def test_parse_moment_reads(given: str, published: str, day: str) -> None:
    moment = parse_moment(given)
    assert moment is not None
    assert (moment.published, moment.day) == (published, day)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "2024-13-45",
        "2024-02-30",
        "2024-04",
        "2024",
        "昨天",
        "18/04/2024",
        "2024-04-18T25:00",
        "2024年13月1日",
        "9999-12-31T23:00:00-10:00",
        "1713400000",
    ],
)
def test_parse_moment_refuses(given: str) -> None:
    assert parse_moment(given) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        pytest.param("标题\n发布时间：2024-04-18 09:00 来源：某报\n正文", "2024-04-18", id="label"),
        pytest.param("标题\n2024年4月18日\n正文", "2024-04-18", id="a line of its own"),
        pytest.param("标题\n2024-04-18 15:00 来源：某报\n正文", "2024-04-18", id="head line"),
        pytest.param(
            "关于调整保证金的通知\n自2024年5月6日起调整。\n某交易所\n2024年4月30日\n", "2024-04-30", id="signed"
        ),
        pytest.param("通知\n正文\n某交易所\n二〇二四年四月三十日", "2024-04-30", id="signed in hanzi"),
        pytest.param("通知\n正文\n二〇二四年十二月十一日", "2024-12-11", id="eleventh in hanzi"),
    ],
)
def test_find_stated_date_finds(text: str, day: str) -> None:
    moment = find_stated_date(text)
    assert moment is not None
    assert moment.day == day


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("标题\n自2024年5月6日收盘结算时起，保证金调整为百分之十。", id="a date in a sentence"),
        pytest.param("标题\n（2004年8月28日某会议通过）\n第一条 正文", id="when a law was passed"),
        pytest.param("关于2024年5月1日休市的通知\n正文", id="a date in the title"),
        pytest.param("标题\n某所自 2024年5月6日\n正文", id="a day of effect"),
        pytest.param("标题\n本报记者报道，2024年5月6日开市。\n正文", id="a day in a sentence with a reporter"),
        pytest.param("标题\n发布时间：2024-13-45\n正文", id="no date"),
        pytest.param("标题\n电话 1234-56-78\n正文", id="a number"),
        pytest.param("标题\n新华社4月18日电\n正文", id="no year"),
        pytest.param("正文\n二〇二四年十三月四十日", id="no day in hanzi"),
    ],
)
def test_find_stated_date_guesses_nothing(text: str) -> None:
    assert find_stated_date(text) is None


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("晨报2024-04-18", "2024-04-18"),
        ("20240418_原油", "2024-04-18"),
        ("2024年4月8日通知", "2024-04-08"),
        ("会计法(2017-11-04)(2024-06-28)", "2024-06-28"),
        ("2024_04_18", "2024-04-18"),
        ("20241345", None),
        ("SC2406", None),
        ("报告1202404181", None),
        ("2024-04", None),
        ("0001-01-01", None),
    ],
)
def test_find_name_date(name: str, day: str | None) -> None:
    moment = find_name_date(name)
    assert (moment.day if moment else None) == day
