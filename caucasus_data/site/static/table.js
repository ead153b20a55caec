// A table's page: the rows that stand there are enough to read; searching, sorting, filtering and
// saving read the whole table, from a script that is asked for only then.
"use strict";
(() => {
  const form = document.getElementById("tools"), table = document.getElementById("rows");
  const pager = document.querySelector(".pager"), words = document.getElementById("words"), output = form.querySelector("output");
  const STEP = 200;
  let data = null, wanted = null, order = null, down = false, page = 0, shown = [];
  const asked = new URLSearchParams(location.search);
  const exact = new Map();
  const heads = [...table.tHead.rows[0].cells];

  heads.forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => { down = order === at ? !down : false; order = at; page = 0; load(draw); });
  });

  function load(then) {
    if (data) return then();
    wanted = then;
    if (document.querySelector("script[data-rows]")) return;
    output.textContent = "reading the table…";
    const script = document.createElement("script");
    script.src = form.dataset.src;
    script.setAttribute("data-rows", "");
    script.onerror = () => { output.textContent = "The table could not be read."; };
    document.head.append(script);
  }

  window.caucasusTable = (found) => {
    data = found;
    data.low = data.rows.map((row) => row.map((v, i) => (v === null ? "" : data.kinds[i] === "record" && data.labels[v] ? v + " " + data.labels[v] : String(v))).join(" ").toLocaleLowerCase());
    data.columns.forEach((name, at) => {
      if (data.kinds[at] !== "word") return;
      const counts = new Map();
      for (const row of data.rows) if (row[at] !== null) counts.set(row[at], (counts.get(row[at]) || 0) + 1);
      if (counts.size < 2 || counts.size > 70) return;
      const label = document.createElement("label"), select = document.createElement("select");
      label.append(name, select);
      select.dataset.at = at;
      select.add(new Option("all", ""));
      for (const word of [...counts.keys()].sort()) select.add(new Option(`${word} (${counts.get(word)})`, word));
      words.append(label);
    });
    if (wanted) wanted();
  };

  function matching() {
    const said = form.text.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const chosen = [...words.querySelectorAll("select")].filter((s) => s.value).map((s) => [Number(s.dataset.at), s.value]);
    const rows = [];
    data.rows.forEach((row, at) => {
      if (!said.every((word) => data.low[at].includes(word))) return;
      if (!chosen.every(([column, value]) => row[column] === value)) return;
      for (const [column, value] of exact) if (String(row[column] ?? "") !== value) return;
      rows.push(row);
    });
    if (order !== null) {
      const number = data.kinds[order] === "number", sign = down ? -1 : 1;
      rows.sort((a, b) => {
        const [x, y] = [a[order], b[order]];
        if (x === null || y === null) return (x === null) - (y === null);
        return (number ? x - y : x < y ? -1 : x > y ? 1 : 0) * sign;
      });
    }
    return rows;
  }

  function fill(cell, value, kind) {
    if (value === null) return;
    if (kind === "number") { cell.className = "number"; cell.textContent = Number(value).toLocaleString("en", { useGrouping: !/year|code|rule|precision/.test(data.columns[cell.cellIndex]), maximumFractionDigits: 6 }); return; }
    if ((kind === "record" || kind === "key") && value in data.labels) {
      const link = document.createElement("a");
      link.href = `${encodeURIComponent(value)}/index.html`;
      link.textContent = value;
      cell.append(link);
      if (kind === "record" && data.labels[value]) {
        const note = document.createElement("span"), name = document.createElement("bdi");
        note.className = "note";
        name.textContent = data.labels[value];
        note.append(name);
        cell.append(" ", note);
      }
      return;
    }
    if (kind === "url" && /^https?:\/\/[^\s<>"]+$/.test(value)) {
      const link = document.createElement("a");
      link.href = value;
      link.rel = "noopener noreferrer";
      link.textContent = value;
      cell.append(link);
      return;
    }
    const name = document.createElement("bdi");
    if (kind === "text" && String(value).length > 60) cell.className = "long";
    name.textContent = String(value);
    cell.append(name);
  }

  function draw() {
    shown = matching();
    const body = document.createElement("tbody");
    for (const row of shown.slice(page * STEP, (page + 1) * STEP)) {
      const line = body.insertRow();
      row.forEach((value, at) => fill(line.insertCell(), value, data.kinds[at]));
    }
    table.tBodies[0].replaceWith(body);
    heads.forEach((head, at) => (at === order ? head.setAttribute("aria-sort", down ? "descending" : "ascending") : head.removeAttribute("aria-sort")));
    const limits = [...exact].map(([at, value]) => `${data.columns[at]} = ${value}`).join(", ");
    output.textContent = `${shown.length} of ${data.rows.length} rows${limits ? ` where ${limits}` : ""}`;
    const text = document.createElement("p");
    text.textContent = shown.length ? `Rows ${page * STEP + 1} to ${Math.min(shown.length, (page + 1) * STEP)} of ${shown.length}` : "No row fits";
    pager.replaceChildren(text);
    for (const [said, to, on] of [["Earlier rows", page - 1, page > 0], ["Later rows", page + 1, (page + 1) * STEP < shown.length]]) {
      if (!on) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = said;
      button.addEventListener("click", () => { page = to; draw(); table.scrollIntoView(); });
      pager.append(button, " ");
    }
  }

  form.querySelector("[data-csv]").addEventListener("click", () => load(() => {
    draw();
    const quote = (value) => { const text = value === null ? "" : String(value); return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text; };
    const text = [data.columns, ...shown].map((row) => row.map(quote).join(",")).join("\n") + "\n";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = `${data.table}-${data.version}.csv`;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }));
  let waiting;
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => { page = 0; load(draw); }, 150); });
  form.addEventListener("focusin", () => load(() => {}), { once: true });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { exact.clear(); order = null; page = 0; load(draw); }));
  form.hidden = false;
  const given = [...asked].filter(([name]) => heads.some((head) => head.textContent === name));
  if (given.length) load(() => {
    for (const [name, value] of given) exact.set(data.columns.indexOf(name), value);
    draw();
  });
})();
