/**
 * Whether two readings of a ruleset say the same: one ruleset listed in two formats gives equal models. Spans, `spelled` and `via` tell how a
 * listing writes things, `id`, `rank` and `dump` where it stands: none of them is part of equality. A handle that only one listing has (nft
 * without -a leaves them out) is no difference.
 */
import type { Table } from './ruleset.ts';

export interface Difference {
  /** `ip filter / chains / FORWARD / rules / 3 / body / 1 / right`. */
  readonly path: string;
  readonly left: string;
  readonly right: string;
}

const IGNORED: ReadonlySet<string> = new Set([
  'spelled',
  'prioritySpelled',
  'via',
  'joined',
  'span',
  'nameSpan',
  'nameStart',
  'nameEnd',
  'start',
  'end',
  'id',
  'rank',
  'dump',
  'table',
  'chain',
  'chainNamed',
  'setNamed',
]);
/** These differ only where both have one. */
const OPTIONAL: ReadonlySet<string> = new Set(['handle', 'progname', 'count']);
const MOST = 1000;

export function equalRulesets(left: readonly Table[], right: readonly Table[]): boolean {
  return rulesetDifferences(left, right, 1).length === 0;
}

/** The first differences in listing order, at most `most`. Cost: linear in the smaller model. */
export function rulesetDifferences(left: readonly Table[], right: readonly Table[], most = MOST): Difference[] {
  const comparison = new Comparison(most);
  comparison.compare(left, right, '');
  return comparison.found;
}

/** Whether two nodes of the model (bodies, sets, chains, ...) say the same. Cost: linear in the smaller one. */
export function sameModel(left: object, right: object): boolean {
  const comparison = new Comparison(1);
  comparison.compare(left, right, '');
  return comparison.found.length === 0;
}

class Comparison {
  readonly found: Difference[] = [];

  constructor(private readonly most: number) {}

  compare(left: unknown, right: unknown, path: string): void {
    if (left === right || this.found.length >= this.most) return;
    if (Array.isArray(left) && Array.isArray(right)) this.compareLists(left, right, path);
    else if (isRecord(left) && isRecord(right)) this.compareRecords(left, right, path);
    else this.found.push({ path, left: shown(left), right: shown(right) });
  }

  private compareLists(left: readonly unknown[], right: readonly unknown[], path: string): void {
    const length = Math.min(left.length, right.length);
    for (let i = 0; i < length && this.found.length < this.most; i++) {
      // The path is put together only where something is found: lists have up to a million items.
      const before = this.found.length;
      this.compare(left[i], right[i], '');
      for (let at = before; at < this.found.length; at++) {
        const found = this.found[at] as Difference;
        this.found[at] = { ...found, path: joined(path, label(left[i], i), found.path) };
      }
    }
    if (left.length !== right.length)
      this.found.push({ path: joined(path, 'length', ''), left: shown(left), right: shown(right) });
  }

  private compareRecords(left: Record, right: Record, path: string): void {
    // A jump leads to a name; only rules know their chain, and the rule stands in it.
    const jump = left['kind'] === 'jump' || left['kind'] === 'goto';
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      if (IGNORED.has(key) && !(jump && key === 'chain')) continue;
      if (OPTIONAL.has(key) && ((left[key] ?? null) === null || (right[key] ?? null) === null)) continue;
      if (key === 'flags') this.compareFlags(left[key], right[key], joined(path, key));
      else if (key === 'burst') this.compareBursts(left, right, joined(path, key));
      else this.compare(left[key], right[key], joined(path, key));
    }
  }

  /** Flags are a set of words. */
  private compareFlags(left: unknown, right: unknown, path: string): void {
    const sorted = (flags: unknown): unknown => (Array.isArray(flags) ? [...flags].sort() : flags);
    this.compare(sorted(left), sorted(right), path);
  }

  /** Some releases list the default burst of a packet rate, some leave it out. */
  private compareBursts(left: Record, right: Record, path: string): void {
    const burst = (limit: Record): unknown =>
      limit['bytes'] === false ? (limit['burst'] ?? DEFAULT_BURST) : limit['burst'];
    this.compare(burst(left), burst(right), path);
  }
}

/** What nft takes where no burst is written: src/parser_bison.y, limit_burst_pkts. */
const DEFAULT_BURST = 5;

type Record = { readonly [key: string]: unknown };

function isRecord(each: unknown): each is Record {
  return typeof each === 'object' && each !== null && !Array.isArray(each);
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' / ');
}

function label(item: unknown, index: number): string {
  if (!isRecord(item) || typeof item['name'] !== 'string') return `${index}`;
  return typeof item['family'] === 'string' ? `${item['family']} ${item['name']}` : item['name'];
}

function shown(each: unknown): string {
  const text = JSON.stringify(each, (key, value: unknown) =>
    IGNORED.has(key) ? undefined : typeof value === 'bigint' ? `${value}n` : value,
  );
  return (text ?? 'undefined').slice(0, 300);
}
