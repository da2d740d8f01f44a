// The table of tasks. All rows are filtered and sorted; the document contains one page of them.
const pageSize = 100;
const attention = ["FAILED", "WAITING_EXTERNAL", "RUNNING", "READY", "PENDING", "CANCELLED", "SKIPPED", "COMPLETED"];
const several = tasks.some(task => task.iteration > 0);
const collator = new Intl.Collator("en", { numeric: true });
const columns = [
  { name: "Task", key: "id", by: (a, b) => collator.compare(a.id, b.id), cell: task => openButton(task) },
  { name: "State", key: "state", by: (a, b) => attention.indexOf(a.state) - attention.indexOf(b.state), cell: task => badge(task.state) },
  { name: "Operator", key: "operator", by: (a, b) => collator.compare(a.operator, b.operator), cell: task => el("code", null, task.operator) },
  several ? { name: "Iteration", key: "iteration", kind: "num", by: (a, b) => a.iteration - b.iteration, cell: task => task.iteration } : null,
  { name: "Attempts", key: "attempts", kind: "num", by: (a, b) => a.tries.length - b.tries.length, cell: task => (task.tries.at(-1)?.cached ? `${task.tries.length} (cache)` : task.tries.length) },
  { name: "Started", key: "started", kind: "when", by: (a, b) => (a.started ?? Infinity) - (b.started ?? Infinity) || 0, cell: task => (task.started === null ? "" : clock(task.started)) },
  { name: "Took", key: "took", kind: "num", by: (a, b) => (a.took ?? -1) - (b.took ?? -1), cell: task => (task.took === null ? "" : span(task.took)) },
  ...[["In queue", "queue", span], ["CPU", "cpu", span], ["Peak memory", "memory", bytes]].filter(([, key]) => tasks.some(task => task.used?.[key] > 0)).map(([name, key, show]) => ({
    name, key, kind: "num", by: (a, b) => (a.used?.[key] ?? -1) - (b.used?.[key] ?? -1), cell: task => (task.used === null ? "" : known(task.used[key], show, task.used.note)),
  })),
  { name: "Reason or command", key: "what", by: (a, b) => collator.compare(what(a), what(b)), cell: task => el("span", { class: task.reason ? "what" : "what mono", title: what(task).slice(0, 400) }, what(task).slice(0, 400)) },
].filter(column => column !== null);

const view = { sort: null, down: false, text: "", states: [], node: null, page: 0, open: [], ...kept.get("view") };
let shown = tasks;

function what(task) {
  return task.reason || task.command || task.asked || "";
}

function openButton(task) {
  return el("button", { type: "button", class: "link", "aria-expanded": String(view.open.includes(task.id)), "data-open": task.id, onclick: () => toggle(task.id) }, task.id);
}

function toggle(id) {
  view.open = view.open.includes(id) ? view.open.filter(open => open !== id) : [...view.open.slice(-20), id];
  draw();
  document.querySelector(`#table [data-open="${CSS.escape(id)}"]`)?.focus();
}

function choose() {
  const words = view.text.toLowerCase().split(/\s+/).filter(word => word.length > 0);
  const states = new Set(view.states);
  shown = tasks.filter(task => (states.size === 0 || states.has(task.state)) && (view.node === null || task.node === view.node) && words.every(word => task.text.includes(word)));
  const column = columns.find(c => c.key === view.sort);
  if (column) shown.sort((a, b) => (column.by(a, b) || a.order - b.order) * (view.down ? -1 : 1));
  else shown.sort((a, b) => attention.indexOf(a.state) - attention.indexOf(b.state) || a.order - b.order);
  view.page = Math.max(0, Math.min(view.page, Math.ceil(shown.length / pageSize) - 1));
}

function draw(size = pageSize) {
  kept.set("view", view);
  const from = size === pageSize ? view.page * pageSize : 0;
  const rows = [];
  for (const task of shown.slice(from, from + size)) {
    const open = view.open.includes(task.id);
    rows.push(el("tr", { class: open ? "open" : null }, ...columns.map((c, i) => el("td", { class: c.kind, "data-label": i < 2 ? "" : c.name }, c.cell(task)))));
    if (open) rows.push(el("tr", null, el("td", { colspan: columns.length, "data-label": "" }, details(task))));
  }
  byId("table").tBodies[0].replaceChildren(...rows);
  byId("shown").textContent = shown.length === tasks.length ? counted(tasks.length, "task") : `${number(shown.length)} of ${counted(tasks.length, "task")}${view.node === null ? "" : `, from ${data.graph.nodes[view.node].label}`}`;
  byId("clear").hidden = shown.length === tasks.length && view.text === "";
  for (const th of byId("table").tHead.rows[0].cells) {
    if (th.dataset.key === view.sort) th.setAttribute("aria-sort", view.down ? "descending" : "ascending");
    else th.removeAttribute("aria-sort");
  }
  for (const button of byId("states").children) button.setAttribute("aria-pressed", String(view.states.includes(button.dataset.state)));
  const pages = Math.ceil(shown.length / pageSize);
  byId("pager").replaceChildren(...(pages < 2 ? [] : [
    el("button", { type: "button", disabled: view.page === 0, onclick: () => turn(-1) }, "Previous"),
    el("span", null, `page ${view.page + 1} of ${pages}`),
    el("button", { type: "button", disabled: view.page >= pages - 1, onclick: () => turn(1) }, "Next"),
  ]));
}

function turn(by) {
  view.page += by;
  draw();
  byId("tasks").scrollIntoView();
}

function show(change) {
  Object.assign(view, { page: 0 }, change);
  byId("filter").value = view.text;
  choose();
  draw();
}

// Scrolls to the table and shows only the given tasks.
function goTo(change) {
  show({ text: "", states: [], node: null, ...change });
  byId("tasks").scrollIntoView();
}

function goToTask(id) {
  goTo({ text: id, open: [...view.open.filter(open => open !== id), id] });
  // The filter finds all names that contain the id; the task itself comes first.
  shown.sort((a, b) => (b.id === id) - (a.id === id));
  draw();
}

function makeTable() {
  byId("table").tHead.append(el("tr", null, ...columns.map(column => el("th", { scope: "col", class: column.kind === "num" ? "num" : null, "data-key": column.key },
    el("button", { type: "button", onclick: () => show(view.sort === column.key ? (view.down ? { sort: null, down: false } : { down: true }) : { sort: column.key, down: false }) }, column.name)))));
  const counts = new Map();
  for (const task of tasks) counts.set(task.state, (counts.get(task.state) ?? 0) + 1);
  byId("states").append(...attention.filter(state => counts.has(state)).map(state => el("button", {
    type: "button", class: `s-${state}`, "data-state": state, "aria-pressed": "false",
    onclick: () => show({ states: view.states.includes(state) ? view.states.filter(s => s !== state) : [...view.states, state] }),
  }, el("span", null, `${state} ${number(counts.get(state))}`))));
  byId("filter").value = view.text;
  byId("filter").addEventListener("input", event => show({ text: event.target.value }));
  byId("clear").addEventListener("click", () => show({ text: "", states: [], node: null }));
  choose();
  draw();
  // A printed page shows more rows, since it has no pager.
  addEventListener("beforeprint", () => draw(2000));
  addEventListener("afterprint", () => draw());
}
