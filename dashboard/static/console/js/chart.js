// The readout of a chart: the values of the stripe under the pointer. The table below the chart has them all.
for (const chart of document.querySelectorAll("[data-chart]")) {
  const readout = chart.querySelector("[data-chart-readout]");
  if (!readout) continue;
  const rest = readout.textContent;
  const show = (stripe) => {
    for (const other of chart.querySelectorAll(".chart-hit[data-on]")) delete other.dataset.on;
    if (stripe) stripe.dataset.on = "";
    readout.textContent = stripe ? stripe.dataset.readout : rest;
  };
  chart.addEventListener("pointerover", (event) => show(event.target.closest(".chart-hit")));
  chart.addEventListener("pointerleave", () => show(null));
}
