// Functions and data that all parts use. Texts become text nodes and attributes, never markup.
const data = JSON.parse(document.getElementById("data").textContent);
const byId = id => document.getElementById(id);

function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
}

// Current colour of a variable of the style sheet.
const probe = document.body.appendChild(el("span", { hidden: true }));
function colour(name) {
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

const colourOfState = { COMPLETED: "completed", FAILED: "failed", FAILED_INIT: "failed", WAITING_EXTERNAL: "waiting", RUNNING: "running", SUBMITTED: "running", READY: "ready", CREATED: "ready", PENDING: "pending", CANCELLED: "cancelled", SKIPPED: "skipped" };

function badge(state) {
  return el("span", { class: `badge s-${state}` }, state);
}

function span(ms) {
  if (ms < 0) return "unknown: the clock was set back";
  if (ms < 60000) return `${(ms / 1000).toFixed(ms < 10000 ? 2 : 1)} s`;
  if (ms < 3600000) return `${Math.floor(ms / 60000)} min ${Math.floor(ms / 1000) % 60} s`;
  if (ms < 86400000) return `${Math.floor(ms / 3600000)} h ${Math.floor(ms / 60000) % 60} min`;
  return `${Math.floor(ms / 86400000)} d ${Math.floor(ms / 3600000) % 24} h`;
}

function bytes(size) {
  return size < 1024 ? `${size} B` : size < 1048576 ? `${(size / 1024).toFixed(1)} KiB` : `${(size / 1048576).toFixed(1)} MiB`;
}

// Formats a time; the data have ms since the run began.
function clock(ms) {
  return new Date(data.began + ms).toISOString().slice(0, 19).replace("T", " ");
}

const link = path => path.split("/").map(encodeURIComponent).join("/");
const number = n => n.toLocaleString("en");
const counted = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;

const now = Date.parse(data.now) - data.began;
const readRow = columns => row => Object.fromEntries(columns.map((name, i) => [name, row[i]]));
const readTask = readRow(data.taskColumns);
const readAttempt = readRow(data.attemptColumns);

function attemptOf(row) {
  const attempt = readAttempt(row);
  return {
    ...attempt, state: data.states[attempt.state], operator: data.operators[attempt.operator], reason: data.reasons[attempt.reason],
    wiring: data.hashes[attempt.wiring], operatorHash: data.hashes[attempt.operatorHash],
  };
}

const tasks = data.tasks.map((row, order) => {
  const task = readTask(row);
  const tries = task.attempts.map(attemptOf);
  const last = tries.at(-1);
  const started = tries.find(t => t.submitted !== null)?.submitted ?? null;
  const operator = data.operators[task.operator], reason = data.reasons[task.reason];
  return {
    id: task.id, order, state: data.states[task.state], operator, iteration: task.iteration, node: task.node, reason, command: task.command,
    mayFail: task.mayFail === 1, asked: task.asked, shape: task.shape, tries, started,
    took: last && last.submitted !== null ? (last.ended ?? now) - last.submitted : null,
    text: [task.id, task.command, reason, operator].join("\n").toLowerCase(),
  };
});
const taskOf = new Map(tasks.map(task => [task.id, task]));

// Settings of the reader survive a reload of the page, if the browser can store them.
const kept = (() => {
  const key = `matterstack ${data.run}`;
  let all = {};
  try { all = JSON.parse(sessionStorage.getItem(key)) ?? {}; } catch { }
  return {
    get: name => all[name],
    set(name, value) {
      all[name] = value;
      try { sessionStorage.setItem(key, JSON.stringify(all)); } catch { }
    },
  };
})();

let tip = null;
function showTip(event, text) {
  tip ??= document.body.appendChild(el("div", { id: "tip", role: "tooltip" }));
  tip.hidden = text === null;
  if (text !== null) {
    tip.textContent = text;
    tip.style.left = `${Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8)}px`;
    tip.style.top = `${Math.min(event.clientY + 14, innerHeight - tip.offsetHeight - 8)}px`;
  }
}
