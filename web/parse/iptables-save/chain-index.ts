/**
 * The chains of one table by where their names stand in the text, and the jumps to them: most words of a large dump are names of chains, and none
 * of them needs to become a string again.
 */
import type { Chain, Table } from '../../model/ruleset.ts';
import type { Statement } from '../../model/statement.ts';
import type { Codes } from '../text/codes.ts';
import { hashRegion, RegionMap } from '../text/region-map.ts';
import { isVerdictName } from './unit.ts';

export class ChainIndex {
  private readonly codes: Codes;
  private readonly known: RegionMap<Chain>;
  /** By the entries of `known`: one object for all rules that jump there. Made with the chain, whose name is at hand then. */
  private readonly jumps: (Statement | null)[] = [];
  private last = -1;
  /** A name's place is not its text: it has quotes. */
  private hasOthers = false;

  constructor(text: string, codes: Codes) {
    this.codes = codes;
    this.known = new RegionMap(text, codes);
  }

  hashAt(start: number, end: number): number {
    return hashRegion(this.codes, start, end, 0);
  }

  /** Whether the table has a chain of the name that is written at `start`. `hash` is that of the name's place. */
  has(start: number, hash: number, { chainNamed }: Table, name: string): boolean {
    if (this.hasOthers || !this.known.isComplete) return chainNamed.has(name);
    return this.known.find(start, start + name.length, 0, hash) >= 0;
  }

  /** `isQuoted`: the name is not what stands at its place. */
  add(chain: Chain, hash: number, isQuoted: boolean): void {
    if (isQuoted) this.hasOthers = true;
    if (this.known.put(chain.nameStart, chain.nameEnd, 0, hash, chain)) this.jumps.push(jumpTo(chain.name));
  }

  /** The chain whose name is `[start, end)`; null where the index does not have it. Quick for chains in the order in which they were added. */
  chainAt(start: number, end: number): Chain | null {
    const next = this.last + 1;
    const entry = this.known.isAt(next, start, end, 0)
      ? next
      : this.known.find(start, end, 0, hashRegion(this.codes, start, end, 0));
    if (entry < 0) return null;
    this.last = entry;
    return this.known.at(entry);
  }

  /** The jump to the chain whose name is `[start, end)`; null where no chain has it, or where it is a verdict's. */
  jumpAt(start: number, end: number): Statement | null {
    const entry = this.known.find(start, end, 0, hashRegion(this.codes, start, end, 0));
    return entry < 0 ? null : (this.jumps[entry] as Statement | null);
  }
}

/** Longer names are no verdict's. */
const LONGEST_VERDICT = 'CONTINUE'.length;

function jumpTo(chain: string): Statement | null {
  if (chain.length <= LONGEST_VERDICT && isVerdictName(chain)) return null;
  return { kind: 'verdict', verdict: { kind: 'jump', chain } };
}
