// Functions and data that all parts of both pages use. Texts become text nodes and attributes, never markup.
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
  return size < 1024 ? `${size} B` : size < 1048576 ? `${(size / 1024).toFixed(1)} KiB` : size < 1073741824 ? `${(size / 1048576).toFixed(1)} MiB` : `${(size / 1073741824).toFixed(2)} GiB`;
}

// A value that was not measured says why.
function known(value, show, note) {
  return value === null || value === undefined ? el("span", { class: "unknown", title: note ?? "It was not measured" }, "unknown") : show(value);
}

const link = path => path.split("/").map(encodeURIComponent).join("/");
const number = n => n.toLocaleString("en");
const counted = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;

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

// What is drawn anew when colours or sizes change.
const paintings = [];
const paintAll = () => paintings.forEach(paint => paint());
