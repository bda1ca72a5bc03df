"""Third batch of templates, held out while the rules were mended on the first two."""

from tests.measure.notices.dice import SHORT, Dice, Notice, Template, chinese, draw, fact, notice

__all__ = ["TEMPLATES"]


def _letter(d: Dice) -> Notice:
    """A telegraphic style with the date behind."""
    ex = d.exchange()
    a, b = (p.name for p in d.products(2, ex))
    day, (m, lim) = d.day(), d.pct(2)
    text = d.x(
        f"{a}期货：交易保证金{m}%，涨跌停板{lim}%；{b}期货：交易保证金{lim}%，涨跌停板{m}%。以上标准自{day.full}结算时起执行。",
        f"我所决定对{a}、{b}期货风控参数作如下调整：\n{a}：保证金{m}%，涨跌停板{lim}%\n{b}：保证金{lim}%，涨跌停板{m}%\n以上调整自{day.full}收盘结算时起生效。",
    )
    facts = [
        fact(p, i, v, "%", on=day, point="settlement", at=f"{v}%")
        for p, x, y in ((a, m, lim), (b, lim, m)) for i, v in (("margin", x), ("price_limit", y))
    ]  # fmt: skip
    return notice(d, "letter", text, facts, issuer=ex)


def _fee_long(d: Dice) -> Notice:
    """A long fee notice with numbered items."""
    ex = d.exchange()
    a, b = d.products(2, ex)
    (o,) = d.options(1, ex)
    day, v, s, m = d.day(), d.yuan(4), d.share(2), d.months(2)
    text = (
        f"各会员单位：\n经研究决定，对部分品种手续费标准进行调整，现通知如下：\n一、自{day.full}交易时起，{a.name}期货{m[0]}、{m[1]}合约日内平今仓交易手续费标准"
        f"调整为{v[0]}元/手，非日内交易手续费标准调整为{v[1]}元/手。\n二、{b.name}期货合约交易手续费由成交金额的万分之{s[0]}调整为成交金额的万分之{s[1]}，"
        f"自同日交易时起执行。\n三、{o.name}交易手续费为{v[2]}元/手，行权（履约）手续费为{v[3]}元/手，自{day.full}起施行。\n四、其他品种手续费标准不变。"
    )
    facts = [
        fact(a.name, "fee", v[0], "元/手", scope="list", months=m, on=day, at=f"{v[0]}元/手"),
        fact(a.name, "fee", v[1], "元/手", scope="list", months=m, on=day, at=f"{v[1]}元/手"),
        fact(b.name, "fee", s[1], "万分之", old=s[0], on=day, at=f"万分之{s[1]}"),
        fact(o.name, "fee", v[2], "元/手", on=day, at=f"{v[2]}元/手"),
        fact(o.name, "fee", v[3], "元/手", on=day, at=f"{v[3]}元/手"),
    ]
    return notice(d, "fee_long", text, facts, issuer=ex)


def _limits(d: Dice) -> Notice:
    """Limits of several kinds of accounts, minimum order sizes."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    day, h, m = d.day(), d.hands(2), d.months(1)
    body, item, old, scope = d.x(
        (
            f"{p.name}期货{m[0]}合约单日开仓限额由{h[1]}手调整为{h[0]}手，该限额不适用于套期保值交易",
            "other",
            h[1],
            "list",
        ),
        (f"{p.name}期货合约每次最小开仓下单数量调整为{h[0]}手，每次最小平仓下单数量维持1手不变", "other", None, "all"),
        (f"客户单日在{p.name}期货{p.code}{m[0]}合约上的开仓数量不得超过{h[0]}手", "other", None, "list"),
        (
            f"个人客户、单位客户及非期货公司会员在{p.name}期货合约上的持仓限额均为{h[0]}手",
            "position_limit",
            None,
            "all",
        ),
        (f"{p.name}期货交割月份客户持仓限额由{h[1]}手调整为{h[0]}手", "position_limit", h[1], "all"),
    )
    facts = [
        fact(
            p.name, item, h[0], "手", old=old, scope=scope, months=m if scope == "list" else (), on=day, at=f"{h[0]}手"
        )
    ]
    return notice(d, "limits", f"{d.greet()}{d.why()}{d.trade(day)}，{body}。{d.close()}", facts, issuer=ex)


def _inverted(d: Dice) -> Notice:
    """A medium that tells the figure first and the day last."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    day, (a, b) = d.day(), d.yuan(2)
    s = SHORT[ex]
    text = d.x(
        f"从{a}元/手涨到{b}元/手，{p.name}期货的交易手续费要变了。{s}公告显示，新标准自{day.full}交易时起实行。",
        f"交易成本又变了：{b}元/手，这是{s}给{p.name}期货定下的新手续费，{day.full}交易时起执行，此前为{a}元/手。",
        f"{day.full}起，做{p.name}的朋友注意了，{s}把交易手续费由{a}元/手调到了{b}元/手。有人吐槽，也有人叫好。",
        f"手续费{b}元/手——{p.name}期货从{day.full}交易时起执行这一标准，原来是{a}元/手，{s}昨日公告。",
    )
    facts = [fact(p.name, "fee", b, "元/手", old=a, on=day, at=f"{b}元/手")]
    return notice(d, "inverted", text, facts, issuer=ex, publisher=d.medium())


def _broker_steps(d: Dice) -> Notice:
    """A broker: both values, then back after the holiday."""
    ex, firm = d.exchange(), d.broker()
    a, b = (p.name for p in d.products(2, ex))
    day, (m, n, k, lim) = d.day(), d.pct(4)
    text = (
        f"尊敬的投资者：\n{ex}通知，自{day.full}结算时起，{a}、{b}期货合约交易保证金比例分别调整为{m}%和{n}%。\n"
        f"经我司研究决定，自{day.full}结算时起，我司{a}、{b}期货保证金标准分别调整为{k}%和{lim}%。\n"
        f"节后首个交易日结算时起，我司{a}、{b}期货保证金标准恢复至节前水平。\n{firm}股份有限公司"
    )
    facts = [
        fact(p, "margin", v, "%", on=day, point="settlement", who=ex, level="exchange", at=f"{v}%")
        for p, v in ((a, m), (b, n))
    ]
    facts += [fact(p, "margin", v, "%", on=day, point="settlement", at=f"{v}%") for p, v in ((a, k), (b, lim))]
    facts += [fact(p, "margin", None, None, point="settlement", at="恢复至节前水平") for p in (a, b)]
    return notice(d, "broker_steps", text, facts, issuer=firm, level="broker")


def _broker_plain(d: Dice) -> Notice:
    """A broker's own extra margin."""
    firm, ex = d.broker(), d.exchange()
    a, b = d.products(2, ex)
    day, (m, n), mo = d.day(), d.points(2), d.months(1)
    text = d.x(
        f"为控制风险，{d.settle(day)}，我司对{a.name}期货在交易所保证金基础上加收{m}个百分点，对{b.name}期货加收{n}个百分点。",
        f"{d.settle(day)}，公司对{a.name}期货合约保证金在交易所标准上统一上浮{m}个百分点，{b.name}期货合约上浮{n}个百分点。交易所标准未作调整。",
    )
    facts = [fact(p.name, "margin", None, None, on=day, point="settlement", at=p.name) for p in (a, b)]
    _ = mo
    return notice(d, "broker_plain", f"尊敬的客户：\n{text}\n{firm}", facts, issuer=firm, level="broker")


def _wide_table(d: Dice) -> Notice:
    """One table with margins, limits and fees and a column of days."""
    ex = d.exchange()
    ps, facts = d.products(3, ex), []
    rows = [["序号", "品种", "交易保证金", "涨跌停板幅度", "执行时间"]]
    for n, p in enumerate(ps, 1):
        day, (m, lim) = d.day(), d.pct(2)
        rows.append([str(n), f"{p.name}期货", f"{m}%", f"{lim}%", f"{day.full}结算时起"])
        facts += [
            fact(p.name, i, v, "%", on=day, point="settlement", at=p.name)
            for i, v in (("margin", m), ("price_limit", lim))
        ]
    return notice(d, "wide_table", f"有关品种调整如下：\n{draw(d, rows)}\n特此公告。", facts, issuer=ex)


def _item_rows(d: Dice) -> Notice:
    """A table with a row per item, before and after."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    day, v, (a, b) = d.day(), d.pct(4), d.yuan(2)
    rows = [
        ["项目", "调整前", "调整后"], ["交易保证金比例", f"{v[0]}%", f"{v[1]}%"], ["涨跌停板幅度", f"{v[2]}%", f"{v[3]}%"],
        ["交易手续费", f"{a}元/手", f"{b}元/手"],
    ]  # fmt: skip
    facts = [
        fact(p.name, "margin", v[1], "%", old=v[0], on=day, at="交易保证金比例"),
        fact(p.name, "price_limit", v[3], "%", old=v[2], on=day, at="涨跌停板幅度"),
        fact(p.name, "fee", b, "元/手", old=a, on=day, at="交易手续费"),
    ]
    return notice(
        d,
        "item_rows",
        f"自{day.full}起，{p.name}期货合约有关参数调整如下：\n{draw(d, rows)}\n特此通知。",
        facts,
        issuer=ex,
    )


def _range_table(d: Dice) -> Notice:
    """A table with runs of contracts, in万分之."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    day, s, m = d.day(), d.share(4), d.months(4)
    rows = [
        ["合约", "交易手续费（成交金额的万分之）", "平今仓手续费（成交金额的万分之）"],
        [d.x(f"{p.code}{m[0]}-{p.code}{m[1]}", f"{p.code}{m[0]}至{p.code}{m[1]}"), s[0], s[1]],
        [d.x(f"{p.code}{m[2]}、{p.code}{m[3]}", f"{p.code}{m[2]}，{p.code}{m[3]}"), s[2], s[3]],
    ]
    facts = [fact(p.name, "fee", v, "万分之", scope="range", months=m[:2], on=day, at=v) for v in s[:2]]
    facts += [fact(p.name, "fee", v, "万分之", scope="list", months=m[2:], on=day, at=v) for v in s[2:]]
    lead = f"自{day.full}交易时起，{p.name}期货部分合约手续费标准如下："
    return notice(d, "range_table", f"{lead}\n{draw(d, rows, d.x('md', 'pipe', 'tab'))}", facts, issuer=ex)


def _restate(d: Dice) -> Notice:
    """What stays, beside what changes."""
    ex = d.exchange()
    a, b = (p.name for p in d.products(2, ex))
    day, (m, n, k) = d.day(), d.pct(3)
    body = d.x(
        f"{a}期货合约交易保证金比例由{m}%调整为{n}%，涨跌停板幅度仍为{k}%",
        f"{a}期货合约的交易保证金比例由{m}%上调至{n}%，涨跌停板幅度维持{k}%不变；{b}期货合约的交易保证金比例和涨跌停板幅度不作调整",
        f"{b}期货合约交易保证金比例维持{k}%不变，{a}期货合约交易保证金比例由{m}%调整为{n}%",
    )
    facts = [fact(a, "margin", n, "%", old=m, on=day, point="settlement", at=f"{n}%")]
    return notice(d, "restate", f"{d.greet()}{d.why()}{d.settle(day)}，{body}。{d.close()}", facts, issuer=ex)


def _index(d: Dice) -> Notice:
    """Index and bond futures."""
    ex = "中国金融期货交易所"
    day, s, (h,), (m,) = d.day(), d.share(2), d.hands(), d.pct()
    body, facts = d.x(
        (
            f"{d.trade(day)}，沪深300、上证50、中证500股指期货交易手续费标准调整为成交金额的万分之{s[0]}，平今仓交易手续费标准调整为成交金额的万分之{s[1]}。",
            [
                fact(p, "fee", v, "万分之", on=day, at=v)
                for p in ("沪深300股指", "上证50股指", "中证500股指")
                for v in s
            ],
        ),
        (
            f"{d.trade(day)}，中证1000股指期货客户单个合约日内开仓交易量不得超过{h}手，套期保值交易除外。",
            [fact("中证1000股指", "other", h, "手", on=day, at=f"{h}手")],
        ),
        (
            f"{d.settle(day)}，10年期国债期货合约的最低交易保证金标准调整为合约价值的{m}%。",
            [fact("10年期国债", "margin", m, "%", on=day, point="settlement", at=f"{m}%")],
        ),
    )
    return notice(d, "index", f"{d.greet()}{body}{d.close()}", facts, issuer=ex)


def _restore_alone(d: Dice) -> Notice:
    """A restoration on its own, with values or to the original standard."""
    ex = d.exchange()
    a, b = (p.name for p in d.products(2, ex))
    day, (m, lim) = d.day(), d.pct(2)
    body, facts = d.x(
        (f"{a}、{b}期货合约的交易保证金比例恢复至{m}%，涨跌停板幅度恢复至{lim}%",
         [fact(p, i, v, "%", on=day, point="settlement", at=f"{v}%") for p in (a, b) for i, v in (("margin", m), ("price_limit", lim))]),
        (f"{a}期货合约交易保证金比例恢复至原标准",
         [fact(a, "margin", None, None, on=day, point="settlement", at="恢复至原标准")]),
        (f"{a}期货合约的涨跌停板幅度由{m}%恢复为{lim}%",
         [fact(a, "price_limit", lim, "%", old=m, on=day, point="settlement", at=f"{lim}%")]),
    )  # fmt: skip
    return notice(d, "restore_alone", f"{d.greet()}{d.settle(day)}，{body}。{d.close()}", facts, issuer=ex)


def _ocr(d: Dice) -> Notice:
    """Scanned text: blanks inside words, letters for figures, lines broken anywhere."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    day, (a, b) = d.day(), d.pct(2)
    clean = f"自{day.full}结算时起,{p.name}期货合约的交易保证金比例由{a}%调整为{b}%。"
    chars = []
    for char in clean:
        chars.append({"0": "O", "1": "l"}.get(char, char) if char in "01" and d.x(True, False) else char)
        if d.random.random() < 0.12 and not char.isascii():
            chars.append(" ")
    facts = [fact(p.name, "margin", b, "%", old=a, on=day, point="settlement")]
    return notice(d, "ocr", f"各 会员单 位：\n{''.join(chars)}\n特此 通知。", facts, issuer=ex)


def _regulator(d: Dice) -> Notice:
    """Regulators and firms that are none."""
    day, (m,), (a, b) = d.day(), d.pct(), d.yuan(2)
    kind = d.x("csrc", "depot")
    if kind == "csrc":
        body = f"各期货公司：\n自{day.full}起，各期货公司收取的客户交易保证金不得低于合约价值的{m}%。"
        return notice(
            d,
            "regulator",
            body,
            [fact("全部品种", "margin", m, "%", on=day, at=f"{m}%")],
            issuer="中国证监会",
            level="regulator",
        )
    (p,) = d.products(1, "郑州商品交易所")
    firm = d.x("润丰仓储有限公司", "通海物流有限公司", "恒泽仓储有限公司")
    body = f"各货主单位：\n自{day.full}起，我司{p.name}标准仓单仓储费由{a}元/吨·天调整为{b}元/吨·天，请知悉。"
    bare = firm.removesuffix("有限公司")
    return notice(
        d, "regulator", body, [fact(p.name, "delivery", b, "元/吨·天", old=a, on=day, at=f"{b}元")],
        issuer=bare, level="other", publisher=firm,
    )  # fmt: skip


def _options(d: Dice) -> Notice:
    """Options: limits and fees in prose."""
    ex = d.exchange("大连商品交易所", "郑州商品交易所", "上海期货交易所")
    a, b = (p.name for p in d.options(2, ex))
    day, v, (h,) = d.day(), d.yuan(3), d.hands()
    body = f"{a}、{b}交易手续费均调整为{v[0]}元/手，行权手续费分别为{v[1]}元/手和{v[2]}元/手"
    tail = f"；非期货公司会员和客户在{a}上的单边持仓限额为{h}手"
    facts = [fact(p, "fee", v[0], "元/手", on=day, at=body) for p in (a, b)]
    facts += [fact(p, "fee", x, "元/手", on=day, at=body) for p, x in ((a, v[1]), (b, v[2]))]
    facts.append(fact(a, "position_limit", h, "手", on=day, at=tail))
    _ = chinese
    return notice(d, "options", f"{d.greet()}自{day.full}起，{body}{tail}。{d.close()}", facts, issuer=ex)


TEMPLATES: tuple[Template, ...] = (
    _letter, _fee_long, _limits, _inverted, _broker_steps, _broker_plain, _wide_table, _item_rows, _range_table, _restate, _index,
    _restore_alone, _ocr, _regulator, _options,
)  # fmt: skip
