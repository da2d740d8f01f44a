// Builds the page: navigation, colours, and reloads while the run is active.
const paintings = [];
const paintAll = () => paintings.forEach(paint => paint());

makeTable();
byId("tasks").hidden = false;
if (tasks.length > 0) {
  byId("graph").hidden = false;
  makeGraph();
}
byId("timeline").hidden = !makeTimeline();
byId("nav").append(...[...document.querySelectorAll("main > section:not([hidden])")].map(section => el("a", { href: `#${section.id}` }, section.dataset.nav)));
document.addEventListener("click", event => {
  const { task, state } = event.target.dataset ?? {};
  if (event.target.matches?.("main button.link[data-task]") && taskOf.has(task)) goToTask(task);
  else if (event.target.matches?.("main button.link[data-state]")) goTo({ states: [state] });
});

const system = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
function setTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  byId("theme").textContent = isDark() ? "Light" : "Dark";
  byId("theme").setAttribute("aria-label", isDark() ? "Use light colours" : "Use dark colours");
  paintAll();
}
byId("theme").hidden = false;
byId("theme").addEventListener("click", () => {
  const theme = isDark() ? "light" : "dark";
  kept.set("theme", theme);
  setTheme(theme);
});
system.addEventListener("change", () => setTheme(kept.get("theme")));
setTheme(kept.get("theme"));
// Printed pages are light.
addEventListener("beforeprint", () => setTheme("light"));
addEventListener("afterprint", () => setTheme(kept.get("theme")));
let resized = 0;
addEventListener("resize", () => {
  clearTimeout(resized);
  resized = setTimeout(paintAll, 150);
});

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
globalThis.matterstack = { drawFigures: makeFigures };
