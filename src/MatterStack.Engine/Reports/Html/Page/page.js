// Builds the page of a run, with its navigation.
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

let resized = 0;
addEventListener("resize", () => {
  clearTimeout(resized);
  resized = setTimeout(paintAll, 150);
});
globalThis.matterstack = { drawFigures: makeFigures };
