// A run is a chain of small requests that each fetch the next (hx-trigger="load"). Stop lets the one under way bring what it was paid
// for, and no other begins; the place is kept, so that going on reads nothing twice and misses nothing.

const isStopped = (bar) => bar.hasAttribute("data-stopped-run");

function show(bar, stopped) {
  bar.toggleAttribute("data-stopped-run", stopped);
  bar.querySelector(".run-going").hidden = stopped;
  bar.querySelector("[data-stopped]").hidden = !stopped;
}

document.addEventListener("click", (event) => {
  const stop = event.target.closest("[data-stop]");
  const on = event.target.closest("[data-go-on]");
  if (stop) {
    const bar = stop.closest("#run-bar");
    show(bar, true);
    bar.querySelector("[data-go-on]").focus();
  } else if (on && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    const bar = on.closest("#run-bar");
    const run = bar.querySelector("#run");
    event.preventDefault();
    show(bar, false);
    bar.querySelector("[data-stop]").focus();
    if (!run.classList.contains("htmx-request")) htmx.trigger(run, "go");
  }
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const bar = event.target.id === "run" ? event.target.closest("#run-bar") : null;
  if (bar && isStopped(bar)) event.preventDefault();
});

// The keyboard stays in the bar whatever is swapped in it: at Go on, at Stop, or at the next page when the run has ended.
let held = false;

function hold(bar) {
  const next = [...bar.querySelectorAll("a[href], button")].find((each) => each.checkVisibility()) ?? bar;
  if (next === bar) bar.tabIndex = -1;
  next.focus();
}

document.addEventListener("htmx:beforeSwap", () => {
  held = document.getElementById("run-bar")?.contains(document.activeElement) ?? false;
});

// The step that was under way has come, or AWS refused one: either way the run waits for the reader.
document.addEventListener("htmx:afterSwap", () => {
  const bar = document.getElementById("run-bar");
  const run = bar?.querySelector("#run");
  if (run && (isStopped(bar) || run.querySelector("[data-stopped]:not([hidden])"))) show(bar, true);
  if (bar && held && !bar.contains(document.activeElement)) hold(bar);
});
