// Functions and data of a run's page.
const colourOfState = { COMPLETED: "completed", FAILED: "failed", FAILED_INIT: "failed", WAITING_EXTERNAL: "waiting", RUNNING: "running", SUBMITTED: "running", READY: "ready", CREATED: "ready", PENDING: "pending", CANCELLED: "cancelled", SKIPPED: "skipped" };

// Formats a time; the data have ms since the run began.
function clock(ms) {
  return new Date(data.began + ms).toISOString().slice(0, 19).replace("T", " ");
}

const now = Date.parse(data.now) - data.began;
const readRow = columns => row => Object.fromEntries(columns.map((name, i) => [name, row[i]]));
const readTask = readRow(data.taskColumns);
const readAttempt = readRow(data.attemptColumns);

// What an attempt used; times in ms. Null if nothing is recorded.
function usageOf(row) {
  if (row === null) return null;
  const [started = null, queue = null, wall = null, cpu = null, memory = null, node = null, note = null, source = null] = row;
  return { started, queue, wall, cpu, memory, node: data.usageTexts[node] ?? null, note: data.usageTexts[note] ?? null, source: data.usageTexts[source] ?? null };
}

function attemptOf(row) {
  const attempt = readAttempt(row);
  return {
    ...attempt, usage: usageOf(attempt.usage), state: data.states[attempt.state], operator: data.operators[attempt.operator], reason: data.reasons[attempt.reason],
    wiring: data.hashes[attempt.wiring], operatorHash: data.hashes[attempt.operatorHash],
  };
}

const tasks = data.tasks.map((row, order) => {
  const task = readTask(row);
  const tries = task.attempts.map(attemptOf);
  const last = tries.at(-1);
  const first = tries.find(t => t.submitted !== null);
  const started = first === undefined ? null : first.usage?.started ?? first.submitted;
  const operator = data.operators[task.operator], reason = data.reasons[task.reason];
  return {
    id: task.id, order, state: data.states[task.state], operator, iteration: task.iteration, node: task.node, reason, command: task.command,
    mayFail: task.mayFail === 1, asked: task.asked, shape: task.shape, tries, started,
    took: last && last.submitted !== null ? last.usage?.wall ?? (last.ended ?? now) - (last.usage?.started ?? last.submitted) : null,
    used: last && last.ended !== null && !last.cached ? last.usage ?? {} : null,
    text: [task.id, task.command, reason, operator].join("\n").toLowerCase(),
  };
});
const taskOf = new Map(tasks.map(task => [task.id, task]));

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
