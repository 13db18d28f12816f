/**
 * Packet and connection marks: what the catalogue says about their bits, which marks a rule tests and writes, and what kube-proxy's
 * comments say.
 *
 * Kernel: a mark is one unsigned 32-bit number per packet that all programs share; a test or write with a mask concerns the mask's bits
 * only, one without a mask all of them.
 */
import type { Expression } from '../model/expression.ts';
import type { Rule } from '../model/ruleset.ts';
import type { Match } from '../model/statement.ts';
import { CATALOGUE, OWNERS } from './catalogue/index.ts';
import type { OwnerId, OwnerMark } from './owner.ts';

const FULL = 0xffffffff;

/** An owner's documented mark. */
export interface OwnedMark {
  readonly owner: OwnerId;
  readonly mark: OwnerMark;
}

/**
 * What `mark & mask == value` (or a write of `value` under `mask`) means to an owner, by its documentation; null where it says nothing.
 * Several documented bits in one mask are joined: `accept, pass`. Unsigned 32-bit numbers.
 *
 *     meaningOfMark('kube-proxy-iptables', 0x4000, 0x4000)  'masquerade (...)'
 */
export function meaningOfMark(owner: OwnerId, value: number, mask: number): string | null {
  const marks = OWNERS.get(owner)?.marks ?? [];
  const exact = marks.find(({ bits }) => bits && bits.value === value >>> 0 && bits.mask === mask >>> 0);
  if (exact) return exact.meaning;
  const parts = marks.filter(({ bits }) => bits !== undefined && within(bits, value, mask));
  return parts.length === 0 ? null : parts.map(({ meaning }) => shortMeaning(meaning)).join(', ');
}

/** All documented marks that share bits with `mask` and agree with `value` on their own. */
export function ownersOfMark(value: number, mask: number): readonly OwnedMark[] {
  const found: OwnedMark[] = [];
  for (const { id, marks } of CATALOGUE) {
    for (const mark of marks) if (mark.bits && within(mark.bits, value, mask)) found.push({ owner: id, mark });
  }
  return found;
}

/** The documented mark is decided by the masked value: its mask is part of `mask`, and the bits are its own. */
function within(bits: { value: number; mask: number }, value: number, mask: number): boolean {
  const inside = (bits.mask & ~mask) === 0;
  return bits.value !== 0 && inside && (value & bits.mask) >>> 0 === bits.value;
}

/** The first clause: enough where several stand in a row. */
function shortMeaning(meaning: string): string {
  const end = meaning.search(/[:;(]/);
  return (end === -1 ? meaning : meaning.slice(0, end)).trim();
}

/** One test or write of a mark in a rule. Unsigned 32-bit numbers; a write of all bits has mask 0xffffffff. */
export interface MarkUse {
  readonly kind: 'packet' | 'connection';
  readonly use: 'test' | 'write';
  readonly value: number;
  readonly mask: number;
}

/** The marks that a rule tests or writes with constants; copies from one mark to the other are not among them. */
export function markUses(rule: Rule): MarkUse[] {
  const uses: MarkUse[] = [];
  for (const statement of rule.body) {
    const use =
      statement.kind === 'match'
        ? testOf(statement)
        : statement.kind === 'mangle'
          ? writeOf(statement.target.name, statement.value)
          : null;
    if (use) uses.push(use);
  }
  return uses;
}

function markKind(field: string): MarkUse['kind'] | null {
  return field === 'meta mark' ? 'packet' : field === 'ct mark' ? 'connection' : null;
}

function numberOf(expression: Expression): number | null {
  return expression.kind === 'value' && typeof expression.value === 'number' ? expression.value >>> 0 : null;
}

function testOf({ left, right, op }: Match): MarkUse | null {
  if (op !== '==' && op !== '!=' && op !== 'any-bit' && op !== 'no-bit') return null;
  const value = numberOf(right);
  if (value === null) return null;
  if (left.kind === 'field') {
    const kind = markKind(left.name);
    return kind && { kind, use: 'test', value, mask: op === '==' || op === '!=' ? FULL : value };
  }
  if (left.kind !== 'bitwise' || left.op !== 'and' || left.left.kind !== 'field') return null;
  const kind = markKind(left.left.name);
  const mask = numberOf(left.right);
  return kind !== null && mask !== null ? { kind, use: 'test', value, mask } : null;
}

/** Kernel: net/netfilter/xt_mark.c, `mark = (mark & ~mask) ^ value`: what is kept by `and` and not flipped by `xor`/`or` is untouched. */
function writeOf(field: string, value: Expression): MarkUse | null {
  const kind = markKind(field);
  if (kind === null) return null;
  const whole = numberOf(value);
  if (whole !== null) return { kind, use: 'write', value: whole, mask: FULL };
  if (value.kind !== 'bitwise') return null;
  const operand = numberOf(value.right);
  if (operand === null) return null;
  if (value.op === 'and' && isField(value.left, field)) return { kind, use: 'write', value: 0, mask: ~operand >>> 0 };
  if (value.op !== 'or' && value.op !== 'xor') return null;
  if (isField(value.left, field)) return { kind, use: 'write', value: operand, mask: operand };
  const { left } = value;
  if (left.kind !== 'bitwise' || left.op !== 'and' || !isField(left.left, field)) return null;
  const kept = numberOf(left.right);
  return kept === null ? null : { kind, use: 'write', value: operand, mask: (~kept | operand) >>> 0 };
}

function isField(expression: Expression, name: string): boolean {
  return expression.kind === 'field' && expression.name === name;
}

/** A Kubernetes Service port as kube-proxy writes it into comments. */
export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
  /** null: the port has no name. */
  readonly port: string | null;
}

/**
 * The Service of a comment of kube-proxy: `default/web:http cluster IP`, `kube-system/kube-dns:dns -> 10.244.0.3:53`, `masquerade traffic
 * for default/web:http external destinations`; null for any other text. Kubernetes names are lower case: a path or a sentence is not taken
 * for one.
 */
export function serviceOfComment(text: string): ServiceName | null {
  const lead = LEAD.exec(text)?.[0].length ?? 0;
  const blank = text.indexOf(' ', lead);
  const end = blank === -1 ? text.length : blank;
  const slash = text.indexOf('/', lead);
  if (slash <= lead || slash >= end || !TAIL.test(text.slice(end))) return null;
  const colon = text.indexOf(':', slash);
  const nameEnd = colon === -1 || colon > end ? end : colon;
  const namespace = text.slice(lead, slash);
  const name = text.slice(slash + 1, nameEnd);
  const port = nameEnd === end ? null : text.slice(nameEnd + 1, end);
  if (!LABEL.test(namespace) || !NAME.test(name) || (port !== null && !LABEL.test(port))) return null;
  return { namespace, name, port };
}

const LEAD = /^(?:masquerade (?:LOCAL )?|route LOCAL |pod )traffic for /;
const TAIL =
  /^(?: cluster IP| external IP| loadbalancer IP| LB IP(?: to service chain)?| has no (?:local )?endpoints| external destinations| -> .*)?$/;
const LABEL = /^[a-z0-9-]+$/;
const NAME = /^[a-z0-9.-]+$/;
