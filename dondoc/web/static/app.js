// What pages do beside working without it: focus, keys, "select all". Nothing here is needed.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const summary = document.getElementById("mistakes");
  if (summary) summary.focus();
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  for (const box of document.querySelectorAll("[data-all]")) box.hidden = false;
});

// Select all: <input type="checkbox" data-all="name"> ticks every box of that name.
// <span data-chosen="name"> says how many are ticked.
document.addEventListener("change", (event) => {
  const all = event.target.dataset && event.target.dataset.all;
  const name = all || event.target.name;
  if (!name || event.target.type !== "checkbox") return;
  const boxes = [...document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`)];
  if (all) for (const box of boxes) box.checked = event.target.checked;
  const told = document.querySelector(`[data-chosen="${CSS.escape(name)}"]`);
  const number = boxes.filter((box) => box.checked).length;
  if (told) told.textContent = number ? `(${number})` : "";
});

// Keys. Off on touch and where the person turned them off; never while typing.
const PAGES = { v: "/viec-cua-toi", n: "/nhiem-vu", t: "/tong-quan", k: "/ke-hoach" };
let isGoing = false;

function isTyping(element) {
  return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
}

function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return;
  const here = rows.indexOf(document.activeElement.closest("[data-row]"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, here + by))];
  next.querySelector("a").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey) {
    const form = document.activeElement.closest("form");
    if (form) form.requestSubmit();
    return;
  }
  if (event.key === "Escape") {
    const open = document.activeElement.closest("details[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    } else if (isTyping(document.activeElement)) document.activeElement.blur();
    return;
  }
  const isOff = document.body.dataset.shortcuts !== "on" || matchMedia("(pointer: coarse)").matches;
  if (isOff || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
  if (isGoing) {
    isGoing = false;
    if (PAGES[event.key]) location.href = PAGES[event.key];
    return;
  }
  const keyed = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (event.key === "g") isGoing = true;
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "x") {
    const row = document.activeElement.closest("[data-row]");
    const box = row && row.querySelector("input[type=checkbox]");
    if (box) box.click();
  } else if (event.key === "?") location.href = "/tro-giup#phim-tat";
  else if (keyed) {
    event.preventDefault();
    keyed.matches("input") ? keyed.focus() : keyed.click();
  }
});
