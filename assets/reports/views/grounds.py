"""On what a view rests, as a set of matters (supply, demand, stocks, …); views on different matters are different views."""

import re

__all__ = ["matters_of"]

#: Matters that move prices and the general words for them.
_MATTERS: dict[str, str] = {
    "outage": r"停产|停输|停运|停机|停工|停航|减产|减量|少(?:四|几|一|十|来)[^，。]{0,4}(?:桶|吨)|关停|关闭|一起关|断供|中断|罢工|检修|缺货|运不|到港减|封港|事故|封锁|绕航|绕行",
    "new_supply": r"增产|投产|新产能|新装置|满负荷|(?<!期)货盘|新货(?!币)|增量|过剩|丰收|丰产|新豆|新棉|新粮|单产|收割|上市(?!公司|以来|企业)|扩产|复产|放量出口|到岸|到港(?![^，。]{0,5}[减少缺])|进口(?:量|货)|集中到|产出|开采|出栏|交付|新船|运力|压栏",
    "demand": r"订单|需求|消费|旺季|补库|采购|备货|存栏|饲料用量|终端|开工|排产|排单|用量|下游|出行|装机|替代|地产|基建|工地|走货",
    "slack": r"淡季|需求[^，。]{0,4}(?:弱|差|疲|萎)|打折|台风|转弱|没人买|观望情绪|不旺|砍单|降温",
    "stocks": r"库存|仓单|累库|去库|社库|港库|低库|仓库|胀库|罐仓",
    "chart": r"颈线|突破|缺口|窟窿|真空|图形|均线|形态|技术|反抽|超卖|超买|放量站|新高点|箱体|整数关|通道|前高|前低|K线|背离|跳空|填",
    "meeting": r"会议|大会|开会|稳增长|两会|政策|措施|博政策|刺激",
    "flows": r"净申购|被动|买盘|基金|增仓|外资|配置盘|ETF|央行购金|购金|资金流入|北向|加仓|申购",
    "thin": r"成交[^，。]{0,6}(?:薄|缩|清淡|萎)|存量|增量资金|换手|缩量",
    "abroad": r"外盘|美豆|美棉|隔夜|海外(?!盐湖)|外围|伦铜|伦敦|芝加哥|纽约|马盘|补跌|补涨|假期里|国际(?:油|铜|棉)",
    "false_news": r"乌龙|虚惊|传闻落空|证伪|溢价|被否认|澄清|谣言|落空|不实|夸大|零头|只占",
    "release": r"放行|免检|放出来|通关|滞港|抛售|抛出|砸出来",
    "profit": r"盈利|利润(?:增速|连续|表|同比)|企业利润|出口(?:的)?(?:订单|单子)|业绩|财报",
    "cost": r"成本|矿价|原料|报价|电价|煤价|加工费",
    "weather": r"天气|降雨|干旱|霜冻|高温|寒潮|洪水|厄尔尼诺|拉尼娜|雨季|暴雨|旱情",
    "rates": r"美联储|降息|加息|利率|通胀|美元|汇率|实际利率|国债收益率|宽松(?=[^，。]{0,4}(?:货币|政策))",
    "haven": r"避险|地缘|战争|冲突|局势|停火|谈判",
    "liquidity": r"流动性|到期|资金面|中期资金|巨量资金",
    "disease": r"疫情|疫病|非瘟|猪瘟|病害|虫害",
    "volatility": r"振幅|波动|赔率|风险收益",
    "hedge": r"对冲|套保|中性产品|卖压|空头回补",
}
_COMPILED = {name: re.compile(pattern) for name, pattern in _MATTERS.items()}


def matters_of(text: str) -> frozenset[str]:
    """Return the matters that a view speaks of."""
    return frozenset(name for name, pattern in _COMPILED.items() if pattern.search(text))
