// Linli: moving services by dragging. What it does the buttons beside each
// service do as well; it only fills in and sends a form that is on the page.
"use strict";

(() => {
  const tree = document.querySelector("form[data-tree]");
  if (!tree) return;
  let held = null;
  const place = (event) => event.target.closest?.("li[data-code], [data-category]");
  const unmark = () => tree.querySelectorAll(".over").forEach((one) => one.classList.remove("over"));

  for (const item of tree.querySelectorAll("li[data-code]")) item.draggable = true;

  tree.addEventListener("dragstart", (event) => {
    held = event.target.closest?.("li[data-code]");
    if (!held) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", held.dataset.code);
    held.classList.add("held");
  });
  tree.addEventListener("dragover", (event) => {
    const over = held && place(event);
    if (!over || over === held) return;
    event.preventDefault();
    unmark();
    over.classList.add("over");
  });
  tree.addEventListener("dragend", () => {
    held?.classList.remove("held");
    held = null;
    unmark();
  });
  tree.addEventListener("drop", (event) => {
    const over = held && place(event);
    if (!over || over === held) return;
    event.preventDefault();
    const category = over.closest("[data-category]").dataset.category;
    tree.elements.code.value = held.dataset.code;
    tree.elements.category.value = category;
    tree.elements.before.value = over.dataset.code ?? "";
    tree.requestSubmit(tree.querySelector("button[value=drop]"));
  });
})();
