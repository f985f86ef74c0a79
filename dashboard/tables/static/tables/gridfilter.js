// The field above a grid shows those rows of the page whose cells hold every word typed; nothing is read for it. "/" goes to it,
// Enter and the arrow down from it to the rows, Escape shows all rows again. Rows that a run brings later are held to it too.

const field = () => document.querySelector("[data-filter]");
const table = () => document.querySelector("table[data-grid]");

function say(words) {
  const place = document.querySelector("[data-filtered]");
  if (place && place.textContent !== words) place.textContent = words;
}

function apply() {
  const grid = table();
  const words = (field()?.value ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  if (!grid) return say("");
  const rows = [...grid.tBodies[0].rows];
  for (const row of rows) {
    const text = words.length ? [...row.cells].map((cell) => cell.textContent).join("\n").toLowerCase() : "";
    row.hidden = !words.every((word) => text.includes(word));
  }
  const shown = rows.filter((row) => !row.hidden);
  say(words.length ? `${shown.length} of ${rows.length} rows shown` : "");
  grid.dispatchEvent(new CustomEvent("grid:filtered", { bubbles: true }));
}

function toRows() {
  const grid = table();
  const row = grid && [...grid.tBodies[0].rows].find((each) => !each.hidden);
  row?.dispatchEvent(new CustomEvent("grid:go", { bubbles: true }));
}

document.addEventListener("input", (event) => event.target === field() && apply());
document.addEventListener("keydown", (event) => {
  if (event.target !== field() || !["Enter", "ArrowDown", "Escape"].includes(event.key)) return;
  event.preventDefault();
  if (event.key === "Escape" && event.target.value !== "") {
    event.target.value = "";
    apply();
  } else toRows();
});
document.addEventListener("htmx:afterSettle", () => field()?.value && apply());
document.addEventListener("htmx:historyRestore", apply); // the rows come back as they were, the field empty
addEventListener("pageshow", () => field()?.value && apply()); // the browser gives the field back as it was left
