// The search page: reads the index when it opens, then finds while one types.
"use strict";
(() => {
  const form = document.getElementById("search"), list = document.getElementById("found");
  const input = form.q, kind = form.in, output = form.querySelector("output");
  const MOST = 100;
  let index = null, folded = null;
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
  const asked = new URLSearchParams(location.search);
  input.value = asked.get("q") || "";
  form.hidden = false;
  output.textContent = "reading the index…";

  function find() {
    if (!index) return;
    const words = fold(input.value).split(/\s+/).filter(Boolean);
    const only = kind.value === "" ? null : Number(kind.value);
    const found = [];
    if (words.length) {
      folded.forEach(([id, labels, all], at) => {
        if (only !== null && index.entries[at][1] !== only) return;
        if (!words.every((word) => all.includes(word))) return;
        let rank = 3;
        if (words.length === 1 && id === words[0]) rank = 0;
        else if (labels.some((label) => label.startsWith(words[0]) && words.every((word) => label.includes(word)))) rank = 1;
        else if (labels.some((label) => words.every((word) => label.includes(word)))) rank = 2;
        found.push([rank, at]);
      });
      found.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    }
    list.replaceChildren(...found.slice(0, MOST).map(([, at]) => {
      const [id, table, label] = index.entries[at];
      const item = document.createElement("li"), link = document.createElement("a"), note = document.createElement("span"), name = document.createElement("bdi");
      link.href = `${encodeURIComponent(id)}/index.html`;
      name.textContent = label;
      link.append(name);
      note.className = "note";
      note.textContent = ` ${table < 0 ? "Retired" : index.kinds[table]} · ${id}`;
      item.append(link, note);
      return item;
    }));
    output.textContent = words.length ? `${found.length} found${found.length > MOST ? `, the first ${MOST} shown` : ""}` : `${index.entries.length} records to search`;
  }

  window.caucasusSearch = (data) => {
    index = data;
    folded = data.entries.map(([id, , label, also, ...names]) => {
      const labels = [label, ...names].map(fold);
      return [fold(id), labels, `${fold(id)} ${labels.join(" ")} ${fold(also)}`];
    });
    data.kinds.forEach((said, at) => kind.add(new Option(said, at)));
    if (asked.get("in")) kind.value = asked.get("in");
    find();
  };
  const script = document.createElement("script");
  script.src = "site.files/search-index.js";
  script.onerror = () => { output.textContent = "The index could not be read."; };
  document.head.append(script);
  let waiting;
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(find, 120); });
  form.addEventListener("submit", (event) => { event.preventDefault(); find(); });
  input.focus();
})();
