// Something that the server knows: its last answer, whether a newer one is on its way, and the last refusal.
// The old answer stays while a new one loads, so that the page can keep it on screen.

import { ApiError } from "./api";

export class Remote<T> {
  value: T | null = null;
  error: ApiError | null = null;
  loading = false;
  private key: string | null = null;
  private abort: AbortController | null = null;

  constructor(private readonly changed: () => void) {}

  /** Asks unless the same question (`key`) was asked last; a newer question cancels an older one. */
  async load(key: string, ask: (signal: AbortSignal) => Promise<T>): Promise<void> {
    if (key === this.key) return;
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    this.key = key;
    this.loading = true;
    this.changed();
    try {
      const value = await ask(abort.signal);
      if (this.abort !== abort) return;
      this.value = value;
      this.error = null;
    } catch (cause) {
      if (this.abort !== abort) return;
      this.value = null;
      this.error = cause instanceof ApiError ? cause : new ApiError({ title: String(cause), status: 0 });
    }
    this.loading = false;
    this.changed();
  }

  /** Takes an answer that came by another way. */
  put(value: T): void {
    this.abort?.abort();
    this.abort = null;
    this.value = value;
    this.error = null;
    this.loading = false;
    this.changed();
  }

  /** The next `load` asks again, whatever the key. */
  forget(): void {
    this.key = null;
  }

  clear(): void {
    this.abort?.abort();
    this.abort = null;
    this.key = null;
    this.value = this.error = null;
    this.loading = false;
  }
}
