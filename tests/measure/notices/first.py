"""First batch of templates: exchanges' own prose."""

from typing import Any

from tests.measure.notices.dice import Dice, Notice, Template, chinese, fact, notice

__all__ = ["TEMPLATES"]


def fields(d: Dice) -> Notice:
    """One field a line: 品种：…… 调整内容：……"""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    day, (a, b) = d.day(), d.pct(2)
    when = f"{d.date(day)}结算时起"
    head = d.x("品种", "调整品种", "涉及品种", "适用品种")
    what = d.x("调整内容", "具体内容", "调整事项")
    item, name = d.x(("margin", "交易保证金比例"), ("price_limit", "涨跌停板幅度"), ("margin", "交易保证金标准"))
    change = d.x(f"{name}由{a}%调整为{b}%", f"{name}从{a}%上调至{b}%", f"{name}由{a}%调整至{b}%")
    order = [
        f"{head}：{p.name}期货",
        f"{what}：{change}",
        f"{d.x('执行时间', '生效时间', '实施时间', '执行日期')}：{when}",
    ]
    text = d.x("", "现将有关调整通知如下：\n") + "\n".join(order) + d.close()
    return notice(
        d, "fields", text, [fact(p.name, item, b, "%", old=a, on=day, point="settlement", at=f"{b}%")],
        issuer=ex, title=f"关于调整{p.name}期货{name}的通知",
    )  # fmt: skip


def product_lines(d: Dice) -> Notice:
    """A lead sentence, then a line per product."""
    ex = d.exchange()
    ps = d.products(3, ex)
    day, values, limits = d.day(), d.pct(6), d.pct(3)
    lines, facts = [], []
    for n, p in enumerate(ps):
        old, new = values[2 * n], values[2 * n + 1]
        lines.append(f"{p.name}期货合约的交易保证金比例由{old}%调整为{new}%，涨跌停板幅度调整为{limits[n]}%")
        facts.append(fact(p.name, "margin", new, "%", old=old, on=day, point="settlement", at=lines[-1]))
        facts.append(fact(p.name, "price_limit", limits[n], "%", on=day, point="settlement", at=lines[-1]))
    end = d.x("；\n", "。\n", "；\n")
    marks = d.x(("", "", ""), ("1.", "2.", "3."), ("（一）", "（二）", "（三）"), ("一、", "二、", "三、"))
    body = end.join(mark + line for mark, line in zip(marks, lines, strict=True)) + "。"
    note = d.x(
        "", "\n如遇上述交易保证金比例、涨跌停板幅度与现行标准不同时，则按两者中比例高、幅度大的执行。",
        "\n其他品种的交易保证金比例和涨跌停板幅度维持不变。",
    )  # fmt: skip
    text = f"{d.greet()}{d.why()}{d.settle(day)}，{d.x('有关品种调整如下', '交易保证金比例和涨跌停板幅度调整如下')}：\n{body}{note}{d.close()}"
    return notice(d, "product_lines", text, facts, issuer=ex)


def shared(d: Dice) -> Notice:
    """Several products and two items in one sentence."""
    ex = d.exchange()
    a, b, c = (p.name for p in d.products(3, ex))
    day, (m, lim) = d.day(), d.pct(2)
    subject = d.x(
        f"{a}、{b}、{c}期货合约",
        f"{a}、{b}和{c}期货合约",
        f"{a}期货、{b}期货及{c}期货合约",
        f"{a}、{b}、{c}三个品种期货合约",
    )
    body = d.x(
        f"{subject}的交易保证金比例调整为{m}%，涨跌停板幅度调整为{lim}%",
        f"将{subject}的涨跌停板幅度调整为{lim}%，交易保证金水平调整为{m}%",
        f"{subject}涨跌停板幅度和交易保证金标准分别调整为{lim}%和{m}%",
    )
    facts = [
        fact(p, item, v, "%", on=day, point="settlement", at=body)
        for p in (a, b, c) for item, v in (("margin", m), ("price_limit", lim))
    ]  # fmt: skip
    return notice(d, "shared", f"{d.greet()}{d.why()}{d.settle(day)}，{body}。{d.close()}", facts, issuer=ex)


def respective(d: Dice) -> Notice:
    """Values of several products with 分别."""
    ex = d.exchange()
    a, b, c = (p.name for p in d.products(3, ex))
    day, new, old = d.day(), d.yuan(3), d.yuan(3)
    if d.x(True, False):
        olds = [o if o != n else "40" for o, n in zip(old, new, strict=True)]
        body = f"{a}、{b}、{c}期货合约的交易手续费分别由{olds[0]}元/手、{olds[1]}元/手、{olds[2]}元/手调整为{new[0]}元/手、{new[1]}元/手、{new[2]}元/手"
    else:
        olds = [None, None, None]  # type: ignore[list-item]
        body = d.x(
            f"{a}、{b}、{c}期货的交易手续费标准分别调整为{new[0]}元/手、{new[1]}元/手和{new[2]}元/手",
            f"{a}、{b}及{c}期货交易手续费依次为每手{new[0]}元、{new[1]}元、{new[2]}元",
        )
    facts = [
        fact(p, "fee", n, "元/手", old=o, on=day, at=body)
        for p, n, o in zip((a, b, c), new, olds, strict=True)
    ]  # fmt: skip
    return notice(d, "respective", f"{d.greet()}{d.why()}{d.trade(day)}，{body}。{d.close()}", facts, issuer=ex)


def close_today(d: Dice) -> Notice:
    """Fees with the same-day closing fee, in 万分之."""
    ex = d.exchange("上海期货交易所", "郑州商品交易所", "大连商品交易所", "广州期货交易所")
    (p,) = d.products(1, ex)
    day, (a, b, c), months = d.day(), d.share(3), d.months(2)
    contract = d.x("", f"{p.code}{months[0]}", f"{months[0]}")
    scope: dict[str, Any] = {"scope": "list", "months": [months[0]]} if contract else {}
    today = d.x("日内平今仓", "平今仓", "日内开平仓", "日内平今")
    kind = d.x("free", "rate", "zero")
    first = d.x(
        f"{p.name}期货{contract}合约的交易手续费由成交金额的万分之{a}调整为成交金额的万分之{b}",
        f"{p.name}期货{contract}合约交易手续费标准由成交金额的万分之{a}调整至万分之{b}",
    )
    second = {
        "free": d.x(f"{today}交易手续费免收", f"{today}免收交易手续费", f"{today}暂免收手续费"),
        "rate": d.x(f"{today}交易手续费为成交金额的万分之{c}", f"{today}手续费按成交金额的万分之{c}收取"),
        "zero": f"{today}手续费调整为0元/手",
    }[kind]
    facts = [
        fact(p.name, "fee", b, "万分之", old=a, on=day, at=first, **scope),
        fact(
            p.name,
            "fee",
            c if kind == "rate" else "0",
            "万分之" if kind == "rate" else None,
            on=day,
            at=second,
            **scope,
        ),
    ]
    return notice(
        d, "close_today", f"{d.greet()}{d.why()}{d.trade(day)}，{first}，{second}。{d.close()}", facts, issuer=ex
    )


def halves(d: Dice) -> Notice:
    """Half fees for hedgers, and back to the standard."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    day, a = d.day(), d.x(("4", "2"), ("6", "3"), ("3", "1.5"), ("10", "5"))
    body = d.x(
        f"{p.name}期货交易手续费为{a[0]}元/手，套期保值交易手续费减半，即{a[1]}元/手",
        f"{p.name}期货合约交易手续费按{a[0]}元/手收取；套期保值交易减半收取，为{a[1]}元/手",
        f"{p.name}期货交易手续费标准调整为每手{a[0]}元，其中套保交易手续费减半收取，即每手{a[1]}元",
    )
    facts = [fact(p.name, "fee", value, "元/手", on=day, at=body) for value in a]
    return notice(d, "halves", f"{d.greet()}{d.trade(day)}，{body}。{d.close()}", facts, issuer=ex)


def relative(d: Dice) -> Notice:
    """Changes in percentage points."""
    ex = d.exchange()
    a, b = (p.name for p in d.products(2, ex))
    day, (m, lim) = d.day(), d.points(2)
    verb = d.x("上调", "提高", "增加", "下调", "降低")
    body = d.x(
        f"{a}、{b}期货合约的交易保证金标准{verb}{m}个百分点，涨跌停板幅度{verb}{lim}个百分点",
        f"{a}和{b}期货合约交易保证金比例在现行基础上{verb}{m}个百分点，涨跌停板幅度相应{verb}{lim}个百分点",
        f"将{a}、{b}期货合约的交易保证金水平在原有标准上{verb}{m}个百分点，涨跌停板幅度同步{verb}{lim}个百分点",
    )
    facts = [
        fact(p, item, None, None, on=day, point="settlement", at=body)
        for p in (a, b)
        for item in ("margin", "price_limit")
    ]
    return notice(d, "relative", f"{d.greet()}{d.why()}{d.settle(day)}，{body}。{d.close()}", facts, issuer=ex)


def all_but(d: Dice) -> Notice:
    """A contract and the others."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    day, (a, b), m = d.day(), d.yuan(2), d.months(2)
    named = d.x(f"{p.code}{m[0]}", f"{m[0]}", f"{p.code}{m[0]}和{p.code}{m[1]}", f"{m[0]}、{m[1]}")
    months = m if m[1] in named else m[:1]
    listed = f"{p.name}期货{named}合约交易手续费调整为{a}元/手"
    rest = d.x(
        f"除{named}外其他合约的交易手续费调整为{b}元/手",
        f"除{named}合约外，{p.name}期货其他合约交易手续费调整为{b}元/手",
        f"{p.name}期货其他合约交易手续费调整为{b}元/手",
        f"其余合约交易手续费标准为{b}元/手",
        f"除上述合约以外的{p.name}期货其余合约交易手续费为{b}元/手",
    )
    facts = [
        fact(p.name, "fee", a, "元/手", scope="list", months=months, on=day, at=listed),
        fact(p.name, "fee", b, "元/手", scope="all_but", months=months, on=day, at=rest),
    ]
    sep = d.x("；", "，", "；")
    return notice(
        d, "all_but", f"{d.greet()}{d.why()}{d.trade(day)}，{listed}{sep}{rest}。{d.close()}", facts, issuer=ex
    )


def only_rest(d: Dice) -> Notice:
    """All contracts but some, alone."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    day, (v,), m = d.day(), d.pct(1), d.months(2)
    named, months = d.x(
        (f"{p.code}{m[0]}", m[:1]),
        (f"{m[0]}、{m[1]}", m),
        (f"{p.code}{m[0]}、{p.code}{m[1]}", m),
        (f"{m[0]}及{m[1]}", m),
    )
    body = d.x(
        f"{p.name}期货除{named}以外的合约交易保证金比例调整为{v}%",
        f"除{named}合约外，{p.name}期货其他合约交易保证金标准调整为{v}%",
        f"{p.name}期货各合约（{named}合约除外）的交易保证金水平调整为{v}%",
        f"{p.name}期货合约（不含{named}合约）交易保证金比例提高至{v}%",
    )
    facts = [fact(p.name, "margin", v, "%", scope="all_but", months=months, on=day, point="settlement", at=body[-6:])]
    return notice(d, "only_rest", f"{d.greet()}{d.why()}{d.settle(day)}，{body}。{d.close()}", facts, issuer=ex)


def month_lists(d: Dice) -> Notice:
    """Runs of months in several ways of writing."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    day, (a, b), m = d.day(), d.hands(2), d.months(5)
    c = p.code
    one, kind_one, months_one = d.x(
        (f"{m[0]}、{m[1]}及{m[2]}合约", "list", m[:3]), (f"{c}{m[0]}、{c}{m[1]}、{c}{m[2]}合约", "list", m[:3]),
        (f"{c}{m[0]}至{c}{m[2]}合约", "range", [m[0], m[2]]), (f"{m[0]}-{m[2]}合约", "range", [m[0], m[2]]),
        (f"{m[0]}到{m[2]}各合约", "range", [m[0], m[2]]), (f"{c}{m[0]}和{c}{m[1]}合约", "list", m[:2]),
    )  # fmt: skip
    two, kind_two, months_two = d.x(
        (f"{m[3]}、{m[4]}合约", "list", m[3:]), (f"{c}{m[3]}合约", "list", m[3:4]), (f"{m[3]}及以后合约", "range", m[3:4]),
    )  # fmt: skip
    who = d.x("", "非期货公司会员和客户", "客户")
    say = d.x("日内开仓交易的最大数量为", "单日开仓量不得超过", "上单日开仓交易的最大数量为")
    first, second = f"{who}在{p.name}期货{one}上{say.lstrip('上')}{a}手", f"在{two}上{say.lstrip('上')}{b}手"
    facts = [
        fact(p.name, "other", a, "手", scope=kind_one, months=months_one, on=day, at=first[-8:]),
        fact(p.name, "other", b, "手", scope=kind_two, months=months_two, on=day, at=second),
    ]
    tail = d.x("", "套期保值交易和做市交易的开仓数量不受限制。", "具有实际控制关系的账户按照单个账户管理。")
    return notice(
        d, "month_lists", f"{d.greet()}{d.why()}{d.trade(day)}，{first}，{second}。{tail}{d.close()}", facts, issuer=ex
    )


def night(d: Dice) -> Notice:
    """Night sessions, with the trading day said."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    day = d.day(3, 9)
    eve, (a, b) = d.before(day), d.yuan(2)
    when = d.x(
        f"自{day.full}交易时（即{eve.short}晚夜盘）起", f"自{eve.full}夜盘（即{day.short}交易日）起",
        f"自{eve.full}当晚夜盘交易时（即{day.short}交易日）起", f"自{day.full}（即{eve.short}夜盘）交易时起",
        f"自{day.full}交易（{eve.short}晚夜盘）起",
    )  # fmt: skip
    body = d.x(
        f"{p.name}期货合约交易手续费由{a}元/手调整为{b}元/手", f"将{p.name}期货交易手续费标准由{a}元/手调整至{b}元/手"
    )
    facts = [fact(p.name, "fee", b, "元/手", old=a, on=day, point="night_session", at=body)]
    return notice(d, "night", f"{d.greet()}{d.why()}{when}，{body}。{d.close()}", facts, issuer=ex)


def holiday(d: Dice) -> Notice:
    """Raised before a holiday, back after it."""
    ex = d.exchange()
    a, b = (p.name for p in d.products(2, ex))
    day, (m, lim), (m2, lim2) = d.day(), d.pct(2), d.pct(2)
    back = d.later(day, 8, 14)
    feast = d.x("国庆节", "春节", "清明节", "劳动节", "端午节")
    up = f"{d.settle(day)}，{a}、{b}期货合约的涨跌停板幅度调整为{lim}%，交易保证金水平调整为{m}%。"
    facts = [
        fact(p, i, v, "%", on=day, point="settlement", at=up)
        for p in (a, b) for i, v in (("price_limit", lim), ("margin", m))
    ]  # fmt: skip
    kind = d.x("dated", "value", "undated")
    if kind == "dated":
        down = f"自{back.full}结算时起，上述品种的涨跌停板幅度和交易保证金水平{d.x('恢复至节前水平', '恢复到节前标准', '恢复至调整前水平')}。"
        facts += [
            fact(p, i, None, None, on=back, point="settlement", at=down)
            for p in (a, b)
            for i in ("price_limit", "margin")
        ]
    elif kind == "value":
        down = f"{back.short}（节后首个交易日）结算时起，上述品种期货合约的涨跌停板幅度恢复至{lim2}%，交易保证金水平恢复至{m2}%。"
        facts += [
            fact(p, i, v, "%", on=back, point="settlement", at=down)
            for p in (a, b) for i, v in (("price_limit", lim2), ("margin", m2))
        ]  # fmt: skip
    else:
        down = f"{feast}后首个交易日结算时起，上述期货合约涨跌停板幅度和交易保证金水平恢复至节前水平。"
        facts += [
            fact(p, i, None, None, point="settlement", at=down) for p in (a, b) for i in ("price_limit", "margin")
        ]
    text = f"{d.greet()}{feast}假期临近，现将有关事项通知如下：\n一、{up}\n二、{down}\n三、请各会员单位加强风险提示。"
    return notice(d, "holiday", text, facts, issuer=ex)


def spec_hedge(d: Dice) -> Notice:
    """Speculative and hedging margins."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    day, (a, b, c, e) = d.day(), d.pct(4)
    body, olds = d.x(
        (f"{p.name}期货合约投机交易保证金标准由{a}%调整为{b}%，套期保值交易保证金标准由{c}%调整为{e}%", (a, c)),
        (f"{p.name}期货合约的投机交易保证金比例调整为{b}%，套保交易保证金比例调整为{e}%", (None, None)),
        (f"{p.name}期货合约套期保值交易保证金水平调整为{e}%，投机交易保证金水平调整为{b}%", (None, None)),
        (f"{p.name}期货合约投机和套期保值交易保证金标准分别调整为{b}%和{e}%", (None, None)),
    )  # fmt: skip
    facts = [
        fact(p.name, "margin", b, "%", old=olds[0], on=day, point="settlement", at=f"{b}%"),
        fact(p.name, "margin", e, "%", old=olds[1], on=day, point="settlement", at=f"{e}%"),
    ]
    return notice(d, "spec_hedge", f"{d.greet()}{d.why()}{d.settle(day)}，{body}。{d.close()}", facts, issuer=ex)


def words(d: Dice) -> Notice:
    """Chinese numerals for days, rates and amounts."""
    ex = d.exchange()
    (p, q) = d.products(2, ex)
    day, m = d.day(), d.x(("十二", "12"), ("九", "9"), ("十五", "15"), ("八点五", "8.5"))
    f = d.x(
        ("每手三元", "3", "元/手"), ("每手六元五角", "6.5", "元/手"), ("成交金额的万分之零点五", "0.5", "万分之"),
        ("每手十二元", "12", "元/手"), ("成交金额的千分之一", "1", "千分之"), ("每手五角", "0.5", "元/手"),
    )  # fmt: skip
    one = f"{p.name}期货合约交易保证金比例调整为百分之{m[0]}"
    two = f"{q.name}期货交易手续费按{f[0]}收取"
    text = f"{d.greet()}自{day.words}结算时起，{one}。自{day.words}交易时起，{two}。"
    facts = [
        fact(p.name, "margin", m[1], "%", on=day, point="settlement", at=one),
        fact(q.name, "fee", f[1], f[2], on=day, at=two),
    ]
    _ = chinese
    return notice(d, "words", text, facts, issuer=ex)


def steps(d: Dice) -> Notice:
    """Two steps, each with its moment."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    day, (a, b) = d.day(), d.pct(2)
    later = d.later(day)
    name = f"{p.name}期货合约交易保证金比例"
    body = d.x(
        f"{name}分两步调整：第一步，自{day.full}结算时起调整为{a}%；第二步，自{later.full}结算时起调整为{b}%。",
        f"自{day.full}结算时起，{name}调整为{a}%；自{later.full}结算时起，进一步调整为{b}%。",
        f"{name}自{day.full}结算时起提高至{a}%，自{later.full}结算时起提高至{b}%。",
        f"一、自{day.full}结算时起，{name}调整为{a}%。\n二、自{later.full}结算时起，{name}调整为{b}%。",
    )
    facts: list[dict[str, Any]] = [
        fact(p.name, "margin", a, "%", on=day, point="settlement", at=f"{a}%"),
        fact(p.name, "margin", b, "%", on=later, point="settlement", at=f"{b}%"),
    ]
    return notice(d, "steps", f"{d.greet()}{body}{d.close()}", facts, issuer=ex)


def new_only(d: Dice) -> Notice:
    """New contracts."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    day, (a, b), (m,) = d.day(), d.pct(2), d.months(1)
    body, months = d.x(
        (
            f"{p.name}期货{p.code}{m}合约自{day.full}起上市交易，新上市合约的交易保证金比例为{a}%，涨跌停板幅度为{b}%。",
            [m],
        ),
        (f"自{day.full}起新上市的{p.name}期货合约，交易保证金比例为{a}%，涨跌停板幅度为{b}%。", []),
        (
            f"自{day.full}起，{p.name}期货新挂牌合约的交易保证金标准为{a}%，涨跌停板幅度为{b}%，已上市合约仍按原标准执行。",
            [],
        ),
    )
    facts = [
        fact(p.name, "margin", a, "%", scope="new_only", months=months, on=day, at=f"{a}%"),
        fact(p.name, "price_limit", b, "%", scope="new_only", months=months, on=day, at=f"{b}%"),
    ]
    return notice(d, "new_only", f"{d.greet()}{body}{d.close()}", facts, issuer=ex)


TEMPLATES: tuple[Template, ...] = (
    fields, product_lines, shared, respective, close_today, halves, relative, all_but, only_rest, month_lists, night, holiday,
    spec_hedge, words, steps, new_only,
)  # fmt: skip
