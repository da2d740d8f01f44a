// Details of one task, in a row below its own.
function pairs(list) {
  return el("dl", { class: "pairs" }, ...list.filter(([, value]) => value !== null && value !== undefined && value !== "").flatMap(([name, value]) => [el("dt", null, name), el("dd", null, value)]));
}

function details(task) {
  return el("div", { class: "details" },
    pairs([
      ["Command", task.command ? el("code", null, task.command) : null],
      ["Asked", task.asked],
      ["Reason", task.reason],
      ["Asks for", task.shape],
      ["May fail", task.mayFail ? "yes" : null],
    ]),
    ...(task.tries.length === 0 ? [el("p", { class: "note" }, "No attempt yet.")] : [...task.tries].reverse().map(attempt => attemptDetails(task, attempt))));
}

// Memory of a job is that of its largest process, as accounting has it.
function usedBy(attempt) {
  if (attempt.ended === null || attempt.submitted === null || attempt.cached) return null;
  const used = attempt.usage ?? { note: "nothing is recorded" };
  return el("span", null,
    ...[["wall time", used.wall, span], ["CPU time", used.cpu, span], ["peak memory of its largest process", used.memory, bytes], ["in queue", used.queue, span]]
      .flatMap(([name, value, show], i) => [`${i ? ", " : ""}${name} `, known(value, show, used.note)]),
    used.started !== null && used.started !== undefined ? `, began ${clock(used.started)} UTC` : "",
    used.source && used.source !== "none" ? ` (${used.source})` : "", used.note ? `; ${used.note}` : "");
}

function attemptDetails(task, attempt) {
  const folder = `tasks/${task.id}@${attempt.index}`;
  const there = data.files.filter((_, i) => (attempt.files & (1 << i)) !== 0);
  const when = attempt.submitted === null ? null : `${clock(attempt.submitted)} UTC${attempt.ended === null ? ", not ended" : ` to ${clock(attempt.ended)} UTC, ${span(attempt.ended - attempt.submitted)}`}`;
  return el("div", { class: "attempt" },
    el("h3", null, `Attempt ${attempt.index} `, badge(attempt.state)),
    pairs([
      ["Reason", attempt.reason],
      ["Exit code", attempt.exit],
      ["Under way", when],
      ["Used", usedBy(attempt)],
      ["Node", attempt.usage?.node],
      ["Waited before", attempt.submitted === null ? null : span(attempt.submitted - attempt.created)],
      ["Taken from cache", attempt.cached],
      ["Answer", attempt.answer ? `${attempt.answer[2] ?? ""}${attempt.answer[0] ? `, ${attempt.answer[0]}` : ""}, ${attempt.answer[1].slice(0, 19).replace("T", " ")} UTC` : null],
      ["Operator", el("span", null, el("code", null, attempt.operator), " ", el("code", { class: "hash" }, attempt.operatorHash))],
      ["Wiring", el("a", { href: link(`operators_snapshot/by-sha256/${attempt.wiring}.yaml`) }, el("code", { class: "hash" }, attempt.wiring))],
      ["Codes", attempt.codes],
      ["Was given", attempt.given],
      ["Known outside as", attempt.external ? el("code", null, attempt.external) : null],
      ["Attempt id", el("code", null, attempt.id)],
      ["Files", there.length ? el("span", { class: "links" }, ...there.map(name => el("a", { href: link(`${folder}/${name}`) }, name))) : null],
    ]),
    attempt.outputs.length ? el("details", { open: attempt.outputs.length < 4 }, el("summary", null, counted(attempt.outputs.length + attempt.moreOutputs, "output")),
      ...attempt.outputs.map(([path, size, hash]) => el("div", null, el("a", { href: link(`${folder}/work/${path}`) }, path), ` ${bytes(size)} `, el("code", { class: "hash" }, hash))),
      attempt.moreOutputs ? el("p", { class: "note" }, `and ${number(attempt.moreOutputs)} more`) : null) : null,
    ...attempt.ends.map(([file, text, size]) => el("details", { open: data.files[file].endsWith(".log") },
      el("summary", null, size > new Blob([text]).size + 64 ? `End of ${data.files[file]} (${bytes(size)})` : `${data.files[file]} (${bytes(size)})`), el("pre", { tabindex: "0" }, text))));
}
