// Earlier answers of this visit stay in the browser: opening one costs no request.
(() => {
  const kept = new Map();
  const MOST = 12; // a little more than the list that the server sends

  document.addEventListener("result-shown", ({ detail }) => {
    if (detail.classList.contains("failed")) return;
    kept.set(detail.dataset.turn, detail.cloneNode(true));
    if (kept.size > MOST) kept.delete(kept.keys().next().value);
  });
  document.addEventListener("toggle", (event) => {
    const earlier = event.target;
    if (!earlier.matches(".earlier") || !earlier.open) return;
    const answer = kept.get(earlier.dataset.turn);
    if (answer) earlier.querySelector(".earlier-answer").replaceChildren(answer.cloneNode(true));
  }, true);
})();
