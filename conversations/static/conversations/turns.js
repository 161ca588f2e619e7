// Turns on the page: written live while their jobs are open, then replaced by the server's rendering.

import { follow } from "./follow.js";

const STEPS = {
  step_1_load_session: "Reading the conversation …",
  step_2_load_messages: "Looking at your words …",
  step_4_assess_quality: "Scoring the draft …",
  step_6_build_prompt: "Thinking …",
  step_7_claude_api_call: "Checking the proposal …",
  step_8_advance_phase: "Writing it down …",
};
const NEAR = 120;
const followed = new Map();

export function followOpenTurns() {
  for (const [id, one] of followed) {
    if (!one.turn.isConnected) {
      one.stop();
      followed.delete(id);
    }
  }
  for (const turn of document.querySelectorAll('[data-job][data-status="queued"], [data-job][data-status="running"]')) {
    if (!followed.has(turn.dataset.job)) begin(turn);
  }
}

export async function showTurn(jobId, { moved = false } = {}) {
  if (moved) document.getElementById(`job-${jobId}`)?.remove();
  const shown = document.getElementById(`job-${jobId}`);
  if (shown) {
    // A message that was merged into this turn has changed it.
    htmx.trigger(shown, "ended");
    return;
  }
  await htmx.ajax("GET", `/turns/${jobId}/`, { target: "#turns", swap: "beforeend" });
  toTheEnd();
}

export function toTheEnd() {
  const scroll = document.querySelector("[data-scroll]");
  if (scroll) scroll.scrollTop = scroll.scrollHeight;
}

export function announce(words) {
  document.getElementById("announcer").textContent = words;
}

function begin(turn) {
  const live = turn.querySelector("[data-live]");
  const progress = turn.querySelector("[data-progress]");
  announce("The coach is answering.");

  function tell(name, data) {
    if (name === "queued") progress.textContent = waiting(data);
    else if (name === "started") progress.textContent = "The coach is at work …";
    else if (name === "step") progress.textContent = STEPS[data.name] ?? progress.textContent;
    else if (name === "cache" && data.status === "hit") progress.textContent = "This answer is already known …";
    else if (name === "token") keepingTheEndInSight(() => write(data.text));
    else if (name === "reset") {
      live.textContent = "";
      progress.textContent = "Interrupted; the coach begins again …";
    } else if (name === "ended") ended(turn, data);
    else if (name === "lost") progress.textContent = data.message;
  }

  function write(text) {
    live.append(text);
    progress.textContent = "Writing …";
  }

  followed.set(turn.dataset.job, { turn, stop: follow(turn.dataset.job, tell) });
}

function ended(turn, job) {
  followed.delete(turn.dataset.job);
  turn.dataset.status = job.status;
  const held = turn.contains(document.activeElement);
  htmx.trigger(turn, "ended");
  htmx.trigger("#panel", "stale");
  htmx.trigger("#past", "stale");
  if (held) document.getElementById("message")?.focus();
  announce(lastWords(job));
}

function lastWords(job) {
  if (job.reply) return `Coach: ${job.reply.content}`;
  if (job.status === "cancelled") return "Stopped.";
  return job.error?.message ? `No answer. ${job.error.message}` : "No answer.";
}

function waiting({ position, eta_ms: eta }) {
  const soon = eta ? `, about ${Math.max(1, Math.round(eta / 1000))} s` : "";
  if (position) return `Waiting: ${position} ahead of you${soon}`;
  return `Waiting for the coach${soon} …`;
}

export function isAtTheEnd() {
  const scroll = document.querySelector("[data-scroll]");
  return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR;
}

function keepingTheEndInSight(change) {
  const atTheEnd = isAtTheEnd();
  change();
  if (atTheEnd) toTheEnd();
}
