// The table of all runs. It stands in the document; the script sorts and filters its rows.
const table = byId("runs");
const heads = [...table.tHead.rows[0].cells];
const lines = [...table.tBodies[0].rows].map((row, order) => {
  const values = new Map([...row.cells].map(cell => [cell.dataset.key, cell.dataset.sort]));
  return { row, order, values, state: row.dataset.state, text: row.textContent.toLowerCase() };
});
const collator = new Intl.Collator("en", { numeric: true });
const view = { sort: null, down: false, text: "", states: [], ...kept.get("view") };

// A row without a value comes last in both directions.
function compare(a, b, head) {
  const x = a.values.get(head.dataset.key), y = b.values.get(head.dataset.key);
  if (x === undefined || y === undefined) return (x === undefined) - (y === undefined);
  return (head.dataset.kind === "num" ? x - y : collator.compare(x, y)) * (view.down ? -1 : 1);
}

function draw() {
  kept.set("view", view);
  const head = heads.find(h => h.dataset.key === view.sort);
  const sorted = head ? [...lines].sort((a, b) => compare(a, b, head) || a.order - b.order) : lines;
  const words = view.text.toLowerCase().split(/\s+/).filter(word => word.length > 0);
  let shown = 0;
  for (const line of sorted) {
    line.row.hidden = !(view.states.length === 0 || view.states.includes(line.state)) || !words.every(word => line.text.includes(word));
    shown += line.row.hidden ? 0 : 1;
  }
  table.tBodies[0].replaceChildren(...sorted.map(line => line.row));
  for (const h of heads) {
    if (h === head) h.setAttribute("aria-sort", view.down ? "descending" : "ascending");
    else h.removeAttribute("aria-sort");
  }
  const order = head ? `by ${head.textContent}, ${view.down ? "descending" : "ascending"}` : "newest first";
  byId("shown").textContent = `${shown === lines.length ? counted(shown, "run") : `${number(shown)} of ${counted(lines.length, "run")}`}, ${order}`;
  byId("clear").hidden = shown === lines.length && view.text === "";
  for (const button of byId("states").children) button.setAttribute("aria-pressed", String(view.states.includes(button.dataset.state)));
}

function show(change) {
  Object.assign(view, change);
  byId("filter").value = view.text;
  draw();
}

const turn = key => show(view.sort === key ? (view.down ? { sort: null, down: false } : { down: true }) : { sort: key, down: false });
for (const head of heads) head.replaceChildren(el("button", { type: "button", onclick: () => turn(head.dataset.key) }, head.textContent));
const counts = new Map();
for (const line of lines) counts.set(line.state, (counts.get(line.state) ?? 0) + 1);
byId("states").append(...[...counts].map(([state, count]) => el("button", {
  type: "button", class: `s-${state}`, "data-state": state, "aria-pressed": "false",
  onclick: () => show({ states: view.states.includes(state) ? view.states.filter(s => s !== state) : [...view.states, state] }),
}, el("span", null, `${state} ${number(count)}`))));
byId("filter").addEventListener("input", event => show({ text: event.target.value }));
byId("clear").addEventListener("click", () => show({ text: "", states: [] }));
byId("filters").hidden = false;
show({});
