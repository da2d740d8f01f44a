// Figures of the tasks, drawn by plotly.js. Plotly interprets some markup in texts, so texts of the campaign are escaped.
const literal = text => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const units = text => literal(text).replace(/\^(-?\d+)/g, "<sup>$1</sup>");

function layoutOf(figure) {
  const ink = colour("ink"), line = colour("line"), soft = colour("soft");
  const axis = of => ({
    title: { text: units(of.text), font: { size: 13, color: ink }, standoff: 8 }, type: of.log ? "log" : "linear", exponentformat: "power", gridcolor: line, zeroline: false, linecolor: soft, showline: true,
    ticks: "outside", ticklen: 4, tickcolor: soft, tickfont: { color: soft, size: 12 }, automargin: true,
  });
  return {
    xaxis: axis(figure.x), yaxis: axis(figure.y), paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { family: getComputedStyle(document.body).fontFamily, color: ink },
    margin: { l: 60, r: 14, t: 10, b: 50 }, showlegend: figure.series.length > 1, legend: { orientation: "h", y: -0.22, font: { size: 12, color: ink } }, hovermode: "closest",
    hoverlabel: { bgcolor: colour("card"), bordercolor: colour("line-strong"), font: { color: ink } },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: colour("line-strong"), activecolor: colour("link") },
  };
}

function tracesOf(figure) {
  return figure.series.map((series, i) => {
    const paint = colour(`s${i % 10 + 1}`);
    return {
      type: "scatter", name: literal(series.name), x: series.x, y: series.y, mode: series.mode, text: series.text?.map(text => (text === null ? "" : literal(text))),
      hovertemplate: `%{x}, %{y}${series.text ? "<br>%{text}" : ""}<extra>%{fullData.name}</extra>`,
      line: { color: paint, width: 1.8, dash: ["solid", "dash", "dot"][Math.floor(i / 10) % 3] }, marker: { color: paint, size: 6, symbol: ["circle", "square", "diamond", "triangle-up", "x"][i % 5] },
      error_y: series.error ? { type: "data", array: series.error, color: paint, thickness: 1.2, width: 3 } : undefined,
    };
  });
}

function makeFigures() {
  if (data.figures.length === 0) return;
  const options = { responsive: true, displaylogo: false, modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"], toImageButtonOptions: { format: "svg" } };
  for (const figure of data.figures) {
    const chart = el("div", { class: "chart" });
    const sources = [...new Map(figure.series.map(series => [series.file, series])).values()];
    const thinned = figure.series.filter(series => series.of > series.x.length);
    byId("plots").append(el("div", { class: "plot" }, el("h3", null, figure.title), chart,
      el("p", { class: "note" }, "From ", ...sources.slice(0, 3).flatMap((series, i) => [i ? ", " : "", el("a", { href: link(series.file) }, series.file.split("/").slice(1).join("/"))]), sources.length > 3 ? ` and ${counted(sources.length - 3, "more task")}` : "",
        thinned.length ? `; of ${number(Math.max(...thinned.map(series => series.of)))} points each, every ${Math.ceil(thinned[0].of / thinned[0].x.length)}th is drawn` : "")));
    paintings.push(() => Plotly.react(chart, tracesOf(figure), layoutOf(figure), options));
  }
  paintAll();
}
