/** A kernel oracle that stays open: see oracle-batch.py for what ORACLE.py has to be. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LoadableText } from './realise.ts';

type Json = Readonly<Record<string, unknown>>;

export interface OracleRequest {
  readonly name: string;
  readonly rulesets: readonly LoadableText[];
  readonly ipset?: string;
  readonly packets: readonly Json[];
}

export type OracleAnswer =
  /** The kernel's tools did not take the ruleset: their words. */
  | { readonly kind: 'refused'; readonly why: string }
  /** A recorded case for each packet; null where it could not be sent. */
  | { readonly kind: 'cases'; readonly cases: readonly (Json | null)[] };

const BATCH = fileURLToPath(new URL('./oracle-batch.py', import.meta.url));

export class Oracle {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private readonly reader: Interface;
  private said = '';

  constructor(oracle: string) {
    this.child = spawn('python3', [BATCH, oracle]);
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.said = `${this.said}${text}`.slice(-4000);
    });
    this.reader = createInterface({ input: this.child.stdout });
    this.lines = this.reader[Symbol.asyncIterator]();
  }

  /** `fresh`: in new namespaces. */
  async ask(request: OracleRequest, fresh = false): Promise<OracleAnswer> {
    this.child.stdin.write(`${JSON.stringify({ ...request, reset: !fresh })}\n`);
    const cases: (Json | null)[] = [];
    for (const _ of request.packets) {
      const answer = await this.next();
      if (answer['refused'] !== undefined && answer['rulesets'] !== undefined)
        return { kind: 'refused', why: String(answer['refused']) };
      cases.push(answer['refused'] === undefined ? answer : null);
    }
    return { kind: 'cases', cases };
  }

  private async next(): Promise<Json> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`the oracle has ended: ${this.said}`);
    return JSON.parse(value) as Json;
  }

  close(): void {
    this.child.stdin.end();
    this.reader.close();
  }
}
