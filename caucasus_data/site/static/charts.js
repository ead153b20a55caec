// Filters over marks and rows; zoom and regrouping of the timeline; zoom of the map.
"use strict";
(() => {
  const svgNS = "http://www.w3.org/2000/svg";
  const form = document.querySelector("form[data-filters]");
  if (!form) return;
  const items = [...document.querySelectorAll(form.dataset.filters)];
  const keyed = [...form.querySelectorAll("select[data-key]")];
  const text = form.querySelector("[data-text]");
  const output = form.querySelector("output");
  const counted = items.filter((item) => item.matches(".dot, tr.line, #actors tr"));
  const words = new Map(); // filled when a text is first looked for
  const wordsOf = (item) => {
    if (!words.has(item)) words.set(item, (item.getAttribute("aria-label") || item.textContent).toLocaleLowerCase());
    return words.get(item);
  };

  for (const select of keyed) {
    const seen = new Map();
    for (const item of counted) {
      const value = item.dataset[select.dataset.key];
      if (value === undefined) continue;
      for (const one of select.hasAttribute("data-many") ? value.split(" ") : [value]) seen.set(one, (seen.get(one) || 0) + 1);
    }
    select.add(new Option("all", ""));
    for (const value of [...seen.keys()].sort()) select.add(new Option(`${value} (${seen.get(value)})`, value));
  }

  const fits = (item) => keyed.every((select) => {
    if (!select.value) return true;
    const value = item.dataset[select.dataset.key];
    return select.hasAttribute("data-many") ? (value || "").split(" ").includes(select.value) : value === select.value;
  }) && (!text || !text.value || wordsOf(item).includes(text.value.toLocaleLowerCase()));

  const timeline = document.getElementById("timeline");
  const map = document.querySelector("svg#map");
  const after = [];

  function apply() {
    for (const item of items) item.toggleAttribute("data-out", !fits(item));
    for (const draw of after) draw();
    for (const item of items) {
      const out = item.hasAttribute("data-out") || item.hasAttribute("data-off");
      if (item instanceof SVGElement) out ? item.setAttribute("display", "none") : item.removeAttribute("display");
      else item.hidden = item.hasAttribute("data-out");
    }
    for (const body of document.querySelectorAll(".bars tbody")) body.hidden = ![...body.querySelectorAll("tr.line")].some((row) => !row.hidden);
    for (const figure of document.querySelectorAll("figure.chart")) {
      const lines = figure.querySelectorAll("tr.line");
      if (lines.length) figure.hidden = ![...lines].some((row) => !row.hidden);
    }
    for (const section of document.querySelectorAll("section.of, section.place")) {
      const rows = section.querySelectorAll("tr.line, li");
      if (rows.length) section.hidden = ![...rows].some((row) => !row.hidden && !row.closest("figure[hidden]") || row.closest(".legend") && false);
    }
    const shown = counted.filter((item) => !item.hasAttribute("data-out") && !item.hasAttribute("data-off")).length;
    output.textContent = `${shown} of ${counted.length} ${form.dataset.count} shown`;
  }

  if (timeline) {
    const group = form.querySelector("[data-group]"), from = form.querySelector("[data-from]"), to = form.querySelector("[data-to]");
    const low = Number(timeline.dataset.low), high = Number(timeline.dataset.high);
    const dots = [...timeline.querySelectorAll(".dot")];
    const lanes = [...timeline.querySelectorAll(".lane")];
    const epoch = 719163; // ordinal of 1970-01-01
    const yearOf = (ordinal) => new Date((ordinal - epoch) * 864e5).getUTCFullYear();
    const ordinal = (year) => Math.floor(Date.UTC(year, 0, 1) / 864e5) + epoch;
    let a = low, b = high;
    const names = new Map(lanes.map((lane) => [lane.querySelector("h2").textContent, lane.querySelector("h2").cloneNode(true)]));
    const show = () => { from.value = yearOf(a); to.value = yearOf(b - 1); };
    const clamp = () => {
      const width = Math.min(Math.max(b - a, 30), high - low);
      a = Math.min(Math.max(a, low), high - width);
      b = a + width;
    };
    const draw = () => {
      const at = (day) => 1.5 + 97 * (day - a) / (b - a);
      const width = timeline.clientWidth || 900;
      const taken = new Map();
      for (const dot of dots) {
        const first = Number(dot.dataset.a), last = Number(dot.dataset.b);
        const off = last < a || first >= b;
        dot.toggleAttribute("data-off", off);
        if (off || dot.hasAttribute("data-out")) continue;
        const name = dot.dataset[group.value];
        if (!taken.has(name)) taken.set(name, { rows: [], dots: [] });
        const lane = taken.get(name);
        const x = Math.max(at(first), 0), end = Math.min(at(last), 100);
        let row = lane.rows.findIndex((free) => free <= x);
        if (row < 0) row = lane.rows.push(0) - 1;
        lane.rows[row] = Math.max(end, x) + 1500 / width;
        const symbol = dot.querySelector("svg"), bar = dot.querySelector("rect.lasting");
        symbol.setAttribute("x", x + "%");
        symbol.setAttribute("y", row * 16 + 10);
        if (bar) {
          bar.setAttribute("x", x + "%");
          bar.setAttribute("y", row * 16 + 8.5);
          bar.setAttribute("width", Math.max(end - x, 0) + "%");
        }
        lane.dots.push(dot);
      }
      const ticks = [];
      const years = (b - a) / 365.25;
      if (years > 2.5) {
        const step = [1, 2, 5, 10, 20, 50].find((s) => years / s <= (width < 600 ? 5 : 10)) || 100;
        for (let y = Math.ceil(yearOf(a) / step) * step; ordinal(y) < b; y += step) if (ordinal(y) >= a) ticks.push([at(ordinal(y)), String(y)]);
      } else {
        for (let i = 0; i <= 4; i++) {
          const day = Math.round(a + (b - a) * i / 4);
          ticks.push([at(day), new Date((day - epoch) * 864e5).toISOString().slice(0, 10)]);
        }
      }
      const axis = timeline.querySelector(".axis");
      axis.replaceChildren(...ticks.map(([x, said], i) => {
        const label = document.createElementNS(svgNS, "text");
        label.setAttribute("x", x + "%");
        label.setAttribute("y", 14);
        if (x < 6) label.setAttribute("class", "first"); else if (x > 94) label.setAttribute("class", "last");
        label.textContent = said;
        return label;
      }));
      timeline.querySelectorAll(".lane").forEach((lane) => lane.remove());
      const order = [...taken.entries()].sort(([x], [y]) => (x === "Outside the conflicts") - (y === "Outside the conflicts") || x.localeCompare(y));
      for (const [name, lane] of order) {
        const section = document.createElement("section");
        section.className = "lane";
        let head = names.get(name);
        if (!head) { head = document.createElement("h2"); head.textContent = name; }
        const drawing = document.createElementNS(svgNS, "svg");
        drawing.setAttribute("role", "group");
        drawing.setAttribute("aria-label", "Events: " + name);
        drawing.setAttribute("width", "100%");
        drawing.setAttribute("height", lane.rows.length * 16 + 6);
        for (const [x] of ticks) {
          const line = document.createElementNS(svgNS, "line");
          line.setAttribute("class", "grid");
          line.setAttribute("x1", x + "%"); line.setAttribute("x2", x + "%"); line.setAttribute("y1", 0); line.setAttribute("y2", "100%");
          drawing.append(line);
        }
        drawing.append(...lane.dots);
        section.append(head, drawing);
        timeline.append(section);
      }
    };
    after.push(draw);
    const moves = { in: [.25, -.25], out: [-.5, .5], earlier: [-.25, -.25], later: [.25, .25] };
    form.addEventListener("click", (event) => {
      const move = moves[event.target.dataset.zoom];
      if (!move) return;
      const width = b - a;
      [a, b] = [Math.round(a + width * move[0]), Math.round(b + width * move[1])];
      clamp(); show(); apply();
    });
    for (const input of [from, to]) input.addEventListener("change", () => {
      if (!(from.value && to.value) || Number(from.value) > Number(to.value)) return;
      [a, b] = [ordinal(Number(from.value)), ordinal(Number(to.value) + 1)];
      clamp(); apply();
    });
    form.addEventListener("reset", () => { [a, b] = [low, high]; setTimeout(show); });
    let resized;
    addEventListener("resize", () => { clearTimeout(resized); resized = setTimeout(apply, 150); });
    show();
  }

  if (map) {
    const full = map.viewBox.baseVal, whole = [full.width, full.height];
    let x = 0, y = 0, scale = 1;
    const dots = [...map.querySelectorAll(".dot")].map((dot) => [dot, dot.dataset.at.split(" ").map(Number)]);
    const draw = () => {
      scale = Math.min(Math.max(scale, 1), 16);
      const [w, h] = [whole[0] / scale, whole[1] / scale];
      x = Math.min(Math.max(x, 0), whole[0] - w);
      y = Math.min(Math.max(y, 0), whole[1] - h);
      map.setAttribute("viewBox", `${x} ${y} ${w} ${h}`);
      const narrow = Math.max(1, Math.min(2.2, 700 / (map.clientWidth || 700)));
      const size = narrow / scale;
      for (const [dot, [px, py, dx, dy]] of dots) dot.setAttribute("transform", `translate(${px + dx * size} ${py + dy * size}) scale(${size})`);
    };
    const zoom = (factor, cx = x + whole[0] / scale / 2, cy = y + whole[1] / scale / 2) => {
      const was = scale;
      scale = Math.min(Math.max(scale * factor, 1), 16);
      x = cx - (cx - x) * was / scale;
      y = cy - (cy - y) * was / scale;
      draw();
    };
    const moves = { west: [-1, 0], east: [1, 0], north: [0, -1], south: [0, 1] };
    form.addEventListener("click", (event) => {
      const kind = event.target.dataset.zoom;
      if (kind === "in") zoom(1.6);
      else if (kind === "out") zoom(1 / 1.6);
      else if (moves[kind]) { x += moves[kind][0] * whole[0] / scale / 4; y += moves[kind][1] * whole[1] / scale / 4; draw(); }
    });
    let held = null;
    map.addEventListener("pointerdown", (event) => { held = [event.clientX, event.clientY, x, y, false]; });
    addEventListener("pointermove", (event) => {
      if (!held || scale === 1 || event.pointerType === "touch") return;
      const unit = whole[0] / scale / map.clientWidth;
      const [dx, dy] = [event.clientX - held[0], event.clientY - held[1]];
      if (Math.hypot(dx, dy) > 4) held[4] = true;
      x = held[2] - dx * unit;
      y = held[3] - dy * unit;
      draw();
    });
    addEventListener("pointerup", () => { setTimeout(() => { held = null; }); });
    map.addEventListener("click", (event) => { if (held && held[4]) event.preventDefault(); }, true);
    map.addEventListener("dragstart", (event) => event.preventDefault());
    form.addEventListener("reset", () => { x = y = 0; scale = 1; draw(); });
    addEventListener("resize", draw);
    draw();
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  apply();
})();
