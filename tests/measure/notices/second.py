"""Second batch of templates: tables, brokers, corrections, and what states no fact."""

from tests.measure.notices.dice import SHORT, Dice, Notice, Template, draw, fact, notice

__all__ = ["TEMPLATES"]


def _margin_table(d: Dice) -> Notice:
    """Old and new columns, with units in the header or the cells."""
    ex = d.exchange()
    ps, day = d.products(3, ex), d.day()
    olds, news, limits = d.pct(3), d.pct(3), d.pct(3)
    in_cells = d.x(True, False)
    sign = "%" if in_cells else ""
    unit = "" if in_cells else "（%）"
    head = d.x(
        ["品种", f"调整前保证金比例{unit}", f"调整后保证金比例{unit}", f"涨跌停板幅度{unit}"],
        ["品种名称", f"原交易保证金标准{unit}", f"新交易保证金标准{unit}", f"涨跌停板{unit}"],
        ["期货品种", f"现行交易保证金{unit}", f"调整后交易保证金{unit}", f"调整后涨跌停板幅度{unit}"],
    )
    rows, facts = [head], []
    for p, old, new, limit in zip(ps, olds, news, limits, strict=True):
        if old == new:
            new = "25"
        rows.append([p.name, old + sign, new + sign, limit + sign])
        facts.append(fact(p.name, "margin", new, "%", old=old, on=day, point="settlement", at=p.name))
        facts.append(fact(p.name, "price_limit", limit, "%", on=day, point="settlement", at=p.name))
    lead = d.x(
        f"{d.settle(day)}，有关品种交易保证金和涨跌停板调整如下：",
        f"{d.settle(day)}执行以下标准：",
        f"下表标准{d.settle(day)}执行：",
    )
    return notice(d, "margin_table", f"{d.greet()}{lead}\n{draw(d, rows)}{d.close()}", facts, issuer=ex)


def _merged(d: Dice) -> Notice:
    """A header of two lines."""
    ex = d.exchange()
    ps, day = d.products(3, ex), d.day()
    head = d.x(
        [["品种", "交易保证金（%）", "", "涨跌停板（%）"], ["", "投机", "套保", ""]],
        [["品种", "交易保证金比例（%）", "", "涨跌停板幅度（%）"], ["", "投机交易", "套期保值交易", ""]],
    )
    rows, facts = list(head), []
    for p in ps:
        a, b, c = d.pct(3)
        rows.append([p.name + d.x("", "期货"), a, b, c])
        facts += [
            fact(p.name, i, v, "%", on=day, point="settlement", at=p.name)
            for i, v in (("margin", a), ("margin", b), ("price_limit", c))
        ]
    lead = f"{d.settle(day)}，下列品种{d.x('风控参数', '保证金和涨跌停板')}{d.x('调整如下', '按下表执行')}："
    return notice(
        d, "merged", f"{lead}\n{draw(d, rows, d.x('md', 'pipe', 'tab'))}\n其他品种不作调整。", facts, issuer=ex
    )


def _contract_table(d: Dice) -> Notice:
    """Merged product cells and a column of contracts."""
    ex = d.exchange()
    ps, day = d.products(2, ex), d.day()
    rows, facts = (
        [
            [
                "品种",
                "合约",
                d.x("交易手续费（元/手）", "手续费标准（元/手）"),
                d.x("日内平今仓手续费（元/手）", "平今仓手续费（元/手）"),
            ]
        ],
        [],
    )
    for p in ps:
        m, v = d.months(2), d.yuan(4)
        named = d.x(f"{p.code}{m[0]}", m[0])
        rest = d.x("其他合约", "其余合约", f"除{named}外其他合约")
        for name, scope, one, two in ((named, "list", v[0], v[1]), (rest, "all_but", v[2], v[3])):
            rows.append([p.name if scope == "list" or d.x(True, False) else "", name, one, two])
            facts += [
                fact(p.name, "fee", x, "元/手", scope=scope, months=m[:1], on=day, at=f"{one}") for x in (one, two)
            ]
    lead = f"{d.trade(day)}，部分合约手续费标准调整如下："
    return notice(
        d,
        "contract_table",
        f"{d.greet()}{lead}\n{draw(d, rows, d.x('md', 'pipe', 'tab'))}{d.close()}",
        facts,
        issuer=ex,
    )


def _two_tables(d: Dice) -> Notice:
    """Two tables, each with its own lead."""
    ex = d.exchange()
    ps, qs, day = d.products(2, ex), d.products(2, ex), d.day()
    later = d.later(day)
    one, two, facts = [["品种", "交易保证金比例"]], [["品种", "交易手续费", "平今仓手续费"]], []
    for p in ps:
        (a,) = d.pct()
        one.append([p.name, f"{a}%"])
        facts.append(fact(p.name, "margin", a, "%", on=day, point="settlement", at=one[-1][1]))
    for q in qs:
        a, b = d.yuan(2)
        two.append([q.name, f"{a}元/手", d.x(f"{b}元/手", f"{b}元/手", "免收")])
        free = two[-1][2] == "免收"
        facts.append(fact(q.name, "fee", a, "元/手", on=later, at=two[-1][1]))
        facts.append(fact(q.name, "fee", "0" if free else b, None if free else "元/手", on=later, at=two[-1][1]))
    style = d.x("md", "pipe", "tab")
    text = (
        f"{d.greet()}一、{d.settle(day)}，交易保证金比例调整如下：\n{draw(d, one, style)}\n"
        f"二、{d.trade(later)}，手续费标准调整如下：\n{draw(d, two, style)}{d.close()}"
    )
    return notice(d, "two_tables", text, facts, issuer=ex)


def _one_cell_a_line(d: Dice) -> Notice:
    """A table whose cells came out of a file one a line."""
    ex = d.exchange()
    ps, day = d.products(3, ex), d.day()
    head = d.x(["品种", "交易保证金比例", "涨跌停板幅度"], ["品种", "保证金标准（%）", "涨跌停板（%）"])
    sign = "" if "%" in head[1] else "%"
    cells, facts = [*head], []
    for p in ps:
        m, lim = d.pct(2)
        cells += [p.name, m + sign, lim + sign]
        facts += [
            fact(p.name, "margin", m, "%", on=day, point="settlement", at=p.name),
            fact(p.name, "price_limit", lim, "%", on=day, point="settlement", at=p.name),
        ]
    text = f"{d.settle(day)}，有关品种调整如下：\n" + "\n".join(cells) + "\n特此公告。"
    return notice(d, "one_cell_a_line", text, facts, issuer=ex)


def _broker(d: Dice) -> Notice:
    """A broker's notice that quotes the exchange's, and sets its own."""
    ex, firm = d.exchange(), d.broker()
    (p,) = d.products(1, ex)
    day, (a, b, c) = d.day(), d.pct(3)
    n = d.x(ex, SHORT[ex], f"《{ex}关于调整{p.name}期货保证金的通知》")
    quote = d.x("接", "根据", "接到").replace("接到", "接") + n + ("通知，" if not n.startswith("《") else "，")
    first = f"{d.settle(day)}，{p.name}期货合约交易保证金比例由{a}%调整为{b}%。"
    second, new = d.x(
        (f"我司{p.name}期货客户保证金标准同步调整为{c}%。", (c, "%")),
        (f"同时，我司对{p.name}期货合约按{c}%收取保证金。", (c, "%")),
        (f"我公司{p.name}期货保证金在交易所标准基础上加收3个百分点。", (None, None)),
        (f"本公司{p.name}期货合约保证金比例同时调整为{c}%。", (c, "%")),
    )
    lead = d.x("", "", "我司标准同时调整：")
    when = day if ("同步" in second or "同时" in second or lead) else None
    facts = [
        fact(p.name, "margin", b, "%", old=a, on=day, point="settlement", who=ex, level="exchange", at=f"{b}%"),
        fact(p.name, "margin", new[0], new[1], on=when, point="settlement" if when else None, at=second[-8:]),
    ]
    text = f"{d.x('尊敬的客户：', '尊敬的投资者：')}\n{quote}{first}\n{lead}{second}\n请做好资金安排。\n{firm}"
    return notice(d, "broker", text, facts, issuer=firm, level="broker")


def _broker_table(d: Dice) -> Notice:
    """A broker's table of the exchange's margins and its own."""
    firm, day = d.broker(), d.day()
    one, two = d.random.sample(list(SHORT)[:5], 2)
    rows, facts = [["品种", "交易所保证金比例", d.x("公司保证金比例", "我司保证金比例", "客户保证金比例")]], []
    for p in (*d.products(2, one), *d.products(1, two)):
        a, b = d.pct(2)
        rows.append([p.name, f"{a}%", f"{b}%"])
        facts += [
            fact(p.name, "margin", a, "%", on=day, point="settlement", who=p.exchange, level="exchange", at=p.name),
            fact(p.name, "margin", b, "%", on=day, point="settlement", at=p.name),
        ]
    lead = f"{d.settle(day)}，部分品种交易所及我司保证金标准{d.x('调整', '执行')}如下："
    return notice(
        d,
        "broker_table",
        f"尊敬的客户：\n{lead}\n{draw(d, rows)}\n请合理控制仓位。",
        facts,
        issuer=firm,
        level="broker",
    )


def _correction(d: Dice) -> Notice:
    """A correction of a value."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    day, (a, b) = d.day(), d.pct(2)
    back = d.before(d.published)
    body = d.x(
        f"我所{back.short}发布的《关于调整{p.name}期货交易保证金的通知》中，{p.name}期货合约交易保证金比例“{a}%”有误，应为“{b}%”，自{day.full}结算时起执行。",
        f"{back.short}通知中{p.name}期货合约交易保证金比例误写为{a}%，现更正为{b}%，执行时间为{day.full}结算时起。",
        f"因工作疏忽，{back.short}发布的通知将{p.name}期货合约的交易保证金比例误写为{a}%，正确的应为{b}%，自{day.full}收盘结算时起执行，其他内容不变。",
        f"现将{back.short}公告中的“{p.name}期货合约交易保证金比例为{a}%”更正为“{p.name}期货合约交易保证金比例为{b}%”，仍自{day.full}结算时起执行。",
    )
    facts = [fact(p.name, "margin", b, "%", on=day, point="settlement", at=f"{b}%")]
    return notice(
        d,
        "correction",
        f"{body}{d.x('', '特此更正。', '由此带来的不便敬请谅解。')}",
        facts,
        issuer=ex,
        title="更正公告",
    )


def _withdrawal(d: Dice) -> Notice:
    """A withdrawal, with or without what applies instead."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    back, (v,) = d.before(d.published), d.pct()
    name, item = d.x(("交易保证金比例", "margin"), ("涨跌停板幅度", "price_limit"))
    first = d.x(
        f"现决定撤回{back.short}发布的《关于调整{p.name}期货{name}的通知》",
        f"我所{back.short}发布的关于调整{p.name}期货{name}的通知予以撤销",
        f"{back.short}《关于调整{p.name}期货{name}的通知》自即日起废止",
    )
    facts = [fact(p.name, item, None, None, at=f"{p.name}期货{name}")]
    second = d.x("", f"，{p.name}期货合约{name}仍按{v}%执行", f"，{name}仍执行{v}%的标准")
    if second:
        facts.append(fact(p.name, item, v, "%", at=second))
    return notice(d, "withdrawal", f"{d.greet()}经研究，{first}{second}。特此通知。", facts, issuer=ex)


def _none(d: Dice) -> Notice:
    """Texts without a fact: drafts, rumours, denials, the past, market days."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    day, (a, b) = d.day(), d.pct(2)
    s = SHORT[ex]
    title, text, owner = d.x(
        (
            "征求意见",
            f"我所拟将{p.name}期货合约交易保证金比例由{a}%调整为{b}%，现公开征求意见，请于{day.full}前反馈。",
            ex,
        ),
        (
            "关于征求意见的函",
            f"现就《{p.name}期货业务细则（征求意见稿）》征求意见。意见稿将涨跌停板幅度由{a}%扩大至{b}%。",
            ex,
        ),
        (
            "澄清公告",
            f"近日，有市场传言称我所将把{p.name}期货保证金上调至{a}%。经核实，该消息不实，我所未发布过相关通知。",
            ex,
        ),
        (
            "声明",
            f"网上流传的“{s}自{day.full}起将{p.name}手续费提高至{b}元/手”的截图系伪造，请投资者以官网公告为准。",
            ex,
        ),
        ("听说", f"圈内有人说{s}要把{p.name}保证金提到{b}%，消息未获证实，大家谨慎看待。", d.medium()),
        (
            "市场回顾",
            f"回顾去年，{s}曾于{int(day.iso[:4]) - 1}年3月将{p.name}期货交易保证金比例由{a}%上调至{b}%，随后行情逐步降温。",
            d.medium(),
        ),
        (
            "关于休市安排的通知",
            f"{day.full}（星期{day.week}）至{d.later(day).full}休市，{d.before(day).short}晚上不进行夜盘交易。请各会员单位做好风险控制。",
            ex,
        ),
        (
            "关于维持标准的通知",
            f"{d.settle(day)}，{p.name}期货合约交易保证金比例维持{a}%不变，涨跌停板幅度保持{b}%不变。",
            ex,
        ),
        (
            "投资者问答",
            f"问：{p.name}期货的手续费是否会调整？答：目前{p.name}期货交易手续费为3元/手，近期没有调整计划。",
            ex,
        ),
        ("风险提示函", f"近期{p.name}期货价格波动较大，请各会员单位提醒客户将风险度控制在{a}%以内，理性投资。", ex),
    )
    return notice(d, "none", text, [], issuer=ex, title=title, publisher=owner)


def _media(d: Dice) -> Notice:
    """A medium's text on an exchange's notice."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    day, (a, b) = d.day(), d.pct(2)
    s = d.x(SHORT[ex], ex)
    text = d.x(
        f"【快讯】{s}：{d.settle(day)}，{p.name}期货合约交易保证金比例由{a}%调整为{b}%。分析人士认为，此举有助于抑制过度投机。",
        f"{p.name}又加保证金了。{s}昨日晚间公告称，将于{day.full}结算时起把{p.name}期货合约的交易保证金比例从{a}%提高到{b}%。去年该品种保证金一度高达20%。",
        f"本站消息，{s}今日发布通知，决定{d.settle(day)}将{p.name}期货合约交易保证金标准调整为{b}%，此前为{a}%。",
        f"{p.name}期货保证金将升至{b}%！据{s}公告，新标准自{day.full}结算时起执行，调整前为{a}%。",
    )
    facts = [fact(p.name, "margin", b, "%", old=a, on=day, point="settlement", at=f"{b}%")]
    return notice(d, "media", text, facts, issuer=ex, publisher=d.medium())


def _stages(d: Dice) -> Notice:
    """Position limits by stage."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    a, b, c = d.hands(3)
    (m,) = d.months(1)
    body, kind = d.x(
        (
            f"自{p.code}{m}合约起，{p.name}期货非期货公司会员和客户的持仓限额：合约挂牌至交割月前第二月为{a}手，交割月前第一月为{b}手，交割月份为{c}手。",
            "range",
        ),
        (f"{p.name}期货自{m}合约起，一般月份持仓限额为{a}手，交割月前一个月为{b}手，交割月为{c}手。", "range"),
        (
            f"自{p.code}{m}及以后合约起，{p.name}期货一般月份限仓{a}手，交割月前一个月限仓{b}手，交割月份限仓{c}手。",
            "range",
        ),
    )
    facts = [fact(p.name, "position_limit", v, "手", scope=kind, months=[m], at=f"{v}手") for v in (a, b, c)]
    return notice(d, "stages", f"{d.greet()}{body}{d.close()}", facts, issuer=ex)


def _delivery(d: Dice) -> Notice:
    """Delivery fees, storage and the like."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    day, (a, b) = d.day(), d.yuan(2)
    body, item, unit, old = d.x(
        (f"{p.name}期货交割手续费由{a}元/吨调整为{b}元/吨", "fee", "元/吨", a),
        (f"{p.name}期货实物交割手续费调整为每吨{b}元", "fee", "元/吨", None),
        (f"{p.name}标准仓单仓储费由{a}元/吨·天调整为{b}元/吨·天", "delivery", "元/吨·天", a),
        (f"{p.name}期货指定交割仓库仓储费收费标准调整为{b}元/吨/天", "delivery", "元/吨·天", None),
        (f"{p.name}期货指定交割仓库汽车出库费用调整为{b}元/吨", "delivery", "元/吨", None),
        (f"{p.name}期货入库费用标准由{a}元/吨调整为{b}元/吨", "delivery", "元/吨", a),
    )
    facts = [fact(p.name, item, b, unit, old=old, on=day, at=body[-10:])]
    return notice(d, "delivery", f"{d.greet()}{d.why()}自{day.full}起，{body}。{d.close()}", facts, issuer=ex)


def _condition(d: Dice) -> Notice:
    """Rules that wait for something to happen."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    (a, b), (h,) = d.pct(2), d.hands()
    body, facts = d.x(
        (
            f"若{p.name}期货合约出现连续同方向单边市，则当日结算时起该合约交易保证金比例提高至{a}%",
            [fact(p.name, "margin", a, "%", point="settlement", at=f"{a}%")],
        ),
        (
            f"当{p.name}期货某一合约连续三个交易日出现同方向涨跌停时，次一交易日起涨跌停板幅度扩大至{b}%",
            [fact(p.name, "price_limit", b, "%", at=f"{b}%")],
        ),
        (
            f"如{p.name}期货主力合约单边持仓量超过20万手，客户在该合约上的持仓限额调整为{h}手",
            [fact(p.name, "position_limit", h, "手", at=f"{h}手")],
        ),
    )
    return notice(
        d, "condition", f"{d.greet()}为防范风险，我所对{p.name}期货作如下安排：{body}。{d.close()}", facts, issuer=ex
    )


def _until(d: Dice) -> Notice:
    """A rule with an end."""
    ex = d.exchange()
    (p,) = d.products(1, ex)
    day, (a,) = d.day(), d.yuan()
    end = d.later(day, 20, 60)
    body = d.x(
        f"自{day.full}交易时起至{end.full}交易结束，{p.name}期货合约交易手续费为{a}元/手",
        f"自{day.full}起至{end.full}止，{p.name}期货交易手续费调整为{a}元/手",
        f"{p.name}期货交易手续费调整为{a}元/手，自{day.full}交易时起实施，执行至{end.full}",
        f"{day.full}至{end.full}期间，{p.name}期货合约交易手续费按{a}元/手收取",
    )
    facts = [fact(p.name, "fee", a, "元/手", on=day, until=end, at=f"{a}元/手")]
    return notice(d, "until", f"{d.greet()}{d.why()}{body}。{d.close()}", facts, issuer=ex)


TEMPLATES: tuple[Template, ...] = (
    _margin_table, _merged, _contract_table, _two_tables, _one_cell_a_line, _broker, _broker_table, _correction, _withdrawal, _none,
    _media, _stages, _delivery, _condition, _until,
)  # fmt: skip
