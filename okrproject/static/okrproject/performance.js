// The whole page is small; a reload keeps charts and tables of one moment. It waits while the tab is hidden.
const form = document.querySelector("form[data-refresh-seconds]");

form.addEventListener("change", () => form.submit());
setInterval(() => { if (!document.hidden) location.reload(); }, form.dataset.refreshSeconds * 1000);
