"use strict";
// The page about the models: asks for the status every two seconds and draws it; text goes in as text only.
const STATES = { ready: ["正常", "good"], cooling: ["冷却中", "mild"], probing: ["试探中", "mild"], disabled: ["已停用", "bad"], unavailable: ["不可用", "bad"], budget: ["预算用尽", "bad"], unpriced: ["未定价", "bad"] };
const OUTCOMES = { ok: "成功", connect: "连不上", timeout: "超时", reset: "连接中断", framing: "报文有误", too_large: "回答过大", not_json: "不是 JSON", shape: "格式不符", empty: "空回答", refused: "模型拒答", filtered: "被过滤", length: "被截断", invalid: "未通过校验", redirect: "被重定向", rate_limited: "限流", quota: "额度用尽", auth: "密钥无效", not_found: "无此模型", context: "超出上下文", unsupported: "不支持", bad_request: "请求有误", server: "服务端错误", cancelled: "已取消", blocked: "未发出" };
const PERIOD = 2000, KEPT = 60;
const history = new Map();
const byId = (id) => document.getElementById(id);
let key = sessionStorage.getItem("key") || "";

function cell(row, content, kind) {
  const td = document.createElement("td");
  if (kind) td.className = kind;
  if (content instanceof Node) td.append(content); else td.textContent = content;
  row.append(td);
}
const number = (value, digits = 0) => value === null || value === undefined ? "—" : Number(value).toLocaleString("zh-CN", { maximumFractionDigits: digits });

function spark(values) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "spark"); svg.setAttribute("viewBox", "0 0 120 28"); svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `近两分钟每次刷新的调用数，最近 ${values.at(-1) ?? 0}`);
  const most = Math.max(1, ...values), line = document.createElementNS(svg.namespaceURI, "polyline");
  line.setAttribute("points", values.map((v, i) => `${(120 * i / Math.max(1, KEPT - 1)).toFixed(1)},${(26 - 24 * v / most).toFixed(1)}`).join(" "));
  svg.append(line);
  return svg;
}
function share(part) {
  const bar = document.createElement("span"), fill = document.createElement("i"), box = document.createElement("span");
  bar.className = "bar"; fill.style.width = `${Math.round(100 * part)}%`; bar.append(fill);
  box.append(bar, ` ${Math.round(100 * part)}%`);
  return box;
}
async function call(path, options = {}) {
  const headers = { ...(options.headers || {}), ...(key ? { authorization: `Bearer ${key}` } : {}) };
  const answer = await fetch(path, { ...options, headers, cache: "no-store" });
  if (answer.status === 401) { byId("key-field").hidden = false; throw new Error("需要客户端密钥，请在上方填写。"); }
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error?.message || `服务返回 ${answer.status}`);
  return body;
}
function toggle(model) {
  const off = model.state !== "disabled", button = document.createElement("button");
  button.textContent = off ? "停用" : "启用";
  button.setAttribute("aria-label", `${button.textContent} ${model.name}`);
  button.onclick = () => {
    byId("ask-title").textContent = `${button.textContent}模型 ${model.name}`;
    byId("ask-reason").value = ""; byId("ask").returnValue = "";
    byId("ask").onclose = async () => {
      if (byId("ask").returnValue !== "go") return;
      try {
        await call(`models/${encodeURIComponent(model.name)}/${off ? "disable" : "enable"}`, {
          method: "POST", headers: { "content-type": "application/json" },
          body: JSON.stringify({ by: byId("ask-by").value, reason: byId("ask-reason").value }),
        });
        await refresh();
      } catch (error) { say(error.message, true); }
    };
    byId("ask").showModal();
  };
  return button;
}
function say(text, bad = false) { byId("said").textContent = text; byId("said").className = bad ? "bad" : ""; }

function draw(status) {
  const models = status.models, total = models.reduce((sum, m) => sum + m.calls, 0);
  const rows = byId("rows"), focus = document.activeElement?.getAttribute("aria-label");
  rows.replaceChildren(...models.map((m) => {
    const seen = history.get(m.name) || { last: m.calls, values: [] };
    seen.values = [...seen.values, Math.max(0, m.calls - seen.last)].slice(-KEPT); seen.last = m.calls; history.set(m.name, seen);
    const row = document.createElement("tr"), [word, kind] = STATES[m.state] || [m.state, "mild"];
    cell(row, m.name, "name"); cell(row, m.placement === "private" ? "私有" : "托管");
    const state = document.createElement("span"), why = document.createElement("small");
    state.textContent = word; why.textContent = m.reason || ""; state.append(why); cell(row, state, `state ${kind}`);
    cell(row, number(m.in_flight), "number"); cell(row, number(m.calls), "number"); cell(row, share(total ? m.calls / total : 0));
    cell(row, number(m.errors), m.errors ? "number bad" : "number"); cell(row, `${number(m.p50_ms)} / ${number(m.p99_ms)}`, "number");
    cell(row, spark(seen.values)); cell(row, `${number(m.tokens_in)} / ${number(m.tokens_out)}`, "number");
    cell(row, m.cost === null ? "未定价" : m.cost, "number"); cell(row, toggle(m));
    return row;
  }));
  if (focus) rows.querySelector(`[aria-label="${CSS.escape(focus)}"]`)?.focus();
  byId("calls").replaceChildren(...status.calls.map((c) => {
    const row = document.createElement("tr");
    cell(row, new Date(c.time).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", hour12: false })); cell(row, c.task); cell(row, c.model || "—"); cell(row, OUTCOMES[c.outcome] || c.outcome, c.outcome === "ok" ? "good" : "bad");
    cell(row, `${number(c.latency_ms)} 毫秒`, "number"); cell(row, number(c.attempts), "number");
    cell(row, `${number(c.tokens_in)} / ${number(c.tokens_out)}`, "number"); cell(row, c.cost === null ? "未定价" : c.cost, "number");
    return row;
  }));
  const facts = [["模型", `${models.filter((m) => m.state === "ready").length} / ${models.length} 可用`], ["调用", number(total)],
    ["错误", number(models.reduce((sum, m) => sum + m.errors, 0))], ["在途", number(models.reduce((sum, m) => sum + (m.in_flight || 0), 0))],
    ["切换", number(status.failovers)]];
  byId("totals").replaceChildren(...facts.map(([name, value]) => {
    const box = document.createElement("div"), strong = document.createElement("b");
    strong.textContent = value; box.append(name, strong); return box;
  }));
}
async function refresh() {
  try { draw(await call("models/status")); say(`更新于 ${new Date().toLocaleTimeString("zh-CN")}`); }
  catch (error) { say(error.message, true); }
}
// No submit button of the form: the first of those is what Enter in a field presses.
byId("ask-leave").onclick = () => byId("ask").close("");
byId("key").onchange = (event) => { key = event.target.value; sessionStorage.setItem("key", key); refresh(); };
refresh();
setInterval(refresh, PERIOD);
