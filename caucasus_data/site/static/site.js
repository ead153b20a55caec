// On every page: buttons that copy, the id in the report form, tables that sort.
"use strict";
(() => {
  for (const box of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      const text = box.textContent.trim();
      try {
        await navigator.clipboard.writeText(text);
        said.textContent = " copied";
      } catch {
        const range = document.createRange();
        range.selectNodeContents(box);
        const selection = getSelection();
        selection.removeAllRanges();
        selection.addRange(range);
        said.textContent = document.execCommand("copy") ? " copied" : " selected: copy it with the keyboard";
      }
    });
    const holder = document.createElement("p");
    holder.className = "copy";
    holder.append(button, said);
    box.after(holder);
  }
  const report = document.querySelector("[data-report]");
  const fill = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    if (report && /^[A-Za-z0-9_-]{1,200}$/.test(id)) report.textContent = report.textContent.replace(/^Record: .*/, "Record: " + id);
  };
  fill();
  addEventListener("hashchange", fill);
  for (const table of document.querySelectorAll("table[data-sortable]")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending" || (head.classList.contains("number") && head.getAttribute("aria-sort") !== "descending");
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const number = head.classList.contains("number");
        const rows = [...table.tBodies[0].rows].map((row) => [number ? Number(row.cells[at].textContent || 0) : row.cells[at].textContent, row]);
        rows.sort(([a], [b]) => (number ? a - b : a.localeCompare(b)) * (down ? -1 : 1));
        table.tBodies[0].append(...rows.map(([, row]) => row));
      });
    });
  }
})();
