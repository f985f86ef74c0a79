// An approval of units is for the run that was approved. The links of this page carry it on; the page's own address does not, so that
// a reload asks again and an address that is passed on or kept holds none.

function forget() {
  const here = new URL(location.href);
  if (!here.searchParams.has("approved")) return;
  here.searchParams.delete("approved");
  history.replaceState(history.state, "", here);
}

document.addEventListener("htmx:pushedIntoHistory", forget);
forget();
