// The workflow from left to right, a column for each layer.
const boxWidth = 168, boxHeight = 50, gapX = 56, gapY = 14;

function svg(tag, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function makeGraph() {
  const { nodes, edges } = data.graph;
  const layers = [];
  nodes.forEach((node, i) => (layers[node.layer] ??= []).push(i));
  const tallest = Math.max(...layers.map(layer => layer.length));
  const place = nodes.map(() => null);
  layers.forEach((layer, column) => {
    // A node stands near its dependencies, so that fewer lines cross.
    const centre = i => {
      const from = edges.filter(([, to]) => to === i).map(([source]) => place[source]?.y).filter(y => y !== undefined);
      return from.length ? from.reduce((a, b) => a + b) / from.length : Infinity;
    };
    const order = column === 0 ? layer : [...layer].sort((a, b) => centre(a) - centre(b) || a - b);
    const top = (tallest - layer.length) * (boxHeight + gapY) / 2;
    order.forEach((i, row) => { place[i] = { x: 1 + column * (boxWidth + gapX), y: 1 + top + row * (boxHeight + gapY) }; });
  });
  const width = layers.length * (boxWidth + gapX) - gapX + 2;
  const height = tallest * (boxHeight + gapY) - gapY + 2;
  const drawing = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
  for (const [from, to, count] of edges) {
    const x1 = place[from].x + boxWidth, y1 = place[from].y + boxHeight / 2, x2 = place[to].x, y2 = place[to].y + boxHeight / 2, bend = Math.max(24, (x2 - x1) / 2);
    drawing.append(svg("path", { d: `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`, "stroke-width": Math.min(4, 1 + Math.log10(count)) }));
  }
  nodes.forEach((node, i) => drawing.append(box(node, i, place[i])));
  byId("graph-view").append(drawing);
  const wider = el("p", { class: "note", hidden: true }, "The graph is wider than the page: scroll it sideways.");
  byId("graph").append(wider);
  const sign = () => {
    const view = byId("graph-view");
    wider.hidden = view.scrollWidth <= view.clientWidth;
    view.classList.toggle("cut", !wider.hidden);
  };
  addEventListener("resize", sign);
  sign();
  const grouped = nodes.length < tasks.length;
  byId("graph").append(el("p", { class: "note" }, `${counted(tasks.length, "task")} in ${counted(layers.length, "layer")}${grouped ? "; similar tasks share a box" : ""}. Click a box to see its tasks in the table.`));
}

function box(node, i, { x, y }) {
  const states = Object.entries(node.states);
  const words = states.map(([state, count]) => `${number(count)} ${state}`).join(", ");
  const label = node.label.length > 21 ? node.label.slice(0, 20) + "…" : node.label;
  const group = svg("g", { class: "node", transform: `translate(${x},${y})`, tabindex: "0", role: "button", "aria-description": `${node.label}: ${words}` },
    svg("rect", { class: "box", width: boxWidth, height: boxHeight, rx: 7 }),
    svg("text", { x: 11, y: 19 }, label), svg("text", { class: "sub", x: 11, y: 35 }, node.count > 1 ? counted(node.count, "task") : states[0][0]));
  let from = 11;
  for (const [state, count] of states) {
    const width = Math.max(2, (boxWidth - 22) * count / node.count);
    group.append(svg("rect", { class: `state s-${state}`, x: from, y: 41, width, height: 4, rx: 1 }));
    from += width;
  }
  const open = () => (node.count === 1 ? goToTask(tasks.find(task => task.node === i).id) : goTo({ node: i }));
  group.addEventListener("click", open);
  // An aria-label would replace the text of the box.
  group.addEventListener("mousemove", event => showTip(event, `${node.label}\n${words}`));
  group.addEventListener("mouseleave", event => showTip(event, null));
  group.addEventListener("keydown", event => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(); } });
  return group;
}
