const DATA = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
// Marks that turn the direction of text, and what no screen shows, are named instead of obeyed.
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function draw(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Text as it is, marks of direction named, what is searched for marked. */
function shown(text, wanted = "") {
  const out = document.createDocumentFragment();
  const plain = (part) => {
    for (const piece of part.split(new RegExp(`(${CONTROLS.source})`))) {
      if (CONTROLS.test(piece)) out.append(el("span", { class: "ctl" }, "U+" + piece.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")));
      else if (piece) out.append(piece);
    }
  };
  const low = text.toLowerCase();
  let at = 0;
  // Lower case changes the length of few letters; where it does, nothing is marked.
  for (let next = wanted && low.length === text.length ? low.indexOf(wanted) : -1; next >= 0; next = low.indexOf(wanted, at)) {
    plain(text.slice(at, next));
    out.append(el("mark", { class: "hit" }, text.slice(next, next + wanted.length)));
    at = next + wanted.length;
  }
  plain(text.slice(at));
  return out;
}

/** Offsets count code points; JavaScript counts UTF-16 units. */
function cutText(text, start, end) {
  return /[\ud800-\udfff]/.test(text) ? Array.from(text).slice(start, end).join("") : text.slice(start, end);
}
