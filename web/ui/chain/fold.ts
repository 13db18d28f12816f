/** Runs of neighbouring rules of one shape, which the table folds to one line: "17 more like it". Pure. */
import type { RuleRow } from '../../worker/protocol.ts';

export interface Fold {
  /** Rule indexes from 1, both included: the rules that are folded away. The first of the run stays. */
  readonly from: number;
  readonly to: number;
  /** What the run has in common: `dst, tcp dport: reject`. */
  readonly words: string;
}

/** A run must hide at least this many rules to be worth a line. */
const WORTH_FOLDING = 4;

/** Rules of one owner that test the same fields and do the same kind of thing; jumps also go to chains of the same kind of name. */
export function shapeOf({ owner, match, verdict }: RuleRow): string {
  const fields = match.map(({ field, op, value }) => (field === '' ? value : `${field} ${op}`));
  return JSON.stringify([owner, fields, verdict.kind, verdict.target === null ? '' : stemOf(verdict.detail)]);
}

/** `KUBE-SVC` of `KUBE-SVC-ERIFXISQEP7F7OF4`, `cali-tw` of `cali-tw-cali1234`: what comes before the name's own part. */
export function stemOf(name: string): string {
  const cut = name.lastIndexOf('-');
  return cut <= 0 ? name : name.slice(0, cut);
}

/** @param rows all rules of one chain in order. */
export function findFolds(rows: readonly RuleRow[]): Fold[] {
  const folds: Fold[] = [];
  let start = 0;
  let shape = '';
  const close = (end: number): void => {
    const first = rows[start];
    if (first && end - start - 1 >= WORTH_FOLDING) {
      folds.push({ from: first.index + 1, to: first.index + end - start - 1, words: wordsOf(first) });
    }
  };
  rows.forEach((row, at) => {
    const next = shapeOf(row);
    if (next === shape) return;
    close(at);
    start = at;
    shape = next;
  });
  close(rows.length);
  return folds;
}

function wordsOf({ match, verdict }: RuleRow): string {
  const fields = match.map(({ field, value }) => (field === '' ? value : field)).join(', ');
  const detail = verdict.target === null ? '' : ` ${stemOf(verdict.detail)}-…`;
  return `${fields === '' ? 'any packet' : fields}: ${verdict.kind}${detail}`;
}
