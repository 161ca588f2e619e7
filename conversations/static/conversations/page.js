// What people do on the page: send, stop, try again, use or dismiss a suggestion, ask what is missing.

import { call } from "./api.js";
import { announce, followOpenTurns, isAtTheEnd, showTurn, toTheEnd } from "./turns.js";

const main = document.querySelector("[data-session]");
fold(document.querySelector("[data-past]"));
if (main) converse(main.dataset.session);
else begin();

// The list of conversations stands open where there is room for it.
function fold(past) {
  past.open = !matchMedia("(max-width: 60rem)").matches;
  past.dataset.folded = "";
}

function begin() {
  const form = document.querySelector("[data-start]");
  form.addEventListener("submit", () => {
    form.querySelector("[type=submit]").disabled = true;
  });
}

function converse(session) {
  const composer = document.querySelector("[data-composer]");
  const message = document.getElementById("message");
  const trouble = document.querySelector("[data-trouble]");
  const others = new BroadcastChannel(`conversation-${session}`);
  // Kept until the server has taken the message, so that sending again cannot send it twice.
  let unsent = null;

  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    send(message.value);
  });
  message.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send(message.value);
    }
  });

  async function send(content) {
    if (!content.trim()) return;
    if (unsent?.content !== content) unsent = { content, key: newKey() };
    composer.setAttribute("aria-busy", "true");
    await attempted(async () => {
      const job = await call("POST", `/sessions/${session}/messages/`, {
        body: { content },
        headers: { "Idempotency-Key": unsent.key },
      });
      unsent = null;
      if (message.value === content) message.value = "";
      others.postMessage({ job: job.id });
      await showTurn(job.id);
    });
    composer.removeAttribute("aria-busy");
    message.focus();
  }

  const deeds = {
    async cancel(turn) {
      turn.querySelector("[data-progress]").textContent = "Stopping …";
      await call("POST", `/jobs/${turn.dataset.job}/cancel/`);
    },
    async retry(turn) {
      await call("POST", `/jobs/${turn.dataset.job}/retry/`);
      others.postMessage({ job: turn.dataset.job, moved: true });
      await showTurn(turn.dataset.job, { moved: true });
      message.focus();
    },
  };

  async function feedback(button) {
    const item = button.closest("[data-suggestion]");
    const action = button.dataset.feedback;
    await call("POST", `/knowledge/suggestions/${item.dataset.suggestion}/feedback/`, {
      body: { action, session, phase: item.dataset.phase },
    });
    if (action === "used") {
      message.value = [message.value.trim(), button.dataset.text].filter(Boolean).join("\n");
      view("talk");
    } else {
      announce("Dismissed; it will not be suggested again in this conversation.");
    }
    item.remove();
    message.focus();
  }

  async function move(phase) {
    const unmet = document.querySelector("[data-unmet]");
    try {
      await call("POST", `/sessions/${session}/transition/`, { body: { phase } });
      htmx.trigger("#panel", "stale");
    } catch (problem) {
      const title = document.createElement("p");
      title.textContent = problem.details.length ? "Still to do:" : problem.message;
      const list = document.createElement("ul");
      list.append(...problem.details.map((detail) => Object.assign(document.createElement("li"), { textContent: detail })));
      unmet.replaceChildren(title, list);
      unmet.hidden = false;
    }
  }

  async function attempted(deed) {
    trouble.hidden = true;
    try {
      await deed();
    } catch (problem) {
      const more = (problem.details ?? []).filter((one) => !problem.message.includes(one));
      complain([problem.message, ...more].join(" "));
    }
  }

  function complain(words) {
    trouble.textContent = words;
    trouble.hidden = false;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.do) attempted(() => deeds[button.dataset.do](button.closest("[data-job]")));
    else if (button.dataset.feedback) attempted(() => feedback(button));
    else if (button.dataset.say) send(button.dataset.say);
    else if (button.dataset.move) attempted(() => move(button.dataset.move));
    else if (button.dataset.view) view(button.dataset.view);
  });

  function view(name) {
    document.body.dataset.view = name;
    for (const button of document.querySelectorAll("[data-view]:is(button)")) {
      button.setAttribute("aria-pressed", String(button.dataset.view === name));
    }
  }

  others.onmessage = ({ data }) => showTurn(data.job, { moved: data.moved });
  // Another device may have gone on while nobody looked at this page.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      for (const fragment of ["#turns", "#panel", "#past"]) htmx.trigger(fragment, "stale");
    }
  });
  document.body.addEventListener("htmx:afterSettle", followOpenTurns);
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.body.addEventListener(failure, () => {
      complain("A part of this page could not be loaded. Nothing is lost: reload the page.");
    });
  }
  document.body.addEventListener("htmx:afterSwap", (event) => {
    // The rendered reply is taller than its text was.
    if (wasAtTheEnd && event.target.closest("#turns")) toTheEnd();
  });
  let wasAtTheEnd = true;
  document.body.addEventListener("htmx:beforeSwap", () => {
    wasAtTheEnd = isAtTheEnd();
  });

  followOpenTurns();
  toTheEnd();
}

// Not randomUUID, which browsers keep from pages that come over plain HTTP.
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
