// A run is a chain of small requests that each fetch the next (hx-trigger="load"). Stop ends the one under way and keeps its place, so
// that going on reads nothing twice and misses nothing.

const stopped = (element) => element.closest?.("#run-bar")?.hasAttribute("data-stopped-run");

function show(bar, isStopped) {
  bar.toggleAttribute("data-stopped-run", isStopped);
  bar.querySelector(".run-going").hidden = isStopped;
  bar.querySelector("[data-stopped]").hidden = !isStopped;
}

document.addEventListener("click", (event) => {
  const stop = event.target.closest("[data-stop]");
  const on = event.target.closest("[data-go-on]");
  if (stop) {
    const bar = stop.closest("#run-bar");
    htmx.trigger(bar.querySelector("#run"), "htmx:abort");
    show(bar, true);
    bar.querySelector("[data-go-on]").focus();
  } else if (on && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    const bar = on.closest("#run-bar");
    event.preventDefault();
    show(bar, false);
    htmx.trigger(bar.querySelector("#run"), "go");
  }
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "run" && stopped(event.target)) event.preventDefault();
});

// AWS refused a step: the run waits for the reader.
document.addEventListener("htmx:afterSettle", () => {
  const waiting = document.querySelector("#run > [data-stopped]:not([hidden])");
  if (waiting) waiting.closest("#run-bar").querySelector(".run-going").hidden = true;
});
