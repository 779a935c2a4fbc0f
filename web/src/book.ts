// What is written into the book: outcomes, appointments, changes of accounts, imported files. Each says what it did, and
// that what is on screen may be old.

import { api } from "./api";
import { day } from "./format";
import { hasOutlines, HEAD, type Holds, type Incoming } from "./incoming";
import { timeToAgree } from "./plan";
import { Outbox, type Overtaken } from "./outbox";
import { texts } from "./texts";
import { toast } from "./toast";
import type { ImportReport, Position, Slot } from "./types";

/** What writing needs of the page. */
export interface BookHost {
  readonly rep: { id: string } | null;
  readonly date: string;
  /** Id of the planned visit to an account on the day that is shown. */
  visitOf(account: string): string | null;
  attempt(work: () => Promise<void>): Promise<boolean>;
  /** Something was written. */
  written(): void;
  /** So many accounts are new. */
  added(accounts: number): void;
  /** An outcome waits on this device. */
  kept(): void;
  changed(): void;
}

export class Book {
  readonly outbox = new Outbox(localStorage);
  /** Report of the last import; its file's name while one runs. */
  report: (ImportReport & { holds: Holds }) | null = null;
  importing: string | null = null;
  /** What the next file holds. */
  holds: Holds = "accounts";
  /** A file that seems to hold something else than was said, and whether it was sent as what was said. */
  doubt: { incoming: Incoming; sent: boolean } | null = null;

  constructor(private readonly host: BookHost) {
    // What waits on this device goes out when the signal is back.
    addEventListener("online", () => void this.sync());
    setInterval(() => void this.sync(), 30_000);
  }

  /** Sends the outcomes that wait on this device. */
  async sync(): Promise<void> {
    if (this.outbox.all.length === 0) return;
    await this.host.attempt(async () => {
      const { sent, overtaken } = await this.outbox.flush();
      if (sent === 0) return;
      toast([texts.offline.sent(sent), ...overtaken.map(stands)].join(" "));
      this.host.written();
    });
  }

  /** Records how a visit went: of a planned stop, or of an account that was visited without a plan. */
  async record(account: string, name: string, status: string, note?: string): Promise<void> {
    const { rep, date } = this.host;
    if (!rep) return;
    const visit = this.host.visitOf(account);
    const outcome = note ? { status, note } : { status };
    await this.host.attempt(async () => {
      const { kept, overtaken } = await this.outbox.post({ visit, account, rep: rep.id, date, noted: Date.now(), ...outcome });
      const said = texts.status[status] ?? status;
      const told = kept ? texts.offline.kept(name, said) : note ? texts.card.noteSaved : texts.card.recorded(name, said);
      toast([told, ...overtaken.map(stands)].join(" "));
      if (kept) this.host.kept();
      else this.host.written();
    });
  }

  async change(id: string, change: Record<string, unknown>, said: string): Promise<boolean> {
    return this.host.attempt(async () => {
      await api.changeAccount(id, change);
      toast(said);
      this.host.written();
    });
  }

  async appoint(account: string, name: string, start: string): Promise<void> {
    const { rep, date } = this.host;
    if (!rep) return;
    await this.host.attempt(async () => {
      await api.makeAppointment({ account, rep: rep.id, date, start });
      toast(texts.card.appointmentMade(name, start));
      this.host.written();
    });
  }

  /** Agrees on a slot: one tap. Whether it was made. */
  async takeSlot(account: string, name: string, slot: Slot): Promise<boolean> {
    const start = timeToAgree(slot);
    if (!start) return false;
    return this.host.attempt(async () => {
      await api.makeAppointment({ account, rep: slot.rep, date: slot.date, start });
      toast(texts.slots.taken(name, day(slot.date, "short"), start));
      this.host.written();
    });
  }

  async cancelAppointment(id: string, name: string): Promise<void> {
    await this.host.attempt(async () => {
      await api.cancelAppointment(id);
      toast(texts.card.appointmentCancelled(name));
      this.host.written();
    });
  }

  /** Says what the next file holds. */
  expect(holds: Holds): void {
    this.holds = holds;
    this.doubt = null;
    this.host.changed();
  }

  /** Takes a file in, unless it seems to hold something else: then it is asked first, for a wrong row is soon stored. */
  async receive(incoming: Incoming): Promise<void> {
    const { file, holds } = incoming;
    // A file that cannot be read cannot be sent either, which is said then.
    const head = await file.slice(0, HEAD).text().catch(() => "");
    if (holds !== "accounts" || !hasOutlines(file.name, head)) return this.importFile(incoming);
    this.report = null;
    this.doubt = { incoming, sent: false };
    this.host.changed();
  }

  /** Brings in a file of accounts or areas. */
  async importFile(incoming: Incoming): Promise<void> {
    const { file, holds } = incoming;
    this.importing = file.name;
    this.holds = holds;
    this.report = this.doubt = null;
    this.host.changed();
    await this.host.attempt(async () => {
      const report = await api.importFile(incoming);
      const { stored, rejected, problems } = report;
      this.report = { ...report, holds };
      const others = problems.some(({ code }) => code === (holds === "accounts" ? "geometry_not_a_point" : "geometry_not_an_area"));
      if (others && stored.new + stored.updated + stored.unchanged === 0) this.doubt = { incoming, sent: true };
      toast(texts.data.done(stored.new + stored.updated, rejected));
      if (holds === "accounts") this.host.added(stored.new);
      this.host.written();
    });
    this.importing = null;
    this.host.changed();
  }
}

function stands({ name, status }: Overtaken): string {
  return texts.offline.overtaken(name, texts.status[status] ?? status);
}

/** Degrees with as many digits as the book keeps. */
export function round7([lon, lat]: Position): Position {
  return [Math.round(lon * 1e7) / 1e7, Math.round(lat * 1e7) / 1e7];
}
