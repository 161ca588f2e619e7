// Follow one job from wherever we are to its end. EventSource reconnects by itself after a lost
// connection; when it gives up, we ask for the job, which also waits, and open the stream again.

import { call } from "./api.js";

const ENDS = ["succeeded", "failed", "cancelled", "superseded"];
const TELLS = ["queued", "started", "step", "token", "cache", "reset"];

export function follow(jobId, tell) {
  let source = null;
  let last = "";
  let over = false;

  function end(job) {
    if (over) return;
    stop();
    tell("ended", job);
  }

  function stop() {
    over = true;
    source?.close();
  }

  function open() {
    const after = last ? `?after=${encodeURIComponent(last)}` : "";
    source = new EventSource(`/api/v1/jobs/${jobId}/events/${after}`);
    for (const name of TELLS) {
      source.addEventListener(name, (event) => {
        last = event.lastEventId || last;
        tell(name, JSON.parse(event.data));
      });
    }
    for (const name of ENDS) source.addEventListener(name, (event) => end(JSON.parse(event.data).job));
    source.onerror = () => {
      if (!over && source.readyState === EventSource.CLOSED) ask();
    };
  }

  async function ask() {
    if (over) return;
    try {
      const job = await call("GET", `/jobs/${jobId}/?wait=2`);
      if (ENDS.includes(job.status)) return end(job);
      if (job.queue) tell("queued", job.queue);
    } catch (problem) {
      if (problem.status === 401 || problem.status === 403 || problem.status === 404) {
        stop();
        tell("lost", problem);
        return;
      }
    }
    setTimeout(() => over || open(), 1000);
  }

  open();
  return stop;
}
