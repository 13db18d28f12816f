/**
 * What a script does, with its variables replaced: commands for the tools, and what depends on whether a command was refused (`iptables -C ... ||
 * iptables -A ...`). Ranges are of the made text (script-text.ts).
 */
import type { Span } from '../../base/span.ts';
import type { Backend } from '../../model/hook.ts';
import type { Header } from '../iptables-save/header.ts';

/** The table that a command is for. */
export interface TableRef {
  readonly tool: Header['tool'];
  readonly backend: Backend;
  readonly table: string;
}

export type Step =
  | { readonly kind: 'table-line'; readonly table: TableRef; readonly line: Span }
  /** iptables-restore without --noflush: the table begins anew. */
  | { readonly kind: 'table-reset'; readonly table: TableRef }
  /** `iptables -L CHAIN`: refused where the chain is not there. '' for all chains. */
  | { readonly kind: 'table-look'; readonly table: TableRef; readonly chain: string }
  | { readonly kind: 'nft'; readonly text: Span }
  | { readonly kind: 'ipset'; readonly text: Span }
  | { readonly kind: 'choice'; readonly on: boolean; readonly steps: readonly Step[] }
  | { readonly kind: 'either'; readonly taken: readonly Step[]; readonly refused: readonly Step[] }
  /** The body is run again and again while the last command of the condition is taken, or refused. */
  | {
      readonly kind: 'repeat';
      readonly condition: readonly Step[];
      readonly on: boolean;
      readonly body: readonly Step[];
    }
  | { readonly kind: 'not' }
  | { readonly kind: 'stop' };
