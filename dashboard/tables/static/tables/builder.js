// The builder: says while typing what an automatic value is taken for, and offers the operators that the attribute's type takes.
// The server says and decides the same; without this module nothing is missing.

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const WORDS = { S: "text", N: "number", B: "binary" };

function declared(row) {
  const name = row.querySelector(".attr").value;
  const options = document.getElementById("attribute-names")?.options ?? [];
  return [...options].find((option) => option.value === name)?.dataset.tag ?? "";
}

function meaning(op, values, tag) {
  if (tag && !op.startsWith("size:")) return `${WORDS[tag]} (key)`;
  const texts = values.filter((text) => text !== "");
  if (texts.length === 0) return "automatic";
  const kinds = texts.map((text) => {
    if (op.startsWith("size:")) return "number";
    if (/^!?(begins_with|contains)$/.test(op)) return "text";
    return NUMBER.test(text) && text.replace(/\D/g, "").length <= 38 ? "number" : "text";
  });
  return `${[...new Set(kinds)].join(" / ")} (auto)`;
}

// What the type of a key cannot be asked: a number has no beginning, and a key's type is known.
function offer(select, tag) {
  for (const option of select.options) {
    const code = option.value;
    const type = code.startsWith("type:");
    const text = /^!?(begins_with|contains)$/.test(code);
    option.hidden = !option.selected && tag !== "" && (type || (text && tag === "N"));
  }
}

function refresh(row) {
  const op = row.querySelector(".op");
  const tag = declared(row);
  const between = op.value.endsWith("between");
  const values = [...row.querySelectorAll(".vals input")]
    .filter((input) => between || !input.classList.contains("to"))
    .map((input) => input.value);
  row.querySelector(".kind").options[0].textContent = meaning(op.value, values, tag);
  offer(op, tag);
}

function row(event) {
  return event.target.closest?.(".cond");
}

document.addEventListener("input", (event) => {
  const found = row(event);
  if (found) refresh(found);
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches?.(".cond .op")) refresh(row(event));
});

// The plan of what stands there now stays unfolded.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.target.id === "plan" && event.target.querySelector("details")?.open) event.detail.parameters.open = "1";
});

// A new row is there to be filled in.
let rows = document.querySelectorAll(".cond").length;
document.addEventListener("htmx:afterSettle", () => {
  const now = document.querySelectorAll(".cond");
  if (now.length > rows) now[now.length - 1].querySelector(".attr").focus();
  rows = now.length;
});
