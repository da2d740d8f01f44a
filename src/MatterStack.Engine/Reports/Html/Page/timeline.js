// Attempts over time, a block of lanes for each operator.
const bars = tasks.flatMap(task => task.tries.filter(attempt => attempt.submitted !== null).map(attempt => ({ task, attempt, from: attempt.submitted, ran: Math.max(attempt.submitted, attempt.usage?.started ?? attempt.submitted), to: Math.max(attempt.submitted, attempt.ended ?? now) })));

function lanesOf(list) {
  const ends = [];
  for (const bar of list.sort((a, b) => a.from - b.from || a.to - b.to)) {
    let lane = ends.findIndex(end => end <= bar.from);
    if (lane < 0) lane = ends.push(0) - 1;
    ends[lane] = Math.max(bar.to, bar.from + 1);
    bar.lane = lane;
  }
  return ends.length;
}

function makeTimeline() {
  if (bars.length === 0) return false;
  const begin = bars.reduce((least, bar) => Math.min(least, bar.from), Infinity);
  const end = Math.max(begin + 1, bars.reduce((most, bar) => Math.max(most, bar.to), -Infinity));
  const blocks = data.operators.map(operator => ({ operator, list: bars.filter(bar => bar.attempt.operator === operator) })).filter(block => block.list.length > 0);
  for (const block of blocks) {
    block.lanes = lanesOf(block.list);
    block.height = Math.max(3, Math.min(18, 220 / block.lanes));
    const busy = block.list.reduce((sum, bar) => sum + bar.to - bar.ran, 0);
    block.canvas = el("canvas", { role: "img", "aria-label": `${block.operator}: ${counted(block.list.length, "attempt")} in ${counted(block.lanes, "lane")}` });
    block.canvas.addEventListener("mousemove", event => showTip(event, tipOf(barAt(block, event))));
    block.canvas.addEventListener("mouseleave", event => showTip(event, null));
    block.canvas.addEventListener("click", event => { const bar = barAt(block, event); if (bar) goToTask(bar.task.id); });
    byId("timeline-view").append(el("div", { class: "lane" },
      el("p", null, el("code", null, block.operator), ` ${counted(block.list.length, "attempt")}, at most ${number(block.lanes)} at once, ${span(busy)} of their own time`), block.canvas));
  }
  const axis = el("canvas", { class: "axis", "aria-hidden": "true" });
  byId("timeline-view").append(axis);
  byId("timeline").append(el("p", { class: "note" }, `From ${clock(begin)} UTC. A bar is an attempt from its submission to its end, in the colour of its state${bars.some(bar => bar.ran > bar.from) ? "; the pale part is its time in the queue" : ""}.`));

  const scale = width => ms => (ms - begin) / (end - begin) * (width - 2) + 1;
  const prepare = (canvas, height) => {
    const width = canvas.clientWidth, ratio = devicePixelRatio || 1;
    canvas.style.height = `${height}px`;
    [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    return [pen, width];
  };

  function barAt(block, event) {
    const x = scale(block.canvas.clientWidth), lane = Math.floor((event.offsetY - 4) / block.height);
    return block.list.find(bar => bar.lane === lane && x(bar.from) - 2 <= event.offsetX && event.offsetX <= Math.max(x(bar.to), x(bar.from) + 2) + 2);
  }

  function paint() {
    const colours = Object.fromEntries(Object.entries(colourOfState).map(([state, name]) => [state, colour(name)]));
    for (const block of blocks) {
      const [pen, width] = prepare(block.canvas, block.lanes * block.height + 8);
      const x = scale(width);
      for (const bar of block.list) {
        const ran = Math.min(bar.ran, bar.to), top = 4 + bar.lane * block.height, height = Math.max(1, block.height - (block.height > 6 ? 2 : 0.5));
        pen.fillStyle = colours[bar.attempt.state];
        if (ran > bar.from) {
          pen.globalAlpha = 0.35;
          pen.fillRect(x(bar.from), top, x(ran) - x(bar.from), height);
          pen.globalAlpha = 1;
        }
        pen.fillRect(x(ran), top, Math.max(1, x(bar.to) - x(ran) - 0.6), height);
      }
    }
    const [pen, width] = prepare(axis, 20);
    pen.fillStyle = colour("soft");
    pen.font = "11.5px system-ui, sans-serif";
    const x = scale(width), step = niceStep((end - begin) / Math.max(2, Math.floor(width / 110)));
    for (let ms = 0; ms <= end - begin; ms += step) {
      pen.fillRect(x(begin + ms), 0, 1, 4);
      pen.textAlign = ms === 0 ? "left" : x(begin + ms) > width - 30 ? "right" : "center";
      pen.fillText(ms === 0 ? "0" : short(ms), x(begin + ms), 15);
    }
  }
  paintings.push(paint);
  return true;
}

const tipOf = bar => (bar ? `${bar.task.id}${bar.attempt.index > 1 ? `, attempt ${bar.attempt.index}` : ""}\n${bar.attempt.state}, ${span(bar.to - bar.ran)}${bar.ran > bar.from ? `, before it ${span(bar.ran - bar.from)} in the queue` : ""}\nfrom ${clock(bar.from)} UTC` : null);

const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 3e4, 6e4, 12e4, 3e5, 6e5, 12e5, 18e5, 36e5, 72e5, 216e5, 432e5, 864e5, 1728e5, 6048e5];
const niceStep = least => steps.find(step => step >= least) ?? Math.ceil(least / 6048e5) * 6048e5;
const short = ms => (ms < 1000 ? `${ms} ms` : ms < 60000 ? `${+(ms / 1000).toFixed(2)} s` : ms < 3600000 ? `${+(ms / 60000).toFixed(1)} min` : ms < 86400000 * 2 ? `${+(ms / 3600000).toFixed(1)} h` : `${+(ms / 86400000).toFixed(1)} d`);
