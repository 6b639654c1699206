// Sorting and finding in tables; without this file the pages work all the same.
"use strict";

const keyOf = (row, index) => {
  const cell = row.cells[index];
  const text = cell.dataset.order ?? cell.textContent.trim();
  return text === "" ? null : text;
};

const compare = (a, b, numeric) => {
  if (a === null || b === null) return (a === null) - (b === null);
  if (!numeric) return a.localeCompare(b, document.documentElement.lang);
  const [x, y] = [BigInt(a), BigInt(b)];
  return x < y ? -1 : Number(x > y);
};

const isWhole = (text) => text === null || /^-?\d+$/.test(text);

for (const table of document.querySelectorAll("table[data-sorts]")) {
  const body = table.tBodies[0];
  [...table.tHead.rows[0].cells].forEach((head, index) => {
    if ("plain" in head.dataset) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...body.rows].map((row) => [keyOf(row, index), row]);
      const numeric = head.classList.contains("number") && rows.every(([key]) => isWhole(key));
      rows.sort(([a], [b]) => {
        if (a === null || b === null) return compare(a, b, numeric);
        return down ? compare(b, a, numeric) : compare(a, b, numeric);
      });
      body.append(...rows.map(([, row]) => row));
    });
  });
}

for (const input of document.querySelectorAll("input[data-finds]")) {
  const table = document.getElementById(input.dataset.finds);
  const none = document.querySelector("[data-none]");
  input.closest("label").hidden = false;
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      const titles = [...row.querySelectorAll("[title]")].map((part) => part.title).join(" ");
      const told = [...row.cells].filter((cell) => !cell.classList.contains("acts"));
      const words = told.map((cell) => cell.textContent).join(" ");
      row.hidden = !`${words} ${titles}`.toLowerCase().includes(wanted);
      if (!row.hidden) shown += 1;
    }
    if (none) none.hidden = shown > 0;
  });
}
