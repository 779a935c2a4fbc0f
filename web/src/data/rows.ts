// The features of a layer in the order of the table, page after page: the server gives each page the address of the next,
// so that nothing comes twice or is left out while the book changes.

import { ApiError } from "../api";
import { nextOf, ogc, type OgcFeature } from "./ogc";

export class Rows {
  all: OgcFeature[] = [];
  /** On all pages; null while that is not known. */
  matched: number | null = null;
  loading = false;
  error: ApiError | null = null;
  asOf: string | null = null;
  /** Whether a first page has come. */
  loaded = false;
  private first: string | null = null;
  private next: string | null = null;
  private abort: AbortController | null = null;

  constructor(private readonly changed: () => void) {}

  /** Begins anew unless the same first page was asked for last. What is on screen stays until it has come. */
  load(first: string): void {
    if (first === this.first) return;
    this.first = first;
    void this.ask(first, true);
  }

  get more(): boolean {
    return this.next !== null;
  }

  /** Asks for the next page, if there is one and none is on its way. */
  async loadMore(): Promise<void> {
    if (this.next && !this.loading && !this.error) await this.ask(this.next, false);
  }

  /** Asks again for what was refused last. */
  again(): void {
    if (this.first) void this.ask(this.first, true);
  }

  forget(): void {
    this.first = null;
  }

  clear(): void {
    this.abort?.abort();
    this.abort = null;
    this.all = [];
    this.first = this.next = this.asOf = null;
    this.matched = null;
    this.error = null;
    this.loading = this.loaded = false;
  }

  private async ask(path: string, anew: boolean): Promise<void> {
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    this.loading = true;
    this.changed();
    try {
      const page = await ogc.page(path, abort.signal);
      if (this.abort !== abort) return;
      this.all = anew ? page.features : [...this.all, ...page.features];
      this.next = nextOf(page);
      this.asOf = page.as_of ?? null;
      if (anew) this.matched = null;
      this.matched = page.numberMatched ?? (this.next === null ? this.all.length : this.matched);
      this.error = null;
      this.loaded = true;
    } catch (cause) {
      if (this.abort !== abort) return;
      this.error = cause instanceof ApiError ? cause : new ApiError({ title: String(cause), status: 0 });
      if (anew) {
        this.all = [];
        this.next = null;
        this.matched = null;
      }
    }
    this.loading = false;
    this.changed();
  }
}
