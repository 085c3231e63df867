// Asking: chips, the Enter key, waiting, and what happens when the answer is there.
(() => {
  const SLOW_MS = 150; // an answer usually comes sooner; a flash of grey would only unsettle
  const GRACE_MS = 1500; // between the end of the request and its result on the page
  const CHECK_MS = 3000; // Gradio tries for ever to reach a server that is gone, and says nothing
  const GIVE_UP_MS = 90000;
  const root = document.documentElement;
  const find = (selector, from = document) => from.querySelector(selector);
  const timers = new Set();
  let shownTurn = "";

  root.lang = "ko";

  const later = (action, ms) => timers.add(window.setTimeout(action, ms));
  const rest = (state) => {
    for (const timer of timers) window.clearTimeout(timer);
    timers.clear();
    if (state) root.dataset.asking = state;
    else delete root.dataset.asking;
    const button = find("#ask");
    if (button) button.disabled = false;
  };
  const isAsking = () => ["waiting", "slow"].includes(root.dataset.asking);

  window.askingStarted = () => {
    rest("waiting");
    find("#ask").disabled = true;
    later(() => { root.dataset.asking = "slow"; }, SLOW_MS);
    later(checkServer, CHECK_MS);
    later(() => rest("lost"), GIVE_UP_MS);
  };
  const checkServer = () => fetch(window.location.pathname, { method: "HEAD", cache: "no-store" }).then(
    () => { if (isAsking()) later(checkServer, CHECK_MS); },
    () => { if (isAsking()) rest("lost"); },
  );
  window.askingEnded = () => {
    if (isAsking()) later(() => { if (isAsking()) rest("lost"); }, GRACE_MS);
  };

  const arrived = (result) => {
    shownTurn = result.dataset.turn;
    rest("");
    find(".announcer").textContent = result.dataset.spoken || "";
    document.dispatchEvent(new CustomEvent("result-shown", { detail: result }));
    const typing = window.matchMedia("(hover: hover) and (pointer: fine)").matches;
    const box = find("#question textarea");
    if (typing) box.focus({ preventScroll: true });
    else {
      // On a phone the keyboard would hide the answer that it just brought.
      box.blur();
      find(".question", result)?.focus({ preventScroll: true });
    }
    const top = result.getBoundingClientRect().top;
    if (!typing || top < 0 || top > window.innerHeight / 2) result.scrollIntoView({ block: "start" });
  };

  new MutationObserver(() => {
    const result = find("#result .result");
    if (result && result.dataset.turn !== shownTurn) arrived(result);
  }).observe(root, { childList: true, subtree: true });

  const write = (question) => {
    const box = find("#question textarea");
    const setter = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set;
    setter.call(box, question);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    return box;
  };
  const ask = (question) => {
    if (isAsking()) return;
    write(question);
    // Gradio takes the new text over with its next frame.
    window.setTimeout(() => find("#ask").click(), 60);
  };

  const copied = async (button) => {
    const text = button.dataset.copy;
    const label = button.dataset.label || button.textContent;
    button.dataset.label = label;
    const done = await navigator.clipboard?.writeText(text).then(() => true, () => false) || copyBySelection(text);
    button.textContent = done ? button.dataset.done : button.dataset.failed;
    button.classList.toggle("done", done);
    window.setTimeout(() => { button.textContent = label; button.classList.remove("done"); }, 2000);
  };
  // Without https, as on another machine of the shop, browsers have no clipboard interface.
  const copyBySelection = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };

  document.addEventListener("click", (event) => {
    const asks = event.target.closest?.("[data-ask]");
    const edits = event.target.closest?.("[data-edit]");
    const copies = event.target.closest?.("[data-copy]");
    if (asks) ask(asks.dataset.ask);
    else if (edits) {
      const box = write(edits.dataset.edit);
      box.focus();
      box.select();
    } else if (copies) copied(copies);
  });

  // Enter that ends a Hangul syllable is not yet a question; and one at a time.
  for (const kind of ["keydown", "keypress"]) {
    document.addEventListener(kind, (event) => {
      if (event.key !== "Enter" || event.shiftKey || !event.target.closest?.("#question")) return;
      if (event.isComposing) event.stopPropagation();
      else if (isAsking()) { event.preventDefault(); event.stopPropagation(); }
    }, true);
  }
})();
