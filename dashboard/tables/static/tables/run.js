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
    if (!run.classList.contains("htmx-request")) htmx.trigger(run, "go");
  }
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const bar = event.target.id === "run" ? event.target.closest("#run-bar") : null;
  if (bar && isStopped(bar)) event.preventDefault();
});

// The step that was under way has come, or AWS refused one: either way the run waits for the reader.
document.addEventListener("htmx:afterSwap", () => {
  const run = document.getElementById("run");
  const bar = run?.closest("#run-bar");
  if (bar && (isStopped(bar) || run.querySelector("[data-stopped]:not([hidden])"))) show(bar, true);
});
