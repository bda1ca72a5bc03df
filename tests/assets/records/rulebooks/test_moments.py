import pytest

from assets.records.rulebooks.moments import adopted_day, find_days, signed_day, version_day

# fmt: off
TEXTS = {
    "本办法自2024年3月1日起施行。": "2024-03-01", "本规则自２０２４年３月１日起实施。": "2024-03-01", "本規則自二〇二四年三月一日起施行。": "2024-03-01", "自2024 年 3 月 1 日起正式实施。": "2024-03-01",
    "本办法自2024年3月1日起施行，2010年5月1日起施行的《演示旧办法》同时废止。": "2024-03-01", "自2010年5月1日起施行的《演示旧办法》同时废止。": None, "第三条自2025年1月1日起施行。": None,
    "第三条的规定自2025年1月1日起施行，本办法自2024年7月1日起施行。": "2024-07-01", "本办法自2024年13月1日起施行。": None, "本办法由交易所解释。": None, "本决定自2024年二月三十日起施行。": None,
}
HEADS = {
    "（2023年5月6日理事会通过 2023年6月1日公布 自2023年7月1日起施行）": ("2023-06-01", "2023-07-01", "head"), "2016年2月3日通过\n2016年5月1日 施行": ("2016-02-03", "2016-05-01", "head"),
    "（2023年6月1日公布）": ("2023-06-01", "2023-06-01", "publication"), "": (None, None, None), "演示所令第12号（2023年6月1日发布）": ("2023-06-01", "2023-06-01", "publication"),
    "1999年6月1日公布\n2023年7月8日 第一次修订": ("2023-07-08", None, None), "2023年6月1日 理事会通过": ("2023-06-01", None, None),
}
VERSIONS = {"2018-12-20": "2018-12-20", "2018年3月修订": "2018-03", "2023年修订": "2023", "二〇二四年修订": "2024", "修订": "", "20240301": "2024-03-01", "": ""}
# fmt: on


@pytest.mark.parametrize(("text", "day"), TEXTS.items(), ids=TEXTS)
def test_find_days_reads_the_day_of_effect_in_the_last_articles(text: str, day: str | None) -> None:
    days = find_days("", ["会员应当守信。", text], version=None, published=None)
    assert (days.effective, days.origin) == (day, "text" if day else None)


@pytest.mark.parametrize(("head", "wanted"), HEADS.items(), ids=[repr(h) for h in HEADS])
def test_find_days_reads_the_head_and_counts_from_publication(
    head: str, wanted: tuple[str | None, str | None, str | None]
) -> None:
    days = find_days(head, ["本办法自公布之日起施行。"], version=None, published=None)
    assert (days.adopted, days.effective, days.origin) == wanted


def test_find_days_takes_the_source_and_the_signature_for_the_publication_but_not_for_an_adoption() -> None:
    said = ["本通知自发布之日起执行。"]
    assert find_days("", said, version=None, published="2024-05-01").effective == "2024-05-01"
    assert find_days("", said, version=None, published="2024-05-02", signed="2024-05-01").effective == "2024-05-01"
    assert find_days("", ["自通过之日起施行。"], version=None, published="2024-05-01").effective is None
    assert (
        find_days("2023年5月6日大会通过", ["自通过之日起施行。"], version=None, published=None).effective
        == "2023-05-06"
    )


def test_find_days_gives_a_revised_version_no_day_of_an_earlier_one() -> None:
    old = ["本法自1995年5月1日起施行。"]
    assert find_days("", old, version="2015-08-29", published=None).effective is None
    assert find_days("", old, version="1995", published=None).effective == "1995-05-01"
    assert find_days("", ["自公布之日起施行。"], version="2015-08-29", published=None).effective == "2015-08-29"
    assert find_days("1995年4月1日公布", ["自公布之日起施行。"], version="2015-08-29", published=None).effective is None


def test_find_days_reads_a_suffix_that_names_the_day_of_effect() -> None:
    days = find_days("", [], version="2024年7月1日施行", published=None)
    assert (days.effective, days.origin) == ("2024-07-01", "title")


@pytest.mark.parametrize(("version", "day"), VERSIONS.items(), ids=[repr(v) for v in VERSIONS])
def test_version_day_gives_a_sortable_day_month_or_year(version: str, day: str) -> None:
    assert version_day(version) == day


def test_adopted_day_is_the_last_one_and_no_day_of_effect() -> None:
    assert adopted_day("2021年3月4日通过 2023年7月8日修订 自2024年1月1日起施行") == "2023-07-08"
    assert adopted_day("第一条 会员") is None


def test_signed_day_reads_the_day_that_closes_a_signature() -> None:
    assert signed_day("演示交易所\n二〇二四年五月一日") == "2024-05-01"
    assert signed_day("演示交易所") is None
