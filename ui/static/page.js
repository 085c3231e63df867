// The page's own behaviour: chips ask their question, markers open the cited passage.
(() => {
  const find = (selector, root = document) => root.querySelector(selector);
  let opener = null;

  const ask = (question) => {
    const box = find("#question textarea");
    const button = find("#ask");
    if (!box || !button) return;
    const setter = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set;
    setter.call(box, question);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    window.setTimeout(() => button.click(), 60);
  };

  const loading = () => {
    const box = find("#question textarea");
    const holder = find("#result .html-container") || find("#result");
    if (!holder || !box || !box.value.trim()) return;
    const skeleton = document.createElement("div");
    skeleton.className = "skeleton";
    skeleton.setAttribute("role", "status");
    skeleton.innerHTML = "<p>문서에서 답을 찾고 있습니다…</p><i></i><i></i><i></i><i></i>";
    const shown = find(".result, .empty, .skeleton", holder);
    // An answer usually comes within a blink: the skeleton shows only when it does not.
    window.setTimeout(() => {
      if (shown && shown.isConnected) shown.replaceWith(skeleton);
    }, 250);
  };

  const close = () => {
    for (const part of document.querySelectorAll(".panel, .panel-shade")) part.hidden = true;
    for (const cite of document.querySelectorAll('.cite[aria-pressed="true"]')) cite.removeAttribute("aria-pressed");
    document.body.style.overflow = "";
    if (opener && opener.isConnected) opener.focus();
    opener = null;
  };

  const open = (number, from) => {
    const templates = [...document.querySelectorAll("#result template")];
    const template = templates.find((t) => t.dataset.cites.split(",").includes(number));
    const panel = find(".panel");
    if (!template || !panel) return;
    opener = from;
    const body = find(".panel-body", panel);
    body.replaceChildren(template.content.cloneNode(true));
    panel.dataset.document = template.dataset.document;
    for (const part of document.querySelectorAll(".panel, .panel-shade")) part.hidden = false;
    document.body.style.overflow = "hidden";
    const quotes = [...body.querySelectorAll(`mark[data-quote="${number}"]`)];
    for (const quote of quotes) quote.classList.add("current");
    const heading = quotes[0] && closestHeading(quotes[0]);
    (heading || quotes[0] || body).scrollIntoView({ block: "start" });
    from.setAttribute("aria-pressed", "true");
    find(".panel-close", panel).focus({ preventScroll: true });
  };

  const closestHeading = (node) => {
    let at = node.closest("p, ol, ul, table");
    while (at && at.tagName !== "H2") at = at.previousElementSibling;
    return at;
  };

  document.addEventListener("click", (event) => {
    const target = event.target;
    if (!(target instanceof Element)) return;
    const cite = target.closest("[data-cite]");
    const chip = target.closest("[data-ask]");
    const copy = target.closest(".copy");
    if (cite) open(cite.dataset.cite, cite);
    else if (chip) { ask(chip.dataset.ask); window.scrollTo({ top: 0 }); }
    else if (copy) {
      navigator.clipboard.writeText(copy.previousElementSibling.textContent)
        .then(() => { copy.textContent = "복사했습니다"; });
    } else if (target.closest(".panel-close, .panel-shade")) close();
    if (target.closest("#ask")) loading();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Enter" && !event.shiftKey && event.target instanceof Element && event.target.closest("#question")) loading();
  });
})();
