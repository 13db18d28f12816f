/** How packets end: the sets by the way in which they left, and by who decided. */
import { pushAll } from '../../base/lists.ts';
import type { End } from '../../kernel/domain.ts';
import type { Rule } from '../../model/ruleset.ts';
import type { Diagrams } from '../diagram/diagrams.ts';
import type { Ref } from '../diagram/ref.ts';
import type { Part } from './space.ts';

/** What becomes of packets, without saying who decided: DESIGN's fate, but for what NAT wrote. */
export type FateKind =
  | 'delivered-local'
  | 'delivered-out'
  | 'dropped'
  | 'rejected'
  | 'queued'
  | 'stolen'
  | 'lost'
  | 'not-loadable'
  | 'unfinished';

export interface Outcome {
  readonly kind: FateKind;
  /** How: the kind of reject, the queue, why a packet is lost. Empty where there is nothing to say. */
  readonly how: string;
  /** Of the first packets that ended so. */
  readonly end: End;
  /** Who decided; null: a policy, or no rule. */
  readonly rule: Rule | null;
  readonly parts: readonly Part[];
}

interface Growing {
  readonly kind: FateKind;
  readonly how: string;
  readonly end: End;
  readonly rule: Rule | null;
  /** In the order of their coming, joined in one go at the end. */
  readonly parts: Part[];
}

export class Outcomes {
  private readonly byKey = new Map<string, Growing>();

  add(parts: readonly Part[], end: End): void {
    const kind = kindOf(end);
    const how = howOf(end);
    const rule = 'rule' in end ? end.rule : null;
    const key = outcomeKey(end);
    const known = this.byKey.get(key);
    if (known) pushAll(known.parts, parts);
    else this.byKey.set(key, { kind, how, end, rule, parts: [...parts] });
  }

  *roots(): Generator<Ref> {
    for (const { parts } of this.byKey.values()) for (const { set } of parts) yield set;
  }

  /** Each way of ending once, its parts as they came. */
  unjoined(): Outcome[] {
    return [...this.byKey.values()];
  }

  /** Each way of ending once, its parts joined. */
  all(diagrams: Diagrams): Outcome[] {
    return [...this.byKey.values()].map((outcome) => ({ ...outcome, parts: joinedEvenly(diagrams, outcome.parts) }));
  }
}

/** The same for the same way of ending, decided by the same rule or policy at the same hook. */
export function outcomeKey(end: End): string {
  const rule = 'rule' in end ? end.rule : null;
  const decided =
    'site' in end ? `${end.site.hook} ${rule === null ? `policy ${end.site.base.chain.id}` : rule.id}` : '';
  return `${kindOf(end)} ${howOf(end)} ${decided}`;
}

/** What becomes of packets that end so, whoever decides: the same for the same. */
export function fateText(end: End): string {
  return `${kindOf(end)} ${howOf(end)}`;
}

/** As joinParts, for many. */
export function joinedEvenly(diagrams: Diagrams, parts: readonly Part[]): Part[] {
  const groups = new Map<string, Part[]>();
  for (const each of parts) {
    const key = `${each.view.id} ${each.frame}`;
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return [...groups.values()].map((group) => ({
    ...(group[0] as Part),
    set: diagrams.orAll(group.map(({ set }) => set)),
  }));
}

function kindOf(end: End): FateKind {
  if (end.kind !== 'delivered') return end.kind;
  return end.to === 'local' ? 'delivered-local' : 'delivered-out';
}

function howOf(end: End): string {
  switch (end.kind) {
    case 'rejected':
      return `${end.reject.with ?? 'icmp port-unreachable'} ${end.reject.code ?? ''}`.trim();
    case 'queued':
      return end.text;
    case 'stolen':
      return end.how;
    // Only who dies of old age is told so; all others vanish.
    case 'lost':
      return end.why === 'ttl' ? end.why : '';
    case 'unfinished':
      return end.why;
    default:
      return '';
  }
}
