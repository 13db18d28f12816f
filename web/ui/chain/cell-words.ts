/** What is said of a cell of the jump tree: in it, below the picture, and to screen readers. Pure. */
import { assertNever } from '../../base/assert.ts';
import type { TreeMeasure } from '../../layout/call-tree.ts';
import type { Cell } from '../../layout/icicle.ts';
import type { CellWords } from '../../render/icicle.ts';
import type { Selection } from '../../state/store.ts';
import { count, plural } from '../shell/words.ts';
import { shortCount } from './packet-bar.ts';

/** @param owner the short name of the cell's owner */
export function cellWords(cell: Cell, owner: string, measure: TreeMeasure): CellWords {
  if (cell.kind === 'segment') {
    return { title: owner, detail: measure === 'packets' ? sizeWords(cell, measure) : plural(cell.rules ?? 0, 'rule') };
  }
  if (cell.chains > 1) {
    if (measure !== 'rules')
      return { title: cell.name, detail: `${count(cell.chains)} chains, ${sizeWords(cell, measure)}` };
    const each = cell.rules === null ? 'chains' : `× ${plural(cell.rules, 'rule')}`;
    return { title: cell.name, detail: `${count(cell.chains)} ${each}` };
  }
  const own = measure === 'rules' ? plural(cell.rules ?? 0, 'rule') : sizeWords(cell, measure);
  return { title: cell.name, detail: cell.goto ? `${own}, by goto` : own };
}

/** The cell's size with all below. A packet that several rules match counts at each. */
function sizeWords({ size }: Cell, measure: TreeMeasure): string {
  switch (measure) {
    case 'rules':
      return plural(Math.round(size), 'rule');
    case 'evaluations':
      return plural(Math.round(size), 'evaluation');
    case 'packets':
      return `${shortCount(Math.round(size))} ${Math.round(size) === 1 ? 'match' : 'matches'}`;
    default:
      return assertNever(measure, 'measure');
  }
}

/** All that is known of a cell, in one line. `whole`: the measure of the whole tree. */
export function cellLine(cell: Cell, owner: string, measure: TreeMeasure, whole: number): string {
  const parts: string[] = [];
  if (cell.kind === 'segment') parts.push(plural(cell.rules ?? 0, 'rule'));
  else if (cell.chains > 1) parts.push(`${count(cell.chains)} chains`, owner);
  else parts.push(`${plural(cell.rules ?? 0, 'rule')} here`, owner);
  if (measure !== 'rules' || Math.round(cell.size) !== cell.rules)
    parts.push(`${sizeWords(cell, measure)} with all below`);
  if (whole > 0) parts.push(partWords(cell.size / whole));
  if (cell.kind === 'chain') parts.push(`${cell.goto ? 'goto' : 'called'} from rule ${count(cell.at)}`);
  return parts.join(' · ');
}

/** `12 %`, `0.4 %`, `under 0.1 %`. */
function partWords(part: number): string {
  const percent = part * 100;
  if (percent < 0.1) return 'under 0.1 %';
  return `${percent < 10 ? Math.round(percent * 10) / 10 : Math.round(percent)} %`;
}

/** Without the prefix that its caller has too: `from-wl-dispatch` below `cali-FORWARD`. */
export function shortName(cell: Cell, caller: Cell | undefined): string {
  const prefix = cell.name.slice(0, cell.name.indexOf('-') + 1);
  return prefix !== '' && caller?.kind === 'chain' && caller.name.startsWith(prefix)
    ? cell.name.slice(prefix.length)
    : cell.name;
}

export function isSelected(cell: Cell, selection: Selection | null): boolean {
  if (cell.kind === 'segment') {
    return selection?.kind === 'segment' && selection.chain === cell.chain && selection.segment === cell.segment;
  }
  return cell.kind === 'chain' && selection?.kind === 'chain' && selection.chain === cell.chain;
}
