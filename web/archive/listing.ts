/** What was found in archives: plain data, for the page's dialog and the command line. */
import type { FormatId } from '../model/ruleset.ts';
import type { Problem } from './problems.ts';

export interface FoundDump {
  /** Stable for the same files in the same order. */
  readonly id: number;
  /** Where it is, as it may be shown: inside the archive, `a.tar.gz › b/c.txt` where archives are nested. */
  readonly path: string;
  /** The file's own name, as it may be shown. */
  readonly name: string;
  readonly format: FormatId;
  readonly label: string;
  /** Bytes, unpacked. */
  readonly size: number;
  /** Its end is missing. */
  readonly cut: boolean;
  /** Shows the node as the kernel has it now, and once: what is opened if nobody chooses. */
  readonly preferred: boolean;
  /** Why it is not preferred. */
  readonly note: string | null;
}

export interface NodeDumps {
  /** As it may be shown. Unique in a listing. */
  readonly name: string;
  readonly dumps: readonly FoundDump[];
}

export interface Listing {
  /** The files' names, as they may be shown. */
  readonly files: readonly string[];
  /** Members looked at. */
  readonly members: number;
  readonly nodes: readonly NodeDumps[];
  readonly problems: readonly Problem[];
}

/** A chosen dump with its content. */
export interface DumpBytes {
  readonly id: number;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** From how many dumps on the user is asked, though all are of one node. */
export const ASK_FROM = 12;

/** The dumps to open without a question; null where the user has to choose. */
export function dumpsWithoutQuestion({ nodes }: Listing): readonly FoundDump[] | null {
  const [only, ...more] = nodes;
  if (only === undefined || more.length > 0) return null;
  const preferred = only.dumps.filter((dump) => dump.preferred);
  return preferred.length > 0 && preferred.length < ASK_FROM ? preferred : null;
}
