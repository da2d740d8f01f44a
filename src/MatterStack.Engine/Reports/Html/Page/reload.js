// Reloads the page while what it shows goes on.
if (data.refresh > 0) {
  const pause = byId("pause");
  let paused = kept.get("paused") === true;
  const tell = () => { pause.textContent = paused ? "Resume" : "Pause"; };
  pause.hidden = false;
  pause.addEventListener("click", () => {
    paused = !paused;
    kept.set("paused", paused);
    tell();
  });
  tell();
  history.scrollRestoration = "manual";
  const place = kept.get("scroll");
  if (place) scrollTo(0, place);
  let touched = 0;
  for (const kind of ["keydown", "pointerdown", "wheel"]) addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
  // No reload while the reader marks text, types or scrolls.
  setInterval(() => {
    if (paused || document.hidden || !getSelection().isCollapsed || Date.now() - touched < 2000) return;
    kept.set("scroll", scrollY);
    location.reload();
  }, data.refresh * 1000);
}
