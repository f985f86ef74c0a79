// Following a stream rests while nobody can see its page: AWS lets two readers share a shard. The place is kept, so nothing is missed.

const title = document.title;
let hiddenAt = null;

const clock = (date) => `${date.toISOString().slice(11, 19)} UTC`;

/** A line among the changes that says from when to when nothing was read. */
function note(from, to) {
  const line = document.createElement("li");
  line.className = "stream-row stream-pause muted";
  line.setAttribute("role", "status");
  line.textContent = `Not read from ${clock(from)} to ${clock(to)}, while this tab was hidden. What came in the meantime follows above.`;
  document.getElementById("stream-rows").prepend(line);
}

document.addEventListener("htmx:confirm", (event) => {
  const form = event.target.closest?.("[data-follow]");
  if (!form || document.visibilityState === "visible") return;
  event.preventDefault();
  hiddenAt ??= new Date();
  document.title = `Paused: ${title}`;
  const goOn = () => {
    if (document.visibilityState !== "visible") return;
    document.removeEventListener("visibilitychange", goOn);
    document.title = title;
    note(hiddenAt, new Date());
    hiddenAt = null;
    if (form.isConnected) event.detail.issueRequest(true);
  };
  document.addEventListener("visibilitychange", goOn);
});
