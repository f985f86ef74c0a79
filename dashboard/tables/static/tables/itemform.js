// Keeps the size of a draft roughly right while it is typed; the server's figure replaces it with every step.
// Source of the rule: tables/core/size.py. Numbers in JSON lose digits here, so the sum is said to be "about".

const MOST = 409600;
const encoder = new TextEncoder();
const bytes = (text) => encoder.encode(text).length;

function numberSize(text) {
  const digits = text.replace(/e.*$/i, "").replace(/\D/g, "").replace(/^0+|0+$/g, "");
  return Math.ceil(digits.length / 2) + 1 + (text.trim().startsWith("-") ? 1 : 0);
}

function scalarSize(tag, text) {
  if (tag === "N") return numberSize(text);
  return tag === "B" ? Math.floor((text.trim().length * 3) / 4) : bytes(text);
}

const sum = (parts) => parts.reduce((total, part) => total + part, 0);

function plainSize(value) {
  if (typeof value === "string") return bytes(value);
  if (typeof value === "number") return numberSize(String(value));
  if (value === null || typeof value === "boolean") return 1;
  if (Array.isArray(value)) return 3 + sum(value.map((part) => 1 + plainSize(part)));
  const members = Object.entries(value);
  if (members.length === 1 && /^\$(ss|ns|bs|b|n|m)$/.test(members[0][0])) return markedSize(...members[0]);
  return 3 + sum(members.map(([name, part]) => 1 + bytes(name) + plainSize(part)));
}

function markedSize(marker, inner) {
  if (marker === "$m") return plainSize(inner);
  const tag = marker.slice(1, 2).toUpperCase();
  return sum([inner].flat().map((one) => scalarSize(tag, String(one))));
}

function typedSize(value) {
  const [tag, inner] = Object.entries(value)[0];
  if (tag === "M") return 3 + sum(Object.entries(inner).map(([name, part]) => 1 + bytes(name) + typedSize(part)));
  if (tag === "L") return 3 + sum(inner.map((part) => 1 + typedSize(part)));
  if (tag === "BOOL" || tag === "NULL") return 1;
  return sum([inner].flat().map((one) => scalarSize(tag[0], String(one))));
}

function rowSize(row) {
  const fixed = row.querySelector("[data-size]");
  if (fixed) return Number(fixed.dataset.size) + bytes(row.querySelector(".attr-name").textContent.trim());
  const name = bytes(row.querySelector('[name^="name."]').value);
  const field = row.querySelector('[name^="value."]');
  const tag = row.dataset.tag;
  if (tag === "BOOL" || tag === "NULL") return name + 1;
  if (tag === "M" || tag === "L") return name + plainSize(JSON.parse(field.value));
  const texts = tag.length === 2 ? field.value.split("\n").filter((line) => line.trim()) : [field.value];
  return name + sum(texts.map((text) => scalarSize(tag[0], text)));
}

function draftSize(form) {
  const area = form.querySelector("#draft");
  if (!area) return sum(Array.from(form.querySelectorAll(".attr[id]"), rowSize));
  const size = form.dataset.form === "plain" ? plainSize : typedSize;
  return sum(Object.entries(JSON.parse(area.value)).map(([name, value]) => bytes(name) + size(value)));
}

function inWords(size) {
  return size < 1024 ? `${size} bytes` : `${(size / 1024).toFixed(size < 102400 ? 1 : 0)} KB`;
}

function show(form) {
  const text = form.querySelector("[data-size-text]");
  let size;
  try {
    size = draftSize(form);
  } catch {
    return; // half-typed JSON: the last figure stands until it is whole again
  }
  form.querySelector("#size").value = size;
  text.textContent = `about ${inWords(size)} of 400 KB${size > MOST ? ": too large" : ""}`;
  text.classList.toggle("size-over", size > MOST);
}

const waiting = new WeakMap();
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-item-form]");
  if (!form) return;
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => show(form), 250));
});
