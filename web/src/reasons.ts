// Why accounts are left out. Each answer takes the server a moment, and browsers talk to it over six lines only: so they are
// asked for one after the other, that tiles and plans need not wait; only an account that is looked at does not wait its turn.

import type { Explanation } from "./types";

export class Reasons {
  private readonly found = new Map<string, Explanation>();
  private readonly asked = new Set<string>();
  private waiting: string[] = [];
  private running = 0;
  private stop = new AbortController();

  constructor(
    private readonly ask: (account: string, signal: AbortSignal) => Promise<Explanation>,
    private readonly changed: () => void,
  ) {}

  get(account: string): Explanation | undefined {
    return this.found.get(account);
  }

  /** Asks once for an account, when its turn comes or `now`. */
  want(account: string, now = false): void {
    const known = this.asked.has(account);
    if (known && !(now && this.waiting.includes(account))) return;
    this.asked.add(account);
    if (now || this.running === 0) {
      this.waiting = this.waiting.filter((other) => other !== account);
      this.run(account);
    } else {
      this.waiting.push(account);
    }
  }

  /** Forgets all answers, and wants none that are still to come. */
  forget(): void {
    this.stop.abort();
    this.stop = new AbortController();
    this.found.clear();
    this.asked.clear();
    this.waiting = [];
    this.running = 0;
  }

  private run(account: string): void {
    const { signal } = this.stop;
    this.running++;
    const ended = () => {
      if (signal.aborted) return;
      this.running--;
      const next = this.running === 0 ? this.waiting.shift() : undefined;
      if (next) this.run(next);
    };
    this.ask(account, signal).then((found) => {
      if (signal.aborted) return;
      this.found.set(account, found);
      this.changed();
    }, () => undefined).finally(ended);
  }
}
