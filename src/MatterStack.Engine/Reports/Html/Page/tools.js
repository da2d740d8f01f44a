// What the other parts share. Texts get into the page as text nodes and attributes only, never as markup.
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

// The colour that a name of the style sheet stands for now.
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

// Times in the data are ms since the run began.
function clock(ms) {
  return new Date(data.began + ms).toISOString().slice(0, 19).replace("T", " ");
}

const link = path => path.split("/").map(encodeURIComponent).join("/");
const number = n => n.toLocaleString("en");

const now = Date.parse(data.now) - data.began;
const attemptOf = ([index, id, state, operator, reason, exit, created, submitted, ended, wiring, operatorHash, cached, external, files, outputs, moreOutputs, answer, ends]) => ({
  index, id, state: data.states[state], operator: data.operators[operator], reason: data.reasons[reason], exit, created, submitted, ended,
  wiring: data.hashes[wiring], operatorHash: data.hashes[operatorHash], cached, external, files, outputs, moreOutputs, answer, ends,
});

const tasks = data.tasks.map(([id, state, operator, iteration, node, reason, command, mayFail, asked, attempts], order) => {
  const tries = attempts.map(attemptOf);
  const last = tries.at(-1);
  const started = tries.find(t => t.submitted !== null)?.submitted ?? null;
  return {
    id, order, state: data.states[state], operator: data.operators[operator], iteration, node, reason: data.reasons[reason], command, mayFail: mayFail === 1, asked, tries, started,
    took: last && last.submitted !== null ? (last.ended ?? now) - last.submitted : null,
    text: [id, command, data.reasons[reason], data.operators[operator]].join("\n").toLowerCase(),
  };
});
const taskOf = new Map(tasks.map(task => [task.id, task]));

// What a reader has set is there again after the page has read itself anew. Where nothing can be kept, nothing is.
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
