// Runs inside every page that WeChat's browser shows: links, forms and pictures are handled by the phone around it.
(() => {
  const tell = (data) => parent.postMessage({ sandbox: true, ...data }, "*");
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href], area[href]");
    if (event.defaultPrevented) return;
    if (link) {
      event.preventDefault();
      const raw = link.getAttribute("href");
      if (raw.startsWith("#")) document.getElementById(raw.slice(1))?.scrollIntoView();
      else if (!raw.startsWith("javascript:")) tell({ kind: "go", url: link.href });
    } else if (event.target.matches?.("img") && event.target.src) {
      tell({ kind: "picture", url: event.target.src });
    }
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && tell({ kind: "close" }));
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    const form = event.target;
    const button = event.submitter;
    const address = button?.getAttribute("formaction") ?? form.getAttribute("action");
    const fields = [...new FormData(form, button)].filter(([, value]) => typeof value === "string");
    const url = address ? new URL(address, document.baseURI).href : document.baseURI;
    tell({ kind: "go", url, method: button?.getAttribute("formmethod") ?? form.getAttribute("method") ?? "get", fields });
  });
})();
