"use strict";
const box = document.getElementById("search"), found = document.getElementById("found");
const items = [...document.querySelectorAll("li.tag, li.leaf")], leaves = [...document.querySelectorAll("li.leaf")];
const folds = [...document.querySelectorAll("li.tag > details")], first = folds.map((fold) => fold.open);
const texts = new Map(leaves.map((leaf) => [leaf, leaf.textContent.toLowerCase()]));
function show() {
  const wanted = box.value.trim().toLowerCase();
  if (!wanted) {
    items.forEach((item) => { item.hidden = false; });
    folds.forEach((fold, place) => { fold.open = first[place]; });
    found.textContent = "";
    return;
  }
  items.forEach((item) => { item.hidden = true; });
  let count = 0;
  const reveal = (item) => {
    for (let at = item; at && at.matches; at = at.parentElement) {
      if (at.matches("li.tag, li.leaf")) at.hidden = false;
      if (at.matches("li.tag > details")) at.open = true;
    }
  };
  leaves.forEach((leaf) => { if (texts.get(leaf).includes(wanted)) { count += 1; reveal(leaf); } });
  document.querySelectorAll("li.tag").forEach((tag) => {
    if (tag.querySelector(".label").textContent.toLowerCase().includes(wanted)) {
      reveal(tag);
      tag.querySelectorAll("li").forEach((item) => { item.hidden = false; });
    }
  });
  found.textContent = count ? `${count} 条` : "没有找到";
}
box.addEventListener("input", show);
document.getElementById("open").addEventListener("click", () => folds.forEach((fold) => { fold.open = true; }));
document.getElementById("close").addEventListener("click", () => folds.forEach((fold) => { fold.open = false; }));
