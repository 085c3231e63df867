// Citations: a marker opens its document at the quote, in a modal dialog.
(() => {
  const ABOVE_QUOTE = 96; // pixels kept above a quote that stands far below its heading
  const find = (selector, from = document) => from.querySelector(selector);
  let opener = null;

  const headingOf = (body, quote) => {
    const before = [...body.querySelectorAll("h2, h3, h4, h5, h6")].filter(
      (heading) => heading.compareDocumentPosition(quote) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    return before.at(-1);
  };

  // The section's heading at the top, unless the quote would then be out of sight.
  const scrollToQuote = (body, quote) => {
    body.scrollTop = 0;
    if (!quote) return;
    const offset = (node) => node.getBoundingClientRect().top - body.getBoundingClientRect().top;
    const heading = headingOf(body, quote);
    const far = heading && offset(quote) - offset(heading) > body.clientHeight / 2;
    body.scrollTop = heading && !far ? offset(heading) - 16 : offset(quote) - ABOVE_QUOTE;
  };

  // Without its scroll bar the page behind would grow wider: keep that width free meanwhile.
  let before = null;
  const lockScrolling = () => {
    const { style, clientWidth } = document.documentElement;
    before = { overflow: style.overflow, paddingRight: style.paddingRight };
    style.paddingRight = `${window.innerWidth - clientWidth}px`;
    style.overflow = "hidden";
  };
  const unlockScrolling = () => Object.assign(document.documentElement.style, before);

  const open = (from) => {
    const number = from.dataset.cite;
    const result = from.closest(".result");
    const template = result && find(`template[data-cites~="${number}"]`, result);
    const panel = find(".panel");
    if (!template || !panel || panel.open) return;
    const body = find(".panel-body", panel);
    body.replaceChildren(template.content.cloneNode(true));
    find(".panel-title", panel).textContent = template.dataset.title;
    find(".panel-number", panel).textContent = number;
    panel.dataset.document = template.dataset.document;
    const quotes = body.querySelectorAll(`mark[data-quote~="${number}"]`);
    for (const quote of quotes) quote.classList.add("current");
    opener = from;
    opener.setAttribute("aria-pressed", "true");
    lockScrolling();
    panel.showModal();
    scrollToQuote(body, quotes[0]);
    find(".panel-close", panel).focus({ preventScroll: true, focusVisible: false });
  };

  const closed = () => {
    unlockScrolling();
    opener?.removeAttribute("aria-pressed");
    if (opener?.isConnected) opener.focus({ preventScroll: true });
    opener = null;
  };

  document.addEventListener("click", (event) => {
    const cite = event.target.closest?.("[data-cite]");
    if (cite) open(cite);
    // A click on the dialog itself, not on what is in it, fell on the shade beside it.
    else if (event.target.matches?.(".panel") || event.target.closest?.(".panel-close")) find(".panel").close();
  });
  document.addEventListener("close", (event) => {
    if (event.target.matches(".panel")) closed();
  }, true);
  // A modal dialog lets Tab out to the browser's own bar; here it goes round.
  document.addEventListener("keydown", (event) => {
    const panel = find(".panel[open]");
    if (!panel || event.key !== "Tab") return;
    const stops = [...panel.querySelectorAll("button, a[href], [tabindex='0']")];
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (document.activeElement !== edge && panel.contains(document.activeElement)) return;
    event.preventDefault();
    (event.shiftKey ? stops.at(-1) : stops[0]).focus();
  });
})();
